/**
 * Metrics configurations of a bucket, each of which has S3 publish its request metrics for the requests that match a
 * filter: S3 API Reference, PutBucketMetricsConfiguration.
 */

import type { MetricsConfiguration } from '../../api/model/s3.types.ts';
import type { Call, OperationTable } from '../../call/operation.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { putBucket } from '../request/bucket.ts';
import { malformedXml } from '../request/malformed-xml.ts';
import { configurationOperations, identified, noConfiguration } from './bucket-configurations.ts';
import { requireOnePredicate } from './configuration-rules.ts';

const SUBRESOURCE = 'metrics';

/** Every operation on metrics configurations, by name. */
export const metricsConfigurations: OperationTable = configurationOperations([
  {
    subresource: SUBRESOURCE,
    get: 'GetBucketMetricsConfiguration',
    put: 'PutBucketMetricsConfiguration',
    delete: 'DeleteBucketMetricsConfiguration',
    list: 'ListBucketMetricsConfigurations',
    member: 'MetricsConfiguration',
    permissions: { get: 's3:GetMetricsConfiguration', put: 's3:PutMetricsConfiguration' },
    // Letters, numbers, periods, dashes and underscores: S3 API Reference, MetricsConfiguration.
    id: /^[\w.-]{1,64}$/,
    settle: identified<MetricsConfiguration>(requireMetrics),
    absent: noConfiguration,
    changed: noteChange,
  },
]);

/** The metrics configurations of a bucket, by their ids. */
export function metricsConfigurationsOf({ name }: BucketRecord, { tx }: Pick<Call, 'tx'>): MetricsConfiguration[] {
  // The model checked each document before it was stored.
  return Array.from(
    tx.bucketConfigurations.under([name, SUBRESOURCE]),
    ({ value }) => value.document as unknown as MetricsConfiguration,
  );
}

function requireMetrics({ Filter }: MetricsConfiguration): void {
  requireOnePredicate(Filter, 'Prefix, Tag, AccessPointArn and And');
  for (const arn of [Filter?.AccessPointArn, Filter?.And?.AccessPointArn]) {
    if (arn !== undefined && !ACCESS_POINT_ARN.test(arn)) {
      throw malformedXml(`AccessPointArn must be the ARN of an access point, not "${arn}"`);
    }
  }
}

/** Service Authorization Reference, "Resource types defined by Amazon S3". */
const ACCESS_POINT_ARN = /^arn:aws:s3:[a-z0-9-]*:\d{12}:accesspoint\/[a-z0-9.-]+$/;

function noteChange({ name }: BucketRecord, { tx }: Call): void {
  const bucket = tx.buckets.get([name]);
  if (!bucket) return;
  const { metricsRevision = 0, ...others } = bucket;
  const [one] = tx.bucketConfigurations.under([name, SUBRESOURCE], { limit: 1 });
  putBucket({ ...others, ...(one && { metricsRevision: metricsRevision + 1 }) }, tx);
}
