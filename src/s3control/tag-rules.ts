/** What tags S3 Control accepts: S3 API Reference, "List of Tagging-related error codes", worded as S3 answers. */

import { AwsError } from '../api/errors.ts';
import type { BucketTag } from '../store/records/s3.ts';

/** @throws InvalidTag for a request that names none. */
export function requireTagsAsked(named: readonly unknown[]): void {
  if (named.length === 0) throw new AwsError('InvalidTag', 'At least one tag is required.');
}

/** @throws InvalidTag for a key that is given twice, is reserved or has characters or a length that tags may not have. */
export function requireTags(tags: readonly BucketTag[]): void {
  const seen = new Set<string>();
  for (const { Key, Value } of tags) {
    if (seen.has(Key)) {
      throw new AwsError(
        'InvalidTag',
        'There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.',
        {},
        `the key "${Key}" is there twice`,
      );
    }
    seen.add(Key);
    requireTagKey(Key);
    // S3 has another message for the prefix in capitals, and does not mind it where a tag is removed.
    if (/^aws:/i.test(Key)) throw invalidTag(`the key "${Key}" begins with aws:`);
    if (!isTagText(Value, 256)) throw invalidTag(`the value of the tag "${Key}" is not one`);
  }
}

/** @throws InvalidTag for a key that no tag of a user can have. */
export function requireTagKey(key: string): void {
  if (key.startsWith('aws:')) {
    throw new AwsError(
      'InvalidTag',
      'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
    );
  }
  if (key === '' || !isTagText(key, 128)) throw invalidTag(`"${key}" is not a key of a tag`);
}

export const invalidTag = (reason?: string): AwsError =>
  new AwsError(
    'InvalidTag',
    "This request contains a tag key or value that isn't valid. Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.",
    {},
    reason,
  );

/** Whether a text has only letters, digits, spaces and `+ - = . _ : / @`; its length is in UTF-16 units. */
const isTagText = (text: string, max: number): boolean =>
  text.length <= max && /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u.test(text);
