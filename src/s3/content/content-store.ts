/** Removes the ciphertext of objects and parts from the store; blob files are removed after the commit. */

import type { Call } from '../../call/operation.ts';
import type { ObjectVersion, Piece } from '../../store/records/s3.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { fileOf, wholePiece } from './object-record.ts';

/** Removes the ciphertext of one piece. */
export function removePiece(piece: Piece, { bucket, key }: ObjectPlace, { tx, blobs }: Call): void {
  if (piece.place === 'row') tx.objectData.remove([bucket.name, key, piece.id]);
  else blobs.remove(fileOf(piece), tx);
}

/** Removes all bytes of a version that is being removed. */
export function removeContent(version: ObjectVersion, place: ObjectPlace, call: Call): void {
  const { bucket, key } = place;
  const piece = wholePiece(version);
  if (piece) {
    removePiece(piece, place, call);
    return;
  }
  const { tx } = call;
  for (const { key: row, value } of [...tx.objectParts.under([bucket.name, key, version.writeId])]) {
    removePiece(value.piece, place, call);
    tx.objectParts.remove(row);
  }
}
