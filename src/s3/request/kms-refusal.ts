/** KMS's refusals as S3 passes them on: S3 API Reference, "Error responses", and AWS KMS API Reference, "Common errors". */

import { isKmsErrorCode } from '../../api/error-codes.ts';
import { AwsError, HiddenAbsence } from '../../api/errors.ts';

const SLOW_DOWN = 'Please reduce your request rate for operations involving AWS KMS.';

/** S3's error when KMS refuses its call. */
export function refusalOfKms(refusal: AwsError): AwsError {
  switch (refusal.code) {
    case 'AccessDeniedException':
      return refusal instanceof HiddenAbsence
        ? new HiddenAbsence('AccessDenied', refusal.message)
        : new AwsError('AccessDenied', refusal.message, {}, refusal.reason);
    case 'ThrottlingException':
      return new AwsError('SlowDown', SLOW_DOWN, {}, refusal.reason);
    default:
      return isKmsErrorCode(refusal.code)
        ? new AwsError(`KMS.${refusal.code}`, refusal.message, {}, refusal.reason)
        : refusal;
  }
}
