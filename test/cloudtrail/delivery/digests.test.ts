import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Region } from '../../../src/api/regions.ts';
import { resetClock, setClock } from '../../../src/store/clock.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START, type World } from '../../support/harness.ts';
import {
  deliver,
  digestKeysIn,
  LOGS,
  logBucketPolicy,
  logKeysIn,
  newTrail,
  textOf,
  trailArnOf,
} from '../../support/trail-place.ts';

const HOUR = 60 * MINUTE;
const validated = { EnableLogFileValidation: true };

interface Digest {
  readonly digestStartTime: string;
  readonly digestEndTime: string;
  readonly digestS3Bucket: string;
  readonly digestS3Object: string;
  readonly digestPublicKeyFingerprint: string;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestSignature: string | null;
  readonly newestEventTime: string | null;
  readonly logFiles: readonly { readonly s3Object: string; readonly hashValue: string }[];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Delivers what is due, as a call does that reads the bucket. */
const look = (world: World) => world.call('s3', 'ListObjectsV2', { Bucket: LOGS });

/** The digests of a region in the order of their keys, each checked: its signature, its place, its log files. */
async function checkedDigests(world: World, region: Region = 'us-east-1', bucket = LOGS): Promise<Digest[]> {
  const StartTime = new Date(0);
  const EndTime = new Date(START + 3000 * DAY);
  const { PublicKeyList = [] } = await world.call('cloudtrail', 'ListPublicKeys', { StartTime, EndTime }, { region });
  const digests: Digest[] = [];
  for (const key of digestKeysIn(world, bucket).filter((each) => each.includes(`/${region}/`))) {
    const text = await textOf(world, key, bucket);
    const digest: Digest = JSON.parse(text);
    expect(digest).toMatchObject({ awsAccountId: ACCOUNT, digestS3Bucket: bucket, digestS3Object: key });
    const { Metadata } = await world.call('s3', 'HeadObject', { Bucket: bucket, Key: key });
    expect(Metadata?.['signature-algorithm']).toBe('SHA256withRSA');
    const signed = [digest.digestEndTime, `${bucket}/${key}`, sha256(text), digest.previousDigestSignature ?? 'null'];
    const publicKey = PublicKeyList.find(({ Fingerprint }) => Fingerprint === digest.digestPublicKeyFingerprint);
    const keyObject = createPublicKey({
      key: Buffer.from(publicKey?.Value ?? []),
      format: 'der',
      type: 'pkcs1',
    });
    const signature = Buffer.from(Metadata?.signature ?? '', 'hex');
    expect(verify('sha256', Buffer.from(signed.join('\n')), keyObject, signature)).toBe(true);
    for (const log of digest.logFiles) expect(sha256(await textOf(world, log.s3Object, bucket))).toBe(log.hashValue);
    if (digest.previousDigestS3Object !== null) {
      const before = digests.find((each) => each.digestS3Object === digest.previousDigestS3Object);
      expect(before?.digestEndTime).toBe(digest.digestStartTime);
      const previous = await textOf(world, digest.previousDigestS3Object, bucket);
      expect(digest.previousDigestHashValue).toBe(sha256(previous));
    }
    digests.push(digest);
  }
  return digests;
}

const times = (digests: readonly Digest[]) =>
  digests.map(
    ({ digestStartTime, digestEndTime, logFiles, previousDigestS3Object }) =>
      `${digestStartTime} ${digestEndTime} ${logFiles.length}${previousDigestS3Object === null ? ' starts' : ''}`,
  );

test('a digest is delivered every hour, also when nothing happened, each with the one before it', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(30 * MINUTE);
  await world.call('kms', 'ListKeys', {});
  world.advance(2 * HOUR);
  await look(world);
  expect(times(await checkedDigests(world))).toEqual([
    '2026-05-04T09:00:00Z 2026-05-04T10:00:00Z 2 starts',
    '2026-05-04T10:00:00Z 2026-05-04T11:00:00Z 0',
  ]);
  expect(digestKeysIn(world)[0]).toBe(
    `AWSLogs/${ACCOUNT}/CloudTrail-Digest/us-east-1/2026/05/04/${ACCOUNT}_CloudTrail-Digest_us-east-1_main_us-east-1_20260504T100000Z.json.gz`,
  );
  // Every log file is in one.
  const listed = (await checkedDigests(world)).flatMap(({ logFiles }) => logFiles.map(({ s3Object }) => s3Object));
  expect(listed.sort()).toEqual(logKeysIn(world).sort());
});

