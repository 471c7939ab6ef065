/** Work on rows of several kinds of tables, done in a store or in a model of it. */

import type { StoredCall } from '../../src/store/records/call.ts';
import type { Store } from '../../src/store/store.ts';
import type { Tx } from '../../src/store/tables.ts';

/** A row of a table of objects, of bytes, of a log or of one that is not counted. */
export type RowId = `${'order' | 'bytes' | 'call' | 'write'} ${number}`;

export type Part =
  | { readonly do: 'get' | 'remove'; readonly row: RowId }
  | { readonly do: 'put'; readonly row: RowId; readonly value: number }
  /** A part that may be undone alone. */
  | { readonly do: 'part'; readonly parts: readonly Part[]; readonly isUndone: boolean };

export interface Rows {
  get(row: RowId): number | undefined;
  put(row: RowId, value: number): void;
  remove(row: RowId): void;
  /** Runs a part that is undone if it throws. */
  nested(work: () => void): void;
}

/** What undoes a part, or all of it. */
export const UNDONE = new Error('undone');

/** Does the parts in turn. @returns what was read */
export function doParts(parts: readonly Part[], rows: Rows): (number | undefined)[] {
  const read: (number | undefined)[] = [];
  for (const part of parts) {
    if (part.do === 'get') read.push(rows.get(part.row));
    if (part.do === 'put') rows.put(part.row, part.value);
    if (part.do === 'remove') rows.remove(part.row);
    if (part.do !== 'part') continue;
    unlessUndone(() =>
      rows.nested(() => {
        read.push(...doParts(part.parts, rows));
        if (part.isUndone) throw UNDONE;
      }),
    );
  }
  return read;
}

export function unlessUndone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error !== UNDONE) throw error;
  }
}

/** The rows of a transaction. Values of different sizes let pages split. */
export function rowsIn(tx: Tx, store: Pick<Store, 'nested'>): Rows {
  const on = (row: RowId) => tableOf(tx, row);
  return {
    get: (row) => on(row).get(),
    put: (row, value) => on(row).put(value),
    remove: (row) => void on(row).remove(),
    nested: (work) => store.nested<void>(work),
  };
}

function tableOf(tx: Tx, row: RowId) {
  const [kind, id = ''] = row.split(' ');
  switch (kind) {
    case 'order': {
      const key: [string, string, string] = ['bucket', id, 'version'];
      return {
        get: () => tx.versionOrders.get(key),
        put: (value: number) => tx.versionOrders.put(key, value),
        remove: () => tx.versionOrders.remove(key),
      };
    }
    case 'bytes': {
      const key: [string, string, string] = ['bucket', id, 'bytes'];
      return {
        get: () => tx.objectData.get(key)?.length,
        put: (value: number) => tx.objectData.put(key, Buffer.alloc(value)),
        remove: () => tx.objectData.remove(key),
      };
    }
    case 'call': {
      const key = ['111122223333', 'us-east-1', Number(id), 'event'] as const;
      return {
        get: () => (tx.dataCalls.get(key) as readonly unknown[] | undefined)?.[0] as number | undefined,
        // Only its being an array matters to the table.
        put: (value: number) => tx.dataCalls.put(key, [value, 'x'.repeat(value)] as unknown as StoredCall),
        remove: () => tx.dataCalls.remove(key),
      };
    }
    default: {
      const key: [string] = [id];
      return {
        get: () => tx.blobWrites.get(key)?.process.pid,
        put: (value: number) => tx.blobWrites.put(key, { v: 1, process: { pid: value } }),
        remove: () => tx.blobWrites.remove(key),
      };
    }
  }
}
