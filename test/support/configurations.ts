/** One valid configuration of each kind that has no effect, as the operations put it. */

import type { OperationName } from '../../src/api/model/operations.ts';

/** Operation, and its input beside the bucket. */
type Put = readonly [put: OperationName<'s3'>, input: object];

export const rule = { ID: 'old', Filter: { Prefix: 'logs/' }, Status: 'Enabled', Expiration: { Days: 30 } } as const;
export const corsRule = { AllowedMethods: ['GET', 'PUT'], AllowedOrigins: ['https://*.example.com'] };
export const queue = {
  Id: 'new',
  QueueArn: 'arn:aws:sqs:us-east-1:111122223333:new',
  Events: ['s3:ObjectCreated:*'],
  Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'in/' }] } },
};
export const analysis = (Id: string) => ({ Id, StorageClassAnalysis: {} });
export const inventory = (Id: string) => ({
  Id,
  IsEnabled: true,
  IncludedObjectVersions: 'All',
  Schedule: { Frequency: 'Daily' },
  Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV' } },
});
export const tiering = (Id: string) => ({
  Id,
  Status: 'Enabled',
  Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' }],
});

/** A metrics configuration for the requests that match all of a filter. */
export const metrics = (Id: string) => ({
  Id,
  Filter: { And: { Prefix: 'in/', Tags: [{ Key: 'class', Value: 'private' }] } },
});

export const configurations = {
  lifecycle: ['PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules: [rule] } }],
  cors: ['PutBucketCors', { CORSConfiguration: { CORSRules: [corsRule] } }],
  logging: [
    'PutBucketLogging',
    { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'reports', TargetPrefix: 'log/' } } },
  ],
  notification: [
    'PutBucketNotificationConfiguration',
    { NotificationConfiguration: { QueueConfigurations: [queue], EventBridgeConfiguration: {} } },
  ],
  accelerate: ['PutBucketAccelerateConfiguration', { AccelerateConfiguration: { Status: 'Suspended' } }],
  requestPayment: ['PutBucketRequestPayment', { RequestPaymentConfiguration: { Payer: 'Requester' } }],
  website: ['PutBucketWebsite', { WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } }],
  analytics: ['PutBucketAnalyticsConfiguration', { Id: 'a', AnalyticsConfiguration: analysis('a') }],
  inventory: ['PutBucketInventoryConfiguration', { Id: 'a', InventoryConfiguration: inventory('a') }],
  'intelligent-tiering': [
    'PutBucketIntelligentTieringConfiguration',
    { Id: 'a', IntelligentTieringConfiguration: tiering('a') },
  ],
} as const satisfies Readonly<Record<string, Put>>;
