/** What S3 is asked about encryption: Amazon S3 User Guide, "Protecting data with server-side encryption". */

import { createHash } from 'node:crypto';
import { bytes, callsOf } from './probe-call.ts';

const Bucket = '<name>';
const Body = bytes('hello world');
const kms = { Bucket, Key: 'kms.txt' };
const withKey = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: '<key.KeyMetadata.Arn>' };
const unknown = 'arn:aws:kms:us-east-1:<caller.Account>:key/00000000-0000-4000-8000-000000000000';

/** The headers of SSE-C, as SDKs send them. */
function customerKey(key: Uint8Array): Readonly<Record<string, string>> {
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: Buffer.from(key).toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
}

const mine = customerKey(Buffer.alloc(32, 'k'));
const yours = customerKey(Buffer.alloc(32, 'y'));
const own = { Bucket, Key: 'own.txt' };
const defaults = (by: object, more: object = {}) => ({
  Bucket,
  ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: by, ...more }] },
});

export const encryptionCalls = callsOf([
  ['under SSE-S3', 's3 PutObject', { Bucket, Key: 's3.txt', Body, ServerSideEncryption: 'AES256' }, '200'],
  ['under a key', 's3 PutObject', { ...kms, Body, ...withKey }, '200'],
  ['under a key, with a bucket key', 's3 PutObject', { ...kms, Body, ...withKey, BucketKeyEnabled: true }, '200'],
  [
    'under a key, with a context',
    's3 PutObject',
    { ...kms, Body, ...withKey, SSEKMSEncryptionContext: Buffer.from('{"a":"b"}').toString('base64') },
    '200',
  ],
  ['under a key', 's3 GetObject', kms, '200'],
  ['under a key that the session may not use', 's3 GetObject', kms, '403 AccessDenied', { as: 'reader' }],
  ['under a key that the session may not use', 's3 HeadObject', kms, '200', { as: 'reader' }],
  [
    'a key without aws:kms',
    's3 PutObject',
    { ...kms, Body, SSEKMSKeyId: '<key.KeyMetadata.Arn>' },
    '400 InvalidArgument',
  ],
  [
    'an algorithm that does not exist',
    's3 PutObject',
    { ...kms, Body, ServerSideEncryption: 'ROT13' },
    '400 InvalidArgument',
  ],
  [
    'a key that does not exist',
    's3 PutObject',
    { ...kms, Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: unknown },
    '400 KMS.NotFoundException',
  ],
  [
    'what is not the id of a key',
    's3 PutObject',
    { ...kms, Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'fake-key-id' },
    '400 KMS.NotFoundException',
  ],
  [
    'a key of another region',
    's3 PutObject',
    { ...kms, Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: unknown.replace('us-east-1', 'eu-west-1') },
    '400 KMS.NotFoundException',
  ],
  [
    'a disabled key',
    's3 PutObject',
    { ...kms, Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: '<other.KeyMetadata.Arn>' },
    '400 KMS.DisabledException',
  ],
  [
    'an HMAC key',
    's3 PutObject',
    { ...kms, Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: '<hmac.KeyMetadata.Arn>' },
    '400 KMS.InvalidKeyUsageException',
  ],
  [
    'a disabled key, in parts',
    's3 CreateMultipartUpload',
    { ...kms, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: '<other.KeyMetadata.Arn>' },
    '400 KMS.DisabledException',
  ],
  ['to a key', 's3 CopyObject', { Bucket, Key: 'copied.txt', CopySource: '<name>/s3.txt', ...withKey }, '200'],
  ['onto itself, to a key', 's3 CopyObject', { Bucket, Key: 's3.txt', CopySource: '<name>/s3.txt', ...withKey }, '200'],
  ['a customer key, which new buckets refuse', 's3 PutObject', { ...own, Body, ...mine }, '403 AccessDenied'],
  [
    'allow customer keys',
    's3 PutBucketEncryption',
    defaults({ SSEAlgorithm: 'AES256' }, { BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }),
    '200',
  ],
  ['a customer key', 's3 PutObject', { ...own, Body, ...mine }, '200', { mayLag: true }],
  ['with the customer key', 's3 GetObject', { ...own, ...mine }, '200'],
  ['without the customer key', 's3 GetObject', own, '400 InvalidRequest'],
  ['without the customer key', 's3 HeadObject', own, '400'],
  ['with another customer key', 's3 GetObject', { ...own, ...yours }, '403 AccessDenied'],
  [
    'with a customer key that it does not have',
    's3 GetObject',
    { Bucket, Key: 'kms.txt', ...mine },
    '400 InvalidRequest',
  ],
  [
    'an algorithm that does not exist',
    's3 PutObject',
    { ...own, Body, ...mine, SSECustomerAlgorithm: 'AES128' },
    '400 InvalidEncryptionAlgorithmError',
  ],
  [
    'an MD5 of another key',
    's3 PutObject',
    { ...own, Body, ...mine, SSECustomerKeyMD5: yours.SSECustomerKeyMD5 },
    '400 InvalidArgument',
  ],
  ['a key of 16 bytes', 's3 PutObject', { ...own, Body, ...customerKey(Buffer.alloc(16)) }, '400 InvalidArgument'],
  [
    'a customer key and SSE-S3',
    's3 PutObject',
    { ...own, Body, ...mine, ServerSideEncryption: 'AES256' },
    '400 InvalidArgument',
  ],
  [
    'a key by default',
    's3 PutBucketEncryption',
    defaults({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: '<key.KeyMetadata.Arn>' }, { BucketKeyEnabled: true }),
    '200',
  ],
  ['the key of the bucket', 's3 PutObject', { Bucket, Key: 'default.txt', Body }, '200', { mayLag: true }],
  [
    'a key that does not exist by default',
    's3 PutBucketEncryption',
    defaults({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: unknown }),
    '200',
  ],
  [
    'the key of the bucket, which does not exist',
    's3 PutObject',
    { Bucket, Key: 'default.txt', Body },
    '400 KMS.NotFoundException',
    { mayLag: true },
  ],
  ['its default', 's3 DeleteBucketEncryption', { Bucket }, '204'],
]);
