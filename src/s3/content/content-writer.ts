/**
 * Writes the bytes of an object or a part: digests over the plaintext, one or two layers of sealing, then a row for
 * small content and a blob file for the rest. No plaintext is ever written.
 */

import type { Call } from '../../call/operation.ts';
import { type DigestName, digestOf, isPlainDigest } from '../../crypto/checksums.ts';
import { beginDigests, type Digests as RunningDigests } from '../../crypto/digests.ts';
import { seal, sealBytes } from '../../crypto/segments.ts';
import { timedWait, timedWork, type WorkTimes } from '../../crypto/work-times.ts';
import type { BlobWrite } from '../../store/blobs.ts';
import type { ChecksumAlgorithm, Piece } from '../../store/records/s3.ts';
import { MAX_ROW_BYTES } from '../../store/records/s3.ts';
import type { Digests } from '../request/checksum-headers.ts';
import { requireSingleSize } from '../request/put-limits.ts';
import type { DataKeys, WriteIdentity } from './envelope.ts';
import { newSalts, pieceKeys, storedSize } from './piece-keys.ts';

export type Body = Uint8Array | AsyncIterable<Uint8Array>;

/** The maximum number of layers of ciphertext. */
const MAX_LAYERS = 2;
/** The maximum size of plaintext that is stored in a row. */
const MAX_ROW_PLAINTEXT = MAX_ROW_BYTES - (storedSize(MAX_ROW_BYTES, MAX_LAYERS) - MAX_ROW_BYTES);

/** The digests of the plaintext to compute. */
export interface WantedDigests {
  readonly needsMd5: boolean;
  readonly algorithms: readonly ChecksumAlgorithm[];
}

/** Facts known about a body before it arrives. */
export interface WritingNeeds extends WantedDigests {
  /** Whether it is sealed and stored inside the transaction. */
  readonly isSmall: boolean;
}

/** A write in progress. */
export interface Writing {
  readonly identity: WriteIdentity;
  readonly pieceId: string;
  readonly salts: readonly Uint8Array[];
  readonly layerKeys: readonly Uint8Array[];
  readonly digests: WantedDigests;
  /** Undefined if the body is small enough for a row. */
  readonly file: BlobWrite | undefined;
  /** Those of the call. */
  readonly times: WorkTimes;
}

/** The result of a write. */
export interface Written extends Digests {
  /** Undefined if it is in the blob file. */
  readonly ciphertext: Uint8Array | undefined;
}

/** Whether a body is small enough to be sealed and stored inside the transaction. */
export const fitsInTransaction = (body: Body | undefined): boolean =>
  body === undefined || (body instanceof Uint8Array && body.length <= MAX_ROW_PLAINTEXT);

/** A body's size; undefined if it is not known before its end. */
export const bodySize = ({ Body, ContentLength }: BodyHeaders): number | undefined =>
  Body instanceof Uint8Array ? Body.length : ContentLength;

interface BodyHeaders {
  readonly Body?: Body | undefined;
  readonly ContentLength?: number | undefined;
}

/** Prepares a write: its own keys, and the record of its blob file in case it needs one. */
export function beginWriting(
  identity: WriteIdentity,
  keys: DataKeys,
  { isSmall, ...digests }: WritingNeeds,
  call: Call,
): Writing {
  const pieceId = Buffer.from(call.random(16)).toString('hex');
  const salts = newSalts(keys, call.random);
  const layerKeys = pieceKeys(keys, salts, identity, pieceId);
  const file = isSmall ? undefined : call.blobs.beginWrite(pieceId, call.tx);
  return { identity, pieceId, salts, layerKeys, digests, file, times: call.times() };
}

/** Seals a small body; undefined if the body is not small, or one of its digests is asynchronous. */
export function writeAtOnce(writing: Writing, body: Body = new Uint8Array()): Written | undefined {
  const { file, digests } = writing;
  const names = namesOf(digests);
  if (file || !(body instanceof Uint8Array) || !names.every(isPlainDigest)) return undefined;
  const taken = new Map(names.map((name) => [name, digestOf(name, body)] as const));
  return { ...digestsOf(taken, digests, body.length), ciphertext: sealLayers(writing, body) };
}

/**
 * Seals a body of any size into the blob file as it arrives; one that turns out to be small stays in memory.
 * @throws AwsError EntityTooLarge
 */
