import { describe, expect, test } from 'vitest';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { newWorld, type World } from '../support/harness.ts';
import { adminIdentity, eventsOf, expectWhole, type Fields, keyEntry } from './whole-event.ts';

const Bucket = 'photos';
const Key = 'reports/2026/q1.csv';
const Body = Buffer.from('12345');
const OBJECT = `arn:aws:s3:::${Bucket}/${Key}`;
const BUCKET = `arn:aws:s3:::${Bucket}`;
const kms = { ServerSideEncryption: 'aws:kms' } as const;

/** KMS's events of the calls that S3 made, since there were so many. */
const seen = (world: World, from = 0): readonly Fields[] =>
  eventsOf(world)
    .filter((event) => event.eventSource === 'kms.amazonaws.com' && Object(event.userIdentity).invokedBy !== undefined)
    .slice(from);

interface Stage {
  readonly world: World;
  readonly keyId: string;
  readonly additionalEventData: Fields;
}

async function newStage(): Promise<Stage> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const keyId = await makeKey(world);
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId: keyId });
  return { world, keyId, additionalEventData: { keyMaterialId: KeyMetadata?.CurrentKeyMaterialId } };
}

const put = ({ world, keyId }: Stage, more: object = {}) =>
  world.call('s3', 'PutObject', { Bucket, Key, Body, ...kms, SSEKMSKeyId: keyId, ...more });

/** The event that S3's call leaves: the caller's identity, and the service's name where the connection would be. */
function expectCall(event: Fields | undefined, eventName: string, stage: Stage, requestParameters: Fields): void {
  expectWhole(event, {
    service: 'kms',
    eventName,
    userIdentity: { ...adminIdentity, invokedBy: 'fas.s3.amazonaws.com' },
    by: 'fas.s3.amazonaws.com',
    requestParameters,
    additionalEventData: stage.additionalEventData,
    readOnly: true,
    resources: [keyEntry(stage.keyId)],
  });
}

// Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys", encryption context and audit; AWS KMS
// Developer Guide, "How Amazon S3 uses AWS KMS". The key is named as it is configured; a Decrypt names none.
describe('without a bucket key, each write and each read is a call with the ARN of its object', () => {
  test('PutObject', async () => {
    const stage = await newStage();
    await put(stage);
    const [event, ...others] = seen(stage.world);
    expect(others).toEqual([]);
    const encryptionContext = { 'aws:s3:arn': OBJECT };
    expectCall(event, 'GenerateDataKey', stage, {
      keyId: stage.keyId,
      encryptionContext,
      keySpec: 'AES_256',
    });
  });

  test('GetObject', async () => {
    const stage = await newStage();
    await put(stage);
    await stage.world.call('s3', 'GetObject', { Bucket, Key });
    const [event, ...others] = seen(stage.world, 1);
    expect(others).toEqual([]);
    const encryptionContext = { 'aws:s3:arn': OBJECT };
    expectCall(event, 'Decrypt', stage, { encryptionContext, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
  });

  test('CopyObject', async () => {
    const stage = await newStage();
    await put(stage);
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}`, ...kms, SSEKMSKeyId: stage.keyId };
    await stage.world.call('s3', 'CopyObject', copy);
    const [decrypt, generate, ...others] = seen(stage.world, 1);
    expect(others).toEqual([]);
    expectCall(decrypt, 'Decrypt', stage, {
      encryptionContext: { 'aws:s3:arn': OBJECT },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    });
    expectCall(generate, 'GenerateDataKey', stage, {
      keyId: stage.keyId,
      encryptionContext: { 'aws:s3:arn': `${BUCKET}/copy` },
      keySpec: 'AES_256',
    });
  });

  test('an object in parts, at its creation', async () => {
    const stage = await newStage();
    await stage.world.call('s3', 'CreateMultipartUpload', { Bucket, Key, ...kms, SSEKMSKeyId: stage.keyId });
    const [event, ...others] = seen(stage.world);
    expect(others).toEqual([]);
    const encryptionContext = { 'aws:s3:arn': OBJECT };
    expectCall(event, 'GenerateDataKey', stage, {
      keyId: stage.keyId,
      encryptionContext,
      keySpec: 'AES_256',
    });
  });
});

test("a client's own context is merged with S3's", async () => {
  const stage = await newStage();
  const context = Buffer.from(JSON.stringify({ team: 'red' })).toString('base64');
  await put(stage, { SSEKMSEncryptionContext: context });
  await stage.world.call('s3', 'GetObject', { Bucket, Key });
  const encryptionContext = { 'aws:s3:arn': OBJECT, team: 'red' };
  expect(seen(stage.world).map(({ requestParameters }) => Object(requestParameters).encryptionContext)).toEqual([
    encryptionContext,
    encryptionContext,
  ]);
});

// Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
test('with a bucket key, the first write is a call with the ARN of the bucket, and most others are none', async () => {
  const stage = await newStage();
  for (const each of ['a', 'b', 'c']) await put(stage, { Key: each, BucketKeyEnabled: true });
  const [event, ...others] = seen(stage.world);
  expect(others).toEqual([]);
  const encryptionContext = { 'aws:s3:arn': BUCKET };
  expectCall(event, 'GenerateDataKey', stage, {
    keyId: stage.keyId,
    encryptionContext,
    keySpec: 'AES_256',
  });
});

test.for([
  ['a key id', (keyId: string) => keyId],
  ['an alias', () => 'alias/app'],
  ['a key ARN', (keyId: string) => arnFor(keyId)],
] as const)('the call of a bucket whose default is %s names the key like that', async ([, configured]) => {
  const stage = await newStage();
  const { world, keyId } = stage;
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: keyId });
  const apply = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: configured(keyId) } as const;
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: apply }] };
  await world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration });
  await world.call('s3', 'PutObject', { Bucket, Key, Body });
  expect(seen(world).map(({ requestParameters }) => Object(requestParameters).keyId)).toEqual([configured(keyId)]);
});

test('the call for SSE-KMS without a key names the alias of the key that AWS manages', async () => {
  const { world } = await newStage();
  await world.call('s3', 'PutObject', { Bucket, Key, Body, ...kms });
  const [event] = seen(world).filter(({ eventName }) => eventName === 'GenerateDataKey');
  expect(event?.requestParameters).toEqual({
    keyId: 'alias/aws/s3',
    encryptionContext: { 'aws:s3:arn': OBJECT },
    keySpec: 'AES_256',
  });
});
