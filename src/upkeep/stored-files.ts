/** The blob files of a store, as its rows name them. */

import { fileOf, wholePiece } from '../s3/content/object-record.ts';
import type { PartRecord, Piece, VersionRecord } from '../store/records/s3.ts';
import type { NamedFile } from '../store/store-copy.ts';
import type { Table, TableKey } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';

/** Every blob file that the rows name, including the parts of unfinished uploads. */
export function* storedFiles(tx: Tx): Generator<NamedFile, void> {
  yield* filesIn(tx.objects, wholeOf);
  yield* filesIn(tx.olderVersions, wholeOf);
  yield* filesIn(tx.objectParts, partOf);
  yield* filesIn(tx.multipartParts, partOf);
}

const wholeOf = (version: VersionRecord): Piece | undefined =>
  version.kind === 'object' ? wholePiece(version) : undefined;

const partOf = ({ piece }: PartRecord): Piece => piece;

/** Keys begin with the bucket and the object's key. */
function* filesIn<K extends readonly [string, string, ...TableKey], V>(
  table: Table<K, V>,
  pieceOf: (value: V) => Piece | undefined,
): Generator<NamedFile, void> {
  for (const { key, value } of table.range()) {
    const piece = pieceOf(value);
    if (piece?.place === 'file') yield { id: fileOf(piece), size: piece.storedSize, bucket: key[0], key: key[1] };
  }
}
