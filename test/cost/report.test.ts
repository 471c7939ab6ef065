/** What a store used, and what it costs: scenes that are worked out by hand. */

import { expect, test } from 'vitest';
import type { StorageClass } from '../../src/api/model/s3.types.ts';
import type { Region } from '../../src/api/regions.ts';
import { toNumber, usdOf } from '../../src/cost/exact.ts';
import type { Grouping } from '../../src/cost/groupings.ts';
import { awsBook } from '../../src/cost/price-book.ts';
import { type ReportRow, reportOf } from '../../src/cost/report.ts';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { newReplication } from '../support/replicated-bucket.ts';
import type { StoreSession } from '../support/store-session.ts';
import { newLogBucket } from '../support/trail-bucket.ts';

const HOUR = 3_600_000;
const [MAY, JUNE, JULY] = ['2026-05-01', '2026-06-01', '2026-07-01'].map((day) => Date.parse(day)) as [
  number,
  number,
  number,
];
const HOURS_OF_MAY = 31 * 24;

interface Query {
  readonly startMs?: number;
  readonly endMs?: number;
  readonly by?: Grouping | undefined;
  readonly accounts?: readonly string[];
}

const report = (world: World, { startMs = MAY, endMs = JUNE, by, accounts = [ACCOUNT] }: Query = {}): ReportRow[] =>
  world.transact((tx) => reportOf({ accounts, startMs, endMs, by, book: awsBook }, tx));

/** The quantities and dollars by usage type. */
const shown = (rows: readonly ReportRow[]) =>
  Object.fromEntries(rows.map(({ usageType, quantity, usd }) => [usageType, [toNumber(quantity), usdOf(usd)]]));

/** The hours of keys that are paid for in a month of May. */
const keyHours = (rows: readonly ReportRow[]): number =>
  rows
    .filter(({ usageType }) => usageType === 'KMS-Keys')
    .reduce((all, { quantity }) => all + Math.round(toNumber(quantity) * HOURS_OF_MAY), 0);

async function newKey(world: World, input: object = {}): Promise<string> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', input);
  return KeyMetadata?.KeyId ?? '';
}

/** What is done to a key at 09:00 on May 4, and the hours that it is paid for in May: 663 are left of the month. */
const lives: readonly (readonly [title: string, hours: number, act: (world: World) => Promise<unknown>])[] = [
  ['a key, from the hour of its creation', 663, (world) => newKey(world)],
  ['three keys', 3 * 663, async (world) => [await newKey(world), await newKey(world), await newKey(world)]],
  ['an AWS managed key', 0, (world) => world.call('kms', 'DescribeKey', { KeyId: 'alias/aws/s3' })],
  ['an asymmetric key', 663, (world) => newKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })],
  ['a key without its imported material', 663, (world) => newKey(world, { Origin: 'EXTERNAL' })],
  [
    'a multi-Region key and its replica, an hour later',
    663 + 662,
    async (world) => {
      const KeyId = await newKey(world, { MultiRegion: true });
      world.advance(HOUR);
      await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
    },
  ],
  [
    'a key that is pending deletion costs nothing from then on',
    24,
    async (world) => {
      const KeyId = await newKey(world);
      world.advance(DAY);
      await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    },
  ],
  [
    'a key that was deleted costs what it cost until then',
    24,
    async (world) => {
      const KeyId = await newKey(world);
      world.advance(DAY);
      await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
      world.advance(8 * DAY);
      expect(await world.refusal('kms', 'DescribeKey', { KeyId })).toContain('NotFoundException');
    },
  ],
  [
    'a key whose deletion is cancelled is charged as if it had never been scheduled',
    663,
    async (world) => {
      const KeyId = await newKey(world);
      await world.call('kms', 'ScheduleKeyDeletion', { KeyId });
      world.advance(5 * DAY);
      await world.call('kms', 'CancelKeyDeletion', { KeyId });
    },
  ],
  [
    'a primary key that waits for its replicas costs nothing, and they do',
    2 + 662,
    async (world) => {
      const KeyId = await newKey(world, { MultiRegion: true });
      world.advance(HOUR);
      await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
      world.advance(1000);
      await world.call('kms', 'ScheduleKeyDeletion', { KeyId });
    },
  ],
  [
    'a first and a second rotation cost as much as the key, a third one nothing',
    663 + 639 + 615,
    async (world) => {
      const KeyId = await newKey(world);
      for (let i = 0; i < 3; i += 1) {
        world.advance(DAY);
        await world.call('kms', 'RotateKeyOnDemand', { KeyId });
      }
    },
  ],
  [
    'the rotations of a deleted key cost something until its deletion was scheduled',
    48 + 24,
    async (world) => {
      const KeyId = await newKey(world);
      world.advance(DAY);
      await world.call('kms', 'RotateKeyOnDemand', { KeyId });
      world.advance(DAY);
      await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
      world.advance(8 * DAY);
      await world.refusal('kms', 'DescribeKey', { KeyId });
    },
  ],
];

