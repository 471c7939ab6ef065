import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { MINUTE, newWorld, START } from '../support/harness.ts';
import { makeKey } from './made-keys.ts';

test('the last successful cryptographic operation is reported for each key', async () => {
  const world = newWorld();
  const [KeyId, other] = [await makeKey(world), await makeKey(world)];
  const start = { TrackingStartDate: new Date(START), KeyCreationDate: new Date(START) };
  const usage = (id: string) => world.call('kms', 'GetKeyLastUsage', { KeyId: id });
  expect(await usage(KeyId)).toEqual({ KeyId, KeyLastUsage: {}, ...start });
  world.advance(MINUTE);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') });
  await world.call('kms', 'DescribeKey', { KeyId });
  const { KeyLastUsage } = await usage(KeyId);
  const [event] = world.transact((tx) => allCalls(tx).filter(({ operation }) => operation === 'Encrypt'));
  expect(KeyLastUsage).toEqual({
    Operation: 'Encrypt',
    Timestamp: new Date(START + MINUTE),
    CloudTrailEventId: event?.eventId,
    KmsRequestId: event?.requestId,
  });
  await world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: other });
  expect((await usage(KeyId)).KeyLastUsage?.Operation).toBe('ReEncrypt');
  expect((await usage(other)).KeyLastUsage?.Operation).toBe('ReEncrypt');
  const refused = { CiphertextBlob, EncryptionContext: { wrong: 'context' } };
  expect(await world.refusal('kms', 'Decrypt', refused)).toBe('InvalidCiphertextException: ');
  expect((await usage(KeyId)).KeyLastUsage?.Operation).toBe('ReEncrypt');
});
