/**
 * The one door: every call, from the user, from S3 on a user's behalf or over HTTP, goes the same steps,
 * validate → resolve → throttle → authorize → state and run → record → commit.
 */

import { AwsError } from '../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Region } from '../api/regions.ts';
import type { Caller } from '../policy/caller.ts';
import type { Decision } from '../policy/decision.ts';
import { storeNow } from '../store/clock.ts';
import type { SparedDecision } from '../store/records/spared-decision.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tables.ts';
import { eventIds } from './event-id.ts';
import type { AnyOperation, Call } from './operation.ts';
import { newDraft, writeRecords } from './recording.ts';
import type { Draft, Invocation, PipelineParts, Scope, StepReport } from './scope.ts';

/** Who calls, from where. */
export interface Request {
  /** Finds the caller in the store; a caller who does not exist is a UsageError and no call at all. */
  readonly caller: (tx: Tx, now: Date) => Caller;
  readonly region: Region;
  /** Shares its commit with other calls of this process that are under way. */
  readonly grouped?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a call would come to, found out without doing it. */
export interface Explanation {
  /** Every decision that the call asks for, in order, S3's calls to KMS included. */
  readonly decisions: readonly Decision[];
  /** The decisions of KMS that it does not ask for, since S3 has a bucket-level key. */
  readonly spared: readonly SparedDecision[];
  /** What the call would be refused with, a denial or anything else. */
  readonly refusal: AwsError | undefined;
}

export interface Pipeline {
  /** Makes a call. @throws AwsError when it is refused; the refusal is recorded. */
  invoke<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    request: Request,
  ): Promise<Output<S, N>>;
  /** The same for a name that came in as text; the input is checked against the model as always. */
  call(service: ServiceName, name: string, input: unknown, request: Request): Promise<unknown>;
  /**
   * Goes as far as the decisions of a call need and undoes it all: nothing is changed or recorded. A denial does not
   * end it, so that the later gates are seen too.
   */
  explain(service: ServiceName, name: string, input: unknown, request: Request): Explanation;
}

/** Puts the door together. */
export function pipeline(parts: PipelineParts): Pipeline {
  const nextEventId = eventIds(parts.environment.random);

  function commit<T>(request: Request, work: (tx: Tx) => T): Promise<T> | T {
    if (!request.grouped) return parts.store.transact<unknown>(work) as T;
    return parts.store.transactGrouped<unknown>(work).then((value) => value as T);
  }

  function open(tx: Tx, request: Request, mode: Scope['mode']): Scope {
    const now = new Date(storeNow(tx, parts.environment.now()));
    const { random } = parts.environment;
    parts.settle?.({
      tx,
      now,
      random,
      // Read only when something is due.
      get rootKey() {
        return parts.rootKey();
      },
    });
    return {
      parts,
      tx,
      now,
      mode,
      caller: request.caller(tx, now),
      drafts: [],
      decisions: [],
      spared: [],
      nextEventId,
    };
  }

  /** Credentials that do not count are refused before there is a call to record. */
  function openFor(service: ServiceName, operation: string, tx: Tx, request: Request): Scope {
    try {
      const scope = open(tx, request, 'act');
      requireCredentials(service, scope.caller);
      return scope;
    } catch (error) {
      if (error instanceof AwsError) error.call = { service, operation, requestId: parts.environment.uuid() };
      throw error;
    }
  }

  async function call(service: ServiceName, name: string, input: unknown, request: Request): Promise<unknown> {
    const invocation: Invocation = { region: request.region, depth: 0 };
    const outcome = await commit(request, (tx): Outcome<Entered> => {
      const scope = openFor(service, name, tx, request);
      const entered = attempt(parts.store, () => enter(scope, service, name, input, invocation));
      writeRecords(scope);
      return entered;
    });
    if ('refusal' in outcome) throw outcome.refusal;
    return 'pending' in outcome.value ? conclude(outcome.value.pending, request) : outcome.value.output;
  }

  /** The second half of a transfer: moves the bytes, then opens the transaction that writes what they became. */
  async function conclude(pending: Pending, request: Request): Promise<unknown> {
    const { operation, plan, input, invocation } = pending;
    const signal = request.signal ?? new AbortController().signal;
    try {
      const moved = await timed(parts, pending, () => operation.move(plan, input, signal));
      const outcome = await commit(request, (tx): Outcome<unknown> => {
        const scope = open(tx, request, 'act');
        const draft = resume(scope, pending.draft);
        const finished = attempt(parts.store, () => {
          const output = timedNow(parts, draft, 'finish', () =>
            operation.finish(plan, moved, input, callOf(scope, draft, invocation)),
          );
          draft.response = operation.response?.(output, pending.target, input) ?? null;
          return output;
        });
        if ('refusal' in finished) draft.error = finished.refusal;
        writeRecords(scope);
        return finished;
      });
      if ('refusal' in outcome) throw outcome.refusal;
      return outcome.value;
    } catch (error) {
      await commit(request, (tx) => {
        const scope = open(tx, request, 'act');
        const draft = resume(scope, pending.draft);
        operation.abandon?.(plan, callOf(scope, draft, invocation));
        // A refusal of `finish` has its record; one of `move`, such as a wrong digest, gets it here.
        if (error instanceof AwsError && !pending.draft.written) {
          draft.error = error;
          writeRecords(scope);
        }
      });
      throw error;
    }
  }

  function explain(service: ServiceName, name: string, input: unknown, request: Request): Explanation {
    return parts.store.rehearse<Explanation>((tx) => {
      const scope = open(tx, request, 'explain');
      const invocation: Invocation = { region: request.region, depth: 0 };
      const outcome = attempt(parts.store, () => {
        requireCredentials(service, scope.caller);
        return enter(scope, service, name, input, invocation);
      });
      if ('value' in outcome && 'pending' in outcome.value) {
        const { operation, plan, draft } = outcome.value.pending;
        operation.abandon?.(plan, callOf(scope, draft, invocation));
      }
      const refusal = scope.firstDenial ?? ('refusal' in outcome ? outcome.refusal : undefined);
      return { decisions: scope.decisions, spared: scope.spared, refusal };
    });
  }

  return {
    invoke: async (service, name, input, request) =>
      // The operation under this name answers with the model's output for it.
      (await call(service, name, input, request)) as Output<typeof service, typeof name>,
    call,
    explain,
  };
}

