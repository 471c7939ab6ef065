/** Where a bucket is created. */

import type { Input } from '../../../api/model/operations.ts';
import type { Region } from '../../../api/regions.ts';

type Place = Pick<Input<'s3', 'CreateBucket'>, 'CreateBucketConfiguration'>;

/** us-east-1 must not be named: Amazon S3 API Reference, CreateBucket, LocationConstraint. */
export const placeOf = (region: Region): Place =>
  region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
