/** Key bytes in a wrapper that cannot be printed. */

import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Holds key bytes; printing, serializing or concatenating it reveals nothing of them. */
export class Secret {
  readonly #bytes: Uint8Array;

  /** Takes over the bytes; the caller must not keep them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes themselves, only for use by a cipher. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Overwrites the bytes; the secret is unusable afterwards. */
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
