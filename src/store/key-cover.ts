/** The keys of a table whose pages have been checked. */

import type { Bounds, OrderedKey } from './lmdb-page.ts';

/** A set of keys, made of ranges. */
export interface KeyCover {
  /** The range that a key is in; undefined if it is in none. */
  at(key: OrderedKey): Bounds | undefined;
  /** The range that has the keys just before this one, which may be absent itself. */
  below(key: OrderedKey): Bounds | undefined;
  add(range: Bounds): void;
  /** Whether it has every key. */
  isAll(): boolean;
}

/** A set without keys. */
export function newKeyCover(): KeyCover {
  /** In order; none touches the next. */
  const ranges: Bounds[] = [];

  /** The number of ranges at the beginning for which something is true; it is for none behind them. */
  function countWhile(isTrue: (range: Bounds) => boolean): number {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = ranges[middle];
      if (range && isTrue(range)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    at(key) {
      const range = ranges[countWhile(({ from }) => from === undefined || from <= key) - 1];
      return range && (range.before === undefined || range.before > key) ? range : undefined;
    },
    below(key) {
      const range = ranges[countWhile(({ from }) => from === undefined || from < key) - 1];
      return range && (range.before === undefined || range.before >= key) ? range : undefined;
    },
    add({ from, before }) {
      const start = from === undefined ? 0 : countWhile((range) => range.before !== undefined && range.before < from);
      const end =
        before === undefined ? ranges.length : countWhile((range) => range.from === undefined || range.from <= before);
      const [first, last] = [ranges[start], ranges[end - 1]];
      const isApart = start >= end || !first || !last;
      ranges.splice(start, Math.max(0, end - start), {
        from: isApart ? from : lower(first.from, from),
        before: isApart ? before : higher(last.before, before),
      });
    },
    isAll: () => ranges[0] !== undefined && ranges[0].from === undefined && ranges[0].before === undefined,
  };
}

const lower = (a: OrderedKey | undefined, b: OrderedKey | undefined) =>
  a === undefined || b === undefined ? undefined : a < b ? a : b;
const higher = (a: OrderedKey | undefined, b: OrderedKey | undefined) =>
  a === undefined || b === undefined ? undefined : a > b ? a : b;
