/**
 * Settings that a bucket in ssebox never has, and S3's responses when they were never set: S3 API Reference, the
 * operations' pages, and "Error responses". Programs that inventory a bucket query all of them.
 */

import type { AwsErrorCode } from '../../api/error-codes.ts';
import { AwsError } from '../../api/errors.ts';
import { operation } from '../../call/operation.ts';
import { findBucket } from '../request/bucket.ts';
import { configurationParameters } from '../request/event-fields.ts';
import { bucketAccess, objectAccess } from '../request/permissions.ts';

const notConfigured = (code: AwsErrorCode, message: string, bucket: string) =>
  new AwsError(code, message, { BucketName: bucket });

export const GetBucketLifecycleConfiguration = operation('s3', 'GetBucketLifecycleConfiguration', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetLifecycleConfiguration', bucket, call)],
  run({ name }) {
    throw notConfigured('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', name);
  },
  parameters: (input) => configurationParameters(input, 'lifecycle'),
});

export const GetBucketCors = operation('s3', 'GetBucketCors', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketCORS', bucket, call)],
  run({ name }) {
    throw notConfigured('NoSuchCORSConfiguration', 'The CORS configuration does not exist', name);
  },
  parameters: (input) => configurationParameters(input, 'cors'),
});

export const GetBucketWebsite = operation('s3', 'GetBucketWebsite', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketWebsite', bucket, call)],
  run({ name }) {
    throw notConfigured(
      'NoSuchWebsiteConfiguration',
      'The specified bucket does not have a website configuration',
      name,
    );
  },
  parameters: (input) => configurationParameters(input, 'website'),
});

export const GetObjectLockConfiguration = operation('s3', 'GetObjectLockConfiguration', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketObjectLockConfiguration', bucket, call)],
  run({ name }) {
    throw notConfigured(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      name,
    );
  },
  parameters: (input) => configurationParameters(input, 'object-lock'),
});

const lockMissing = () => new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');

export const GetObjectRetention = operation('s3', 'GetObjectRetention', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, { Key }, call) => [objectAccess('s3:GetObjectRetention', { bucket, key: Key }, call)],
  run() {
    throw lockMissing();
  },
});

export const GetObjectLegalHold = operation('s3', 'GetObjectLegalHold', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, { Key }, call) => [objectAccess('s3:GetObjectLegalHold', { bucket, key: Key }, call)],
  run() {
    throw lockMissing();
  },
});

export const GetBucketLogging = operation('s3', 'GetBucketLogging', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketLogging', bucket, call)],
  run: () => ({}),
  parameters: (input) => configurationParameters(input, 'logging'),
});

export const GetBucketNotificationConfiguration = operation('s3', 'GetBucketNotificationConfiguration', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketNotification', bucket, call)],
  run: () => ({}),
  parameters: (input) => configurationParameters(input, 'notification'),
});

export const GetBucketAccelerateConfiguration = operation('s3', 'GetBucketAccelerateConfiguration', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetAccelerateConfiguration', bucket, call)],
  run: () => ({}),
  parameters: (input) => configurationParameters(input, 'accelerate'),
});

export const GetBucketRequestPayment = operation('s3', 'GetBucketRequestPayment', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketRequestPayment', bucket, call)],
  run: () => ({ Payer: 'BucketOwner' }) as const,
  parameters: (input) => configurationParameters(input, 'requestPayment'),
});
