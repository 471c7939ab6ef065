/** Object Lock: buckets in ssebox are created without it, and S3 refuses its headers for such buckets. */

import { AwsError } from '../../api/errors.ts';
import { invalidArgument } from './invalid-argument.ts';

export interface ObjectLockHeaders {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** @throws AwsError InvalidRequest, as S3 words it for a write: S3 API Reference, PutObject, object lock headers. */
export function refuseObjectLock({
  ObjectLockMode,
  ObjectLockRetainUntilDate,
  ObjectLockLegalHoldStatus,
}: ObjectLockHeaders): void {
  if ([ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus].every((value) => value === undefined))
    return;
  throw new AwsError('InvalidRequest', 'Bucket is missing ObjectLockConfiguration');
}

/** @throws AwsError InvalidArgument: there is no retention to bypass. S3 API Reference, DeleteObject. */
export function refuseBypass({
  BypassGovernanceRetention,
}: {
  readonly BypassGovernanceRetention?: boolean | undefined;
}): void {
  if (BypassGovernanceRetention === undefined) return;
  const header = 'x-amz-bypass-governance-retention';
  throw invalidArgument(`${header} is only applicable to Object Lock enabled buckets.`, header);
}
