/** The series of levels that AWS publishes, with how they are. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { SeriesName } from '../store/records/tally.ts';
import { dimensionsOf } from './series.ts';

/** Amazon S3 User Guide, "Bucket quotas": of the account, whatever the regions of its buckets; Service Quotas shows it here. */
export const bucketCount = (account: AccountId): SeriesName => ({
  account,
  region: 'us-east-1',
  namespace: 'AWS/Usage',
  metric: 'ResourceCount',
  dimensions: dimensionsOf({ Service: 'S3', Type: 'Resource', Resource: 'GeneralPurposeBuckets', Class: 'None' }),
});

interface KeyName {
  readonly account: AccountId;
  readonly region: Region;
  readonly keyId: string;
}

/** The time when a key's material expires: AWS KMS Developer Guide, "Create a CloudWatch alarm for expiration". */
export const materialExpiry = ({ account, region, keyId }: KeyName): SeriesName => ({
  account,
  region,
  namespace: 'AWS/KMS',
  metric: 'SecondsUntilKeyMaterialExpiration',
  dimensions: dimensionsOf({ KeyId: keyId }),
});