test.for(lives)('hours of May: %s', async ([, hours, act]) => {
  const world = newWorld();
  await act(world);
  expect(keyHours(report(world))).toBe(hours);
});

test('a rotation that is due is paid for, although nothing has used the store since', async () => {
  const world = newWorld();
  const KeyId = await newKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
  world.advance(500 * DAY);
  const month = { startMs: Date.parse('2027-04-01'), endMs: Date.parse('2027-05-01') };
  expect(shown(report(world, month))['KMS-Keys']).toEqual([3, 3]);
});

test('a month of requests and storage is billed to whom it belongs', async () => {
  const world = newWorld();
  const everyone = { Effect: 'Allow', Principal: { AWS: [ACCOUNT, OTHER_ACCOUNT] }, Action: '*', Resource: '*' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everyone] });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy });
  const KeyId = KeyMetadata?.Arn ?? '';
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const put = { Bucket: 'photos', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const;
  for (const Key of ['a', 'b', 'c']) await world.call('s3', 'PutObject', { ...put, Key, Body: Buffer.alloc(1024) });
  await world.call('s3', 'HeadObject', { Bucket: 'photos', Key: 'a' });
  await world.call('s3', 'DeleteObject', { Bucket: 'photos', Key: 'a' });
  const as = `${OTHER_ACCOUNT}:user/admin`;
  await world.call('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, { as });
  await world.call('kms', 'GenerateDataKeyPairWithoutPlaintext', { KeyId, KeyPairSpec: 'RSA_2048' }, { as });
  world.advance(JUNE - START);
  const gbMonths = (2 * 1024 * (JUNE - START)) / (2 ** 30 * (JUNE - MAY));
  expect(shown(report(world))).toMatchObject({
    'KMS-Keys': [663 / 744, 0.8911290323],
    'KMS-Requests': [4, 0],
    'TimedStorage-ByteHrs': [expect.closeTo(gbMonths, 15), expect.closeTo(gbMonths * 0.023, 9)],
    'Requests-Tier1': [4, 0.00002],
    'Requests-Tier2': [1, 4e-7],
  });
  expect(shown(report(world, { accounts: [OTHER_ACCOUNT] }))).toEqual({
    'KMS-Requests': [1, 0],
    'KMS-Requests-GenerateDatakeyPair-RSA': [1, 0.0012],
  });
  const byAccount = report(world, { accounts: [ACCOUNT, OTHER_ACCOUNT], by: 'account' });
  expect([...new Set(byAccount.map(({ group }) => group))]).toEqual([ACCOUNT, OTHER_ACCOUNT]);
  const byBucket = report(world, { by: 'bucket' }).map(({ group, usageType }) => [group, usageType]);
  expect(byBucket).toEqual([
    ['photos', 'KMS-Requests'],
    ['photos', 'TimedStorage-ByteHrs'],
    ['photos', 'Requests-Tier1'],
    ['photos', 'Requests-Tier2'],
    ['', 'KMS-Keys'],
    ['', 'KMS-Requests'],
  ]);
});

