/** Runs one call through its steps, and the calls that it makes. */

import { AwsError } from '../api/errors.ts';
import type { Output, ServiceName } from '../api/model/operations.ts';
import { newWorkTimes } from '../crypto/work-times.ts';
import type { Caller } from '../policy/caller.ts';
import type { Rate } from '../store/records/call.ts';
import { watchedBody } from './late-facts.ts';
import type { BegunCall, Call, InvokeOptions } from './operation.ts';
import { drawnBy, isSameRate, rateOf } from './rates.ts';
import { contentShare } from './record-members.ts';
import { newDraft } from './recording.ts';
import type { Decided, Draft, Invocation, Scope, StepReport } from './scope.ts';
import { reportDecision, timedNow } from './step-report.ts';
import type { AnyWork } from './task.ts';
import { undoable } from './transaction.ts';

/** The result of a call: its answer, or the second half of a transfer, which is still to be done. */
export type Entered = { readonly output: unknown } | { readonly pending: Pending };

/** A transfer between its two transactions. */
export interface Pending {
  readonly work: Extract<AnyWork, { begin: unknown }>;
  readonly target: unknown;
  readonly plan: unknown;
  readonly input: unknown;
  readonly invocation: Invocation;
  /** Who began it, and completes it. */
  readonly caller: Caller;
  readonly draft: Draft;
}

/** A call in progress. */
interface Passing {
  readonly scope: Scope;
  readonly work: AnyWork;
  readonly input: unknown;
  readonly invocation: Invocation;
  readonly draft: Draft;
  readonly call: Call;
  target?: unknown;
  /** What is wrong with the body that the input should have been read from. */
  bodyFault?: AwsError;
  entered?: Entered;
}

/**
 * The steps in the order of AWS's refusals, as far as it is visible from outside: an input that breaks the model, then
 * a name that does not exist, then too many requests, then a missing permission, and finally the state of a resource. A
 * service that checks one of these earlier or later does so in its own `resolve` or `run`.
 */
const steps: readonly Step[] = [
  { name: 'validate', take: validate },
  { name: 'resolve', take: resolve },
  { name: 'throttle', take: throttle },
  { name: 'authorize', take: authorize },
  { name: 'run', take: run },
];

interface Step {
  readonly name: StepReport['step'];
  readonly take: (passing: Passing) => void;
}

/**
 * Runs an operation or task through all its steps; undefined for an operation of AWS that ssebox does not have. The
 * draft is kept whether it succeeds or not.
 * @throws AwsError if it is refused.
 */
export function enter(
  scope: Scope,
  draft: Draft,
  work: AnyWork | undefined,
  input: unknown,
  invocation: Invocation,
): Entered {
  const { parts } = scope;
  const { service, operation: name } = draft;
  if (!work) {
    draft.error = notImplemented(name);
    scope.drafts.push(draft);
    throw draft.error;
  }
  const start = { decisions: scope.decisions.length, skipped: scope.skipped.length };
  delayByKms(draft, scope);
  const passing: Passing = { scope, work, input, invocation, draft, call: newCall(scope, draft, invocation) };
  try {
    for (const { name, take } of steps) {
      if (parts.onStep) timedNow(parts, draft, name, () => take(passing));
      else take(passing);
    }
    const { entered, target } = passing;
    if (!entered) throw new Error(`${service} ${name} has not run`);
    draft.parameters = parametersOf(passing);
    if ('pending' in entered) {
      draft.decided = { decisions: scope.decisions, skipped: scope.skipped };
      return entered;
    }
    draft.response = responseOf(work, entered.output, target, input);
    scope.drafts.push(draft);
    return entered;
  } catch (error) {
    if (error instanceof AwsError) {
      draft.error = error;
      draft.decided = decidedSince(start, scope);
      draft.parameters = parametersOf(passing);
      scope.drafts.push(draft);
    }
    throw error;
  } finally {
    // Not when the record is written, which for a call within a call is long after its work.
    draft.endedMs = parts.environment.elapsed();
  }
}

/** What was decided since there were so many decisions. */
const decidedSince = (
  start: { readonly decisions: number; readonly skipped: number },
  { decisions, skipped }: Scope,
): Decided => ({ decisions: decisions.slice(start.decisions), skipped: skipped.slice(start.skipped) });

/** AWS has no model of a task; its input has the task's own type. */
function validate(passing: Passing): void {
  const { scope, work, input, draft } = passing;
  const fault = draft.depth === 0 ? scope.fault : undefined;
  if (fault?.at === 'head') throw fault.refusal;
  if (fault) passing.bodyFault = fault.refusal;
  else if (work.kind !== 'task') scope.parts.validate(work.service, work.name, input);
}

function resolve(passing: Passing): void {
  passing.target = passing.work.resolve(passing.input, passing.call);
}

