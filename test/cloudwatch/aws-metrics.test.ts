/**
 * Every metric that AWS publishes of KMS and S3, as GetMetricStatistics shows it: name, dimensions, unit and statistic.
 * AWS KMS Developer Guide, "Monitor KMS keys with Amazon CloudWatch"; Amazon S3 User Guide, "Amazon CloudWatch metrics
 * and dimensions"; Amazon CloudWatch User Guide, "AWS usage metrics".
 */

import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { expect, test } from 'vitest';
import type { StandardUnit, Statistic } from '../../src/api/model/cloudwatch.types.ts';
import type { Region } from '../../src/api/regions.ts';
import { DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';
import { COPY, configure, newSetting, replicate, SOURCE } from '../support/replication-setting.ts';

const Plaintext = Buffer.from('secret');
const Body = Buffer.from('12345');
const Bucket = 'photos';
const HOUR = DAY / 24;

type Dimensions = Readonly<Record<string, string>>;

interface Asked {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly dimensions: Dimensions;
  readonly region?: Region | undefined;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly Period?: number;
}

/** The values of a statistic by their times, with their unit. */
async function valuesOf(world: World, statistic: Statistic, asked: Asked) {
  const { dimensions, region, startMs = START, endMs = START + DAY, Period = 60, ...metric } = asked;
  const { Datapoints = [] } = await world.call(
    'cloudwatch',
    'GetMetricStatistics',
    {
      ...metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(startMs),
      EndTime: new Date(endMs),
      Period,
      Statistics: [statistic],
    },
    { region: region ?? 'us-east-1' },
  );
  return Datapoints.map((point) => ({
    at: (point.Timestamp?.getTime() ?? 0) - START,
    value: point[statistic],
    unit: point.Unit,
  })).sort((one, other) => one.at - other.at);
}

async function newKey(world: World): Promise<string> {
  return (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
}

async function importMaterial(world: World, KeyId: string, ValidTo: Date | undefined, material = Buffer.alloc(32, 1)) {
  const asked = { KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
  const { ImportToken, PublicKey = Buffer.of() } = await world.call('kms', 'GetParametersForImport', asked);
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const EncryptedKeyMaterial = publicEncrypt({ key, padding, oaepHash: 'sha256' }, material);
  await world.call('kms', 'ImportKeyMaterial', {
    KeyId,
    ImportToken: ImportToken ?? Buffer.of(),
    EncryptedKeyMaterial,
    ...(ValidTo ? { ValidTo } : { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }),
  });
}

async function newExternalKey(world: World): Promise<string> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Origin: 'EXTERNAL' });
  return KeyMetadata?.KeyId ?? '';
}

async function newPhotos(world: World): Promise<void> {
  const Id = 'EntireBucket';
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body });
  await world.call('s3', 'PutBucketMetricsConfiguration', { Bucket, Id, MetricsConfiguration: { Id } });
}

/** A rule with metrics, and what they are called. */
const measured = (keyArn: string) =>
  ({
    Destination: {
      Bucket: `arn:aws:s3:::${COPY}`,
      EncryptionConfiguration: { ReplicaKmsKeyID: keyArn },
      Metrics: { Status: 'Enabled' },
    },
  }) as const;
const ofRule = { SourceBucket: SOURCE, DestinationBucket: COPY, RuleId: 'all' };

async function newMeasuredSetting(world: World, without: string[] = []): Promise<string> {
  const { keyArn } = await newSetting(world, {}, without);
  await configure(world, keyArn, measured(keyArn));
  return keyArn;
}

const putSource = (world: World, Key: string) => world.call('s3', 'PutObject', { Bucket: SOURCE, Key, Body });

/** What produces a metric, and the value that it has then. @returns the dimensions */
interface Row {
  readonly metric: string;
  readonly unit: StandardUnit;
  readonly statistic: Statistic;
  readonly region?: Region;
  readonly scene: (world: World) => Promise<Dimensions>;
  /** The last value; absent for times. */
  readonly value?: number;
}

const filter = { BucketName: Bucket, FilterId: 'EntireBucket' };

