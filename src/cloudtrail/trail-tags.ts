/** The tags of trails: CloudTrail API Reference, AddTags, ListTags and RemoveTags. */

import { AwsError } from '../api/errors.ts';
import type { Tag } from '../api/model/cloudtrail.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { ConditionContext } from '../policy/access.ts';
import { findTrail, type NamedTrail, requireAccount, trailAccess } from './find-trail.ts';
import { changeTrail, type NumberedTrail } from './trail.ts';
import { invalidArn, parseTrailArn } from './trail-name.ts';

const MAX_TAGS = 50;
/** CloudTrail API Reference, ListTags, ResourceIdList. */
const MAX_LISTED = 20;

/** Adds tags, and replaces the values of existing ones. */
export const AddTags = operation('cloudtrail', 'AddTags', {
  resolve({ ResourceId, TagsList }, call) {
    requireNewTags(TagsList);
    return findTagged(ResourceId, call);
  },
  authorize: (named, { TagsList }) => [trailAccess('AddTags', named, tagContext(TagsList))],
  run(named, { TagsList }, { tx }) {
    const { number, trail } = requireTagged(named);
    const tags = new Map([...trail.tags, ...TagsList].map(({ Key, Value = '' }) => [Key, Value]));
    if (tags.size > MAX_TAGS) throw tooManyTags();
    changeTrail({ number, trail: { ...trail, tags: Array.from(tags, ([Key, Value]) => ({ Key, Value })) } }, tx);
    return {};
  },
});

/** Removes tags by their keys; the values that a request has do not matter, nor do keys that the trail does not have. */
export const RemoveTags = operation('cloudtrail', 'RemoveTags', {
  resolve: ({ ResourceId }, call) => findTagged(ResourceId, call),
  authorize: (named, { TagsList }) => [
    trailAccess('RemoveTags', named, { 'aws:TagKeys': TagsList.map(({ Key }) => Key) }),
  ],
  run(named, { TagsList }, { tx }) {
    const { number, trail } = requireTagged(named);
    const removed = new Set(TagsList.map(({ Key }) => Key));
    changeTrail({ number, trail: { ...trail, tags: trail.tags.filter(({ Key }) => !removed.has(Key)) } }, tx);
    return {};
  },
});

/** Lists the tags of trails by ARN, all in one page. */
export const ListTags = operation('cloudtrail', 'ListTags', {
  resolve({ ResourceIdList, NextToken }, call) {
    requireAccount(call);
    if (NextToken !== undefined) throw new AwsError('InvalidTokenException', 'The token is not valid.');
    if (ResourceIdList.length > MAX_LISTED) {
      throw new AwsError('InvalidTagParameterException', `The list of resources has more than ${MAX_LISTED} ARNs.`);
    }
    return ResourceIdList.map((id) => findTagged(id, call));
  },
  authorize: (all) => all.map((named) => trailAccess('ListTags', named)),
  run: (all) => ({
    ResourceTagList: all.map((named) => ({ ResourceId: named.arn, TagsList: requireTagged(named).trail.tags })),
  }),
});

/** @throws AwsError InvalidTagParameterException, TagsLimitExceededException */
export function requireNewTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { Key } of tags) {
    if (Key.toLowerCase().startsWith('aws:')) throw invalidTag(`Tag keys cannot begin with aws: ${Key}`);
    if (keys.has(Key)) throw invalidTag(`Duplicate tag key: ${Key}`);
    keys.add(Key);
  }
  if (tags.length > MAX_TAGS) throw tooManyTags();
}

const invalidTag = (message: string) => new AwsError('InvalidTagParameterException', message);

const tooManyTags = () =>
  new AwsError('TagsLimitExceededException', `A resource can have no more than ${MAX_TAGS} tags.`);

/** The condition keys of a request that sets tags. */
export function tagContext(tags: readonly Tag[]): ConditionContext {
  if (tags.length === 0) return {};
  const values = tags.map(({ Key, Value = '' }) => [`aws:RequestTag/${Key}`, Value]);
  return { ...Object.fromEntries(values), 'aws:TagKeys': tags.map(({ Key }) => Key) };
}

/** A trail by its ARN, in its home region: CloudTrail API Reference, AddTags. */
function findTagged(arn: string, call: Call): NamedTrail {
  const [, kind] = /^arn:aws:cloudtrail:[^:]*:\d{12}:(eventdatastore|channel|dashboard)\//.exec(arn) ?? [];
  if (kind !== undefined) {
    throw new AwsError('ResourceTypeNotSupportedException', `The resource type ${kind} is not supported.`);
  }
  const parsed = parseTrailArn(arn);
  if (!parsed) throw invalidArn(arn);
  if (parsed.region !== call.region) {
    throw new AwsError(
      'CloudTrailARNInvalidException',
      `Region in ARN is wrong, you can only access resources in region ${call.region}.`,
    );
  }
  return findTrail(arn, call);
}

function requireTagged({ arn, found }: NamedTrail): NumberedTrail {
  if (!found) throw new AwsError('ResourceNotFoundException', `The resource ${arn} was not found.`);
  return found;
}
