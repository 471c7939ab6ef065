/** Paths of local files: whether they are folders, and how the AWS CLI's s3 commands print them. */

import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** `./a` in the working folder, `sub/a` below it, `../a` beside it. */
export function printPath(path: string): string {
  if (path === '-') return path;
  const folder = relative('.', dirname(path));
  return folder === '' ? `./${basename(path)}` : join(folder, basename(path));
}

/** Whether a folder, or a link to one, is there. */
export const isFolderThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
