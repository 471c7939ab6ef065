/** What was used and is to be paid for: the items that bills are made of. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { Fraction } from './exact.ts';
import type { Month, Stretch } from './month.ts';
import type { BilledUsage } from './usage-types.ts';

/** A quantity of one usage type, in its unit, in one piece of a month. */
export interface Used {
  /** Who pays. */
  readonly account: AccountId;
  readonly usageType: BilledUsage;
  readonly region: Region;
  /** Where a transfer went. */
  readonly to?: Region | undefined;
  readonly quantity: Fraction;
  /** When the piece of the month begins. */
  readonly atMs: number;
  /** The ARN of the KMS key, and the name of the bucket, that it was used by. */
  readonly key?: string | undefined;
  readonly bucket?: string | undefined;
}

/** What to look at: an account's use in a month, as far as it has passed, in pieces. */
export interface Period {
  readonly month: Month;
  /** One after the other, from the month's beginning on. */
  readonly pieces: readonly Stretch[];
}
