/** The stored records of calls, for the audit log and other readers. */

import { operationFacts } from '../api/operation-facts.ts';
import type { CallerIdentity, CallOfFormat1, CallRecord, StoredCall } from '../store/records/call.ts';
import type { KeyRange, Row, Table, TableKey } from '../store/table.ts';
import type { CallKey, Tx } from '../store/tables.ts';
import { callerNumber, callerOf, forgetUse } from './callers.ts';
import type { ServiceSettings } from './settings.ts';
import { amendedCall, callRecord, type LateMembers, storedCall, writtenDayOf } from './stored-call.ts';
import type { Shown, View } from './view.ts';

/**
 * Stores records. Data events, which are far more numerous and rarely queried, have a table of their own.
 * @param queue puts a record into the queues of the trails that want it, and says whether any does
 */
export const recordKeeper =
  (
    { keepDataEventsMs }: Pick<ServiceSettings, 'keepDataEventsMs'>,
    queue: (...record: Parameters<View>) => boolean,
  ): View =>
  (record, tx, shown) => {
    const isWanted = queue(record, tx, shown);
    const isKept = isWanted || keepDataEventsMs > 0 || !operationFacts(record.service, record.operation).isData;
    if (isKept) keepRecord(record, tx, shown, isWanted);
  };

/** Stores a record. */
export function keepRecord(
  record: CallRecord,
  tx: Tx,
  { machineMs }: Pick<Shown, 'machineMs'>,
  isWanted = false,
): void {
  const { recipient, region, timeMs, eventId, service, operation, caller } = record;
  const table = operationFacts(service, operation).isData ? tx.dataCalls : tx.managementCalls;
  const facts = { caller: callerNumber(caller, tx), writtenDay: writtenDayOf(timeMs, machineMs), isWanted };
  table.put([recipient, region, timeMs, eventId], storedCall(record, facts));
}

/** Deletes a record, and its caller if no other record names it. */
export function forgetCall(name: CallTable, key: CallKey, row: StoredCall | CallOfFormat1, tx: Tx): void {
  if (tx[name].remove(key) && Array.isArray(row)) forgetUse(row[1], tx);
}

/** The tables that have records of calls. */
export type CallTable = 'managementCalls' | 'dataCalls' | 'callsOfFormat1';

/** The requested rows: a range of keys, or all keys with the same first parts. */
type Wanted = KeyRange & { readonly under?: TableKey };

/**
 * Management events in the order of their keys, or in reverse. Records from before data events had their own table are
 * included, of either kind.
 */
export const managementCalls = (wanted: Wanted, tx: Tx): Iterable<CallRow> => merged([tx.managementCalls], wanted, tx);

/** The same for data events. */
export const dataCalls = (wanted: Wanted, tx: Tx): Iterable<CallRow> => merged([tx.dataCalls], wanted, tx);

/** Events of either kind in the order of their keys, or in reverse. */
export const callRows = (wanted: Wanted, tx: Tx): Iterable<CallRow> =>
  merged([tx.managementCalls, tx.dataCalls], wanted, tx);

/** All records, by account, region and time. */
export const allCalls = (tx: Tx): CallRecord[] => Array.from(callRows({}, tx), ({ value }) => value);

/** The record with a key. */
export function callAt(key: CallKey, tx: Tx): CallRecord | undefined {
  const row = tx.managementCalls.get(key) ?? tx.dataCalls.get(key) ?? tx.callsOfFormat1.get(key);
  return row && recordOf(row, key, (number) => callerOf(number, tx));
}

/** Adds facts to a record that became known after it was written; does nothing if the record no longer exists. */
export function amendCall(key: CallKey, late: LateMembers, tx: Tx): void {
  for (const table of [tx.managementCalls, tx.dataCalls]) {
    const text = table.get(key);
    if (text !== undefined)
      table.put(
        key,
        amendedCall(text, late, key, (number) => callerOf(number, tx)),
      );
  }
}

/** The event id of an account's newest call in a region. */
export function newestCall([account, region]: Place, tx: Tx): string | undefined {
  for (const { value } of callRows({ under: [account, region], reverse: true, limit: 1 }, tx)) return value.eventId;
  return undefined;
}

/** An account's calls in a region after a given one, newest first. */
export function callsSince(eventId: string | undefined, [account, region]: Place, tx: Tx): CallRecord[] {
  const found: CallRecord[] = [];
  for (const { value } of callRows({ under: [account, region], reverse: true }, tx)) {
    if (value.eventId === eventId) break;
    found.push(value);
  }
  return found;
}

type Place = readonly [account: string, region: string];
type CallRow = Row<CallKey, CallRecord>;
type AnyRow = StoredCall | CallOfFormat1;

/** Merges rows of tables, including rows of the first format. */
function* merged(tables: readonly Table<CallKey, AnyRow>[], { under, ...range }: Wanted, tx: Tx): Iterable<CallRow> {
  const callers = new Map<number, CallerIdentity>();
  const known = (number: number): CallerIdentity => {
    const caller = callers.get(number) ?? callerOf(number, tx);
    callers.set(number, caller);
    return caller;
  };
  const read = (table: Table<CallKey, AnyRow>) => (under ? table.under(under, range) : table.range(range));
  const heads = [...tables, tx.callsOfFormat1].map((table) => headOf(read(table)));
  try {
    for (let head = firstOf(heads, range); head?.row; head = firstOf(heads, range)) {
      const { key, value } = head.row;
      yield { key, value: recordOf(value, key, known) };
      head.advance();
    }
  } finally {
    for (const { close } of heads) close();
  }
}

const recordOf = (row: AnyRow, key: CallKey, caller: (number: number) => CallerIdentity): CallRecord =>
  Array.isArray(row) ? callRecord(row, key, caller) : row;

/** The position of reading in one of several tables. */
interface Head {
  /** Undefined once all rows have been read. */
  row: Row<CallKey, AnyRow> | undefined;
  advance(): void;
  close(): void;
}

function headOf(rows: Iterable<Row<CallKey, AnyRow>>): Head {
  const iterator = rows[Symbol.iterator]();
  const next = (): Head['row'] => {
    const { done, value } = iterator.next();
    return done ? undefined : value;
  };
  const head: Head = {
    row: next(),
    advance() {
      head.row = next();
    },
    close: () => void iterator.return?.(),
  };
  return head;
}

function firstOf(heads: readonly Head[], { reverse = false }: KeyRange): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) {
    if (head.row && (!first?.row || isBefore(head.row.key, first.row.key) !== reverse)) first = head;
  }
  return first;
}

/** The parts of keys have the same types, and their strings are ASCII. */
function isBefore(one: CallKey, other: CallKey): boolean {
  for (const [i, part] of one.entries()) {
    const against = other[i] ?? part;
    if (part !== against) return part < against;
  }
  return false;
}
