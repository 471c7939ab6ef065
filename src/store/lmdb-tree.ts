/**
 * Reads the trees of an LMDB file page by page, without LMDB, which trusts what it reads: a wrong page can end the
 * process, go on without end, or hide rows. Here each page is checked before it is used, and none is read twice.
 */

import type { LastState } from './lmdb-header.ts';
import {
  type Bounds,
  type Contents,
  childAt,
  headerFault,
  keyAt,
  newPage,
  nodeAt,
  nodesFault,
  nodesOn,
  numberAt,
  type OrderedKey,
  type Overflow,
  overflowAt,
  overflowPagesOf,
  PAGE_HEADER,
  type Page,
  pagesFor,
  readPage,
  sizeAt,
  type Tree,
  transactionOf,
  valueAt,
} from './lmdb-page.ts';

/** A file whose pages are read, and the state of it that is meant. */
export interface PageFile {
  readonly file: number;
  readonly state: LastState;
}

/** What comes out of a walk. */
export interface Visitor {
  /** A page is not as it was written; what it led to is left out. */
  fault(page: number, what: string): void;
  /** A row, in the order of the keys; the key is text of one character a byte, the value is valid until this returns. */
  row?(key: string, value: Buffer): void;
}

/** Walks a tree from its root; yields the number of bytes read after each page. */
export function* walk(
  { file, state }: PageFile,
  tree: Tree,
  contents: Contents,
  taken: PageSet,
  visitor: Visitor,
): Generator<number, void> {
  const isOfLists = contents === 'lists';
  const levels = Array.from({ length: tree.depth }, () => newPage(state.pageBytes));
  const found = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
  let faults = 0;

  function fault(number: number, what: string): void {
    faults += 1;
    visitor.fault(number, what);
  }

  function* visit(number: number, level: number, newest: number, bounds: Bounds): Generator<number, void> {
    const kind = level < tree.depth ? 'branch' : 'leaf';
    const page = levels[level - 1];
    if (!page) return;
    const wrong =
      taken.add(number, 1) ??
      readPage(file, number * state.pageBytes, page) ??
      headerFault(page, number, kind, newest) ??
      nodesFault(page, kind === 'branch' ? 'pages' : contents, bounds, isOfLists);
    if (wrong !== undefined) return fault(number, wrong);
    yield page.bytes.length;
    const transaction = transactionOf(page);
    if (kind === 'leaf') {
      found.leafPages += 1;
      found.entries += nodesOn(page);
      const onOverflow = (pages: number) => {
        found.overflowPages += pages;
      };
      return yield* readLeaf({ file, state }, page, taken, { ...visitor, fault }, onOverflow);
    }
    found.branchPages += 1;
    const keys = Array.from({ length: nodesOn(page) }, (_, i): OrderedKey => {
      const node = nodeAt(page, i);
      return isOfLists ? numberAt(page, node) : keyAt(page, node);
    });
    for (const [index, key] of keys.entries()) {
      const from = index === 0 ? bounds.from : key;
      const below = { from, before: keys[index + 1] ?? bounds.before };
      yield* visit(childAt(page, nodeAt(page, index)), level + 1, transaction, below);
    }
  }

  if (tree.root === undefined) return;
  yield* visit(tree.root, 1, state.transaction, {});
  const { branchPages, leafPages, overflowPages, entries } = tree;
  const isWhole =
    found.branchPages === branchPages &&
    found.leafPages === leafPages &&
    found.overflowPages === overflowPages &&
    found.entries === entries;
  if (!isWhole && faults === 0) fault(tree.root, `leads to ${found.entries} rows, not ${entries}`);
}

/**
 * Reads the rows of a leaf that was checked; yields the number of bytes read after each value on pages of its own.
 * `onOverflow` receives how many pages that has.
 */
export function* readLeaf(
  pages: PageFile,
  page: Page,
  taken: PageSet,
  visitor: Visitor,
  onOverflow: (pages: number) => void = () => {},
): Generator<number, void> {
  for (let index = 0; index < nodesOn(page); index++) {
    const node = nodeAt(page, index);
    const overflow = overflowAt(page, node);
    if (!overflow) {
      visitor.row?.(keyAt(page, node), valueAt(page, node));
      continue;
    }
    const value = readOverflow(pages, overflow, sizeAt(page, node), taken, transactionOf(page));
    if (typeof value === 'string') {
      visitor.fault(overflow.page, value);
      continue;
    }
    onOverflow(overflow.pages);
    yield overflow.pages * pages.state.pageBytes;
    visitor.row?.(keyAt(page, node), value);
  }
}

/** The value; or what is wrong with its first page. */
function readOverflow(
  { file, state: { pageBytes } }: PageFile,
  { page, pages, transaction }: Overflow,
  size: number,
  taken: PageSet,
  newest: number,
): Buffer | string {
  // A smaller value takes the place of a larger one on the same pages.
  if (pages < pagesFor(size, pageBytes) || transaction > newest) return 'is damaged';
  const wrong = taken.add(page, pages);
  if (wrong !== undefined) return wrong;
  const value = newPage(pages * pageBytes);
  const fault = readPage(file, page * pageBytes, value) ?? headerFault(value, page, 'overflow', newest);
  if (fault !== undefined) return fault;
  if (overflowPagesOf(value) !== pages || transactionOf(value) !== transaction) {
    return 'is from another state of the store';
  }
  return value.bytes.subarray(PAGE_HEADER, PAGE_HEADER + size);
}

/** Pages that something has been found on. */
export interface PageSet {
  /** Takes pages in a row. @returns what is wrong with that; undefined if nothing is */
  add(first: number, count: number): string | undefined;
  /** Whether a page is taken. */
  has(page: number): boolean;
}

/** The pages whose bits are in one array. */
const IN_ARRAY = 32_768;

/** A set of the pages that a state can have; its size depends on what it contains, not on the last page. */
export function pageSet({ lastPage }: LastState): PageSet {
  const arrays = new Map<number, Uint8Array>();
  return {
    add(first, count) {
      if (first < 2 || count < 1 || first + count - 1 > lastPage) return 'does not exist';
      for (let page = first; page < first + count; page++) {
        const number = Math.floor(page / IN_ARRAY);
        const bits = arrays.get(number) ?? new Uint8Array(IN_ARRAY / 8);
        arrays.set(number, bits);
        const at = page % IN_ARRAY;
        const byte = bits[at >> 3] ?? 0;
        if ((byte & (1 << (at & 7))) !== 0) return 'is used twice';
        bits[at >> 3] = byte | (1 << (at & 7));
      }
      return undefined;
    },
    has(page) {
      const byte = arrays.get(Math.floor(page / IN_ARRAY))?.[(page % IN_ARRAY) >> 3] ?? 0;
      return (byte & (1 << (page & 7))) !== 0;
    },
  };
}
