/** Tags of buckets: Amazon S3 User Guide, "Using tags with S3 general purpose buckets". */

import { AwsError } from '../../api/errors.ts';
import { operation } from '../../call/operation.ts';
import { findBucket, putBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';
import { requireBucketTags } from '../request/tag-set.ts';

/** Replaces all tags. S3 API Reference, PutBucketTagging. */
export const PutBucketTagging = operation('s3', 'PutBucketTagging', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketTagging', bucket, call)],
  run(bucket, { Tagging: { TagSet } }, { tx }) {
    const tags = TagSet.map(({ Key, Value }) => ({ Key, Value }));
    requireBucketTags(tags);
    putBucket({ ...bucket, tags }, tx);
  },
  parameters: (input) => requestParameters(input, { tagging: '', ...requestDocument('PutBucketTagging', input) }),
});

/** S3 API Reference, GetBucketTagging. */
export const GetBucketTagging = operation('s3', 'GetBucketTagging', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketTagging', bucket, call)],
  run({ name, tags }) {
    if (tags && tags.length > 0) return { TagSet: tags };
    throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', { BucketName: name });
  },
  parameters: (input) => requestParameters(input, { tagging: '' }),
});

/** S3 API Reference, DeleteBucketTagging. */
export const DeleteBucketTagging = operation('s3', 'DeleteBucketTagging', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketTagging', bucket, call)],
  run(bucket, _input, { tx }) {
    putBucket({ ...bucket, tags: undefined }, tx);
  },
  parameters: (input) => requestParameters(input, { tagging: '' }),
});
