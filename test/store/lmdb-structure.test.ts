/** The checks of a data file that do not use LMDB: of its header and length, and of every page. */

import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, openLmdb, type RootDatabase } from '../../src/store/lmdb.ts';
import { looksLikeLmdb } from '../../src/store/lmdb-file.ts';
import { type PageRange, readFreePages } from '../../src/store/lmdb-free-pages.ts';
import { lastState, statesOf } from '../../src/store/lmdb-header.ts';
import { checkStructure } from '../../src/store/lmdb-structure.ts';
import { type PageFile, pageSet } from '../../src/store/lmdb-tree.ts';
import type { PageFault } from '../../src/store/page-fault.ts';

const PAGE = 4096;

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-lmdb-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data.mdb');
}

const tableIn = (root: RootDatabase, name: string): Database =>
  root.openDB(name, { encoding: 'msgpack', useRecords: false });

async function withDatabase(path: string, work: (root: RootDatabase) => void): Promise<void> {
  const root = openLmdb({ path, noSubdir: true, maxDbs: 8, encoding: 'msgpack', overlappingSync: false, noSync: true });
  try {
    work(root);
  } finally {
    await root.close();
  }
}

/** Three tables: one of a page, one of some levels, and one with values on overflow pages; and some free pages. */
async function makeDatabase(rows = 4000): Promise<string> {
  const path = newFile();
  await withDatabase(path, (root) => {
    const [one, deep, large] = ['one', 'deep', 'large'].map((name) => tableIn(root, name));
    root.transactionSync(() => one?.putSync(['only'], 1));
    for (let from = 0; from < rows; from += 500) {
      root.transactionSync(() => {
        for (let i = from; i < from + 500; i++) deep?.putSync(['key', (i * 7919) % rows], `value ${i}`.repeat(4));
        for (let i = from; i < from + 5; i++) large?.putSync([i], 'x'.repeat(3000 + 40 * i));
      });
    }
    root.transactionSync(() => {
      for (let i = 0; i < rows; i += 3) deep?.removeSync(['key', i]);
    });
  });
  return path;
}

function withPages<T>(path: string, work: (pages: PageFile) => T): T {
  const file = openSync(path, 'r');
  try {
    const state = statesOf(file)?.last;
    if (!state) throw new Error('no header');
    return work({ file, state });
  } finally {
    closeSync(file);
  }
}

const faultsIn = (path: string): PageFault[] =>
  withPages(path, (pages) => {
    const faults: PageFault[] = [];
    for (const _ of checkStructure(pages, (fault) => faults.push(fault)));
    return faults;
  });

const freePagesOf = (path: string): Set<number> =>
  withPages(path, (pages) => {
    const free = new Set<number>();
    const add = ({ first, count }: PageRange) => {
      for (let page = first; page < first + count; page++) free.add(page);
    };
    for (const _ of readFreePages(pages, pageSet(pages.state), add, () => expect.fail()));
    return free;
  });

/** The numbers of the pages that are in use: none is neither used nor free. */
function usedPagesOf(path: string): number[] {
  const free = freePagesOf(path);
  const { lastPage } = lastState(path) ?? { lastPage: 0 };
  return Array.from({ length: lastPage - 1 }, (_, i) => i + 2).filter((page) => !free.has(page));
}

/** What is noticed while some pages of a file have other contents. */
function noticed(path: string, good: Buffer, pages: Readonly<Record<number, Buffer>>): 'refused' | PageFault[] {
  const file = openSync(path, 'r+');
  try {
    for (const [page, bytes] of Object.entries(pages)) writeSync(file, bytes, 0, PAGE, Number(page) * PAGE);
    return looksLikeLmdb(path) ? faultsIn(path) : 'refused';
  } finally {
    for (const page of Object.keys(pages)) writeSync(file, pageOf(good, Number(page)), 0, PAGE, Number(page) * PAGE);
    closeSync(file);
  }
}

const pageOf = (bytes: Buffer, page: number): Buffer => bytes.subarray(page * PAGE, (page + 1) * PAGE);

const EMPTY = Buffer.alloc(PAGE);

test('nothing is wrong with a database as LMDB leaves it, after any changes', async () => {
  const change = fc.record({
    table: fc.constantFrom('a', 'b'),
    kind: fc.constantFrom('put', 'put', 'remove'),
    from: fc.integer({ min: 0, max: 300 }),
    count: fc.integer({ min: 1, max: 200 }),
    bytes: fc.constantFrom(10, 500, 3000, 20_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 12 }), async (commits) => {
      const path = newFile();
      await withDatabase(path, (root) => {
        const tables = { a: tableIn(root, 'a'), b: tableIn(root, 'b') };
        for (const changes of commits) {
          root.transactionSync(() => {
            for (const { table, kind, from, count, bytes } of changes) {
              for (let i = from; i < from + count; i++) {
                if (kind === 'put') tables[table].putSync([i % 7, i], 'x'.repeat(bytes));
                else tables[table].removeSync([i % 7, i]);
              }
            }
          });
          expect(looksLikeLmdb(path)).toBe(true);
          expect(faultsIn(path)).toEqual([]);
        }
      });
    }),
    { numRuns: 25 },
  );
});

