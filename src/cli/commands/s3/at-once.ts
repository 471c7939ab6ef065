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
 * have ended before it is thrown. If several fail, one is thrown: the first to be refused, or else the first to fail.
 * The work passes `overlooks` on to its calls, so that the refusals of the others are known to be shown to nobody.
 */
export async function atOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { slots, signal }: { readonly slots: Slots; readonly signal: AbortSignal },
  work: (item: T, overlooks: () => boolean) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: { readonly piece: symbol; readonly error: unknown }[] = [];
  let firstRefused: symbol | undefined;
  let isOver = false;
  const one = async (item: T) => {
    const piece = Symbol('the work for an item');
    try {
      await work(item, () => {
        firstRefused ??= piece;
        return firstRefused !== piece;
      });
    } catch (error) {
      failures.push({ piece, error });
      throw error;
    }
  };
  const worker = async () => {
    try {
      while (!isOver) {
        signal.throwIfAborted();
        const next = await iterator.next();
        if (next.done) break;
        await slots.hold(async () => {
          if (!isOver) await one(next.value);
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
  const [first] = failures;
  if (first) throw (failures.find(({ piece }) => piece === firstRefused) ?? first).error;
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}
