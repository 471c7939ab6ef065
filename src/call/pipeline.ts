/**
 * The one door: every call, from the user, from S3 on a user's behalf or over HTTP, goes the same steps,
 * validate → resolve → throttle → authorize → state and run → record → commit.
 */

import { AwsError } from '../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Region } from '../api/regions.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { Environment } from '../env.ts';
import type { Access } from '../policy/access.ts';
import type { Caller } from '../policy/caller.ts';
import type { Decision } from '../policy/decision.ts';
import type { Blobs } from '../store/blobs.ts';
import { storeNow } from '../store/clock.ts';
import type { SparedDecision } from '../store/records/spared-decision.ts';
import type { Store } from '../store/store.ts';
import type { Tx } from '../store/tables.ts';
import { eventIds } from './event-id.ts';
import type { AnyOperation, Call, OperationTable } from './operation.ts';
import { type Draft, newDraft, writeRecords } from './recording.ts';

/** What the door is made of; `main` puts it together. */
export interface PipelineParts {
  readonly store: Store;
  readonly environment: Environment;
  /** The operations of the services that are loaded. */
  readonly services: Readonly<Partial<Record<ServiceName, OperationTable>>>;
  /** Brings what time moves by itself to where it is now, before anything else is done in a transaction. */
  readonly settle?: ((at: Passage) => void) | undefined;
  readonly rootKey: () => RootKey;
  readonly blobs: Blobs;
  readonly settings: Readonly<Record<string, string>>;
  /** Throws the service's refusal when the input does not have the model's shape. */
  readonly validate: (service: ServiceName, operation: string, input: unknown) => void;
  /** What the audit log may show of an input whose operation does not say it itself. */
  readonly loggable: (service: ServiceName, operation: string, input: unknown) => Readonly<Record<string, unknown>>;
  /** Throws the service's refusal when the caller's account has used up its rate. */
  readonly throttle: (call: Call, service: ServiceName, operation: string) => void;
  readonly decide: (access: Access, call: Call) => Decision;
  /** A denial in the service's words. */
  readonly denial: (service: ServiceName, access: Access, decision: Decision, caller: Caller) => AwsError;
  /** Told of every step as it ends, for `--debug`. */
  readonly onStep?: ((step: StepReport) => void) | undefined;
}

/** What settling works with. */
export interface Passage {
  readonly tx: Tx;
  readonly now: Date;
  readonly rootKey: RootKey;
  readonly random: (size: number) => Uint8Array;
}

export interface StepReport {
  readonly service: ServiceName;
  readonly operation: string;
  readonly step: 'validate' | 'resolve' | 'throttle' | 'authorize' | 'run' | 'move' | 'finish' | 'record';
  readonly ms: number;
  /** Calls within calls: 0 for the user's own. */
  readonly depth: number;
  readonly viaService?: string | undefined;
  readonly decision?: Decision | undefined;
}

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

  function open(tx: Tx, request: Request, mode: Session['mode']): Session {
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
  function openFor(service: ServiceName, operation: string, tx: Tx, request: Request): Session {
    try {
      const session = open(tx, request, 'act');
      requireCredentials(service, session.caller);
      return session;
    } catch (error) {
      if (error instanceof AwsError) error.call = { service, operation, requestId: parts.environment.uuid() };
      throw error;
    }
  }

  async function call(service: ServiceName, name: string, input: unknown, request: Request): Promise<unknown> {
    const place: Place = { region: request.region, depth: 0 };
    const outcome = await commit(request, (tx): Outcome<Entered> => {
      const session = openFor(service, name, tx, request);
      const entered = attempt(parts.store, () => enter(session, service, name, input, place));
      writeRecords(session);
      return entered;
    });
    if ('refusal' in outcome) throw outcome.refusal;
    return 'pending' in outcome.value ? conclude(outcome.value.pending, request) : outcome.value.output;
  }

  /** The second half of a transfer: moves the bytes, then opens the transaction that writes what they became. */
  async function conclude(pending: Pending, request: Request): Promise<unknown> {
    const { operation, plan, input, place } = pending;
    const signal = request.signal ?? new AbortController().signal;
    try {
      const moved = await timed(parts, pending, () => operation.move(plan, input, signal));
      const outcome = await commit(request, (tx): Outcome<unknown> => {
        const session = open(tx, request, 'act');
        const draft = resume(session, pending.draft);
        const finished = attempt(parts.store, () => {
          const output = timedNow(parts, draft, 'finish', () =>
            operation.finish(plan, moved, input, callOf(session, draft, place)),
          );
          draft.response = operation.response?.(output, pending.target, input) ?? null;
          return output;
        });
        if ('refusal' in finished) draft.error = finished.refusal;
        writeRecords(session);
        return finished;
      });
      if ('refusal' in outcome) throw outcome.refusal;
      return outcome.value;
    } catch (error) {
      await commit(request, (tx) => {
        const session = open(tx, request, 'act');
        const draft = resume(session, pending.draft);
        operation.abandon?.(plan, callOf(session, draft, place));
        // A refusal of `finish` has its record; one of `move`, such as a wrong digest, gets it here.
        if (error instanceof AwsError && !pending.draft.written) {
          draft.error = error;
          writeRecords(session);
        }
      });
      throw error;
    }
  }

  function explain(service: ServiceName, name: string, input: unknown, request: Request): Explanation {
    const undo = new Error('an explanation leaves nothing behind');
    let explanation: Explanation | undefined;
    try {
      parts.store.transact<void>((tx) => {
        const session = open(tx, request, 'explain');
        const place: Place = { region: request.region, depth: 0 };
        const outcome = attempt(parts.store, () => {
          requireCredentials(service, session.caller);
          return enter(session, service, name, input, place);
        });
        if ('value' in outcome && 'pending' in outcome.value) {
          const { operation, plan, draft } = outcome.value.pending;
          operation.abandon?.(plan, callOf(session, draft, place));
        }
        const refusal = session.firstDenial ?? ('refusal' in outcome ? outcome.refusal : undefined);
        explanation = { decisions: session.decisions, spared: session.spared, refusal };
        throw undo;
      });
    } catch (error) {
      if (error !== undo || explanation === undefined) throw error;
    }
    return explanation as Explanation;
  }

  return {
    invoke: async (service, name, input, request) =>
      // The operation under this name answers with the model's output for it.
      (await call(service, name, input, request)) as Output<typeof service, typeof name>,
    call,
    explain,
  };
}

