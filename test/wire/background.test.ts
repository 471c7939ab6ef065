import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import type { Effect } from '../../src/call/answer.ts';
import { type Background, type BackgroundParts, startBackground } from '../../src/wire/background.ts';
import { DAY, MINUTE, newWorld, type World } from '../support/harness.ts';
import { COPY, newSetting, SOURCE } from '../support/replication-setting.ts';
import { keysIn, LOGS, logKeysIn, newTrail } from '../support/trail-place.ts';

/** Background work whose time the test moves. */
interface Watched {
  readonly background: Background;
  /** What was told. */
  readonly lines: readonly string[];
  /** Lets time pass, and waits until it has done what that makes it do. */
  round(elapsedMs?: number): Promise<void>;
}

function start(world: World, changes: Partial<Pick<BackgroundParts, 'place' | 'replicates'>> = {}): Watched {
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  let elapsedMs = 0;
  const background = startBackground({
    place: world.place(),
    environment: {
      elapsed: () => elapsedMs,
      pause: (_ms, signal) =>
        new Promise((resolve, reject) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    },
    region: 'us-east-1',
    replicates: true,
    tell: (line) => void lines.push(line),
    ...changes,
  });
  onTestFinished(() => background.close(0));
  return {
    background,
    lines,
    async round(ms = 1000) {
      elapsedMs += ms;
      waiting.shift()?.();
      while (waiting.length === 0) await setImmediate();
    },
  };
}

const write = async (world: World, Key: string): Promise<readonly Effect[]> =>
  (await world.answer('s3', 'PutObject', { Bucket: SOURCE, Key, Body: Buffer.from(Key) })).effects;

const statusOf = async (world: World, Key: string) =>
  (await world.call('s3', 'HeadObject', { Bucket: SOURCE, Key })).ReplicationStatus;

test('what is written is replicated, in order, before it ends', async () => {
  const world = newWorld();
  await newSetting(world);
  const { background, lines } = start(world);
  const keys = Array.from({ length: 12 }, (_, index) => `k${String(index).padStart(2, '0')}`);
  for (const key of keys) background.after(await write(world, key));
  await background.close();
  expect(keysIn(world, COPY)).toEqual(keys);
  const replicas = await world.call('s3', 'ListObjectVersions', { Bucket: COPY });
  expect(replicas.Versions).toHaveLength(keys.length);
  expect(await Promise.all(keys.map((key) => statusOf(world, key)))).toEqual(keys.map(() => 'COMPLETED'));
  expect(lines).toEqual([]);
});

test('where replication is left to a command, it stays in the queue', async () => {
  const world = newWorld();
  await newSetting(world);
  const { background, round } = start(world, { replicates: false });
  background.after(await write(world, 'k'));
  await round(DAY);
  await background.close();
  expect(await statusOf(world, 'k')).toBe('PENDING');
});

test('what others have left in the queue is replicated after a while', async () => {
  const world = newWorld();
  await newSetting(world);
  await write(world, 'k');
  const { background, round } = start(world);
  await round();
  expect(await statusOf(world, 'k')).toBe('PENDING');
  await round(MINUTE);
  await background.close();
  expect(await statusOf(world, 'k')).toBe('COMPLETED');
});

test('one that is ended at once leaves in the queue what is not replicated yet', async () => {
  const world = newWorld();
  await newSetting(world);
  const { background, lines } = start(world);
  background.after(await write(world, 'k'));
  await background.close(0);
  expect(await statusOf(world, 'k')).toBe('PENDING');
  expect(lines).toEqual([]);
});

test('a replication that fails is told once, and does not end the others', async () => {
  const world = newWorld();
  await newSetting(world);
  const { background, lines } = start(world);
  background.after(await write(world, 'k'));
  await world.call('s3', 'PutBucketVersioning', {
    Bucket: COPY,
    VersioningConfiguration: { Status: 'Suspended' },
  });
  await background.close();
  expect(await statusOf(world, 'k')).toBe('FAILED');
  expect(lines).toEqual([expect.stringMatching(/^replicate failed: s3:\/\/\S+ to s3:\/\/\S+ DstBucketUnversioned: /)]);
});

test('keys are deleted when they are due, without a call', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  const { round } = start(world);
  const keys = () => world.transact((tx) => [...tx.kmsKeys.range()].length);
  await round();
  expect(keys()).toBe(1);
  world.advance(8 * DAY);
  await round();
  expect(keys()).toBe(0);
});

test('trails deliver and alarms are evaluated without a call', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('cloudwatch', 'PutMetricAlarm', {
    AlarmName: 'orders',
    MetricName: 'Orders',
    Namespace: 'Shop',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'breaching',
  });
  const { round, lines } = start(world);
  const states = () => world.transact((tx) => Array.from(tx.alarms.range(), ({ value }) => value.state.value));
  await round();
  expect(logKeysIn(world)).toEqual([]);
  expect(states()).toEqual(['INSUFFICIENT_DATA']);
  world.advance(6 * MINUTE);
  await round();
  expect(logKeysIn(world)).toHaveLength(1);
  expect(states()).toEqual(['ALARM']);
  expect(lines).toEqual([]);
});

const callsOf = (world: World): number =>
  world.transact((tx) => [...tx.managementCalls.range(), ...tx.dataCalls.range()].length);

test('a delivery that fails waits before it is tried again', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS });
  const { round, lines } = start(world);
  // Each attempt leaves its calls in the log.
  const attempts = () => callsOf(world);
  world.advance(6 * MINUTE);
  const before = attempts();
  await round();
  const first = attempts();
  expect(first).toBeGreaterThan(before);
  await round();
  await round();
  expect(attempts()).toBe(first);
  expect(lines).toEqual([]);
});

test('old rows go without a call', async () => {
  const world = newWorld({ keepManagementMs: DAY });
  for (let key = 0; key < 20; key++) await world.call('kms', 'ListAliases', {});
  const { round } = start(world);
  const calls = () => callsOf(world);
  await round();
  expect(calls()).toBe(20);
  world.advance(3 * DAY);
  await round();
  expect(calls()).toBe(0);
});

test('a store that cannot be used is told of once, and ends nothing', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId: KeyMetadata?.KeyId ?? '', PendingWindowInDays: 7 });
  const assembly = assemble({ folder: world.folder, environment: world.environment });
  const { round, lines } = start(world, { place: assembly });
  await assembly.close();
  await round();
  await round();
  expect(lines).toEqual([expect.stringMatching(/^background work failed: /)]);
});

test('two may work on one store', async () => {
  const world = newWorld();
  await newSetting(world);
  await newTrail(world);
  const other = assemble({ folder: world.folder, environment: world.environment });
  const both = [start(world), start(world, { place: other })];
  for (const key of ['a', 'b', 'c']) {
    const effects = await write(world, key);
    for (const { background } of both) background.after(effects);
  }
  world.advance(6 * MINUTE);
  await Promise.all(both.map(({ round }) => round()));
  await Promise.all(both.map(({ background }) => background.close()));
  await other.close();
  const { Versions } = await world.call('s3', 'ListObjectVersions', { Bucket: COPY });
  expect(Versions?.map(({ Key }) => Key)).toEqual(['a', 'b', 'c']);
  expect(logKeysIn(world)).toHaveLength(1);
  expect(both.flatMap(({ lines }) => lines)).toEqual([]);
});
