/**
 * Saves the rows of a damaged store: those whose tags are right, wherever they are in its data file, which is read page
 * by page without LMDB. Pages that a damaged one led to are found as those that are neither in use nor free; which table
 * a row belongs to is what its tag says.
 */

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { RootKey } from '../crypto/root-key.ts';
import { type Connection, connect, openEnvironment } from './connection.ts';
import { type Databases, declarationOf, openDatabases, type TableName, tableNames } from './databases.ts';
import { keyStoredAs } from './lmdb.ts';
import { looksLikeLmdb } from './lmdb-file.ts';
import { type PageRange, readFreePages } from './lmdb-free-pages.ts';
import { statesOf } from './lmdb-header.ts';
import { headerFault, newPage, nodesFault, readPage, type Tree } from './lmdb-page.ts';
import { readTables } from './lmdb-structure.ts';
import { type PageFile, type PageSet, pageSet, readLeaf, walk } from './lmdb-tree.ts';
import { type LongWork, nextTurn } from './long-work.ts';
import { DATA_FILE } from './placing.ts';
import { rootKeyCheck } from './root-key-file.ts';
import { hasTag, type RowSeal, rowNameOf, rowSeal, TAG_BYTES } from './row-seal.ts';
import { newRowSums, type RowSums } from './row-sums.ts';
import { bindRows } from './rows.ts';
import { damagedFile, damagedSums } from './store-error.ts';
import { HEADER_NAME, type Header } from './store-header.ts';
import { FORMAT } from './store-key.ts';
import type { TableKey } from './table.ts';
import type { Tx } from './tables.ts';

/** What was saved of a table. */
export interface SavedTable {
  readonly table: TableName;
  readonly kept: number;
  /** The rows that the last commit counted but that are not whole; undefined if nothing says how many it counted. */
  readonly lost: number | undefined;
}

/**
 * Copies the rows of a store that are whole into a new one in another folder, which gets the same root key.
 * @param openKey opens the root key that has this check; any key if the check is lost
 * @param complete makes rows about other rows agree with what was saved
 * @throws StoreError if the header of the data file is damaged, so that nothing can be found
 */
export async function saveRows(
  from: string,
  to: string,
  openKey: (check: Uint8Array | undefined) => RootKey,
  complete: (tx: Tx) => void,
  copying: LongWork,
): Promise<SavedTable[]> {
  const path = join(from, DATA_FILE);
  const read = async () => {
    const file = openSync(path, 'r');
    try {
      const states = statesOf(file);
      if (!states) throw damagedFile(from);
      return await saveState({ file, state: states.last }, to, openKey, complete, copying);
    } finally {
      closeSync(file);
    }
  };
  // LMDB would be killed for a file like this, and so is everybody else who could write to it.
  if (!looksLikeLmdb(path)) return read();
  const root = openEnvironment(from);
  try {
    // LMDB does not reuse the pages of this state, or of later ones, until it is no longer read.
    const reading = root.useReadTransaction();
    try {
      return await read();
    } finally {
      reading.done();
    }
  } finally {
    await root.close();
  }
}

async function saveState(
  pages: PageFile,
  to: string,
  openKey: (check: Uint8Array | undefined) => RootKey,
  complete: (tx: Tx) => void,
  copying: LongWork,
): Promise<SavedTable[]> {
  const connection = connect(to, (opener, header) => ({ header, databases: openDatabases(opener) }));
  try {
    const taken = pageSet(pages.state);
    const lists = readLists(pages, taken);
    const facts = readHeader(pages, lists.trees.get(HEADER_NAME), taken, connection);
    const rootKey = openKey(facts.check);
    const seal = rowSeal(rootKey);
    const saving = newSaving(connection, seal);
    for (const name of tableNames) {
      const { name: table, isTransient } = declarationOf(name);
      const tree = lists.trees.get(table);
      if (!tree) continue;
      const row = (key: string, value: Buffer) => (isTransient ? undefined : saving.offer([name], key, value));
      await paced(walk(pages, tree, 'rows', taken, { fault: noFault, row }), saving, copying);
    }
    // Without all lists of free pages, rows that were removed long ago could come back.
    const sums = facts.sums ? [facts.sums] : [];
    const onSums = (stored: Uint8Array) => sums.push(stored);
    if (lists.areFreeKnown) await paced(readOrphans(pages, taken, saving, connection, onSums), saving, copying);
    saving.flush();
    connection.transact<void>(({ header, databases }) => {
      header.put('format', { version: FORMAT });
      header.put('rootKey', { check: rootKeyCheck(rootKey) });
      header.put('sums', saving.sums.sealed());
      bindRows({ folder: to, header, databases, seal, foreignSums: () => damagedSums(to) }).run(complete);
    });
    const counted = newRowSums(seal);
    // Their own tag says which are the store's.
    const isCounted = sums.some((stored) => counted.load(stored));
    return tableNames.flatMap((table) => {
      const { name, isTransient } = declarationOf(table);
      if (isTransient) return [];
      const kept = saving.sums.of(name).count;
      const expected = isCounted ? counted.of(name).count : lists.trees.get(name)?.entries;
      return [{ table, kept, lost: expected === undefined ? undefined : Math.max(0, expected - kept) }];
    });
  } finally {
    await connection.close();
  }
}

