/** What a request says about the bytes of its body, as far as its input does not have it. */

export interface Payload {
  /** The SHA-256 that the bytes must have, in lower-case hex: `x-amz-content-sha256`. Undefined if it is not signed. */
  readonly sha256?: string | undefined;
  /** Undefined if nothing follows the bytes. */
  readonly trailer?: Trailer | undefined;
}

/** A checksum that follows the bytes. */
export interface Trailer {
  /** The header that announces it, `x-amz-trailer`. */
  readonly announced: string;
  /** The value, once the body has been read to its end. @throws Error before that */
  value(): string;
}
