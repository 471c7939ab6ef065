/** The three operations on a key's tags. */

import { operation } from '../call/operation.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { arnOf, putKey } from './key.ts';
import { findKey } from './key-id.ts';
import { requireState } from './key-state.ts';
import { pageOfArray } from './paging.ts';
import { keyAccess, requestTagContext } from './permissions.ts';
import { checkTagKey, checkTags, mergeTags } from './tag-set.ts';

/** Adds tags to a key, and gives known ones their new value. */
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

/** Removes tags by name; names that the key has not are passed over. */
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
