/**
 * The definition of an operation: a record of everything that the service model does not contain. Its input and output
 * are the model's. This file has types and two functions that only infer them; it imports no code.
 */

import type { AwsError } from '../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Origin } from '../api/origin.ts';
import type { Region } from '../api/regions.ts';
import type { RatedTarget } from '../api/request-quota.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { WorkTimes } from '../crypto/work-times.ts';
import type { Access } from '../policy/access.ts';
import type { Caller } from '../policy/caller.ts';
import type { Decision } from '../policy/decision.ts';
import type { StatedContext } from '../policy/stated-context.ts';
import type { Blobs } from '../store/blobs.ts';
import type { CallRecord, MatchedFilters, RecordedResource } from '../store/records/call.ts';
import type { SkippedCheck } from '../store/records/skipped-check.ts';
import type { Tx } from '../store/tables.ts';
import type { Effect } from './answer.ts';
import type { Payload } from './payload.ts';
import type { ServiceSettings } from './settings.ts';

/** An open resource, such as the files of an answer, which are read as the answer is consumed. */
export interface Held {
  close(): void;
  /** Called before, if the call is done but nobody waits for its answer any more. */
  abandon?(): void;
}

/** What a call could not do although it was not refused. */
export interface Failure {
  /** AWS's code of the refusal behind it, or the service's name for the reason. */
  readonly code: string;
  readonly message: string;
  /** The ARN of what it is about. */
  readonly about: string;
}

/** What the service did for a call in another region, which has a record of its own there. */
export interface Elsewhere extends Pick<CallRecord, 'region' | 'operation' | 'parameters' | 'response' | 'resources'> {}

/** How a call makes another one. */
export interface InvokeOptions {
  readonly region?: Region;
  readonly viaService?: string;
  /** Why it is made, as a sentence. Kept for `explain`. */
  readonly asked?: string;
  readonly caller?: Caller;
  /** The error to throw, and to show in `explain`, if that call is refused; by default the refusal itself. */
  readonly refused?: (refusal: AwsError) => AwsError;
  /** Whether this call reports that call's refusal in its own answer, and continues. */
  readonly isAnswered?: boolean;
}

/** A call that a task has begun within its first transaction, to be completed in its second one. */
export interface BegunCall<O> {
  readonly kind: 'begun';
  /** Never set: what it returns. */
  readonly output?: O;
  /** Whether all of it was done in the first transaction, so that nothing is left to move. */
  readonly isDone: boolean;
  /** Moves its bytes, between the two transactions. @throws AwsError, StoreError */
  move(signal: AbortSignal): Promise<void>;
}

/** The tools of an operation, valid until its transaction ends. */
export interface Call {
  readonly caller: Caller;
  readonly region: Region;
  /** The store's clock: the same instant for the whole call. */
  readonly now: Date;
  readonly requestId: string;
  readonly tx: Tx;
  readonly rootKey: RootKey;
  readonly blobs: Blobs;
  /** What it spends on the bytes of objects, for its record. */
  times(): WorkTimes;
  readonly random: (size: number) => Uint8Array;
  readonly uuid: () => string;
  /** Where the caller's own call came from, even for a call on the caller's behalf. */
  readonly origin: Origin;
  /** What the caller's own request says about the bytes of its body; undefined for a call on the caller's behalf. */
  readonly payload: Payload | undefined;
  /** Whether the call is only tried, over a store that is thrown away. */
  readonly isTried: boolean;
  /** While explaining: stated condition keys, which replace those of the request. */
  readonly stated?: StatedContext | undefined;
  /** The service that calls on the caller's behalf: `s3.eu-west-1.amazonaws.com`. */
  readonly viaService?: string | undefined;
  /** Why that service makes this call, as a sentence; an explanation states it. */
  readonly asked?: string | undefined;
  readonly settings: ServiceSettings;

