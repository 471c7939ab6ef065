import { expect, test } from 'vitest';
import { keptRefusals, lastRefusal } from '../../../src/call/refusals.ts';
import { DAY, MINUTE, newWorld, type World } from '../../support/harness.ts';
import {
  deliver,
  digestKeysIn,
  eventsIn,
  LOGS,
  logBucketPolicy,
  logKeyPolicy,
  logKeysIn,
  newTrail,
  textOf,
  trailArnOf,
} from '../../support/trail-place.ts';

const HOUR = 60 * MINUTE;
const ARN = trailArnOf('main');

const policy = (world: World, Policy: string) => world.call('s3', 'PutBucketPolicy', { Bucket: LOGS, Policy });
const status = (world: World) => world.call('cloudtrail', 'GetTrailStatus', { Name: 'main' });

async function newKey(world: World, Policy = logKeyPolicy(ARN)): Promise<string> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy });
  return KeyMetadata?.Arn ?? '';
}

interface Cause {
  readonly name: string;
  readonly code: string;
  /** Whether the trail's files are under the key. */
  readonly hasKey?: boolean;
  break(world: World, keyArn: string): Promise<unknown>;
  mend(world: World, keyArn: string): Promise<unknown>;
}

const otherTrail = trailArnOf('other');

const causes: readonly Cause[] = [
  {
    name: 'the bucket is gone',
    code: 'NoSuchBucket',
    break: (world) => world.call('s3', 'DeleteBucket', { Bucket: LOGS }),
    async mend(world) {
      await world.call('s3', 'CreateBucket', { Bucket: LOGS });
      await policy(world, logBucketPolicy(LOGS, ARN));
    },
  },
  {
    name: 'the bucket has no policy',
    code: 'AccessDenied',
    break: (world) => world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS }),
    mend: (world) => policy(world, logBucketPolicy(LOGS, ARN)),
  },
  {
    name: 'the policy is for another trail',
    code: 'AccessDenied',
    break: (world) => policy(world, logBucketPolicy(LOGS, otherTrail)),
    mend: (world) => policy(world, logBucketPolicy(LOGS, ARN)),
  },
  {
    name: 'the policy is for another prefix',
    code: 'AccessDenied',
    break: (world) => policy(world, logBucketPolicy(LOGS, ARN, 'elsewhere/')),
    mend: (world) => policy(world, logBucketPolicy(LOGS, ARN)),
  },
  {
    name: 'the policy wants another list',
    code: 'AccessDenied',
    break: (world) => policy(world, logBucketPolicy(LOGS, ARN).replace('bucket-owner-full-control', 'private')),
    mend: (world) => policy(world, logBucketPolicy(LOGS, ARN)),
  },
  {
    name: 'the policy denies writing without a KMS key',
    code: 'AccessDenied',
    break(world) {
      const { Statement, ...rest } = JSON.parse(logBucketPolicy(LOGS, ARN));
      const deny = {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${LOGS}/*`,
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
      };
      return policy(world, JSON.stringify({ ...rest, Statement: [...Statement, deny] }));
    },
    mend: (world) => policy(world, logBucketPolicy(LOGS, ARN)),
  },
  {
    name: 'the key is disabled',
    code: 'KMS.DisabledException',
    hasKey: true,
    break: (world, KeyId) => world.call('kms', 'DisableKey', { KeyId }),
    mend: (world, KeyId) => world.call('kms', 'EnableKey', { KeyId }),
  },
  {
    name: 'the key is to be deleted',
    code: 'KMS.KMSInvalidStateException',
    hasKey: true,
    break: (world, KeyId) => world.call('kms', 'ScheduleKeyDeletion', { KeyId }),
    async mend(world, KeyId) {
      await world.call('kms', 'CancelKeyDeletion', { KeyId });
      await world.call('kms', 'EnableKey', { KeyId });
    },
  },
  {
    name: "the key's policy is for another trail",
    code: 'AccessDenied',
    hasKey: true,
    break: (world, KeyId) => world.call('kms', 'PutKeyPolicy', { KeyId, Policy: logKeyPolicy(otherTrail) }),
    mend: (world, KeyId) => world.call('kms', 'PutKeyPolicy', { KeyId, Policy: logKeyPolicy(ARN) }),
  },
  {
    name: "the key's policy wants another encryption context",
    code: 'AccessDenied',
    hasKey: true,
    break: (world, KeyId) =>
      world.call('kms', 'PutKeyPolicy', { KeyId, Policy: logKeyPolicy(ARN).replace(':trail/*', ':trail/x*') }),
    mend: (world, KeyId) => world.call('kms', 'PutKeyPolicy', { KeyId, Policy: logKeyPolicy(ARN) }),
  },
];

test.for(causes)('$name: $code stands in the status, and everything is delivered once it is mended', async (cause) => {
  const world = newWorld();
  const keyArn = cause.hasKey ? await newKey(world) : '';
  await newTrail(world, { EnableLogFileValidation: true, ...(cause.hasKey && { KmsKeyId: keyArn }) });
  await world.call('kms', 'ListKeys', {});
  await cause.break(world, keyArn);
  world.advance(HOUR);
  expect(await status(world)).toMatchObject({
    LatestDeliveryError: cause.code,
    LatestDeliveryAttemptTime: '2026-05-04T10:00:00Z',
    LatestDeliveryAttemptSucceeded: '',
  });
  expect((await status(world)).LatestDeliveryTime).toBeUndefined();
  expect(logKeysIn(world)).toEqual([]);

  await cause.mend(world, keyArn);
  const mended = await status(world);
  expect(mended.LatestDeliveryError).toBeUndefined();
  expect(mended.LatestDeliveryTime).toEqual(new Date('2026-05-04T10:00:00Z'));
  world.advance(HOUR + 10 * MINUTE);
  expect(await status(world)).not.toHaveProperty('LatestDigestDeliveryError');
  const names: string[] = [];
  for (const key of logKeysIn(world)) names.push(...(await eventsIn(world, key)).map(({ eventName }) => eventName));
  expect(names).toEqual(expect.arrayContaining(['StartLogging', 'ListKeys']));
  expect(names.filter((name) => name === 'ListKeys')).toHaveLength(1);
  expect(digestKeysIn(world).length).toBeGreaterThan(0);
});

test('a digest that is refused stands in the status too, and the chain goes on once it is mended', async () => {
  const world = newWorld();
  await newTrail(world, { EnableLogFileValidation: true });
  world.advance(10 * MINUTE);
  await deliver(world);
  await world.call('cloudtrail', 'StopLogging', { Name: 'main' });
  await deliver(world);
  await world.call('cloudtrail', 'StartLogging', { Name: 'main' });
  await deliver(world);
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS });
  await world.call('cloudtrail', 'PutEventSelectors', {
    TrailName: 'main',
    EventSelectors: [{ IncludeManagementEvents: false, DataResources: [] }],
  });
  await deliver(world);
  const before = digestKeysIn(world).length;
  world.advance(2 * HOUR);
  expect(await status(world)).toMatchObject({ LatestDigestDeliveryError: 'AccessDenied' });
  expect(digestKeysIn(world)).toHaveLength(before);
  await policy(world, logBucketPolicy(LOGS, ARN));
  expect(await status(world)).not.toHaveProperty('LatestDigestDeliveryError');
  expect(digestKeysIn(world)).toHaveLength(before + 2);
});

test.for([
  ['digests', 'CloudTrail-Digest', 'LatestDigestDeliveryError', 'LatestDeliveryError'],
  ['log files', 'CloudTrail', 'LatestDeliveryError', 'LatestDigestDeliveryError'],
] as const)('%s that are refused do not hold up the other files', async ([, folder, failing, well]) => {
  const world = newWorld();
  await newTrail(world, { EnableLogFileValidation: true });
  const { Statement, ...rest } = JSON.parse(logBucketPolicy(LOGS, ARN));
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${LOGS}/AWSLogs/*/${folder}/*`,
  };
  await policy(world, JSON.stringify({ ...rest, Statement: [...Statement, deny] }));
  world.advance(HOUR + 10 * MINUTE);
  expect(await status(world)).toMatchObject({ [failing]: 'AccessDenied' });
  await world.call('kms', 'ListKeys', {});
  world.advance(HOUR);
  const later = await status(world);
  expect(later).toMatchObject({ [failing]: 'AccessDenied' });
  expect(later).not.toHaveProperty(well);
  expect([logKeysIn(world).length, digestKeysIn(world).length]).toEqual(folder === 'CloudTrail' ? [0, 2] : [2, 0]);
  await policy(world, logBucketPolicy(LOGS, ARN));
  world.advance(HOUR);
  const mended = await status(world);
  for (const member of [failing, well]) expect(mended).not.toHaveProperty(member);
  const logs = logKeysIn(world);
  expect([logs.length > 0, digestKeysIn(world).length]).toEqual([true, 3]);
  world.advance(HOUR);
  await status(world);
  const listed: string[] = [];
  for (const key of digestKeysIn(world)) {
    const { logFiles } = JSON.parse(await textOf(world, key));
    listed.push(...logFiles.map(({ s3Object }: { s3Object: string }) => s3Object));
  }
  expect(listed).toEqual(expect.arrayContaining(logs));
});

test('a refusal that nobody asked for is not the last refusal; one of an asked-for delivery is', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS });
  world.advance(HOUR);
  await status(world);
  expect(world.transact((tx) => lastRefusal(1, tx))).toBeUndefined();
  expect(world.transact(keptRefusals).map(({ operation }) => operation)).toContain('PutObject');
  const { failed } = await deliver(world);
  expect(failed).toMatchObject([{ kind: 'log', code: 'AccessDenied', trailArn: ARN, region: 'us-east-1', dropped: 0 }]);
  const refusals = world.transact((tx) => [lastRefusal(1, tx), lastRefusal(2, tx)]);
  const ofObject = refusals.find((refusal) => refusal?.operation === 'PutObject');
  expect(ofObject).toMatchObject({ caller: 'cloudtrail.amazonaws.com', decisions: [{ action: 's3:PutObject' }] });
  expect(ofObject?.eventId).not.toBe('');
});

test('what nobody tried to deliver for longer is not dropped by the first attempt that fails', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS });
  world.advance(40 * DAY);
  expect((await status(world)).LatestDeliveryError).toBe('AccessDenied');
  await policy(world, logBucketPolicy(LOGS, ARN));
  const { delivered } = await deliver(world);
  expect(delivered.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(1);
});

test('calls that read the bucket try again after a minute what failed, and those that ask for the status at once', async () => {
  let elapsedMs = 0;
  const world = newWorld({}, { elapsed: () => elapsedMs });
  await newTrail(world);
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS });
  world.advance(HOUR);
  const attempts = () =>
    world.transact((tx) => keptRefusals(tx).filter(({ operation }) => operation === 'PutObject').length);
  const read = () => world.call('s3', 'HeadBucket', { Bucket: LOGS });
  await read();
  await read();
  expect(attempts()).toBe(1);
  await status(world);
  expect(attempts()).toBe(2);
  elapsedMs += MINUTE;
  await Promise.all([read(), read(), read()]);
  expect(attempts()).toBe(3);
  await policy(world, logBucketPolicy(LOGS, ARN));
  elapsedMs += MINUTE;
  await Promise.all([read(), read(), read()]);
  expect(logKeysIn(world)).toHaveLength(1);
});

test('what could not be delivered for thirty days of the machine is dropped, and the status says so', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS });
  world.advance(29 * DAY);
  await world.call('kms', 'ListKeys', {});
  expect((await status(world)).LatestDeliveryError).toBe('AccessDenied');
  world.advance(DAY + HOUR);
  expect((await status(world)).LatestDeliveryError).toMatch(
    /^AccessDenied.*\b\d+ events that could not be delivered for 30 days were dropped/,
  );
  await policy(world, logBucketPolicy(LOGS, ARN));
  await deliver(world);
  const names: string[] = [];
  for (const key of logKeysIn(world)) names.push(...(await eventsIn(world, key)).map(({ eventName }) => eventName));
  expect(names).toContain('ListKeys');
  expect(names).not.toContain('StartLogging');
});

test('the last digest of a deleted trail is not dropped by the first attempt that fails, however late', async () => {
  const world = newWorld();
  await newTrail(world, { EnableLogFileValidation: true });
  // It wants nothing more, so that only the digest waits.
  const none = { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::elsewhere/'] };
  const EventSelectors = [{ IncludeManagementEvents: false, DataResources: [none] }];
  await world.call('cloudtrail', 'PutEventSelectors', { TrailName: 'main', EventSelectors });
  await deliver(world);
  await world.call('cloudtrail', 'DeleteTrail', { Name: 'main' });
  const isKept = () => world.transact((tx) => [...tx.trails.range()].length > 0);
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: LOGS });
  world.advance(40 * DAY);
  await deliver(world);
  expect(isKept()).toBe(true);
  await deliver(world);
  expect(isKept()).toBe(false);
});
