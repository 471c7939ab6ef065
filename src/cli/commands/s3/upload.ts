/**
 * An upload as the AWS CLI does it: one PutObject below 8 MiB, otherwise parts of 8 MiB. AWS CLI S3 Configuration,
 * multipart_threshold and multipart_chunksize.
 */

import { EndpointError } from '../../../api/errors.ts';
import { isRecord } from '../../../api/message.ts';
import type { CompletedPart } from '../../../api/model/s3.types.ts';
import type { CallOptions } from '../../aws.ts';
import { isRemote } from '../../endpoint/place.ts';
import { cleanUp } from '../../overlooked.ts';
import { type FileState, fileState } from '../../sent-file.ts';
import type { Session } from '../../session.ts';
import { atOnce, type Slots } from './at-once.ts';
import { completeUpload } from './complete-upload.ts';
import { counted, fileBody, type OnBytes, pipe } from './file-body.ts';
import { type MultipartSettings, partSize, streamPartSize } from './multipart-settings.ts';
import { customerKeyIn, type ObjectInput } from './object-options.ts';
import type { S3Uri } from './uri.ts';

/** The inputs from the typed options, by operation. */
export interface UploadInputs {
  readonly put: ObjectInput;
  readonly create: ObjectInput;
  readonly part: ObjectInput;
  /** The conditions of the write, for CompleteMultipartUpload. */
  readonly complete: ObjectInput;
}

/** State shared by all uploads of a command. */
export interface Uploads {
  readonly inputs: UploadInputs;
  readonly session: Session;
  /** Whether small objects share their commits. */
  readonly grouped: boolean;
  readonly settings: MultipartSettings;
  /** The parts in progress, across all transfers. */
  readonly slots: Slots;
  /** Which refusals of the write are not failures. */
  readonly overlooks: CallOptions['overlooks'];
  /** The expected size of standard input. */
  readonly expectedSize: number | undefined;
}

/** @throws AwsError; a failed multipart upload is aborted and leaves nothing behind. */
export async function upload(
  file: string,
  { bucket, key }: S3Uri,
  contentType: ObjectInput,
  uploads: Uploads,
  onBytes: OnBytes,
): Promise<void> {
  const { inputs, session, grouped, overlooks } = uploads;
  const place = { Bucket: bucket, Key: key };
  const parts = await partsOf(file, uploads, onBytes);
  if (parts.whole) {
    const input = { ...inputs.put, ...contentType, ...place, ...(await parts.whole()) };
    await session.aws.callByName('s3', 'PutObject', input, { grouped, overlooks });
    return;
  }
  const checksum = partChecksum(inputs.create, session);
  const begun = await session.aws.call('s3', 'CreateMultipartUpload', {
    ...checksum,
    ...inputs.create,
    ...contentType,
    ...place,
  });
  const upload = { ...place, UploadId: uploadIdIn(begun) };
  try {
    const Parts: CompletedPart[] = [];
    await atOnce(
      numbered(parts.each()),
      { slots: uploads.slots, signal: session.signal },
      async ({ PartNumber, body }, isOverlooked) => {
        const input = { ...algorithmIn(checksum), ...inputs.part, ...upload, PartNumber, ...(await body()) };
        const output = await session.aws.call('s3', 'UploadPart', input, { overlooks: isOverlooked });
        Parts[PartNumber - 1] = { PartNumber, ETag: output.ETag, ...checksumsIn(output) };
      },
    );
    const MultipartUpload = { Parts };
    const complete = { ...customerKeyIn(inputs.part), ...inputs.complete, ...upload, MultipartUpload };
    await completeUpload(complete, session.aws, overlooks);
  } catch (error) {
    await cleanUp(session.aws, 's3', 'AbortMultipartUpload', upload);
    throw error;
  }
}

/** @throws EndpointError for an answer without one, which is not S3's */
export function uploadIdIn(output: unknown): string {
  const id = isRecord(output) ? output.UploadId : undefined;
  if (typeof id === 'string' && id !== '') return id;
  throw new EndpointError('the endpoint has begun an upload in parts without an id for it');
}

