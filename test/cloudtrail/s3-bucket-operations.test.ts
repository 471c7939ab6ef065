import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { operationFacts } from '../../src/api/operation-facts.ts';
import type { Region } from '../../src/api/regions.ts';
import { s3Operations } from '../../src/s3/operations.ts';
import { configurations, metrics } from '../support/configurations.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';
import { COPY, newSetting, SOURCE } from '../support/replication-setting.ts';
import { eventsOf, expectWhole, type Fields } from './whole-event.ts';

const Bucket = 'photos';
const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
const xsi = 'http://www.w3.org/2001/XMLSchema-instance';

type Name = OperationName<'s3'>;
type Put = readonly [operation: Name, input: object];

interface Row {
  /** What there has to be. */
  readonly before?: readonly Put[];
  readonly input?: object;
  /** The sub-resource, as in the query of the operation's URI, and the document as its XML has it. */
  readonly shown?: Fields;
  readonly error?: readonly [code: string, message: string];
  readonly loggedAs?: string;
  readonly readOnly?: boolean;
  readonly awsRegion?: Region;
}

const encryption = {
  ServerSideEncryptionConfiguration: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/app' },
        BucketKeyEnabled: true,
      },
    ],
  },
};
const policy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
};
const tagging = { Tagging: { TagSet: [{ Key: 'team', Value: 'red' }] } };
const two = { Tagging: { TagSet: [...tagging.Tagging.TagSet, { Key: 'cost', Value: '1' }] } };
const owner = { ID: '0'.repeat(64) };

const of = (kind: keyof typeof configurations): Put => configurations[kind];
const { analytics, cors, inventory, lifecycle, logging, notification, website } = configurations;
const metricsPut: Put = ['PutBucketMetricsConfiguration', { Id: 'a', MetricsConfiguration: metrics('a') }];
const tiering = configurations['intelligent-tiering'];

/** A put of a configuration without effect. */
const puts = ([, input]: Put, shown: Fields, more: Partial<Row> = {}): Row => ({ input, shown, ...more });

const lifecycleDocument = {
  LifecycleConfiguration: {
    xmlns,
    Rule: { Expiration: { Days: 30 }, ID: 'old', Filter: { Prefix: 'logs/' }, Status: 'Enabled' },
  },
};
const olderLifecycle = { Rules: [{ ID: 'old', Prefix: 'logs/', Status: 'Enabled', Expiration: { Days: 30 } }] };
const olderNotification = {
  QueueConfiguration: {
    Id: 'old',
    Queue: 'arn:aws:sqs:us-east-1:111122223333:old',
    Events: ['s3:ObjectCreated:Put', 's3:ObjectCreated:Post'],
  },
};

const reports: Put = ['CreateBucket', { Bucket: 'reports' }];