test('each grouping sums to the same total, and so do the days and the months', async () => {
  const world = newWorld();
  const KeyId = await newKey(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const put = { Bucket: 'photos', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const;
  for (let i = 0; i < 20; i += 1) {
    await world.call('s3', 'PutObject', { ...put, Key: `${i % 7}`, Body: Buffer.alloc(1_000_000 * (i % 3)) });
    await world.call('s3', 'DeleteObject', { Bucket: 'photos', Key: `${i % 5}` });
    world.advance((i * 53 * HOUR) / 12);
  }
  const endMs = world.environment.now();
  const total = (query: Query) => report(world, { endMs, ...query }).reduce((all, { usd }) => all + usd, 0n);
  const whole = total({});
  expect(whole).toBeGreaterThan(10n ** 9n);
  for (const by of ['service', 'key', 'bucket', 'account', 'usage-type'] as const) expect(total({ by })).toBe(whole);
  // Storage within a day may be off by a unit where it is divided.
  expect(Math.abs(Number(total({ by: 'day' }) - whole))).toBeLessThan(5);
  const months = [total({ endMs: JUNE }), total({ startMs: JUNE })];
  expect(months.reduce((all, each) => all + each, 0n)).toBe(whole);
  const cut = START + 5 * DAY + 12_345_678;
  const since = total({ startMs: cut });
  expect(since).toBeGreaterThan(0n);
  expect(since).toBeLessThan(whole);
});

test('requests are found after their minutes became hours', async () => {
  const world = newWorld();
  for (let i = 0; i < 3; i += 1) await world.call('kms', 'ListKeys', {});
  const before = shown(report(world))['KMS-Requests'];
  for (const days of [20, 70, 100]) {
    world.advance(days * DAY);
    await world.call('iam', 'ListUsers', {});
    expect(shown(report(world))['KMS-Requests']).toEqual(before);
    expect(shown(report(world, { by: 'day' }))['KMS-Requests']).toEqual(before);
  }
  expect(before).toEqual([3, 0]);
  expect(report(world, { startMs: JUNE, endMs: JULY })).toEqual([]);
});

test('what is read under DSSE-KMS costs a fee, and what is written does not', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const Body = Buffer.alloc(3_000_000);
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'two', Body, ServerSideEncryption: 'aws:kms:dsse' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'one', Body });
  for (const Key of ['two', 'one', 'two']) {
    const { Body: read } = await world.call('s3', 'GetObject', { Bucket: 'photos', Key });
    for await (const _ of read as AsyncIterable<Uint8Array>);
  }
  // What was read last is counted with the next call.
  await world.call('iam', 'ListUsers', {});
  const rows = report(world, { by: 'bucket' }).filter(({ usageType }) => usageType === 'S3DSSE-Out-Bytes');
  expect(rows.map(({ group, quantity, usd }) => [group, toNumber(quantity) * 2 ** 30, usdOf(usd)])).toEqual([
    ['photos', 6_000_000, 0.0000167638],
  ]);
});

test('replication to another region costs a transfer, to the region itself none; the replicas cost requests', async () => {
  const world = newWorld();
  const call = (service: never, name: never, input: never, region: Region = 'us-east-1') =>
    world.call(service, name, input, { region });
  const destinations = [
    { Bucket: 'reports-eu', region: 'eu-west-1' },
    { Bucket: 'reports-west', region: 'us-west-2' },
  ] as const;
  await newReplication({ call } as unknown as StoreSession, 'reports', destinations);
  await world.call('s3', 'PutObject', { Bucket: 'reports', Key: 'q1', Body: Buffer.alloc(1_000_000) });
  await world.place().load('s3');
  for await (const { Status } of replicateQueue(world.place(), { region: 'us-east-1' }))
    expect(Status).toBe('COMPLETED');
  const rows = report(world).filter(({ usageType }) => usageType === 'AWS-Out-Bytes');
  expect(rows.map(({ region, to, quantity }) => [region, to, Math.round(toNumber(quantity) * 2 ** 30)])).toEqual([
    ['us-east-1', 'eu-west-1', 1_000_000],
    ['us-east-1', 'us-west-2', 1_000_000],
  ]);
});

test('the first copy of management events is free, further ones are not, and data events never are', async () => {
  const world = newWorld();
  await newLogBucket(world, 'logs');
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const events = () => {
    const found = shown(report(world));
    return ['PaidEventsRecorded', 'DataEventsRecorded'].map((usageType) => found[usageType]?.[0] ?? 0);
  };
  await world.call('cloudtrail', 'CreateTrail', { Name: 'first', S3BucketName: 'logs' });
  await world.call('cloudtrail', 'StartLogging', { Name: 'first' });
  for (let i = 0; i < 3; i += 1) await world.call('kms', 'ListKeys', {});
  expect(events()).toEqual([0, 0]);
  await world.call('cloudtrail', 'CreateTrail', { Name: 'second', S3BucketName: 'logs' });
  const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::photos/'] }];
  await world.call('cloudtrail', 'PutEventSelectors', { TrailName: 'second', EventSelectors: [{ DataResources }] });
  await world.call('cloudtrail', 'StartLogging', { Name: 'second' });
  const [paid = 0] = events();
  for (let i = 0; i < 3; i += 1) await world.call('kms', 'ListKeys', {});
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body: Buffer.from('a') });
  await world.call('s3', 'HeadObject', { Bucket: 'photos', Key: 'a' });
  expect(events()).toEqual([paid + 3, 2]);
  // The second trail alone still has the first copy.
  await world.call('cloudtrail', 'StopLogging', { Name: 'first' });
  const [after = 0] = events();
  await world.call('kms', 'ListKeys', {});
  expect(events()[0]).toBe(after);
});

