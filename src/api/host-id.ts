/** The id of the host that served a request to S3: Amazon S3 User Guide, "Getting Amazon S3 request IDs". */

import { hash } from 'node:crypto';

/** As long as S3's: 76 characters of base64. */
const BYTES = 56;

/**
 * `x-amz-id-2` of the request with an id. No host is behind it: it follows from the request's id, so that a request has
 * the same one wherever it is shown, and those in older records have theirs.
 */
export const hostIdOf = (requestId: string): string =>
  hash('sha512', `x-amz-id-2 ${requestId}`, 'buffer').subarray(0, BYTES).toString('base64');
