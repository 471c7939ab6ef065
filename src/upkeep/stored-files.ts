/** The blob files of a store, as its rows name them. */

import { fileOf, wholePiece } from '../s3/content/object-record.ts';
import type { Piece, VersionRecord } from '../store/records/s3.ts';
import type { Store } from '../store/store.ts';
import type { NamedFile } from '../store/store-copy.ts';
import type { Row, Table, TableKey } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';

const PAGE = 1000;

/**
 * Every blob file that the rows name, including the parts of unfinished uploads; the store is not locked between two of
 * them.
 */
export function* storedFiles(store: Store): Generator<NamedFile, void> {
  yield* filesIn(store, (tx) => tx.objects, wholeOf);
  yield* filesIn(store, (tx) => tx.olderVersions, wholeOf);
  yield* filesIn(
    store,
    (tx) => tx.objectParts,
    ({ piece }) => piece,
  );
  yield* filesIn(
    store,
    (tx) => tx.multipartParts,
    ({ piece }) => piece,
  );
}

const wholeOf = (version: VersionRecord): Piece | undefined =>
  version.kind === 'object' ? wholePiece(version) : undefined;

/** Keys begin with the bucket and the object's key. */
function* filesIn<K extends readonly [string, string, ...TableKey], V>(
  store: Store,
  tableOf: (tx: Tx) => Table<K, V>,
  pieceOf: (value: V) => Piece | undefined,
): Generator<NamedFile, void> {
  let after: K | undefined;
  while (true) {
    const range = { start: after, after: after !== undefined, limit: PAGE };
    const page = store.transact<readonly Row<K, V>[]>((tx) => [...tableOf(tx).range(range)]);
    for (const { key, value } of page) {
      const piece = pieceOf(value);
      if (piece?.place === 'file') yield { id: fileOf(piece), size: piece.storedSize, bucket: key[0], key: key[1] };
    }
    after = page.at(-1)?.key;
    if (after === undefined) return;
  }
}