test('requests of CloudWatch are paid for, and of GetMetricData the metrics', async () => {
  const world = newWorld();
  await world.call('cloudwatch', 'ListMetrics', {});
  await world.call('cloudwatch', 'PutMetricData', {
    Namespace: 'Shop',
    MetricData: [{ MetricName: 'Orders', Value: 1 }],
  });
  const metric = (MetricName: string) => ({ Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat: 'Sum' });
  await world.call('cloudwatch', 'GetMetricData', {
    MetricDataQueries: [
      { Id: 'a', MetricStat: metric('Orders') },
      { Id: 'b', MetricStat: metric('Returns') },
      { Id: 'c', Expression: 'a - b' },
    ],
    StartTime: new Date(START),
    EndTime: new Date(START + HOUR),
  });
  // Refused: more queries than a call may have, and a namespace of AWS.
  const queries = Array.from({ length: 501 }, (_, i) => ({ Id: `m${i}`, MetricStat: metric('Orders') }));
  const times = { StartTime: new Date(START), EndTime: new Date(START + HOUR) };
  await expect(world.call('cloudwatch', 'GetMetricData', { ...times, MetricDataQueries: queries })).rejects.toThrow();
  const ofAws = { Namespace: 'AWS/KMS', MetricData: [{ MetricName: 'Orders', Value: 1 }] };
  await expect(world.call('cloudwatch', 'PutMetricData', ofAws)).rejects.toThrow();
  const rows = shown(report(world));
  expect([rows['CW:Requests'], rows['CW:GMD-Metrics']]).toEqual([
    [2, 0],
    [2, 0.00002],
  ]);
});