/** A request metric, with what makes it. */
const request = (
  metric: string,
  make: (world: World) => Promise<unknown>,
  { unit = 'Count', statistic = 'Sum', value = 1 }: Partial<Pick<Row, 'unit' | 'statistic' | 'value'>> = {},
): Row => ({
  metric: `AWS/S3 ${metric}`,
  unit,
  statistic,
  ...(unit !== 'Milliseconds' && { value }),
  async scene(world) {
    await newPhotos(world);
    world.advance(MINUTE);
    await make(world);
    await world.call('s3', 'ListBuckets', {});
    return filter;
  },
});

async function read(world: World): Promise<void> {
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key: 'a' });
  for await (const _ of Body as AsyncIterable<Uint8Array>);
}

const bytes = { unit: 'Bytes', value: Body.length } as const;
const usage = (Service: string, Type: string, Resource: string) => ({ Service, Type, Resource, Class: 'None' });

const rows: readonly Row[] = [
  {
    metric: 'AWS/KMS SuccessfulRequest',
    unit: 'Count',
    statistic: 'Sum',
    value: 1,
    async scene(world) {
      const KeyArn = await newKey(world);
      await world.call('kms', 'Encrypt', { KeyId: KeyArn, Plaintext });
      return { KeyArn, Operation: 'Encrypt' };
    },
  },
  {
    metric: 'AWS/KMS SuccessfulRequest',
    unit: 'Count',
    statistic: 'Sum',
    value: 1,
    async scene(world) {
      const [SourceKeyArn, DestinationKeyArn] = [await newKey(world), await newKey(world)];
      const encrypted = await world.call('kms', 'Encrypt', { KeyId: SourceKeyArn, Plaintext });
      const CiphertextBlob = encrypted.CiphertextBlob ?? Buffer.of();
      await world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: DestinationKeyArn });
      return { SourceKeyArn, DestinationKeyArn, Operation: 'ReEncrypt' };
    },
  },
  {
    metric: 'AWS/KMS SecondsUntilKeyMaterialExpiration',
    unit: 'Seconds',
    statistic: 'Minimum',
    value: 3600 - 120,
    async scene(world) {
      const KeyId = await newExternalKey(world);
      await importMaterial(world, KeyId, new Date(START + HOUR));
      world.advance(2 * MINUTE);
      return { KeyId };
    },
  },
  {
    metric: 'AWS/Usage CallCount',
    unit: 'Count',
    statistic: 'Sum',
    value: 1,
    async scene(world) {
      await newKey(world);
      return usage('KMS', 'API', 'CreateKey');
    },
  },
  ...(
    [
      ['CryptographicOperationsSymmetric', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', 'SYMMETRIC_DEFAULT'],
      ['CryptographicOperationsRsa', 'RSA_2048', 'ENCRYPT_DECRYPT', 'RSAES_OAEP_SHA_256'],
    ] as const
  ).map(
    ([resource, KeySpec, KeyUsage, EncryptionAlgorithm]): Row => ({
      metric: 'AWS/Usage CallCount',
      unit: 'Count',
      statistic: 'Sum',
      value: 1,
      async scene(world) {
        const { KeyMetadata } = await world.call('kms', 'CreateKey', { KeySpec, KeyUsage });
        await world.call('kms', 'Encrypt', { KeyId: KeyMetadata?.KeyId ?? '', Plaintext, EncryptionAlgorithm });
        return usage('KMS', 'API', resource);
      },
    }),
  ),
  {
    metric: 'AWS/Usage CallCount',
    unit: 'Count',
    statistic: 'Sum',
    value: 1,
    async scene(world) {
      const spec = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const;
      const { KeyMetadata } = await world.call('kms', 'CreateKey', spec);
      const KeyId = KeyMetadata?.KeyId ?? '';
      await world.call('kms', 'Sign', { KeyId, Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' });
      return usage('KMS', 'API', 'CryptographicOperationsEcc');
    },
  },
  {
    metric: 'AWS/Usage CallCount',
    unit: 'Count',
    statistic: 'Sum',
    value: 1,
    async scene(world) {
      await world.call('cloudwatch', 'DescribeAlarms', {});
      return usage('CloudWatch', 'API', 'DescribeAlarms');
    },
  },
  {
    metric: 'AWS/Usage ResourceCount',
    unit: 'Count',
    statistic: 'Maximum',
    value: 2,
    async scene(world) {
      for (const name of ['one', 'two', 'three']) await world.call('s3', 'CreateBucket', { Bucket: `${name}-1` });
      await world.call('s3', 'DeleteBucket', { Bucket: 'three-1' });
      world.advance(2 * MINUTE);
      return usage('S3', 'Resource', 'GeneralPurposeBuckets');
    },
  },
  {
    metric: 'AWS/S3 BucketSizeBytes',
    unit: 'Bytes',
    statistic: 'Average',
    value: Body.length,
    async scene(world) {
      await newPhotos(world);
      world.advance(DAY);
      return { BucketName: Bucket, StorageType: 'StandardStorage' };
    },
  },
  {
    metric: 'AWS/S3 NumberOfObjects',
    unit: 'Count',
    statistic: 'Average',
    value: 1,
    async scene(world) {
      await newPhotos(world);
      world.advance(DAY);
      return { BucketName: Bucket, StorageType: 'AllStorageTypes' };
    },
  },
  request('AllRequests', (world) => world.call('s3', 'HeadObject', { Bucket, Key: 'a' })),
  request('GetRequests', (world) => read(world)),
  request('PutRequests', (world) => world.call('s3', 'PutObject', { Bucket, Key: 'b', Body })),
  request('DeleteRequests', (world) => world.call('s3', 'DeleteObject', { Bucket, Key: 'a' })),
  request('HeadRequests', (world) => world.call('s3', 'HeadObject', { Bucket, Key: 'a' })),
  request('PostRequests', (world) =>
    world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } }),
  ),
  request('ListRequests', (world) => world.call('s3', 'ListObjectsV2', { Bucket })),
  request('BytesDownloaded', (world) => read(world), bytes),
  request('BytesUploaded', (world) => world.call('s3', 'PutObject', { Bucket, Key: 'b', Body }), bytes),
  request(
    '4xxErrors',
    async (world) => {
      await read(world);
      await world.refusal('s3', 'GetObject', { Bucket, Key: 'none' });
    },
    { statistic: 'Average', value: 0.5 },
  ),
  request('5xxErrors', (world) => read(world), { statistic: 'Average', value: 0 }),
  request('FirstByteLatency', (world) => read(world), { unit: 'Milliseconds', statistic: 'Average' }),
  request('TotalRequestLatency', (world) => read(world), { unit: 'Milliseconds', statistic: 'Average' }),
  {
    metric: 'AWS/S3 BytesPendingReplication',
    unit: 'Bytes',
    statistic: 'Maximum',
    region: 'eu-west-1',
    value: 2 * Body.length,
    async scene(world) {
      await newMeasuredSetting(world);
      for (const key of ['a', 'b']) await putSource(world, key);
      world.advance(2 * MINUTE);
      return ofRule;
    },
  },
  {
    metric: 'AWS/S3 OperationsPendingReplication',
    unit: 'Count',
    statistic: 'Maximum',
    region: 'eu-west-1',
    value: 2,
    async scene(world) {
      await newMeasuredSetting(world);
      await putSource(world, 'a');
      await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'a' });
      world.advance(2 * MINUTE);
      return ofRule;
    },
  },
  {
    metric: 'AWS/S3 ReplicationLatency',
    unit: 'Seconds',
    statistic: 'Maximum',
    region: 'eu-west-1',
    value: 90,
    async scene(world) {
      await newMeasuredSetting(world);
      await putSource(world, 'a');
      world.advance(90_000);
      await replicate(world);
      return ofRule;
    },
  },
  {
    metric: 'AWS/S3 OperationsFailedReplication',
    unit: 'Count',
    statistic: 'Sum',
    value: 1,
    async scene(world) {
      await newMeasuredSetting(world, ['s3:ReplicateObject']);
      await putSource(world, 'a');
      await replicate(world);
      return ofRule;
    },
  },
];

