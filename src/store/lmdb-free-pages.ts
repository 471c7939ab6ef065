/** The lists of an LMDB file's free pages. */

import { longAt } from './lmdb-page.ts';
import { type PageFile, type PageSet, type Visitor, walk } from './lmdb-tree.ts';

/** Pages in a row. */
export interface PageRange {
  readonly first: number;
  readonly count: number;
}

/** Reads the lists; yields the number of bytes read after each page. `onRange` receives what is in them. */
export function* readFreePages(
  pages: PageFile,
  taken: PageSet,
  onRange: (range: PageRange) => void,
  fault: Visitor['fault'],
): Generator<number, void> {
  const root = pages.state.freePages.root ?? 0;
  const row = (_key: string, list: Buffer) => {
    for (const range of rangesIn(list)) {
      if (range) onRange(range);
      else fault(root, 'leads to a list that is damaged');
    }
  };
  yield* walk(pages, pages.state.freePages, 'lists', taken, { fault, row });
}

/**
 * A list begins with the number of its members: 0 for a gap, a page, or the negative number of pages in a row with the
 * first of them behind it (`mdb_midl_respread` in midl.c of the lmdb package).
 * @returns undefined in place of what is not a range
 */
function* rangesIn(list: Buffer): Generator<PageRange | undefined, void> {
  const length = list.length >= 8 ? longAt(list, 0) : -1;
  if (length < 0 || length > list.length / 8 - 1) return yield undefined;
  for (let i = 1; i <= length; i++) {
    const member = Number(list.readBigInt64LE(8 * i));
    if (member === 0) continue;
    if (member < 0) i += 1;
    yield i > length ? undefined : { first: longAt(list, 8 * i), count: Math.max(1, -member) };
  }
}
