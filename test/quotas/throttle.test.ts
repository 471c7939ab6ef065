import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { keyRate } from '../../src/quotas/optional-rates.ts';
import { type PlacedQuota, resetQuota, setEnforcement, setQuota } from '../../src/quotas/settings.ts';
import { useOf } from '../../src/quotas/use.ts';
import { setClock } from '../../src/store/clock.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const KMS =
  'ThrottlingException: You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';
const KMS_BEHIND_S3 = 'SlowDown: Please reduce your request rate for operations involving AWS KMS.';

const here = (name: string, region: PlacedQuota['region'] = 'us-east-1'): PlacedQuota => ({
  account: ACCOUNT,
  region,
  service: 'kms',
  name,
});

const use = (world: World, quota: PlacedQuota) => world.transact((tx) => useOf(quota, world.environment.now(), tx));
const lastMinute = (world: World, quota: PlacedQuota) => use(world, quota).lastMinute;
const limit = (world: World, quota: PlacedQuota, rate: number) => world.transact((tx) => setQuota(quota, rate, tx));
const last = (world: World, operation: string): CallRecord | undefined =>
  world.transact(allCalls).findLast((record) => record.operation === operation);

async function newKey(world: World, input: Parameters<typeof world.call<'kms', 'CreateKey'>>[2] = {}): Promise<string> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', input);
  return KeyMetadata?.KeyId ?? '';
}

const random = { NumberOfBytes: 1 };
const symmetric = here('symmetric');

test("AWS's rates are observed: nothing is refused, and what AWS would have refused is known", async () => {
  const world = newWorld();
  const rates: unknown[] = [];
  for (let i = 0; i < 7; i += 1) {
    const { effects } = await world.answer('kms', 'CreateKey', {}, { grouped: i % 2 === 0 });
    rates.push(last(world, 'CreateKey')?.rates?.map(({ isOver }) => isOver));
    const over = { kind: 'over-rate', ...here('CreateKey'), rate: 5 };
    expect(effects.filter(({ kind }) => kind === 'over-rate')).toEqual(i < 5 ? [] : [over]);
  }
  expect(rates.flat()).toEqual([undefined, undefined, undefined, undefined, undefined, true, true]);
  expect(use(world, here('CreateKey'))).toEqual({
    lastMinute: { granted: 5, over: 2, peak: 7 },
    overEver: 2,
    lastOverMs: Math.floor(world.environment.now() / 1000) * 1000,
  });
  world.advance(60_000);
  await world.reopen();
  expect(use(world, here('CreateKey'))).toMatchObject({ lastMinute: { granted: 0, over: 0, peak: 0 }, overEver: 2 });
});

test('with enforcement a request over the rate is refused until the next window, and is recorded', async () => {
  const world = newWorld();
  world.transact((tx) => setEnforcement(true, tx));
  for (let i = 0; i < 5; i += 1) await world.call('kms', 'CreateKey', {});
  for (const grouped of [false, true]) {
    expect(await world.refusal('kms', 'CreateKey', {}, { grouped })).toBe(KMS);
    expect(last(world, 'CreateKey')).toMatchObject({
      error: { code: 'ThrottlingException', message: KMS.slice('ThrottlingException: '.length) },
      httpStatus: 400,
      resources: [],
      response: null,
      rates: [{ quota: 'CreateKey', region: 'us-east-1', account: ACCOUNT }],
    });
  }
  // Each quota is independent, and each region.
  await world.call('kms', 'ListKeys', {});
  await world.call('kms', 'CreateKey', {}, { region: 'eu-west-1' });
  world.advance(1000);
  await world.reopen();
  await world.call('kms', 'CreateKey', {});
  expect(lastMinute(world, here('CreateKey'))).toEqual({ granted: 6, over: 2, peak: 7 });
  world.transact((tx) => setEnforcement(false, tx));
  for (let i = 0; i < 9; i += 1) await world.call('kms', 'CreateKey', {});
});

test('a rate by hand is always enforced, also a fraction and nothing at all', async () => {
  const world = newWorld();
  limit(world, symmetric, 0.5);
  world.advance(-(world.environment.now() % 2000));
  await world.call('kms', 'GenerateRandom', random);
  expect(await world.refusal('kms', 'GenerateRandom', random)).toBe(KMS);
  world.advance(1999);
  expect(await world.refusal('kms', 'GenerateRandom', random)).toBe(KMS);
  world.advance(1);
  await world.call('kms', 'GenerateRandom', random);
  limit(world, symmetric, 0);
  world.advance(5000);
  expect(await world.refusal('kms', 'GenerateRandom', random)).toBe(KMS);
  world.transact((tx) => resetQuota(symmetric, tx));
  await world.call('kms', 'GenerateRandom', random);
});

