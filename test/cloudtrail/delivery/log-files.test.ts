import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { allCalls } from '../../../src/call/call-log.ts';
import { sha256Of } from '../../../src/cloudtrail/delivery/digest-file.ts';
import { longLog } from '../../../src/cloudtrail/delivery/log-file.ts';
import { cloudTrailEvent } from '../../../src/cloudtrail/event.ts';
import { bytesOf } from '../../support/content.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, OTHER_ACCOUNT, type World } from '../../support/harness.ts';
import {
  deliver,
  digestKeysIn,
  eventsIn,
  keysIn,
  LOGS,
  logBucketPolicy,
  logKeyPolicy,
  logKeysIn,
  newTrail,
  textOf,
  trailArnOf,
} from '../../support/trail-place.ts';

const HOUR = 60 * MINUTE;

/** The names of the events of all log files. */
async function deliveredNames(world: World, bucket = LOGS): Promise<string[]> {
  const names: string[] = [];
  for (const key of logKeysIn(world, bucket)) {
    names.push(...(await eventsIn(world, key, bucket)).map(({ eventName }) => eventName));
  }
  return names;
}

test('events are delivered in one file of a region and five minutes', async () => {
  const world = newWorld();
  await newTrail(world);
  world.advance(2 * MINUTE);
  await world.call('kms', 'CreateKey', {});
  world.advance(4 * MINUTE);
  await world.call('kms', 'ListKeys', {});
  const { delivered, failed } = await deliver(world);
  expect(failed).toEqual([]);
  expect(delivered.map(({ kind, events }) => [kind, events])).toEqual([
    ['log', 2],
    ['log', 1],
  ]);
  const keys = logKeysIn(world);
  const folder = `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/2026/05/04/${ACCOUNT}_CloudTrail_us-east-1_`;
  expect(keys.map((key) => key.replace(/_[A-Za-z0-9]{16}\.json\.gz$/, ''))).toEqual([
    `${folder}20260504T0905Z`,
    `${folder}20260504T0910Z`,
  ]);
  const [first = '', second = ''] = keys;
  expect((await eventsIn(world, first)).map(({ eventName }) => eventName)).toEqual(['StartLogging', 'CreateKey']);
  expect((await eventsIn(world, second)).map(({ eventName }) => eventName)).toEqual(['ListKeys']);
  expect(await textOf(world, first)).toMatch(/^\{"Records":\[\{"eventVersion":"1\.11",[^\n]*\}\]\}$/);
  expect(await world.call('s3', 'HeadObject', { Bucket: LOGS, Key: first })).toMatchObject({
    ContentType: 'application/json',
    ContentEncoding: 'gzip',
    ServerSideEncryption: 'AES256',
  });
});

test('a call that reads the bucket finds what is due in it, and one that is only tried changes nothing', async () => {
  const world = newWorld();
  await newTrail(world);
  world.advance(10 * MINUTE);
  const tried = await world.explain('s3', 'ListObjectsV2', { Bucket: LOGS });
  expect(tried.refusal).toBeUndefined();
  expect(keysIn(world)).toEqual([]);
  const { Contents = [] } = await world.call('s3', 'ListObjectsV2', { Bucket: LOGS });
  expect(Contents).toHaveLength(1);
});

test('a reader without permissions gets what CloudTrail delivered refused, and it is delivered nevertheless', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('iam', 'CreateUser', { UserName: 'nobody' });
  world.advance(10 * MINUTE);
  expect(await world.refusal('s3', 'ListObjectsV2', { Bucket: LOGS }, { as: 'user/nobody' })).toMatch(/^AccessDenied/);
  expect(logKeysIn(world)).toHaveLength(1);
});

test('calls about other buckets deliver nothing', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'another' });
  world.advance(10 * MINUTE);
  await world.call('s3', 'ListObjectsV2', { Bucket: 'another' });
  expect(keysIn(world)).toEqual([]);
});

