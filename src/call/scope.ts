/** The state of a running call: the parts of the pipeline, one transaction, and its record in the making. */

import type { AwsError, MadeCall } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Origin } from '../api/origin.ts';
import type { Region } from '../api/regions.ts';
import type { Drawn } from '../api/request-quota.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { WorkTimes } from '../crypto/work-times.ts';
import type { Environment } from '../env.ts';
import type { Access } from '../policy/access.ts';
import type { Caller } from '../policy/caller.ts';
import type { Decision } from '../policy/decision.ts';
import type { StatedContext } from '../policy/stated-context.ts';
import type { Blobs } from '../store/blobs.ts';
import type { BodyEnd, CallRecord, KmsShare, MatchedFilters, Rate, RecordedResource } from '../store/records/call.ts';
import type { SkippedCheck } from '../store/records/skipped-check.ts';
import type { TransactionalStore } from '../store/store.ts';
import type { CallKey, Tx } from '../store/tables.ts';
import type { Effect } from './answer.ts';
import type { LateFacts } from './late-facts.ts';
import type { Call, Elsewhere, Failure, Held, OperationTable } from './operation.ts';
import type { Payload } from './payload.ts';
import type { AskedOf, MessageFault, Request } from './request.ts';
import type { ServiceSettings } from './settings.ts';
import type { Sweep } from './sweep.ts';
import type { LateView, View } from './view.ts';

/** Does what has to be done before a call, whose signal stops it. */
export type Before = (signal: AbortSignal | undefined) => Promise<void>;

/** The parts of the pipeline; `assemble` puts it together. */
export interface PipelineParts {
  readonly store: TransactionalStore;
  readonly environment: Environment;
  /** The operations of the loaded services. */
  readonly services: Readonly<Partial<Record<ServiceName, OperationTable>>>;
  /**
   * Applies what is due, at the start of each transaction, until the time for it is up.
   * @returns whether nothing is left.
   */
  readonly settle?: ((at: Passage) => boolean) | undefined;
  /**
   * What has to be done before a call, in transactions of its own; undefined: nothing. It is asked in the call's
   * transaction, which then begins anew. Without a call it is whatever is due. Absent where calls are only tried.
   */
  readonly beforehand?: ((asked: AskedOf | undefined, tx: Tx) => Before | undefined) | undefined;
  readonly rootKey: RootKey;
  readonly blobs: Blobs;
  readonly settings: ServiceSettings;
  /** Throws the service's refusal if the input does not have the model's shape. */
  readonly validate: (service: ServiceName, operation: string, input: unknown) => void;
  /** The parts of an input that the audit log may show, for operations that do not define them. */
  readonly loggable: (service: ServiceName, operation: string, input: unknown) => Readonly<Record<string, unknown>>;
  /**
   * Counts a request, and throws the service's refusal if the caller's account has exceeded its rate. The count stays
   * whether the call succeeds or not: if the call is undone, this is called again, with the same time and in the same
   * order, so that the count may depend only on its own rows, the call and the requested work. Absent if there is no
   * limit.
   */
  readonly throttle?: ((call: Call, asked: AskedFor) => void) | undefined;
  readonly decide: (access: Access, call: Call) => Decision;
  /** A denial in the service's wording. */
  readonly denial: (service: ServiceName, access: Access, decision: Decision, caller: Caller) => AwsError;
  /** The views of the records of calls, applied in turn. */
  readonly views: readonly View[];
  /** Views of what becomes known of calls later. */
  readonly lateViews: readonly LateView[];
  /** Removes old rows; absent if none go, as from a store that is thrown away. */
  readonly sweep?: Sweep | undefined;
  /** Set when calls are only tried, over a store that is thrown away. */
  readonly rehearsal?: Rehearsal | undefined;
  /** Called with every step, for `--debug`. */
  readonly onStep?: ((step: StepReport) => void) | undefined;
}

