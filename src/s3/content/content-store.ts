/** Where the ciphertext of objects and parts is removed from the store; blob files go after the commit. */

import type { Call } from '../../call/operation.ts';
import type { BucketRecord, ObjectVersion, Piece } from '../../store/records/s3.ts';
import { fileOf, wholePiece } from './object-record.ts';

/** Removes the ciphertext of one piece. */
export function removePiece(piece: Piece, bucket: BucketRecord, key: string, { tx, blobs }: Call): void {
  if (piece.place === 'row') tx.objectData.remove([bucket.name, key, piece.id]);
  else blobs.remove(fileOf(piece), tx);
}

/** Removes all bytes of a version that is going. */
export function removeContent(version: ObjectVersion, bucket: BucketRecord, key: string, call: Call): void {
  const piece = wholePiece(version);
  if (piece) {
    removePiece(piece, bucket, key, call);
    return;
  }
  const { tx } = call;
  for (const { key: place, value } of [...tx.objectParts.under([bucket.name, key, version.writeId])]) {
    removePiece(value.piece, bucket, key, call);
    tx.objectParts.remove(place);
  }
}
