/** Where a bucket is created. */

import type { Input } from '../../../api/model/operations.ts';

type Place = Pick<Input<'s3', 'CreateBucket'>, 'CreateBucketConfiguration'>;

/**
 * us-east-1 must not be named: Amazon S3 API Reference, CreateBucket, LocationConstraint.
 * @param region may be one that only an endpoint has, in spite of the model
 */
export const placeOf = (region: string): Place =>
  region === 'us-east-1' ? {} : ({ CreateBucketConfiguration: { LocationConstraint: region } } as Place);
