import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import type { PipelineParts } from '../../src/call/scope.ts';
import type { Table } from '../../src/store/table.ts';
import type { Tx } from '../../src/store/tables.ts';
import { newWorld, type World } from '../support/harness.ts';

interface Count {
  readonly made: number;
  readonly refused: number;
}

/** The throttle's own rows, among the facts about the store: one an operation. */
const countsIn = (tx: Tx) => tx.facts as unknown as Table<[string], Count>;
const rowOf = (operation: string): [string] => [`throttle ${operation}`];

/** Counts what is made of each operation, and refuses what is more than its limit. */
const limited =
  (limits: Readonly<Record<string, number>>): PipelineParts['throttle'] =>
  ({ tx }, { operation }) => {
    const { made, refused } = countsIn(tx).get(rowOf(operation)) ?? { made: 0, refused: 0 };
    const isTooMany = made - refused >= (limits[operation] ?? Number.POSITIVE_INFINITY);
    countsIn(tx).put(rowOf(operation), { made: made + 1, refused: refused + (isTooMany ? 1 : 0) });
    if (isTooMany) throw new AwsError('ThrottlingException', 'Rate exceeded');
  };

const countOf = (operation: string, world: World) =>
  world.transact((tx) => countsIn(tx).get(rowOf(operation)) ?? { made: 0, refused: 0 });

test('a request beyond the rate is refused and counted, in the transaction that records it', async () => {
  const world = newWorld({}, { throttle: limited({ ListKeys: 2 }) });
  await world.call('kms', 'ListKeys', {});
  await world.call('kms', 'ListKeys', {}, { grouped: true });
  for (const grouped of [false, true]) {
    expect(await world.refusal('kms', 'ListKeys', {}, { grouped })).toBe('ThrottlingException: Rate exceeded');
  }
  await world.reopen();
  expect(countOf('ListKeys', world)).toEqual({ made: 4, refused: 2 });
  const errors = world.transact((tx) => allCalls(tx).map((value) => value.error?.code));
  expect(errors).toEqual([undefined, undefined, 'ThrottlingException', 'ThrottlingException']);
});

test('a request that is denied, or fails later, is counted once', async () => {
  const world = newWorld({}, { throttle: limited({}) });
  await world.call('iam', 'CreateUser', { UserName: 'u' });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  expect(await world.refusal('kms', 'DisableKey', { KeyId }, { as: 'user/u' })).toMatch('AccessDenied');
  expect(countOf('DisableKey', world)).toEqual({ made: 1, refused: 0 });
  await world.call('kms', 'DisableKey', { KeyId });
  expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext: new Uint8Array(1) })).toMatch('DisabledException');
  expect(countOf('Encrypt', world)).toEqual({ made: 1, refused: 0 });
});

/** A bucket whose objects need a call to KMS each. */
async function newBucket(world: World): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const byDefault = { SSEAlgorithm: 'aws:kms' } as const;
  await world.call('s3', 'PutBucketEncryption', {
    Bucket: 'photos',
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
  });
}

test("S3's call to KMS is counted although it undoes the put that it is part of", async () => {
  const world = newWorld({}, { throttle: limited({ GenerateDataKey: 1 }) });
  await newBucket(world);
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body: new Uint8Array(1) });
  for (const Key of ['b', 'c']) {
    const put = { Bucket: 'photos', Key, Body: new Uint8Array(1) };
    expect(await world.refusal('s3', 'PutObject', put)).toMatch(/^SlowDown/);
  }
  expect(countOf('GenerateDataKey', world)).toEqual({ made: 3, refused: 2 });
  expect(countOf('PutObject', world)).toEqual({ made: 3, refused: 0 });
  const { Contents } = await world.call('s3', 'ListObjectsV2', { Bucket: 'photos' });
  expect(Contents?.map(({ Key }) => Key)).toEqual(['a']);
});

test('a call within a call that continues is counted once, refused or not', async () => {
  const world = newWorld({}, { throttle: limited({ DeleteObject: 1 }) });
  await newBucket(world);
  const Objects = ['a', 'b', 'c'].map((Key) => ({ Key }));
  const { Deleted, Errors } = await world.call('s3', 'DeleteObjects', { Bucket: 'photos', Delete: { Objects } });
  expect([Deleted?.length, Errors?.length]).toEqual([1, 2]);
  expect(countOf('DeleteObject', world)).toEqual({ made: 3, refused: 2 });
  expect(countOf('DeleteObjects', world)).toEqual({ made: 1, refused: 0 });
});

test('an explanation counts nothing', async () => {
  const world = newWorld({}, { throttle: limited({ ListKeys: 1 }) });
  await world.call('kms', 'ListKeys', {});
  const { refusal } = await world.explain('kms', 'ListKeys', {});
  expect(refusal?.code).toBe('ThrottlingException');
  expect(countOf('ListKeys', world)).toEqual({ made: 1, refused: 0 });
});

test('a malformed or missing name is refused before the throttle, a missing permission after it', async () => {
  const world = newWorld({}, { throttle: limited({ DescribeKey: 0 }) });
  await world.call('iam', 'CreateUser', { UserName: 'u' });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  expect(await world.refusal('kms', 'DescribeKey', {})).toMatch('ValidationException');
  expect(await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/none' })).toMatch('NotFoundException');
  expect(countOf('DescribeKey', world)).toEqual({ made: 0, refused: 0 });
  const input = { KeyId: KeyMetadata?.KeyId };
  expect(await world.refusal('kms', 'DescribeKey', input, { as: 'user/u' })).toMatch('ThrottlingException');
});

test('the throttle sees the resolved names of the request', async () => {
  const seen: unknown[] = [];
  const world = newWorld({}, { throttle: (_call, { target }) => void seen.push(target) });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/rsa', TargetKeyId: KeyMetadata?.KeyId ?? '' });
  seen.length = 0;
  await world.call('kms', 'GetPublicKey', { KeyId: 'alias/rsa' });
  expect(seen).toMatchObject([{ key: { keyId: KeyMetadata?.KeyId, spec: 'RSA_2048' } }]);
});
