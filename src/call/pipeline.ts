/**
 * The pipeline: every call, from the user, from S3 on a user's behalf or over HTTP, passes the same steps: validate →
 * resolve → throttle → authorize → state and run → record → commit.
 */

import { AwsError, CallRefused, type MadeCall } from '../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Caller } from '../policy/caller.ts';
import type { Answer, Effect } from './answer.ts';
import { newDueChanges } from './due-changes.ts';
import { eventIds } from './event-id.ts';
import { type Owed, waitForKms } from './kms-latency.ts';
import { flushLateFacts, newLateFacts } from './late-facts.ts';
import { newDraft, newRequestId, writeRecords, writeUnrecorded } from './recording.ts';
import { attemptCall, rehearsed } from './rehearsal.ts';
import type { Request } from './request.ts';
import type { Before, CallerlessScope, Door, Invocation, PipelineParts, Scope } from './scope.ts';
import { conclude } from './second-half.ts';
import { type Entered, enter } from './steps.ts';
import type { AnyWork, Task, TaskRequest } from './task.ts';
import { commit, type Outcome, refusedCaller } from './transaction.ts';

export interface Pipeline {
  /** Makes a call. @throws CallRefused if it is refused; the refusal is recorded. */
  invoke<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    request: Request,
  ): Promise<Answer<Output<S, N>>>;
  /** The same for a name given as text; the input is checked against the model as always. */
  call(service: ServiceName, name: string, input: unknown, request: Request): Promise<Answer<unknown>>;
  /** Performs a task as the caller that it names. @throws CallRefused like a call. */
  perform<I, O, R extends TaskRequest>(task: Task<I, O, R>, input: I, request: R): Promise<Answer<O>>;
  /**
   * Does without a call what the next one would do first: applies what is due by the store's clock, removes a piece of
   * what is old, and has done what has to be done beforehand.
   * @throws StoreError if the store cannot be written.
   */
  catchUp(signal?: AbortSignal): Promise<void>;
  /** Writes the facts that became known about calls since the last commit, without waiting for the disk. */
  flush(): void;
}

/** Assembles the pipeline. */
export function pipeline(parts: PipelineParts): Pipeline {
  const door: Door = {
    ...parts,
    nextEventId: eventIds(parts.environment.random),
    late: newLateFacts(),
    due: newDueChanges(parts),
  };
  const call = (service: ServiceName, name: string, input: unknown, request: Request) =>
    answered(door, { service, name, work: door.services[service]?.[name], input }, request);
  return {
    invoke: async (service, name, input, request) =>
      // The operation with this name returns the model's output for it.
      (await call(service, name, input, request)) as Answer<Output<typeof service, typeof name>>,
    call,
    perform: async <I, O, R extends TaskRequest>(task: Task<I, O, R>, input: I, request: R) => {
      const { service, name } = task;
      const caller = task.caller(input, request);
      const own = { ...request, signal: request.signal, caller };
      // A task returns a value of its output type.
      return (await answered(door, { service, name, work: task, input }, own)) as Answer<O>;
    },
    catchUp: (signal) => catchUp(door, signal),
    flush: () => flushLateFacts(door.late, door.lateViews, door.store),
  };
}

async function catchUp({ due, store, sweep, beforehand }: Door, signal: AbortSignal | undefined): Promise<void> {
  let before: Before | undefined;
  while (
    !store.transact<boolean>((tx) => {
      if (!due.apply(tx)) return false;
      sweep?.(tx);
      before = beforehand?.(undefined, tx);
      return true;
    })
  ) {
    await due.catchUp();
    signal?.throwIfAborted();
  }
  await before?.(signal);
}

/** The requested work. */
interface Asked {
  readonly service: ServiceName;
  readonly name: string;
  /** Absent if ssebox does not have the operation. */
  readonly work: AnyWork | undefined;
  readonly input: unknown;
}

const answered = (door: Door, asked: Asked, request: Request): Promise<Answer<unknown>> =>
  door.rehearsal
    ? rehearsed(door, { ...asked, overlooks: request.overlooks }, door.rehearsal, (tried) =>
        answer(tried, asked, request),
      )
    : answer(door, asked, request);

/** Runs the requested work through the pipeline. */
async function answer(door: Door, asked: Asked, request: Request): Promise<Answer<unknown>> {
  const { outcome, requestId, effects, owed } = await begin(door, asked, request);
  const about = { service: asked.service, operation: asked.name };
  if ('refusal' in outcome) {
    await waitForKms(door, about, owed, request);
    throw refused(outcome.refusal, asked, { requestId });
  }
  if (!('pending' in outcome.value)) {
    await waitForKms(door, about, owed, request);
    return { output: outcome.value.output, requestId, effects };
  }
  try {
    const concluded = await conclude(door, outcome.value.pending, owed, request);
    return { output: concluded.output, requestId, effects: [...effects, ...concluded.effects] };
  } catch (error) {
    throw refused(error, asked, { requestId, isBegun: true });
  }
}

/** The outcome of a call's first transaction. */
interface Begun {
  readonly outcome: Outcome<Entered>;
  readonly requestId: string;
  readonly effects: readonly Effect[];
  /** The time that its calls to KMS still have to take. */
  readonly owed: Owed;
}

/** What has to be done before a call. */
interface Postponed {
  readonly before: Before;
}

/** The first transaction of a call, and for most calls the only one; after what has to be done before it. */
async function begin(door: Door, asked: Asked, request: Request): Promise<Begun> {
  const begun = await beginNow(door, asked, request);
  if (!('before' in begun)) return begun;
  await begun.before(request.signal);
  return begin({ ...door, beforehand: undefined }, asked, request);
}

async function beginNow(door: Door, asked: Asked, request: Request): Promise<Begun | Postponed> {
  const { service, name, work, input } = asked;
  /** Credentials are refused before there is a call to record. */
  const refuse = (refusal: AwsError, at: CallerlessScope, caller?: Caller): Begun => {
    const requestId = request.requestId ?? newRequestId(service, door.environment);
    writeUnrecorded({ service, operation: name, region: request.region, caller, requestId }, refusal, at);
    return { outcome: { refusal }, requestId, effects: [], owed: { kmsDelayMs: 0, held: [] } };
  };
  const run = (scope: Scope): Begun | Postponed => {
    const before = door.beforehand?.(asked, scope.tx);
    if (before) return { before };
    const refusal = refusedCaller(service, scope);
    if (refusal) return refuse(refusal, scope, scope.caller);
    const region = request.redirect?.(asked, scope.tx) ?? request.region;
    const invocation: Invocation = { region, depth: 0 };
    const draft = newDraft(scope, service, name, invocation);
    const outcome = attemptCall(scope, () => enter(scope, draft, work, input, invocation));
    writeRecords(scope);
    return { outcome, requestId: draft.requestId, effects: scope.effects, owed: scope };
  };
  return commit(door, request, { run, refuse });
}

/** A refusal with its call; any other error unchanged. */
const refused = (
  error: unknown,
  { service, name, input }: Asked,
  made: Pick<MadeCall, 'requestId' | 'isBegun'>,
): unknown =>
  error instanceof AwsError ? new CallRefused(error, { service, operation: name, input, ...made }) : error;
