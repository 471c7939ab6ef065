/** Secrets in files. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes of every file below a folder, by their paths in it. */
export const filesBelow = (folder: string): Map<string, Buffer> =>
  new Map(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name))]),
  );

/** Whether any eight bytes in a row stand in a file: raw, as hexadecimal digits or as base64. */
export function standsIn(files: readonly Buffer[], secret: Uint8Array): boolean {
  for (let at = 0; at + 8 <= secret.length; at += 1) {
    const window = Buffer.from(secret.subarray(at, at + 8));
    // Of base64 the part that does not depend on the neighbours.
    const base64 = [0, 1, 2].map((lead) =>
      Buffer.concat([Buffer.alloc(lead), window])
        .toString('base64')
        .slice(4, 12),
    );
    const texts = [window, window.toString('hex'), ...base64];
    if (files.some((file) => texts.some((text) => file.includes(text)))) return true;
  }
  return false;
}
