/** The transactions of a call: one, or two around the bytes that a transfer moves. */

import { AwsError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { PROCESS } from '../api/origin.ts';
import { serviceFacts } from '../api/service-facts.ts';
import type { Caller } from '../policy/caller.ts';
import { storeNow } from '../store/clock.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tables.ts';
import type { Request } from './request.ts';
import type { Door, Scope } from './scope.ts';
import { showTo } from './view.ts';

/** Runs work in a transaction of its own or, where the request says so, in one that calls share. */
export function commit<T>(store: Store, request: Request, work: (tx: Tx) => T): Promise<T> | T {
  if (!request.grouped) return store.transact<unknown>(work) as T;
  return store.transactGrouped<unknown>(work).then((value) => value as T);
}

/** Begins what a call does in a transaction: everything whose time has come is done first, then the caller is found. */
export function openScope(door: Door, tx: Tx, request: Request, mode: Scope['mode']): Scope {
  const now = new Date(storeNow(tx, door.environment.now()));
  door.settle?.({
    tx,
    now,
    random: door.environment.random,
    record: (record) => showTo(door.views, record, tx),
    // Read only when something is due.
    get rootKey() {
      return door.rootKey();
    },
  });
  return {
    parts: door,
    tx,
    now,
    mode,
    caller: request.caller(tx, now),
    origin: request.origin ?? PROCESS,
    drafts: [],
    decisions: [],
    skipped: [],
    nextEventId: door.nextEventId,
    effects: [],
    counted: [],
  };
}

/**
 * Few services answer requests without a signature: AWS KMS API Reference and IAM API Reference, "Common errors".
 * @throws AwsError in the form of the service's protocol.
 */
export function requireCredentials(service: ServiceName, { kind }: Caller): void {
  const code = serviceFacts[service].anonymousCode;
  if (kind !== 'anonymous' || code === undefined) return;
  throw new AwsError(code, 'Request is missing Authentication Token');
}

export type Outcome<T> = { readonly value: T } | { readonly refusal: AwsError };

/** Runs a call in a nested transaction: a refusal undoes it alone, so that it can be recorded. A defect undoes all. */
export function attempt<T>(scope: Scope, work: () => T): Outcome<T> {
  try {
    return { value: undoable(scope, work) };
  } catch (error) {
    if (error instanceof AwsError) return { refusal: error };
    throw error;
  }
}

/** Runs a call in a nested transaction. A refusal undoes what it did and would leave, but not that it was made: it counts. */
export function undoable<T>(scope: Scope, work: () => T): T {
  const { effects, counted } = scope;
  const [effectsBefore, countedBefore] = [effects.length, counted.length];
  try {
    return scope.parts.store.nested<unknown>(work) as T;
  } catch (error) {
    effects.length = effectsBefore;
    if (error instanceof AwsError) for (const count of counted.slice(countedBefore)) count();
    throw error;
  }
}