test.for(rows)('$metric has the unit $unit and the statistic $statistic', async (row) => {
  const { metric, unit, statistic, scene, region = 'us-east-1', value } = row;
  const world = newWorld();
  const dimensions = await scene(world);
  const [Namespace = '', MetricName = ''] = metric.split(' ');
  const found = await valuesOf(world, statistic, { Namespace, MetricName, dimensions, region });
  expect(found.at(-1)).toMatchObject({ unit, value: value ?? expect.any(Number) });
  const listed = async (region: Region) => {
    const { Metrics = [] } = await world.call('cloudwatch', 'ListMetrics', { Namespace, MetricName }, { region });
    return Metrics.map(({ Dimensions = [] }) => Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])));
  };
  expect(await listed(region)).toContainEqual(dimensions);
  expect(await listed('ap-south-1')).toEqual([]);
});

test('storage metrics have a point a midnight, of buckets that had something then', async () => {
  const world = newWorld();
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  const region = 'eu-west-1' as const;
  await world.call('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration }, { region });
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  world.advance(2 * DAY);
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body });
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body });
  await world.call('s3', 'DeleteObject', { Bucket, Key: 'a' });
  await world.call('s3', 'PutObject', { Bucket, Key: 'b', Body, StorageClass: 'DEEP_ARCHIVE' });
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'c' });
  await world.call('s3', 'UploadPart', { Bucket, Key: 'c', UploadId, PartNumber: 1, Body });
  world.advance(3 * DAY);
  await world.call('s3', 'AbortMultipartUpload', { Bucket, Key: 'c', UploadId });
  for (const Key of ['a', 'b']) {
    const { Versions = [], DeleteMarkers = [] } = await world.call('s3', 'ListObjectVersions', { Bucket, Prefix: Key });
    for (const { VersionId } of [...Versions, ...DeleteMarkers])
      await world.call('s3', 'DeleteObject', { Bucket, Key, VersionId });
  }
  await world.call('s3', 'DeleteBucket', { Bucket });
  world.advance(2 * DAY);
  const valuesOfDays = async (MetricName: string, StorageType: string) => {
    const dimensions = { BucketName: Bucket, StorageType };
    const stretch = { startMs: START - 9 * HOUR, endMs: START + 10 * DAY, Period: 86_400 };
    const asked = { Namespace: 'AWS/S3', MetricName, dimensions, region, ...stretch };
    return (await valuesOf(world, 'Average', asked)).map(({ at, value }) => [(at + 9 * HOUR) / DAY, value]);
  };
  const onDays = (value: number) => [3, 4, 5].map((day) => [day, value]);
  // Two versions, a delete marker, one more object and a part.
  expect(await valuesOfDays('NumberOfObjects', 'AllStorageTypes')).toEqual(onDays(5));
  expect(await valuesOfDays('BucketSizeBytes', 'StandardStorage')).toEqual(onDays(3 * Body.length));
  expect(await valuesOfDays('BucketSizeBytes', 'DeepArchiveStorage')).toEqual(onDays(Body.length));
  expect(await valuesOfDays('BucketSizeBytes', 'DeepArchiveObjectOverhead')).toEqual(onDays(32 * 1024));
  expect(await valuesOfDays('BucketSizeBytes', 'DeepArchiveS3ObjectOverhead')).toEqual(onDays(8 * 1024));
  for (const [metric, type] of [
    ['BucketSizeBytes', 'AllStorageTypes'],
    ['NumberOfObjects', 'StandardStorage'],
    ['BucketSizeBytes', 'GlacierStorage'],
  ] as const)
    expect(await valuesOfDays(metric, type)).toEqual([]);
});

