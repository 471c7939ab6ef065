/** What S3 accepts as a configuration of a bucket, and how it words what it does not. */

import { expect, test } from 'vitest';
import type { Input, OperationName } from '../../src/api/model/operations.ts';
import { analysis, corsRule, inventory, queue, rule, tiering } from '../support/configurations.ts';
import { newWorld, OTHER_ACCOUNT } from '../support/harness.ts';

const Bucket = 'photos';

const lifecycle = (...each: readonly object[]) => ({
  LifecycleConfiguration: { Rules: each.map((changes) => ({ ...rule, ...changes })) },
});
const cors = (changes: object) => ({ CORSConfiguration: { CORSRules: [{ ...corsRule, ...changes }] } });
const website = (WebsiteConfiguration: object) => ({ WebsiteConfiguration });
const notify = (...each: readonly object[]) => ({
  NotificationConfiguration: { QueueConfigurations: each.map((changes) => ({ ...queue, Id: undefined, ...changes })) },
});
const filtered = (...FilterRules: readonly object[]) => ({ Filter: { Key: { FilterRules } } });
const log = (TargetBucket: string) => ({
  BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix: '' } },
});
const index = { IndexDocument: { Suffix: 'index.html' } };
const MALFORMED =
  'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema';
const tag = (Key: string) => ({ Key, Value: '' });
const noPrefix = { Filter: undefined, Prefix: '' };

