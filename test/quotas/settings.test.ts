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
import { ACCOUNT, newWorld, OTHER_ACCOUNT } from '../support/harness.ts';

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