/** The request counts even if the call is undone, including by this very refusal. */
function throttle({ scope, work, input, target, draft, call }: Passing): void {
  const { service, name: operation } = work;
  const drawn = drawnBy(work, target, input);
  const rates = drawn.map((each) => rateOf(each, call));
  if (rates.length > 0) draft.rates = rates;
  const limit = scope.parts.throttle;
  if (!limit) return;
  const { machineMs } = scope;
  const noteOver = (over: Rate): void => {
    draft.rates = (draft.rates ?? []).map((rate) => (isSameRate(rate, over) ? { ...rate, isOver: true } : rate));
  };
  const count = () => limit(call, { service, operation, input, target, rates, drawn, machineMs, noteOver });
  scope.counted.push(count);
  count();
}

/** A task requires its permissions while it runs. */
function authorize({ work, target, input, call, bodyFault }: Passing): void {
  if (work.kind === 'task') return;
  if (bodyFault && work.authorizesBody) throw bodyFault;
  for (const access of work.authorize(target, input, call)) call.require(access);
}

function run(passing: Passing): void {
  const { work, target, input, invocation, draft, call, bodyFault } = passing;
  if (bodyFault) throw bodyFault;
  if ('run' in work) {
    passing.entered = { output: work.run(target, input, call) };
    return;
  }
  const plan = work.begin(target, input, call);
  const moved = work.moveAtOnce?.(plan, input);
  passing.entered =
    moved === undefined
      ? { pending: { work, target, plan, input, invocation, caller: call.caller, draft } }
      : { output: work.finish(plan, moved, input, call) };
}

function parametersOf({ scope, work, input, target }: Passing): Readonly<Record<string, unknown>> | null {
  if (work.parameters) return work.parameters(input, target);
  const shown = scope.parts.loggable(work.service, work.name, input);
  return Object.keys(shown).length > 0 ? shown : null;
}

/** The response in the audit log; nothing for a task. */
const responseOf = (work: AnyWork, output: unknown, target: unknown, input: unknown): Draft['response'] =>
  work.kind === 'task' ? null : (work.response?.(output, target, input) ?? null);

const notImplemented = (name: string) =>
  new AwsError('NotImplemented', `${name} exists in AWS and is not part of ssebox`);

/** A call that ssebox does not have ends before it begins. */
const durationOf = ({ startedMs, endedMs = startedMs, delayMs }: Draft): number => endedMs - startedMs + delayMs;

/**
 * A call to KMS takes as much longer as the setting says. Nobody is kept waiting within the transaction: its record has
 * the time, and whoever made the call waits for it after the commit.
 */
function delayByKms(draft: Draft, scope: Scope): void {
  const { kmsLatencyMs } = scope.parts.settings;
  // Work that is committed as one keeps others from the store until it is done.
  if (draft.service !== 'kms' || kmsLatencyMs === 0 || scope.parts.store.isHeld()) return;
  draft.delayMs = kmsLatencyMs;
  scope.kmsDelayMs += kmsLatencyMs;
}

function addToKmsShare({ noted }: Draft, ms: number, spared: number): void {
  const { kms = { ms: 0, spared: 0 } } = noted;
  noted.kms = { ms: kms.ms + ms, spared: kms.spared + spared };
}

