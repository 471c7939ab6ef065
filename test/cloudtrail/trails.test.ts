import { describe, expect, test } from 'vitest';
import type { Tx } from '../../src/store/tables.ts';
import { makeKey } from '../kms/made-keys.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { deliveryPolicy, newLogBucket, newTrail } from '../support/trail-bucket.ts';

const ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/audit`;

/** All rows of trails. */
const trailRows = (tx: Tx) =>
  [tx.trails, tx.trailNames, tx.loggingTrails, tx.trailDeliveries].map((table) => [...table.range()]);

/** A region with a trail named audit, which logs to logs, a bucket without a policy, and a key. */
async function newPlace() {
  const world = newWorld();
  for (const name of ['logs', 'audit-logs']) await newLogBucket(world, name);
  await world.call('s3', 'CreateBucket', { Bucket: 'closed' });
  await world.call('cloudtrail', 'CreateTrail', { Name: 'audit', S3BucketName: 'logs' });
  return world;
}

const CREATE = { Name: 'other', S3BucketName: 'logs' };
const selector = (...Values: string[]) => ({ DataResources: [{ Type: 'AWS::S3::Object', Values }] });
const field = (Field: string, condition: object) => ({ Field, ...condition });
const advanced = (...fields: object[]) => ({
  TrailName: 'audit',
  AdvancedEventSelectors: [{ FieldSelectors: fields }],
});
const ofData = [field('eventCategory', { Equals: ['Data'] }), field('resources.type', { Equals: ['AWS::S3::Object'] })];
const ofManagement = field('eventCategory', { Equals: ['Management'] });
const basic = (...EventSelectors: object[]) => ({ TrailName: 'audit', EventSelectors });
const many = <T>(count: number, made: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => made(i));
const tags = (count: number) => many(count, (i) => ({ Key: `k${i}`, Value: 'v' }));
const tagged = (TagsList: object[]) => ({ ResourceId: ARN, TagsList });
const LONG = 'x'.repeat(129);

// CloudTrail API Reference, CreateTrail, PutEventSelectors and AddTags; CloudTrail User Guide, "Quotas in AWS CloudTrail".
const refused: readonly (readonly [operation: string, input: object, refusal: string])[] = [
  ['CreateTrail', { ...CREATE, Name: 'ab' }, 'InvalidTrailNameException: Trail name too short.'],
  ['CreateTrail', { ...CREATE, Name: LONG }, 'InvalidTrailNameException: Trail name too long.'],
  ['CreateTrail', { ...CREATE, Name: '' }, 'InvalidTrailNameException: Trail name too short.'],
  ['CreateTrail', { ...CREATE, Name: '-audit' }, 'InvalidTrailNameException: Trail name must starts with'],
  ['CreateTrail', { ...CREATE, Name: 'audit.' }, 'InvalidTrailNameException: Trail name must ends with'],
  ['CreateTrail', { ...CREATE, Name: 'a..b' }, 'InvalidTrailNameException: Trail name cannot have adjacent'],
  ['CreateTrail', { ...CREATE, Name: 'a.-b' }, 'InvalidTrailNameException: Trail name cannot have adjacent'],
  ['CreateTrail', { ...CREATE, Name: 'a b' }, 'InvalidTrailNameException: Trail name or ARN can only contain'],
  ['CreateTrail', { ...CREATE, Name: 'prüf' }, 'InvalidTrailNameException: Trail name or ARN can only contain'],
  ['CreateTrail', { ...CREATE, Name: '192.168.5.4' }, 'InvalidTrailNameException: Trail name cannot be in IP address'],
  ['CreateTrail', { ...CREATE, Name: ARN }, 'InvalidTrailNameException: Trail name or ARN can only contain'],
  ['CreateTrail', { Name: 'other' }, 'ValidationException: 1 validation error detected'],
  ['CreateTrail', { ...CREATE, S3BucketName: 'Logs' }, 'InvalidS3BucketNameException: Bucket name Logs is not valid.'],
  ['CreateTrail', { ...CREATE, S3BucketName: '' }, 'InvalidS3BucketNameException'],
  ['CreateTrail', { ...CREATE, S3BucketName: 'a..b' }, 'InvalidS3BucketNameException'],
  ['CreateTrail', { ...CREATE, S3BucketName: 'none' }, 'S3BucketDoesNotExistException: S3 bucket none does not exist!'],
  [
    'CreateTrail',
    { ...CREATE, S3BucketName: 'closed' },
    'InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: closed',
  ],
  ['CreateTrail', { ...CREATE, S3KeyPrefix: 'x'.repeat(201) }, 'InvalidS3PrefixException'],
  ['CreateTrail', { ...CREATE, S3KeyPrefix: 'deep' }, 'InsufficientS3BucketPolicyException'],
  [
    'CreateTrail',
    { ...CREATE, Name: 'audit' },
    `TrailAlreadyExistsException: Trail audit already exists for customer: ${ACCOUNT}`,
  ],
  [
    'CreateTrail',
    { ...CREATE, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
    'InvalidParameterCombinationException: Multi-Region trail must include global service events.',
  ],
  ['CreateTrail', { ...CREATE, SnsTopicName: 'topic' }, 'NotImplemented: SnsTopicName exists in AWS'],
  ['CreateTrail', { ...CREATE, CloudWatchLogsLogGroupArn: 'arn:…' }, 'NotImplemented: CloudWatchLogsLogGroupArn'],
  ['CreateTrail', { ...CREATE, IsOrganizationTrail: true }, 'NotImplemented: IsOrganizationTrail'],
  ['CreateTrail', { ...CREATE, KmsKeyId: 'alias/none' }, 'KmsKeyNotFoundException'],
  ['CreateTrail', { ...CREATE, KmsKeyId: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1` }, 'KmsKeyNotFoundException'],
  ['CreateTrail', { ...CREATE, TagsList: tags(51) }, 'TagsLimitExceededException'],
  ['CreateTrail', { ...CREATE, TagsList: [{ Key: 'aws:x' }] }, 'InvalidTagParameterException'],
  [
    'UpdateTrail',
    { Name: 'none' },
    `TrailNotFoundException: Unknown trail: ${ARN.replace('audit', 'none')} for the user`,
  ],
  ['UpdateTrail', { Name: 'audit', S3BucketName: 'closed' }, 'InsufficientS3BucketPolicyException'],
  ['UpdateTrail', { Name: 'audit', S3BucketName: 'none' }, 'S3BucketDoesNotExistException'],
  ['UpdateTrail', { Name: 'audit', IncludeGlobalServiceEvents: false, IsMultiRegionTrail: true }, 'InvalidParameterC'],
  ['UpdateTrail', { Name: 'audit', KmsKeyId: 'none' }, 'KmsKeyNotFoundException'],
  ['DeleteTrail', { Name: 'none' }, 'TrailNotFoundException'],
  ['DeleteTrail', { Name: 'arn:aws:cloudtrail:us-east-1:1:trail/audit' }, 'CloudTrailARNInvalidException'],
  ['DeleteTrail', { Name: ARN.replace(ACCOUNT, OTHER_ACCOUNT) }, 'TrailNotFoundException'],
  ['GetTrail', { Name: 'a' }, 'InvalidTrailNameException'],
  ['GetTrailStatus', { Name: 'none' }, 'TrailNotFoundException'],
  ['GetEventSelectors', { TrailName: 'none' }, 'TrailNotFoundException'],
  ['StartLogging', { Name: 'none' }, 'TrailNotFoundException'],
  ['StopLogging', { Name: 'none' }, 'TrailNotFoundException'],
  ['AddTags', { ...tagged(tags(1)), ResourceId: 'audit' }, 'CloudTrailARNInvalidException'],
  ['AddTags', { ...tagged(tags(1)), ResourceId: `${ARN}2` }, 'ResourceNotFoundException'],
  [
    'AddTags',
    { ...tagged(tags(1)), ResourceId: ARN.replace('us-east-1', 'eu-west-1') },
    'CloudTrailARNInvalidException',
  ],
  [
    'AddTags',
    { ...tagged(tags(1)), ResourceId: ARN.replace('trail/audit', 'eventdatastore/1') },
    'ResourceTypeNotSupportedException',
  ],
  ['AddTags', tagged(tags(51)), 'TagsLimitExceededException'],
  ['AddTags', tagged([...tags(1), ...tags(1)]), 'InvalidTagParameterException: Duplicate tag key: k0'],
  ['AddTags', tagged([{ Key: '' }]), 'ValidationException'],
  ['RemoveTags', { ...tagged(tags(1)), ResourceId: `${ARN}2` }, 'ResourceNotFoundException'],
  ['ListTags', { ResourceIdList: [ARN, `${ARN}2`] }, 'ResourceNotFoundException'],
  ['ListTags', { ResourceIdList: [ARN], NextToken: 'x' }, 'InvalidTokenException'],

  ['PutEventSelectors', basic(), 'InvalidEventSelectorsException: Specify at least one'],
  ['PutEventSelectors', { TrailName: 'audit' }, 'InvalidEventSelectorsException: Specify at least one'],
  [
    'PutEventSelectors',
    { ...basic({}), ...advanced(ofManagement) },
    'InvalidEventSelectorsException: You can specify either',
  ],
  ['PutEventSelectors', basic({ ReadWriteType: 'read-only' }), 'InvalidEventSelectorsException: Value read-only'],
  ['PutEventSelectors', basic(...many(6, () => ({}))), 'InvalidEventSelectorsException: A trail can have up to 5'],
  [
    'PutEventSelectors',
    basic(...many(2, (i) => selector(...many(126, (j) => `arn:aws:s3:::bucket-${i}-${j}/`)))),
    'InvalidEventSelectorsException: A trail can have up to 250',
  ],
  ['PutEventSelectors', basic(selector('arn:aws:s3:::*')), 'InvalidEventSelectorsException: Value arn:aws:s3:::* for'],
  [
    'PutEventSelectors',
    basic(selector('arn:aws:s3:::logs')),
    'InvalidEventSelectorsException: Value arn:aws:s3:::logs',
  ],
  [
    'PutEventSelectors',
    basic(selector('logs/')),
    'InvalidEventSelectorsException: Value logs/ for DataResources.Values',
  ],
  [
    'PutEventSelectors',
    basic({ DataResources: [{ Type: 'AWS::S3::Bucket', Values: ['arn:aws:s3'] }] }),
    'InvalidEventSelectorsException: Value AWS::S3::Bucket for DataResources.Type is invalid.',
  ],
  [
    'PutEventSelectors',
    basic({ ExcludeManagementEventSources: ['s3.amazonaws.com'] }),
    'InvalidEventSelectorsException: Value s3.amazonaws.com for ExcludeManagementEventSources is invalid.',
  ],
  ['PutEventSelectors', advanced(), 'ValidationException'],
  [
    'PutEventSelectors',
    advanced(field('readOnly', { Equals: ['true'] })),
    'InvalidEventSelectorsException: An advanced',
  ],
  [
    'PutEventSelectors',
    advanced(field('eventCategory', { Equals: ['Data'] })),
    'InvalidEventSelectorsException: An adv',
  ],
  [
    'PutEventSelectors',
    advanced(field('eventCategory', { Equals: ['Insight'] })),
    'InvalidEventSelectorsException: Value',
  ],
  ['PutEventSelectors', advanced(field('eventCategory', { Equals: ['NetworkActivity'] })), 'NotImplemented: Network'],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('bucket', { Equals: ['x'] })),
    'InvalidEventSelectorsException: The field bucket',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('toString', { Equals: ['x'] })),
    'InvalidEventSelectorsException: The field toString',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('eventName', { Equals: ['x'] })),
    'InvalidEventSelectorsException: The field eventName',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, ofManagement),
    'InvalidEventSelectorsException: The field eventCategory is repeated',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('readOnly', {})),
    'InvalidEventSelectorsException: The field readOnly must have',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('readOnly', { Equals: ['yes'] })),
    'InvalidEventSelectorsException: Value yes',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('readOnly', { NotEquals: ['true'] })),
    'InvalidEventSelectorsException: The operator NotEquals',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('eventSource', { NotEquals: ['s3.amazonaws.com'] })),
    'InvalidEventSelectorsException: Value s3.amazonaws.com',
  ],
  [
    'PutEventSelectors',
    advanced(ofManagement, field('eventSource', { NotEquals: ['kms.amazonaws.com'], StartsWith: [] })),
    'ValidationException: 1 validation error detected: Value',
  ],
  [
    'PutEventSelectors',
    advanced(...ofData, field('resources.ARN', { StartsWith: many(500, (i) => `arn:aws:s3:::b${i}/`) })),
    'InvalidEventSelectorsException: A trail can have up to 500',
  ],
  [
    'PutEventSelectors',
    advanced(ofData[0] ?? {}, field('resources.type', { Equals: ['AWS::S3::Bucket'] })),
    'InvalidEventSelectorsException: Value AWS::S3::Bucket',
  ],
];

