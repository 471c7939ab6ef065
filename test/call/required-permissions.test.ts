import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { requiredPermissions } from '../../src/call/required-permissions.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';

/** The permissions of the newest record of an operation, as `action resource`. */
const permissionsOf = (world: World, operation: string): string[] | undefined =>
  requiredPermissions(newest(world, operation))?.map(({ action, resource }) => `${action} ${resource}`);

const newest = (world: World, operation: string): CallRecord =>
  world.transact(allCalls).findLast((record) => record.operation === operation) ??
  expect.fail(`there is no record of ${operation}`);

const Bucket = 'photos';
const bucket = `arn:aws:s3:::${Bucket}`;
const object = (key: string) => `${bucket}/${key}`;
const Body = Buffer.from('12345');

async function newPhotos(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body });
  return world;
}

test('a call with the one permission that its name says has no more in its record', async () => {
  const world = await newPhotos();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('kms', 'Encrypt', { KeyId: KeyMetadata?.KeyId ?? '', Plaintext: Body });
  await world.call('s3', 'GetObject', { Bucket, Key: 'a' });
  await world.call('kms', 'ListKeys', {});
  for (const operation of ['Encrypt', 'PutObject', 'GetObject', 'ListKeys'])
    expect(newest(world, operation)).not.toHaveProperty('permissions');
  expect(permissionsOf(world, 'Encrypt')).toEqual([`kms:Encrypt ${KeyMetadata?.Arn}`]);
  expect(permissionsOf(world, 'GetObject')).toEqual([`s3:GetObject ${object('a')}`]);
  expect(permissionsOf(world, 'ListKeys')).toEqual(['kms:ListKeys *']);
});

/** The pages of the API references, "Permissions". */
test('other permissions are in the record, each one once', async () => {
  const world = await newPhotos();
  await world.call('s3', 'HeadObject', { Bucket, Key: 'a' });
  expect(permissionsOf(world, 'HeadObject')).toEqual([`s3:GetObject ${object('a')}`]);
  await world.call('s3', 'ListObjectsV2', { Bucket });
  expect(permissionsOf(world, 'ListObjectsV2')).toEqual([`s3:ListBucket ${bucket}`]);
  await world.call('s3', 'ListBuckets', {});
  expect(permissionsOf(world, 'ListBuckets')).toEqual(['s3:ListAllMyBuckets *']);
  await world.call('s3', 'GetBucketEncryption', { Bucket });
  expect(permissionsOf(world, 'GetBucketEncryption')).toEqual([`s3:GetEncryptionConfiguration ${bucket}`]);
  await world.call('s3', 'PutObject', { Bucket, Key: 'b', Body, Tagging: 'team=web' });
  expect(permissionsOf(world, 'PutObject')).toEqual([
    `s3:PutObject ${object('b')}`,
    `s3:PutObjectTagging ${object('b')}`,
  ]);
  await world.call('s3', 'CopyObject', { Bucket, Key: 'c', CopySource: `${Bucket}/b` });
  expect(permissionsOf(world, 'CopyObject')).toEqual([
    `s3:GetObject ${object('b')}`,
    `s3:GetObjectTagging ${object('b')}`,
    `s3:PutObject ${object('c')}`,
    `s3:PutObjectTagging ${object('c')}`,
  ]);
  await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'b' }, { Key: 'c' }] } });
  expect(permissionsOf(world, 'DeleteObjects')).toEqual([]);
  expect(permissionsOf(world, 'DeleteObject')).toEqual([`s3:DeleteObject ${object('c')}`]);
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Tags: [{ TagKey: 'team', TagValue: 'web' }] });
  expect(permissionsOf(world, 'CreateKey')).toEqual([
    'kms:CreateKey *',
    `kms:TagResource arn:aws:kms:us-east-1:${ACCOUNT}:key/*`,
  ]);
  const KeyId = KeyMetadata?.KeyId ?? '';
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId });
  expect(permissionsOf(world, 'CreateAlias')).toEqual([
    `kms:CreateAlias arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`,
    `kms:CreateAlias ${KeyMetadata?.Arn}`,
  ]);
  const { CiphertextBlob = new Uint8Array() } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Body });
  await world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: 'alias/app' });
  expect(permissionsOf(world, 'ReEncrypt')).toEqual([
    `kms:ReEncryptFrom ${KeyMetadata?.Arn}`,
    `kms:ReEncryptTo ${KeyMetadata?.Arn}`,
  ]);
});

test('an absent object needs the permission to list, and a call that is refused earlier needs none', async () => {
  const world = await newPhotos();
  await world.refusal('s3', 'GetObject', { Bucket, Key: 'none' });
  expect(permissionsOf(world, 'GetObject')).toEqual([`s3:GetObject ${object('none')}`, `s3:ListBucket ${bucket}`]);
  await world.refusal('s3', 'GetObject', { Bucket: 'nowhere', Key: 'a' });
  expect(permissionsOf(world, 'GetObject')).toEqual([]);
});

test('of a call that was denied, the last is what it was denied', async () => {
  const world = await newPhotos();
  await world.call('iam', 'CreateUser', { UserName: 'bob' });
  const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.call('iam', 'PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument });
  await world.refusal('s3', 'CopyObject', { Bucket, Key: 'b', CopySource: `${Bucket}/a` }, { as: 'user/bob' });
  expect(permissionsOf(world, 'CopyObject')).toEqual([`s3:GetObject ${object('a')}`, `s3:PutObject ${object('b')}`]);
});

/** A record of an earlier version has the permission that its operation is named after, or nothing is known of it. */
test.each([
  ['s3', 'GetObject', [{ action: 's3:GetObject', resource: object('a') }]],
  ['s3', 'HeadObject', undefined],
  ['kms', 'ReEncrypt', undefined],
])('a record of %s %s without permissions', (service, operation, expected) => {
  const resources = [{ arn: object('a'), type: 'AWS::S3::Object' }];
  const record: CallRecord = {
    eventId: '',
    requestId: '',
    timeMs: 0,
    recipient: ACCOUNT,
    region: 'us-east-1',
    service,
    operation,
    caller: { type: 'Root' },
    parameters: null,
    response: null,
    resources,
    durationMs: 0,
  };
  expect(requiredPermissions(record)).toEqual(expected);
});
