/** Reads a text file that is given on the command line. */

import { UsageError } from '../api/errors.ts';
import { systemCode, systemReason } from '../api/file-error.ts';
import { readWhole } from '../files.ts';
import type { Session } from './session.ts';

/** What a message calls a file that is given on the command line. */
export const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);

/** The bytes of a file. @throws UsageError if it cannot be read, or is too large. */
export function fileBytes(path: string): Uint8Array {
  try {
    return readWhole(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new UsageError(`there is no file "${path}"`);
    const reason = systemReason(error) ?? (error instanceof Error ? error.message : String(error));
    throw new UsageError(`the file "${path}" cannot be read: ${reason}`);
  }
}

/** The text of a file, or of standard input for `-`. @throws UsageError as `fileBytes` does */
export const readText = async (path: string, { stdin }: Pick<Session, 'stdin'>): Promise<string> =>
  new TextDecoder().decode(path === '-' ? await stdin.readAll() : fileBytes(path));

/** What a file in YAML or JSON says. @throws UsageError as `readText` does, and for text that is neither */
export async function readYaml(path: string, session: Session): Promise<unknown> {
  const [text, { parse }] = await Promise.all([readText(path, session), import('yaml')]);
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    // The parser shows the lines around the place.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${nameOf(path)} is not YAML or JSON: ${reason.replace(/:$/, '')}`);
  }
}