/** How calls are tried. */
export interface Rehearsal {
  /** Takes each call that was not made by another one, as it ends. */
  readonly report: (call: RehearsedCall) => void;
  /**
   * `end`: a denied call ends, as it would in earnest, once its later decisions are known. `end-at-once`: it ends the
   * same, and they do not become known. `go-on`: it continues as if it were allowed.
   */
  readonly denied: 'end' | 'end-at-once' | 'go-on';
  /** Whether `--debug` passes over these calls, which the user did not ask for. */
  readonly isUnseen?: boolean | undefined;
  /** Condition keys that replace those of a request. */
  readonly stated?: StatedContext | undefined;
  /** Decides instead of the policies in the store. */
  readonly decide?: PipelineParts['decide'] | undefined;
}

/** A call that was tried. */
export interface RehearsedCall {
  readonly service: ServiceName;
  /** The operation's or task's name. */
  readonly operation: string;
  /** Every decision of the call and of those that it made, in order. A denial keeps later ones away only if it ends the call at once. */
  readonly decisions: readonly Decision[];
  readonly skipped: readonly SkippedCheck[];
  /** The error that refuses the call. */
  readonly refusal: AwsError | undefined;
  /** The error that would refuse it if everything that it is denied were allowed, as far as it is known. */
  readonly afterwards: AwsError | undefined;
  /** Whether the refusal is overlooked, so that nobody is shown it. */
  readonly isOverlooked: boolean;
  /** What it was called with, if it was refused, for those who look for what it could have named. */
  readonly made: MadeCall | undefined;
}

/** The requested work, with its names resolved. */
export interface AskedFor {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: unknown;
  /** The result of the operation's `resolve`. */
  readonly target: unknown;
  /** One entry each time that it counts against a rate. */
  readonly rates: readonly Rate[];
  /** The same as its operation's facts state it. */
  readonly drawn: readonly Drawn[];
  /** The machine's clock, in milliseconds. */
  readonly machineMs: number;
  /** Notes in the record that AWS would have refused the request, since it is over one of its rates. */
  noteOver(rate: Rate): void;
}

/** The parts, with the state that they share while the pipeline is open. */
export interface Door extends PipelineParts {
  readonly nextEventId: (timeMs: number) => string;
  /** Facts that became known about calls since their commit. */
  readonly late: LateFacts;
  readonly due: DueChanges;
  /** While a call is tried: what is known of it from both its transactions. */
  readonly tried?: Trial | undefined;
}

/** What becomes known of a call that is tried. */
export interface Trial extends Pick<Scope, 'mode' | 'decisions' | 'skipped' | 'stated'> {
  /** The first denial of a call, which continues to its end, or to what refuses it. */
  denial?: AwsError | undefined;
  /** What the call would be refused for if it were not denied. */
  afterwards?: AwsError | undefined;
}

/** Changes that are due by the store's clock. */
export interface DueChanges {
  /**
   * Applies them in a call's transaction.
   * @returns whether none are left; otherwise the call's own work has to come after `catchUp`.
   */
  apply(tx: Tx): boolean;
  /** Applies those that are left, in transactions of their own, once for all calls that wait for it. */
  catchUp(): Promise<void>;
}

/** The tools of settling. */
export interface Passage {
  readonly tx: Tx;
  readonly now: Date;
  readonly rootKey: RootKey;
  readonly random: (size: number) => Uint8Array;
  /** Whether this transaction has been kept from others long enough. */
  readonly isTimeUp: () => boolean;
  /** Records an event that a service causes itself. */
  readonly record: (record: CallRecord) => void;
}

export interface StepReport {
  readonly service: ServiceName;
  readonly operation: string;
  /** Reported as it ends; a wait, which only a setting makes, as it begins. */
  readonly step: 'validate' | 'resolve' | 'throttle' | 'authorize' | 'run' | 'move' | 'finish' | 'record' | 'wait';
  readonly ms: number;
  /** The nesting of calls: 0 for the user's own. */
  readonly depth: number;
  readonly viaService?: string | undefined;
  readonly decision?: Decision | undefined;
}

