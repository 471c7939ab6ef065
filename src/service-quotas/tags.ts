/** Tags of quotas: Service Quotas User Guide, "Tagging in Service Quotas". */

import { AwsError } from '../api/errors.ts';
import type { Tag } from '../api/model/service-quotas.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { ConditionContext } from '../policy/access.ts';
import type { Quota } from '../quotas/aws-quotas.ts';
import { isKeptName } from '../store/table.ts';
import { illegalArgument, placeOf, quotaAccess, quotaArn, quotaByArn } from './quota.ts';

/** Service Quotas User Guide, "Tag restrictions". */
const MAX_TAGS = 50;

export const TagResource = operation('service-quotas', 'TagResource', {
  resolve({ ResourceARN, Tags }, call) {
    checkKeys(Tags.map(({ Key }) => Key));
    return quotaByArn(ResourceARN, call);
  },
  authorize: (quota, { Tags }, call) => [
    tagAccess('TagResource', quota, call, {
      ...Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
      'aws:TagKeys': Tags.map(({ Key }) => Key),
    }),
  ],
  run(quota, { Tags }, call) {
    const added = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const tags = { ...tagsOf(quota, call), ...added };
    if (Object.keys(tags).length > MAX_TAGS) {
      throw new AwsError('TooManyTagsException', `A quota can have no more than ${MAX_TAGS} tags.`);
    }
    putTags(quota, tags, call);
    return {};
  },
});

export const UntagResource = operation('service-quotas', 'UntagResource', {
  resolve: ({ ResourceARN }, call) => quotaByArn(ResourceARN, call),
  authorize: (quota, { TagKeys }, call) => [tagAccess('UntagResource', quota, call, { 'aws:TagKeys': TagKeys })],
  run(quota, { TagKeys }, call) {
    const kept = Object.entries(tagsOf(quota, call)).filter(([key]) => !TagKeys.includes(key));
    putTags(quota, Object.fromEntries(kept), call);
    return {};
  },
});

export const ListTagsForResource = operation('service-quotas', 'ListTagsForResource', {
  resolve: ({ ResourceARN }, call) => quotaByArn(ResourceARN, call),
  authorize: (quota, _input, call) => [tagAccess('ListTagsForResource', quota, call)],
  run: (quota, _input, call): { Tags: Tag[] } => ({
    Tags: Object.entries(tagsOf(quota, call)).map(([Key, Value]) => ({ Key, Value })),
  }),
});

/** @throws IllegalArgumentException for a key that is given twice or that no tag may have. */
function checkKeys(keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw illegalArgument(`Duplicate tag key: ${key}`);
    seen.add(key);
    if (key.toLowerCase().startsWith('aws:')) {
      throw illegalArgument('aws: prefixed tag key names are not allowed for external use.');
    }
    // The store would return it under another name.
    if (!isKeptName(key)) throw illegalArgument(`No tag may have the key ${key}.`);
  }
}

function tagAccess(name: string, quota: Quota, call: Call, context: ConditionContext = {}) {
  const { account, region } = placeOf(call);
  const own = Object.entries(tagsOf(quota, call)).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  return quotaAccess(name, call, quotaArn(quota, region, account), { ...Object.fromEntries(own), ...context });
}

const rowOf = ({ service, name }: Quota, call: Call) => {
  const { account, region } = placeOf(call);
  return [account, region, service, name] as const;
};

const tagsOf = (quota: Quota, call: Call): Readonly<Record<string, string>> =>
  call.tx.quotaTags.get([...rowOf(quota, call)])?.tags ?? {};

function putTags(quota: Quota, tags: Readonly<Record<string, string>>, call: Call): void {
  if (Object.keys(tags).length > 0) call.tx.quotaTags.put([...rowOf(quota, call)], { v: 1, tags });
  else call.tx.quotaTags.remove([...rowOf(quota, call)]);
}
