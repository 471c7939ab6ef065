import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { ACCOUNT, DAY, newWorld, START } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';

test('a key is deleted when its waiting period is over, and not a moment before', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const DeletionDate = new Date(START + 7 * DAY);
  expect(await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })).toEqual({
    KeyId: arnFor(KeyId),
    DeletionDate,
    KeyState: 'PendingDeletion',
    PendingWindowInDays: 7,
  });
  expect((await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata).toMatchObject({
    Enabled: false,
    DeletionDate,
  });
  world.advance(7 * DAY - 1);
  expect((await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.KeyState).toBe('PendingDeletion');
  world.advance(1);
  const gone = `NotFoundException: Key '${arnFor(KeyId)}' does not exist`;
  expect(await world.refusal('kms', 'DescribeKey', { KeyId })).toBe(gone);
  expect(await world.refusal('kms', 'CancelKeyDeletion', { KeyId })).toBe(gone);
  expect((await world.call('kms', 'ListKeys', {})).Keys).toEqual([]);
});

test('everything about a deleted key is destroyed, and the log says when', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'RotateKeyOnDemand', { KeyId });
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/x', TargetKeyId: KeyId });
  const grant = { GranteePrincipal: 'arn:aws:iam::111122223333:root', Operations: ['Decrypt'] } as const;
  await world.call('kms', 'CreateGrant', { KeyId, ...grant, RetiringPrincipal: grant.GranteePrincipal });
  await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  world.advance(30 * DAY);
  await world.call('kms', 'ListKeys', {});
  const { left, forTheBill, events } = world.transact((tx) => ({
    left: Object.entries(tx)
      .filter(([name]) => name.startsWith('kms'))
      .flatMap(([, table]) => [...table.range()]),
    forTheBill: [...tx.deletedKeys.range()],
    events: allCalls(tx).filter(({ operation }) => operation === 'DeleteKey'),
  }));
  expect(left).toEqual([]);
  expect(forTheBill).toEqual([
    { key: [ACCOUNT, 'us-east-1', KeyId, START], value: { v: 1, endMs: START, rotatedMs: [START] } },
  ]);
  expect(events).toMatchObject([
    { timeMs: START + 7 * DAY, caller: { principalId: 'AWS Internal' }, parameters: null },
  ]);
});

test('cancelling a deletion leaves the key disabled', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { PendingWindowInDays } = await world.call('kms', 'ScheduleKeyDeletion', { KeyId });
  expect(PendingWindowInDays).toBe(30);
  expect(await world.call('kms', 'CancelKeyDeletion', { KeyId })).toEqual({ KeyId: arnFor(KeyId) });
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
  expect([KeyMetadata?.KeyState, KeyMetadata?.Enabled]).toEqual(['Disabled', false]);
  expect(KeyMetadata).not.toHaveProperty('DeletionDate');
  world.advance(40 * DAY);
  await world.call('kms', 'EnableKey', { KeyId });
});

// KMS API Reference, ScheduleKeyDeletion: the model allows 1 to 365 days, the service 7 to 30.
test.for([
  [6, 'PendingWindowInDays must be between 7 and 30'],
  [31, 'PendingWindowInDays must be between 7 and 30'],
  [
    366,
    "1 validation error detected: Value '366' at 'pendingWindowInDays' failed to satisfy constraint: " +
      'Member must have value less than or equal to 365',
  ],
] as const)('a waiting period of %i days: %s', async ([PendingWindowInDays, message]) => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  expect(await world.refusal('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays })).toBe(
    `ValidationException: ${message}`,
  );
});
