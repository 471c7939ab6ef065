/** What the tally of a store should be: counted again from its records, one by one. */

import { callRows } from '../../src/call/call-log.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { SeriesName } from '../../src/store/records/tally.ts';
import type { Tx } from '../../src/store/tables.ts';
import { agree, recount } from '../../src/tally/bucket-totals.ts';
import { countsOf } from '../../src/tally/counts.ts';
import { pointOf } from '../../src/tally/point.ts';

/** What the values of a series add up to, by the beginning of the minute. */
export type Tally = Readonly<Record<string, Total>>;

interface Total {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

const nameOf = ({ account, region, namespace, metric, dimensions }: SeriesName): string =>
  [account, region, namespace, metric, ...dimensions].join(' ');

/** The tally as it is stored, whatever the periods of its points; `periodMs` joins points. */
export function storedTally(tx: Tx, periodMs = 60_000): Tally {
  const totals: Record<string, Total> = {};
  for (const { key, value } of tx.points.range()) {
    const [series, , startMs] = key;
    const name = tx.seriesNames.get([series]);
    if (!name) throw new Error(`the series ${series} has points and no name`);
    const { count, sum, min, max } = pointOf(value);
    addTo(totals, `${nameOf(name)} ${Math.floor(startMs / periodMs)}`, { count, sum, min, max });
  }
  return totals;
}

/** The tally as it follows from the records of calls; of copies in several accounts the first one counts. */
export function recounted(tx: Tx, periodMs = 60_000): Tally {
  const totals: Record<string, Total> = {};
  for (const record of firstCopies(tx)) {
    for (const { series, value } of countsOf(record)) {
      const at = `${nameOf(series)} ${Math.floor(record.timeMs / periodMs)}`;
      addTo(totals, at, { count: 1, sum: value, min: value, max: value });
    }
  }
  return totals;
}

/** Of the copies of a record that share an event id, the caller's. */
function firstCopies(tx: Tx): CallRecord[] {
  const records = Array.from(callRows({}, tx), ({ value }) => value);
  const callers = new Set(
    records.flatMap(({ sharedEventId, recipient, caller }) =>
      sharedEventId !== undefined && recipient === caller.accountId ? [sharedEventId] : [],
    ),
  );
  const isFirst = ({ sharedEventId, recipient, caller }: CallRecord) =>
    sharedEventId === undefined || !callers.has(sharedEventId) || recipient === caller.accountId;
  return records.filter(isFirst);
}

function addTo(totals: Record<string, Total>, name: string, { count, sum, min, max }: Total): void {
  const known = totals[name];
  totals[name] = known
    ? {
        count: known.count + count,
        sum: known.sum + sum,
        min: Math.min(known.min, min),
        max: Math.max(known.max, max),
      }
    : { count, sum, min, max };
}

/** The running totals of buckets that a recount contradicts; of buckets that are gone there must be nothing. */
export function wrongTotals(tx: Tx): readonly unknown[] {
  const buckets = Array.from(tx.buckets.range(), ({ value }) => value);
  const counted = new Map(buckets.map(({ id, name }) => [id, finished(recount(name, tx))]));
  const wrong: unknown[] = [];
  for (const { key, value } of tx.bucketTotals.range()) {
    const found = counted.get(key[1])?.get(key[2]);
    if (!agree(value, found)) wrong.push([value, found]);
  }
  for (const { id, name, owner } of buckets) {
    for (const storageClass of counted.get(id)?.keys() ?? []) {
      if (!tx.bucketTotals.get([owner, id, storageClass])) wrong.push([name, storageClass]);
    }
  }
  return wrong;
}

function finished<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
