/** What the pages of a data file are used for. */

import { closeSync, openSync } from 'node:fs';
import { type PageRange, readFreePages } from '../../src/store/lmdb-free-pages.ts';
import { statesOf } from '../../src/store/lmdb-header.ts';
import type { Tree } from '../../src/store/lmdb-page.ts';
import { readTables } from '../../src/store/lmdb-structure.ts';
import { pageSet } from '../../src/store/lmdb-tree.ts';

/** The numbers of the pages of a whole file that are neither free nor part of its header. */
export function usedPages(path: string): Set<number> {
  const file = openSync(path, 'r');
  try {
    const state = statesOf(file)?.last;
    if (!state) throw new Error(`"${path}" has no header`);
    const used = new Set(Array.from({ length: state.lastPage - 1 }, (_, i) => i + 2));
    const remove = ({ first, count }: PageRange) => {
      for (let page = first; page < first + count; page++) used.delete(page);
    };
    const fault = (page: number, what: string) => {
      throw new Error(`page ${page} ${what}`);
    };
    for (const _ of readFreePages({ file, state }, pageSet(state), remove, fault));
    return used;
  } finally {
    closeSync(file);
  }
}

/** The tree of each table in a whole file, by the table's LMDB name. */
export function treesIn(path: string): ReadonlyMap<string, Tree> {
  const file = openSync(path, 'r');
  try {
    const state = statesOf(file)?.last;
    if (!state) throw new Error(`"${path}" has no header`);
    const trees = new Map<string, Tree>();
    const fault = (page: number, what: string) => {
      throw new Error(`page ${page} ${what}`);
    };
    for (const _ of readTables({ file, state }, pageSet(state), ({ name, tree }) => trees.set(name, tree), fault));
    return trees;
  } finally {
    closeSync(file);
  }
}