test('the seconds until a key material expires are those of the earliest, and past ones stay', async () => {
  const world = newWorld();
  const KeyId = await newExternalKey(world);
  const never = await newExternalKey(world);
  await importMaterial(world, never, undefined);
  await importMaterial(world, KeyId, new Date(START + 10 * MINUTE));
  world.advance(3 * MINUTE);
  await importMaterial(world, KeyId, new Date(START + 6 * MINUTE));
  world.advance(MINUTE * 20);
  const left = async (KeyId: string) => {
    const asked = { Namespace: 'AWS/KMS', MetricName: 'SecondsUntilKeyMaterialExpiration', dimensions: { KeyId } };
    return (await valuesOf(world, 'Minimum', asked)).map(({ at, value }) => [at / MINUTE, value]);
  };
  const expected = [600, 540, 480, 180, 120, 60, 0].map((value, minute) => [minute, value]);
  expect(await left(KeyId)).toEqual(expected);
  expect(await left(never)).toEqual([]);
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  world.advance(8 * DAY);
  expect(await left(KeyId)).toEqual(expected);
});

test('of a rule with metrics all operations are counted, from when it asks for them until it does not', async () => {
  const world = newWorld();
  const keyArn = (await newSetting(world)).keyArn;
  await putSource(world, 'a');
  await putSource(world, 'b');
  world.advance(MINUTE);
  // What is pending already is counted from here on.
  await configure(world, keyArn, measured(keyArn));
  world.advance(2 * MINUTE);
  await world.call('s3', 'PutObjectTagging', { Bucket: SOURCE, Key: 'a', Tagging: { TagSet: [] } });
  await putSource(world, 'c');
  const { Versions = [] } = await world.call('s3', 'ListObjectVersions', { Bucket: SOURCE, Prefix: 'b' });
  await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'b', VersionId: Versions[0]?.VersionId });
  world.advance(2 * MINUTE);
  const done = await replicate(world);
  expect(done.map(({ Status }) => Status).sort()).toEqual(['COMPLETED', 'COMPLETED', 'GONE']);
  world.advance(MINUTE);
  await configure(world, keyArn, {});
  world.advance(5 * MINUTE);
  const of = async (MetricName: string, statistic: Statistic, region: Region) => {
    const asked = { Namespace: 'AWS/S3', MetricName, dimensions: ofRule, region };
    return (await valuesOf(world, statistic, asked)).map(({ at, value }) => [at / MINUTE, value]);
  };
  const operations = [
    [1, 2],
    [2, 2],
    [3, 3],
    [4, 3],
    [5, 3],
    [6, 0],
  ];
  expect(await of('OperationsPendingReplication', 'Maximum', 'eu-west-1')).toEqual(operations);
  const bytesPending = operations.map(([minute, count = 0]) => [minute, count * Body.length]);
  expect(await of('BytesPendingReplication', 'Maximum', 'eu-west-1')).toEqual(bytesPending);
  expect(await of('ReplicationLatency', 'Maximum', 'eu-west-1')).toEqual([[5, 300]]);
  expect(await of('ReplicationLatency', 'Minimum', 'eu-west-1')).toEqual([[5, 120]]);
  expect(await of('OperationsFailedReplication', 'SampleCount', 'us-east-1')).toEqual([[5, 2]]);
  expect(await of('OperationsFailedReplication', 'Average', 'us-east-1')).toEqual([[5, 0]]);
});

