/**
 * Old rows go: within the transactions of calls, in pieces that take a few milliseconds. A pass looks at the rows of
 * every kind, and the next one begins after a rest; where a pass stands is a fact of the store, so that each process
 * continues what another one began, and a call reads one row to see that nothing is due.
 */

import { StoreError } from '../api/errors.ts';
import type { Environment } from '../env.ts';
import { storeNow } from '../store/clock.ts';
import { getFact, putFact } from '../store/facts.ts';
import type { TableKey } from '../store/table.ts';
import type { FactRows, Tx } from '../store/tables.ts';
import type { ServiceSettings } from './settings.ts';

/** Rows that become old. */
export interface AgingRows {
  /** What the fact about the sweep calls them: it stays as it is. */
  readonly kind: string;
  /**
   * Removes the old ones from a place on, until the piece is up.
   * @returns where the next piece continues; undefined if it is through.
   */
  readonly sweep: (piece: Piece, from: Place | undefined) => Place | undefined;
}

/** Where a pass is among the rows of one kind. */
export interface Place {
  readonly after: TableKey;
  /** For rows that are kept: when to look at them again, on the machine's clock, in milliseconds. */
  readonly againMs?: number | undefined;
}

/** What fits into one transaction. */
export interface Piece {
  readonly tx: Tx;
  /** The store's clock and the machine's, in milliseconds. */
  readonly storeMs: number;
  readonly machineMs: number;
  /** When the pass began, on the machine's clock. */
  readonly startedMs: number;
  readonly settings: ServiceSettings;
  /** Whether it is enough for one transaction; asked after each row. */
  readonly isUp: () => boolean;
}

/** How long a transaction looks at rows; measured, removing those that are old takes as long again. */
const PIECE_MS = 2;
const MOST_ROWS = 1000;
const ROWS_A_LOOK = 16;

/** How long a process then works for its calls alone: measured, it sweeps some 15,000 rows a second. */
const REST_MS = 12;

/** Does a piece of what is due in a transaction, if anything is. */
export type Sweep = (tx: Tx) => void;

export function newSweep(
  { environment, settings }: { readonly environment: Environment; readonly settings: ServiceSettings },
  kinds: readonly AgingRows[],
): Sweep {
  let restsUntilMs = Number.NEGATIVE_INFINITY;

  /** Sweeps from where the pass stands. @returns where it stands then; undefined after its end */
  function swept(standing: Standing, tx: Tx, machineMs: number): Standing | undefined {
    const { startedMs } = standing;
    const storeMs = storeNow(tx, machineMs);
    const piece = { tx, storeMs, machineMs, startedMs, settings, isUp: limit(environment) };
    // A pass that another version of this program began may be at rows that this one does not know.
    const first = kinds.findIndex(({ kind }) => kind === standing.kind);
    let from = first < 0 || standing.after === undefined ? undefined : { ...standing, after: standing.after };
    for (const { kind, sweep } of kinds.slice(Math.max(first, 0))) {
      const left = sweep(piece, from);
      if (left) return { startedMs, kind, ...left };
      from = undefined;
    }
    return undefined;
  }

  return (tx) => {
    const machineMs = environment.now();
    const known = getFact(tx, 'sweep');
    const restMs = restOf(settings);
    // A time that is further away was written while the machine's clock was wrong.
    if (known && machineMs < known.nextMs && known.nextMs - machineMs <= LONGEST_REST_MS) return;
    if (environment.elapsed() < restsUntilMs) return;
    const standing = swept(known?.standing ?? { startedMs: machineMs, kind: '' }, tx, machineMs);
    putFact(tx, 'sweep', standing ? { nextMs: machineMs, standing } : { nextMs: machineMs + restMs });
    restsUntilMs = environment.elapsed() + REST_MS;
  };
}

type Standing = NonNullable<FactRows['sweep']['standing']>;

/**
 * Rows up to a damaged one, which `store verify` reports: those after it are not looked at, but a command that has
 * nothing to do with it does not fail.
 */
export function* wholeRows<T>(rows: Iterable<T>): Iterable<T> {
  try {
    yield* rows;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

function limit({ elapsed }: Pick<Environment, 'elapsed'>): Piece['isUp'] {
  const beganMs = elapsed();
  let rows = 0;
  return () => {
    rows += 1;
    return rows >= MOST_ROWS || (rows % ROWS_A_LOOK === 0 && elapsed() - beganMs >= PIECE_MS);
  };
}

const LONGEST_REST_MS = 3_600_000;
const SHORTEST_REST_MS = 60_000;

/** How long after the end of a pass the next one begins: what is kept for a short time goes soon. */
function restOf({ keepManagementMs, keepDataEventsMs }: ServiceSettings): number {
  const keptMs = Math.min(keepManagementMs, keepDataEventsMs || Number.POSITIVE_INFINITY);
  return Math.max(SHORTEST_REST_MS, Math.min(LONGEST_REST_MS, keptMs / 24));
}

/**
 * Rows of a table in no order of age, each of which is looked at in every pass.
 * @param forget removes an old one
 */
export function everyRow<K extends TableKey, V>(
  kind: string,
  rowsAfter: (after: TableKey | undefined, tx: Tx) => Iterable<{ readonly key: K; readonly value: V }>,
  isOld: (value: V, piece: Piece, key: K) => boolean,
  forget: (key: K, value: V, tx: Tx) => void,
): AgingRows {
  return {
    kind,
    sweep(piece, from) {
      const old: { readonly key: K; readonly value: V }[] = [];
      let left: Place | undefined;
      for (const row of wholeRows(rowsAfter(from?.after, piece.tx))) {
        if (isOld(row.value, piece, row.key)) old.push(row);
        if (!piece.isUp()) continue;
        left = { after: row.key };
        break;
      }
      for (const { key, value } of old) forget(key, value, piece.tx);
      return left;
    },
  };
}
