/** How much of the body of a request is read, and how it is refused if there is more. */

import { AwsError } from '../api/errors.ts';
import { type BodyRules, protocolBody } from './read-body.ts';
import type { WireService } from './route.ts';

const MIB = 1024 * 1024;

/** Amazon S3 User Guide, "Policies and permissions in Amazon S3": a bucket policy has up to 20 KB. */
const POLICY_BYTES = 20 * 1024;

/** @param operation undefined if it is not known yet */
export function bodyRules({ protocol }: Pick<WireService, 'protocol'>, operation: string | undefined): BodyRules {
  if (protocol !== 'rest-xml') return protocolBody;
  return restBody(operation === 'PutBucketPolicy' ? POLICY_BYTES : 8 * MIB);
}

/**
 * For bodies of REST services: Amazon S3 API Reference, "Error responses".
 * @param limit in bytes
 */
export const restBody = (limit: number): BodyRules => ({
  limit,
  isUnpacked: false,
  tooLong: () =>
    new AwsError('MaxMessageLengthExceeded', 'Your request was too big.', { MaxMessageLengthBytes: `${limit}` }),
});
