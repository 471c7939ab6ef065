/** Opens a store as a process without a passphrase does, with real chance. */

import { randomBytes } from 'node:crypto';
import { openStore as open, type Store } from '../../src/store/store.ts';

export const openStore = (folder: string, passphrase?: string): Store =>
  open(folder, { random: randomBytes, passphrase });
