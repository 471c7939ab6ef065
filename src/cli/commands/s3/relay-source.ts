/**
 * Reads an object at the side of its source into memory, whole or range by range, and in one version: what was replaced
 * meanwhile is an error.
 */

import { AwsError } from '../../../api/errors.ts';
import type { GetObjectOutput, HeadObjectOutput } from '../../../api/model/s3.types.ts';
import { giveBack } from '../../../crypto/memory.ts';
import type { Aws, CallOptions } from '../../aws.ts';
import type { ObjectInput } from './object-options.ts';
import { TransferError } from './transfer.ts';
import { printS3Uri, type S3Uri } from './uri.ts';

/** Where an object is read. */
export interface Reading {
  readonly aws: Aws;
  readonly uri: S3Uri;
  /** The customer-provided key that it takes, if any. */
  readonly key: ObjectInput;
}

/** A range of bytes; the end is not in it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What is known of the object and of its checksums. @throws AwsError */
export const headOf = ({ aws, uri, key }: Reading): Promise<HeadObjectOutput> =>
  aws.call('s3', 'HeadObject', { ...key, Bucket: uri.bucket, Key: uri.key, ChecksumMode: 'ENABLED' });

/** An object with all of its bytes. */
export interface WholeObject {
  readonly facts: GetObjectOutput;
  readonly bytes: Uint8Array;
}

/**
 * Reads an object that is no longer than this.
 * @returns undefined if it is longer
 * @throws AwsError, EndpointError, TransferError
 */
export async function readWhole(
  reading: Reading,
  longest: number,
  options: CallOptions,
): Promise<WholeObject | undefined> {
  const { aws, uri, key } = reading;
  const input = { ...key, Bucket: uri.bucket, Key: uri.key, ChecksumMode: 'ENABLED' as const };
  const { Body, ...facts } = await aws.call('s3', 'GetObject', input, options);
  const size = facts.ContentLength ?? longest;
  const bytes = Buffer.allocUnsafeSlow(Math.min(size, longest));
  const filled = await fill(bytes, Body);
  if (filled === undefined || size > longest) return undefined;
  if (facts.ContentLength !== undefined && filled < size) throw wrongLength(uri, filled, size);
  return { facts, bytes: bytes.subarray(0, filled) };
}

/**
 * Reads a range of the version that `head` is about into memory that is as long.
 * @throws AwsError, EndpointError, TransferError
 */
export async function readRange(
  reading: Reading,
  head: HeadObjectOutput,
  { start, end }: ByteRange,
  into: Uint8Array,
  options: CallOptions,
): Promise<void> {
  const { aws, uri, key } = reading;
  const input = { ...key, ...pinOf(head), Bucket: uri.bucket, Key: uri.key, Range: `bytes=${start}-${end - 1}` };
  const { Body, ETag, ContentRange } = await unchanged(uri, () => aws.call('s3', 'GetObject', input, options));
  if (ETag !== head.ETag) throw changed(uri);
  if (ContentRange !== `bytes ${start}-${end - 1}/${head.ContentLength}`) {
    throw new TransferError(`${printS3Uri(uri)} came as "${ContentRange ?? ''}" instead of bytes ${start}-${end - 1}`);
  }
  const filled = await fill(into, Body);
  if (filled !== end - start) throw wrongLength(uri, filled, end - start);
}

/** Reads what must still be the version that was found. @throws TransferError if it is not, and what reading throws */
async function unchanged<T>(uri: S3Uri, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof AwsError && error.code === 'PreconditionFailed' ? changed(uri) : error;
  }
}

/** What reads this version and no other. */
const pinOf = ({ ETag, VersionId }: HeadObjectOutput): ObjectInput =>
  ETag !== undefined ? { IfMatch: ETag } : VersionId !== undefined ? { VersionId } : {};

export const changed = (uri: S3Uri): TransferError =>
  new TransferError(`${printS3Uri(uri)} was changed while it was being read: run the command again`);

// One that was cut on its way goes on below this; this is an answer that ends where it should not.
const wrongLength = (uri: S3Uri, read: number | undefined, size: number): TransferError =>
  new TransferError(`${printS3Uri(uri)} came with ${read ?? `more than ${size}`} bytes instead of ${size}`);

/** Fills memory with what comes. @returns how much came; undefined if it was more */
async function fill(into: Uint8Array, body: AsyncIterable<Uint8Array> | undefined): Promise<number | undefined> {
  let at = 0;
  for await (const piece of body ?? []) {
    if (at + piece.length > into.length) return undefined;
    into.set(piece, at);
    at += piece.length;
    giveBack(piece);
  }
  return at;
}