export async function writeStream(
  writing: Writing,
  body: Body = new Uint8Array(),
  signal: AbortSignal,
): Promise<Written> {
  const { file, layerKeys, digests, times } = writing;
  const running = await beginDigests(namesOf(digests));
  try {
    const counter = { size: 0 };
    const plaintext = digested(chunksOf(body), running, counter, signal);
    const head = await takeHead(plaintext);
    let ciphertext: Uint8Array | undefined;
    if (head.isAll || !file) {
      ciphertext = sealLayers(writing, head.bytes);
    } else {
      let sealed: AsyncIterable<Uint8Array> = joined(head.bytes, plaintext);
      for (const key of layerKeys) sealed = seal(key, times)(sealed);
      for await (const piece of sealed) await timedWait(times, 'diskMs', file.write(piece));
      await timedWait(times, 'diskMs', file.finish());
    }
    return { ...digestsOf(await running.end(), digests, counter.size), ciphertext };
  } finally {
    running.close();
  }
}

/**
 * What `writeStream` would return for a body of this size, without its bytes: for a write that is only tried. Its
 * digests say nothing. Undefined if one of them is asynchronous.
 */
export function writeUnread({ digests }: Writing, size: number): Written | undefined {
  const names = namesOf(digests);
  if (!names.every(isPlainDigest)) return undefined;
  const taken = new Map(names.map((name) => [name, digestOf(name, new Uint8Array())] as const));
  return { ...digestsOf(taken, digests, size), ciphertext: undefined };
}

/** Stores the result: puts the row, or makes the blob file the object's. */
export function finishWriting({ identity, pieceId, salts, file, times }: Writing, written: Written, call: Call): Piece {
  const { size, ciphertext } = written;
  if (ciphertext) {
    const row: [string, string, string] = [identity.bucket.name, identity.key, pieceId];
    timedWork(times, 'diskMs', () => call.tx.objectData.put(row, ciphertext));
    file?.drop(call.tx);
    return { id: pieceId, place: 'row', size, storedSize: ciphertext.length, salts };
  }
  file?.keep(call.tx);
  return { id: pieceId, place: 'file', size, storedSize: storedSize(size, salts.length), salts };
}

/** Releases what `beginWriting` took. */
export function abandonWriting({ file }: Writing, call: Call): void {
  file?.drop(call.tx);
}

/** The digests to compute, each once. */
const namesOf = ({ needsMd5, algorithms }: WantedDigests): DigestName[] => [
  ...new Set<DigestName>([...(needsMd5 ? (['MD5'] as const) : []), ...algorithms]),
];

function digestsOf(
  taken: ReadonlyMap<DigestName, Uint8Array>,
  { needsMd5, algorithms }: WantedDigests,
  size: number,
): Digests {
  const inBase64 = (name: DigestName) => Buffer.from(taken.get(name) ?? []).toString('base64');
  return {
    size,
    md5: needsMd5 ? taken.get('MD5') : undefined,
    checksums: Object.fromEntries(algorithms.map((name) => [name, inBase64(name)])),
  };
}

const sealLayers = ({ layerKeys, times }: Writing, plaintext: Uint8Array): Uint8Array =>
  timedWork(times, 'encryptionMs', () => layerKeys.reduce((bytes, key) => sealBytes(key, bytes), plaintext));

const CHUNK_BYTES = 1024 * 1024;

async function* chunksOf(body: Body): AsyncGenerator<Uint8Array, void> {
  if (!(body instanceof Uint8Array)) {
    yield* body;
    return;
  }
  for (let at = 0; at < body.length; at += CHUNK_BYTES) yield body.subarray(at, at + CHUNK_BYTES);
}

async function* digested(
  chunks: AsyncIterable<Uint8Array>,
  running: RunningDigests,
  counter: { size: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    counter.size += chunk.length;
    requireSingleSize(counter.size);
    await running.update(chunk);
    yield chunk;
  }
}

/** The first bytes, until there are more than fit in a row; they are copied, since the source may reuse its buffer. */
async function takeHead(
  plaintext: AsyncGenerator<Uint8Array, void>,
): Promise<{ readonly bytes: Uint8Array; readonly isAll: boolean }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (size <= MAX_ROW_PLAINTEXT) {
    const next = await plaintext.next();
    if (next.done) return { bytes: Buffer.concat(pieces), isAll: true };
    pieces.push(new Uint8Array(next.value));
    size += next.value.length;
  }
  return { bytes: Buffer.concat(pieces), isAll: false };
}

async function* joined(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield head;
  yield* rest;
}