test('nothing is delivered before it is due', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(5 * MINUTE - 1);
  await look(world);
  expect(logKeysIn(world)).toEqual([]);
  world.advance(1);
  await look(world);
  expect(logKeysIn(world)).toHaveLength(1);
  world.advance(55 * MINUTE - 1);
  await look(world);
  expect(digestKeysIn(world)).toEqual([]);
  world.advance(1);
  await look(world);
  expect(digestKeysIn(world)).toHaveLength(1);
});

test('a trail that does not validate its files has no digests', async () => {
  const world = newWorld();
  await newTrail(world);
  world.advance(3 * HOUR);
  await deliver(world);
  expect(digestKeysIn(world)).toEqual([]);
});

test('a chain ends with a final digest when logging stops, and another one starts with it', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(10 * MINUTE);
  await world.call('cloudtrail', 'StopLogging', { Name: 'main' });
  await look(world);
  world.advance(20 * MINUTE);
  await look(world);
  expect(times(await checkedDigests(world))).toEqual(['2026-05-04T09:00:00Z 2026-05-04T09:10:00Z 1 starts']);
  world.advance(5 * HOUR);
  await look(world);
  expect(digestKeysIn(world)).toHaveLength(1);
  await world.call('cloudtrail', 'StartLogging', { Name: 'main' });
  world.advance(HOUR);
  await look(world);
  expect(times(await checkedDigests(world)).at(-1)).toBe('2026-05-04T14:30:00Z 2026-05-04T15:00:00Z 1 starts');
});

test('a deleted trail delivers its last files, and is forgotten', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(MINUTE);
  await world.call('cloudtrail', 'DeleteTrail', { Name: 'main' });
  expect(world.transact((tx) => [...tx.trails.range()].length)).toBe(1);
  world.advance(10 * MINUTE);
  await look(world);
  expect(logKeysIn(world)).toHaveLength(1);
  expect(times(await checkedDigests(world))).toEqual(['2026-05-04T09:00:00Z 2026-05-04T09:05:00Z 1 starts']);
  const left = world.transact((tx) => [
    ...tx.trails.range(),
    ...tx.trailQueue.range(),
    ...tx.trailQueueEnds.range(),
    ...tx.trailDeliveries.range(),
  ]);
  expect(left).toEqual([]);
});

test('validation that is switched off and on starts a new chain', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(65 * MINUTE);
  await world.call('cloudtrail', 'UpdateTrail', { Name: 'main', EnableLogFileValidation: false });
  world.advance(2 * HOUR);
  await look(world);
  await world.call('cloudtrail', 'UpdateTrail', { Name: 'main', EnableLogFileValidation: true });
  world.advance(HOUR);
  await look(world);
  const digests = await checkedDigests(world);
  expect(times(digests)).toEqual([
    '2026-05-04T09:00:00Z 2026-05-04T10:00:00Z 1 starts',
    '2026-05-04T12:05:00Z 2026-05-04T13:00:00Z 1 starts',
  ]);
  const listed = digests.flatMap(({ logFiles }) => logFiles.map(({ s3Object }) => s3Object));
  // Switching it off was delivered while it was off.
  expect(logKeysIn(world).filter((key) => !listed.includes(key))).toHaveLength(1);
});

test('a chain goes on in another bucket, and names the digest in the one before', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(61 * MINUTE);
  await world.call('s3', 'CreateBucket', { Bucket: 'later-logs' });
  const Policy = logBucketPolicy('later-logs', trailArnOf('main'), 'p/');
  await world.call('s3', 'PutBucketPolicy', { Bucket: 'later-logs', Policy });
  await world.call('cloudtrail', 'UpdateTrail', { Name: 'main', S3BucketName: 'later-logs', S3KeyPrefix: 'p' });
  world.advance(HOUR);
  await world.call('s3', 'ListObjectsV2', { Bucket: 'later-logs' });
  const [first = ''] = digestKeysIn(world);
  const [second = '', ...others] = digestKeysIn(world, 'later-logs');
  expect([digestKeysIn(world).length, others]).toEqual([1, []]);
  expect(JSON.parse(await textOf(world, second, 'later-logs'))).toMatchObject({
    digestS3Bucket: 'later-logs',
    digestS3Object: second,
    previousDigestS3Bucket: LOGS,
    previousDigestS3Object: first,
    previousDigestHashValue: sha256(await textOf(world, first)),
  });
});

