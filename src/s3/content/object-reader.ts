/** Reads the bytes of a stored version; only authenticated bytes are returned. */

import type { StoreError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import { AuthenticationError } from '../../crypto/authentication-error.ts';
import { giveBack } from '../../crypto/memory.ts';
import {
  openRange,
  openRangeNow,
  type Read,
  type ReadNow,
  readIn,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  sealedSize,
  segmentCount,
} from '../../crypto/segments.ts';
import { timedWork, type WorkTimes } from '../../crypto/work-times.ts';
import { newReadMemory, type OpenBlob } from '../../store/blob-reader.ts';
import type { ObjectVersion, PartRecord, Piece, StoredEncryption } from '../../store/records/s3.ts';
import type { ByteRange } from '../request/byte-range.ts';
import type { CustomerKey } from '../request/customer-key.ts';
import { type DataKeys, openDataKeys, type WriteIdentity } from './envelope.ts';
import { requireFixedFields } from './fixed-tag.ts';
import { partsIn } from './object-parts.ts';
import { damagedObject, fileOf, wholePiece } from './object-record.ts';
import { pieceKeys } from './piece-keys.ts';

/** An object whose keys and files are open. */
export interface OpenedObject {
  /** The bytes of the range, in order. Reading to the end, or stopping early, closes the files. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The same bytes, if all of them were in rows and are already in memory. */
  readonly small: Uint8Array | undefined;
  close(): void;
}

/**
 * Opens a range of a version. Rows are opened and authenticated now; files are opened now, so that a concurrent delete
 * does not affect the reader, but are read along with the body.
 * @throws AwsError KMS's refusal, or S3's refusal of a customer's key. @throws StoreError if something does not
 * authenticate.
 */
export function openObject(
  version: ObjectVersion,
  identity: WriteIdentity,
  customerKey: CustomerKey | undefined,
  range: ByteRange,
  call: Call,
): OpenedObject {
  const keys = openKeys(version, identity, customerKey, call);
  return openWith(keys, version, identity, range, MAX_OPEN_FILES, call);
}

/** Where stored bytes are read from. */
export type Shelves = Pick<Call, 'tx' | 'rootKey' | 'blobs'> & Partial<Pick<Call, 'times'>>;

/** The same with opened keys; files beyond a number are opened when they are reached. */
export function openWith(
  keys: DataKeys,
  version: ObjectVersion,
  identity: WriteIdentity,
  range: ByteRange,
  openFiles: number,
  shelves: Shelves,
): OpenedObject {
  const damaged = () => damagedObject(identity, version.versionId);
  return openPieces(keys, () => piecesIn(version, range, identity, shelves), identity, openFiles, shelves, damaged);
}

/** Opens a whole part of an unfinished upload with its opened keys. */
export function openUploadedPart(
  keys: DataKeys,
  { piece, size }: PartRecord,
  identity: WriteIdentity,
  shelves: Shelves,
): OpenedObject {
  const pieces = () => [{ piece, wanted: { start: 0, end: size } }];
  return openPieces(keys, pieces, identity, 1, shelves, () => damagedObject(identity, 'null'));
}

function openPieces(
  keys: DataKeys,
  pieces: () => readonly WantedPiece[],
  identity: WriteIdentity,
  openFiles: number,
  shelves: Shelves,
  damaged: () => StoreError,
): OpenedObject {
  const opened: OpenPiece[] = [];
  const memory = newReadMemory();
  const times = shelves.times?.();
  const openFile = (piece: Piece): OpenBlob =>
    timedWork(times, 'diskMs', () => shelves.blobs.open(fileOf(piece), memory));
  try {
    for (const each of pieces()) {
      opened.push(openPiece(each, keys, identity, { isOpenedNow: opened.length < openFiles, openFile }, shelves));
    }
  } catch (error) {
    for (const piece of opened) piece.close();
    throw asDamage(error, damaged);
  }
  return bodyOf(opened, damaged);
}

/** Opens the data keys of a version for a call, and uses them to check the permanent facts of the write. */
export const openKeys = (
  version: ObjectVersion,
  identity: WriteIdentity,
  customerKey: CustomerKey | undefined,
  call: Call,
): DataKeys => openKeysWith(version, identity, (stored) => openDataKeys(stored, identity, customerKey, call));

/** The same, if the data keys are opened by other means. */
export function openKeysWith(
  version: ObjectVersion,
  identity: WriteIdentity,
  open: (stored: StoredEncryption) => DataKeys,
): DataKeys {
  const damaged = () => damagedObject(identity, version.versionId);
  try {
    const keys = open(version.encryption);
    requireFixedFields(version, keys, identity);
    return keys;
  } catch (error) {
    throw asDamage(error, damaged);
  }
}

/** The maximum number of files that a process should hold open. */
export const MAX_OPEN_FILES = 128;

/** A piece with the requested range of its own plaintext. */
interface WantedPiece {
  readonly piece: Piece;
  readonly wanted: ByteRange;
}

function piecesIn(version: ObjectVersion, range: ByteRange, identity: WriteIdentity, shelves: Shelves): WantedPiece[] {
  const piece = wholePiece(version);
  if (piece) return [{ piece, wanted: range }];
  return partsIn(version, range, identity, shelves).map(({ piece, offset, size }) => ({
    piece,
    wanted: { start: Math.max(0, range.start - offset), end: Math.min(size, range.end - offset) },
  }));
}

interface OpenPiece {
  /** All bytes, if they are already in memory. */
  readonly small?: Uint8Array;
  bytes(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  close(): void;
}

/** How the files of an object, which are read one after the other, are opened. */
interface Files {
  readonly isOpenedNow: boolean;
  readonly openFile: (piece: Piece) => OpenBlob;
}

function openPiece(
  { piece, wanted }: WantedPiece,
  keys: DataKeys,
  identity: WriteIdentity,
  { isOpenedNow, openFile }: Files,
  shelves: Shelves,
): OpenPiece {
  const times = shelves.times?.();
  const layerKeys = pieceKeys(keys, piece.salts, identity, piece.id);
  if (piece.place === 'row') {
    const row: [string, string, string] = [identity.bucket.name, identity.key, piece.id];
    const sealed = timedWork(times, 'diskMs', () => shelves.tx.objectData.get(row));
    if (!sealed || sealed.length !== piece.storedSize) throw new AuthenticationError('the ciphertext');
    const plaintext = openLayersNow(layerKeys, readIn(sealed), piece.size, wanted, times);
    return { small: plaintext, bytes: () => [plaintext], close: () => {} };
  }
  let file = isOpenedNow ? openFile(piece) : undefined;
  return {
    bytes() {
      file ??= openFile(piece);
      const { read, readNow } = file;
      const timedRead: ReadNow = (at, length) => timedWork(times, 'diskMs', () => readNow(at, length));
      return segmentCount(wanted, piece.size) <= MOST_SEGMENTS_NOW
        ? [openLayersNow(layerKeys, timedRead, piece.size, wanted, times)]
        : openLayersOf(layerKeys, read, piece, wanted, times);
    },
    close: () => file?.close(),
  };
}

/** Reading and opening half a MiB takes less time than starting work in a thread of the pool. */
const MOST_SEGMENTS_NOW = 2;

/** Opens a range of bytes that can be read synchronously: each layer reads what it needs from the one around it. */
function openLayersNow(
  layerKeys: readonly Uint8Array[],
  read: ReadNow,
  size: number,
  range: ByteRange,
  times: WorkTimes | undefined,
): Uint8Array {
  const [inner, outer] = layerKeys;
  if (!inner) throw new Error('a piece without a layer');
  const innerSize = sealedSize(size);
  const outerSize = sealedSize(innerSize);
  const inside: ReadNow = outer
    ? (start, length) => openRangeNow(outer, read, outerSize, { start, end: start + length }, times)
    : read;
  return openRangeNow(inner, inside, innerSize, range, times);
}

/** The same for bytes that are read on demand. */
function openLayersOf(
  layerKeys: readonly Uint8Array[],
  read: Read,
  { size }: Piece,
  range: ByteRange,
  times: WorkTimes | undefined,
): AsyncIterable<Uint8Array> {
  const [inner, outer] = layerKeys;
  if (!inner) throw new Error('a piece without a layer');
  const innerSize = sealedSize(size);
  if (!outer) return openRange(inner, read, innerSize, range, { times, isOnDisk: true });
  const open = (start: number) =>
    openRange(
      outer,
      read,
      sealedSize(innerSize),
      { start, end: sealedEnd(range, innerSize) },
      { times, isOnDisk: true },
    );
  return openRange(inner, readThrough(open), innerSize, range, { times });
}

/** The end of a range's sealed bytes. */
const sealedEnd = (range: ByteRange, sealedBytes: number): number =>
  Math.min(sealedBytes, Math.max(1, Math.ceil(range.end / SEGMENT_BYTES)) * SEALED_SEGMENT_BYTES);

/**
 * Reads a layer's content in order, so that no segment of it is opened twice. As with a file, the bytes of a read are
 * valid until the read after the next one.
 * @param open the content from a position on.
 */
function readThrough(open: (start: number) => AsyncGenerator<Uint8Array, void>): Read {
  const buffers = [new Uint8Array(0), new Uint8Array(0)];
  let turn = 0;
  let next = -1;
  let pieces: AsyncGenerator<Uint8Array, void> | undefined;
  let piece: Uint8Array = new Uint8Array(0);
  let used = 0;
  return async (position, length) => {
    if (position !== next) {
      await pieces?.return();
      pieces = open(position);
      used = piece.length;
    }
    next = position + length;
    turn = 1 - turn;
    let buffer = buffers[turn] ?? new Uint8Array(0);
    if (buffer.length < length) {
      buffer = new Uint8Array(length);
      buffers[turn] = buffer;
    }
    let filled = 0;
    while (filled < length) {
      if (used === piece.length) {
        giveBack(piece);
        const { done, value } = (await pieces?.next()) ?? { done: true, value: undefined };
        if (done || !value) break;
        piece = value;
        used = 0;
      }
      const taken = piece.subarray(used, used + length - filled);
      buffer.set(taken, filled);
      filled += taken.length;
      used += taken.length;
    }
    return buffer.subarray(0, filled);
  };
}

function bodyOf(opened: readonly OpenPiece[], damaged: () => StoreError): OpenedObject {
  const close = () => {
    for (const piece of opened) piece.close();
  };
  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    try {
      for (const piece of opened) {
        yield* piece.bytes();
        piece.close();
      }
    } catch (error) {
      throw asDamage(error, damaged);
    } finally {
      close();
    }
  }
  // A generator that was never started does not run its `finally`.
  const generator = bytes();
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    next: () => generator.next(),
    async return() {
      close();
      return generator.return();
    },
  };
  const small = opened.flatMap((piece) => (piece.small ? [piece.small] : []));
  const [only] = small;
  return {
    body,
    small: small.length < opened.length ? undefined : small.length === 1 ? only : Buffer.concat(small),
    close,
  };
}

/** A body for one reader that has finished with each piece when it requests the next: its memory is freed at once. */
export async function* drained(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const piece of body) {
    yield piece;
    giveBack(piece);
  }
}

/** Bytes that do not authenticate, or are missing, are damage to the object that they belong to. */
function asDamage(error: unknown, damaged: () => StoreError): unknown {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return error instanceof AuthenticationError || isMissing ? damaged() : error;
}
