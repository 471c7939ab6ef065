/** The process's surroundings: the only place that names the clock, the random source and the process environment. */

import { randomFillSync, randomUUID } from 'node:crypto';

/** Everything the program needs from the outside world; tests make their own. */
export interface Environment {
  /** The machine's clock, in milliseconds since 1970. The store's clock is this plus the store's offset. */
  now(): number;
  /** A monotonic clock in milliseconds, for durations. */
  elapsed(): number;
  /** Waits this many milliseconds of the machine's time. The signal ends it at once, by an AbortError. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Fresh random bytes. */
  random(size: number): Uint8Array;
  /** How many minutes the local time zone is ahead of UTC at that time. */
  utcOffsetMinutes(date: Date): number;
  /** A fresh random UUID. */
  uuid(): string;
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The passphrase of a sealed store. An empty variable counts as unset, since no passphrase is empty. */
export const passphraseIn = ({ variables }: Environment): string | undefined =>
  variables.SSEBOX_PASSPHRASE || undefined;

/** The real surroundings of this process. */
export function processEnvironment(): Environment {
  return {
    now: () => Date.now(),
    // Using `performance` would load it.
    elapsed: () => Number(process.hrtime.bigint()) / 1e6,
    pause: async (ms, signal) => {
      const [{ setTimeout }, { EventEmitter }] = await Promise.all([
        import('node:timers/promises'),
        import('node:events'),
      ]);
      // Any number of pauses may be ended by one signal, which Node takes for a leak.
      EventEmitter.setMaxListeners(0, signal);
      await setTimeout(ms, undefined, { signal });
    },
    random: pooledRandom(),
    uuid: () => randomUUID(),
    utcOffsetMinutes: (date) => -date.getTimezoneOffset(),
    variables: process.env,
  };
}

/** Small requests are served from a pool: a system call costs the same 6 µs for 12 bytes as for 1,024 (measured). */
function pooledRandom(): (size: number) => Uint8Array {
  const pool = new Uint8Array(1024);
  let used = pool.length;
  return (size) => {
    if (size > 64) return randomFillSync(new Uint8Array(size));
    if (used + size > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + size);
    // Bytes that were handed out are known only to their owner.
    pool.fill(0, used, used + size);
    used += size;
    return bytes;
  };
}
