/** What a call works with while it runs: the parts of the door, one transaction of it, and its record in the making. */

import type { AwsError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Origin } from '../api/origin.ts';
import type { Region } from '../api/regions.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { Environment } from '../env.ts';
import type { Access } from '../policy/access.ts';
import type { Caller } from '../policy/caller.ts';
import type { Decision } from '../policy/decision.ts';
import type { StatedContext } from '../policy/stated-context.ts';
import type { Blobs } from '../store/blobs.ts';
import type { BodyEnd, CallRecord, RecordedResource } from '../store/records/call.ts';
import type { SkippedCheck } from '../store/records/skipped-check.ts';
import type { Store } from '../store/store.ts';
import type { CallKey, Tx } from '../store/tables.ts';
import type { Effect } from './answer.ts';
import type { LateFacts } from './late-facts.ts';
import type { Call, Held, OperationTable } from './operation.ts';
import type { ServiceSettings } from './settings.ts';
import type { View } from './view.ts';

/** What the door is made of; `assemble` puts it together. */
export interface PipelineParts {
  readonly store: Store;
  readonly environment: Environment;
  /** The operations of the services that are loaded. */
  readonly services: Readonly<Partial<Record<ServiceName, OperationTable>>>;
  /** Brings what time moves by itself to where it is now, before anything else is done in a transaction. */
  readonly settle?: ((at: Passage) => void) | undefined;
  readonly rootKey: () => RootKey;
  readonly blobs: Blobs;
  readonly settings: ServiceSettings;
  /** Throws the service's refusal when the input does not have the model's shape. */
  readonly validate: (service: ServiceName, operation: string, input: unknown) => void;
  /** What the audit log may show of an input whose operation does not say it itself. */
  readonly loggable: (service: ServiceName, operation: string, input: unknown) => Readonly<Record<string, unknown>>;
  /**
   * Counts a request, and throws the service's refusal when the caller's account has used up its rate. What it counts
   * stays, whatever becomes of the call: where that is undone, it is asked again, at the same instant and in the same
   * order, so that it must count by nothing but its own rows, the call and what is asked for.
   */
  readonly throttle: (call: Call, asked: AskedFor) => void;
  readonly decide: (access: Access, call: Call) => Decision;
  /** A denial in the service's words. */
  readonly denial: (service: ServiceName, access: Access, decision: Decision, caller: Caller) => AwsError;
  /** What is made of the records of calls, each in turn. */
  readonly views: readonly View[];
  /** Told of every step as it ends, for `--debug`. */
  readonly onStep?: ((step: StepReport) => void) | undefined;
}

/** What a call asks for, with its names resolved. */
export interface AskedFor {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: unknown;
  /** What the operation's `resolve` found. */
  readonly target: unknown;
}

/** The parts with what they have in common as long as the door is open. */
export interface Door extends PipelineParts {
  readonly nextEventId: (timeMs: number) => string;
  /** What is known of calls since their commit. */
  readonly late: LateFacts;
}

/** What settling works with. */
export interface Passage {
  readonly tx: Tx;
  readonly now: Date;
  readonly rootKey: RootKey;
  readonly random: (size: number) => Uint8Array;
  /** Records what a service did by itself. */
  readonly record: (record: CallRecord) => void;
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

/** What one transaction of a call has in hand. */
export interface Scope {
  readonly parts: Door;
  readonly tx: Tx;
  readonly now: Date;
  readonly mode: 'act' | 'explain';
  readonly caller: Caller;
  readonly origin: Origin;
  /** While explaining: condition keys that were stated. */
  readonly stated?: StatedContext | undefined;
  /** The records of this call and of the calls within it, in the order in which they ended. */
  readonly drafts: Draft[];
  readonly decisions: Decision[];
  readonly skipped: SkippedCheck[];
  readonly nextEventId: (timeMs: number) => string;
  /** What was opened for the answer. */
  readonly held: Held[];
  /** What is to be done after the commit. */
  readonly effects: Effect[];
  /** Counts again what the throttle counted, in order; for what was undone with a refused call. */
  readonly counted: (() => void)[];
  /** While explaining: what would have ended the call. */
  firstDenial?: AwsError | undefined;
}

/** From where a call comes: the user, or another call on the user's behalf. */
export interface Invocation {
  readonly region: Region;
  /** 0: the user's own call. */
  readonly depth: number;
  /** The request id of the call that makes this one. */
  readonly within?: string | undefined;
  readonly viaService?: string | undefined;
  readonly caller?: Caller | undefined;
  readonly resourcePhrase?: string | undefined;
  /** What the outer call makes of this one's refusal. */
  readonly refused?: ((refusal: AwsError) => AwsError) | undefined;
  /** Whether the outer call answers this one's refusal, and goes on. */
  readonly isAnswered?: boolean | undefined;
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
  /** When its work began and ended, by the environment's monotonic clock. */
  readonly startedMs: number;
  endedMs: number | undefined;
  timeMs: number;
  /** The permissions that were required, in order. */
  readonly accesses: Access[];
  parameters: Readonly<Record<string, unknown>> | null;
  response: Readonly<Record<string, unknown>> | null;
  error?: AwsError | undefined;
  noted: {
    readonly resources?: readonly RecordedResource[];
    readonly extra?: Readonly<Record<string, unknown>>;
    readonly bytesIn?: number;
    readonly bytesOut?: number;
    readonly body?: BodyEnd;
    readonly keyArn?: string;
    readonly httpStatus?: number;
    readonly parameters?: Readonly<Record<string, unknown>> | null;
    readonly response?: Readonly<Record<string, unknown>> | null;
  };
  /** Of a transfer that goes on in a second transaction: the draft of the first. */
  readonly before?: Draft | undefined;
  written: boolean;
  /** Of its records, one for each account that receives it. */
  readonly keys: CallKey[];
}
