/** Paths of local files as the AWS CLI's s3 commands print them. */

import { basename, dirname, join, relative } from 'node:path';

/** `./a` in the working folder, `sub/a` below it, `../a` beside it. */
export function printPath(path: string): string {
  if (path === '-') return path;
  const folder = relative('.', dirname(path));
  return folder === '' ? `./${basename(path)}` : join(folder, basename(path));
}