test("the windows run on the machine's clock, wherever the store's is", async () => {
  const world = newWorld();
  limit(world, symmetric, 1);
  const moveStore = (ms: number) =>
    world.transact((tx) => setClock(tx, world.environment.now(), world.environment.now() + ms));
  await world.call('kms', 'GenerateRandom', random);
  for (const ms of [DAY, -DAY, 5000]) {
    moveStore(ms);
    expect(await world.refusal('kms', 'GenerateRandom', random)).toBe(KMS);
  }
  world.transact((tx) => tx.facts.put(['clock'], { frozenAtMs: world.environment.now() }));
  world.advance(1000);
  await world.call('kms', 'GenerateRandom', random);
  expect(await world.refusal('kms', 'GenerateRandom', random)).toBe(KMS);
});

// AWS KMS Developer Guide, "Throttling AWS KMS requests", cross-account requests.
test("the caller's account is charged, not the key's", async () => {
  const world = newWorld();
  const KeyId = await newKey(world);
  const Principal = { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` };
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
    { Effect: 'Allow', Principal, Action: 'kms:Encrypt', Resource: '*' },
  ];
  await world.call('kms', 'PutKeyPolicy', { KeyId, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KeyId}`;
  const as = `${OTHER_ACCOUNT}:root`;
  limit(world, symmetric, 0);
  await world.call('kms', 'Encrypt', { KeyId: arn, Plaintext: Buffer.from('x') }, { as });
  limit(world, { ...symmetric, account: OTHER_ACCOUNT }, 1);
  expect(await world.refusal('kms', 'Encrypt', { KeyId: arn, Plaintext: Buffer.from('x') }, { as })).toBe(KMS);
});

test("S3's calls to KMS count, S3 answers SlowDown for KMS, and both are recorded", async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const object = { Bucket: 'photos', Key: 'a', ServerSideEncryption: 'aws:kms' } as const;
  limit(world, symmetric, 2);
  await world.call('s3', 'PutObject', { ...object, Body: Buffer.from('x') });
  await world.call('kms', 'GenerateRandom', random);
  expect(lastMinute(world, symmetric)).toEqual({ granted: 2, over: 0, peak: 2 });
  expect(await world.refusal('s3', 'PutObject', { ...object, Body: Buffer.from('y') })).toBe(KMS_BEHIND_S3);
  expect(await world.refusal('s3', 'GetObject', { Bucket: 'photos', Key: 'a' })).toBe(KMS_BEHIND_S3);
  const large = { ...object, Key: 'large', Body: Buffer.alloc(200_000) };
  expect(await world.refusal('s3', 'PutObject', large)).toBe(KMS_BEHIND_S3);
  expect(last(world, 'PutObject')).toMatchObject({ error: { code: 'SlowDown' }, httpStatus: 503 });
  const inner = last(world, 'GenerateDataKey');
  expect(inner).toMatchObject({
    error: { code: 'ThrottlingException' },
    resources: [],
    rates: [{ quota: 'symmetric' }],
  });
  expect(inner?.within).toBe(last(world, 'PutObject')?.requestId);
  expect(lastMinute(world, symmetric)).toEqual({ granted: 2, over: 3, peak: 5 });
  world.advance(1000);
  await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'a' });
});

test('a call that is denied, or that S3 undoes, counts once', async () => {
  const world = newWorld();
  const KeyId = await newKey(world);
  await world.call('iam', 'CreateUser', { UserName: 'u' });
  for (const grouped of [false, true]) {
    const input = { KeyId, Plaintext: Buffer.from('x') };
    expect(await world.refusal('kms', 'Encrypt', input, { as: 'user/u', grouped })).toMatch('AccessDenied');
  }
  expect(lastMinute(world, symmetric)).toMatchObject({ granted: 2, over: 0 });
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('kms', 'DisableKey', { KeyId });
  const object = { Bucket: 'photos', Key: 'a', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const;
  expect(await world.refusal('s3', 'PutObject', { ...object, Body: Buffer.from('x') })).toMatch('KMS.Disabled');
  expect(lastMinute(world, symmetric)).toMatchObject({ granted: 3, over: 0 });
});

// AWS KMS Developer Guide, "Request quotas".
test('calls that count several times need room for all of it, and use up nothing if they are refused', async () => {
  const world = newWorld();
  const KeyId = await newKey(world, { MultiRegion: true });
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') });
  world.advance(1000);
  limit(world, symmetric, 3);
  await world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId });
  expect(await world.refusal('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId })).toBe(KMS);
  await world.call('kms', 'GenerateRandom', random);
  limit(world, here('CreateKey', 'eu-west-1'), 1);
  expect(await world.refusal('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' })).toBe(KMS);
  expect(lastMinute(world, here('ReplicateKey'))).toMatchObject({ granted: 0, over: 0 });
  limit(world, here('CreateKey', 'eu-west-1'), 2);
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  expect(lastMinute(world, here('CreateKey', 'eu-west-1'))).toEqual({ granted: 2, over: 2, peak: 4 });
  expect(lastMinute(world, here('ReplicateKey'))).toMatchObject({ granted: 1, over: 0 });
});

