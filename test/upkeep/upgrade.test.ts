/**
 * What becomes of a store of format 1 when it is upgraded: one with rows in nearly every table, as the program of that
 * format made it, without its blob files.
 */

import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { declarationOf, type TableName, tableNames } from '../../src/store/databases.ts';
import { openRawStore } from '../../src/store/raw-store.ts';
import { HEADER_NAME } from '../../src/store/store-header.ts';
import type { Table, TableKey } from '../../src/store/table.ts';
import type { Tx } from '../../src/store/tables.ts';
import { taggedTables, withoutTag } from '../../src/upkeep/format-1.ts';
import { upgrade } from '../../src/upkeep/upgrade.ts';
import { newCommandLine } from '../support/command-line.ts';
import { damagedTables } from '../support/damaged-tables.ts';
import { editStore } from '../support/edit-store.ts';
import { unpackedOld } from '../support/old-store.ts';
import { openStore } from '../support/open-store.ts';
import { editRaw } from '../support/raw-rows.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { allRows, onRawTables, type StoredRow, withFlippedBit } from '../support/stored-rows.ts';

const ROOT_KEY = join(import.meta.dirname, '../support/format-1-store/everything.root.key');
const keys = { random: randomBytes, passphrase: undefined };

let data: Buffer;
beforeAll(() => {
  data = unpackedOld('everything.mdb');
});

function newOld(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'ssebox-upgrade-')), 'store');
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  makeOld(folder);
  return folder;
}

function makeOld(folder: string): void {
  mkdirSync(folder);
  putBack(folder);
}

function putBack(folder: string): void {
  writeFileSync(join(folder, 'store.mdb'), data);
  copyFileSync(ROOT_KEY, join(folder, 'root.key'));
}

type Contents = Readonly<Record<string, readonly { readonly key: TableKey; readonly value: unknown }[]>>;

/** Every row of every table that a copy would have, as it is read. */
function contentsOf(tx: Tx): Contents {
  const copied = tableNames.filter((name) => !declarationOf(name).isTransient);
  return Object.fromEntries(
    copied.map((name) => {
      // Each table has its own types.
      const table = tx[name] as Table<TableKey, unknown>;
      return [name, [...table.range()]];
    }),
  );
}

async function oldContents(folder: string): Promise<Contents> {
  const store = openRawStore(folder);
  const snapshot = store.snapshot();
  try {
    const found = contentsOf(snapshot.tx);
    const ofHeader = ['format', 'rootKey'];
    return {
      ...Object.fromEntries(
        Object.entries(found).map(([name, rows]) => [
          name,
          // Each name is of a table.
          rows.map(({ key, value }) => ({ key, value: withoutTag(name as TableName, value) })),
        ]),
      ),
      facts: (found.facts ?? []).filter(({ key }) => !ofHeader.includes(String(key[0]))),
    };
  } finally {
    snapshot.close();
    await store.close();
  }
}

async function newContents(folder: string): Promise<Contents> {
  const store = openStore(folder);
  try {
    return store.transact<Contents>(contentsOf);
  } finally {
    await store.close();
  }
}

/** Whether every table is what was written, as `store verify` would find. */
async function areWhole(folder: string): Promise<boolean> {
  const store = openStore(folder);
  const damaged = damagedTables(store);
  await store.close();
  return damaged.length === 0;
}

/** The name and the reason of a refusal; undefined if there is none. */
function refusalOf(folder: string): string | undefined {
  try {
    upgrade(folder, keys);
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.message;
  }
}

const sorted = (rows: readonly StoredRow[]): string[] =>
  rows.map(({ table, key, value }) => `${table} ${key.toString('hex')} ${value.toString('hex')}`);

test('nothing is lost, and every row is counted', async () => {
  const folder = newOld();
  const before = await oldContents(folder);
  const filled = Object.values(before).filter((rows) => rows.length > 0);
  expect(filled.length).toBeGreaterThan(35);
  upgrade(folder, keys);
  const { bucketTotals = [], callerUses = [], ...after } = await newContents(folder);
  expect({ ...after, bucketTotals: [], callerUses: [] }).toEqual(before);
  expect(bucketTotals.length).toBeGreaterThan(2);
  expect(callerUses.length).toBe(after.callers?.length);
  expect(await areWhole(folder)).toBe(true);
  // Once more changes nothing.
  upgrade(folder, keys);
  expect(await newContents(folder)).toEqual({ ...after, bucketTotals, callerUses });
});

