/**
 * Configurations of a bucket that S3 acts on and ssebox only keeps and shows: S3 API Reference, the operations' pages.
 * Scripts that harden a bucket set them beside its encryption, and programs that inventory buckets query all of them.
 * A setting refuses them instead.
 */

import { AwsError } from '../../api/errors.ts';
import type {
  AccelerateConfiguration,
  AnalyticsConfiguration,
  BucketLoggingStatus,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  RequestPaymentConfiguration,
  WebsiteConfiguration,
} from '../../api/model/s3.types.ts';
import type { OperationTable } from '../../call/operation.ts';
import { malformedXml } from '../request/malformed-xml.ts';
import {
  checked,
  configurationOperations,
  converting,
  identified,
  type Kind,
  noConfiguration,
  settling,
} from './bucket-configurations.ts';
import {
  requireAcceleratable,
  requireAnalytics,
  requireInventory,
  requireLogTarget,
  requireTiering,
  requireWebsite,
  settleNotification,
} from './configuration-rules.ts';
import { settleLifecycle } from './lifecycle-rules.ts';
import { newerLifecycle, newerNotification, olderLifecycle, olderNotification } from './older-configurations.ts';

const kinds: readonly Kind[] = [
  {
    subresource: 'lifecycle',
    get: 'GetBucketLifecycleConfiguration',
    put: 'PutBucketLifecycleConfiguration',
    delete: 'DeleteBucketLifecycle',
    member: 'LifecycleConfiguration',
    shape: 'BucketLifecycleConfiguration',
    permissions: { get: 's3:GetLifecycleConfiguration', put: 's3:PutLifecycleConfiguration' },
    settle: settling(settleLifecycle),
    absent({ name }) {
      throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', {
        BucketName: name,
      });
    },
    answer: ({ TransitionDefaultMinimumObjectSize }) => ({ TransitionDefaultMinimumObjectSize }),
    older: {
      get: 'GetBucketLifecycle',
      put: 'PutBucketLifecycle',
      shape: 'LifecycleConfiguration',
      toNewer: converting(newerLifecycle),
      toOlder: converting(olderLifecycle),
    },
  },
  {
    subresource: 'logging',
    get: 'GetBucketLogging',
    put: 'PutBucketLogging',
    member: 'BucketLoggingStatus',
    permissions: { get: 's3:GetBucketLogging', put: 's3:PutBucketLogging' },
    settle: settling((status: BucketLoggingStatus, bucket, { tx }) => {
      if (!status.LoggingEnabled) return undefined;
      requireLogTarget(status.LoggingEnabled, bucket, tx);
      return status;
    }),
    absent: () => ({}),
  },
  {
    subresource: 'notification',
    get: 'GetBucketNotificationConfiguration',
    put: 'PutBucketNotificationConfiguration',
    member: 'NotificationConfiguration',
    permissions: { get: 's3:GetBucketNotification', put: 's3:PutBucketNotification' },
    settle: settling(settleNotification),
    absent: () => ({}),
    older: {
      get: 'GetBucketNotification',
      put: 'PutBucketNotification',
      shape: 'NotificationConfigurationDeprecated',
      toNewer: converting(newerNotification),
      toOlder: converting(olderNotification),
    },
  },
  {
    subresource: 'accelerate',
    get: 'GetBucketAccelerateConfiguration',
    put: 'PutBucketAccelerateConfiguration',
    member: 'AccelerateConfiguration',
    permissions: { get: 's3:GetAccelerateConfiguration', put: 's3:PutAccelerateConfiguration' },
    settle: settling((configuration: AccelerateConfiguration, bucket) => {
      requireAcceleratable(bucket);
      if (configuration.Status === undefined) throw malformedXml('Status is missing: it must be Enabled or Suspended');
      return configuration;
    }),
    absent: () => ({}),
  },
  {
    subresource: 'requestPayment',
    get: 'GetBucketRequestPayment',
    put: 'PutBucketRequestPayment',
    member: 'RequestPaymentConfiguration',
    permissions: { get: 's3:GetBucketRequestPayment', put: 's3:PutBucketRequestPayment' },
    settle: settling((payment: RequestPaymentConfiguration) => (payment.Payer === 'Requester' ? payment : undefined)),
    absent: () => ({ Payer: 'BucketOwner' }),
  },
  {
    subresource: 'website',
    get: 'GetBucketWebsite',
    put: 'PutBucketWebsite',
    delete: 'DeleteBucketWebsite',
    member: 'WebsiteConfiguration',
    permissions: { get: 's3:GetBucketWebsite', put: 's3:PutBucketWebsite', delete: 's3:DeleteBucketWebsite' },
    settle: checked<WebsiteConfiguration>(requireWebsite),
    absent({ name }) {
      throw new AwsError('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', {
        BucketName: name,
      });
    },
  },
  {
    subresource: 'analytics',
    get: 'GetBucketAnalyticsConfiguration',
    put: 'PutBucketAnalyticsConfiguration',
    delete: 'DeleteBucketAnalyticsConfiguration',
    list: 'ListBucketAnalyticsConfigurations',
    member: 'AnalyticsConfiguration',
    permissions: { get: 's3:GetAnalyticsConfiguration', put: 's3:PutAnalyticsConfiguration' },
    settle: identified<AnalyticsConfiguration>(requireAnalytics),
    absent: noConfiguration,
  },
  {
    subresource: 'inventory',
    get: 'GetBucketInventoryConfiguration',
    put: 'PutBucketInventoryConfiguration',
    delete: 'DeleteBucketInventoryConfiguration',
    list: 'ListBucketInventoryConfigurations',
    member: 'InventoryConfiguration',
    permissions: { get: 's3:GetInventoryConfiguration', put: 's3:PutInventoryConfiguration' },
    context: ({ OptionalFields }) => ({
      's3:InventoryAccessibleOptionalFields': OptionalFields as InventoryConfiguration['OptionalFields'],
    }),
    settle: identified<InventoryConfiguration>(requireInventory),
    absent: noConfiguration,
  },
  {
    subresource: 'intelligent-tiering',
    get: 'GetBucketIntelligentTieringConfiguration',
    put: 'PutBucketIntelligentTieringConfiguration',
    delete: 'DeleteBucketIntelligentTieringConfiguration',
    list: 'ListBucketIntelligentTieringConfigurations',
    member: 'IntelligentTieringConfiguration',
    permissions: { get: 's3:GetIntelligentTieringConfiguration', put: 's3:PutIntelligentTieringConfiguration' },
    settle: identified<IntelligentTieringConfiguration>(requireTiering),
    absent: noConfiguration,
  },
];

/** Every operation on these configurations, by name. */
export const withoutEffect: OperationTable = configurationOperations(
  kinds.map((kind) => ({ ...kind, isWithoutEffect: true })),
);
