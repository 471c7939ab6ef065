/** Copies of ciphertext without opening it, for replicas under customers' keys, which S3 cannot open. */

import type { Call } from '../../call/operation.ts';
import type { Blobs, BlobWrite } from '../../store/blobs.ts';
import type { ObjectVersion, PartRecord, Piece } from '../../store/records/s3.ts';
import type { WriteIdentity } from './envelope.ts';
import { partsIn } from './object-parts.ts';
import { fileOf, wholePiece } from './object-record.ts';

/** The copy of one piece. */
interface PieceCopy {
  readonly part: PartRecord | undefined;
  readonly piece: Piece;
  /** For a piece in a row. */
  readonly row: Uint8Array | undefined;
  /** For a piece in a file. */
  readonly file: { readonly id: string; readonly blob: BlobWrite } | undefined;
}

export interface CiphertextCopy {
  readonly blobs: Blobs;
  readonly pieces: readonly PieceCopy[];
}

/** Records the blob files that the copy will have, and takes the rows. */
export function beginCopy(source: ObjectVersion, identity: WriteIdentity, call: Call): CiphertextCopy {
  const whole = wholePiece(source);
  const pieces = whole
    ? [beginPiece(whole, undefined, identity, call)]
    : partsIn(source, { start: 0, end: Number.POSITIVE_INFINITY }, identity, call).map((part) =>
        beginPiece(part.piece, part, identity, call),
      );
  return { blobs: call.blobs, pieces };
}

function beginPiece(piece: Piece, part: PartRecord | undefined, { bucket, key }: WriteIdentity, call: Call): PieceCopy {
  if (piece.place === 'row') {
    const row = call.tx.objectData.get([bucket.name, key, piece.id]);
    return { part, piece, row: row && Uint8Array.from(row), file: undefined };
  }
  const id = Buffer.from(call.random(16)).toString('hex');
  return { part, piece, row: undefined, file: { id, blob: call.blobs.beginWrite(id, call.tx) } };
}

const BLOCK_BYTES = 1024 * 1024;

/** Copies the files. */
export async function moveCopy({ blobs, pieces }: CiphertextCopy, signal: AbortSignal): Promise<void> {
  for (const { piece, file } of pieces) {
    if (!file) continue;
    const source = blobs.open(fileOf(piece));
    try {
      for (let at = 0; at < piece.storedSize; at += BLOCK_BYTES) {
        signal.throwIfAborted();
        await file.blob.write(await source.read(at, Math.min(BLOCK_BYTES, piece.storedSize - at)));
      }
    } finally {
      source.close();
    }
    await file.blob.finish();
  }
}

/** The pieces of the copy, which belong to the replica from now on. */
export function keepCopy({ pieces }: CiphertextCopy, { bucket, key }: WriteIdentity, { tx }: Call): CopiedPiece[] {
  return pieces.map(({ piece, part, row, file }) => {
    if (row) tx.objectData.put([bucket.name, key, piece.id], row);
    file?.blob.keep(tx);
    return { part, piece: file ? { ...piece, file: file.id } : piece };
  });
}

export interface CopiedPiece {
  readonly part: PartRecord | undefined;
  readonly piece: Piece;
}

export function abandonCopy({ pieces }: CiphertextCopy, { tx }: Call): void {
  for (const { file } of pieces) file?.blob.drop(tx);
}
