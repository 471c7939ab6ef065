/** Errors of the file system, in words for the store's owner. */

import { getSystemErrorName } from 'node:util';
import { StoreError } from './errors.ts';

export const FULL = 'no space left on the disk';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ECONNREFUSED: 'nobody is listening at the socket',
  EDQUOT: 'the disk quota is exceeded',
  EEXIST: 'a file is in the way',
  EFBIG: 'the file would be larger than this process may write',
  EIO: 'the disk reported an error',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links in its path',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'a name in its path is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: FULL,
  ENOTDIR: 'part of its path is a file, not a folder',
  ENXIO: 'the device is not there',
  EPERM: 'permission denied',
  EPROTOTYPE: 'the socket takes datagrams, not a stream',
  EROFS: 'the file system is read-only',
};

/** The code of a system error, such as `ENOENT`. LMDB's errors carry the system's number, a DOMException another. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error instanceof DOMException) return undefined;
  const { code } = error;
  if (typeof code === 'number' && code > 0) return getSystemErrorName(-code);
  return typeof code === 'string' ? code : undefined;
}

/** Why the system refused, in words that help to fix it; undefined if it was not the system, or for no known reason. */
export const systemReason = (error: unknown): string | undefined => reasons[systemCode(error) ?? ''];

/** Converts a system error to a StoreError that begins with `what`; any other error is returned unchanged. */
export function fileError(what: string, error: unknown): unknown {
  const code = systemCode(error);
  return code === undefined || !/^E[A-Z0-9]+$/.test(code)
    ? error
    : new StoreError(`${what}: ${reasons[code] ?? code}`, { cause: error });
}