// Amazon S3 User Guide, "Amazon S3 CloudTrail events": a request on a bucket shows its sub-resource and its document;
// some are logged under another name. Documents are shown as their XML has them: S3 API Reference, the operations' pages.
const rows: Readonly<Partial<Record<Name, Row>>> = {
  CreateBucket: {
    awsRegion: 'eu-west-1',
    input: {
      Bucket: 'elsewhere',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      ObjectOwnership: 'BucketOwnerEnforced',
    },
    shown: {
      bucketName: 'elsewhere',
      'x-amz-object-ownership': 'BucketOwnerEnforced',
      CreateBucketConfiguration: { xmlns, LocationConstraint: 'eu-west-1' },
    },
  },
  DeleteBucket: {},
  DeleteBucketAnalyticsConfiguration: {
    before: [of('analytics')],
    input: { Id: 'a' },
    shown: { analytics: '', id: 'a' },
  },
  DeleteBucketCors: { before: [of('cors')], shown: { cors: '' } },
  DeleteBucketEncryption: { shown: { encryption: '' } },
  DeleteBucketIntelligentTieringConfiguration: {
    before: [of('intelligent-tiering')],
    input: { Id: 'a' },
    shown: { 'intelligent-tiering': '', id: 'a' },
  },
  DeleteBucketInventoryConfiguration: {
    before: [of('inventory')],
    input: { Id: 'a' },
    shown: { inventory: '', id: 'a' },
  },
  DeleteBucketLifecycle: { before: [of('lifecycle')], shown: { lifecycle: '' } },
  DeleteBucketMetricsConfiguration: { before: [metricsPut], input: { Id: 'a' }, shown: { metrics: '', id: 'a' } },
  DeleteBucketOwnershipControls: { shown: { ownershipControls: '' } },
  DeleteBucketPolicy: { before: [['PutBucketPolicy', { Policy: JSON.stringify(policy) }]], shown: { policy: '' } },
  DeleteBucketReplication: { shown: { replication: '' } },
  DeleteBucketTagging: { shown: { tagging: '' } },
  DeleteBucketWebsite: { before: [of('website')], shown: { website: '' } },
  DeletePublicAccessBlock: { shown: { publicAccessBlock: '' }, loggedAs: 'DeleteBucketPublicAccessBlock' },
  GetBucketAccelerateConfiguration: { shown: { accelerate: '' }, loggedAs: 'GetAccelerateConfiguration' },
  GetBucketAcl: { input: { ExpectedBucketOwner: ACCOUNT }, shown: { acl: '', 'x-amz-expected-bucket-owner': ACCOUNT } },
  GetBucketAnalyticsConfiguration: { before: [of('analytics')], input: { Id: 'a' }, shown: { analytics: '', id: 'a' } },
  GetBucketCors: { before: [of('cors')], shown: { cors: '' } },
  GetBucketEncryption: { shown: { encryption: '' } },
  GetBucketIntelligentTieringConfiguration: {
    before: [of('intelligent-tiering')],
    input: { Id: 'a' },
    shown: { 'intelligent-tiering': '', id: 'a' },
  },
  GetBucketInventoryConfiguration: { before: [of('inventory')], input: { Id: 'a' }, shown: { inventory: '', id: 'a' } },
  GetBucketLifecycle: { before: [of('lifecycle')], shown: { lifecycle: '' } },
  GetBucketLifecycleConfiguration: {
    before: [of('lifecycle')],
    shown: { lifecycle: '' },
    loggedAs: 'GetBucketLifecycle',
  },
  GetBucketLocation: { shown: { location: '' } },
  GetBucketLogging: { shown: { logging: '' } },
  GetBucketMetricsConfiguration: { before: [metricsPut], input: { Id: 'a' }, shown: { metrics: '', id: 'a' } },
  GetBucketNotification: { shown: { notification: '' } },
  GetBucketNotificationConfiguration: { shown: { notification: '' }, loggedAs: 'GetBucketNotification' },
  GetBucketOwnershipControls: { shown: { ownershipControls: '' } },
  GetBucketPolicy: {
    shown: { policy: '' },
    error: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
  },
  GetBucketPolicyStatus: {
    before: [['PutBucketPolicy', { Policy: JSON.stringify(policy) }]],
    shown: { policyStatus: '' },
  },
  GetBucketReplication: {
    shown: { replication: '' },
    error: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  },
  GetBucketRequestPayment: { shown: { requestPayment: '' } },
  GetBucketTagging: { before: [['PutBucketTagging', tagging]], shown: { tagging: '' } },
  GetBucketVersioning: { shown: { versioning: '' } },
  GetBucketWebsite: { before: [of('website')], shown: { website: '' } },
  GetObjectLockConfiguration: {
    shown: { 'object-lock': '' },
    error: ['ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'],
  },
  GetPublicAccessBlock: { shown: { publicAccessBlock: '' }, loggedAs: 'GetBucketPublicAccessBlock' },
  ListBucketAnalyticsConfigurations: { shown: { analytics: '' } },
  ListBucketIntelligentTieringConfigurations: { shown: { 'intelligent-tiering': '' } },
  ListBucketInventoryConfigurations: { shown: { inventory: '' } },
  ListBucketMetricsConfigurations: { shown: { metrics: '' } },
  PutBucketMetricsConfiguration: puts(metricsPut, {
    metrics: '',
    id: 'a',
    MetricsConfiguration: {
      xmlns,
      Id: 'a',
      Filter: { And: { Prefix: 'in/', Tag: { Key: 'class', Value: 'private' } } },
    },
  }),
  PutBucketAccelerateConfiguration: puts(
    configurations.accelerate,
    { accelerate: '', AccelerateConfiguration: { xmlns, Status: 'Suspended' } },
    { loggedAs: 'PutAccelerateConfiguration' },
  ),
  PutBucketAcl: {
    input: {
      AccessControlPolicy: {
        Owner: owner,
        Grants: [{ Grantee: { Type: 'CanonicalUser', ...owner }, Permission: 'FULL_CONTROL' }],
      },
    },
    shown: {
      acl: '',
      AccessControlPolicy: {
        xmlns,
        AccessControlList: {
          Grant: { Grantee: { 'xmlns:xsi': xsi, 'xsi:type': 'CanonicalUser', ...owner }, Permission: 'FULL_CONTROL' },
        },
        Owner: owner,
      },
    },
    error: ['AccessControlListNotSupported', 'The bucket does not allow ACLs'],
  },
  PutBucketAnalyticsConfiguration: puts(analytics, {
    analytics: '',
    id: 'a',
    AnalyticsConfiguration: { xmlns, Id: 'a', StorageClassAnalysis: '' },
  }),
  PutBucketCors: puts(cors, {
    cors: '',
    CORSConfiguration: {
      xmlns,
      CORSRule: { AllowedMethod: ['GET', 'PUT'], AllowedOrigin: 'https://*.example.com' },
    },
  }),
  PutBucketEncryption: {
    input: encryption,
    shown: {
      encryption: '',
      ServerSideEncryptionConfiguration: {
        xmlns,
        Rule: {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/app' },
          BucketKeyEnabled: true,
        },
      },
    },
  },
  PutBucketIntelligentTieringConfiguration: puts(tiering, {
    'intelligent-tiering': '',
    id: 'a',
    IntelligentTieringConfiguration: {
      xmlns,
      Id: 'a',
      Status: 'Enabled',
      Tiering: { Days: 90, AccessTier: 'ARCHIVE_ACCESS' },
    },
  }),
  PutBucketInventoryConfiguration: puts(inventory, {
    inventory: '',
    id: 'a',
    InventoryConfiguration: {
      xmlns,
      Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV' } },
      IsEnabled: true,
      Id: 'a',
      IncludedObjectVersions: 'All',
      Schedule: { Frequency: 'Daily' },
    },
  }),
  PutBucketLifecycle: {
    input: { LifecycleConfiguration: olderLifecycle },
    shown: {
      lifecycle: '',
      LifecycleConfiguration: {
        xmlns,
        Rule: { Expiration: { Days: 30 }, ID: 'old', Prefix: 'logs/', Status: 'Enabled' },
      },
    },
  },
  PutBucketLifecycleConfiguration: puts(
    lifecycle,
    { lifecycle: '', ...lifecycleDocument },
    { loggedAs: 'PutBucketLifecycle' },
  ),
  PutBucketLogging: puts(
    logging,
    {
      logging: '',
      BucketLoggingStatus: { xmlns, LoggingEnabled: { TargetBucket: 'reports', TargetPrefix: 'log/' } },
    },
    { before: [reports] },
  ),
  PutBucketNotification: {
    input: { NotificationConfiguration: olderNotification },
    shown: {
      notification: '',
      NotificationConfiguration: {
        xmlns,
        QueueConfiguration: {
          Id: 'old',
          Event: ['s3:ObjectCreated:Put', 's3:ObjectCreated:Post'],
          Queue: 'arn:aws:sqs:us-east-1:111122223333:old',
        },
      },
    },
  },
  PutBucketNotificationConfiguration: puts(
    notification,
    {
      notification: '',
      NotificationConfiguration: {
        xmlns,
        QueueConfiguration: {
          Id: 'new',
          Queue: 'arn:aws:sqs:us-east-1:111122223333:new',
          Event: 's3:ObjectCreated:*',
          Filter: { S3Key: { FilterRule: { Name: 'Prefix', Value: 'in/' } } },
        },
        EventBridgeConfiguration: '',
      },
    },
    { loggedAs: 'PutBucketNotification' },
  ),
  PutBucketOwnershipControls: {
    input: { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
    shown: { ownershipControls: '', OwnershipControls: { xmlns, Rule: { ObjectOwnership: 'ObjectWriter' } } },
  },
  PutBucketPolicy: {
    input: { Policy: JSON.stringify(policy) },
    shown: { policy: '', bucketPolicy: policy },
  },
  PutBucketRequestPayment: puts(configurations.requestPayment, {
    requestPayment: '',
    RequestPaymentConfiguration: { xmlns, Payer: 'Requester' },
  }),
  PutBucketTagging: {
    input: two,
    shown: {
      tagging: '',
      Tagging: { xmlns, TagSet: { Tag: two.Tagging.TagSet } },
    },
  },
  PutBucketVersioning: {
    input: { VersioningConfiguration: { Status: 'Enabled' } },
    shown: { versioning: '', VersioningConfiguration: { xmlns, Status: 'Enabled' } },
  },
  PutBucketWebsite: puts(website, {
    website: '',
    WebsiteConfiguration: { xmlns, IndexDocument: { Suffix: 'index.html' } },
  }),
  PutPublicAccessBlock: {
    input: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    shown: { publicAccessBlock: '', PublicAccessBlockConfiguration: { xmlns, BlockPublicAcls: true } },
    loggedAs: 'PutBucketPublicAccessBlock',
  },
};

test.for(Object.entries(rows) as [Name, Row][])('the event of %s', async ([operation, row]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  for (const [name, input] of row.before ?? []) await world.call('s3', name, { Bucket, ...input } as never);
  const input = { Bucket, ...row.input };
  if (row.error) await world.refusal('s3', operation, input);
  else await world.call('s3', operation, input as never, { region: row.awsRegion ?? 'us-east-1' });
  const eventName = row.loggedAs ?? operation;
  const requestParameters = { bucketName: Bucket, ...row.shown };
  expectWhole(
    eventsOf(world).findLast(
      (event) => event.eventName === eventName && event.awsRegion === (row.awsRegion ?? 'us-east-1'),
    ),
    {
      service: 's3',
      eventName,
      requestParameters,
      readOnly: /^(Get|List)/.test(operation),
      resources: [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${requestParameters.bucketName}` }],
      ...(row.error && { error: row.error }),
      ...(row.awsRegion !== undefined && { awsRegion: row.awsRegion }),
    },
  );
});

test('the event of ListBuckets', async () => {
  const world = newWorld();
  await world.call('s3', 'ListBuckets', { MaxBuckets: 10, Prefix: 'p' });
  expectWhole(
    eventsOf(world).find(({ eventName }) => eventName === 'ListBuckets'),
    {
      service: 's3',
      eventName: 'ListBuckets',
      requestParameters: { 'max-buckets': '10', prefix: 'p' },
      readOnly: true,
    },
  );
});

test('the event of PutBucketReplication', async () => {
  const world = newWorld();
  await newSetting(world);
  const event = eventsOf(world).findLast(({ eventName }) => eventName === 'PutBucketReplication');
  expectWhole(event, {
    service: 's3',
    eventName: 'PutBucketReplication',
    requestParameters: {
      bucketName: SOURCE,
      replication: '',
      ReplicationConfiguration: {
        xmlns,
        Role: `arn:aws:iam::${ACCOUNT}:role/replicator`,
        Rule: expect.objectContaining({ Status: 'Enabled' }),
      },
    },
    readOnly: false,
    resources: [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${SOURCE}` }],
  });
  expect(JSON.stringify(event)).toContain(`arn:aws:s3:::${COPY}`);
});

test('there is a row for every operation on a bucket', () => {
  const others = ['ListBuckets', 'PutBucketReplication'];
  const management = Object.keys(s3Operations).filter((name) => !operationFacts('s3', name).isData);
  expect([...Object.keys(rows), ...others].sort()).toEqual(management.sort());
});
