/**
 * Records of calls that have become old. One is old if it is by the store's clock and by the machine's: moving the
 * store's clock only hides records, and setting it back shows them again.
 */

import type { AccountId } from '../api/arn.ts';
import { DAY_MS } from '../api/duration.ts';
import { operationFacts } from '../api/operation-facts.ts';
import { isRegion, type Region } from '../api/regions.ts';
import type { CallOfFormat1, StoredCall } from '../store/records/call.ts';
import type { Row, TableKey } from '../store/table.ts';
import type { CallKey, Tx } from '../store/tables.ts';
import { type CallTable, forgetCall } from './call-log.ts';
import type { ServiceSettings } from './settings.ts';
import { isWantedCall, writtenBefore } from './stored-call.ts';
import { type AgingRows, type Piece, type Place, wholeRows } from './sweep.ts';

type AnyCall = StoredCall | CallOfFormat1;
type CallRow = Row<CallKey, AnyCall>;
type Prefix = readonly [AccountId, Region];
type Inside = Place & { readonly againMs: number };

/** The records in a table, which are looked at by account and region, each from the oldest on. */
export const oldCalls = (table: CallTable): AgingRows => ({
  kind: table,
  sweep: (piece, from) => sweepCalls(table, piece, from),
});

/** Every table of records. */
export const callTables: readonly CallTable[] = ['managementCalls', 'dataCalls', 'callsOfFormat1'];

function sweepCalls(table: CallTable, piece: Piece, from: Place | undefined): Place | undefined {
  // Without a time, the records of the account and region are done.
  let inside: Inside | undefined = from?.againMs === undefined ? undefined : { ...from, againMs: from.againMs };
  let done = inside || !from ? undefined : prefixOf(from.after);
  for (;;) {
    const prefix = inside ? prefixOf(inside.after) : nextPrefix(table, done, piece.tx);
    if (!prefix) return undefined;
    const left = sweepPrefix(table, prefix, piece, inside ?? beginning(table, prefix, piece));
    if (left) return left;
    if (piece.isUp()) return { after: prefix };
    inside = undefined;
    done = prefix;
  }
}

/** The first account and region with records after another. */
function nextPrefix(table: CallTable, done: Prefix | undefined, tx: Tx): Prefix | undefined {
  // A text sorts after every time.
  const range = { ...(done && { start: [...done, ''] }), limit: 1 };
  for (const { key } of tx[table].range(range)) return prefixOf(key);
  return undefined;
}

function prefixOf([account, region]: TableKey): Prefix | undefined {
  const isPrefix = typeof account === 'string' && typeof region === 'string' && isRegion(region);
  return isPrefix ? [account, region] : undefined;
}

const NEVER = Number.MAX_SAFE_INTEGER;

/** After the records that the machine's clock still keeps. */
function beginning(table: CallTable, prefix: Prefix, { tx, machineMs, settings }: Piece): Inside {
  const young = tx.youngCalls.get([table, ...prefix]);
  // A time that is further away was written while the machine's clock was wrong.
  const latestMs = machineMs + longestKept(table, settings) + 2 * DAY_MS;
  const isYoung = young?.keepMs === shortestKept(table, settings);
  return young && isYoung && machineMs < young.againMs && young.againMs <= latestMs
    ? { after: [...prefix, young.beforeMs], againMs: young.againMs }
    : { after: prefix, againMs: NEVER };
}

