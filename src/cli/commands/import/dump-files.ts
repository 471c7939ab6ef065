/** The files of a dump, as they are named on the command line: files, folders with whatever is in them, or `-`. */

import { readdirSync, statSync } from 'node:fs';
import { UsageError } from '../../../api/errors.ts';
import { systemCode, systemReason } from '../../../api/file-error.ts';
import { readWhole } from '../../../files.ts';
import type { Source } from '../../../import/findings.ts';
import type { Session } from '../../session.ts';

/** The answers about a large account have some tens of megabytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Reads them all. @throws UsageError for one that cannot be read, or is not text */
export async function readDumpFiles(names: readonly string[], session: Session): Promise<Source[]> {
  const sources: Source[] = [];
  for (const name of names) {
    if (name === '-') sources.push({ name: 'standard input', text: textOf(await session.stdin.readAll(), name) });
    else for (const file of filesIn(name)) sources.push({ name: file, text: textOf(bytesOf(file), file) });
  }
  return sources;
}

/** A file itself, or all files in a folder and its folders, by name. Those whose names begin with a dot are not part of it. */
function filesIn(name: string): string[] {
  const path = name.replace(/(?<=.)\/+$/, '');
  if (!statOf(path).isDirectory()) return [path];
  const found = below(path);
  if (found.length === 0) throw new UsageError(`the folder "${name}" has no files in it`);
  return found;
}

function below(folder: string): string[] {
  const entries = tried(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return below(path);
      // A link to a folder could lead around in a circle.
      return entry.isSymbolicLink() && statOf(path).isDirectory() ? [] : [path];
    });
}

const statOf = (path: string) => tried(path, () => statSync(path));

const bytesOf = (file: string): Uint8Array => tried(file, () => readWhole(file, MAX_BYTES));

function tried<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new UsageError(`there is no file or folder "${path}"`);
    const reason = systemReason(error) ?? (error instanceof Error ? error.message : String(error));
    throw new UsageError(`"${path}" cannot be read: ${reason}`);
  }
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`"${name}" is not text in UTF-8`);
  }
}
