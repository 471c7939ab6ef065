import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';

const recordsOf = (world: World, operation: string): CallRecord[] =>
  world.transact(allCalls).filter((record) => record.operation === operation);

const Bucket = 'photos';
const put = { Bucket, Key: 'a', Body: Buffer.from('12345'), ServerSideEncryption: 'aws:kms' } as const;

test('a data record has the bytes, the key and the status, and the trail shows the bytes as before', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', put);
  await world.call('s3', 'GetObject', { Bucket, Key: 'a', Range: 'bytes=1-2' });
  await world.call('s3', 'DeleteObject', { Bucket, Key: 'a' });
  const [generated] = recordsOf(world, 'GenerateDataKey');
  const { keyArn } = generated ?? {};
  expect(keyArn).toMatch(new RegExp(`^arn:aws:kms:us-east-1:${ACCOUNT}:key/`));
  expect(generated).toMatchObject({ httpStatus: 200 });
  expect(generated).not.toHaveProperty('bytesIn');
  const [written] = recordsOf(world, 'PutObject');
  expect(written).toMatchObject({ bytesIn: 5, bytesOut: 0, keyArn, httpStatus: 200, extra: { SSEApplied: 'SSE_KMS' } });
  expect(recordsOf(world, 'GetObject')).toMatchObject([{ bytesIn: 0, bytesOut: 2, keyArn, httpStatus: 206 }]);
  expect(recordsOf(world, 'DeleteObject')).toMatchObject([{ bytesIn: 0, bytesOut: 0, httpStatus: 204 }]);
  const event = written && cloudTrailEvent(written);
  expect(event?.additionalEventData).toMatchObject({
    bytesTransferredIn: 5,
    bytesTransferredOut: 0,
    SSEApplied: 'SSE_KMS',
  });
});

test('a refused call has the status of its refusal', async () => {
  const world = newWorld();
  await world.refusal('s3', 'GetObject', { Bucket: 'nowhere', Key: 'a' });
  await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/none' });
  expect(recordsOf(world, 'GetObject')).toMatchObject([{ httpStatus: 404 }]);
  // KMS answers 400 to whatever its client did wrong.
  expect(recordsOf(world, 'DescribeKey')).toMatchObject([{ httpStatus: 400 }]);
});

test('a call of S3 has the part that KMS took of its time, and what a bucket key spared', async () => {
  // Each reading of the clock of durations is a millisecond after the one before.
  let ticks = 0;
  const world = newWorld({}, { elapsed: () => ticks++ });
  await world.call('s3', 'CreateBucket', { Bucket });
  for (const Key of ['a', 'b']) await world.call('s3', 'PutObject', { ...put, Key, BucketKeyEnabled: true });
  await world.call('s3', 'PutObject', { Bucket, Key: 'c', Body: Buffer.from('12345') });
  const denied = { ...put, SSEKMSKeyId: 'alias/none' };
  await world.refusal('s3', 'PutObject', denied);
  const [generated] = recordsOf(world, 'GenerateDataKey');
  const ms = generated?.durationMs ?? 0;
  expect(ms).toBeGreaterThan(0);
  expect(recordsOf(world, 'PutObject').map(({ kms }) => kms)).toEqual([
    { ms, spared: 0 },
    { ms: 0, spared: 1 },
    undefined,
    { ms, spared: 0 },
  ]);
  expect(generated).not.toHaveProperty('kms');
});

test('a transfer has the KMS calls of both its transactions', async () => {
  let ticks = 0;
  const world = newWorld({}, { elapsed: () => ticks++ });
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { ...put, Body: Buffer.alloc(3_000_000) });
  const [written] = recordsOf(world, 'PutObject');
  const calls = world.transact(allCalls).filter(({ within }) => within === written?.requestId);
  expect(calls.length).toBeGreaterThan(0);
  expect(written?.kms).toEqual({ ms: calls.reduce((sum, { durationMs }) => sum + durationMs, 0), spared: 0 });
});
