/** The settings of a bucket as far as it has them and the caller may see them. */

import { type AwsError, statusOf } from '../../../api/errors.ts';
import type { Input, OperationName } from '../../../api/model/operations.ts';
import { isRegion, type Region } from '../../../api/regions.ts';
import { isUnavailable } from '../../endpoint/place.ts';
import { unlessRefused } from '../../overlooked.ts';
import type { Session } from '../../session.ts';

/**
 * A setting of a bucket; undefined if the bucket does not have it, or the caller may not see it.
 * @param miss is called where nobody has such a setting, since the endpoint does not know the operation
 */
export const seen = <N extends OperationName<'s3'>>(
  { aws }: Session,
  name: N,
  input: Input<'s3', N>,
  miss: () => void = () => {},
) => {
  const isUnseen = (refusal: AwsError): boolean => {
    const isMissed = isUnavailable(refusal);
    if (isMissed) miss();
    // S3 answers 404 for a setting that a bucket does not have.
    return isMissed || [403, 404, 501].includes(statusOf(refusal, 's3'));
  };
  return unlessRefused(isUnseen, aws, 's3', name, input);
};

/** GetBucketLocation returns null for us-east-1, and EU for the oldest buckets in eu-west-1. */
export function regionOf(location: string | null | undefined): Region {
  if (location === 'EU') return 'eu-west-1';
  return location && isRegion(location) ? location : 'us-east-1';
}
