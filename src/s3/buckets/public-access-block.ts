/** Block Public Access: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage". */

import { AwsError } from '../../api/errors.ts';
import { operation } from '../../call/operation.ts';
import type { PublicAccessBlock } from '../../store/records/s3.ts';
import { findBucket, putBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';

/** Sets all four at once: omitted ones are off. S3 API Reference, PutPublicAccessBlock. */
export const PutPublicAccessBlock = operation('s3', 'PutPublicAccessBlock', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketPublicAccessBlock', bucket, call)],
  run(bucket, { PublicAccessBlockConfiguration: wanted }, { tx }) {
    if (Object.values(wanted).every((value) => value === undefined)) {
      throw new AwsError('InvalidRequest', 'Must specify at least one configuration.');
    }
    const publicAccessBlock: PublicAccessBlock = {
      BlockPublicAcls: wanted.BlockPublicAcls ?? false,
      IgnorePublicAcls: wanted.IgnorePublicAcls ?? false,
      BlockPublicPolicy: wanted.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: wanted.RestrictPublicBuckets ?? false,
    };
    putBucket({ ...bucket, publicAccessBlock }, tx);
  },
  parameters: (input) =>
    requestParameters(input, { publicAccessBlock: '', ...requestDocument('PutPublicAccessBlock', input) }),
});

export const GetPublicAccessBlock = operation('s3', 'GetPublicAccessBlock', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketPublicAccessBlock', bucket, call)],
  run({ name, publicAccessBlock }) {
    if (publicAccessBlock) return { PublicAccessBlockConfiguration: publicAccessBlock };
    throw new AwsError('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', {
      BucketName: name,
    });
  },
  parameters: (input) => requestParameters(input, { publicAccessBlock: '' }),
});

export const DeletePublicAccessBlock = operation('s3', 'DeletePublicAccessBlock', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketPublicAccessBlock', bucket, call)],
  run(bucket, _input, { tx }) {
    putBucket({ ...bucket, publicAccessBlock: undefined }, tx);
  },
  parameters: (input) => requestParameters(input, { publicAccessBlock: '' }),
});
