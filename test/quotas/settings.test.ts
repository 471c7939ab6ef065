import { expect, test } from 'vitest';
import {
  isEnforced,
  profileOf,
  quotasByHand,
  resetQuota,
  resourceLimit,
  setEnforcement,
  setProfile,
  setQuota,
  valueInForce,
} from '../../src/quotas/settings.ts';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT } from '../support/harness.ts';

const rsa = { account: ACCOUNT, region: 'us-east-1', service: 'kms', name: 'rsa' } as const;

test("AWS's values hold and are not enforced, until a store says otherwise", async () => {
  const world = newWorld();
  world.transact((tx) => {
    expect([isEnforced(tx), profileOf(tx)]).toEqual([false, 'current']);
    expect(valueInForce(rsa, tx)).toEqual({ value: 1000, isByHand: false });
    setProfile('historic', tx);
    setEnforcement(true, tx);
  });
  await world.reopen();
  world.transact((tx) => {
    expect([isEnforced(tx), profileOf(tx)]).toEqual([true, 'historic']);
    expect(valueInForce(rsa, tx)).toEqual({ value: 500, isByHand: false });
    expect(valueInForce({ ...rsa, name: 'nothing' }, tx)).toBeUndefined();
  });
});

test('a value by hand holds for its account and region, until it is reset', async () => {
  const world = newWorld();
  world.transact((tx) => setQuota(rsa, 0.5, tx));
  await world.reopen();
  world.transact((tx) => {
    expect(valueInForce(rsa, tx)).toEqual({ value: 0.5, isByHand: true });
    expect(valueInForce({ ...rsa, region: 'us-west-2' }, tx)).toEqual({ value: 1000, isByHand: false });
    expect(valueInForce({ ...rsa, account: OTHER_ACCOUNT }, tx)).toEqual({ value: 1000, isByHand: false });
    expect([...quotasByHand(rsa, tx)]).toEqual([{ ...rsa, value: 0.5, isGranted: false }]);
    expect([resetQuota(rsa, tx), resetQuota(rsa, tx)]).toEqual([true, false]);
    expect(valueInForce(rsa, tx)).toEqual({ value: 1000, isByHand: false });
  });
});

test('a negative value, or one that is not a number, is not stored', () => {
  const world = newWorld();
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    world.transact((tx) => expect(() => setQuota(rsa, value, tx)).toThrow(RangeError));
  }
  world.transact((tx) => expect([...quotasByHand(rsa, tx)]).toEqual([]));
});

test('the number of buckets is limited in all regions together', async () => {
  const world = newWorld();
  const buckets = { account: ACCOUNT, region: 'eu-west-1', service: 's3', name: 'buckets' } as const;
  world.transact((tx) => setQuota(buckets, 1, tx));
  await world.call('s3', 'CreateBucket', { Bucket: 'first' });
  expect(await world.refusal('s3', 'CreateBucket', { Bucket: 'second' })).toBe(
    'TooManyBuckets: You have attempted to create more buckets than allowed.',
  );
  world.transact((tx) => {
    expect(resourceLimit('s3', 'buckets', { account: OTHER_ACCOUNT, region: 'us-east-1' }, tx)).toBe(10_000);
    resetQuota({ ...buckets, region: 'us-east-1' }, tx);
  });
  await world.call('s3', 'CreateBucket', { Bucket: 'second' });
});

// The messages with AWS's values are in the tests of aliases, grants, key policies and rotations.
test('limits of a key can be changed, and refusals name the limit in force', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  const limits = {
    'aliases-per-key': ['CreateAlias', { AliasName: 'alias/x', TargetKeyId: KeyId }, 'no more than 0 aliases'],
    'grants-per-key': [
      'CreateGrant',
      { KeyId, GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`, Operations: ['Decrypt'] },
      'no more than 0 grants',
    ],
    'key-policy-size': ['PutKeyPolicy', { KeyId, Policy: '{}' }, 'no more than 0 bytes'],
    'on-demand-rotations-per-key': ['RotateKeyOnDemand', { KeyId }, 'rotations limit has been reached'],
  } as const;
  for (const [name, [operation, input, words]] of Object.entries(limits)) {
    world.transact((tx) => setQuota({ ...rsa, name }, 0, tx));
    const refusal = await world.refusal('kms', operation, input);
    expect(refusal).toMatch(/^LimitExceededException: /);
    expect(refusal).toContain(words);
  }
});

// AWS KMS Developer Guide, "Resource quotas": KMS keys, of any state, without AWS managed ones.
test('the number of keys of an account in a region is limited', async () => {
  const world = newWorld();
  const keys = { ...rsa, name: 'keys' };
  const full = 'LimitExceededException: An account can have no more than 2 KMS keys in a region';
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { MultiRegion: true });
  const KeyId = KeyMetadata?.KeyId ?? '';
  world.transact((tx) => setQuota(keys, 2, tx));
  await world.call('kms', 'DescribeKey', { KeyId: 'alias/aws/s3' });
  await world.call('kms', 'CreateKey', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
  for (const KeySpec of ['SYMMETRIC_DEFAULT', 'RSA_2048'] as const) {
    expect(await world.refusal('kms', 'CreateKey', { KeySpec, KeyUsage: 'ENCRYPT_DECRYPT' })).toBe(full);
  }
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  const there = { ...keys, region: 'eu-west-1' } as const;
  world.transact((tx) => setQuota(there, 2, tx));
  await world.call('kms', 'CreateKey', {}, { region: 'eu-west-1' });
  const another = await world.call('kms', 'CreateKey', { MultiRegion: true }, { region: 'us-west-2' });
  const replicate = { KeyId: another.KeyMetadata?.KeyId ?? '', ReplicaRegion: 'eu-west-1' };
  expect(await world.refusal('kms', 'ReplicateKey', replicate, { region: 'us-west-2' })).toBe(full);
  // A key that waits for its deletion counts until it is deleted.
  const input = { KeyId, PendingWindowInDays: 7 };
  await world.call('kms', 'ScheduleKeyDeletion', input, { region: 'eu-west-1' });
  expect(await world.refusal('kms', 'CreateKey', {}, { region: 'eu-west-1' })).toBe(full);
  world.advance(8 * DAY);
  await world.call('kms', 'CreateKey', {}, { region: 'eu-west-1' });
  expect(await world.refusal('kms', 'CreateKey', {}, { region: 'eu-west-1' })).toBe(full);
});

test('a store without a count of its keys counts them when it needs it', async () => {
  const world = newWorld();
  for (let i = 0; i < 3; i += 1) await world.call('kms', 'CreateKey', {});
  world.transact((tx) => {
    tx.kmsKeyCounts.remove([ACCOUNT, 'us-east-1']);
    setQuota({ ...rsa, name: 'keys' }, 4, tx);
  });
  await world.call('kms', 'CreateKey', {});
  expect(await world.refusal('kms', 'CreateKey', {})).toMatch('no more than 4 KMS keys');
  world.transact((tx) => expect(tx.kmsKeyCounts.get([ACCOUNT, 'us-east-1'])).toBe(4));
});
