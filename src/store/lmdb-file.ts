/** Whether a file can be opened with LMDB, which is killed if a file is not as its header says. */

import { closeSync, fstatSync, openSync } from 'node:fs';
import { type PageRange, readFreePages } from './lmdb-free-pages.ts';
import { type LastState, statesOf } from './lmdb-header.ts';
import { headerFault, newPage, PAGE_HEADER, readPage, transactionOf } from './lmdb-page.ts';
import { type PageFile, pageSet } from './lmdb-tree.ts';

/**
 * Whether LMDB can open a file without being killed for its header or its length. An empty file is a database that is
 * just being created.
 */
export function looksLikeLmdb(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size === 0) return true;
    let states = statesOf(file);
    while (states) {
      const { last, before } = states;
      if (hasOwnRoot(file, last) && !isInTruthLater(file, before) && isLongEnough({ file, state: last })) return true;
      const next = statesOf(file);
      // Meanwhile another process may have reused the pages of these states.
      if (next?.last.transaction === last.transaction) return false;
      states = next;
    }
    return false;
  } finally {
    closeSync(file);
  }
}

/** Every transaction rewrites the root of the list of tables. */
function hasOwnRoot(file: number, state: LastState): boolean {
  const root = mainRoot(file, state);
  return root === undefined || (root.fault === undefined && root.transaction === state.transaction);
}

/**
 * Whether a state has the number of an earlier one, so that the other one would undo a transaction. A page of it that is
 * damaged does not matter otherwise.
 */
function isInTruthLater(file: number, state: LastState): boolean {
  const root = mainRoot(file, state);
  return root !== undefined && root.fault === undefined && root.transaction > state.transaction;
}

/** The root of the list of tables; undefined if that is empty. */
function mainRoot(
  file: number,
  { main, pageBytes }: LastState,
): { readonly fault: string | undefined; readonly transaction: number } | undefined {
  if (main.root === undefined) return undefined;
  const header = newPage(PAGE_HEADER);
  const kind = main.depth > 1 ? 'branch' : 'leaf';
  const fault =
    readPage(file, main.root * pageBytes, header) ?? headerFault(header, main.root, kind, Number.MAX_SAFE_INTEGER);
  return { fault, transaction: transactionOf(header) };
}

/**
 * Whether a file has all its pages. The system kills whoever reads beyond the end of a file that is mapped into memory.
 * Only free pages may lie there: those that a transaction took and gave up again are never written.
 */
function isLongEnough(pages: PageFile): boolean {
  const { size } = fstatSync(pages.file);
  if (size >= pages.state.bytes) return true;
  const missing: PageRange[] = [];
  let isDamaged = false;
  const end = Math.floor(size / pages.state.pageBytes);
  const onRange = (range: PageRange) => {
    if (range.first + range.count > end) missing.push(range);
  };
  const fault = () => {
    isDamaged = true;
  };
  for (const _ of readFreePages(pages, pageSet(pages.state), onRange, fault)) if (isDamaged) return false;
  let next = end;
  for (const { first, count } of missing.sort((a, b) => a.first - b.first)) {
    if (first > next) return false;
    next = Math.max(next, first + count);
  }
  return !isDamaged && next > pages.state.lastPage;
}
