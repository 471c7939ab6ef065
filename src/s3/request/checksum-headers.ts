/** Checksums in requests: Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3". */

import { AwsError } from '../../api/errors.ts';
import type { ChecksumType } from '../../api/model/s3.types.ts';
import type { Payload, Trailer } from '../../call/payload.ts';
import type { ChecksumAlgorithm, StoredChecksum } from '../../store/records/s3.ts';
import { otherHash, otherSize } from './body-refusals.ts';

/** The size of a checksum in bytes, by algorithm. */
const lengths = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
} as const satisfies Record<ChecksumAlgorithm, number>;

export type ChecksumMembers = { readonly [A in ChecksumAlgorithm as `Checksum${A}`]?: string | undefined };

export interface ChecksumHeaders extends ChecksumMembers {
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: string | undefined;
}

/** The checks on a write, and the checksums to compute. */
export interface WantedChecksums {
  /** The MD5 that the bytes must have, in base64. */
  readonly contentMd5: string | undefined;
  /** The algorithm of the checksum that is stored with the object. */
  readonly algorithm: ChecksumAlgorithm;
  /** The value that it must have; undefined if it is only computed, or follows the bytes. */
  readonly expected: string | undefined;
  /** Has the value that it must have, once the bytes are read. */
  readonly trailer: Trailer | undefined;
  /** The SHA-256 that the bytes must have, in hex, since the request's signature covers it. */
  readonly sha256: string | undefined;
}

/** What is wanted of bytes that nothing is said about. */
export const onlyComputed = (algorithm: ChecksumAlgorithm): WantedChecksums => ({
  algorithm,
  contentMd5: undefined,
  expected: undefined,
  trailer: undefined,
  sha256: undefined,
});

const isChecksumAlgorithm = (text: string): text is ChecksumAlgorithm => Object.hasOwn(lengths, text);

/** The algorithm with this name, in upper or lower case; undefined if there is none. */
export function algorithmNamed(name: string): ChecksumAlgorithm | undefined {
  const algorithm = name.toUpperCase();
  return isChecksumAlgorithm(algorithm) ? algorithm : undefined;
}

