import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { rateOf } from '../../src/call/rates.ts';
import type { Rate } from '../../src/store/records/call.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const lastRates = (world: World, operation: string): readonly Rate[] | undefined =>
  world.transact(allCalls).findLast((record) => record.operation === operation)?.rates;

const here = (quota: string) => ({ quota, region: 'us-east-1', account: ACCOUNT });

async function newKey(world: World, input: Parameters<typeof world.call<'kms', 'CreateKey'>>[2] = {}): Promise<string> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', input);
  return KeyMetadata?.KeyId ?? '';
}

const Plaintext = Buffer.from('x');

test('an operation counts against its own rate, or the one that it shares', async () => {
  const world = newWorld();
  const KeyId = await newKey(world);
  expect(lastRates(world, 'CreateKey')).toEqual([here('CreateKey')]);
  await world.call('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
  expect(lastRates(world, 'GenerateDataKey')).toEqual([here('symmetric')]);
  await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  expect(lastRates(world, 'Encrypt')).toEqual([here('symmetric')]);
  const rsa = await newKey(world, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  await world.call('kms', 'Encrypt', { KeyId: rsa, Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' });
  expect(lastRates(world, 'Encrypt')).toEqual([{ ...here('rsa'), spec: 'RSA_2048' }]);
  await world.call('kms', 'GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256' });
  expect(lastRates(world, 'GenerateDataKeyPair')).toEqual([here('GenerateDataKeyPair (ECC_NIST_P256)')]);
});

test('a call can count against two rates, or against the same one twice, in one region or two', async () => {
  const world = newWorld();
  const KeyId = await newKey(world, { MultiRegion: true });
  const rsa = await newKey(world, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  await world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId });
  expect(lastRates(world, 'ReEncrypt')).toEqual([here('symmetric'), here('symmetric')]);
  const DestinationEncryptionAlgorithm = 'RSAES_OAEP_SHA_256' as const;
  await world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: rsa, DestinationEncryptionAlgorithm });
  expect(lastRates(world, 'ReEncrypt')).toEqual([here('symmetric'), { ...here('rsa'), spec: 'RSA_2048' }]);
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  const there = { ...here('CreateKey'), region: 'eu-west-1' };
  expect(lastRates(world, 'ReplicateKey')).toEqual([here('ReplicateKey'), there, there]);
});

test("the caller's rate applies, and a denied call counts; a call that names no key does not", async () => {
  const world = newWorld();
  const KeyId = await newKey(world);
  const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KeyId}`;
  await world.refusal('kms', 'Encrypt', { KeyId: arn, Plaintext }, { as: `${OTHER_ACCOUNT}:user/admin` });
  expect(lastRates(world, 'Encrypt')).toEqual([{ ...here('symmetric'), account: OTHER_ACCOUNT }]);
  await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/none' });
  expect(lastRates(world, 'DescribeKey')).toBeUndefined();
});

test("S3's calls to KMS count against the caller's rate; S3 itself has none", async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', {
    Bucket: 'photos',
    Key: 'a',
    Body: Plaintext,
    ServerSideEncryption: 'aws:kms',
  });
  expect(lastRates(world, 'GenerateDataKey')).toEqual([here('symmetric')]);
  expect(lastRates(world, 'PutObject')).toBeUndefined();
});

test('in which region, and of which key, a request counts', async () => {
  const world = newWorld();
  const KeyId = await newKey(world, { MultiRegion: true });
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  const there = { ...here('UpdatePrimaryRegion'), region: 'eu-west-1' };
  await world.call('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'us-east-1' });
  expect(lastRates(world, 'UpdatePrimaryRegion')).toEqual([here('UpdatePrimaryRegion')]);
  await world.call('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-1' });
  const inBoth = [here('UpdatePrimaryRegion'), there];
  const records = world.transact(allCalls).filter(({ operation }) => operation === 'UpdatePrimaryRegion');
  // The record of what KMS did in the other region has no rates: those of the call are of both.
  expect(records.map(({ rates }) => rates).sort((a, b) => (a?.length ?? 0) - (b?.length ?? 0))).toEqual([
    [here('UpdatePrimaryRegion')],
    inBoth,
    undefined,
  ]);
  const ecc = await newKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await world.call('kms', 'GetPublicKey', { KeyId: ecc });
  expect(lastRates(world, 'GetPublicKey')).toEqual([{ ...here('GetPublicKey'), spec: 'ECC_NIST_P256' }]);
});

test("a service that calls for a resource draws on the quota of the resource's account", () => {
  const call = { caller: { kind: 'service', name: 'cloudtrail.amazonaws.com' }, region: 'us-east-1' } as const;
  const source = { arn: 'arn:aws:cloudtrail:us-east-1:444455556666:trail/t', account: OTHER_ACCOUNT };
  const rate = { quota: 'symmetric', region: 'us-east-1' };
  expect(rateOf({ quota: 'symmetric' }, call)).toEqual({ ...rate, account: '' });
  expect(rateOf({ quota: 'symmetric' }, { ...call, caller: { ...call.caller, source } })).toEqual({
    ...rate,
    account: OTHER_ACCOUNT,
  });
});
