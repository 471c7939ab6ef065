/** Tags of users and roles: IAM User Guide, "Tags for AWS Identity and Access Management resources". */

import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { Tags } from '../policy/caller.ts';
import { isKeptName } from '../store/table.ts';
import { putRole, putUser } from './entities.ts';
import { identityAccess, requireRole, requireUser } from './identity.ts';
import { pageOfNames } from './listing.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const MAX_TAGS = 50;

/**
 * Merges tags into the existing ones. Keys are compared ignoring case.
 * @throws InvalidInput when a key is given twice or reserved, LimitExceeded when there would be more than 50.
 */
export function withTags(tags: Tags, added: readonly Tag[]): Tags {
  const keys = added.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const fault = tagKeyFault(added);
  if (fault !== undefined) throw new AwsError('InvalidInput', fault);
  const kept = Object.entries(tags).filter(([key]) => !keys.includes(key.toLowerCase()));
  const merged = { ...Object.fromEntries(kept), ...tagsOf(added) };
  if (Object.keys(merged).length > MAX_TAGS) {
    throw new AwsError('LimitExceeded', `The number of tags has reached the maximum limit: ${MAX_TAGS}`);
  }
  return merged;
}

/**
 * Why tags cannot be set with their keys: those of AWS's own are reserved, in any letter case (IAM User Guide, "Tags for
 * AWS Identity and Access Management resources", worded as AWS's tagging does), and the store would return `__proto__`
 * under another name.
 */
export function tagKeyFault(tags: readonly Pick<Tag, 'Key'>[]): string | undefined {
  if (tags.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    return 'aws: prefixed tag key names are not allowed for external use.';
  }
  const unkept = tags.find(({ Key }) => !isKeptName(Key));
  return unkept && `No tag may have the key ${unkept.Key}.`;
}

const tagsOf = (list: readonly Tag[]): Tags => Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));

/** Tags in AWS's format. */
export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The condition keys of a request that sets tags. */
export const tagContext = (tags: readonly Tag[] = []) => ({
  ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
  ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ Key }) => Key) }),
});

/** Tags without those with the given keys, which are compared ignoring case. */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key.toLowerCase())));
}

/** A page of a list of tags. @throws InvalidInput for a marker of no page */
export function tagPage(
  tags: Tags,
  request: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
) {
  const { items, ...more } = pageOfNames(request, Object.keys(tags));
  return { Tags: items.map((Key) => ({ Key, Value: tags[Key] ?? '' })), ...more };
}

export const TagUser = operation('iam', 'TagUser', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record, { Tags }) => identityAccess('TagUser', { kind: 'user', record }, tagContext(Tags)),
  run: (user, { Tags }, { tx }) => putUser(tx, { ...user, tags: withTags(user.tags, Tags) }),
});

export const UntagUser = operation('iam', 'UntagUser', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record, { TagKeys }) => identityAccess('UntagUser', { kind: 'user', record }, { 'aws:TagKeys': TagKeys }),
  run: (user, { TagKeys }, { tx }) => putUser(tx, { ...user, tags: withoutTags(user.tags, TagKeys) }),
});

export const ListUserTags = operation('iam', 'ListUserTags', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record) => identityAccess('ListUserTags', { kind: 'user', record }),
  run: ({ tags }, input) => tagPage(tags, input),
});

export const TagRole = operation('iam', 'TagRole', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record, { Tags }) => identityAccess('TagRole', { kind: 'role', record }, tagContext(Tags)),
  run: (role, { Tags }, { tx }) => putRole(tx, { ...role, tags: withTags(role.tags, Tags) }),
});

export const UntagRole = operation('iam', 'UntagRole', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record, { TagKeys }) => identityAccess('UntagRole', { kind: 'role', record }, { 'aws:TagKeys': TagKeys }),
  run: (role, { TagKeys }, { tx }) => putRole(tx, { ...role, tags: withoutTags(role.tags, TagKeys) }),
});

export const ListRoleTags = operation('iam', 'ListRoleTags', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record) => identityAccess('ListRoleTags', { kind: 'role', record }),
  run: ({ tags }, input) => tagPage(tags, input),
});
