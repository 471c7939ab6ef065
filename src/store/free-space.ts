/** The free pages of a store's data file, in which deleted rows stay until a page is used again. */

import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { looksLikeLmdb } from './lmdb-file.ts';
import { readFreePages } from './lmdb-free-pages.ts';
import { statesOf } from './lmdb-header.ts';
import { pageSet } from './lmdb-tree.ts';
import { DATA_FILE } from './placing.ts';

const MOST_ATTEMPTS = 10;

/**
 * The size of the free pages in bytes, without opening the store; undefined if the file is missing or damaged, or in
 * constant use by other processes.
 */
export function freeBytes(folder: string): number | undefined {
  const path = join(folder, DATA_FILE);
  if (!existsSync(path) || !looksLikeLmdb(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const state = statesOf(file)?.last;
      if (!state) return undefined;
      let pages = 0;
      let faults = 0;
      const reading = readFreePages(
        { file, state },
        pageSet(state),
        ({ count }) => {
          pages += count;
        },
        () => {
          faults += 1;
        },
      );
      while (!reading.next().done);
      // Others may use the pages of the lists again while they are read.
      if (statesOf(file)?.last.transaction === state.transaction)
        return faults === 0 ? pages * state.pageBytes : undefined;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
