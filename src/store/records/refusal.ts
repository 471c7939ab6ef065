/** A refused call as the store keeps it, so that `explain last` can tell why. */

import type { Decision } from '../../policy/decision.ts';
import type { SparedDecision } from './spared-decision.ts';

export interface Refusal {
  readonly v: 1;
  readonly eventId: string;
  readonly timeMs: number;
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  readonly region: string;
  readonly code: string;
  readonly message: string;
  /** Every decision that the call asked for, in order, those of the KMS calls that S3 made included. */
  readonly decisions: readonly Decision[];
  /** Those that a bucket-level key made unnecessary; absent: none. */
  readonly spared?: readonly SparedDecision[] | undefined;
}
