/**
 * A digest file as it is read and checked. AWS CloudTrail User Guide, "CloudTrail digest file structure" and "Custom
 * implementations of CloudTrail log file integrity validation".
 */

import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isRecord } from '../../api/message.ts';
import type { GetObjectOutput } from '../../api/model/s3.types.ts';
import { GzipFault, unzip } from './gzip-member.ts';
import type { PublicKeys } from './public-keys.ts';

export interface Place {
  readonly bucket: string;
  readonly key: string;
}

export interface ListedLog extends Place {
  /** SHA-256 of the content, in hex. */
  readonly hash: string;
}

/** What a valid digest file says. */
export interface Digest {
  readonly start: string;
  readonly end: string;
  readonly logs: readonly ListedLog[];
  /** The digest file before it, and the SHA-256 of its content; undefined if it begins a chain. */
  readonly previous: (Place & { readonly hash: string }) | undefined;
  /** SHA-256 of its own content, in hex. */
  readonly hash: string;
}

/** What is wrong with a file, in the words of the AWS CLI's `validate-logs`. */
export class FileFault extends Error {}

type Members = Readonly<Record<string, unknown>>;

/** A digest file as it is read, before anything is known of who made it. */
export interface DigestContent {
  /** SHA-256 of its text, in hex. */
  readonly hash: string;
  readonly members: Members;
  readonly metadata: Readonly<Record<string, string>>;
}

/** So many log files are never delivered in an hour; more would not fit in a text. */
const MAX_BYTES = 256 * 1024 * 1024;

/** @throws FileFault */
export async function digestContent({ Body, Metadata = {} }: GetObjectOutput): Promise<DigestContent> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const end = await unzip(Body ?? nothing(), (piece) => {
    size += piece.length;
    if (size <= MAX_BYTES) pieces.push(piece);
  }).catch((error: unknown) => {
    if (error instanceof GzipFault) throw new FileFault('invalid format');
    throw error;
  });
  if (end !== 'whole' || size > MAX_BYTES) throw new FileFault('invalid format');
  const text = Buffer.concat(pieces);
  return { hash: createHash('sha256').update(text).digest('hex'), members: membersOf(text), metadata: Metadata };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/**
 * The digest of a file, if CloudTrail signed it for this place.
 * @param region whose keys these are, for the message
 * @throws FileFault
 */
export function checkedDigest(
  { hash, members, metadata }: DigestContent,
  place: Place,
  keys: PublicKeys,
  region: string,
): Digest {
  const signature = signatureOf(metadata);
  const { digestPublicKeyFingerprint: fingerprint, digestStartTime: start, digestEndTime: end } = members;
  const { digestS3Bucket: bucket, digestS3Object: key, previousDigestSignature: before } = members;
  if (![fingerprint, start, end, bucket, key].every(isText) || !(before === null || isText(before)))
    throw new FileFault('invalid format');
  if (bucket !== place.bucket || key !== place.key) throw new FileFault('has been moved from its original location');
  const der = keys.get(`${fingerprint}`);
  if (!der) throw new FileFault(`public key not found in region ${region} for fingerprint ${fingerprint}`);
  // Before the first digest file there is the word null.
  const text = `${end}\n${bucket}/${key}\n${hash}\n${before}`;
  if (!verify('sha256', Buffer.from(text), publicKey(der, `${fingerprint}`), signature))
    throw new FileFault('signature verification failed');
  return { start: `${start}`, end: `${end}`, logs: logsIn(members), previous: previousIn(members), hash };
}

const isText = (value: unknown): value is string => typeof value === 'string';

function membersOf(text: Buffer): Members {
  try {
    const value: unknown = JSON.parse(text.toString());
    if (isRecord(value)) return value;
  } catch {
    // The text is not JSON.
  }
  throw new FileFault('invalid format');
}

/** The algorithm is the only one that there is. */
function signatureOf({ signature, 'signature-algorithm': algorithm }: DigestContent['metadata']): Buffer {
  if (signature !== undefined && algorithm === 'SHA256withRSA' && /^(?:[0-9a-f]{2})+$/.test(signature))
    return Buffer.from(signature, 'hex');
  throw new FileFault('signature verification failed');
}

function publicKey(der: Uint8Array, fingerprint: string): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'pkcs1' });
  } catch {
    throw new FileFault(`Unable to load PKCS #1 key with fingerprint ${fingerprint}`);
  }
}

function logsIn({ logFiles }: Members): readonly ListedLog[] {
  if (!Array.isArray(logFiles)) throw new FileFault('invalid format');
  return logFiles.map((each: unknown) => {
    const { s3Bucket: bucket, s3Object: key, hashValue: hash } = isRecord(each) ? each : {};
    if (!isText(bucket) || !isText(key) || !isText(hash)) throw new FileFault('invalid format');
    return { bucket, key, hash };
  });
}

function previousIn(members: Members): Digest['previous'] {
  const { previousDigestS3Bucket: bucket, previousDigestS3Object: key, previousDigestHashValue: hash } = members;
  return isText(bucket) && isText(key) ? { bucket, key, hash: isText(hash) ? hash : '' } : undefined;
}
