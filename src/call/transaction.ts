/** The transactions of a call: one, or two around the bytes that a transfer moves. */

import { AwsError, UNSIGNED } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { PROCESS } from '../api/origin.ts';
import { serviceFacts } from '../api/service-facts.ts';
import { type Caller, issuerOf } from '../policy/caller.ts';
import { saysMfa } from '../policy/stated-context.ts';
import { storeNow } from '../store/clock.ts';
import type { Tx } from '../store/tables.ts';
import { writeLateFacts } from './late-facts.ts';
import type { Held } from './operation.ts';
import type { Request } from './request.ts';
import type { CallerlessScope, Door, Scope } from './scope.ts';

/** The work of a call in a transaction. */
export interface TransactionWork<T> {
  readonly run: (scope: Scope) => T;
  /**
   * What to do instead if the caller's credentials are refused. The refusal does not undo the transaction: others may
   * share it, and would have to be made again, one by one, for whoever sends wrong signatures.
   */
  readonly refuse: (refusal: AwsError, at: CallerlessScope) => T;
}

/** Runs the work of a call in a transaction of its own or, if the request allows it, in one that calls share. */
export async function commit<T>(door: Door, request: Request, work: TransactionWork<T>): Promise<T> {
  for (;;) {
    const done = await commitOnce(door, request, work);
    if (done) return done.value;
    await door.due.catchUp();
  }
}

/** The result of work in a transaction; undefined if more was due before it than the transaction may apply. */
type Done<T> = { readonly value: T } | undefined;

async function commitOnce<T>(door: Door, request: Request, work: TransactionWork<T>): Promise<Done<T>> {
  const held: Held[] = [];
  const late = door.late.take();
  const mode = door.tried?.mode ?? 'act';
  const transaction = (tx: Tx): Done<T> => {
    // In a shared transaction this may run again, because another's work undid the first attempt.
    closeAll(held);
    writeLateFacts(late, door.lateViews, tx);
    if (!door.due.apply(tx)) return undefined;
    const value = inScope(door, tx, request, { mode, held }, work);
    door.sweep?.(tx);
    return { value };
  };
  try {
    const { store } = door;
    const done = request.grouped
      ? await store.transactGrouped<Done<T>>(transaction)
      : store.transact<Done<T>>(transaction);
    // Nobody reads what a call that is only tried has opened.
    if (door.tried) closeAll(held);
    return done;
  } catch (error) {
    closeAll(held);
    door.late.giveBack(late);
    throw error;
  }
}

/** Closes open resources: all of them, or those from an index on. */
export function closeAll(held: Held[], after = 0): void {
  for (const open of held.splice(after)) open.close();
}

/** Does a call's work in a transaction, in which everything that is due has been applied: finds the caller first. */
function inScope<T>(
  door: Door,
  tx: Tx,
  request: Request,
  { mode, held }: Pick<Scope, 'mode' | 'held'>,
  { run, refuse }: TransactionWork<T>,
): T {
  const machineMs = door.environment.now();
  const now = new Date(storeNow(tx, machineMs));
  const { overlooks } = request;
  const found = callerOf(request, tx, now);
  if ('refusal' in found) return refuse(found.refusal, { parts: door, tx, now, overlooks });
  return run({
    parts: door,
    tx,
    now,
    machineMs,
    mode,
    overlooks,
    caller: found.value,
    requestId: request.requestId,
    fault: request.fault?.(tx),
    payload: request.payload,
    origin: request.origin ?? PROCESS,
    drafts: [],
    stated: door.tried?.stated,
    decisions: door.tried?.decisions ?? [],
    skipped: door.tried?.skipped ?? [],
    nextEventId: door.nextEventId,
    held,
    effects: [],
    counted: [],
    kmsDelayMs: 0,
  });
}

function callerOf(request: Request, tx: Tx, now: Date): Outcome<Caller> {
  try {
    return { value: request.caller(tx, now) };
  } catch (error) {
    if (error instanceof AwsError) return { refusal: error };
    throw error;
  }
}

/**
 * The refusal of a caller by a service, in the form of its protocol: few services accept requests without a signature,
 * and not every one accepts all temporary credentials. AWS KMS API Reference and IAM API Reference, "Common errors".
 */
export function refusedCaller(
  service: ServiceName,
  { caller, stated }: Pick<Scope, 'caller' | 'stated'>,
): AwsError | undefined {
  const { anonymousCode: code, refusesOwnSessions, credentialErrors } = serviceFacts[service];
  if (caller.kind === 'anonymous' && code !== undefined) {
    return new AwsError(code, 'Request is missing Authentication Token', {}, UNSIGNED);
  }
  if (!refusesOwnSessions) return undefined;
  const issuer = issuerOf(caller);
  if (issuer === undefined || issuer === 'AssumeRole') return undefined;
  if (issuer === 'GetSessionToken' && saysMfa(stated)) return undefined;
  const unless = issuer === 'GetSessionToken' ? ' without MFA' : '';
  const reason = `credentials from ${issuer} cannot call ${service.toUpperCase()}${unless}, whatever policies allow; use long-term credentials`;
  return new AwsError(...credentialErrors.unknownKey, {}, reason);
}

export type Outcome<T> = { readonly value: T } | { readonly refusal: AwsError };

/**
 * Runs a call in a nested transaction: a refusal undoes only the call, and can be recorded. A bug undoes everything.
 */
export function attempt<T>(scope: Scope, work: () => T): Outcome<T> {
  try {
    return { value: undoable(scope, work) };
  } catch (error) {
    if (error instanceof AwsError) return { refusal: error };
    throw error;
  }
}

/** Runs a call in a nested transaction. A refusal undoes its changes and effects, but the request still counts. */
export function undoable<T>(scope: Scope, work: () => T): T {
  const { held, effects, counted } = scope;
  const heldBefore = held.length;
  const effectsBefore = effects.length;
  const countedBefore = counted.length;
  try {
    return scope.parts.store.nested<unknown>(work) as T;
  } catch (error) {
    closeAll(held, heldBefore);
    effects.length = effectsBefore;
    if (error instanceof AwsError) for (const count of counted.slice(countedBefore)) countAgain(count);
    throw error;
  }
}

/** Counts a request whose count was undone. */
function countAgain(count: () => void): void {
  try {
    count();
  } catch (error) {
    // It was refused before, too.
    if (!(error instanceof AwsError)) throw error;
  }
}
