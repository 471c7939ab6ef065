/** How much of the body of a request is read, and how it is refused if there is more. */

import { AwsError } from '../../api/errors.ts';
import { type BodyRules, protocolBody } from '../http/read-body.ts';
import type { WireService } from '../routing/route.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * The longest documents of S3, in bytes; of the other operations they are shorter than a MiB. Reading XML takes the
 * only thread, so that none may be much longer than what S3 would accept.
 */
const longest: ReadonlyMap<string, number> = new Map([
  // Amazon S3 User Guide, "Policies and permissions in Amazon S3".
  ['PutBucketPolicy', 20 * KIB],
  // Amazon S3 API Reference, PutBucketCors, PutBucketWebsite and PutBucketReplication.
  ['PutBucketCors', 64 * KIB],
  ['PutBucketWebsite', 128 * KIB],
  ['PutBucketReplication', 2 * MIB],
  // 1,000 rules, each of which may filter by ten tags.
  ['PutBucketLifecycleConfiguration', 2 * MIB],
  // 1,000 keys of a KiB, and as much around them.
  ['DeleteObjects', 2 * MIB],
  // 10,000 parts, each with a checksum, and indented.
  ['CompleteMultipartUpload', 4 * MIB],
]);

/** @param operation undefined if it is not known yet */
export function bodyRules({ protocol }: Pick<WireService, 'protocol'>, operation: string | undefined): BodyRules {
  if (protocol !== 'rest-xml') return protocolBody;
  return restBody(longest.get(operation ?? '') ?? MIB);
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
