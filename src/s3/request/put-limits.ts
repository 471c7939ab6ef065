/** Limits of one request: S3 API Reference, PutObject; Amazon S3 User Guide, "Amazon S3 multipart upload limits". */

import { AwsError } from '../../api/errors.ts';

/** The maximum size of a PUT, a part or a copy. */
export const MAX_SINGLE_BYTES = 5 * 1024 ** 3;

/** @throws AwsError EntityTooLarge */
export function requireSingleSize(size: number): void {
  if (size <= MAX_SINGLE_BYTES) return;
  throw new AwsError(
    'EntityTooLarge',
    'Your proposed upload exceeds the maximum allowed size',
    {
      ProposedSize: String(size),
      MaxSizeAllowed: String(MAX_SINGLE_BYTES),
    },
    `it has ${size} bytes, and may have ${MAX_SINGLE_BYTES}: ssebox s3 cp uploads larger files in parts`,
  );
}