test('alarms cost something for the hours for which they exist, custom metrics for those with values', async () => {
  const world = newWorld();
  const alarm = (AlarmName: string, Period = 60) =>
    world.call('cloudwatch', 'PutMetricAlarm', {
      AlarmName,
      Namespace: 'Shop',
      MetricName: 'Orders',
      Statistic: 'Sum',
      Period,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  await alarm('usual');
  await alarm('fast', 10);
  for (const Value of [1, 2, 3]) {
    await world.call('cloudwatch', 'PutMetricData', {
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Orders', Value }],
    });
    world.advance(2 * HOUR);
  }
  world.advance(18 * HOUR);
  await world.call('cloudwatch', 'DeleteAlarms', { AlarmNames: ['usual'] });
  const hours = (usageType: string, query: Query = {}) =>
    report(world, query)
      .filter((row) => row.usageType === usageType)
      .reduce((all, { quantity }) => all + Math.round(toNumber(quantity) * HOURS_OF_MAY), 0);
  const cut = START + HOUR / 2;
  for (const query of [{}, { by: 'day' }, { startMs: START }] as const) {
    expect(hours('CW:AlarmMonitorUsage', query)).toBe(24);
    expect(hours('CW:HighResAlarmMonitorUsage', query)).toBe(663);
    expect(hours('CW:MetricMonitorUsage', query)).toBe(3);
  }
  expect(hours('CW:MetricMonitorUsage', { startMs: cut })).toBe(2);
  // The first ten alarms and metrics are free, but not one with a period of seconds.
  const dollars = Object.fromEntries(report(world).map(({ usageType, usd }) => [usageType, usdOf(usd)]));
  expect([dollars['CW:AlarmMonitorUsage'], dollars['CW:MetricMonitorUsage']]).toEqual([0, 0]);
  expect(dollars['CW:HighResAlarmMonitorUsage']).toBeCloseTo((0.3 * 663) / 744, 9);
});

const KB = 1024;

interface Stored {
  readonly StorageClass: StorageClass;
  readonly bytes: number;
  /** Days until it is deleted; absent: it stays. */
  readonly days?: number;
  /** What is billed in the next month for it, in KB-days by usage type. */
  readonly kbDays: Readonly<Record<string, number>>;
}

// Amazon S3 User Guide, "Understanding and managing S3 storage classes": written on May 4, at 09:00; 27.625 days are left.
const LEFT = 27.625;
const classes: readonly Stored[] = [
  { StorageClass: 'STANDARD', bytes: 10 * KB, kbDays: { 'TimedStorage-ByteHrs': 10 * LEFT } },
  { StorageClass: 'STANDARD', bytes: 10 * KB, days: 1, kbDays: { 'TimedStorage-ByteHrs': 10 } },
  { StorageClass: 'STANDARD_IA', bytes: 200 * KB, kbDays: { 'TimedStorage-SIA-ByteHrs': 200 * LEFT } },
  {
    StorageClass: 'STANDARD_IA',
    bytes: 28 * KB,
    kbDays: { 'TimedStorage-SIA-ByteHrs': 28 * LEFT, 'TimedStorage-SIA-SmObjects': 100 * LEFT },
  },
  {
    StorageClass: 'ONEZONE_IA',
    bytes: 28 * KB,
    days: 10,
    kbDays: { 'TimedStorage-ZIA-ByteHrs': 280, 'TimedStorage-ZIA-SmObjects': 1000, 'EarlyDelete-ZIA': 128 * 20 },
  },
  {
    StorageClass: 'GLACIER_IR',
    bytes: 200 * KB,
    days: 1,
    kbDays: { 'TimedStorage-GIR-ByteHrs': 200, 'EarlyDelete-GIR': 200 * 89 },
  },
  {
    StorageClass: 'GLACIER',
    bytes: 100 * KB,
    days: 20,
    kbDays: {
      'TimedStorage-GlacierByteHrs': 132 * 20,
      'TimedStorage-ByteHrs': 8 * 20,
      'EarlyDelete-ByteHrs': 100 * 70,
    },
  },
  {
    StorageClass: 'DEEP_ARCHIVE',
    bytes: 100 * KB,
    kbDays: { 'TimedStorage-GDA-ByteHrs': 132 * LEFT, 'TimedStorage-ByteHrs': 8 * LEFT },
  },
  { StorageClass: 'INTELLIGENT_TIERING', bytes: 100 * KB, kbDays: { 'TimedStorage-INT-FA-ByteHrs': 100 * LEFT } },
];

test.for(classes)(
  '$bytes bytes in $StorageClass, deleted after $days days',
  async ({ StorageClass, bytes, days, kbDays }) => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
    await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', StorageClass, Body: Buffer.alloc(bytes) });
    if (days !== undefined) {
      world.advance(days * DAY);
      await world.call('s3', 'DeleteObject', { Bucket: 'photos', Key: 'a' });
    }
    for (const by of [undefined, 'day'] as const) {
      const found: Record<string, number> = {};
      for (const { usageType, unit, quantity } of report(world, { by })) {
        if (unit !== 'GB-month') continue;
        found[usageType] = (found[usageType] ?? 0) + toNumber(quantity) * 1024 * 1024 * 31;
      }
      expect(Object.keys(found).sort()).toEqual(Object.keys(kbDays).sort());
      for (const [usageType, amount] of Object.entries(kbDays)) expect(found[usageType]).toBeCloseTo(amount, 6);
    }
  },
);

test('objects of 128 KB and more are monitored in INTELLIGENT_TIERING', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  for (const [Key, size] of [
    ['a', 127 * KB],
    ['b', 128 * KB],
    ['c', 200 * KB],
  ] as const) {
    const object = { Bucket: 'photos', Key, StorageClass: 'INTELLIGENT_TIERING', Body: Buffer.alloc(size) } as const;
    await world.call('s3', 'PutObject', object);
  }
  expect(shown(report(world))['Monitoring-Automation-INT']?.[0]).toBeCloseTo((2 * LEFT) / 31, 9);
});

// Amazon S3 pricing, "Requests & data retrievals"; that bucket's own request is the other one of STANDARD.
test.for([
  ['STANDARD', { 'Requests-Tier1': [3, 0.000015] }],
  ['STANDARD_IA', { 'Requests-Tier1': [1, 0.000005], 'Requests-SIA-Tier1': [2, 0.00002] }],
  ['GLACIER', { 'Requests-Tier1': [2, 0.00001], 'Requests-GLACIER-Tier1': [1, 0.00003] }],
  ['DEEP_ARCHIVE', { 'Requests-Tier1': [2, 0.00001], 'Requests-GDA-Tier1': [1, 0.00005] }],
] as const)('a PUT to %s and an upload that is begun', async ([StorageClass, requests]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', StorageClass, Body: Buffer.from('a') });
  await world.call('s3', 'CreateMultipartUpload', { Bucket: 'photos', Key: 'b', StorageClass });
  const found = Object.entries(shown(report(world))).filter(([usageType]) => usageType.startsWith('Requests-'));
  expect(Object.fromEntries(found)).toEqual(requests);
});
