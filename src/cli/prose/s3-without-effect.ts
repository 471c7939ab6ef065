/** What help and manual say of the operations on a bucket's configurations that are kept and have no effect. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

const kept = 'ssebox keeps this configuration and shows it, and does not act on it.';
const withoutEffect = `${kept} If the setting s3.without-effect is refuse, this operation is refused with NotImplemented.`;

const lifecycle =
  `ssebox s3api put-bucket-lifecycle-configuration --bucket reports --lifecycle-configuration ` +
  `'{"Rules":[{"ID":"old","Filter":{"Prefix":"2026/"},"Status":"Enabled","Expiration":{"Days":365}}]}'`;
const website =
  'ssebox s3api put-bucket-website --bucket photos --website-configuration "IndexDocument={Suffix=index.html}"';
const logging =
  'ssebox s3api put-bucket-logging --bucket photos --bucket-logging-status "LoggingEnabled={TargetBucket=drafts,TargetPrefix=log/}"';
const notification =
  'ssebox s3api put-bucket-notification-configuration --bucket photos --notification-configuration ' +
  `'{"QueueConfigurations":[{"QueueArn":"arn:aws:sqs:us-east-1:111122223333:new","Events":["s3:ObjectCreated:*"]}]}'`;
const oldLifecycle =
  'ssebox s3api put-bucket-lifecycle --bucket reports --lifecycle-configuration ' +
  `'{"Rules":[{"ID":"old","Prefix":"2026/","Status":"Enabled","Expiration":{"Days":365}}]}'`;
const oldNotification =
  'ssebox s3api put-bucket-notification --bucket photos --notification-configuration ' +
  `'{"QueueConfiguration":{"Queue":"arn:aws:sqs:us-east-1:111122223333:new","Events":["s3:ObjectCreated:*"]}}'`;
const acceleration =
  'ssebox s3api put-bucket-accelerate-configuration --bucket photos --accelerate-configuration Status=Enabled';
const payment =
  'ssebox s3api put-bucket-request-payment --bucket reports --request-payment-configuration Payer=Requester';
const analysis =
  'ssebox s3api put-bucket-analytics-configuration --bucket photos --id all --analytics-configuration ' +
  `'{"Id":"all","StorageClassAnalysis":{}}'`;
const inventory =
  'ssebox s3api put-bucket-inventory-configuration --bucket photos --id daily --inventory-configuration ' +
  `'{"Id":"daily","IsEnabled":true,"IncludedObjectVersions":"All","Schedule":{"Frequency":"Daily"},` +
  `"Destination":{"S3BucketDestination":{"Bucket":"arn:aws:s3:::drafts","Format":"CSV"}}}'`;
const tiering =
  'ssebox s3api put-bucket-intelligent-tiering-configuration --bucket photos --id cold --intelligent-tiering-configuration ' +
  `'{"Id":"cold","Status":"Enabled","Tierings":[{"Days":90,"AccessTier":"ARCHIVE_ACCESS"}]}'`;

/** By the operation's name; `s3.ts` has the others. */
export const withoutEffectProse = {
  DeleteBucketAnalyticsConfiguration: {
    summary: 'Delete a storage class analysis',
    examples: [
      `${analysis}\nssebox s3api delete-bucket-analytics-configuration --bucket photos --id all`,
      `${analysis}\nssebox s3api delete-bucket-analytics-configuration --bucket photos --id all && ssebox s3api list-bucket-analytics-configurations --bucket photos`,
    ],
  },
  DeleteBucketIntelligentTieringConfiguration: {
    summary: 'Delete an Intelligent-Tiering rule',
    examples: [
      `${tiering}\nssebox s3api delete-bucket-intelligent-tiering-configuration --bucket photos --id cold`,
      `${tiering}\nssebox s3api delete-bucket-intelligent-tiering-configuration --bucket photos --id cold && ssebox s3api list-bucket-intelligent-tiering-configurations --bucket photos`,
    ],
  },
  DeleteBucketInventoryConfiguration: {
    summary: 'Delete an inventory of a bucket',
    examples: [
      `${inventory}\nssebox s3api delete-bucket-inventory-configuration --bucket photos --id daily`,
      `${inventory}\nssebox s3api delete-bucket-inventory-configuration --bucket photos --id daily && ssebox s3api list-bucket-inventory-configurations --bucket photos`,
    ],
  },
  DeleteBucketLifecycle: {
    summary: 'Delete a bucket’s lifecycle rules',
    examples: [
      'ssebox s3api delete-bucket-lifecycle --bucket photos',
      `${lifecycle}\nssebox s3api delete-bucket-lifecycle --bucket reports`,
    ],
  },
  DeleteBucketWebsite: {
    summary: 'Delete a bucket’s website configuration',
    examples: [
      'ssebox s3api delete-bucket-website --bucket reports',
      `${website}\nssebox s3api delete-bucket-website --bucket photos`,
    ],
  },
  GetBucketAccelerateConfiguration: {
    summary: 'Show a bucket’s Transfer Acceleration; nothing if it was never set',
    description: kept,
    examples: [
      'ssebox s3api get-bucket-accelerate-configuration --bucket photos',
      'ssebox s3api get-bucket-accelerate-configuration --bucket reports --query Status',
    ],
  },
  GetBucketAnalyticsConfiguration: {
    summary: 'Show a storage class analysis',
    description: kept,
    examples: [
      `${analysis}\nssebox s3api get-bucket-analytics-configuration --bucket photos --id all`,
      `${analysis}\nssebox s3api get-bucket-analytics-configuration --bucket photos --id all --query AnalyticsConfiguration.Id`,
    ],
  },
  GetBucketIntelligentTieringConfiguration: {
    summary: 'Show an Intelligent-Tiering rule',
    description: kept,
    examples: [
      `${tiering}\nssebox s3api get-bucket-intelligent-tiering-configuration --bucket photos --id cold`,
      `${tiering}\nssebox s3api get-bucket-intelligent-tiering-configuration --bucket photos --id cold --query IntelligentTieringConfiguration.Tierings`,
    ],
  },
  GetBucketInventoryConfiguration: {
    summary: 'Show an inventory of a bucket',
    description: kept,
    examples: [
      `${inventory}\nssebox s3api get-bucket-inventory-configuration --bucket photos --id daily`,
      `${inventory}\nssebox s3api get-bucket-inventory-configuration --bucket photos --id daily --query InventoryConfiguration.Schedule`,
    ],
  },
  GetBucketLifecycle: {
    summary: 'Show a bucket’s lifecycle rules in the old format',
    description: kept,
    examples: [
      `${oldLifecycle}\nssebox s3api get-bucket-lifecycle --bucket reports`,
      `${lifecycle}\nssebox s3api get-bucket-lifecycle --bucket reports --query 'Rules[].ID'`,
    ],
  },
  GetBucketLifecycleConfiguration: {
    summary: 'Show a bucket’s lifecycle rules',
    description: kept,
    examples: [
      `${lifecycle}\nssebox s3api get-bucket-lifecycle-configuration --bucket reports`,
      'ssebox s3api get-bucket-lifecycle-configuration --bucket photos || echo "no lifecycle rules"',
    ],
  },
  GetBucketLogging: {
    summary: 'Show where a bucket’s access logs go; nothing if there are none',
    description: kept,
    examples: [
      'ssebox s3api get-bucket-logging --bucket photos',
      'ssebox s3api get-bucket-logging --bucket reports --query LoggingEnabled.TargetBucket',
    ],
  },
  GetBucketNotification: {
    summary: 'Show a bucket’s notifications in the old format',
    description: kept,
    examples: [
      `${oldNotification}\nssebox s3api get-bucket-notification --bucket photos`,
      'ssebox s3api get-bucket-notification --bucket reports --output yaml',
    ],
  },
  GetBucketNotificationConfiguration: {
    summary: 'Show whom a bucket notifies of which events; nothing if there is nobody',
    description: kept,
    examples: [
      'ssebox s3api get-bucket-notification-configuration --bucket photos',
      'ssebox s3api get-bucket-notification-configuration --bucket reports --output yaml',
    ],
  },
  GetBucketRequestPayment: {
    summary: 'Show who pays for requests to a bucket',
    description: kept,
    examples: [
      'ssebox s3api get-bucket-request-payment --bucket photos',
      'ssebox s3api get-bucket-request-payment --bucket reports --query Payer --output text',
    ],
  },
  GetBucketWebsite: {
    summary: 'Show a bucket’s website configuration',
    description: kept,
    examples: [
      `${website}\nssebox s3api get-bucket-website --bucket photos`,
      'ssebox s3api get-bucket-website --bucket reports || echo "no website"',
    ],
  },
  ListBucketAnalyticsConfigurations: {
    summary: 'List a bucket’s storage class analyses',
    description: kept,
    examples: [
      'ssebox s3api list-bucket-analytics-configurations --bucket photos',
      `${analysis}\nssebox s3api list-bucket-analytics-configurations --bucket photos`,
    ],
  },
  ListBucketIntelligentTieringConfigurations: {
    summary: 'List Intelligent-Tiering rules',
    description: kept,
    examples: [
      'ssebox s3api list-bucket-intelligent-tiering-configurations --bucket photos',
      `${tiering}\nssebox s3api list-bucket-intelligent-tiering-configurations --bucket photos`,
    ],
  },
  ListBucketInventoryConfigurations: {
    summary: 'List a bucket’s inventories',
    description: kept,
    examples: [
      'ssebox s3api list-bucket-inventory-configurations --bucket photos',
      `${inventory}\nssebox s3api list-bucket-inventory-configurations --bucket photos`,
    ],
  },
  PutBucketAccelerateConfiguration: {
    summary: 'Set a bucket’s Transfer Acceleration (without effect)',
    description: withoutEffect,
    examples: [acceleration, `${acceleration}\nssebox s3api get-bucket-accelerate-configuration --bucket photos`],
  },
  PutBucketAnalyticsConfiguration: {
    summary: 'Set a storage class analysis (without effect)',
    description: withoutEffect,
    examples: [analysis, `${analysis}\nssebox s3api list-bucket-analytics-configurations --bucket photos`],
  },
  PutBucketIntelligentTieringConfiguration: {
    summary: 'Set an Intelligent-Tiering rule (without effect)',
    description: withoutEffect,
    examples: [tiering, `${tiering}\nssebox s3api list-bucket-intelligent-tiering-configurations --bucket photos`],
  },
  PutBucketInventoryConfiguration: {
    summary: 'Set an inventory of a bucket (without effect)',
    description: withoutEffect,
    examples: [inventory, `${inventory}\nssebox s3api list-bucket-inventory-configurations --bucket photos`],
  },
  PutBucketLifecycle: {
    summary: 'Set a bucket’s lifecycle rules in the old format (without effect)',
    description: withoutEffect,
    examples: [oldLifecycle, `${oldLifecycle}\nssebox s3api get-bucket-lifecycle-configuration --bucket reports`],
  },
  PutBucketLifecycleConfiguration: {
    summary: 'Set a bucket’s lifecycle rules (without effect)',
    description: withoutEffect,
    examples: [lifecycle, `${lifecycle}\nssebox s3api get-bucket-lifecycle-configuration --bucket reports`],
  },
  PutBucketLogging: {
    summary: 'Set where a bucket’s access logs go (without effect)',
    description: withoutEffect,
    examples: [logging, `${logging}\nssebox s3api get-bucket-logging --bucket photos`],
  },
  PutBucketNotification: {
    summary: 'Set a bucket’s notifications in the old format (without effect)',
    description: withoutEffect,
    examples: [
      oldNotification,
      `${oldNotification}\nssebox s3api get-bucket-notification-configuration --bucket photos`,
    ],
  },
  PutBucketNotificationConfiguration: {
    summary: 'Set whom a bucket notifies of which events (without effect)',
    description: withoutEffect,
    examples: [notification, `${notification}\nssebox s3api get-bucket-notification-configuration --bucket photos`],
  },
  PutBucketRequestPayment: {
    summary: 'Set who pays for requests to a bucket (without effect)',
    description: withoutEffect,
    examples: [payment, `${payment}\nssebox s3api get-bucket-request-payment --bucket reports`],
  },
  PutBucketWebsite: {
    summary: 'Set a bucket’s website configuration (without effect)',
    description: withoutEffect,
    examples: [website, `${website}\nssebox s3api get-bucket-website --bucket photos`],
  },
} as const satisfies Partial<Record<OperationName<'s3'>, OperationProse>>;