// S3 API Reference, the operations' pages and their data types, and the answers of the service.
const refused: readonly (readonly [operation: OperationName<'s3'>, input: object, refusal: string])[] = [
  ['PutBucketLifecycleConfiguration', {}, 'MissingRequestBodyError: Request Body is empty'],
  ['PutBucketLifecycleConfiguration', lifecycle(), MALFORMED],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle(...Array.from({ length: 1001 }, (_, i) => ({ ID: `${i}` }))),
    MALFORMED,
  ],
  ['PutBucketLifecycleConfiguration', lifecycle({ Status: 'enabled' }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ Filter: undefined }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ Prefix: '' }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ Filter: { Prefix: 'a', Tag: tag('k') } }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ Filter: { And: { Prefix: 'a' } } }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ Filter: { Tag: tag('') } }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ Expiration: {} }), MALFORMED],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }),
    MALFORMED,
  ],
  ['PutBucketLifecycleConfiguration', lifecycle({ Transitions: [{ Days: 30 }] }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ Transitions: [{ Days: 1, StorageClass: 'COLD' }] }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ NoncurrentVersionExpiration: {} }), MALFORMED],
  ['PutBucketLifecycleConfiguration', lifecycle({ AbortIncompleteMultipartUpload: {} }), MALFORMED],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Expiration: undefined }),
    'InvalidRequest: At least one action needs to be specified in a rule',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ ID: 'x'.repeat(256) }),
    'InvalidArgument: ID length should not exceed allowed limit of 255',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({}, {}),
    'InvalidArgument: Rule ID must be unique. Found same ID for more than one rule',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Expiration: { Days: 0 } }),
    "InvalidArgument: 'Days' for Expiration action must be a positive integer",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ NoncurrentVersionExpiration: { NoncurrentDays: 0 } }),
    "InvalidArgument: 'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 0 } }),
    "InvalidArgument: 'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Expiration: { Date: new Date('2030-01-01T01:00:00Z') } }),
    "InvalidArgument: 'Date' must be at midnight GMT",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Transitions: [{ Days: 29, StorageClass: 'ONEZONE_IA' }] }),
    "InvalidArgument: 'Days' in Transition action must be greater than or equal to 30 for storageClass 'ONEZONE_IA'",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Transitions: [{ Days: 30, StorageClass: 'GLACIER' }] }),
    "InvalidArgument: 'Days' in the Expiration action for filter '(prefix=logs/)' must be greater than 'Days' in the Transition action",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Transitions: [{ Date: new Date('2030-01-01T00:00:00Z'), StorageClass: 'GLACIER' }] }),
    "InvalidRequest: Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter '(prefix=logs/)'",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({
      Transitions: [
        { Days: 1, StorageClass: 'GLACIER' },
        { Days: 2, StorageClass: 'GLACIER' },
      ],
    }),
    "InvalidRequest: 'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=logs/)'",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Filter: { And: { Tags: [tag('k'), tag('k')] } } }),
    'InvalidRequest: Duplicate Tag Keys are not allowed.',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Filter: { Tag: tag('k') }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    'InvalidRequest: AbortIncompleteMultipartUpload cannot be specified with Tags.',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Filter: { ObjectSizeLessThan: 5 }, Expiration: { ExpiredObjectDeleteMarker: false } }),
    'InvalidRequest: ExpiredObjectDeleteMarker cannot be specified with Object Size.',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Filter: { ObjectSizeLessThan: 0 } }),
    "InvalidRequest: 'ObjectSizeLessThan' should be between 1 and 1099511627776000.",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Filter: { And: { ObjectSizeGreaterThan: 9, ObjectSizeLessThan: 9 } } }),
    "InvalidRequest: 'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ ...noPrefix, ID: 'a' }, {}),
    'InvalidRequest: Filter element can only be used in Lifecycle V2.',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({}, { ...noPrefix, ID: 'a' }),
    'InvalidRequest: Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ ...noPrefix, NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 1 } }),
    'InvalidRequest: NewerNoncurrentVersions element can only be used in Lifecycle V2.',
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle(noPrefix, { ...noPrefix, ID: 'a', Prefix: 'a' }),
    "InvalidRequest: Found overlapping prefixes '' and 'a' for same action type 'Expiration'",
  ],
  [
    'PutBucketLifecycleConfiguration',
    { ...lifecycle({}), TransitionDefaultMinimumObjectSize: 'none' },
    'InvalidRequest: Invalid TransitionDefaultMinimumObjectSize found: none',
  ],
  ['PutBucketCors', { CORSConfiguration: { CORSRules: [] } }, MALFORMED],
  ['PutBucketCors', { CORSConfiguration: { CORSRules: Array.from({ length: 101 }, () => corsRule) } }, MALFORMED],
  ['PutBucketCors', cors({ AllowedMethods: [] }), MALFORMED],
  ['PutBucketCors', cors({ ID: 'x'.repeat(65_536) }), 'MaxMessageLengthExceeded: Your request was too big.'],
  [
    'PutBucketCors',
    cors({ AllowedMethods: ['GET', 'PATCH'] }),
    'InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is PATCH',
  ],
  [
    'PutBucketCors',
    cors({ AllowedOrigins: ['*example*.com'] }),
    'InvalidRequest: AllowedOrigin "*example*.com" can not have more than one wildcard.',
  ],
  [
    'PutBucketCors',
    cors({ ExposeHeaders: ['*'] }),
    'InvalidRequest: ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
  ],
  ['PutBucketLogging', log('nowhere'), 'InvalidTargetBucketForLogging: The target bucket for logging does not exist'],
  [
    'PutBucketLogging',
    log('theirs'),
    'InvalidTargetBucketForLogging: The owner for the bucket to be logged and the target bucket must be the same.',
  ],
  ['PutBucketLogging', log('elsewhere'), 'CrossLocationLoggingProhibitted: Cross S3 location logging not allowed. '],
  ['PutBucketNotificationConfiguration', notify({ Events: [] }), MALFORMED],
  [
    'PutBucketNotificationConfiguration',
    notify({ Events: ['s3:ObjectRead'] }),
    'InvalidArgument: The event is not supported for notifications',
  ],
  [
    'PutBucketNotificationConfiguration',
    notify({ QueueArn: 'arn:aws:sns:us-east-1:111122223333:new' }),
    'InvalidArgument: The ARN could not be parsed',
  ],
  [
    'PutBucketNotificationConfiguration',
    notify(filtered({ Name: 'infix', Value: 'a' })),
    'InvalidArgument: filter rule name must be either prefix or suffix',
  ],
  [
    'PutBucketNotificationConfiguration',
    notify(filtered({ Name: 'suffix', Value: '' })),
    'InvalidArgument: filter value cannot be empty',
  ],
  [
    'PutBucketNotificationConfiguration',
    notify(filtered({ Name: 'prefix', Value: 'a' }, { Name: 'Prefix', Value: 'b' })),
    'InvalidArgument: Cannot specify more than one prefix rule in a filter.',
  ],
  [
    'PutBucketNotificationConfiguration',
    notify({ Id: 'a' }, { Id: 'a', Events: ['s3:ObjectRemoved:*'] }),
    'InvalidArgument: Same ID used for multiple configurations. IDs must be unique',
  ],
  [
    'PutBucketNotificationConfiguration',
    notify({}, { Events: ['s3:ObjectCreated:Put'], ...filtered({ Name: 'prefix', Value: 'in/2026' }) }),
    'InvalidArgument: Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
  ],
  ['PutBucketAccelerateConfiguration', { AccelerateConfiguration: {} }, MALFORMED],
  ['PutBucketAccelerateConfiguration', { AccelerateConfiguration: { Status: 'On' } }, MALFORMED],
  [
    'PutBucketAccelerateConfiguration',
    { Bucket: 'with.dots', AccelerateConfiguration: { Status: 'Enabled' } },
    'InvalidRequest: S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
  ],
  ['PutBucketRequestPayment', { RequestPaymentConfiguration: { Payer: 'Nobody' } }, MALFORMED],
  [
    'PutBucketWebsite',
    website({}),
    'InvalidArgument: A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
  ],
  [
    'PutBucketWebsite',
    website({ IndexDocument: { Suffix: 'a/b' } }),
    'InvalidArgument: The IndexDocument Suffix is not well formed',
  ],
  ['PutBucketWebsite', website({ ...index, ErrorDocument: { Key: '' } }), MALFORMED],
  ['PutBucketWebsite', website({ ...index, RoutingRules: [] }), MALFORMED],
  [
    'PutBucketWebsite',
    website({ RedirectAllRequestsTo: { HostName: 'example.com' }, ...index }),
    'InvalidArgument: RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
  ],
  [
    'PutBucketWebsite',
    website({ RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'ftp' } }),
    'InvalidRequest: Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
  ],
  [
    'PutBucketWebsite',
    website({ ...index, RoutingRules: [{ Redirect: { ReplaceKeyWith: 'a', ReplaceKeyPrefixWith: 'b' } }] }),
    'InvalidRequest: You can only define ReplaceKeyPrefix or ReplaceKey but not both.',
  ],
  [
    'PutBucketWebsite',
    website({ ...index, RoutingRules: [{ Condition: {}, Redirect: { ReplaceKeyWith: 'a' } }] }),
    "InvalidRequest: Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
  ],
  [
    'PutBucketWebsite',
    website({ ...index, RoutingRules: [{ Redirect: { HttpRedirectCode: '300' } }] }),
    'InvalidRequest: The provided HTTP redirect code (300) is not valid. Valid codes are 3XX except 300.',
  ],
  [
    'PutBucketWebsite',
    website({ ...index, RoutingRules: [{ Condition: { HttpErrorCodeReturnedEquals: '302' }, Redirect: {} }] }),
    'InvalidRequest: The provided HTTP error code (302) is not valid. Valid codes are 4XX or 5XX.',
  ],
  [
    'PutBucketInventoryConfiguration',
    { Id: 'b', InventoryConfiguration: inventory('a') },
    'IdMismatch: Document ID does not match the specified configuration ID.',
  ],
  [
    'PutBucketInventoryConfiguration',
    {
      Id: 'a',
      InventoryConfiguration: {
        ...inventory('a'),
        Destination: { S3BucketDestination: { Bucket: 'reports', Format: 'CSV' } },
      },
    },
    'InvalidS3DestinationBucket: Invalid bucket ARN.',
  ],
  [
    'PutBucketInventoryConfiguration',
    { Id: 'a', InventoryConfiguration: { ...inventory('a'), Schedule: { Frequency: 'Hourly' } } },
    MALFORMED,
  ],
  ['PutBucketAnalyticsConfiguration', { Id: 'a', AnalyticsConfiguration: { ...analysis('a'), Filter: {} } }, MALFORMED],
  [
    'PutBucketIntelligentTieringConfiguration',
    { Id: 'a', IntelligentTieringConfiguration: { ...tiering('a'), Tierings: [] } },
    MALFORMED,
  ],
  [
    'PutBucketAnalyticsConfiguration',
    { Id: 'x'.repeat(65), AnalyticsConfiguration: analysis('x'.repeat(65)) },
    'InvalidConfigurationId: The specified configuration ID is not valid.',
  ],
  [
    'GetBucketAnalyticsConfiguration',
    { Id: 'x'.repeat(5000) },
    'InvalidConfigurationId: The specified configuration ID is not valid.',
  ],
  [
    'ListBucketInventoryConfigurations',
    { ContinuationToken: 'x' },
    'InvalidArgument: The continuation token provided is incorrect',
  ],
];

