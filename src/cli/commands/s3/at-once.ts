/** Runs work a few pieces at a time. */

/** The number of slots, across everything that shares them. */
export interface Slots {
  readonly count: number;
  /** Runs the work when a slot is free. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

export function newSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    count,
    async hold(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}

/** The number of parts of one object in progress at once: more are not faster, and each holds memory (measured). */
const MOST_PARTS = 4;

/**
 * Runs the work for all items, a few at once and each in a slot. After a failure no more are started; those in progress
 * have ended before it is thrown.
 */
export async function atOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { slots, signal }: { readonly slots: Slots; readonly signal: AbortSignal },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let isOver = false;
  const worker = async () => {
    try {
      while (!isOver) {
        signal.throwIfAborted();
        const next = await iterator.next();
        if (next.done) break;
        await slots.hold(async () => {
          if (!isOver) await work(next.value);
        });
      }
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  const workers = Array.from({ length: Math.min(MOST_PARTS, slots.count) }, worker);
  const ended = await Promise.allSettled(workers);
  await iterator.return?.();
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}