test('every page in use that is zeroed, or has the content of another, is noticed', async () => {
  const path = await makeDatabase();
  const good = readFileSync(path);
  const used = usedPagesOf(path);
  expect(used.length).toBeGreaterThan(150);
  const firstOfValue = (page: number) => pageOf(good, page).readUInt32LE(0) === page;
  for (const [i, page] of used.entries()) {
    // The rest of a value on several pages has no marks of LMDB: its row is authenticated instead.
    if (!firstOfValue(page)) continue;
    const other = used[(i * 37 + 11) % used.length] ?? 0;
    if (other === page) continue;
    expect(noticed(path, good, { [page]: EMPTY }), `zeroed ${page}`).not.toEqual([]);
    expect(noticed(path, good, { [page]: pageOf(good, other) }), `${other} over ${page}`).not.toEqual([]);
    const swapped = { [page]: pageOf(good, other), [other]: pageOf(good, page) };
    expect(noticed(path, good, swapped), `${other} and ${page}`).not.toEqual([]);
  }
});

test('a fault names the table and the page', async () => {
  const path = await makeDatabase();
  const good = readFileSync(path);
  const found = usedPagesOf(path).map((page) => noticed(path, good, { [page]: EMPTY }));
  const faults = found.flat().filter((fault) => typeof fault === 'object');
  expect(new Set(faults.map(({ table }) => table))).toEqual(new Set(['one', 'deep', 'large', undefined]));
  expect(faults).toContainEqual({ table: 'one', page: expect.any(Number), what: 'is empty' });
});

/** Leaves only free pages at the end of the file. */
const freeTheLastPages = (path: string) =>
  withDatabase(path, (root) => {
    const table = tableIn(root, 'late');
    root.transactionSync(() => {
      for (let i = 0; i < 600; i++) table.putSync([i], 'x'.repeat(5000));
    });
    root.transactionSync(() => {
      for (let i = 0; i < 600; i++) table.removeSync([i]);
    });
    for (let i = 0; i < 5; i++) table.putSync([i], 1);
  });

test('a file is long enough exactly if all pages in use are in it', async () => {
  const path = await makeDatabase();
  const good = readFileSync(path);
  await freeTheLastPages(path);
  const later = readFileSync(path);
  for (const bytes of [good, later]) {
    writeFileSync(path, bytes);
    const used = usedPagesOf(path);
    const last = Math.max(...used);
    for (let pages = bytes.length / PAGE; pages > last - 20; pages--) {
      truncateSync(path, pages * PAGE);
      expect(looksLikeLmdb(path), `${pages} pages, the last in use is ${last}`).toBe(pages > last);
      truncateSync(path, pages * PAGE - 1);
      expect(looksLikeLmdb(path), `${pages} pages less a byte`).toBe(pages - 1 > last);
    }
  }
});

test('LMDB itself continues with a file that ends before its free pages', async () => {
  const path = await makeDatabase();
  await freeTheLastPages(path);
  const last = Math.max(...usedPagesOf(path));
  expect(last).toBeLessThan(readFileSync(path).length / PAGE - 20);
  truncateSync(path, (last + 1) * PAGE);
  await withDatabase(path, (root) => {
    const table = tableIn(root, 'late');
    root.transactionSync(() => {
      for (let i = 0; i < 4000; i++) table.putSync([i], 'x'.repeat(1000));
    });
    expect(table.get([3999])).toBe('x'.repeat(1000));
  });
  expect(faultsIn(path)).toEqual([]);
});

test('one wrong bit of the header is refused, or does not matter', async () => {
  const path = await makeDatabase(500);
  const good = readFileSync(path);
  const state = lastState(path);
  const copy = newFile();
  const stateWith = (bytes: Buffer, page: number) => {
    writeFileSync(copy, page === 0 ? Buffer.concat([bytes, pageOf(good, 1)]) : Buffer.concat([pageOf(good, 0), bytes]));
    return lastState(copy);
  };
  let refused = 0;
  for (const page of [0, 1]) {
    for (let bit = 0; bit < 168 * 8; bit++) {
      const bytes = Buffer.from(pageOf(good, page));
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const found = noticed(path, good, { [page]: bytes });
      if (found === 'refused') refused += 1;
      else if (found.length === 0) expect(stateWith(bytes, page), `bit ${bit} of page ${page}`).toEqual(state);
    }
  }
  expect(refused).toBeGreaterThan(500);
});
