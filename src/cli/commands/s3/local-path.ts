/** Paths of local files: whether they are folders, and how the AWS CLI's s3 commands print them. */

import { stat } from 'node:fs/promises';
import { basename, dirname, join, posix, relative } from 'node:path';
import type { Result } from '../../command.ts';
import type { Session } from '../../session.ts';

/** `./a` in the working folder, `sub/a` below it, `../a` beside it; a slash at the end stays. */
export function printPath(path: string): string {
  if (path === '-') return path;
  if (path.endsWith('/')) return `${relative('.', path) || '.'}/`;
  const folder = relative('.', dirname(path));
  return folder === '' ? `./${basename(path)}` : join(folder, basename(path));
}

/** The path below a folder to which a key leads: `b` for `a/../b` and for `/b`, `../b` for `/../b`. */
export const pathBelow = (key: string): string => posix.join('.', key);

/** Whether a folder, or a link to one, is there. */
export const isFolderThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** The AWS CLI's exit code when it cannot begin. */
const NOT_BEGUN = 255;

/** The end of a command whose source is not there: the AWS CLI's line and exit code. Undefined if it is there. */
export async function missingSource(path: string, session: Session): Promise<Result | undefined> {
  if (await stat(path).catch(() => undefined)) return undefined;
  session.tell(`The user-provided path ${path} does not exist.`);
  return { kind: 'lines', lines: [], exitCode: () => NOT_BEGUN };
}
