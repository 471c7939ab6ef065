/** What is thrown when bytes are not what was sealed or wrapped under this key for this use. */

/** Says what failed and never how: there is no difference between a wrong key and a damaged byte. */
export class AuthenticationError extends Error {
  /** @param what names the thing: `the wrapped key`, `s3://bucket/key`. */
  constructor(what: string) {
    super(`${what} cannot be authenticated`);
    this.name = 'AuthenticationError';
  }
}
