/**
 * An upload as the AWS CLI does it: one PutObject up to 8 MiB, parts of 8 MiB above, larger ones where they would be
 * more than 10,000. AWS CLI S3 Configuration, multipart_threshold and multipart_chunksize.
 */

import { stat } from 'node:fs/promises';
import type { CompletedPart } from '../../../api/model/s3.types.ts';
import type { Session } from '../../session.ts';
import { atOnce, type Slots } from './at-once.ts';
import { counted, fileBody, type OnBytes } from './file-body.ts';
import { customerKeyIn, type ObjectInput } from './object-options.ts';
import type { S3Uri } from './uri.ts';

/** What is larger is uploaded in parts. */
export const THRESHOLD_BYTES = 8 * 1024 ** 2;
const PART_BYTES = 8 * 1024 ** 2;
const MAX_PARTS = 10_000;

/** What the typed options come to, by operation. */
export interface UploadInputs {
  readonly put: ObjectInput;
  readonly create: ObjectInput;
  readonly part: ObjectInput;
}

/** What all uploads of a command share. */
export interface Uploads {
  readonly inputs: UploadInputs;
  readonly session: Session;
  /** Whether small objects share their commits. */
  readonly grouped: boolean;
  /** The parts under way, of all uploads. */
  readonly slots: Slots;
}

/** @throws AwsError; a multipart upload that fails is given up, and leaves nothing. */
export async function upload(
  file: string,
  { bucket, key }: S3Uri,
  contentType: ObjectInput,
  { inputs, session, grouped, slots }: Uploads,
  onBytes: OnBytes,
): Promise<void> {
  const place = { Bucket: bucket, Key: key };
  const parts = file === '-' ? await streamParts(onBytes) : await fileParts(file, onBytes);
  if (parts.whole) {
    await session.callByName(
      's3',
      'PutObject',
      { ...inputs.put, ...contentType, ...place, ...(await parts.whole()) },
      { grouped },
    );
    return;
  }
  const { UploadId } = await session.call('s3', 'CreateMultipartUpload', {
    ...inputs.create,
    ...contentType,
    ...place,
  });
  const upload = { ...place, UploadId: UploadId ?? '' };
  try {
    const Parts: CompletedPart[] = [];
    await atOnce(numbered(parts.each()), session.signal, async ({ PartNumber, body }) => {
      const free = await slots.take();
      try {
        const output = await session.call('s3', 'UploadPart', {
          ...inputs.part,
          ...upload,
          PartNumber,
          ...(await body()),
        });
        Parts[PartNumber - 1] = { PartNumber, ETag: output.ETag, ...checksumsIn(output) };
      } finally {
        free();
      }
    });
    await session.call('s3', 'CompleteMultipartUpload', {
      ...customerKeyIn(inputs.part),
      ...upload,
      MultipartUpload: { Parts },
    });
  } catch (error) {
    await session.call('s3', 'AbortMultipartUpload', upload).catch(() => undefined);
    throw error;
  }
}

async function* numbered<T>(bodies: AsyncIterable<T>): AsyncGenerator<{ PartNumber: number; body: T }, void> {
  let PartNumber = 0;
  for await (const body of bodies) yield { PartNumber: ++PartNumber, body };
}

/** A part's checksum has to be told again where the upload has one. */
export const checksumsIn = (output: object): Partial<CompletedPart> =>
  Object.fromEntries(Object.entries(output).filter(([member]) => /^Checksum(?!Type$)/.test(member)));

interface Body {
  readonly Body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly ContentLength?: number;
}

type PartsOf =
  | { readonly whole: () => Promise<Body> }
  | { readonly whole?: undefined; readonly each: () => AsyncIterable<() => Promise<Body>> };

async function fileParts(file: string, onBytes: OnBytes): Promise<PartsOf> {
  const { size } = await stat(file);
  if (size <= THRESHOLD_BYTES) return { whole: () => fileBody(file, onBytes) };
  const partBytes = partSize(size);
  return {
    async *each() {
      for (let start = 0; start < size; start += partBytes) {
        yield () => fileBody(file, onBytes, { start, end: Math.min(start + partBytes, size) });
      }
    },
  };
}

/** Doubles the size of parts until they are few enough. */
export function partSize(size: number): number {
  let bytes = PART_BYTES;
  while (Math.ceil(size / bytes) > MAX_PARTS) bytes *= 2;
  return bytes;
}

/** Standard input, of which nobody knows how long it is: a part is read, and then there is more or not. */
async function streamParts(onBytes: OnBytes): Promise<PartsOf> {
  const parts = cut(counted(process.stdin, onBytes));
  const first = await parts.next();
  const Body = first.done ? new Uint8Array() : first.value;
  const second = await parts.next();
  if (second.done) return { whole: async () => ({ Body }) };
  return {
    async *each() {
      yield async () => ({ Body });
      yield async () => ({ Body: second.value });
      for await (const part of parts) yield async () => ({ Body: part });
    },
  };
}

async function* cut(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const taken = chunk.subarray(at, at + PART_BYTES - size);
      held.push(taken);
      size += taken.length;
      at += taken.length;
      if (size < PART_BYTES) continue;
      yield Buffer.concat(held);
      held = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}