test('a year without events has one digest, and the hours around events have theirs', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(365 * DAY + 30 * MINUTE);
  await world.call('kms', 'ListKeys', {});
  world.advance(2 * HOUR);
  await look(world);
  const year = '2027-05-04T';
  expect(times(await checkedDigests(world))).toEqual([
    '2026-05-04T09:00:00Z 2026-05-04T10:00:00Z 1 starts',
    `2026-05-04T10:00:00Z ${year}09:00:00Z 0`,
    `${year}09:00:00Z ${year}10:00:00Z 1`,
    `${year}10:00:00Z ${year}11:00:00Z 0`,
  ]);
});

test('two days without events have a digest every hour', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  world.advance(48 * HOUR);
  await look(world);
  expect(await checkedDigests(world)).toHaveLength(48);
});

test('a clock that is set forward and back loses nothing, and overwrites nothing', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  const move = (ms: number) => world.transact((tx) => setClock(tx, world.environment.now(), START + ms));
  move(2 * HOUR + 10 * MINUTE);
  await world.call('kms', 'ListKeys', {});
  await look(world);
  expect(times(await checkedDigests(world))).toEqual([
    '2026-05-04T09:00:00Z 2026-05-04T10:00:00Z 1 starts',
    '2026-05-04T10:00:00Z 2026-05-04T11:00:00Z 0',
  ]);
  const before = digestKeysIn(world);
  world.transact((tx) => resetClock(tx));
  world.advance(MINUTE);
  await world.call('kms', 'ListAliases', {});
  // What was logged in the time that is to come again does not wait for it.
  await look(world);
  expect(logKeysIn(world)).toHaveLength(2);
  world.advance(3 * HOUR);
  await look(world);
  const digests = await checkedDigests(world);
  expect(digestKeysIn(world)).toEqual(expect.arrayContaining(before));
  expect(times(digests)).toEqual([
    '2026-05-04T09:00:00Z 2026-05-04T10:00:00Z 1 starts',
    '2026-05-04T09:01:00Z 2026-05-04T10:00:01Z 2 starts',
    '2026-05-04T10:00:00Z 2026-05-04T11:00:00Z 0',
    '2026-05-04T10:00:01Z 2026-05-04T11:00:01Z 0',
    '2026-05-04T11:00:01Z 2026-05-04T12:00:00Z 0',
  ]);
  const listed = digests.flatMap(({ logFiles }) => logFiles.map(({ s3Object }) => s3Object));
  expect(listed.sort()).toEqual(logKeysIn(world).sort());
});

test('a region has one key for thirty days, and lists those that were valid in a time', async () => {
  const world = newWorld();
  await newTrail(world, validated);
  expect((await world.call('cloudtrail', 'ListPublicKeys', {})).PublicKeyList).toEqual([]);
  world.advance(3 * HOUR);
  await look(world);
  const { PublicKeyList: [key] = [] } = await world.call('cloudtrail', 'ListPublicKeys', {});
  const [from = 0, to = 0] = [key?.ValidityStartTime?.getTime(), key?.ValidityEndTime?.getTime()];
  expect(to - from).toBe(30 * DAY);
  expect(from <= START && START + HOUR < to).toBe(true);
  const listed = async (fromMs: number, toMs: number, region: Region = 'us-east-1') => {
    const times = { StartTime: new Date(fromMs), EndTime: new Date(toMs) };
    const { PublicKeyList = [] } = await world.call('cloudtrail', 'ListPublicKeys', times, { region });
    return PublicKeyList.length;
  };
  expect(await listed(from - DAY, from)).toBe(1);
  expect(await listed(from - DAY, from - 1000)).toBe(0);
  expect(await listed(to - 1000, to + DAY)).toBe(1);
  expect(await listed(to, to + DAY)).toBe(0);
  expect(await listed(from, to, 'eu-west-1')).toBe(0);
  world.advance(40 * DAY);
  await look(world);
  expect(await listed(from, to + 30 * DAY)).toBe(2);
  expect(
    await world.refusal('cloudtrail', 'ListPublicKeys', { StartTime: new Date(to), EndTime: new Date(from) }),
  ).toBe('InvalidTimeRangeException: The start time must not be after the end time.');
  expect(await world.refusal('cloudtrail', 'ListPublicKeys', { NextToken: 'x' })).toMatch(/^InvalidTokenException/);
});
