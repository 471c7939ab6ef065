import { expect, test } from 'vitest';
import { AwsError, CallRefused } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { newWorld, type World } from '../support/harness.ts';

/** What a call that is refused throws. */
const thrown = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (output) => expect.fail(`it was not refused: ${JSON.stringify(output)}`),
    (error: unknown) => error,
  );

/** The calls that were recorded as refused, each by its operation and request id. */
const refusedRecords = (world: World) =>
  world.transact((tx) =>
    allCalls(tx)
      .filter(({ error }) => error !== undefined)
      .map(({ operation, requestId }) => ({ operation, requestId })),
  );

test('a refusal is thrown with its call, with the request id of the record', async () => {
  const world = newWorld();
  const error = await thrown(world.call('kms', 'DescribeKey', { KeyId: 'alias/none' }));
  expect(error).toBeInstanceOf(CallRefused);
  expect(error).toMatchObject({ code: 'NotFoundException', call: { service: 'kms', operation: 'DescribeKey' } });
  const { requestId } = (error as CallRefused).call;
  expect(refusedRecords(world)).toEqual([{ operation: 'DescribeKey', requestId }]);
});

test('the refusal of a call within a call is thrown with the outer one', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const SSEKMSKeyId = KeyMetadata?.Arn ?? '';
  await world.call('kms', 'DisableKey', { KeyId: SSEKMSKeyId });
  const put = {
    Bucket: 'photos',
    Key: 'a',
    Body: new Uint8Array(1),
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId,
  } as const;
  const error = await thrown(world.call('s3', 'PutObject', put));
  expect(error).toMatchObject({ code: 'KMS.DisabledException', call: { service: 's3', operation: 'PutObject' } });
  const { call, refusal } = error as CallRefused;
  expect(refusal).toBeInstanceOf(AwsError);
  expect(refusal).not.toBeInstanceOf(CallRefused);
  // Where it was refused, for whoever looks for the reason in the code.
  expect((error as CallRefused).stack).toBe(refusal.stack);
  const records = refusedRecords(world);
  expect(records.map(({ operation }) => operation).sort()).toEqual(['GenerateDataKey', 'PutObject']);
  expect(records.find(({ operation }) => operation === 'PutObject')?.requestId).toBe(call.requestId);
});

test('a refusal while bytes are moved is thrown with its call, and recorded once', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const Body = (async function* () {
    yield new Uint8Array(100_000);
  })();
  const error = await thrown(
    world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body, ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
  );
  expect(error).toMatchObject({ code: 'BadDigest', call: { service: 's3', operation: 'PutObject' } });
  const { requestId } = (error as CallRefused).call;
  expect(refusedRecords(world)).toEqual([{ operation: 'PutObject', requestId }]);
});

test('a call with invalid credentials has a request id but no record', async () => {
  const world = newWorld();
  const error = await thrown(world.call('kms', 'ListKeys', {}, { caller: () => ({ kind: 'anonymous' }) }));
  expect(error).toMatchObject({ code: 'MissingAuthenticationTokenException', call: { operation: 'ListKeys' } });
  expect((error as CallRefused).call.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(refusedRecords(world)).toEqual([]);
});