describe('what AWS refuses, with nothing changed', () => {
  test.for(
    refused.map(
      ([operation, input, refusal], i) => [`${i + 1}: ${operation}: ${refusal}`, operation, input, refusal] as const,
    ),
  )('%s', async ([, operation, input, refusal]) => {
    const world = await newPlace();
    const before = world.transact(trailRows);
    expect((await world.refusal('cloudtrail', operation as 'CreateTrail', input)).slice(0, refusal.length)).toBe(
      refusal,
    );
    expect(world.transact(trailRows)).toEqual(before);
  });
});

test('a trail is made as its answer says, and does not log', async () => {
  const world = await newPlace();
  const made = await world.call('cloudtrail', 'CreateTrail', { Name: 'other', S3BucketName: 'audit-logs' });
  expect(made).toEqual({
    Name: 'other',
    S3BucketName: 'audit-logs',
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    TrailARN: ARN.replace('audit', 'other'),
    LogFileValidationEnabled: false,
    IsOrganizationTrail: false,
  });
  expect((await world.call('cloudtrail', 'GetTrail', { Name: 'other' })).Trail).toEqual({
    ...made,
    HomeRegion: 'us-east-1',
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
  });
  const { IsLogging, StartLoggingTime } = await world.call('cloudtrail', 'GetTrailStatus', { Name: 'other' });
  expect([IsLogging, StartLoggingTime]).toEqual([false, undefined]);
  expect(await world.call('cloudtrail', 'GetEventSelectors', { TrailName: 'other' })).toEqual({
    TrailARN: made.TrailARN,
    EventSelectors: [
      { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
    ],
  });
});

test('its number is never given again, so that a new trail of the same name has nothing of the old one', async () => {
  const world = newWorld();
  const first = await newTrail(world);
  await world.call('cloudtrail', 'DeleteTrail', { Name: 'audit' });
  await world.call('cloudtrail', 'CreateTrail', { Name: 'audit', S3BucketName: 'logs-of-audit' });
  const second = world.transact((tx) => tx.trailNames.get([ACCOUNT, 'us-east-1', 'audit']));
  expect([first, second]).toEqual([1, 2]);
});

test('logging is started and stopped, each with its time', async () => {
  const world = await newPlace();
  const status = async () => {
    const { IsLogging, TimeLoggingStarted, TimeLoggingStopped } = await world.call('cloudtrail', 'GetTrailStatus', {
      Name: ARN,
    });
    return [IsLogging, TimeLoggingStarted, TimeLoggingStopped];
  };
  await world.call('cloudtrail', 'StopLogging', { Name: 'audit' });
  expect(await status()).toEqual([false, '', '']);
  await world.call('cloudtrail', 'StartLogging', { Name: 'audit' });
  world.advance(60_000);
  await world.call('cloudtrail', 'StartLogging', { Name: 'audit' });
  expect(await status()).toEqual([true, '2026-05-04T09:00:00Z', '']);
  await world.call('cloudtrail', 'StopLogging', { Name: 'audit' });
  expect(await status()).toEqual([false, '2026-05-04T09:00:00Z', '2026-05-04T09:01:00Z']);
  expect(world.transact((tx) => [...tx.loggingTrails.range()])).toEqual([]);
});

test('UpdateTrail changes what it names, and takes away what is empty', async () => {
  const world = newWorld();
  await newLogBucket(world, 'logs', { policy: deliveryPolicy('logs').replace('/AWSLogs', '/*AWSLogs') });
  const Policy = await keyPolicyFor('audit');
  const KmsKeyId = await makeKey(world, { Policy });
  await world.call('cloudtrail', 'CreateTrail', { Name: 'audit', S3BucketName: 'logs', S3KeyPrefix: 'a', KmsKeyId });
  const { TrailARN: _, ...updated } = await world.call('cloudtrail', 'UpdateTrail', {
    Name: 'audit',
    S3KeyPrefix: '',
    KmsKeyId: '',
    EnableLogFileValidation: true,
  });
  expect(updated).toEqual({
    Name: 'audit',
    S3BucketName: 'logs',
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    LogFileValidationEnabled: true,
    IsOrganizationTrail: false,
  });
});

async function keyPolicyFor(trail: string, more: object = {}): Promise<string> {
  const TRAIL = ARN.replace('audit', trail);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: ['kms:DescribeKey', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceArn': TRAIL } },
        ...more,
      },
    ],
  });
}

// CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail" and "Configure AWS KMS key policies for CloudTrail".
describe('the destination', () => {
  const create = (world: World, input: object = {}) =>
    world
      .call('cloudtrail', 'CreateTrail', { Name: 'audit', S3BucketName: 'logs', ...input })
      .then(({ KmsKeyId }) => KmsKeyId ?? 'made')
      .catch(({ code }) => code);
  const without = (action: string, other: string) => deliveryPolicy('logs').replace(action, other);
  const denied = JSON.parse(deliveryPolicy('logs'));
  denied.Statement.push({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*'],
    Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/audit' } },
  });

  test.for([
    ['that lets every trail in', deliveryPolicy('logs'), 'made'],
    ['that lets this trail in', deliveryPolicy('logs', 'audit'), 'made'],
    ['for another trail', deliveryPolicy('logs', 'other'), 'InsufficientS3BucketPolicyException'],
    ['without GetBucketAcl', without('s3:GetBucketAcl', 's3:ListBucket'), 'InsufficientS3BucketPolicyException'],
    ['without PutObject', without('s3:PutObject', 's3:PutObjectAcl'), 'InsufficientS3BucketPolicyException'],
    [
      'for another account',
      deliveryPolicy('logs').replace(ACCOUNT, OTHER_ACCOUNT),
      'InsufficientS3BucketPolicyException',
    ],
    [
      'for another ACL',
      deliveryPolicy('logs').replace('bucket-owner-full', 'public'),
      'InsufficientS3BucketPolicyException',
    ],
    ['that denies it', JSON.stringify(denied), 'InsufficientS3BucketPolicyException'],
  ] as const)('a bucket policy %s', async ([, policy, outcome]) => {
    const world = newWorld();
    await newLogBucket(world, 'logs', { policy });
    expect(await create(world)).toBe(outcome);
  });

  test.for([
    ['for the trail', {}, 'key'],
    [
      'for another trail',
      { Condition: { StringEquals: { 'aws:SourceArn': `${ARN}2` } } },
      'InsufficientEncryptionPolicyException',
    ],
    ['without DescribeKey', { Action: 'kms:GenerateDataKey*' }, 'InsufficientEncryptionPolicyException'],
    ['without GenerateDataKey', { Action: 'kms:DescribeKey' }, 'InsufficientEncryptionPolicyException'],
    [
      'by the context of the trail',
      {
        Condition: {
          StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*` },
        },
        Action: 'kms:GenerateDataKey*',
      },
      'InsufficientEncryptionPolicyException',
    ],
  ] as const)('a key policy %s', async ([, more, outcome]) => {
    const world = newWorld();
    await newLogBucket(world, 'logs');
    const KeyId = await makeKey(world, { Policy: await keyPolicyFor('audit', more) });
    await world.call('kms', 'CreateAlias', { AliasName: 'alias/logs', TargetKeyId: KeyId });
    const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KeyId}`;
    const made = await create(world, { KmsKeyId: 'alias/logs' });
    expect(made).toBe(outcome === 'key' ? arn : outcome);
    if (outcome !== 'key') return;
    // However it is named, the ARN is stored.
    for (const KmsKeyId of [KeyId, arn, `arn:aws:kms:us-east-1:${ACCOUNT}:alias/logs`]) {
      expect((await world.call('cloudtrail', 'UpdateTrail', { Name: 'audit', KmsKeyId })).KmsKeyId).toBe(arn);
    }
    await world.call('kms', 'DisableKey', { KeyId });
    expect(await world.refusal('cloudtrail', 'UpdateTrail', { Name: 'audit', KmsKeyId: arn })).toMatch(
      /^KmsKeyDisabled/,
    );
    await world.call('kms', 'ScheduleKeyDeletion', { KeyId });
    expect(await world.refusal('cloudtrail', 'UpdateTrail', { Name: 'audit', KmsKeyId: arn })).toMatch(
      /^KmsKeyDisabled/,
    );
  });

  test('a key is one of the region of the bucket, and symmetric', async () => {
    const world = newWorld();
    await newLogBucket(world, 'logs', { region: 'eu-west-1' });
    const Policy = await keyPolicyFor('audit');
    const here = await makeKey(world, { Policy });
    const there = await makeKey(world, { Policy }, { region: 'eu-west-1' });
    const rsa = await makeKey(
      world,
      { Policy, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
      { region: 'eu-west-1' },
    );
    expect(await create(world, { KmsKeyId: here })).toBe('KmsKeyNotFoundException');
    expect(await create(world, { KmsKeyId: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${here}` })).toBe(
      'KmsKeyNotFoundException',
    );
    expect(await create(world, { KmsKeyId: rsa })).toBe('InvalidKmsKeyIdException');
    expect(await create(world, { KmsKeyId: there })).toBe(`arn:aws:kms:eu-west-1:${ACCOUNT}:key/${there}`);
  });

  test('a bucket of another account', async () => {
    const world = newWorld();
    await newLogBucket(world, 'logs', { as: `${OTHER_ACCOUNT}:user/admin` });
    expect(await create(world)).toBe('made');
  });

  test('CloudTrail looks at the list of the bucket, which is an event of its own', async () => {
    const world = newWorld();
    await newTrail(world);
    const LookupAttributes = [{ AttributeKey: 'EventName', AttributeValue: 'GetBucketAcl' }] as const;
    const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', { LookupAttributes });
    expect(Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent).userIdentity)).toEqual([
      { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' },
    ]);
  });
});

describe('several regions', () => {
  const there = { region: 'eu-west-1' } as const;
  const names = async (world: World, options: object, input: object = {}) => {
    const { trailList = [] } = await world.call('cloudtrail', 'DescribeTrails', input, options);
    return trailList.map(({ Name, HomeRegion }) => `${Name} of ${HomeRegion}`);
  };

  async function newRegions(): Promise<World> {
    const world = newWorld();
    await newTrail(world, 'everywhere', { IsMultiRegionTrail: true });
    await newTrail(world, 'here');
    await newTrail(world, 'there', {}, there);
    return world;
  }

  test('a trail of all regions has a shadow in the others', async () => {
    const world = await newRegions();
    expect(await names(world, {})).toEqual(['everywhere of us-east-1', 'here of us-east-1']);
    expect(await names(world, there)).toEqual(['there of eu-west-1', 'everywhere of us-east-1']);
    expect(await names(world, there, { includeShadowTrails: false })).toEqual(['there of eu-west-1']);
    const arn = ARN.replace('audit', 'here');
    const trailNameList = ['everywhere', 'there', arn, 'nothing'];
    expect(await names(world, there, { trailNameList })).toEqual(['there of eu-west-1', 'here of us-east-1']);
    const { Trails = [] } = await world.call('cloudtrail', 'ListTrails', {}, there);
    expect(Trails.map(({ Name, HomeRegion }) => [Name, HomeRegion])).toEqual([
      ['there', 'eu-west-1'],
      ['everywhere', 'us-east-1'],
      ['here', 'us-east-1'],
    ]);
  });

  test('a shadow is found by the ARN of its trail, and cannot be changed', async () => {
    const world = await newRegions();
    const arn = ARN.replace('audit', 'everywhere');
    expect((await world.call('cloudtrail', 'GetTrailStatus', { Name: arn }, there)).IsLogging).toBe(true);
    expect(await world.refusal('cloudtrail', 'GetTrailStatus', { Name: 'everywhere' }, there)).toMatch(
      /^TrailNotFound/,
    );
    for (const Name of ['everywhere', arn]) {
      for (const operation of ['UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging'] as const) {
        expect(await world.refusal('cloudtrail', operation, { Name }, there)).toMatch(/^InvalidHomeRegionException: /);
      }
      const input = { TrailName: Name, EventSelectors: [{}] };
      expect(await world.refusal('cloudtrail', 'PutEventSelectors', input, there)).toMatch(
        /^InvalidHomeRegionException/,
      );
    }
    // What is no trail of the region is not known by its name.
    expect(await world.refusal('cloudtrail', 'StopLogging', { Name: 'here' }, there)).toMatch(
      /^TrailNotFoundException/,
    );
  });

  test('its name is taken in every region', async () => {
    const world = await newRegions();
    const input = { Name: 'everywhere', S3BucketName: 'logs-of-there' };
    expect(await world.refusal('cloudtrail', 'CreateTrail', input, there)).toMatch(/^TrailAlreadyExistsException/);
    const taken = { Name: 'there', S3BucketName: 'logs-of-here' };
    await world.call('cloudtrail', 'CreateTrail', taken);
    const update = { Name: 'there', IsMultiRegionTrail: true };
    expect(await world.refusal('cloudtrail', 'UpdateTrail', update)).toMatch(/^TrailAlreadyExistsException/);
  });

  test('a region has five trails, with those of all regions', async () => {
    const world = newWorld();
    await newTrail(world, 'everywhere', { IsMultiRegionTrail: true });
    await newLogBucket(world, 'logs', there);
    const create = (Name: string, options: object, input: object = {}) =>
      world.call('cloudtrail', 'CreateTrail', { Name, S3BucketName: 'logs', ...input }, options);
    for (const i of [1, 2, 3, 4]) await create(`there-${i}`, there);
    await expect(create('there-5', there)).rejects.toMatchObject({
      code: 'MaximumNumberOfTrailsExceededException',
      message: `User: ${ACCOUNT} already has 5 trails in eu-west-1.`,
    });
    await expect(create('all', {}, { IsMultiRegionTrail: true })).rejects.toMatchObject({
      message: `User: ${ACCOUNT} already has 5 trails in eu-west-1.`,
    });
    await create('here', {});
  });
});

describe('tags', () => {
  test('are set at creation, added, replaced and removed', async () => {
    const world = await newPlace();
    const list = async () =>
      (await world.call('cloudtrail', 'ListTags', { ResourceIdList: [ARN] })).ResourceTagList?.[0]?.TagsList;
    await world.call(
      'cloudtrail',
      'AddTags',
      tagged([
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ]) as never,
    );
    await world.call('cloudtrail', 'AddTags', tagged([{ Key: 'a', Value: '3' }, { Key: 'c' }]) as never);
    await world.call('cloudtrail', 'RemoveTags', tagged([{ Key: 'b', Value: 'whatever' }, { Key: 'd' }]) as never);
    expect(await list()).toEqual([
      { Key: 'a', Value: '3' },
      { Key: 'c', Value: '' },
    ]);
  });
});

// Service Authorization Reference, "Actions, resources, and condition keys for AWS CloudTrail".
describe('permissions', () => {
  const allow = (Action: string, Resource: string, Condition?: object) => ({
    Effect: 'Allow',
    Action: `cloudtrail:${Action}`,
    Resource,
    ...(Condition && { Condition }),
  });
  const NEW = { ...CREATE, TagsList: [{ Key: 'team', Value: 'red' }] };
  const OTHER = ARN.replace('audit', 'other');
  const ofTeam = (team: string) => ({ StringEquals: { 'aws:ResourceTag/team': team } });

  test.for([
    ['CreateTrail', CREATE, [allow('CreateTrail', OTHER)], true],
    ['CreateTrail', CREATE, [allow('CreateTrail', ARN)], false],
    ['CreateTrail', NEW, [allow('CreateTrail', OTHER)], false],
    ['CreateTrail', NEW, [allow('CreateTrail', OTHER), allow('AddTags', OTHER)], true],
    ['CreateTrail', NEW, [allow('*', OTHER, { StringEquals: { 'aws:RequestTag/team': 'red' } })], true],
    ['CreateTrail', NEW, [allow('*', OTHER, { StringEquals: { 'aws:RequestTag/team': 'blue' } })], false],
    ['UpdateTrail', { Name: 'audit' }, [allow('UpdateTrail', ARN)], true],
    ['UpdateTrail', { Name: 'audit' }, [allow('UpdateTrail', ARN, ofTeam('red'))], true],
    ['UpdateTrail', { Name: 'audit' }, [allow('UpdateTrail', ARN, ofTeam('blue'))], false],
    ['GetTrail', { Name: 'audit' }, [allow('GetTrail', ARN)], true],
    ['GetTrail', { Name: 'audit' }, [allow('GetTrailStatus', ARN)], false],
    ['GetTrailStatus', { Name: 'audit' }, [allow('GetTrailStatus', ARN)], true],
    ['GetEventSelectors', { TrailName: 'audit' }, [allow('GetEventSelectors', ARN)], true],
    ['PutEventSelectors', basic({}), [allow('PutEventSelectors', ARN)], true],
    ['StartLogging', { Name: 'audit' }, [allow('StartLogging', ARN)], true],
    ['StopLogging', { Name: 'audit' }, [allow('StopLogging', OTHER)], false],
    ['DeleteTrail', { Name: 'audit' }, [allow('DeleteTrail', ARN)], true],
    ['DescribeTrails', {}, [allow('DescribeTrails', ARN)], false],
    ['DescribeTrails', {}, [allow('DescribeTrails', '*')], true],
    ['ListTrails', {}, [allow('ListTrails', '*')], true],
    ['ListTags', { ResourceIdList: [ARN] }, [allow('ListTags', ARN)], true],
    [
      'AddTags',
      tagged(tags(1)),
      [allow('AddTags', ARN, { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['k0'] } })],
      true,
    ],
    [
      'AddTags',
      tagged(tags(2)),
      [allow('AddTags', ARN, { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['k0'] } })],
      false,
    ],
    ['RemoveTags', tagged(tags(1)), [allow('RemoveTags', ARN)], true],
    // Whether a trail exists is not told to who may not see it.
    ['GetTrail', { Name: 'nothing' }, [allow('GetTrail', ARN)], false],
  ] as const)('%s of %j with %j: %s', async ([operation, input, Statement, isAllowed]) => {
    const world = await newPlace();
    await world.call('cloudtrail', 'AddTags', tagged([{ Key: 'team', Value: 'red' }]) as never);
    await world.call('iam', 'CreateUser', { UserName: 'ana' });
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await world.call('iam', 'PutUserPolicy', { UserName: 'ana', PolicyName: 'p', PolicyDocument });
    const { decisions, refusal } = await world.explain('cloudtrail', operation, input, { as: 'user/ana' });
    expect(decisions.length).toBeGreaterThan(0);
    expect(refusal?.code).toBe(isAllowed ? undefined : 'AccessDeniedException');
  });
});

test('a bucket that a trail delivers to can be deleted', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('s3', 'DeleteBucket', { Bucket: 'logs-of-audit' });
  expect((await world.call('cloudtrail', 'GetTrailStatus', { Name: 'audit' })).IsLogging).toBe(true);
});

test('what changes a trail is recorded with its answer, as the log shows it', async () => {
  const world = newWorld();
  await newTrail(world, 'audit', { S3KeyPrefix: undefined, TagsList: [{ Key: 'team', Value: 'red' }] });
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateTrail' }],
  });
  const [{ CloudTrailEvent = '' } = {}] = Events;
  expect(JSON.parse(CloudTrailEvent)).toMatchObject({
    eventSource: 'cloudtrail.amazonaws.com',
    eventTime: new Date(START).toISOString().replace('.000', ''),
    requestParameters: {
      name: 'audit',
      s3BucketName: 'logs-of-audit',
      tagsList: [{ key: 'team', value: 'red' }],
    },
    responseElements: {
      name: 'audit',
      s3BucketName: 'logs-of-audit',
      includeGlobalServiceEvents: true,
      isMultiRegionTrail: false,
      trailARN: ARN,
      logFileValidationEnabled: false,
      isOrganizationTrail: false,
    },
    readOnly: false,
    managementEvent: true,
  });
  expect(JSON.parse(CloudTrailEvent)).not.toHaveProperty('resources');
});