/** The tools of an operation in one transaction of its call. */
export function newCall(scope: Scope, draft: Draft, invocation: Invocation): Call {
  const { parts, tx, now } = scope;
  const { service } = draft;
  const caller = invocation.caller ?? scope.caller;
  function enterWithin(
    service: ServiceName,
    name: string,
    input: unknown,
    { region = invocation.region, ...options }: InvokeOptions = {},
  ): Entered {
    const inner: Invocation = { caller, ...options, region, depth: invocation.depth + 1, within: draft.requestId };
    const innerDraft = newDraft(scope, service, name, inner);
    const work = parts.services[service]?.[name];
    try {
      return refusedAs(inner, () => undoable(scope, () => enter(scope, innerDraft, work, input, inner)));
    } finally {
      draft.delayMs += innerDraft.delayMs;
      if (service === 'kms' && draft.service !== 'kms') addToKmsShare(draft, durationOf(innerDraft), 0);
    }
  }
  const call: Call = {
    caller,
    region: invocation.region,
    now,
    requestId: draft.requestId,
    tx,
    rootKey: parts.rootKey,
    blobs: parts.blobs,
    times() {
      draft.times ??= newWorkTimes(parts.environment);
      return draft.times;
    },
    random: parts.environment.random,
    uuid: parts.environment.uuid,
    origin: scope.origin,
    payload: invocation.depth === 0 ? scope.payload : undefined,
    isTried: parts.rehearsal !== undefined,
    stated: scope.stated,
    viaService: invocation.viaService,
    asked: invocation.asked,
    settings: parts.settings,
    invoke(service, name, input, options) {
      const entered = enterWithin(service, name, input, options);
      if ('pending' in entered) throw new Error(`${service} ${name} did not finish within the call`);
      // The operation with this name returns the model's output for it.
      return entered.output as Output<typeof service, typeof name>;
    },
    begin: (service, name, input, options) => begunCall(enterWithin(service, name, input, options)),
    complete: (begun) => completeCall(scope, draft, begun),
    giveUp: (begun) => giveUpCall(scope, begun),
    wouldAllow(service, name, input, options) {
      const work = parts.services[service]?.[name];
      if (!work) throw notImplemented(name);
      const inner: Invocation = { ...options, depth: invocation.depth + 1, within: draft.requestId };
      const tried = newCall(scope, newDraft(scope, service, name, inner), inner);
      parts.validate(service, name, input);
      const accesses = work.authorize(work.resolve(input, tried), input, tried);
      return accesses.map((access) => tried.decide(access)).every(({ allowed }) => allowed);
    },
    decide(access, about = caller) {
      const decision = parts.decide(access, about === caller ? call : { ...call, caller: about });
      scope.decisions.push(decision);
      reportDecision(parts, draft, decision);
      return decision;
    },
    require(access) {
      draft.accesses.push(access);
      const decision = call.decide(access);
      if (decision.allowed) return;
      const denial = parts.denial(service, access, decision, caller);
      if (scope.mode === 'act') throw denial;
      if (invocation.isAnswered) return;
      scope.firstDenial ??= invocation.refused?.(denial) ?? denial;
      if (parts.rehearsal?.denied === 'end-at-once') throw scope.firstDenial;
    },
    noteFailure: (failure) => {
      draft.failure = failure;
    },
    noteSkippedCheck(decision) {
      scope.skipped.push(decision);
      addToKmsShare(draft, 0, 1);
    },
    hold: (open) => void scope.held.push(open),
    watch(body) {
      draft.noted.body = 'planned';
      const watched = watchedBody(body, (how, bytesOut) =>
        parts.late.add({
          keys: draft.keys,
          record: draft.record,
          body: how,
          bytesOut,
          content: contentShare(draft.times),
          durationMs: parts.environment.elapsed() - draft.startedMs,
        }),
      );
      scope.held.push({ close: () => {}, abandon: () => void watched.return?.() });
      return watched;
    },
    afterwards: (effect) => void scope.effects.push(effect),
    note(facts) {
      const known = draft.noted.extra;
      Object.assign(draft.noted, facts);
      if (known) draft.noted.extra = { ...known, ...facts.extra };
    },
  };
  return call;
}

/** Runs a call within another one, with the refusal that the outer call makes of its own. */
function refusedAs<T>({ refused }: Invocation, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof AwsError ? (refused?.(error) ?? error) : error;
  }
}

/** The state of a call that a task has begun, between its transactions. */
interface Begun extends BegunCall<unknown> {
  readonly entered: Entered;
  moved?: unknown;
}

function begunCall<O>(entered: Entered): BegunCall<O> {
  const begun: Begun = {
    kind: 'begun',
    isDone: 'output' in entered,
    entered,
    async move(signal) {
      if ('pending' in entered)
        begun.moved = await entered.pending.work.move(entered.pending.plan, entered.pending.input, signal);
    },
  };
  // The operation returns the model's output for its name.
  return begun as BegunCall<O>;
}

function completeCall<O>(scope: Scope, outer: Draft, call: BegunCall<O>): O {
  // Only `begunCall` makes them.
  const { entered, moved } = call as Begun;
  if ('output' in entered) return entered.output as O;
  const { pending } = entered;
  const resumed = resumedDraft(scope, pending.draft);
  return refusedAs(pending.invocation, () => {
    try {
      return undoable(scope, () => finishTransfer(scope, pending, resumed, moved)) as O;
    } catch (error) {
      if (error instanceof AwsError) resumed.error = error;
      throw error;
    } finally {
      outer.delayMs += resumed.delayMs;
      resumed.endedMs = scope.parts.environment.elapsed();
    }
  });
}

function giveUpCall(scope: Scope, call: BegunCall<unknown>): void {
  const { entered } = call as Begun;
  if (!('pending' in entered)) return;
  const { work, plan, draft, invocation } = entered.pending;
  work.abandon?.(plan, newCall(scope, draft, invocation));
}

/** The draft of a call that continues in another transaction. */
export function resumedDraft(scope: Scope, begun: Draft): Draft {
  const noted = { ...begun.noted };
  // What the calls to KMS in its first transaction added has passed.
  const draft: Draft = {
    ...begun,
    noted,
    endedMs: undefined,
    timeMs: scope.now.getTime(),
    delayMs: 0,
    before: begun,
  };
  scope.drafts.push(draft);
  return draft;
}

/** Finishes a transfer in its second transaction. @returns its output */
export function finishTransfer(
  scope: Scope,
  { work, target, plan, input, invocation }: Pending,
  resumed: Draft,
  moved: unknown,
): unknown {
  const call = newCall(scope, resumed, invocation);
  const output = timedNow(scope.parts, resumed, 'finish', () => work.finish(plan, moved, input, call));
  resumed.response = responseOf(work, output, target, input);
  return output;
}
