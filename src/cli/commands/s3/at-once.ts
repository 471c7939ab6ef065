/** Work that is done a few pieces at a time. */

/** How many run at once, over everything that shares it. */
export interface Slots {
  /** Waits for a free one. @returns what frees it again. */
  take(): Promise<() => void>;
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
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return giveBack;
    },
  };
}

/** Parts of one object that are under way at once: memory and the disk are used well, and no more. */
const WORKERS = 4;

/**
 * Does the work for all items, a few at once. After a failure no more are begun; those under way have ended when it is
 * told.
 */
export async function atOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal,
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
        await work(next.value);
      }
    } finally {
      isOver = true;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: WORKERS }, worker));
  await iterator.return?.();
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}
