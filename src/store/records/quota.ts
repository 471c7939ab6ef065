/** The rows about quotas. */

/** The value of a quota that somebody set by hand; for a rate, requests in a second. */
export interface QuotaValue {
  readonly v: 1;
  readonly value: number;
}