/** What one transaction of a call has in hand. */
export interface Session {
  readonly parts: PipelineParts;
  readonly tx: Tx;
  readonly now: Date;
  readonly mode: 'act' | 'explain';
  readonly caller: Caller;
  /** The records of this call and of the calls within it, in the order in which they ended. */
  readonly drafts: Draft[];
  readonly decisions: Decision[];
  readonly spared: SparedDecision[];
  readonly nextEventId: (timeMs: number) => string;
  /** While explaining: what would have ended the call. */
  firstDenial?: AwsError | undefined;
}

/** From where a call comes: the user, or another call on the user's behalf. */
export interface Place {
  readonly region: Region;
  /** 0: the user's own call. */
  readonly depth: number;
  readonly viaService?: string | undefined;
  readonly caller?: Caller | undefined;
  readonly resourcePhrase?: string | undefined;
  /** What the outer call makes of this one's refusal. */
  readonly refused?: ((refusal: AwsError) => AwsError) | undefined;
  /** Whether the outer call answers this one's refusal, and goes on. */
  readonly isAnswered?: boolean | undefined;
}

interface Pending {
  readonly service: ServiceName;
  readonly operation: Extract<AnyOperation, { kind: 'transfer' }>;
  readonly target: unknown;
  readonly plan: unknown;
  readonly input: unknown;
  readonly place: Place;
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
function enter(session: Session, service: ServiceName, name: string, input: unknown, place: Place): Entered {
  const { parts } = session;
  const draft = newDraft(session, service, name, place);
  const call = callOf(session, draft, place);
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
      session.drafts.push(draft);
      return entered;
    }
    if (place.depth > 0) throw new Error(`${service} ${name} cannot be called within another call`);
    return { pending: { service, target, input, place, draft, ...entered } };
  } catch (error) {
    if (error instanceof AwsError) {
      draft.error = error;
      if (operation) draft.parameters = parametersOf(parts, operation, input, target);
      session.drafts.push(draft);
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

function callOf(session: Session, draft: Draft, place: Place): Call {
  const { parts, tx, now } = session;
  const { service } = draft;
  const caller = place.caller ?? session.caller;
  const call: Call = {
    caller,
    region: place.region,
    now,
    requestId: draft.requestId,
    tx,
    get rootKey() {
      return parts.rootKey();
    },
    blobs: parts.blobs,
    random: parts.environment.random,
    uuid: parts.environment.uuid,
    viaService: place.viaService,
    settings: parts.settings,
    invoke(service, name, input, { region = place.region, ...options } = {}) {
      const inner: Place = { caller, ...options, region, depth: place.depth + 1 };
      let entered: Entered;
      try {
        entered = parts.store.nested<unknown>(() => enter(session, service, name, input, inner)) as Entered;
      } catch (error) {
        throw error instanceof AwsError ? (inner.refused?.(error) ?? error) : error;
      }
      if ('pending' in entered) throw new Error(`${service} ${name} did not finish within the call`);
      // The operation under this name answers with the model's output for it.
      return entered.output as Output<typeof service, typeof name>;
    },
    decide(access) {
      const decision = parts.decide(access, call);
      session.decisions.push(decision);
      report(parts, draft, 'authorize', 0, decision);
      return decision;
    },
    require(access) {
      const asked = place.resourcePhrase === undefined ? access : { ...access, resourcePhrase: place.resourcePhrase };
      draft.accesses.push(asked);
      const decision = call.decide(asked);
      if (decision.allowed) return;
      const denial = parts.denial(service, asked, decision, caller);
      if (session.mode === 'act') throw denial;
      if (!place.isAnswered) session.firstDenial ??= place.refused?.(denial) ?? denial;
    },
    spare: (decision) => void session.spared.push(decision),
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
function resume(session: Session, begun: Draft): Draft {
  const draft: Draft = { ...begun, timeMs: session.now.getTime(), before: begun };
  session.drafts.push(draft);
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