  /**
   * Calls another operation through the same pipeline, inside the same transaction, as the same caller: validated,
   * authorized and recorded. With `viaService` it is a call on the caller's behalf. If it is refused, its error is
   * thrown here.
   */
  invoke<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options?: InvokeOptions,
  ): Output<S, N>;
  /**
   * The same for a call that may take longer than this transaction, in a task of two: once this one is committed,
   * `move` moves its bytes, and either `complete` or `giveUp` ends it in the second transaction.
   */
  begin<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options?: InvokeOptions,
  ): BegunCall<Output<S, N>>;
  /** Completes a call in the second transaction of the task. If it is refused, its error is thrown here. */
  complete<O>(begun: BegunCall<O>): O;
  /** Releases what a call took that is not completed. */
  giveUp(begun: BegunCall<unknown>): void;

  /**
   * Whether a caller would be allowed to make a call: it is validated and its names are resolved, but nothing of it is
   * done or recorded. Kept for `explain`.
   * @throws AwsError what it would be refused with before its permissions are looked at.
   */
  wouldAllow<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options: { readonly caller: Caller; readonly region: Region; readonly viaService?: string },
  ): boolean;
  /**
   * Decides without refusing, for answers that depend on a second permission (404 or 403), or about another caller, such
   * as a service. Kept for `explain`.
   */
  decide(access: Access, about?: Caller): Decision;
  /** Decides, and throws the service's AccessDenied if the access is denied. */
  require(access: Access): void;
  /** Reports what this call could not do, as its answer says too. Kept for `explain` like a refusal. */
  noteFailure(failure: Failure): void;
  /** Records that a decision was skipped, and until when. Kept for `explain`. */
  noteSkippedCheck(decision: SkippedCheck): void;
  /**
   * Keeps a resource open for the answer; it is closed if nobody gets the answer: the call fails or is only explained.
   */
  hold(open: Held): void;
  /** The body of a response, which is read once the call is committed: how reading it ends is added to the record. */
  watch(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Leaves an effect for the code that made the call, once the call is committed. */
  afterwards(effect: Effect): void;
  /** Adds to the record of this call. Resources and region replace those taken from the accesses. */
  note(facts: {
    readonly resources?: readonly RecordedResource[];
    readonly region?: Region;
    readonly elsewhere?: Elsewhere;
    readonly extra?: Readonly<Record<string, unknown>>;
    readonly bytesIn?: number;
    readonly bytesOut?: number;
    readonly keyArn?: string;
    readonly httpStatus?: number;
    readonly filters?: MatchedFilters;
    readonly parameters?: Readonly<Record<string, unknown>> | null;
    readonly response?: Readonly<Record<string, unknown>> | null;
  }): void;
}

interface Common<S extends ServiceName, N extends OperationName<S>, T> {
  /**
   * Resolves names and defaults, once, without writing. Throws the errors that AWS returns before it checks
   * permissions.
   */
  resolve(input: Input<S, N>, call: Call): T;
  /** The permissions that the call needs, in the order of the decisions. */
  authorize(target: T, input: Input<S, N>, call: Call): readonly Access[];
  /**
   * Whether `authorize` reads what is in the body of a request. Where it does not, a body that cannot be read is refused
   * after it. `resolve` of an operation of S3 never does.
   */
  readonly authorizesBody?: true;
  /**
   * The request in the audit log; by default its members with a lower-case first letter, except secret and binary ones.
   */
  parameters?(input: Input<S, N>, target: T | undefined): Readonly<Record<string, unknown>> | null;
  /** The response in the audit log; by default nothing. */
  response?(output: Output<S, N>, target: T, input: Input<S, N>): Readonly<Record<string, unknown>> | null;
}

/** Work inside one transaction. */
export interface AtOnce<T, I, O> {
  /** Does the work. Synchronous, because it is inside the transaction. */
  run(target: T, input: I, call: Call): O;
}

/**
 * Work that moves bytes or computes for long: `begin` and `finish` are each inside a transaction, and `move` is between
 * them, with no transaction open.
 */
