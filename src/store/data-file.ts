/** What a store's data file says of itself, read without opening the store: how much of it is free, and each table's size. */

import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { declarationOf, type TableName, tableNames } from './databases.ts';
import { looksLikeLmdb } from './lmdb-file.ts';
import { readFreePages } from './lmdb-free-pages.ts';
import { statesOf } from './lmdb-header.ts';
import type { Tree } from './lmdb-page.ts';
import { readTables } from './lmdb-structure.ts';
import { type PageFile, pageSet } from './lmdb-tree.ts';
import { DATA_FILE } from './placing.ts';

const MOST_ATTEMPTS = 10;

/**
 * The size of the free pages in bytes, in which deleted rows stay until a page is used again; undefined if the file is
 * missing or damaged, or in constant use by other processes.
 */
export const freeBytes = (folder: string): number | undefined =>
  readState(folder, (pages, onFault) => {
    let count = 0;
    const add = (range: { readonly count: number }) => {
      count += range.count;
    };
    readThrough(readFreePages(pages, pageSet(pages.state), add, onFault));
    return count * pages.state.pageBytes;
  });

/** How much there is in a table. */
export interface TableSize {
  readonly table: TableName;
  readonly rows: number;
  /** Of its pages, of which each has rows of one table. */
  readonly bytes: number;
}

/** The size of each table that has rows, from what LMDB keeps of it; undefined as for `freeBytes`. */
export const tableSizes = (folder: string): TableSize[] | undefined =>
  readState(folder, (pages, onFault) => {
    const trees = new Map<string, Tree>();
    readThrough(readTables(pages, pageSet(pages.state), ({ name, tree }) => trees.set(name, tree), onFault));
    return tableNames.flatMap((table) => {
      const tree = trees.get(declarationOf(table).name);
      if (!tree || tree.entries === 0) return [];
      const { branchPages, leafPages, overflowPages } = tree;
      return [{ table, rows: tree.entries, bytes: (branchPages + leafPages + overflowPages) * pages.state.pageBytes }];
    });
  });

function readThrough(reading: Generator<number, void>): void {
  while (!reading.next().done);
}

/** Reads something of the last state of the data file; undefined if it is missing or damaged, or changes too often. */
function readState<T>(folder: string, read: (pages: PageFile, onFault: () => void) => T): T | undefined {
  const path = join(folder, DATA_FILE);
  if (!existsSync(path) || !looksLikeLmdb(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const state = statesOf(file)?.last;
      if (!state) return undefined;
      let isDamaged = false;
      const value = read({ file, state }, () => {
        isDamaged = true;
      });
      // Others may use the pages again while they are read.
      if (statesOf(file)?.last.transaction === state.transaction) return isDamaged ? undefined : value;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