test('a store that was only opened, and has no root key yet, gets one', async () => {
  const folder = newOld();
  rmSync(join(folder, 'root.key'));
  await onRawTables(folder, (tables) => {
    for (const name of tableNames) {
      if (name === 'facts') continue;
      for (const { key } of [...tables[name].getRange({})]) tables[name].removeSync(key);
    }
  });
  await editRaw(folder, HEADER_NAME, (header) => {
    for (const { key } of [...header.getRange({})]) if (!key.includes('format')) header.removeSync(key);
  });
  const line = newCommandLine();
  const words = ['--store', folder];
  await line.ok(['kms', 'create-key', ...words]);
  expect((await line.ok(['store', 'info', ...words])).json).toMatchObject({ Format: 3, Sealed: false });
  await line.ok(['store', 'verify', ...words]);
});

const random = seededRandom('upgrade');
const number = (below: number): number => Buffer.from(random(4)).readUInt32LE() % below;

test('a flipped bit in what format 1 authenticates is refused by name and changes nothing; no other is a bug', async () => {
  const folder = newOld();
  const rows = await allRows(folder);
  const wanted = await oldContents(folder);
  const refused = new Map<TableName, number>();
  const FLIPS = 8;
  for (const table of tableNames) {
    const own = rows.filter((row) => row.table === table);
    for (let i = 0; i < FLIPS && own.length > 0; i++) {
      const row = own[number(own.length)];
      if (!row || row.value.length < 8) continue;
      putBack(folder);
      const [at, bit] = [number(row.value.length), number(8)];
      writeFileSync(join(folder, 'store.mdb'), withFlippedBit(data, row, at, bit));
      const before = await allRows(folder);
      const refusal = refusalOf(folder);
      const about = `${table} ${row.key.toString('latin1')} ${at} ${bit}: ${refusal}`;
      if (refusal === undefined) {
        // A bit of MessagePack may not matter; that of any other in a row with a tag does.
        if (taggedTables.includes(table)) expect((await newContents(folder))[table], about).toEqual(wanted[table]);
        expect(await areWhole(folder), about).toBe(true);
        continue;
      }
      refused.set(table, (refused.get(table) ?? 0) + 1);
      expect(refusal).toMatch(/"[^"]+"/);
      expect(sorted(await allRows(folder)), about).toEqual(sorted(before));
      expect(readFileSync(join(folder, 'root.key')).equals(readFileSync(ROOT_KEY)), about).toBe(true);
    }
  }
  for (const table of taggedTables) expect(refused.get(table), table).toBeGreaterThan(FLIPS - 3);
  expect(refused.size).toBeGreaterThan(10);
});

test('backup and restore take it as it is', async () => {
  const folder = newOld();
  const line = newCommandLine();
  const rows = await allRows(folder);
  // The objects of the fixture have no files.
  expect((await line.ssebox(['store', 'backup', line.path('copy'), '--store', folder])).code).toBe(253);
  for (const row of rows) {
    if (!['objects', 'olderVersions', 'objectParts', 'multipartParts'].includes(row.table)) continue;
    await onRawTables(folder, (tables) => tables[row.table].removeSync(row.key));
  }
  // What processes are doing stays behind.
  const kept = sorted(await allRows(folder)).filter((row) => !/^(blobWrites|unneededBlobs) /.test(row));
  await line.ok(['store', 'backup', line.path('copy'), '--store', folder]);
  expect(sorted(await allRows(line.path('copy')))).toEqual(kept);
  await line.ok(['store', 'restore', line.path('copy'), '--store', line.path('restored'), '--yes']);
  expect(sorted(await allRows(line.path('restored')))).toHaveLength(kept.length);
  const copy = openRawStore(line.path('copy'));
  const snapshot = copy.snapshot();
  expect(snapshot.header.get('format')).toEqual({ version: 1 });
  snapshot.close();
  await copy.close();
});

test('the next deadline, which early stores did not note, is noted', async () => {
  const folder = newOld();
  const before = await oldContents(folder);
  const deadlines = (before.kmsDeadlines ?? []).map(({ key }) => key[0]);
  expect(deadlines.length).toBeGreaterThan(0);
  await editStore(folder, ({ databases }) => databases.kmsNextDeadline.removeSync(['next']));
  upgrade(folder, keys);
  const after = await newContents(folder);
  expect(after.kmsNextDeadline).toEqual([{ key: ['next'], value: deadlines[0] }]);
});
