/**
 * Version ids: opaque, 32 characters, and self-checking, so that an altered or foreign one is refused as S3 refuses it.
 * Amazon S3 User Guide, "Retaining multiple versions of objects with S3 Versioning".
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RootKey } from '../crypto/root-key.ts';
import { rowKey } from './record-tag.ts';

const RANDOM_BYTES = 12;
const CHECK_BYTES = 12;

export function newVersionId({ random, rootKey }: { random: (size: number) => Uint8Array; rootKey: RootKey }): string {
  const unique = random(RANDOM_BYTES);
  // S3's ids have letters, digits, dots and underscores.
  return Buffer.concat([unique, check(unique, rootKey)])
    .toString('base64url')
    .replaceAll('-', '.');
}

/** Whether this store made the id. */
export function isVersionId(text: string, rootKey: RootKey): boolean {
  if (!/^[A-Za-z0-9._]{32}$/.test(text)) return false;
  const bytes = Buffer.from(text.replaceAll('.', '-'), 'base64url');
  return timingSafeEqual(bytes.subarray(RANDOM_BYTES), check(bytes.subarray(0, RANDOM_BYTES), rootKey));
}

const check = (unique: Uint8Array, rootKey: RootKey): Buffer =>
  createHmac('sha256', rowKey(rootKey, 'version-id')).update(unique).digest().subarray(0, CHECK_BYTES);
