/** Object Lock, which buckets in ssebox never have, and S3's responses where it was never set: S3 API Reference. */

import { AwsError } from '../../api/errors.ts';
import { operation } from '../../call/operation.ts';
import { findBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { bucketAccess, objectAccess } from '../request/permissions.ts';

export const GetObjectLockConfiguration = operation('s3', 'GetObjectLockConfiguration', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketObjectLockConfiguration', bucket, call)],
  run({ name }) {
    throw new AwsError(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      { BucketName: name },
    );
  },
  parameters: (input) => requestParameters(input, { 'object-lock': '' }),
});

const lockMissing = () => new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');

export const GetObjectRetention = operation('s3', 'GetObjectRetention', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, { Key }, call) => [objectAccess('s3:GetObjectRetention', { bucket, key: Key }, call)],
  run() {
    throw lockMissing();
  },
  parameters: (input) => requestParameters(input, { retention: '' }),
});

export const GetObjectLegalHold = operation('s3', 'GetObjectLegalHold', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, { Key }, call) => [objectAccess('s3:GetObjectLegalHold', { bucket, key: Key }, call)],
  run() {
    throw lockMissing();
  },
  parameters: (input) => requestParameters(input, { 'legal-hold': '' }),
});
