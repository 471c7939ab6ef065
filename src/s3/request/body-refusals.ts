/** Refusals of a body whose bytes are not those that its request describes. */

import { AwsError } from '../../api/errors.ts';

/** A body of another size than the request says. */
export const otherSize = (expected: number, provided?: number): AwsError =>
  new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    {
      NumberBytesExpected: `${expected}`,
      ...(provided !== undefined && { NumberBytesProvided: `${provided}` }),
    },
  );

/** A body other than the one that was signed. Both hashes are in hex. */
export const otherHash = (signed: string, calculated: string): AwsError =>
  new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: signed, S3ComputedContentSHA256: calculated },
  );
