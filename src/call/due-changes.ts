/**
 * Changes that are due by the store's clock, such as rotations: each call applies them before its own work. Once the
 * clock was moved far, there may be tens of thousands. They are applied in pieces then, each of which is committed, so
 * that other processes get their turn in between.
 */

import { storeNow } from '../store/clock.ts';
import type { Tx } from '../store/tables.ts';
import type { DueChanges, PipelineParts } from './scope.ts';
import { showTo } from './view.ts';

/** How long one transaction applies them, in milliseconds. */
const PIECE_MS = 50;

export function newDueChanges({ store, environment, settle, rootKey, views }: PipelineParts): DueChanges {
  let areLeft = false;
  let catchingUp: Promise<void> | undefined;

  function applyPiece(tx: Tx): boolean {
    if (!settle) return true;
    let firstMs: number | undefined;
    return settle({
      tx,
      now: new Date(storeNow(tx, environment.now())),
      random: environment.random,
      isTimeUp() {
        const elapsedMs = environment.elapsed();
        firstMs ??= elapsedMs;
        return elapsedMs - firstMs >= PIECE_MS;
      },
      record: (record) => showTo(views, record, tx, { machineMs: environment.now(), isFirst: true }),
      rootKey,
    });
  }

  async function applyAll(): Promise<void> {
    try {
      do await pause();
      while (!store.transact<boolean>(applyPiece));
    } finally {
      areLeft = false;
      catchingUp = undefined;
    }
  }

  return {
    apply(tx) {
      // Calls that share a transaction would each apply a piece in it.
      if (!areLeft) areLeft = !applyPiece(tx);
      return !areLeft;
    },
    catchUp() {
      catchingUp ??= applyAll();
      return catchingUp;
    },
  };
}

/** A process that waits for its transaction needs a moment to wake up, or this one would be the next again. */
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
