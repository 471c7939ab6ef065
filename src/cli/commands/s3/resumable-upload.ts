/**
 * `ssebox s3 put --resume`: a file uploaded in parts, several at a time. After an interruption the same command
 * resumes: it compares the stored parts with the file by their checksums and does not send them again. Amazon S3 User
 * Guide, "Uploading and copying objects using multipart upload in Amazon S3".
 */

import { createHash } from 'node:crypto';
import { AwsError, UsageError } from '../../../api/errors.ts';
import type { ListPartsOutput, Part } from '../../../api/model/s3.types.ts';
import { type DigestName, openDigest } from '../../../crypto/checksums.ts';
import { readBlocks } from '../../../files.ts';
import type { CallOptions } from '../../aws.ts';
import type { Session } from '../../session.ts';
import { atOnce, newSlots } from './at-once.ts';
import { fileBody, fileState, type OnBytes } from './file-body.ts';
import { type MultipartSettings, partSize } from './multipart-settings.ts';
import { customerKeyIn, type ObjectInput } from './object-options.ts';
import type { UploadInputs } from './upload.ts';
import type { S3Uri } from './uri.ts';

/** A piece of the file with its number, from 1. */
interface Piece {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** Uploads the file; after an interruption, the stored parts are kept. @throws AwsError */
export async function resumableUpload(
  file: string,
  { bucket, key }: S3Uri,
  inputs: Pick<UploadInputs, 'create' | 'part'>,
  { mostRequests, chunkBytes }: MultipartSettings,
  session: Session,
  onBytes: OnBytes,
): Promise<void> {
  const state = await fileState(file);
  const { size } = state;
  const pieces = piecesOf(size, partSize(size, chunkBytes));
  const algorithm = algorithmOf(inputs.create);
  const create = { ...inputs.create, ChecksumAlgorithm: algorithm, Bucket: bucket, Key: key };
  const place: ResumePlace = { bucket, key, digest: digestOfAll(size, create) };
  const begun = await findBegun(place, inputs.part, session);
  const upload = begun ?? { id: await begin(place, create, session), parts: [] };
  const at = { ...customerKeyIn(inputs.part), Bucket: bucket, Key: key, UploadId: upload.id };
  const missing = await missingPieces(file, pieces, upload.parts, algorithm, onBytes, session);
  if (begun) session.tell(`resuming: ${pieces.length - missing.length} of ${pieces.length} parts are already stored`);
  try {
    await atOnce(missing, { slots: newSlots(mostRequests), signal: session.signal }, async (piece, overlooks) => {
      const body = await fileBody(file, onBytes, { state, start: piece.start, end: piece.end });
      const input = { ...inputs.part, ...at, PartNumber: piece.number, ...body };
      await session.aws.callByName('s3', 'UploadPart', input, { overlooks });
    });
  } catch (error) {
    if (!isGivenUp(error)) session.tell('the stored parts are kept: run the same command again to resume');
    throw error;
  }
  const Parts = (await listParts(at, session)).slice(0, pieces.length).map(completed);
  await session.aws.callByName('s3', 'CompleteMultipartUpload', { ...at, MultipartUpload: { Parts } });
}

function piecesOf(size: number, bytes: number): readonly Piece[] {
  return Array.from({ length: Math.ceil(size / bytes) }, (_, i) => ({
    number: i + 1,
    start: i * bytes,
    end: Math.min(size, (i + 1) * bytes),
  }));
}

interface ResumePlace {
  readonly bucket: string;
  readonly key: string;
  readonly digest: string;
}

/** Uploads with different settings are different uploads. A customer-provided key is included only by its MD5. */
function digestOfAll(size: number, { SSECustomerKey: _, ...settings }: ObjectInput): string {
  const sorted = Object.entries({ ...settings, size }).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

const begin = async ({ bucket, key, digest }: ResumePlace, create: ObjectInput, session: Session): Promise<string> => {
  const output = await session.aws.callByName('s3', 'CreateMultipartUpload', create);
  const uploadId = typeof output === 'object' && output !== null && 'UploadId' in output ? String(output.UploadId) : '';
  await session.store.transact((tx) => {
    // It may have been aborted since.
    if (tx.multipartUploads.get([bucket, key, uploadId]))
      tx.resumableUploads.put([bucket, key, digest], { v: 1, uploadId });
  });
  return uploadId;
};

/** The upload, and its customer-provided key if it has one. */
interface At {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

interface Begun {
  readonly id: string;
  readonly parts: readonly Part[];
}

/** The upload that was started with the same settings; undefined when there is none, or it has been aborted. */
async function findBegun(
  { bucket, key, digest }: ResumePlace,
  part: ObjectInput,
  session: Session,
): Promise<Begun | undefined> {
  const row = await session.store.transact((tx) => tx.resumableUploads.get([bucket, key, digest]));
  if (!row) return undefined;
  try {
    const at = { ...customerKeyIn(part), Bucket: bucket, Key: key, UploadId: row.uploadId };
    const parts = await listParts(at, session, isGivenUp);
    return { id: row.uploadId, parts };
  } catch (error) {
    if (isGivenUp(error)) return undefined;
    throw error;
  }
}

const isGivenUp = (error: unknown): boolean => error instanceof AwsError && error.code === 'NoSuchUpload';

async function listParts(at: At, session: Session, overlooks?: CallOptions['overlooks']): Promise<Part[]> {
  const found: Part[] = [];
  let PartNumberMarker: number | undefined;
  do {
    const input = { ...at, ...(PartNumberMarker !== undefined && { PartNumberMarker }) };
    const page: ListPartsOutput = await session.aws.call('s3', 'ListParts', input, { overlooks });
    found.push(...(page.Parts ?? []));
    PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  return found;
}

/** The parts that are missing, or differ from the file as it is now. */
async function missingPieces(
  file: string,
  pieces: readonly Piece[],
  stored: readonly Part[],
  algorithm: ComparedBy,
  onBytes: OnBytes,
  session: Session,
): Promise<readonly Piece[]> {
  const byNumber = new Map(stored.map((part) => [part.PartNumber, part]));
  const missing: Piece[] = [];
  for (const piece of pieces) {
    session.signal.throwIfAborted();
    const part = byNumber.get(piece.number);
    const length = piece.end - piece.start;
    if (part?.Size === length && checksumIn(part, algorithm) === (await checksumOf(file, piece, algorithm))) {
      onBytes(length);
    } else {
      missing.push(piece);
    }
  }
  return missing;
}

const checksumIn = (part: Part, algorithm: ComparedBy): string | undefined => part[`Checksum${algorithm}`];

async function checksumOf(file: string, piece: Piece, algorithm: ComparedBy): Promise<string> {
  const digest = await openDigest(algorithm);
  for await (const block of readBlocks(file, piece)) digest.update(block);
  return Buffer.from(digest.digest()).toString('base64');
}

/** The checksum by which parts are compared; S3 stores CRC64NVME by default. */
function algorithmOf({ ChecksumAlgorithm: asked }: ObjectInput): ComparedBy {
  if (asked === undefined) return 'CRC64NVME';
  const algorithm = comparedBy.find((name) => name === asked);
  if (algorithm) return algorithm;
  throw new UsageError(`--resume cannot be used with "${asked}": choose one of ${comparedBy.join(', ')}`);
}

const comparedBy = [
  ...['CRC32', 'CRC32C', 'CRC64NVME', 'MD5', 'SHA1', 'SHA256', 'SHA512'],
  ...['XXHASH64', 'XXHASH3', 'XXHASH128'],
] as const satisfies readonly DigestName[];
type ComparedBy = (typeof comparedBy)[number];

/** The facts about a part that CompleteMultipartUpload needs. */
function completed({ LastModified: _, Size: __, ...part }: Part): Omit<Part, 'LastModified' | 'Size'> {
  return part;
}
