/** A digest file and what is signed of it: CloudTrail User Guide, "CloudTrail digest file structure". */

import { createHash } from 'node:crypto';
import type { AccountId } from '../../api/arn.ts';
import type { DeliveredLogFile, DigestChain } from '../../store/records/trail.ts';
import { eventTime } from '../event-time.ts';

/** What is in a digest. */
export interface Digest {
  readonly account: AccountId;
  readonly startMs: number;
  readonly endMs: number;
  readonly bucket: string;
  readonly key: string;
  /** Of the public key that its signature is checked with. */
  readonly fingerprint: string;
  /** The digest before it; absent for a starting digest. */
  readonly previous: DigestChain['previous'];
  readonly logFiles: readonly DeliveredLogFile[];
}

/** The bytes of a digest file before they are compressed, with the members in CloudTrail's order. */
export function digestText({ previous, logFiles, ...digest }: Digest): string {
  const newest = logFiles.map(({ newestEventMs }) => newestEventMs);
  const oldest = logFiles.map(({ oldestEventMs }) => oldestEventMs);
  return JSON.stringify({
    awsAccountId: digest.account,
    digestStartTime: eventTime(digest.startMs),
    digestEndTime: eventTime(digest.endMs),
    digestS3Bucket: digest.bucket,
    digestS3Object: digest.key,
    digestPublicKeyFingerprint: digest.fingerprint,
    digestSignatureAlgorithm: SIGNATURE_ALGORITHM,
    newestEventTime: newest.length > 0 ? eventTime(newest.reduce((one, other) => Math.max(one, other))) : null,
    oldestEventTime: oldest.length > 0 ? eventTime(oldest.reduce((one, other) => Math.min(one, other))) : null,
    previousDigestS3Bucket: previous?.bucket ?? null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous?.sha256 ?? null,
    previousDigestHashAlgorithm: previous ? HASH_ALGORITHM : null,
    previousDigestSignature: previous?.signature ?? null,
    logFiles: logFiles.map(({ bucket, key, sha256, newestEventMs, oldestEventMs }) => ({
      s3Bucket: bucket,
      s3Object: key,
      hashValue: sha256,
      hashAlgorithm: HASH_ALGORITHM,
      newestEventTime: eventTime(newestEventMs),
      oldestEventTime: eventTime(oldestEventMs),
    })),
  });
}

/** What is signed: four lines, the last of which is the literal `null` for a starting digest. */
export const signedText = (
  { endMs, bucket, key, previous }: Pick<Digest, 'endMs' | 'bucket' | 'key' | 'previous'>,
  sha256: string,
): string => [eventTime(endMs), `${bucket}/${key}`, sha256, previous?.signature ?? 'null'].join('\n');

/** In lower-case hexadecimal. */
export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** RSA PKCS #1 v1.5 with SHA-256. */
export const SIGNATURE_ALGORITHM = 'SHA256withRSA';

const HASH_ALGORITHM = 'SHA-256';