/**
 * The checksum of an upload in parts for which none was asked. Every server that keeps checksums knows this one; that of
 * the whole object comes with its downloads. The store computes its own. With `when_required` there is none, for servers
 * that do not know trailing checksums.
 */
export function partChecksum({ ChecksumAlgorithm: asked }: ObjectInput, session: Session): ObjectInput {
  if (asked !== undefined || !isRemote('s3', session)) return {};
  if (session.settings.request_checksum_calculation === 'when_required') return {};
  return { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' };
}

/** What an upload's parts say of its checksum. */
export const algorithmIn = ({ ChecksumAlgorithm }: ObjectInput): ObjectInput =>
  ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm };

async function* numbered<T>(bodies: AsyncIterable<T>): AsyncGenerator<{ PartNumber: number; body: T }, void> {
  let PartNumber = 0;
  for await (const body of bodies) yield { PartNumber: ++PartNumber, body };
}

/** If the upload has checksums, each part's must be repeated. */
export const checksumsIn = (output: object): Partial<CompletedPart> =>
  Object.fromEntries(Object.entries(output).filter(([member]) => /^Checksum(?!Type$)/.test(member)));

interface Body {
  readonly Body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly ContentLength?: number;
}

type PartsOf =
  | { readonly whole: () => Promise<Body> }
  | { readonly whole?: undefined; readonly each: () => AsyncIterable<() => Promise<Body>> };

async function partsOf(file: string, uploads: Uploads, onBytes: OnBytes): Promise<PartsOf> {
  if (file === '-') return streamParts(uploads.session.stdin.stream(), uploads, onBytes);
  const state = await fileState(file);
  // Of a device or a pipe the size is not known before its end.
  return state.size === 0 ? streamParts(pipe(file), uploads, onBytes) : fileParts(file, state, uploads, onBytes);
}

function fileParts(
  file: string,
  state: FileState,
  { settings: { thresholdBytes, chunkBytes } }: Uploads,
  onBytes: OnBytes,
): PartsOf {
  const { size } = state;
  if (size < thresholdBytes) return { whole: () => fileBody(file, onBytes) };
  const partBytes = partSize(size, chunkBytes);
  return {
    async *each() {
      for (let start = 0; start < size; start += partBytes) {
        yield () => fileBody(file, onBytes, { state, start, end: Math.min(start + partBytes, size) });
      }
    },
  };
}

/** Bytes of unknown length: they are read up to the threshold to find out whether there are more. */
async function streamParts(
  bytes: AsyncIterable<Uint8Array>,
  { settings: { thresholdBytes, chunkBytes }, expectedSize = 0 }: Pick<Uploads, 'settings' | 'expectedSize'>,
  onBytes: OnBytes,
): Promise<PartsOf> {
  const parts = cut(counted(bytes, onBytes), partSize(expectedSize, chunkBytes));
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < thresholdBytes) {
    const next = await parts.next();
    if (next.done) return { whole: async () => ({ Body: Buffer.concat(first) }) };
    first.push(next.value);
    size += next.value.length;
  }
  return {
    async *each() {
      for (const Body of first) yield async () => ({ Body });
      for await (const Body of parts) yield async () => ({ Body });
    },
  };
}

async function* cut(bytes: AsyncIterable<Uint8Array>, usualBytes: number): AsyncGenerator<Uint8Array, void> {
  let held: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  let partBytes = streamPartSize(number, usualBytes);
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const taken = chunk.subarray(at, at + partBytes - size);
      held.push(taken);
      size += taken.length;
      at += taken.length;
      if (size < partBytes) continue;
      yield Buffer.concat(held);
      held = [];
      size = 0;
      partBytes = streamPartSize(++number, usualBytes);
    }
  }
  if (size > 0) yield Buffer.concat(held);
}
