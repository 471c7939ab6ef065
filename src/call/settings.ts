/** What a user can set about how the services behave; numbers here, whatever the form that they are written in. */

export interface ServiceSettings {
  /** How long a new grant takes until it counts without its token. */
  readonly grantDelayMs: number;
  /**
   * How long a key stays in Creating or Updating, and how long a rotation on demand takes: seconds in AWS. With 0, the
   * state shows in the answer alone and is over at the next call.
   */
  readonly settleDelayMs: number;
  /** How long a bucket-level key serves its requester; with 0, none is kept. */
  readonly bucketKeyLifetimeMs: number;
}

export const usualSettings: ServiceSettings = {
  grantDelayMs: 0,
  settleDelayMs: 0,
  // AWS does not publish how long a bucket-level key lives.
  bucketKeyLifetimeMs: 5 * 60_000,
};
