/**
 * What the points in a window add up to while the window moves on: each point is merged a few times in all, however often
 * the window moves. Two stacks make a queue.
 */

/**
 * @param merged adds two of them up; in the order of the list
 * @returns the sum of those from one index up to another, neither of which may go back; undefined if there are none
 */
export function slidingSum<T>(
  all: readonly T[],
  merged: (one: T, other: T) => T,
): (from: number, to: number) => T | undefined {
  /** Of each index from `first` on: the sum from it up to `middle`. */
  let older: (T | undefined)[] = [];
  let first = 0;
  let middle = 0;
  let newer: T | undefined;
  let end = 0;
  const both = (one: T | undefined, other: T | undefined) =>
    one === undefined || other === undefined ? (one ?? other) : merged(one, other);

  function turnOver(from: number, to: number): void {
    older = [];
    let sum: T | undefined;
    for (let i = to - 1; i >= from; i -= 1) {
      sum = both(all[i], sum);
      older[i - from] = sum;
    }
    first = from;
    middle = to;
    newer = undefined;
    end = to;
  }

  return (from, to) => {
    if (from >= to) return undefined;
    if (from >= middle) turnOver(from, to);
    for (; end < to; end += 1) newer = both(newer, all[end]);
    return both(older[from - first], newer);
  };
}
