/** Who makes a call, and from where. */

import type { Origin } from '../api/origin.ts';
import type { Region } from '../api/regions.ts';
import type { Caller } from '../policy/caller.ts';
import type { StatedContext } from '../policy/stated-context.ts';
import type { Tx } from '../store/tables.ts';

export interface Request {
  /** Finds the caller in the store; a caller who does not exist is a UsageError and no call at all. */
  readonly caller: (tx: Tx, now: Date) => Caller;
  readonly region: Region;
  /** Absent: from this process. */
  readonly origin?: Origin | undefined;
  /** Shares its commit with other calls of this process that are under way. */
  readonly grouped?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A call that is only asked about. */
export interface Question extends Request {
  /** Condition keys that replace those of the request. */
  readonly stated?: StatedContext | undefined;
}
