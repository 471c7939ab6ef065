/**
 * Tags of buckets, one by one, beside PutBucketTagging, which replaces all of them: Amazon S3 User Guide, "Using tags
 * with S3 general purpose buckets".
 */

import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { putBucket } from '../s3/request/bucket.ts';
import { bucketAccess } from '../s3/request/permissions.ts';
import { requestDocument } from '../s3/request/request-document.ts';
import type { BucketRecord, BucketTag } from '../store/records/s3.ts';
import { invalidTag, requireTagKey, requireTags, requireTagsAsked } from './tag-rules.ts';
import { taggedBucket } from './tagged-resource.ts';

/** S3 API Reference, "List of Tagging-related error codes", TooManyTags. */
const MAX_TAGS = 50;

export const ListTagsForResource = operation('s3control', 'ListTagsForResource', {
  resolve: (input, call) => taggedBucket(input, call),
  authorize: (bucket, _input, call) => [tagAccess('s3:ListTagsForResource', bucket, call)],
  run: ({ tags = [] }) => ({ Tags: tags }),
  parameters: (input) => parametersOf('ListTagsForResource', input),
});

/** Adds tags to those that the bucket has. S3 API Reference, TagResource. */
export const TagResource = operation('s3control', 'TagResource', {
  resolve(input, call) {
    requireTagsAsked(input.Tags);
    return taggedBucket(input, call);
  },
  authorize: (bucket, { Tags }, call) => [tagAccess('s3:TagResource', bucket, call, Tags)],
  run(bucket, { Tags }, { tx }) {
    requireTags(Tags);
    const values = new Map((bucket.tags ?? []).map(({ Key, Value }) => [Key, Value]));
    for (const { Key, Value } of Tags) values.set(Key, Value);
    if (values.size > MAX_TAGS) {
      throw new AwsError('TooManyTags', `The number of tags exceeds the limit of ${MAX_TAGS} tags.`);
    }
    putBucket({ ...bucket, tags: Array.from(values, ([Key, Value]) => ({ Key, Value })) }, tx);
    return {};
  },
  parameters: (input) => parametersOf('TagResource', input),
});

/** Keys that the bucket does not have are ignored. S3 API Reference, UntagResource. */
export const UntagResource = operation('s3control', 'UntagResource', {
  resolve(input, call) {
    requireTagsAsked(input.TagKeys);
    if (input.TagKeys.length > MAX_TAGS || input.TagKeys.includes('')) throw invalidTag();
    return taggedBucket(input, call);
  },
  // As S3 decides it: the request has each key with an empty value.
  authorize: (bucket, { TagKeys }, call) => [
    tagAccess(
      's3:UntagResource',
      bucket,
      call,
      TagKeys.map((Key) => ({ Key, Value: '' })),
    ),
  ],
  run(bucket, { TagKeys }, { tx }) {
    const { tags = [] } = bucket;
    // S3 looks at the keys only where there is a tag.
    if (tags.length === 0) return {};
    if (new Set(TagKeys).size < TagKeys.length) {
      throw new AwsError('InvalidTag', 'Duplicate tag keys are not supported.');
    }
    for (const key of TagKeys) requireTagKey(key);
    const kept = tags.filter(({ Key }) => !TagKeys.includes(Key));
    putBucket({ ...bucket, tags: kept.length > 0 ? kept : undefined }, tx);
    return {};
  },
  parameters: (input) => parametersOf('UntagResource', input),
});

/** Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3": its tags and the request's. */
function tagAccess(action: string, bucket: BucketRecord, call: Call, requested: readonly BucketTag[] = []): Access {
  const context: ConditionContext = {
    ...Object.fromEntries((bucket.tags ?? []).map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value])),
    ...Object.fromEntries(requested.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    ...(requested.length > 0 && { 'aws:TagKeys': requested.map(({ Key }) => Key) }),
  };
  return bucketAccess(action, bucket, call, context);
}

/** `requestParameters`, as in S3's events: headers and query under their wire names, and the document. */
function parametersOf(
  name: 'ListTagsForResource' | 'TagResource' | 'UntagResource',
  input: {
    readonly AccountId: string;
    readonly ResourceArn: string;
    readonly TagKeys?: readonly string[] | undefined;
  },
): Readonly<Record<string, unknown>> {
  const { AccountId, ResourceArn, TagKeys } = input;
  return {
    resourceArn: ResourceArn,
    ...(TagKeys !== undefined && { tagKeys: TagKeys }),
    ...requestDocument(name, input, 's3control'),
    'x-amz-account-id': AccountId,
  };
}
