/** Thrown when bytes are not those that were sealed or wrapped under this key for this use. */

/** Says what failed but never why: a wrong key and a damaged byte look the same. */
export class AuthenticationError extends Error {
  /** @param what names the object: `the wrapped key`, `s3://bucket/key`. */
  constructor(what: string) {
    super(`${what} cannot be authenticated`);
    this.name = 'AuthenticationError';
  }
}