/** The state of one transaction of a call. */
export interface Scope {
  readonly parts: Door;
  readonly tx: Tx;
  readonly now: Date;
  /** The machine's clock at the same moment, in milliseconds. */
  readonly machineMs: number;
  readonly mode: 'act' | 'explain';
  /** Whether a refusal is overlooked. */
  readonly overlooks: Request['overlooks'];
  readonly caller: Caller;
  /** The id of the user's own call, if it has one already. */
  readonly requestId: string | undefined;
  /** What is wrong with the message of the user's own call. */
  readonly fault: MessageFault | undefined;
  /** What it says about the bytes of the user's own call. */
  readonly payload: Payload | undefined;
  readonly origin: Origin;
  /** While explaining: stated condition keys. */
  readonly stated?: StatedContext | undefined;
  /** The records of this call and of the calls within it, in the order in which they ended. */
  readonly drafts: Draft[];
  readonly decisions: Decision[];
  readonly skipped: SkippedCheck[];
  readonly nextEventId: (timeMs: number) => string;
  /** Resources opened for the answer. */
  readonly held: Held[];
  /** Effects to be handled after the commit. */
  readonly effects: Effect[];
  /** Repeat the throttle's counts, in order, for those undone with a refused call. */
  readonly counted: (() => void)[];
  /** How long the calls to KMS in this transaction still have to take, once it is committed. */
  kmsDelayMs: number;
  /** While explaining: the denial that would have ended the call. */
  firstDenial?: AwsError | undefined;
}

/** The same for a call whose caller's credentials are refused. */
export type CallerlessScope = Pick<Scope, 'parts' | 'tx' | 'now' | 'overlooks'>;

/** The origin of an invocation: the user, or another call on the user's behalf. */
export interface Invocation {
  readonly region: Region;
  /** 0 for the user's own call. */
  readonly depth: number;
  /** The request id of the call that makes this one. */
  readonly within?: string | undefined;
  readonly viaService?: string | undefined;
  readonly asked?: string | undefined;
  readonly caller?: Caller | undefined;
  /** The error that the outer call makes of this one's refusal. */
  readonly refused?: ((refusal: AwsError) => AwsError) | undefined;
  /** Whether the outer call reports this one's refusal in its own answer, and continues. */
  readonly isAnswered?: boolean | undefined;
}

/** What was decided about a call. */
export interface Decided {
  readonly decisions: readonly Decision[];
  readonly skipped: readonly SkippedCheck[];
}

/** A record in the making. */
export interface Draft {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: Region;
  readonly depth: number;
  readonly viaService: string | undefined;
  readonly caller: Caller;
  readonly requestId: string;
  /** The request id of the call that made this one. */
  readonly within: string | undefined;
  /** When its work began and ended, on the environment's monotonic clock. */
  readonly startedMs: number;
  endedMs: number | undefined;
  timeMs: number;
  /** What its calls to KMS in this transaction add to its duration, which is waited for after the commit. */
  delayMs: number;
  /** The required permissions, in order. */
  readonly accesses: Access[];
  parameters: Readonly<Record<string, unknown>> | null;
  response: Readonly<Record<string, unknown>> | null;
  error?: AwsError | undefined;
  /** Whether the call that made this one reports its refusal in its own answer. */
  readonly isAnswered: boolean;
  /** What this call could not do, and reports in its own answer. */
  failure?: Failure | undefined;
  /** What was decided in it and in the calls that it made; if it was refused, or is still to be finished. */
  decided?: Decided | undefined;
  rates?: readonly Rate[];
  readonly noted: {
    resources?: readonly RecordedResource[];
    region?: Region;
    elsewhere?: Elsewhere;
    extra?: Readonly<Record<string, unknown>>;
    bytesIn?: number;
    bytesOut?: number;
    body?: BodyEnd;
    kms?: KmsShare;
    filters?: MatchedFilters;
    keyArn?: string;
    httpStatus?: number;
    parameters?: Readonly<Record<string, unknown>> | null;
    response?: Readonly<Record<string, unknown>> | null;
  };
  /** What it spends on the bytes of objects; absent until it has to do with some. */
  times?: WorkTimes | undefined;
  /** For a transfer in its second transaction: the draft of the first. */
  readonly before?: Draft | undefined;
  written: boolean;
  /** The keys of its records, one for each account that receives it, if reading its body adds to them. */
  readonly keys: CallKey[];
  /** The first of them. */
  record?: CallRecord | undefined;
}
