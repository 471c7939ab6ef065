/** Entity tags: S3 API Reference, "Object", ETag. */

import { createHash } from 'node:crypto';
import type { Encryption } from './encryption-settings.ts';

/** Whether the ETag is the content's MD5; under KMS and customers' keys it is opaque and different for every write. */
export const isEtagMd5 = (kind: Encryption['kind']): boolean => kind === 'SSE-S3';

/** The ETag of a whole object or a part. */
export function etagOf(
  kind: Encryption['kind'],
  md5: Uint8Array | undefined,
  random: (size: number) => Uint8Array,
): string {
  return Buffer.from(isEtagMd5(kind) && md5 ? md5 : random(16)).toString('hex');
}

/** The ETag of an object made of parts, under any encryption. */
export function etagOfParts(partEtags: readonly string[]): string {
  const hash = createHash('md5');
  for (const etag of partEtags) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${partEtags.length}`;
}
