/**
 * Facts about a call that become known after its commit: how far the body of its response was read, and how long that
 * took. The next commit of the process writes them, or a separate one at the end. Otherwise, as after a kill, a record
 * has what was planned.
 */

import { StoreError } from '../api/errors.ts';
import type { BodyEnd, CallRecord, ContentShare } from '../store/records/call.ts';
import type { TransactionalStore } from '../store/store.ts';
import type { CallKey, Tx } from '../store/tables.ts';
import { amendCall } from './call-log.ts';
import { amendedRecord } from './stored-call.ts';
import type { LateView } from './view.ts';

/** Facts to be added to the records of a call. */
export interface LateFact {
  /** One for each account that received the call. */
  readonly keys: readonly CallKey[];
  /** The first of them as it was written, which may be deleted by now. */
  readonly record?: CallRecord | undefined;
  readonly bytesOut: number;
  readonly durationMs: number;
  readonly body: BodyEnd;
  readonly content?: ContentShare | undefined;
}

/** Facts waiting to be written. */
export interface LateFacts {
  add(fact: LateFact): void;
  /** Takes the waiting facts, for a transaction that writes them. */
  take(): readonly LateFact[];
  /** Puts facts back for the next transaction, after one has failed. */
  giveBack(facts: readonly LateFact[]): void;
}

export function newLateFacts(): LateFacts {
  let waiting: LateFact[] = [];
  return {
    add: (fact) => void waiting.push(fact),
    take() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    giveBack(facts) {
      waiting = [...facts, ...waiting];
    },
  };
}

/** Writes facts, once each: a transaction that is undone takes with it what it wrote. */
export function writeLateFacts(facts: readonly LateFact[], views: readonly LateView[], tx: Tx): void {
  for (const { keys, record, ...fact } of facts) {
    for (const key of keys) amendCall(key, fact, tx);
    if (record) for (const view of views) view(amendedRecord(record, fact), tx);
  }
}

/** Writes the waiting facts without waiting for the disk. If that fails they are dropped: nothing relies on them. */
export function flushLateFacts(
  late: LateFacts,
  views: readonly LateView[],
  store: Pick<TransactionalStore, 'transactSoon'>,
): void {
  const facts = late.take();
  if (facts.length === 0) return;
  try {
    store.transactSoon<void>((tx) => writeLateFacts(facts, views, tx));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

/** How a reader ended a body: the bytes of the pieces that it has finished with. */
export type Ended = (body: Exclude<BodyEnd, 'planned'>, bytesOut: number) => void;

/** A body for one reader that reports how reading it ended. A piece counts as sent when the next one is requested. */
export function watchedBody(body: AsyncIterable<Uint8Array>, ended: Ended): AsyncIterableIterator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  let isOver = false;
  let gone = 0;
  let given = 0;
  const end = (how: Exclude<BodyEnd, 'planned'>): void => {
    if (!isOver) ended(how, gone);
    isOver = true;
  };
  const watched: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => watched,
    async next() {
      gone += given;
      given = 0;
      try {
        const result = await pieces.next();
        if (result.done) end('whole');
        else given = result.value.length;
        return result;
      } catch (error) {
        end('failed');
        throw error;
      }
    },
    async return() {
      end('broken-off');
      await pieces.return?.();
      return { done: true, value: undefined };
    },
  };
  return watched;
}
