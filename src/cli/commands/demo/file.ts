/** The file that the demo stores. */

import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../../api/errors.ts';
import { readWhole } from '../../../files.ts';

export interface DemoFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The demo compares whole files in memory. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The named file; without a name, the README of the package, or a built-in text.
 * @throws UsageError when the file cannot be read.
 */
export function demoFile(named: string | undefined, folder: string): DemoFile {
  const path = named ?? readmePath() ?? writtenText(folder);
  try {
    return { path, name: basename(path), bytes: readWhole(path, MAX_BYTES) };
  } catch (error) {
    throw new UsageError(`the file "${path}" cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Beside the folder of the program that runs, wherever it is installed. */
function readmePath(): string | undefined {
  const [, program] = process.argv;
  if (program === undefined || !existsSync(program)) return undefined;
  const path = join(dirname(realpathSync(program)), '..', 'README.md');
  return existsSync(path) ? path : undefined;
}

function writtenText(folder: string): string {
  const path = join(folder, 'letter.txt');
  writeFileSync(path, 'Dear reader, only those who may use the key can read this.\n'.repeat(40));
  return path;
}
