/** The caller and the origin of a call. */

import type { AwsError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Origin } from '../api/origin.ts';
import type { Region } from '../api/regions.ts';
import type { Caller } from '../policy/caller.ts';
import type { Tx } from '../store/tables.ts';
import type { Payload } from './payload.ts';

export interface Request {
  /**
   * Finds the caller in the store; for a caller who does not exist, it throws a UsageError and no call is made. An
   * AwsError refuses the call and undoes nothing. It may be asked in several transactions, and has to give the same answer.
   */
  readonly caller: (tx: Tx, now: Date) => Caller;
  readonly region: Region;
  /**
   * The region that the service redirects a client to, for a client that follows; undefined if it answers in this one.
   */
  readonly redirect?: ((asked: AskedOf, tx: Tx) => Region | undefined) | undefined;
  /** Absent for this process. */
  readonly origin?: Origin | undefined;
  /** The id of the call, for those who have to say it before the call ends; absent: it gets one. */
  readonly requestId?: string | undefined;
  /** Shares its commit with other calls in progress in this process. */
  readonly grouped?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What is wrong with the message that the input was read from; undefined if it could be read. */
  readonly fault?: ((tx: Tx) => MessageFault | undefined) | undefined;
  /** What the message says about the bytes of the input's body; absent for this process. */
  readonly payload?: Payload | undefined;
  /**
   * Whether this refusal is overlooked: nobody is shown it, and it is kept apart from those that `explain last` shows. It
   * may be asked twice about one call, and has to give the same answer.
   */
  readonly overlooks?: ((refusal: AwsError) => boolean) | undefined;
}

/** What is wrong with a message. It refuses the call once it is known who calls. */
export interface MessageFault {
  readonly refusal: AwsError;
  /**
   * Where it refuses: `head` where an input that does not fit the model would. `body` where the operation begins its
   * work, since S3 finds the bucket and decides before it looks at a body; the input then has all members but those in
   * the body.
   */
  readonly at: 'head' | 'body';
}

/** What a request asks for. */
export interface AskedOf {
  readonly service: ServiceName;
  readonly name: string;
  /** As it came in: not checked yet. */
  readonly input: unknown;
}
