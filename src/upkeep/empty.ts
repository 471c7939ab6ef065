/** Makes a store as it was when it was created, while it is in use. */

import type { Workplace } from '../assemble.ts';
import { tableNames } from '../store/databases.ts';
import type { Table, TableKey } from '../store/table.ts';
import { storedFiles } from './stored-files.ts';

/** The books of blob files, which the removal of files needs, and what the store's own key belongs to. */
const kept: ReadonlySet<string> = new Set(['blobWrites', 'unneededBlobs']);

/**
 * Removes every row and every object of a store, its clock and its own events as well. Uploads that are under way are
 * refused when they end, since there is no bucket any more.
 * @throws StoreError if a row is damaged, or the store cannot be written
 */
export function emptyStore({ store, blobs }: Pick<Workplace, 'store' | 'blobs'>): void {
  store.transact<void>((tx) => {
    for (const { id } of [...storedFiles(tx)]) blobs.remove(id, tx);
    const { identifierKeys, ...tables } = { identifierKeys: tx.facts.get(['identifierKeys']), ...tx };
    for (const name of tableNames) {
      if (kept.has(name)) continue;
      const table: Pick<Table<TableKey, unknown>, 'range' | 'remove'> = tables[name];
      for (const key of Array.from(table.range(), (row) => row.key)) table.remove(key);
    }
    if (identifierKeys) tx.facts.put(['identifierKeys'], identifierKeys);
  });
}
