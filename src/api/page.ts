/** Pages of lists, which every service has, each with markers of its own. */

export interface Page<T> {
  readonly items: readonly T[];
  /** Whether the list goes on. */
  readonly hasMore: boolean;
}

/** The first so many of a list. It is read lazily, one further than the page at most. */
export function takePage<T>(all: Iterable<T>, limit: number): Page<T> {
  const items: T[] = [];
  for (const item of all) {
    if (items.length === limit) return { items, hasMore: true };
    items.push(item);
  }
  return { items, hasMore: false };
}
