/** How long work on bytes took, by what it was: measured where the bytes are, and passed on by whoever has the clock. */

export interface WorkTimes {
  readonly clock: { elapsed(): number };
  /** For sealing and opening, in milliseconds. */
  encryptionMs: number;
  /** For reading and writing, as far as it was waited for, in milliseconds. */
  diskMs: number;
}

type Kind = 'encryptionMs' | 'diskMs';

export const newWorkTimes = (clock: WorkTimes['clock']): WorkTimes => ({ clock, encryptionMs: 0, diskMs: 0 });

/** Does work whose time counts, whether it succeeds or not; without times it is only done. */
export function timedWork<T>(times: WorkTimes | undefined, kind: Kind, work: () => T): T {
  if (!times) return work();
  const since = times.clock.elapsed();
  try {
    return work();
  } finally {
    times[kind] += times.clock.elapsed() - since;
  }
}

/** The same for work that is under way. */
export async function timedWait<T>(times: WorkTimes | undefined, kind: Kind, work: Promise<T>): Promise<T> {
  if (!times) return work;
  const since = times.clock.elapsed();
  try {
    return await work;
  } finally {
    times[kind] += times.clock.elapsed() - since;
  }
}
