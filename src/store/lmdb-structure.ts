/**
 * Checks an LMDB file as a whole, without LMDB: that the pages of every table are there, once, and lead to as many rows
 * as the table is said to have, in order; and that no page in use is listed as free.
 */

import { type PageRange, readFreePages } from './lmdb-free-pages.ts';
import { isTree } from './lmdb-header.ts';
import { type Tree, treeAt } from './lmdb-page.ts';
import { type PageFile, type PageSet, pageSet, type Visitor, walk } from './lmdb-tree.ts';
import type { PageFault } from './page-fault.ts';

/** A table of a file, by its LMDB name. */
export interface NamedTree {
  readonly name: string;
  readonly tree: Tree;
}

/**
 * Walks all trees of a file's state; nobody may reuse its pages meanwhile. Yields the number of bytes read after each
 * page.
 */
export function* checkStructure(pages: PageFile, onFault: (fault: PageFault) => void): Generator<number, void> {
  const taken = pageSet(pages.state);
  const free: PageRange[] = [];
  const ofLists: Visitor['fault'] = (page, what) => onFault({ table: undefined, page, what });
  yield* readFreePages(pages, taken, (range) => free.push(range), ofLists);
  const tables: NamedTree[] = [];
  yield* readTables(pages, taken, (table) => tables.push(table), ofLists);
  for (const { name, tree } of tables) {
    yield* walk(pages, tree, 'rows', taken, { fault: (page, what) => onFault({ table: name, page, what }) });
  }
  for (const { first, count } of free) {
    if (taken.add(first, count) !== undefined) ofLists(first, 'is wrongly listed as free');
  }
}

/** Reads the list of tables; yields the number of bytes read after each page. */
export function* readTables(
  pages: PageFile,
  taken: PageSet,
  onTable: (table: NamedTree) => void,
  fault: Visitor['fault'],
): Generator<number, void> {
  const row = (key: string, value: Buffer) => {
    const tree = treeAt(value, 0);
    const name = key.replace(/\0$/, '');
    if (isTree(tree, pages.state)) onTable({ name, tree });
    else fault(pages.state.main.root ?? 0, `describes the table "${name}" wrongly`);
  };
  yield* walk(pages, pages.state.main, 'trees', taken, { fault, row });
}