/** The algorithm with this name, in upper or lower case; undefined without a name. @throws AwsError InvalidRequest */
export function parseChecksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const algorithm = algorithmNamed(name);
  if (algorithm !== undefined) return algorithm;
  throw new AwsError(
    'InvalidRequest',
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${algorithms.toSorted().join(', ')}]`,
  );
}

const algorithms = Object.keys(lengths).filter(isChecksumAlgorithm);

/** The only checksum value among a request's headers. @throws AwsError InvalidRequest */
export function givenChecksum(headers: ChecksumHeaders): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const given = algorithms.flatMap((algorithm) => {
    const value = headers[`Checksum${algorithm}`];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (given.length > 1) {
    throw new AwsError(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [one] = given;
  if (!one) return undefined;
  const { algorithm, value } = one;
  // The value for a whole object in parts may include the number of parts.
  if (!isBase64Of(value.replace(/-\d+$/, ''), lengths[algorithm])) throw invalidChecksum(algorithm);
  return { algorithm, value };
}

const invalidChecksum = (algorithm: ChecksumAlgorithm) =>
  new AwsError('InvalidRequest', `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`);

/**
 * Reads and checks the checksum headers of an upload, and what its request says about its bytes. S3 computes CRC64NVME
 * if no checksum is given.
 * @throws AwsError InvalidRequest, InvalidDigest
 */
export function wantedChecksums(headers: ChecksumHeaders, payload: Payload = {}): WantedChecksums {
  const given = givenChecksum(headers);
  if (given && payload.trailer) throw new AwsError('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  if (given?.value.includes('-')) throw invalidChecksum(given.algorithm);
  if (headers.ContentMD5 !== undefined && !isBase64Of(headers.ContentMD5, 16)) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', {
      'Content-MD5': headers.ContentMD5,
    });
  }
  return {
    contentMd5: headers.ContentMD5,
    algorithm: namedAlgorithm(headers, payload) ?? 'CRC64NVME',
    expected: given?.value,
    trailer: payload.trailer,
    sha256: payload.sha256,
  };
}

/**
 * The algorithm that an upload names, by its checksum or by `x-amz-sdk-checksum-algorithm`: clients that send the
 * latter compute the checksum themselves. @throws AwsError InvalidRequest, also if the two disagree
 */
export function namedAlgorithm(headers: ChecksumHeaders, { trailer }: Payload = {}): ChecksumAlgorithm | undefined {
  const given = givenChecksum(headers)?.algorithm ?? announcedAlgorithm(trailer);
  const named = parseChecksumAlgorithm(headers.ChecksumAlgorithm);
  if (given !== undefined && named !== undefined && given !== named) {
    throw new AwsError('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  return given ?? named;
}

const PREFIX = 'x-amz-checksum-';

/** The algorithm of a checksum that follows the bytes. @throws AwsError InvalidRequest if it is not one checksum */
function announcedAlgorithm(trailer: Trailer | undefined): ChecksumAlgorithm | undefined {
  if (!trailer) return undefined;
  const name = trailer.announced.toLowerCase();
  const algorithm = name.startsWith(PREFIX) ? name.slice(PREFIX.length).toUpperCase() : '';
  if (isChecksumAlgorithm(algorithm)) return algorithm;
  throw new AwsError('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
}

/** A checksum that followed the bytes, which have been read. @throws AwsError InvalidRequest */
function trailingChecksum(algorithm: ChecksumAlgorithm, trailer: Trailer): string {
  const value = trailer.value();
  if (isBase64Of(value, lengths[algorithm])) return value;
  throw new AwsError('InvalidRequest', `Value for ${PREFIX}${algorithm.toLowerCase()} trailing header is invalid.`);
}

/** Whether the bytes are compared with what the request says about them. */
export const isVerified = ({ expected, contentMd5, trailer, sha256 }: WantedChecksums): boolean =>
  expected !== undefined || contentMd5 !== undefined || trailer !== undefined || sha256 !== undefined;

/** The checksums to compute: some, and the one that a signature covers, which may be among them. */
export const computedFor = (
  { sha256 }: WantedChecksums,
  algorithms: readonly ChecksumAlgorithm[],
): readonly ChecksumAlgorithm[] =>
  sha256 === undefined || algorithms.includes('SHA256') ? algorithms : [...algorithms, 'SHA256'];

/** The digests computed during a write. */
export interface Digests {
  readonly size: number;
  readonly md5: Uint8Array | undefined;
  /** In base64. */
  readonly checksums: { readonly [A in ChecksumAlgorithm]?: string | undefined };
}

/**
 * The checksum to store, if the bytes are those that the request describes.
 * @throws AwsError IncompleteBody, XAmzContentSHA256Mismatch, InvalidRequest, BadDigest
 */
export function requireWhole(
  written: Digests,
  wanted: WantedChecksums,
  contentLength: number | undefined,
): StoredChecksum | undefined {
  if (contentLength !== undefined && contentLength !== written.size) throw otherSize(contentLength, written.size);
  requireSignedHash(wanted.sha256, written.checksums.SHA256);
  const { algorithm, trailer } = wanted;
  const value = written.checksums[algorithm];
  const expected = trailer ? trailingChecksum(algorithm, trailer) : wanted.expected;
  if (expected !== undefined && expected !== value) {
    throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  requireMd5(wanted.contentMd5, written.md5);
  return value === undefined ? undefined : { algorithm, type: 'FULL_OBJECT', value };
}

function requireSignedHash(expected: string | undefined, sha256: string | undefined): void {
  if (expected === undefined) return;
  const calculated = Buffer.from(sha256 ?? '', 'base64').toString('hex');
  if (calculated !== expected) throw otherHash(expected, calculated);
}

function requireMd5(expected: string | undefined, md5: Uint8Array | undefined): void {
  if (expected === undefined) return;
  const calculated = Buffer.from(md5 ?? []).toString('base64');
  if (calculated === expected) return;
  throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: expected,
    CalculatedDigest: calculated,
  });
}

/** A checksum as members of a response. */
export function checksumMembers(
  checksum: StoredChecksum | undefined,
): ChecksumMembers & { ChecksumType?: ChecksumType } {
  if (!checksum) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

function isBase64Of(text: string, length: number): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length && bytes.toString('base64') === text;
}
