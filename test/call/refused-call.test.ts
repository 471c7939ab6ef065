import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { findCall } from '../../src/call/refused-call.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';

/** S3's calls to KMS, one that is allowed and one that is denied, and the calls that they were made for. */
async function newPlace(): Promise<{ world: World; idOf: (operation: string, isRefused: boolean) => string }> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const SSEKMSKeyId = KeyMetadata?.Arn ?? '';
  const put = { Bucket, Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms', SSEKMSKeyId } as const;
  await world.call('s3', 'PutObject', { ...put, Key: 'a' });
  await world.call('kms', 'DisableKey', { KeyId: SSEKMSKeyId });
  await world.refusal('s3', 'PutObject', { ...put, Key: 'b' });
  const records = world.transact((tx) => allCalls(tx));
  const isWanted = ({ operation, error }: CallRecord, wanted: string, isRefused: boolean) =>
    operation === wanted && (error !== undefined) === isRefused;
  return {
    world,
    idOf: (operation, isRefused) =>
      records.find((record) => isWanted(record, operation, isRefused))?.eventId ?? expect.fail(`no ${operation}`),
  };
}

const found = (world: World, id: string) => world.transact((tx) => findCall(id, tx));

test.for(['PutObject', 'GenerateDataKey'])(
  'by the id of a refused %s the refusal of the outer call',
  async (operation) => {
    const { world, idOf } = await newPlace();
    const expected = { kind: 'refused', refusal: { operation: 'PutObject' }, call: { operation } };
    expect(found(world, idOf(operation, true))).toMatchObject(expected);
    // Rows of older versions of ssebox do not have a request id.
    world.transact((tx) => {
      for (const { key, value } of [...tx.refusals.range()]) {
        const { requestId: _, about: __, ...old } = value;
        tx.refusals.put(key, old);
      }
    });
    expect(found(world, idOf(operation, true))).toMatchObject(expected);
  },
);

test.for(['PutObject', 'GenerateDataKey'])('a %s that was not refused has only its record', async (operation) => {
  const { world, idOf } = await newPlace();
  expect(found(world, idOf(operation, false))).toMatchObject({ kind: 'recorded', call: { operation } });
});

test('a call of another region, too, and nothing by an id that no event has', async () => {
  const world = newWorld();
  await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/none' }, { region: 'eu-west-1' });
  const [record] = world.transact((tx) => allCalls(tx));
  const id = record?.eventId ?? '';
  expect(found(world, id)).toMatchObject({ kind: 'refused', call: { region: 'eu-west-1' } });
  // Its time is in an id.
  for (const other of ['', 'x', id.slice(1), id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))]) {
    expect(found(world, other), other).toBeUndefined();
  }
});
