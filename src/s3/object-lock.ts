/** Object Lock: ssebox's buckets are made without it, and S3 refuses its headers on such buckets. */

import { AwsError } from '../api/errors.ts';

export interface ObjectLockHeaders {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** @throws AwsError InvalidRequest: S3 API Reference, PutObject, object lock headers. */
export function refuseObjectLock({
  ObjectLockMode,
  ObjectLockRetainUntilDate,
  ObjectLockLegalHoldStatus,
}: ObjectLockHeaders): void {
  if ([ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus].every((value) => value === undefined))
    return;
  throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}