test.for(refused.map(([operation, input, refusal]) => [operation, refusal, input] as const))(
  '%s refuses with %s',
  async ([operation, refusal, input]) => {
    const world = newWorld();
    for (const name of [Bucket, 'with.dots']) await world.call('s3', 'CreateBucket', { Bucket: name });
    await world.call('s3', 'CreateBucket', { Bucket: 'theirs' }, { as: `${OTHER_ACCOUNT}:user/admin` });
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await world.call('s3', 'CreateBucket', { Bucket: 'elsewhere', CreateBucketConfiguration });
    expect(await world.refusal('s3', operation, { Bucket, ...input })).toBe(refusal);
    expect(world.transact((tx) => [...tx.bucketConfigurations.range()])).toEqual([]);
  },
);

// Amazon S3 User Guide, "Lifecycle configuration elements" and "Examples of S3 Lifecycle configurations"; S3 API
// Reference, the samples of the operations.
test.for<[OperationName<'s3'>, object]>([
  ['PutBucketLifecycleConfiguration', lifecycle({ Filter: {} })],
  ['PutBucketLifecycleConfiguration', lifecycle({ Filter: { And: { Prefix: '', Tags: [tag('k')] } } })],
  ['PutBucketLifecycleConfiguration', lifecycle({ Expiration: { ExpiredObjectDeleteMarker: true } })],
  ['PutBucketLifecycleConfiguration', lifecycle({ Transitions: [{ Days: 0, StorageClass: 'GLACIER_IR' }] })],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({
      NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 500 },
      NoncurrentVersionTransitions: [{ NoncurrentDays: 30, StorageClass: 'STANDARD_IA' }],
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    }),
  ],
  ['PutBucketLifecycleConfiguration', lifecycle({ ...noPrefix, Prefix: 'a' }, { ...noPrefix, ID: 'b', Prefix: 'b' })],
  ['PutBucketCors', cors({ AllowedOrigins: [''], AllowedHeaders: ['*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 0 })],
  ['PutBucketLogging', log(Bucket)],
  [
    'PutBucketNotificationConfiguration',
    notify({}, filtered({ Name: 'prefix', Value: 'out/' }), { Events: ['s3:ObjectRemoved:*'] }),
  ],
  ['PutBucketWebsite', website({ RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'https' } })],
  [
    'PutBucketWebsite',
    website({
      ...index,
      RoutingRules: [
        {
          Condition: { HttpErrorCodeReturnedEquals: '404' },
          Redirect: { HostName: 'a.example', HttpRedirectCode: '302' },
        },
      ],
    }),
  ],
  [
    'PutBucketAnalyticsConfiguration',
    {
      Id: 'a',
      AnalyticsConfiguration: {
        Id: 'a',
        Filter: { And: { Prefix: 'a', Tags: [tag('k')] } },
        StorageClassAnalysis: {
          DataExport: {
            OutputSchemaVersion: 'V_1',
            Destination: { S3BucketDestination: { Format: 'CSV', Bucket: 'arn:aws:s3:::reports' } },
          },
        },
      },
    },
  ],
])('%s accepts %j', async ([operation, input]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', operation, { Bucket, ...input } as Input<'s3', OperationName<'s3'>>);
  expect(world.transact((tx) => [...tx.bucketConfigurations.range()])).toHaveLength(1);
});