/** @returns where the next piece continues; undefined if it is through with this account and region */
function sweepPrefix(table: CallTable, prefix: Prefix, piece: Piece, from: Inside): Place | undefined {
  const { tx, storeMs, machineMs, settings } = piece;
  const beforeMs = storeMs - shortestKept(table, settings);
  const waitingMs = oldestWaiting(tx);
  const old: CallRow[] = [];
  let { after, againMs } = from;
  let isUp = false;
  for (const row of wholeRows<CallRow>(tx[table].range({ start: after, after: true, end: [...prefix, beforeMs] }))) {
    const [, , timeMs] = row.key;
    const keptMs = keptFor(table, row.value, settings);
    const stays = timeMs >= storeMs - keptMs || mayWait(row, waitingMs);
    const oldFromMs = stays ? machineMs + DAY_MS : writtenBy(row) + keptMs;
    if (oldFromMs <= machineMs) old.push(row);
    else againMs = Math.min(againMs, oldFromMs);
    after = row.key;
    isUp = piece.isUp();
    if (isUp) break;
  }
  for (const { key, value } of old) forgetCall(table, key, value, tx);
  if (isUp) return { after, againMs };
  // The store's clock may have been set back since the others were looked at.
  noteYoung(table, prefix, Math.max(beforeMs, timeIn(from.after)), againMs, piece);
  return undefined;
}

/**
 * When the first of the events was written that wait for a trail to deliver them, on the machine's clock; those that
 * were written well before it do not wait.
 */
function oldestWaiting({ trailQueue }: Tx): number {
  let oldestMs = NEVER;
  let after: TableKey | undefined;
  for (;;) {
    const [first] = trailQueue.range({ start: after, limit: 1 });
    if (!first) return oldestMs;
    const [trail] = first.key;
    const [, , , , machineMs] = first.value;
    oldestMs = Math.min(oldestMs, machineMs);
    after = [trail + 1];
  }
}

/**
 * By how much the machine's clock may be set back without harm: what is written after that waits behind an event with a
 * later time. Records of what is delivered stay this much longer while more waits.
 */
const CLOCK_SLIP_MS = 3_600_000;

const mayWait = (row: CallRow, waitingMs: number): boolean =>
  Array.isArray(row.value) && isWantedCall(row.value) && writtenBy(row) + CLOCK_SLIP_MS > waitingMs;

const timeIn = ([, , timeMs]: TableKey): number => (typeof timeMs === 'number' ? timeMs : Number.NEGATIVE_INFINITY);

const writtenBy = ({ key: [, , timeMs], value }: CallRow): number =>
  Array.isArray(value) ? writtenBefore(value, timeMs) : timeMs + 1;

/** Notes which records need not be looked at for a while, so that no pass reads what stays anyway. */
function noteYoung(
  table: CallTable,
  prefix: Prefix,
  beforeMs: number,
  againMs: number,
  { tx, startedMs, settings }: Piece,
): void {
  const key = [table, ...prefix] as const;
  if (againMs === NEVER) {
    if (tx.youngCalls.get([...key])) tx.youngCalls.remove([...key]);
    return;
  }
  const keepMs = shortestKept(table, settings);
  // They are looked at once a day; and what is written among them from now on is not old before that much time.
  const nextMs = Math.min(Math.ceil(againMs / DAY_MS) * DAY_MS, startedMs + Math.max(keepMs, DAY_MS));
  tx.youngCalls.put([...key], { v: 1, beforeMs, againMs: nextMs, keepMs });
}

/** How long a record is kept. */
function keptFor(table: CallTable, call: AnyCall, settings: ServiceSettings): number {
  if (table !== 'callsOfFormat1') return shortestKept(table, settings);
  const [service, operation] = Array.isArray(call) ? [call[2], call[3]] : [call.service, call.operation];
  return keptAs(operationFacts(service, operation).isData === true, settings);
}

const keptAs = (isData: boolean, { keepManagementMs, keepDataEventsMs }: ServiceSettings): number =>
  isData ? keepDataEventsMs : keepManagementMs;

/** Only the oldest table has records of both kinds. */
function shortestKept(table: CallTable, settings: ServiceSettings): number {
  const { keepManagementMs, keepDataEventsMs } = settings;
  if (table === 'callsOfFormat1') return Math.min(keepManagementMs, keepDataEventsMs);
  return keptAs(table === 'dataCalls', settings);
}

const longestKept = (table: CallTable, settings: ServiceSettings): number =>
  table === 'callsOfFormat1'
    ? Math.max(settings.keepManagementMs, settings.keepDataEventsMs)
    : shortestKept(table, settings);
