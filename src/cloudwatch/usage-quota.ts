/** Which quota a metric of `AWS/Usage` counts against: Amazon CloudWatch User Guide, "AWS usage metrics". */

import type { NamedQuota } from '../quotas/aws-values.ts';
import { valueInForce } from '../quotas/settings.ts';
import type { SeriesName } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { dimensionNamed } from '../tally/dimensions.ts';
import type { Place } from './access.ts';

type UsageMetric = Pick<SeriesName, 'namespace' | 'dimensions'>;

/** The value in force of the quota that a metric counts against; undefined for any other metric. */
export function usageQuota(metric: UsageMetric, { account, region }: Place, tx: Tx): number | undefined {
  const quota = quotaOf(metric);
  return quota && valueInForce({ ...quota, account, region }, tx)?.value;
}

function quotaOf({ namespace, dimensions }: UsageMetric): NamedQuota | undefined {
  if (namespace !== 'AWS/Usage') return undefined;
  const resource = dimensionNamed(dimensions, 'Resource');
  if (resource === undefined) return undefined;
  switch (dimensionNamed(dimensions, 'Service')) {
    case 'KMS':
      return { service: 'kms', name: kmsRates.get(resource) ?? resource };
    case 'S3':
      return resource === 'GeneralPurposeBuckets' ? { service: 's3', name: 'buckets' } : undefined;
    default:
      return undefined;
  }
}

/** Rates that operations share; every other resource is an operation. */
const kmsRates: ReadonlyMap<string, string> = new Map([
  ['CryptographicOperationsSymmetric', 'symmetric'],
  ['CryptographicOperationsRsa', 'rsa'],
  ['CryptographicOperationsEcc', 'ecc'],
]);
