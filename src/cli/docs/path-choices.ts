/** Names of files as choices, for a path that begins within a word, where no shell completes it: `file://…`. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Choice } from '../session.ts';

/** As many as a person would look through. */
const AT_MOST = 500;

/**
 * The files and folders that go on from a typed path, folders with a slash at their end; names that begin with a dot only
 * if one is typed. A folder that cannot be read has none.
 */
export function pathChoices(typed: string): Choice[] {
  const [, folder = '', name = ''] = /^(.*\/)?([^/]*)$/s.exec(typed) ?? [];
  return entriesOf(folder === '' ? '.' : folder)
    .filter((entry) => entry.startsWith(name) && (name !== '' || !entry.startsWith('.')))
    .sort()
    .slice(0, AT_MOST)
    .map((entry) => ({ value: `${folder}${entry}${isFolder(join(folder, entry)) ? '/' : ''}` }));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Of a link, what it leads to. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
