/** Keys of objects: Amazon S3 User Guide, "Naming Amazon S3 objects". */

import { AwsError } from '../../api/errors.ts';
import type { BucketRecord } from '../../store/records/s3.ts';

/** The location of an object in all its versions, whether it exists or not. */
export interface ObjectPlace {
  readonly bucket: BucketRecord;
  readonly key: string;
}

export const MAX_KEY_BYTES = 1024;

/** @throws AwsError KeyTooLongError, or InvalidURI for a text that has no UTF-8 form. */
export function requireObjectKey(key: string): void {
  requireKeyLength(key);
  if (/\p{Surrogate}/u.test(key)) throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", { URI: key });
}

/** For texts that keys are compared with as well, such as prefixes and markers. @throws AwsError KeyTooLongError */
export function requireKeyLength(...texts: readonly (string | undefined)[]): void {
  for (const text of texts) {
    if (text === undefined) continue;
    const size = Buffer.byteLength(text);
    if (size > MAX_KEY_BYTES) throw keyTooLong(size, `the key has ${size} bytes, and may have ${MAX_KEY_BYTES}`);
    const stored = size + (text.match(LOWEST)?.length ?? 0);
    if (stored <= MAX_STORED_BYTES) continue;
    throw keyTooLong(
      size,
      `the characters U+0000 to U+0004 take two bytes each in a store, so that the key has ${stored} there, and may have ${MAX_STORED_BYTES}`,
    );
  }
}

/** What a row's key has room for, beside the bucket and what else is in it. S3 has no such limit. */
const MAX_STORED_BYTES = 1600;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LOWEST = /[\0-\x04]/g;

const keyTooLong = (size: number, reason: string): AwsError =>
  new AwsError(
    'KeyTooLongError',
    'Your key is too long',
    { Size: String(size), MaxSizeAllowed: String(MAX_KEY_BYTES) },
    reason,
  );

/**
 * The smallest text that sorts after every text with this prefix, in the order of UTF-8 bytes, which is that of code
 * points; undefined if there is none.
 */
export function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix];
  while (points.length > 0) {
    const next = nextCodePoint(points.pop()?.codePointAt(0) ?? 0);
    if (next !== undefined) return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}

function nextCodePoint(point: number): number | undefined {
  if (point === 0x10ffff) return undefined;
  // No text contains an unpaired surrogate.
  return point + 1 === 0xd800 ? 0xe000 : point + 1;
}

/** Compares in S3's listing order: by UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
