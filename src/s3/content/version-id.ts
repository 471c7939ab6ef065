/**
 * Version ids: opaque, 32 characters, and self-checking, so that an altered or foreign one is refused as in S3. An id
 * also contains, readable only by this store, its position among the versions of its key, so that a listing can
 * continue after a version that no longer exists. Amazon S3 User Guide, "Retaining multiple versions of objects with S3
 * Versioning".
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { hashLabels } from '../../crypto/labels.ts';
import type { RootKey } from '../../crypto/root-key.ts';
import { hashKey } from './record-tag.ts';

const PLACE_BYTES = 4;
const RANDOM_BYTES = 8;
const CHECK_BYTES = 12;
const NAMED_BYTES = PLACE_BYTES + RANDOM_BYTES;

/** @param order the version's position, which is below 0 and decreases with every version of a key. */
export function newVersionId(
  order: number,
  { random, rootKey }: { random: (size: number) => Uint8Array; rootKey: RootKey },
): string {
  const unique = random(RANDOM_BYTES);
  const place = Buffer.alloc(PLACE_BYTES);
  place.writeUInt32BE(-order);
  const named = Buffer.concat([masked(place, unique, rootKey), unique]);
  // S3's ids have letters, digits, dots and underscores.
  return Buffer.concat([named, check(named, rootKey)])
    .toString('base64url')
    .replaceAll('-', '.');
}

/** Whether a text can name a version. */
export const hasVersionForm = (text: string): boolean => text === 'null' || /^[A-Za-z0-9._]{32}$/.test(text);

/** Whether this store issued the id. */
export function isVersionId(text: string, rootKey: RootKey): boolean {
  if (text === 'null' || !hasVersionForm(text)) return false;
  const bytes = bytesOf(text);
  return timingSafeEqual(bytes.subarray(NAMED_BYTES), check(bytes.subarray(0, NAMED_BYTES), rootKey));
}

/** The version's position among the versions of its key when it was created. */
export function orderIn(versionId: string, rootKey: RootKey): number {
  const bytes = bytesOf(versionId);
  const place = masked(bytes.subarray(0, PLACE_BYTES), bytes.subarray(PLACE_BYTES, NAMED_BYTES), rootKey);
  return -place.readUInt32BE();
}

const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll('.', '-'), 'base64url');

const check = (named: Uint8Array, rootKey: RootKey): Buffer =>
  createHmac('sha256', hashKey(rootKey, hashLabels.versionId)).update(named).digest().subarray(0, CHECK_BYTES);

/** Masks a position, or unmasks it: nobody else can read it from an id. */
function masked(place: Uint8Array, unique: Uint8Array, rootKey: RootKey): Buffer {
  const mask = createHmac('sha256', hashKey(rootKey, hashLabels.versionPlace)).update(unique).digest();
  return Buffer.from(place.map((byte, i) => byte ^ (mask[i] ?? 0)));
}
