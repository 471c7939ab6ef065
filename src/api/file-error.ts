/** What the file system complains of, in words for the owner of the store. */

import { getSystemErrorName } from 'node:util';
import { StoreError } from './errors.ts';

export const FULL = 'there is no space left on the disk';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file is in its place',
  EFBIG: 'the file would be larger than this process may write',
  EIO: 'the disk fails',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links are on its path',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'a name on its path is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: FULL,
  ENOTDIR: 'a part of its path is a file, not a folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** The code of a system error: `ENOENT`. LMDB's errors have the system's number; a DOMException's is another. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error instanceof DOMException) return undefined;
  const { code } = error;
  if (typeof code === 'number' && code > 0) return getSystemErrorName(-code);
  return typeof code === 'string' ? code : undefined;
}

/** Why the system refused, for those who can mend it; undefined: it was not the system, or it says no more. */
export const systemReason = (error: unknown): string | undefined => reasons[systemCode(error) ?? ''];

/** A system error becomes a StoreError that begins with `what`; anything else stays what it is. */
export function fileError(what: string, error: unknown): unknown {
  const code = systemCode(error);
  return code === undefined || !/^E[A-Z0-9]+$/.test(code)
    ? error
    : new StoreError(`${what}: ${reasons[code] ?? code}`, { cause: error });
}