export interface InTime<T, I, O, P, M> {
  /** Does everything that needs the store; the plan has what `move` needs. */
  begin(target: T, input: I, call: Call): P;
  /**
   * The same as `move` for work that is small enough to fit in the transaction; undefined if it is not. The whole
   * transfer is then one transaction.
   */
  moveAtOnce?(plan: P, input: I): M | undefined;
  move(plan: P, input: I, signal: AbortSignal): Promise<M>;
  /**
   * For a call that is only tried: what `move` would return, as far as anything depends on it, without moving bytes;
   * undefined if the bytes decide the outcome. Without it, they are moved.
   */
  rehearse?(plan: P, input: I): M | undefined;
  /** Checks again what may have changed in the meantime, and writes. */
  finish(plan: P, moved: M, input: I, call: Call): O;
  /** Releases what `begin` took, if `move` or `finish` failed. */
  abandon?(plan: P, call: Call): void;
}

/** An operation inside one transaction. */
export interface Operation<S extends ServiceName, N extends OperationName<S>, T>
  extends Common<S, N, T>,
    AtOnce<T, Input<S, N>, Output<S, N>> {
  readonly kind: 'operation';
  readonly service: S;
  readonly name: N;
}

/** An operation that moves bytes or computes for long. */
export interface Transfer<S extends ServiceName, N extends OperationName<S>, T, P, M>
  extends Common<S, N, T>,
    InTime<T, Input<S, N>, Output<S, N>, P, M> {
  readonly kind: 'transfer';
  readonly service: S;
  readonly name: N;
}

type Spec<O> = Omit<O, 'kind' | 'service' | 'name'>;

/** Makes an operation; its name is a value that determines its input and output types, and what `resolve` must find. */
export function operation<const S extends ServiceName, const N extends OperationName<S>, T extends RatedTarget<S, N>>(
  service: S,
  name: N,
  spec: Spec<Operation<S, N, T>>,
): Operation<S, N, T> {
  return { kind: 'operation', service, name, ...spec };
}

/** Makes a transfer. */
export function transfer<
  const S extends ServiceName,
  const N extends OperationName<S>,
  T extends RatedTarget<S, N>,
  P,
  M,
>(service: S, name: N, spec: Spec<Transfer<S, N, T, P, M>>): Transfer<S, N, T, P, M> {
  return { kind: 'transfer', service, name, ...spec };
}

interface AnyCommon {
  readonly service: ServiceName;
  readonly name: string;
  resolve(input: unknown, call: Call): unknown;
  authorize(target: unknown, input: unknown, call: Call): readonly Access[];
  readonly authorizesBody?: true;
  parameters?(input: unknown, target: unknown): Readonly<Record<string, unknown>> | null;
  response?(output: unknown, target: unknown, input: unknown): Readonly<Record<string, unknown>> | null;
}

/** Any operation as the pipeline sees it, without the types of what passes between its steps. */
export type AnyOperation = AnyCommon &
  (
    | ({ readonly kind: 'operation' } & AtOnce<unknown, unknown, unknown>)
    | ({ readonly kind: 'transfer' } & InTime<unknown, unknown, unknown, unknown, unknown>)
  );

/** The operations of a service that ssebox has, by AWS's name. */
export type OperationTable = Readonly<Record<string, AnyOperation>>;

/** What is made of each operation of a table, when it is first asked for: the built program runs its file only then. */
export function eachOnDemand(
  operations: OperationTable,
  make: (operation: AnyOperation) => AnyOperation,
): OperationTable {
  const made: Record<string, AnyOperation> = {};
  for (const name of Object.keys(operations)) {
    Object.defineProperty(made, name, {
      enumerable: true,
      configurable: true,
      get() {
        const { [name]: operation } = operations;
        const value = operation && make(operation);
        Object.defineProperty(made, name, { enumerable: true, value });
        return value;
      },
    });
  }
  return made;
}