interface Pending {
  readonly service: ServiceName;
  readonly operation: Extract<AnyOperation, { kind: 'transfer' }>;
  readonly target: unknown;
  readonly plan: unknown;
  readonly input: unknown;
  readonly invocation: Invocation;
  readonly draft: Draft;
}

type Outcome<T> = { readonly value: T } | { readonly refusal: AwsError };
type Entered = { readonly output: unknown } | { readonly pending: Pending };

/** Runs work in a nested transaction: a refusal undoes it alone, so that it can be recorded. A defect undoes all. */
function attempt<T>(store: Store, work: () => T): Outcome<T> {
  try {
    return { value: store.nested<unknown>(work) as T };
  } catch (error) {
    if (error instanceof AwsError) return { refusal: error };
    throw error;
  }
}

/**
 * Only S3 knows requests without a signature: AWS KMS API Reference and IAM API Reference, "Common errors".
 * @throws AwsError in the form of the service's protocol.
 */
function requireCredentials(service: ServiceName, { kind }: Caller): void {
  if (kind !== 'anonymous' || service === 's3') return;
  const isQuery = service === 'iam' || service === 'sts' || service === 'cloudwatch';
  const code = isQuery ? 'MissingAuthenticationToken' : 'MissingAuthenticationTokenException';
  throw new AwsError(code, 'Request is missing Authentication Token');
}

/** One operation through all its steps. Its draft is kept, whatever it comes to. */
function enter(scope: Scope, service: ServiceName, name: string, input: unknown, invocation: Invocation): Entered {
  const { parts } = scope;
  const draft = newDraft(scope, service, name, invocation);
  const call = callOf(scope, draft, invocation);
  const operation = parts.services[service]?.[name];
  let target: unknown;
  try {
    if (!operation) throw notImplemented(name);
    timedNow(parts, draft, 'validate', () => parts.validate(service, name, input));
    target = timedNow(parts, draft, 'resolve', () => operation.resolve(input, call));
    timedNow(parts, draft, 'throttle', () => parts.throttle(call, service, name));
    timedNow(parts, draft, 'authorize', () => {
      for (const access of operation.authorize(target, input, call)) call.require(access);
    });
    const entered = timedNow(parts, draft, 'run', () => perform(operation, target, input, call));
    draft.parameters = parametersOf(parts, operation, input, target);
    if ('output' in entered) {
      draft.response = operation.response?.(entered.output, target, input) ?? null;
      scope.drafts.push(draft);
      return entered;
    }
    if (invocation.depth > 0) throw new Error(`${service} ${name} cannot be called within another call`);
    return { pending: { service, target, input, invocation, draft, ...entered } };
  } catch (error) {
    if (error instanceof AwsError) {
      draft.error = error;
      if (operation) draft.parameters = parametersOf(parts, operation, input, target);
      scope.drafts.push(draft);
    }
    throw error;
  }
}

