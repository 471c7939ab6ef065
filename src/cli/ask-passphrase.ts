/** Prompts for the passphrase of a sealed store. It is not shown, and is kept no longer than the command runs. */

import { isPassphrase, wrongPassphrase } from '../store/root-key-file.ts';
import type { Io } from './io.ts';
import { paintedLines } from './output/painted.ts';
import { askSecret } from './prompts.ts';

const ATTEMPTS = 3;

/** @throws StoreError when three answers have failed to open the store's root key, or the root key is damaged. */
export async function askPassphrase(folder: string, io: Io): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const passphrase = await askSecret(`passphrase of the store "${folder}"`, io);
    if (isPassphrase(folder, passphrase)) return passphrase;
    const wrong = wrongPassphrase(folder);
    if (attempt === ATTEMPTS) throw wrong;
    io.err(paintedLines([wrong.message]));
  }
}