test('a key may have a rate of its own, for whoever uses it, until it is deleted', async () => {
  const world = newWorld();
  const [busy, other] = [await newKey(world), await newKey(world)];
  await world.call('kms', 'ReEncrypt', {
    CiphertextBlob: (await world.call('kms', 'Encrypt', { KeyId: busy, Plaintext: Buffer.from('x') })).CiphertextBlob,
    DestinationKeyId: busy,
  });
  const rate = keyRate({ account: ACCOUNT, region: 'us-east-1', keyId: busy });
  limit(world, rate, 1);
  world.advance(1000);
  const encrypt = (KeyId: string) => ({ KeyId, Plaintext: Buffer.from('x') });
  await world.call('kms', 'Encrypt', encrypt(busy));
  expect(await world.refusal('kms', 'Encrypt', encrypt(busy), { as: 'root' })).toBe(KMS);
  await world.call('kms', 'Encrypt', encrypt(other));
  await world.call('kms', 'DescribeKey', { KeyId: busy });
  expect(lastMinute(world, rate)).toEqual({ granted: 1, over: 1, peak: 2 });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId: busy, PendingWindowInDays: 7 });
  world.advance(8 * DAY);
  await world.call('kms', 'ListKeys', {});
  world.transact((tx) => {
    expect([...tx.quotaValues.range()]).toEqual([]);
    expect([...tx.quotaUses.range()].filter(({ key }) => key[3] === rate.name)).toEqual([]);
  });
});

// Amazon S3 User Guide, "Best practices design patterns"; Amazon S3 API Reference, "Error responses", SlowDown.
test('prefixes of buckets have rates where somebody set them', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const put = (Key: string) => ['s3', 'PutObject', { Bucket: 'photos', Key, Body: Buffer.from('x') }] as const;
  for (const Key of ['a/1', 'a/2']) await world.call(...put(Key));
  world.transact((tx) => expect([...tx.quotaUses.range()]).toEqual([]));
  const writes = { ...here('prefix-writes'), service: 's3' } as const;
  const reads = { ...writes, name: 'prefix-reads' };
  limit(world, writes, 2);
  limit(world, reads, 1);
  for (const Key of ['a/1', 'a/2', 'b/1', 'b/2', '1', 'a/b/1']) await world.call(...put(Key));
  for (const Key of ['a/3', 'b/c']) {
    expect(await world.refusal(...put(Key))).toBe('SlowDown: Please reduce your request rate.');
  }
  expect(last(world, 'PutObject')).toMatchObject({ httpStatus: 503, resources: [] });
  await world.call('s3', 'HeadObject', { Bucket: 'photos', Key: 'a/1' });
  await world.call('s3', 'GetObject', { Bucket: 'photos', Key: '1' });
  expect(await world.refusal('s3', 'GetObject', { Bucket: 'photos', Key: 'a/2' })).toMatch('SlowDown');
  expect(lastMinute(world, writes)).toEqual({ granted: 6, over: 2, peak: 3 });
  expect(lastMinute(world, reads)).toEqual({ granted: 2, over: 1, peak: 2 });
  world.advance(DAY);
  for (let i = 0; i < 40; i += 1) await world.call(...put(`${i}/x`));
  // What was used of six prefixes a day ago goes as new ones come.
  const rows = world.transact((tx) => [...tx.quotaUses.under([ACCOUNT, 'us-east-1', 's3'])].length);
  expect(rows).toBeLessThan(46);
});

// CloudTrail API Reference, LookupEvents: two per second, per account, per region.
test('LookupEvents has two requests a second, and its own words', async () => {
  const world = newWorld();
  world.transact((tx) => setEnforcement(true, tx));
  for (let i = 0; i < 2; i += 1) await world.call('cloudtrail', 'LookupEvents', {});
  expect(await world.refusal('cloudtrail', 'LookupEvents', {})).toBe('ThrottlingException: Rate exceeded');
  await world.call('cloudtrail', 'LookupEvents', {}, { region: 'eu-west-1' });
});

test('what is only tried counts nothing, and other services have no rates', async () => {
  const world = newWorld();
  limit(world, symmetric, 1);
  await world.explain('kms', 'GenerateRandom', random);
  await world.call('iam', 'ListUsers', {});
  world.transact((tx) => expect([...tx.quotaUses.range()]).toEqual([]));
  await world.call('kms', 'GenerateRandom', random);
  const { refusal } = await world.explain('kms', 'GenerateRandom', random);
  expect(refusal).toMatchObject({
    code: 'ThrottlingException',
    reason: 'the rate symmetric in us-east-1 allows 1 a second: ssebox quota list',
  });
  expect(lastMinute(world, symmetric)).toEqual({ granted: 1, over: 0, peak: 1 });
});

test('a batch of calls that is done again, since one of them broke, counts each once', async () => {
  const world = newWorld();
  const ask = () => world.call('kms', 'GenerateRandom', random, { grouped: true });
  const caller = () => {
    throw new Error('it broke');
  };
  const broken = () => world.call('kms', 'GenerateRandom', random, { grouped: true, caller });
  const settled = await Promise.allSettled([ask(), ask(), broken(), ask()]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(lastMinute(world, symmetric)).toEqual({ granted: 3, over: 0, peak: 3 });
});
