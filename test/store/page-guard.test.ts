/** The guard of pages: a damaged page is reported by name before LMDB reads it, whatever is done with the rows. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { type Database, openLmdb, type RootDatabase } from '../../src/store/lmdb.ts';
import { guardPages } from '../../src/store/page-guard.ts';
import { DATA_FILE } from '../../src/store/placing.ts';

const PAGE = 4096;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-guard-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, DATA_FILE), '');
  return folder;
}

/** Runs work on a table of a file, guarded, as a process does that opens the file. */
async function withTable<T>(folder: string, work: (table: Database, root: RootDatabase) => T): Promise<T> {
  const guard = guardPages(folder);
  try {
    const path = join(folder, DATA_FILE);
    const root = openLmdb({ path, noSubdir: true, maxDbs: 8, overlappingSync: false, noSync: true });
    try {
      return root.transactionSync(() => {
        guard.begin(root.getWriteTxnId() - 1);
        return work(guard.over(root.openDB('table', { encoding: 'binary' }), 'table'), root);
      });
    } finally {
      await root.close();
    }
  } finally {
    guard.close();
  }
}

const rowBytes = (i: number, size = 40) => Buffer.alloc(size, `${i},`);

/** A tree of three levels, some of whose values are on pages of their own. */
async function makeTable(folder: string, rows = 3000): Promise<void> {
  for (let from = 0; from < rows; from += 1000) {
    await withTable(folder, (table) => {
      for (let i = from; i < Math.min(rows, from + 1000); i++) {
        table.putSync([`k${(i * 7919) % rows}`, 'x'.repeat(60)], rowBytes(i, i % 100 === 0 ? 6000 : 40));
      }
    });
  }
}

const keysIn = (rows: Iterable<{ readonly key: unknown }>) => Array.from(rows, ({ key }) => JSON.stringify(key));

test('a guarded table answers as an unguarded one, in every process', async () => {
  const number = fc.integer({ min: 0, max: 400 });
  const step = fc.record({
    kind: fc.constantFrom('put', 'append', 'remove', 'get', 'up', 'down', 'up to'),
    from: number,
    count: fc.integer({ min: 1, max: 150 }),
    limit: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  });
  const key = (i: number) => [String(i).padStart(4, '0'), 'x'.repeat(50)];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 6 }), async (processes) => {
      const folder = newFolder();
      const model = new Map<number, string>();
      for (const steps of processes) {
        await withTable(folder, (table) => {
          for (const { kind, from, count, limit } of steps) {
            const there = [...model.keys()].sort((a, b) => a - b);
            const shown = (found: readonly number[]) => found.slice(0, limit).map((i) => JSON.stringify(key(i)));
            if (kind === 'put') {
              for (let i = from; i < from + count; i++) {
                table.putSync(key(i), rowBytes(i, 20 + (i % 90)));
                model.set(i, 'row');
              }
            } else if (kind === 'append') {
              const next = (there.at(-1) ?? 0) + 1;
              expect(table.putSync(key(next), rowBytes(next), { append: true })).toBe(true);
              model.set(next, 'row');
            } else if (kind === 'remove') {
              for (let i = from; i < from + count; i++) expect(table.removeSync(key(i))).toBe(model.delete(i));
            } else if (kind === 'get') {
              for (let i = from; i < from + count; i += 7) expect(table.get(key(i)) !== undefined).toBe(model.has(i));
            } else if (kind === 'up') {
              const found = keysIn(table.getRange({ start: key(from), limit }));
              expect(found).toEqual(shown(there.filter((i) => i >= from)));
            } else if (kind === 'up to') {
              const found = keysIn(table.getRange({ start: key(from), end: key(from + count), limit }));
              expect(found).toEqual(shown(there.filter((i) => i >= from && i < from + count)));
            } else {
              const found = keysIn(table.getRange({ start: key(from), reverse: true, limit }));
              expect(found).toEqual(shown(there.filter((i) => i <= from).reverse()));
            }
          }
        });
      }
    }),
    { numRuns: 40 },
  );
});

/** What can be done with a table; each answers with what it found. */
const uses: Readonly<Record<string, (table: Database, keys: readonly string[][]) => unknown>> = {
  'reading each row': (table, keys) => keys.map((key) => Buffer.from((table.get(key) as Buffer) ?? []).toString('hex')),
  'reading upwards': (table) => keysIn(table.getRange({})),
  'reading downwards': (table) => keysIn(table.getRange({ start: ['z'], reverse: true })),
  'reading from the middle': (table, keys) =>
    keysIn(table.getRange({ start: keys[keys.length >> 1] ?? [], limit: 400 })),
  'removing rows': (table, keys) => keys.filter((_, i) => i % 5 !== 0).map((key) => table.removeSync(key)),
  'writing rows': (table, keys) => {
    for (const [i, key] of keys.entries()) table.putSync([...key, 'new'], rowBytes(i));
    return keysIn(table.getRange({}));
  },
};

test('each page that is empty, another one or swapped is reported, or does not matter', async () => {
  const folder = newFolder();
  await makeTable(folder);
  const path = join(folder, DATA_FILE);
  const good = readFileSync(path);
  const keys = await withTable(folder, (table) => Array.from(table.getRange({}), ({ key }) => key as string[]));
  const pageOf = (bytes: Buffer, page: number) => bytes.subarray(page * PAGE, (page + 1) * PAGE);
  const names = Object.keys(uses);
  const healthy = new Map<string, unknown>();
  const rehearsal = newFolder();
  for (const name of names) {
    copyFileSync(path, join(rehearsal, DATA_FILE));
    healthy.set(name, await withTable(rehearsal, (table) => uses[name]?.(table, keys)));
    rmSync(join(rehearsal, `${DATA_FILE}-lock`), { force: true });
  }
  const pages = good.length / PAGE;
  const refused = new Map<string, number>();
  for (let page = 2; page < pages; page++) {
    const other = 2 + ((page * 61 + 17) % (pages - 2));
    const bad = Buffer.from(good);
    const kind = ['empty', 'doubled', 'swapped'][page % 3];
    if (kind === 'empty') pageOf(bad, page).fill(0);
    else pageOf(bad, page).set(pageOf(good, other));
    if (kind === 'swapped') pageOf(bad, other).set(pageOf(good, page));
    const name = names[(page >> 1) % names.length] ?? '';
    const trial = newFolder();
    writeFileSync(join(trial, DATA_FILE), bad);
    try {
      const answer = await withTable(trial, (table) => uses[name]?.(table, keys));
      // The rest of a value on several pages has no marks of LMDB; the row's tag is checked instead.
      if (name === 'reading each row' || !isRestOfValue(good, page, other)) {
        expect(withoutValues(answer), `${name}, page ${page} ${kind} (${other})`).toEqual(
          withoutValues(healthy.get(name)),
        );
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      expect(error.message).toMatch(/is damaged: page \d+ of (the table "table"|the database's own lists) /);
      refused.set(kind ?? '', (refused.get(kind ?? '') ?? 0) + 1);
    }
    rmSync(trial, { recursive: true });
  }
  for (const kind of ['empty', 'doubled', 'swapped']) expect(refused.get(kind)).toBeGreaterThan(10);
});

/** Rows that were read are compared by whether they are there. */
const withoutValues = (answer: unknown): unknown =>
  Array.isArray(answer)
    ? answer.map((each) => (typeof each === 'string' && /^[0-9a-f]*$/.test(each) ? each !== '' : each))
    : answer;

const isRestOfValue = (bytes: Buffer, ...pages: number[]): boolean =>
  pages.some((page) => bytes.readUInt32LE(page * PAGE) !== page);
