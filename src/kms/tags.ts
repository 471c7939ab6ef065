/** The tags of a key: AWS KMS Developer Guide, "Tags in AWS KMS". */

import { AwsError } from '../api/errors.ts';
import type { Tag } from '../api/model/kms.types.ts';
import { operation } from '../call/operation.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { arnOf, putKey } from './key.ts';
import { findKey } from './key-id.ts';
import { requireState } from './key-state.ts';
import { pageOfArray } from './paging.ts';
import { keyAccess, requestTagContext } from './permissions.ts';

/** Adds tags to a key, and replaces the values of existing ones. */
export const TagResource = operation('kms', 'TagResource', {
  resolve({ KeyId, Tags }, call) {
    checkTags(Tags);
    return findKey(KeyId, 'TagResource', call);
  },
  authorize: (found, { Tags }, call) => [keyAccess('TagResource', found, call, { context: requestTagContext(Tags) })],
  run({ key }, { Tags }, { tx }) {
    requireState(key, 'TagResource');
    putKey(tx, { ...key, tags: mergeTags(key.tags, Tags) });
  },
  parameters: (input) => auditFields(input),
  response: (_output, { key }) => ({ keyId: arnOf(key) }),
});

/** Removes tags by name; names that the key does not have are ignored. */
export const UntagResource = operation('kms', 'UntagResource', {
  resolve({ KeyId, TagKeys }, call) {
    TagKeys.forEach(checkTagKey);
    return findKey(KeyId, 'UntagResource', call);
  },
  authorize: (found, { TagKeys }, call) => [
    keyAccess('UntagResource', found, call, { context: { 'aws:TagKeys': TagKeys } }),
  ],
  run({ key }, { TagKeys }, { tx }) {
    requireState(key, 'UntagResource');
    putKey(tx, { ...key, tags: key.tags.filter(({ TagKey }) => !TagKeys.includes(TagKey)) });
  },
  parameters: (input) => auditFields(input),
  response: (_output, { key }) => ({ keyId: arnOf(key) }),
});

export const ListResourceTags = operation('kms', 'ListResourceTags', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'ListResourceTags', call),
  authorize: (found, _input, call) => [keyAccess('ListResourceTags', found, call)],
  run({ key }, input) {
    const list = { list: `tags of ${arnOf(key)}`, defaultLimit: 50, maxLimit: 50 };
    const { items, more } = pageOfArray(list, input, key.tags);
    return { Tags: items, ...more };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'Limit', 'Marker'),
});

/** KMS API Reference, TagResource: 50 tags per key. */
const MAX_TAGS = 50;

/** @throws TagException for tags that a key cannot have. */
export function checkTags(tags: readonly Tag[]): void {
  const names = new Set(tags.map(({ TagKey }) => TagKey));
  if (names.size < tags.length) throw new AwsError('TagException', 'Duplicate tag keys');
  if (tags.length > MAX_TAGS) throw new AwsError('TagException', 'Too many tags');
  for (const { TagKey } of tags) checkTagKey(TagKey);
}

/** @throws TagException for names reserved for AWS. */
function checkTagKey(name: string): void {
  if (name.toLowerCase().startsWith('aws:'))
    throw new AwsError('TagException', 'Tags beginning with aws: are reserved');
}

/** Merges tags: an existing name gets the new value and keeps its position. */
function mergeTags(old: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const tags = new Map([...old, ...added].map(({ TagKey, TagValue }) => [TagKey, TagValue]));
  if (tags.size > MAX_TAGS) {
    throw new AwsError('LimitExceededException', `A KMS key can have no more than ${MAX_TAGS} tags`);
  }
  return Array.from(tags, ([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