type Performed = { readonly output: unknown } | Pick<Pending, 'operation' | 'plan'>;

function perform(operation: AnyOperation, target: unknown, input: unknown, call: Call): Performed {
  if (operation.kind === 'operation') return { output: operation.run(target, input, call) };
  const plan = operation.begin(target, input, call);
  const moved = operation.moveAtOnce?.(plan, input);
  return moved === undefined ? { operation, plan } : { output: operation.finish(plan, moved, input, call) };
}

function callOf(scope: Scope, draft: Draft, invocation: Invocation): Call {
  const { parts, tx, now } = scope;
  const { service } = draft;
  const caller = invocation.caller ?? scope.caller;
  const call: Call = {
    caller,
    region: invocation.region,
    now,
    requestId: draft.requestId,
    tx,
    get rootKey() {
      return parts.rootKey();
    },
    blobs: parts.blobs,
    random: parts.environment.random,
    uuid: parts.environment.uuid,
    viaService: invocation.viaService,
    settings: parts.settings,
    invoke(service, name, input, { region = invocation.region, ...options } = {}) {
      const inner: Invocation = { caller, ...options, region, depth: invocation.depth + 1 };
      let entered: Entered;
      try {
        entered = parts.store.nested<unknown>(() => enter(scope, service, name, input, inner)) as Entered;
      } catch (error) {
        throw error instanceof AwsError ? (inner.refused?.(error) ?? error) : error;
      }
      if ('pending' in entered) throw new Error(`${service} ${name} did not finish within the call`);
      // The operation under this name answers with the model's output for it.
      return entered.output as Output<typeof service, typeof name>;
    },
    decide(access) {
      const decision = parts.decide(access, call);
      scope.decisions.push(decision);
      report(parts, draft, 'authorize', 0, decision);
      return decision;
    },
    require(access) {
      const asked =
        invocation.resourcePhrase === undefined ? access : { ...access, resourcePhrase: invocation.resourcePhrase };
      draft.accesses.push(asked);
      const decision = call.decide(asked);
      if (decision.allowed) return;
      const denial = parts.denial(service, asked, decision, caller);
      if (scope.mode === 'act') throw denial;
      if (!invocation.isAnswered) scope.firstDenial ??= invocation.refused?.(denial) ?? denial;
    },
    spare: (decision) => void scope.spared.push(decision),
    note({ extra, ...facts }) {
      draft.noted = { ...draft.noted, ...facts, extra: { ...draft.noted.extra, ...extra } };
    },
  };
  return call;
}

const notImplemented = (name: string) =>
  new AwsError('NotImplemented', `${name} exists in AWS and is not part of ssebox`);

function parametersOf(
  parts: PipelineParts,
  operation: AnyOperation,
  input: unknown,
  target: unknown,
): Readonly<Record<string, unknown>> | null {
  if (operation.parameters) return operation.parameters(input, target);
  const shown = parts.loggable(operation.service, operation.name, input);
  return Object.keys(shown).length > 0 ? shown : null;
}

/** The draft of a call that goes on in another transaction than it began in. */
function resume(scope: Scope, begun: Draft): Draft {
  const draft: Draft = { ...begun, timeMs: scope.now.getTime(), before: begun };
  scope.drafts.push(draft);
  return draft;
}

function timedNow<T>(parts: PipelineParts, draft: Draft, step: StepReport['step'], work: () => T): T {
  if (!parts.onStep) return work();
  const start = parts.environment.elapsed();
  try {
    return work();
  } finally {
    report(parts, draft, step, parts.environment.elapsed() - start);
  }
}

async function timed<T>(parts: PipelineParts, { draft }: Pending, work: () => Promise<T>): Promise<T> {
  const start = parts.environment.elapsed();
  try {
    return await work();
  } finally {
    report(parts, draft, 'move', parts.environment.elapsed() - start);
  }
}

function report(parts: PipelineParts, draft: Draft, step: StepReport['step'], ms: number, decision?: Decision): void {
  const { service, operation, depth, viaService } = draft;
  parts.onStep?.({ service, operation, step, ms, depth, viaService, decision });
}
