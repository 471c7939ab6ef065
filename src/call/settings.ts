/** The user's settings for the behaviour of services, parsed, however they are written. */

import { DAY_MS } from '../api/duration.ts';

export interface ServiceSettings {
  /** How long it takes until a new grant applies without its token. */
  readonly grantDelayMs: number;
  /**
   * How long a key stays in Creating or Updating, and how long an on-demand rotation takes: seconds in AWS. With 0,
   * only the response shows the state, which ends before the next call.
   */
  readonly settleDelayMs: number;
  /** How much longer each call to KMS takes, the caller's own and those that S3 makes. */
  readonly kmsLatencyMs: number;
  /** How long a bucket-level key serves its requester; with 0, none is kept. */
  readonly bucketKeyLifetimeMs: number;
  /** Whether a bucket may be given a configuration that has no effect; otherwise it is refused as NotImplemented. */
  readonly mayConfigureWithoutEffect: boolean;
  /** How long management events are kept and shown; the event history shows 90 days at most. */
  readonly keepManagementMs: number;
  /** The same for data events; with 0, none is kept that no trail wants. */
  readonly keepDataEventsMs: number;
}

export const usualSettings: ServiceSettings = {
  grantDelayMs: 0,
  settleDelayMs: 0,
  kmsLatencyMs: 0,
  // AWS does not publish the lifetime of a bucket-level key.
  bucketKeyLifetimeMs: 5 * 60_000,
  mayConfigureWithoutEffect: true,
  // CloudTrail User Guide, "Working with CloudTrail event history".
  keepManagementMs: 90 * DAY_MS,
  // AWS keeps none: they are many.
  keepDataEventsMs: DAY_MS,
};
