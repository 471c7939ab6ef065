/**
 * Reads what is stored of objects while others write. What belongs together comes from one state of the store, which is
 * not kept while files are read. Damage counts only if the row is still the same after it was seen: what it is about may
 * have been deleted in the meantime, and its files with it.
 */

import { type LongWork, nextTurn } from '../../store/long-work.ts';
import type { Store } from '../../store/store.ts';
import type { Table, TableKey } from '../../store/table.ts';
import type { Tx } from '../../store/tables.ts';
import { readable, UNREADABLE } from './readable.ts';
import { remembered } from './remembered.ts';
import type { Findings } from './report.ts';
import { isDamage, type Look } from './version-reader.ts';

/** What was seen in one state of the store. */
export interface Sight {
  readonly name: string;
  readonly look: Look;
  /** Called when it has been read to the end. */
  readonly onWhole?: () => void;
  /** Whether a later state has it as it was seen. */
  readonly isSame: (tx: Tx) => boolean;
}

/** The number of rows that are looked at in one state of the store; one with files ends it. */
const SIGHTS_A_STATE = 200;

/** Reads what `next` finds in the state that it is given, until it finds nothing more. */
export async function readAll(
  next: (tx: Tx) => Sight | 'skipped' | undefined,
  store: Store,
  findings: Findings,
  { onBytes, signal }: LongWork,
): Promise<void> {
  const count = (bytes: number) => {
    findings.counts.bytes += bytes;
    onBytes(bytes);
  };
  let isOver = false;
  const step = (tx: Tx): Sight[] => {
    const sights: Sight[] = [];
    for (let rows = 0; rows < SIGHTS_A_STATE; rows++) {
      const sight = next(tx);
      isOver = sight === undefined;
      if (!sight) break;
      if (sight === 'skipped') continue;
      sights.push(sight);
      if (sight.look.kind === 'open') break;
    }
    return sights;
  };
  do {
    const doubtful: Sight[] = [];
    for (const sight of inOneState(store, step)) {
      const isWhole = await isReadWhole(sight, findings, count, signal);
      if (!isWhole) doubtful.push(sight);
    }
    if (doubtful.length > 0) {
      // What has changed may have to be seen again.
      isOver = false;
      store.transact<void>((tx) => {
        for (const { name, isSame } of doubtful) if (isSame(tx)) findings.damaged.add(name);
      });
    }
    await nextTurn(signal);
  } while (!isOver);
}

/** Runs work on the state after the last commit, without holding up those who write. */
function inOneState<T>(store: Store, work: (tx: Tx) => T): T {
  const snapshot = store.snapshot();
  try {
    return work(remembered(snapshot.tx));
  } finally {
    snapshot.close();
  }
}

/** Reads files if there are any. @returns false if something is not what was written. */
async function isReadWhole(
  { name, look, onWhole }: Sight,
  { closed, underCustomerKeys }: Findings,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  switch (look.kind) {
    case 'delete-marker':
      return true;
    case 'damaged':
      return false;
    case 'closed':
      closed.add(name);
      return true;
    case 'under-customer-key':
      underCustomerKeys.add(name);
      return true;
    case 'read':
      count(look.bytes);
      break;
    case 'open':
      try {
        for await (const piece of look.body) {
          count(piece.length);
          signal.throwIfAborted();
        }
      } catch (error) {
        if (isDamage(error)) return false;
        throw error;
      }
  }
  onWhole?.();
  return true;
}

/**
 * Goes through the rows of a table, one at a time and each in a state of its own; a row that cannot be read comes
 * without its value.
 * @param unreadable the keys of such rows, in their order.
 */
export function inTurn<K extends TableKey, V>(
  tableOf: (tx: Tx) => Table<K, V>,
  unreadable: readonly TableKey[] = [],
): (tx: Tx) => { readonly key: K; readonly value: V | undefined } | undefined {
  const known = unreadable[Symbol.iterator]();
  let reached: K | undefined;
  return (tx) => {
    const range = { start: reached, after: reached !== undefined, limit: 1 };
    const found = readable(() => Array.from(tableOf(tx).range(range))[0]);
    // Keys that are not this table's are damaged, too: they lead nowhere.
    const row = found === UNREADABLE ? { key: known.next().value as K | undefined, value: undefined } : found;
    if (row?.key === undefined) return undefined;
    reached = row.key;
    return { key: row.key, value: row.value };
  };
}
