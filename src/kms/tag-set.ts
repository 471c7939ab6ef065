/** The tags of a key: AWS KMS Developer Guide, "Tags in AWS KMS". */

import { AwsError } from '../api/errors.ts';
import type { Tag } from '../api/model/kms.types.ts';

/** KMS API Reference, TagResource: 50 tags a key. */
const MAX_TAGS = 50;

/** @throws TagException for tags that no key can have. */
export function checkTags(tags: readonly Tag[]): void {
  const names = new Set(tags.map(({ TagKey }) => TagKey));
  if (names.size < tags.length) throw new AwsError('TagException', 'Duplicate tag keys');
  if (tags.length > MAX_TAGS) throw new AwsError('TagException', 'Too many tags');
  for (const { TagKey } of tags) checkTagKey(TagKey);
}

/** @throws TagException for names that belong to AWS. */
export function checkTagKey(name: string): void {
  if (name.toLowerCase().startsWith('aws:'))
    throw new AwsError('TagException', 'Tags beginning with aws: are reserved');
}

/** Adds tags to others: a known name gets the new value in its old place. */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const tags = new Map([...old, ...added].map(({ TagKey, TagValue }) => [TagKey, TagValue]));
  if (tags.size > MAX_TAGS) {
    throw new AwsError('LimitExceededException', `A KMS key can have no more than ${MAX_TAGS} tags`);
  }
  return Array.from(tags, ([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
