/** Pages of lists: every service has them, each with its own markers. */

export interface Page<T> {
  readonly items: readonly T[];
  /** Whether the list continues. */
  readonly hasMore: boolean;
}

/** The first `limit` items of a list. It is read lazily, at most one item beyond the page. */
export function takePage<T>(all: Iterable<T>, limit: number): Page<T> {
  const items: T[] = [];
  for (const item of all) {
    if (items.length === limit) return { items, hasMore: true };
    items.push(item);
  }
  return { items, hasMore: false };
}