test('files of a trail with a key are under it, with the trail in the encryption context, and how CloudTrail does that is on record', async () => {
  const world = newWorld();
  const arn = trailArnOf('main');
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy: logKeyPolicy(arn) });
  const keyArn = KeyMetadata?.Arn ?? '';
  await newTrail(world, { KmsKeyId: keyArn, EnableLogFileValidation: true, S3KeyPrefix: 'all/logs' });
  world.advance(2 * HOUR);
  await deliver(world);
  expect(logKeysIn(world).length).toBeGreaterThan(0);
  expect(digestKeysIn(world).length).toBeGreaterThan(0);
  for (const Key of keysIn(world)) {
    expect(Key).toMatch(/^all\/logs\/AWSLogs\//);
    expect(await world.call('s3', 'HeadObject', { Bucket: LOGS, Key })).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
    });
  }
  const [log = ''] = logKeysIn(world);
  expect(await eventsIn(world, log)).not.toEqual([]);
  const made = world.transact((tx) => allCalls(tx).filter(({ caller }) => caller.type === 'AWSService'));
  const [generated, put] = ['GenerateDataKey', 'PutObject'].map((name) => {
    const record = made.find(({ operation }) => operation === name);
    return record && cloudTrailEvent(record);
  });
  const sender = {
    userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' },
    sourceIPAddress: 'cloudtrail.amazonaws.com',
    userAgent: 'cloudtrail.amazonaws.com',
    recipientAccountId: ACCOUNT,
  };
  expect(generated).toMatchObject({
    ...sender,
    eventCategory: 'Management',
    readOnly: true,
    requestParameters: {
      keyId: keyArn,
      keySpec: 'AES_256',
      encryptionContext: {
        'aws:cloudtrail:arn': arn,
        'aws:s3:arn': expect.stringMatching(/^arn:aws:s3:::trail-logs\/all/),
      },
    },
    resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: keyArn }],
  });
  expect(put).toMatchObject({
    ...sender,
    eventCategory: 'Data',
    requestParameters: {
      bucketName: LOGS,
      'x-amz-acl': 'bucket-owner-full-control',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': keyArn,
    },
  });
});

test('a trail that logs every event does not log its own deliveries', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy: logKeyPolicy(trailArnOf('main')) });
  await newTrail(world, { KmsKeyId: KeyMetadata?.Arn ?? '', EnableLogFileValidation: true });
  await world.call('cloudtrail', 'PutEventSelectors', {
    TrailName: 'main',
    EventSelectors: [
      {
        ReadWriteType: 'All',
        IncludeManagementEvents: true,
        DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }],
      },
    ],
  });
  await deliver(world);
  for (let i = 0; i < 3; i++) {
    world.advance(HOUR);
    const { delivered } = await deliver(world);
    expect(delivered.filter(({ kind }) => kind === 'log')).toEqual([]);
  }
  // Its readers are logged.
  await deliveredNames(world);
  await deliver(world);
  expect(await deliveredNames(world)).toContain('GetObject');
});

test('a trail of all regions delivers the events of each under it, and those of global services under its home', async () => {
  const world = newWorld();
  await newTrail(world, { IsMultiRegionTrail: true, EnableLogFileValidation: true }, 'eu-west-1');
  await world.call('kms', 'ListKeys', {}, { region: 'ap-south-1' });
  await world.call('kms', 'ListAliases', {}, { region: 'us-east-1' });
  await world.call('iam', 'ListUsers', {});
  world.advance(2 * HOUR);
  await deliver(world);
  const found: Record<string, string[]> = {};
  for (const key of logKeysIn(world)) {
    const region = key.split('/')[3] ?? '';
    found[region] = [...(found[region] ?? []), ...(await eventsIn(world, key)).map(({ eventName }) => eventName)];
  }
  expect(found).toEqual({
    'ap-south-1': ['ListKeys'],
    'eu-west-1': ['StartLogging', 'ListUsers'],
    'us-east-1': ['ListAliases'],
  });
  const digests = digestKeysIn(world).map((key) => key.split('/')[3]);
  expect([...new Set(digests)].sort()).toEqual(['ap-south-1', 'eu-west-1', 'us-east-1']);
  expect(digestKeysIn(world)[0]).toMatch(/_CloudTrail-Digest_ap-south-1_main_eu-west-1_20260504T100000Z\.json\.gz$/);
});

