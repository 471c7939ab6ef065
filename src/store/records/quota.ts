/** The rows about quotas. */

/** The value of a quota that is not AWS's; for a rate, requests in a second. */
export interface QuotaValue {
  readonly v: 1;
  readonly value: number;
  /** Service Quotas granted it; absent: somebody set it by hand. */
  readonly isGranted?: true;
}

/** What was used of a rate lately. */
export interface QuotaUse {
  readonly v: 1;
  readonly newest: UsedWindow;
  /** Those of the minute before, in order. */
  readonly earlier: readonly UsedWindow[];
  /** How many requests were over the rate since there is this row, refused or not. */
  readonly overEver: number;
  /** When the last one was, by the machine's clock, in milliseconds; 0 if there was none. */
  readonly lastOverMs: number;
}

/** When a window began by the machine's clock, how many requests it had within the rate, and how many over it. */
export type UsedWindow = readonly [startMs: number, granted: number, over: number];
