/** Key bytes in an envelope that cannot be printed. */

import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Holds key bytes; whatever prints, serializes or concatenates it shows nothing of them. */
export class Secret {
  readonly #bytes: Uint8Array;

  /** Takes over the bytes; the caller must not keep them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes themselves, for a cipher and nothing else. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Overwrites the bytes; the secret is of no use any more. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
