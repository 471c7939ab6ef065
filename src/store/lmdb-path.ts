/**
 * The way to a key down a tree of an LMDB file, each page of which is checked before it is used. A page that was checked
 * is not checked again as long as its header says that no later transaction has written it.
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
  PAGE_HEADER,
  type Page,
  readPage,
  type Tree,
  transactionOf,
} from './lmdb-page.ts';

/** A page that is not as it was written: its number, what is wrong with it, and the tree that it belongs to. */
export class WrongPage extends Error {
  readonly page: number;
  readonly what: string;
  readonly contents: Contents;

  constructor(page: number, what: string, contents: Contents) {
    super(`page ${page} ${what}`);
    this.page = page;
    this.what = what;
    this.contents = contents;
  }
}

/** A tree of a file's state. */
export interface CheckedTree {
  readonly file: number;
  readonly state: LastState;
  readonly tree: Tree;
  readonly contents: Contents;
  /** The pages that were checked, of any tree and state of this file. */
  readonly checked: CheckedPages;
  /** Pages of transactions after this one were written a moment ago: their nodes are not checked. */
  readonly since: number;
}

/** Checked pages, by number. */
export type CheckedPages = Map<number, CheckedPage>;

interface CheckedPage {
  /** A leaf with rows is only known by its header: nothing else of it is used. */
  readonly page: Page;
  /** The state in which it was read last. */
  state: LastState;
}

/** Beyond this number, all are forgotten. */
const MOST_PAGES = 2048;

/** Which leaf: the one that a key is or would be on, or the one before the leaf that begins with that key. */
export type Place = { readonly at: OrderedKey } | { readonly below: OrderedKey };

/** Checks the way to a leaf of a tree that is not empty. @returns the keys that the leaf can have. @throws WrongPage */
export function checkWay(within: CheckedTree, place: Place): Bounds {
  let step = rootOf(within);
  for (let level = 1; level < within.tree.depth; level++) {
    step = stepDown(within, step, childIndex(step.page, place), level);
  }
  return step.bounds;
}

/**
 * The same; it also checks the pages that LMDB looks at when it removes a row: it fills a page that has become too empty
 * from the one before or behind it, and needs the first key of that.
 * @throws WrongPage
 */
export function checkWayWithNeighbours(within: CheckedTree, place: Place): Bounds {
  let step = rootOf(within);
  for (let level = 1; level < within.tree.depth; level++) {
    const index = childIndex(step.page, place);
    for (const beside of [index - 1, index + 1]) {
      if (beside < 0 || beside >= nodesOn(step.page)) continue;
      let first = stepDown(within, step, beside, level);
      for (let lower = level + 1; lower < within.tree.depth; lower++) first = stepDown(within, first, 0, lower);
    }
    step = stepDown(within, step, index, level);
  }
  return step.bounds;
}

/** Calls back with every leaf of a tree. @throws WrongPage */
export function eachLeaf(within: CheckedTree, onLeaf: (page: Page) => void): void {
  if (within.tree.root === undefined) return;
  const visit = (step: Step, level: number): void => {
    if (level === within.tree.depth) onLeaf(step.page);
    else for (let i = 0; i < nodesOn(step.page); i++) visit(stepDown(within, step, i, level), level + 1);
  };
  visit(rootOf(within), 1);
}

/** A page on the way, and the keys that it can have. */
interface Step {
  readonly page: Page;
  readonly bounds: Bounds;
}

const rootOf = (within: CheckedTree): Step => ({
  page: checkedPage(within, within.tree.root ?? 0, 1, within.state.transaction, {}),
  bounds: {},
});

/** To the page that a node of a branch page leads to. */
function stepDown(within: CheckedTree, { page, bounds: outer }: Step, index: number, level: number): Step {
  const keyOf = (at: number): OrderedKey =>
    within.contents === 'lists' ? numberAt(page, nodeAt(page, at)) : keyAt(page, nodeAt(page, at));
  const bounds = {
    from: index === 0 ? outer.from : keyOf(index),
    before: index + 1 < nodesOn(page) ? keyOf(index + 1) : outer.before,
  };
  const number = childAt(page, nodeAt(page, index));
  return { page: checkedPage(within, number, level + 1, transactionOf(page), bounds), bounds };
}

function checkedPage(within: CheckedTree, number: number, level: number, newest: number, bounds: Bounds): Page {
  const { file, state, tree, contents, checked, since } = within;
  const known = checked.get(number);
  if (known && (known.state === state || isUnchanged(file, number * state.pageBytes, known.page))) {
    known.state = state;
    return known.page;
  }
  if (number < 2 || number > state.lastPage) throw new WrongPage(number, 'does not exist', contents);
  const isLeaf = level === tree.depth;
  const isOfRows = isLeaf && contents === 'rows';
  const page = isOfRows ? leafMemory(state.pageBytes) : newPage(state.pageBytes);
  const wrong =
    readPage(file, number * state.pageBytes, page) ??
    headerFault(page, number, isLeaf ? 'leaf' : 'branch', newest) ??
    (transactionOf(page) > since
      ? undefined
      : nodesFault(page, isLeaf ? contents : 'pages', bounds, contents === 'lists'));
  if (wrong !== undefined) throw new WrongPage(number, wrong, contents);
  if (checked.size >= MOST_PAGES) checked.clear();
  checked.set(number, { page: isOfRows ? headerOf(page) : page, state });
  return page;
}

let leaf = newPage(0);

/** The memory in which all leaves with rows are checked. */
function leafMemory(pageBytes: number): Page {
  if (leaf.bytes.length !== pageBytes) leaf = newPage(pageBytes);
  return leaf;
}

function headerOf({ bytes }: Page): Page {
  const copy = newPage(PAGE_HEADER);
  copy.bytes.set(bytes.subarray(0, PAGE_HEADER));
  return copy;
}

const header = newPage(PAGE_HEADER);

/** A page is never written twice by one transaction's commit. */
const isUnchanged = (file: number, at: number, { words }: Page): boolean =>
  readPage(file, at, header) === undefined && header.words.every((word, i) => word === words[i]);

function childIndex(page: Page, place: Place): number {
  let low = 0;
  let high = nodesOn(page) - 1;
  // The first key of a branch page is never compared.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const key = keyAt(page, nodeAt(page, middle));
    if ('at' in place ? key <= place.at : key < place.below) low = middle;
    else high = middle - 1;
  }
  return low;
}
