/**
 * `ssebox s3 put --resume`: a file uploaded in parts, several at a time. After an interruption the same command
 * resumes: it compares the stored parts with the file by their checksums and does not send them again. An endpoint that
 * keeps no checksums has ETags, which are MD5s unless KMS is involved; what cannot be compared is sent again. Amazon S3
 * User Guide, "Uploading and copying objects using multipart upload in Amazon S3".
 */

import { createHash } from 'node:crypto';
import { AwsError, EndpointError, ReceivedRefusal, UsageError } from '../../../api/errors.ts';
import type { ListPartsOutput, Part } from '../../../api/model/s3.types.ts';
import { type DigestName, openDigest } from '../../../crypto/checksums.ts';
import { readBlocks } from '../../../files.ts';
import type { CallOptions } from '../../aws.ts';
import { isRemote } from '../../endpoint/place.ts';
import type { Progress } from '../../progress.ts';
import { fileState, requireUnchanged } from '../../sent-file.ts';
import type { Session } from '../../session.ts';
import { atOnce, newSlots } from './at-once.ts';
import { completeUpload } from './complete-upload.ts';
import { fileBody, type OnBytes } from './file-body.ts';
import { type MultipartSettings, partSize } from './multipart-settings.ts';
import { customerKeyIn, type ObjectInput } from './object-options.ts';
import { type ResumePlace, resumePlace } from './resume-place.ts';
import { algorithmIn, partChecksum, type UploadInputs, uploadIdIn } from './upload.ts';
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
  progress: Progress,
): Promise<void> {
  const state = await fileState(file);
  const { size } = state;
  const pieces = piecesOf(size, partSize(size, chunkBytes));
  const checksum = partChecksum(inputs.create, session);
  const asked = { ...checksum, ...inputs.create };
  const algorithm = algorithmOf(asked);
  const create = { ...asked, ChecksumAlgorithm: algorithm, Bucket: bucket, Key: key };
  const place = resumePlace({ bucket, key }, digestOfAll(size, create), session);
  const begun = await findBegun(place, { ...customerKeyIn(inputs.part), Bucket: bucket, Key: key }, session);
  const upload = begun ?? { id: await begin(place, create, session), parts: [] };
  const at = { ...customerKeyIn(inputs.part), Bucket: bucket, Key: key, UploadId: upload.id };
  const missing = await missingPieces(file, pieces, upload.parts, algorithm, progress.add, session);
  progress.clear();
  if (begun) session.tell(`resuming: ${pieces.length - missing.length} of ${pieces.length} parts are already stored`);
  try {
    await atOnce(missing, { slots: newSlots(mostRequests), signal: session.signal }, async (piece, overlooks) => {
      const body = await fileBody(file, progress.add, { state, start: piece.start, end: piece.end });
      const input = { ...algorithmIn(checksum), ...inputs.part, ...at, PartNumber: piece.number, ...body };
      await session.aws.callByName('s3', 'UploadPart', input, { overlooks });
    });
    await requireUnchanged(file, state);
  } catch (error) {
    progress.clear();
    if (isGivenUp(error)) await place.forget();
    else session.tell('the stored parts are kept: run the same command again to resume');
    throw error;
  }
  const Parts = (await listParts(at, session)).slice(0, pieces.length).map(completed);
  requireAll(Parts, pieces);
  await completeUpload({ ...at, MultipartUpload: { Parts } }, session.aws);
  await place.forget();
}

/** What is completed with fewer parts is another object. @throws EndpointError */
function requireAll(parts: readonly Pick<Part, 'PartNumber'>[], pieces: readonly Piece[]): void {
  const found = new Set(parts.map(({ PartNumber }) => PartNumber));
  const lost = pieces.filter(({ number }) => !found.has(number)).length;
  if (lost > 0) throw new EndpointError(`${lost} of ${pieces.length} parts were sent and are not listed by S3`);
}

function piecesOf(size: number, bytes: number): readonly Piece[] {
  return Array.from({ length: Math.ceil(size / bytes) }, (_, i) => ({
    number: i + 1,
    start: i * bytes,
    end: Math.min(size, (i + 1) * bytes),
  }));
}

/** Uploads with different settings are different uploads. A customer-provided key is included only by its MD5. */
function digestOfAll(size: number, { SSECustomerKey: _, ...settings }: ObjectInput): string {
  const sorted = Object.entries({ ...settings, size }).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

async function begin(place: ResumePlace, create: ObjectInput, session: Session): Promise<string> {
  const output = await session.aws.callByName('s3', 'CreateMultipartUpload', create);
  const uploadId = uploadIdIn(output);
  try {
    await place.remember(uploadId);
  } catch (error) {
    if (!isRemote('s3', session) || !(error instanceof Error)) throw error;
    session.tell(`if it is interrupted, the upload cannot be resumed: ${error.message}`);
  }
  return uploadId;
}

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
async function findBegun(place: ResumePlace, at: Omit<At, 'UploadId'>, session: Session): Promise<Begun | undefined> {
  const id = await place.find();
  if (id === undefined) return undefined;
  try {
    return { id, parts: await listParts({ ...at, UploadId: id }, session, isGivenUp) };
  } catch (error) {
    if (!isGivenUp(error)) throw error;
    await place.forget();
    return undefined;
  }
}

/** Some servers have other words for it. */
const isGivenUp = (error: unknown): boolean =>
  error instanceof AwsError &&
  (error.code === 'NoSuchUpload' || (error instanceof ReceivedRefusal && error.httpStatus === 404));

async function listParts(at: At, session: Session, overlooks?: CallOptions['overlooks']): Promise<Part[]> {
  const found: Part[] = [];
  let PartNumberMarker: number | undefined;
  do {
    const input = { ...at, ...(PartNumberMarker !== undefined && { PartNumberMarker }) };
    const page: ListPartsOutput = await session.aws.call('s3', 'ListParts', input, { overlooks });
    for (const part of page.Parts ?? []) found.push(part);
    const next: number | undefined = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    if (next !== undefined && next <= (PartNumberMarker ?? 0)) {
      throw new EndpointError(`the list of the parts that are stored does not go on after part ${next}`);
    }
    PartNumberMarker = next;
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
    if (part?.Size === length && (await isSame(file, piece, part, algorithm))) {
      onBytes(length);
    } else {
      missing.push(piece);
    }
  }
  return missing;
}

/** Whether a part has the bytes of the file; false, too, if that cannot be known. */
async function isSame(file: string, piece: Piece, part: Part, algorithm: ComparedBy): Promise<boolean> {
  const checksum = part[`Checksum${algorithm}`];
  if (checksum !== undefined) return checksum === (await checksumOf(file, piece, algorithm));
  const [, md5] = /^"?([0-9a-f]{32})"?$/.exec(part.ETag ?? '') ?? [];
  if (md5 === undefined) return false;
  return md5 === Buffer.from(await checksumOf(file, piece, 'MD5'), 'base64').toString('hex');
}

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
