/**
 * The digests that a request gives for a body that its operation takes whole, such as a policy: Amazon S3 User Guide,
 * "Checking object integrity for data uploads in Amazon S3". Operations that store bytes check these themselves.
 */

import { createHash } from 'node:crypto';
import { AwsError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { openDigest } from '../../crypto/checksums.ts';
import { type ChecksumHeaders, requireWhole, wantedChecksums } from '../../s3/request/checksum-headers.ts';
import { type HeaderFields, headerValue } from '../http/message.ts';

/** The headers with checksums, by the member that has their value. */
const CHECKSUMS = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
] as const;

/**
 * Operations that S3 performs without a digest, although the model makes SDKs send one: s3cmd and boto 2 send none with
 * these, and one with the others.
 */
const UNENFORCED: ReadonlySet<string> = new Set([
  'PutBucketAcl',
  'PutBucketLogging',
  'PutBucketPolicy',
  'PutBucketRequestPayment',
  'PutBucketVersioning',
  'PutBucketWebsite',
  'PutObjectAcl',
]);

/**
 * What is wrong with the digests that come with a body; undefined if it is the one they describe.
 * @param model of an operation of S3
 */
export async function digestFault(
  model: OperationModel,
  headers: HeaderFields,
  body: Uint8Array,
): Promise<AwsError | undefined> {
  const { name, httpChecksum } = model;
  const given: { -readonly [Member in keyof ChecksumHeaders]: ChecksumHeaders[Member] } = {};
  for (const name of CHECKSUMS) {
    const value = headerValue(headers, `x-amz-checksum-${name.toLowerCase()}`);
    if (value !== undefined && !isOfObject(`Checksum${name}`, model)) given[`Checksum${name}`] = value;
  }
  const contentMd5 = headerValue(headers, 'content-md5');
  if (contentMd5 !== undefined) given.ContentMD5 = contentMd5;
  try {
    const wanted = wantedChecksums(given);
    const { algorithm, expected } = wanted;
    if (expected === undefined && contentMd5 === undefined) {
      return httpChecksum?.requestChecksumRequired && !UNENFORCED.has(name) ? missing() : undefined;
    }
    const checksum = expected === undefined ? undefined : await openDigest(algorithm);
    checksum?.update(body);
    requireWhole(
      {
        size: body.length,
        checksums: checksum ? { [algorithm]: Buffer.from(checksum.digest()).toString('base64') } : {},
        md5: createHash('md5').update(body).digest(),
      },
      wanted,
      undefined,
    );
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

/** Whether a checksum describes an object that the operation completes, and not the document that does so. */
function isOfObject(member: string, { httpChecksum, input, shapes }: OperationModel): boolean {
  const shape = input && shapes[input.shape];
  return httpChecksum === undefined && shape?.type === 'structure' && member in shape.members;
}

const missing = (): AwsError =>
  new AwsError('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