test('what is pending for a bucket is not published any more once it is deleted, and what fails then is', async () => {
  const world = newWorld();
  await newMeasuredSetting(world);
  await putSource(world, 'a');
  world.advance(2 * MINUTE);
  await world.call('s3', 'DeleteBucket', { Bucket: COPY }, { region: 'eu-west-1' });
  await putSource(world, 'b');
  world.advance(2 * MINUTE);
  await replicate(world);
  const of = async (MetricName: string, region: Region) => {
    const asked = { Namespace: 'AWS/S3', MetricName, dimensions: ofRule, region };
    return (await valuesOf(world, 'Maximum', asked)).map(({ at, value }) => [at / MINUTE, value]);
  };
  const ended = [0, 1, 2].map((minute) => [minute, 1]);
  expect(await of('OperationsPendingReplication', 'eu-west-1')).toEqual(ended);
  expect(await of('OperationsPendingReplication', 'us-east-1')).toEqual([]);
  expect(await of('OperationsFailedReplication', 'us-east-1')).toEqual([[4, 1]]);
});

test('a rule without metrics has none', async () => {
  const world = newWorld();
  await newSetting(world);
  await putSource(world, 'a');
  await replicate(world);
  for (const region of ['us-east-1', 'eu-west-1'] as const) {
    const { Metrics = [] } = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'AWS/S3' }, { region });
    expect(Metrics.filter(({ MetricName }) => MetricName?.includes('Replication'))).toEqual([]);
  }
});