test('what settles with an earlier time is delivered, too', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await newTrail(world);
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId: KeyMetadata?.KeyId ?? '', PendingWindowInDays: 7 });
  world.advance(DAY);
  await world.call('s3', 'ListObjectsV2', { Bucket: LOGS });
  world.advance(9 * DAY);
  await world.call('kms', 'ListKeys', {});
  await deliver(world);
  expect(await deliveredNames(world)).toContain('DeleteKey');
});

test("a trail delivers into another account's bucket, whose policy lets it", async () => {
  const world = newWorld();
  const other = { as: `arn:aws:iam::${OTHER_ACCOUNT}:root` };
  const arn = `arn:aws:cloudtrail:us-east-1:${OTHER_ACCOUNT}:trail/main`;
  await world.call('s3', 'CreateBucket', { Bucket: LOGS });
  const Policy = logBucketPolicy(LOGS, arn).replace(`AWSLogs/${ACCOUNT}/`, `AWSLogs/${OTHER_ACCOUNT}/`);
  await world.call('s3', 'PutBucketPolicy', { Bucket: LOGS, Policy });
  await world.call('cloudtrail', 'CreateTrail', { Name: 'main', S3BucketName: LOGS }, other);
  await world.call('cloudtrail', 'StartLogging', { Name: 'main' }, other);
  await world.call('kms', 'ListKeys', {}, other);
  await world.call('kms', 'ListAliases', {});
  await deliver(world);
  expect(logKeysIn(world)).toEqual([expect.stringMatching(`^AWSLogs/${OTHER_ACCOUNT}/CloudTrail/`)]);
  expect(await deliveredNames(world)).toEqual(['StartLogging', 'ListKeys']);
});

test('two trails have each event, and deliver it once', async () => {
  const world = newWorld();
  await newTrail(world);
  await newTrail(world, { Name: 'second', S3BucketName: 'second-logs' });
  await world.call('kms', 'ListKeys', {});
  await deliver(world);
  await deliver(world);
  for (const bucket of [LOGS, 'second-logs']) {
    expect((await deliveredNames(world, bucket)).filter((name) => name === 'ListKeys')).toHaveLength(1);
  }
});

test('a file that is full covers only the first events, and the next one the others', async () => {
  const world = newWorld();
  await newTrail(world);
  for (let i = 0; i < 9; i++) await world.call('kms', 'ListKeys', {});
  const { store } = world.place();
  const positions = world.transact((tx) => Array.from(tx.trailQueue.range(), ({ key }) => key[1]));
  const texts: string[] = [];
  for (let from = 0; from < positions.length; ) {
    const { body, written } = longLog(1, positions.slice(from), store, 3000);
    const text = gunzipSync(await bytesOf(body)).toString();
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(written()).toMatchObject({ covered: JSON.parse(text).Records.length, sha256: sha256Of(text) });
    texts.push(text);
    from += written().covered;
  }
  expect(texts.length).toBeGreaterThan(2);
  const ids = texts.flatMap((text) => JSON.parse(text).Records.map(({ eventID }: { eventID: string }) => eventID));
  expect(ids).toEqual(world.transact((tx) => Array.from(tx.trailQueue.range(), ({ value }) => value[3])));
  // An event that is larger than a file gets one of its own.
  const { body, written } = longLog(1, positions, store, 10);
  expect(JSON.parse(gunzipSync(await bytesOf(body)).toString()).Records).toHaveLength(1);
  expect(written().covered).toBe(1);
});

test('a file of many events is written as it is read, and no event is lost between files', {
  timeout: 60_000,
}, async () => {
  const world = newWorld();
  await newTrail(world);
  await deliver(world);
  const calls = Array.from({ length: 1500 }, () => world.call('kms', 'ListKeys', {}, { grouped: true }));
  await Promise.all(calls);
  const { delivered } = await deliver(world);
  expect(delivered.map(({ events }) => events)).toEqual([1500]);
  const key = logKeysIn(world).at(-1) ?? '';
  const ids = [];
  for (const each of logKeysIn(world)) ids.push(...(await eventsIn(world, each)).map(({ eventID }) => eventID));
  expect(new Set(ids).size).toBe(ids.length);
  expect(key).toContain('/CloudTrail/');
});
