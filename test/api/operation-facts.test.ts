import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { ServiceModel } from '../../src/api/model/shapes.ts';
import { type OperationFacts, operationFacts } from '../../src/api/operation-facts.ts';
import { iamOperations } from '../../src/iam/operations.ts';
import { kmsOperations } from '../../src/kms/operations.ts';
import { s3Operations } from '../../src/s3/operations.ts';
import { queueExistingObjects } from '../../src/s3/replication/queue-existing.ts';
import { replicateObject } from '../../src/s3/replication/replicate-object.ts';

const modelOf = (service: ServiceName): ServiceModel =>
  JSON.parse(readFileSync(`src/api/model/${service}.json`, 'utf8'));

const namesOf = (service: ServiceName): string[] => Object.keys(modelOf(service).operations);

/** What any operation with rates needs: keys and another region. */
const drawnOn = (service: ServiceName, name: string, spec = 'SYMMETRIC_DEFAULT') => {
  const key = { account: '111122223333', region: 'us-east-1', keyId: 'k', spec };
  const target = { key, source: { key }, destination: { key }, region: 'eu-west-1' };
  return { key, drawn: operationFacts(service, name).rates(target, { KeyPairSpec: spec }) };
};

const namesWhere = (service: ServiceName, holds: (facts: OperationFacts) => boolean): string[] =>
  namesOf(service).filter((name) => holds(operationFacts(service, name)));

describe.each(['kms', 's3', 'iam', 'sts', 'cloudtrail'] as const)('%s', (service) => {
  test.for(namesOf(service))('%s has a price, a rate if AWS states one, and a name in the log', (name) => {
    const facts = operationFacts(service, name);
    expect(facts.price).toBeDefined();
    const { drawn } = drawnOn(service, name);
    expect(drawn.length > 0).toBe(service === 'kms' || service === 'cloudtrail');
    expect(facts.loggedAs).toMatch(/^[A-Z][A-Za-z]+$/);
    // What makes a version is about an object, and does not only read.
    if (facts.writesVersion) expect(facts).toMatchObject({ isData: true, reads: false });
  });

  test('operations named after a change change something, and no Get, List, Describe or Head does', () => {
    const changes =
      /^(?:Add|Attach|Cancel|Create|Delete|Detach|Disable|Enable|Import|Put|Remove|Start|Stop|Tag|Un|Upd)/;
    for (const name of namesOf(service)) {
      if (changes.test(name)) expect(operationFacts(service, name)).toMatchObject({ reads: false });
      if (/^(?:Get|List|Describe|Head)/.test(name))
        expect(operationFacts(service, name)).toMatchObject({ reads: true });
    }
  });
});

// AWS KMS Developer Guide, "AWS KMS log entry examples": readOnly of every operation that is no Get, List or Describe.
test('cryptographic operations of KMS only read', () => {
  const named = namesWhere('kms', ({ reads }) => reads).filter((name) => !/^(?:Get|List|Describe)/.test(name));
  expect(named).toEqual([
    'Decrypt',
    'DeriveSharedSecret',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'GenerateRandom',
    'ReEncrypt',
    'Sign',
    'Verify',
    'VerifyMac',
  ]);
});

// IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail".
test('every operation of STS only reads', () => {
  expect(namesWhere('sts', ({ reads }) => !reads)).toEqual([]);
});

// CloudTrail User Guide, "Amazon S3 data events"; ListMultipartUploads is in none of its lists.
test('data events are those of objects, and HeadBucket', () => {
  expect(namesWhere('s3', ({ isData }) => isData)).toEqual(
    [
      ...['AbortMultipartUpload', 'CompleteMultipartUpload', 'CopyObject', 'CreateMultipartUpload', 'DeleteObject'],
      ...['DeleteObjects', 'DeleteObjectTagging', 'GetObject', 'GetObjectAcl', 'GetObjectAttributes'],
      ...['GetObjectLegalHold', 'GetObjectRetention', 'GetObjectTagging', 'GetObjectTorrent', 'HeadObject'],
      ...['HeadBucket', 'ListObjects', 'ListObjectsV2', 'ListObjectVersions', 'ListParts', 'ListMultipartUploads'],
      ...['PutObject', 'PutObjectAcl', 'PutObjectLegalHold', 'PutObjectRetention', 'PutObjectTagging'],
      ...['RestoreObject', 'SelectObjectContent', 'UpdateObjectEncryption', 'UploadPart', 'UploadPartCopy'],
    ].sort(),
  );
  for (const service of ['kms', 'iam', 'sts', 'cloudtrail'] as const) {
    expect(namesWhere(service, ({ isData }) => isData)).toEqual([]);
  }
});

// Amazon S3 User Guide, "Amazon S3 CloudTrail events".
test('S3 logs some operations with another name', () => {
  const renamed = namesOf('s3').flatMap((name) => {
    const { loggedAs } = operationFacts('s3', name);
    return loggedAs === name ? [] : [[name, loggedAs]];
  });
  expect(Object.fromEntries(renamed)).toEqual({
    DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
    GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
    GetBucketLifecycleConfiguration: 'GetBucketLifecycle',
    GetBucketNotificationConfiguration: 'GetBucketNotification',
    GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
    ListObjectsV2: 'ListObjects',
    PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
    PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
    PutBucketNotificationConfiguration: 'PutBucketNotification',
    PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  });
});

// Amazon S3 pricing: PUT, COPY, POST and LIST; GET, SELECT and all others; DELETE and CANCEL are free.
test.for(Object.entries(modelOf('s3').operations))('S3 %s is priced by its request', ([name, { http }]) => {
  const isDelete = http.method === 'DELETE' || name === 'DeleteObjects';
  const isGet = http.method === 'GET' || http.method === 'HEAD' || name === 'SelectObjectContent';
  const expected = isDelete ? 'free' : isGet && !name.startsWith('List') ? 's3.get' : 's3.put';
  expect(operationFacts('s3', name).price).toBe(expected);
});

test('writing and deleting objects and their tags writes versions', () => {
  expect(namesWhere('s3', ({ writesVersion }) => writesVersion)).toEqual([
    'CompleteMultipartUpload',
    'CopyObject',
    'DeleteObject',
    'DeleteObjectTagging',
    'DeleteObjects',
    'PutObject',
    'PutObjectTagging',
  ]);
});

test('work that S3 does on its own is a data event, but not an operation of AWS', () => {
  for (const { name } of [queueExistingObjects, replicateObject]) {
    expect(operationFacts('s3', name)).toMatchObject({ isData: true, reads: false });
    expect(namesOf('s3')).not.toContain(name);
  }
  for (const name of Object.keys(s3Operations)) expect(namesOf('s3')).toContain(name);
  for (const name of Object.keys(kmsOperations)) expect(namesOf('kms')).toContain(name);
  for (const name of Object.keys(iamOperations)) expect(namesOf('iam')).toContain(name);
});

test('an unknown name has the facts that the name implies', () => {
  expect(operationFacts('ec2', 'DescribeInstances')).toEqual({
    reads: true,
    isData: false,
    isTask: false,
    loggedAs: 'DescribeInstances',
    writesVersion: false,
    isWithoutEffect: false,
    rates: expect.any(Function),
    price: undefined,
  });
  expect(operationFacts('ec2', 'DescribeInstances').rates({}, {})).toEqual([]);
});
