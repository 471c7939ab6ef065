/** The process's surroundings: the one place that names the clock, the random source and the process environment. */

import { randomFillSync, randomUUID } from 'node:crypto';

/** What the program may ask of the world; tests make their own. */
export interface Environment {
  /** The machine's clock, in milliseconds since 1970. The store's clock is this plus the store's offset. */
  now(): number;
  /** A monotonic clock in milliseconds, for durations. */
  elapsed(): number;
  /** Fresh random bytes. */
  random(size: number): Uint8Array;
  /** A fresh random UUID. */
  uuid(): string;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The real surroundings of this process. */
export function processEnvironment(): Environment {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    random: (size) => randomFillSync(new Uint8Array(size)),
    uuid: () => randomUUID(),
    variables: process.env,
  };
}
