/** The answer to a call, and the work that it leaves. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { PolicyFacts } from '../policy/finding.ts';
import type { PolicyType } from '../policy/policy-type.ts';

/**
 * A consequence of a call that the call itself does not handle: the code that made the call acts on it, or reports it,
 * once the call is committed.
 */
export type Effect =
  /** Versions in a bucket have been queued for replication. */
  | { readonly kind: 'replication-queued'; readonly bucket: string }
  /** A policy was accepted, which may not do what its author means. */
  | PolicyAccepted
  /** A user or role was deleted, which may have been the last one that could manage a key. */
  | { readonly kind: 'principal-deleted'; readonly principal: DeletedPrincipal }
  /** A request was over one of AWS's rates, in requests a second, which is only observed. */
  | OverRate;

export interface PolicyAccepted {
  readonly kind: 'policy-accepted';
  readonly document: string;
  readonly type: PolicyType;
  /** The ARN of the key, bucket or role that it belongs to. */
  readonly resource?: string | undefined;
  readonly holder?: PolicyFacts['holder'];
}

export interface OverRate {
  readonly kind: 'over-rate';
  readonly service: string;
  /** The quota's name. */
  readonly name: string;
  readonly account: AccountId;
  readonly region: Region;
  readonly rate: number;
}

export interface DeletedPrincipal {
  readonly kind: 'user' | 'role';
  readonly name: string;
  /** The unique id by which other entities' policies refer to it. */
  readonly id: string;
}

/** The answer to a call that succeeded. */
export interface Answer<O> {
  readonly output: O;
  /** The same id as in its record. */
  readonly requestId: string;
  readonly effects: readonly Effect[];
}