const noFault = () => {};

interface Lists {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly areFreeKnown: boolean;
}

/** Reads the lists of tables and of free pages, and takes the pages that are free. */
function readLists(pages: PageFile, taken: PageSet): Lists {
  const free: PageRange[] = [];
  const trees = new Map<string, Tree>();
  let areFreeKnown = true;
  const onFault = () => {
    areFreeKnown = false;
  };
  for (const _ of readFreePages(pages, taken, (range) => free.push(range), onFault));
  for (const _ of readTables(pages, taken, ({ name, tree }) => trees.set(name, tree), noFault));
  for (const { first, count } of free) {
    for (let page = first; page < first + count && page <= pages.state.lastPage; page++) taken.add(page, 1);
  }
  return { trees, areFreeKnown };
}

interface SavedHeader {
  readonly check?: Uint8Array;
  readonly sums?: Uint8Array;
}

type Target = Connection<{ readonly header: Header; readonly databases: Databases }>;

/** What is left of the header; the root key and a tag confirm it. */
function readHeader(pages: PageFile, tree: Tree | undefined, taken: PageSet, target: Target): SavedHeader {
  const facts: { check?: Uint8Array; sums?: Uint8Array } = {};
  if (!tree) return facts;
  const { encoder } = target.read(({ header }) => header);
  const row = (key: string, value: Buffer) => {
    const fact = decoded(() => encoder.decode(value));
    if (key === 'sums' && fact instanceof Uint8Array) facts.sums = fact;
    if (key === 'rootKey' && typeof fact === 'object' && fact && 'check' in fact && fact.check instanceof Uint8Array) {
      facts.check = fact.check;
    }
  };
  for (const _ of walk(pages, tree, 'rows', taken, { fault: noFault, row }));
  return facts;
}

function decoded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // It is not what was written.
    return undefined;
  }
}

/** The rows that are written to the new store. */
interface Saving {
  readonly sums: RowSums;
  /** Keeps a row if it is one of these tables'. */
  offer(tables: readonly TableName[], key: string, value: Buffer): void;
  /** Writes what has been kept. */
  flush(): void;
  /** The bytes that have not been written. */
  pending(): number;
}

interface KeptRow {
  readonly table: TableName;
  readonly key: TableKey;
  readonly value: Buffer;
  readonly digest: string;
}

function newSaving(target: Target, seal: RowSeal): Saving {
  const sums = newRowSums(seal);
  let rows: KeptRow[] = [];
  let bytes = 0;
  return {
    sums,
    offer(names, stored, value) {
      const key = decoded(() => keyStoredAs(Buffer.from(stored, 'latin1')));
      if (!key) return;
      const name = rowNameOf(key);
      const body = value.subarray(0, Math.max(0, value.length - TAG_BYTES));
      for (const table of names) {
        const digest = seal.digest(declarationOf(table).name, name, body);
        if (!hasTag(value, value.length, digest)) continue;
        rows.push({ table, key, value: Buffer.from(value), digest });
        bytes += value.length;
        return;
      }
    },
    flush() {
      target.transact<void>(({ databases }) => {
        for (const { table, key, value, digest } of rows) {
          if (databases[table].get(key) !== undefined) continue;
          databases[table].putSync(key, value);
          sums.add(declarationOf(table).name, digest);
        }
      });
      rows = [];
      bytes = 0;
    },
    pending: () => bytes,
  };
}

/** Reads the leaves that no page leads to; yields the number of bytes read after each page. */
function* readOrphans(
  pages: PageFile,
  taken: PageSet,
  saving: Saving,
  target: Target,
  onSums: (stored: Uint8Array) => void,
): Generator<number, void> {
  const { file, state } = pages;
  const page = newPage(state.pageBytes);
  const names = tableNames.filter((name) => !declarationOf(name).isTransient);
  const { encoder } = target.read(({ header }) => header);
  const row = (key: string, value: Buffer) => {
    saving.offer(names, key, value);
    const sums = key === 'sums' ? decoded(() => encoder.decode(value)) : undefined;
    if (sums instanceof Uint8Array) onSums(sums);
  };
  for (let number = 2; number <= state.lastPage; number++) {
    if (taken.has(number)) continue;
    const wrong =
      readPage(file, number * state.pageBytes, page) ??
      headerFault(page, number, 'leaf', state.transaction) ??
      nodesFault(page, 'rows', {}, false);
    yield page.bytes.length;
    if (wrong === undefined) yield* readLeaf(pages, page, taken, { fault: noFault, row });
  }
}

/** The bytes that are written in one transaction, and read before others get their turn. */
const PART_BYTES = 4 * 1024 * 1024;

async function paced(reading: Iterable<number>, saving: Saving, { onBytes, signal }: LongWork): Promise<void> {
  let read = 0;
  for (const bytes of reading) {
    onBytes(bytes);
    read += bytes;
    if (saving.pending() >= PART_BYTES) saving.flush();
    if (read < PART_BYTES) continue;
    read = 0;
    await nextTurn(signal);
  }
}
