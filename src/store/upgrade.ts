/**
 * Brings a store of an older format up to date, in one transaction: a process that is killed leaves the old format. Then
 * the root key's file says that the store has the new one; if that is missing, the next command does it. Format 1 had no
 * tags, so that all its rows are written anew; format 2 had no totals of buckets, which are added.
 */

import type { RootKey } from '../crypto/root-key.ts';
import { connect } from './connection.ts';
import { type Databases, openDatabases, type TableName } from './databases.ts';
import type { Database, Opener } from './lmdb.ts';
import { keyOf } from './lmdb-table.ts';
import { pagedRows, rewriteRows } from './rewrite.ts';
import { stampFormat } from './root-key-change.ts';
import { hasRootKey, isSameCheck, openRootKey, rootKeyCheck, rootKeyOf } from './root-key-file.ts';
import { type RowSeal, rowSeal } from './row-seal.ts';
import { bindRows } from './rows.ts';
import { damagedSums } from './store-error.ts';
import { HEADER_NAME, type Header } from './store-header.ts';
import { FORMAT, type Keys, oldRootKey } from './store-key.ts';
import type { Row, TableKey } from './table.ts';
import type { Tx } from './tables.ts';
import { uncheckedTables } from './unchecked-rows.ts';

/** What an upgrade needs to know about rows of old formats. */
export interface OldRows {
  /** @throws StoreError if what format 1 authenticates is not what was written. */
  requireGenuine(tx: Tx, rootKey: RootKey): void;
  /** A row of format 1 as later formats have it. */
  renewed(table: TableName, row: unknown): unknown;
  /** Writes what stores of an old format lack, in the same transaction. */
  complete(tx: Tx): void;
}

/**
 * Upgrades a store of an old format, unless another process has done it.
 * @throws StoreError if it is damaged, or its root key cannot be opened; it is unchanged then.
 */
export function upgradeStore(folder: string, keys: Keys, oldRows: OldRows): void {
  const connection = connect(folder, bindOld);
  try {
    const rootKey = connection.transact((old) => {
      const check = old.header.get('rootKey')?.check;
      const format = old.header.get('format')?.version ?? FORMAT;
      if (format >= FORMAT) return openRootKey(folder, { ...keys, check }).rootKey;
      const isKeyed = check !== undefined || hasRootKey(folder);
      const rootKey = isKeyed
        ? oldRootKey(folder, format, check, keys)
        : rootKeyOf(folder, keys.random, keys.passphrase);
      if (format === 1) rewrite(old, folder, rootKey, oldRows);
      complete(old, folder, rowSeal(rootKey), oldRows);
      return rootKey;
    });
    const check = rootKeyCheck(rootKey);
    connection.transact<void>(({ header }) => {
      // Another process may have stamped it, and given the store another root key since.
      if (isSameCheck(header.get('rootKey')?.check, check)) stampFormat(folder, FORMAT, { ...keys, check });
    });
  } finally {
    void connection.close();
  }
}

interface Old {
  readonly header: Header;
  /** Where format 1 had the facts about the store. */
  readonly facts: Database;
  readonly databases: Databases;
  readonly retired: readonly Database[];
}

const bindOld = (root: Opener, header: Header): Old => ({
  header,
  facts: root.openDB(HEADER_NAME, { encoding: 'binary' }),
  databases: openDatabases(root),
  retired: retiredNames.map((name) => root.openDB(name, { encoding: 'binary' })),
});

/** Databases that format 2 does not have: processes that held blob files. */
const retiredNames = ['blobHolds'];

/** The names of the facts that stay in the header. */
const ofHeader: readonly unknown[] = ['format', 'rootKey', 'replaced', 'restored'];

function rewrite({ header, facts, databases, retired }: Old, folder: string, rootKey: RootKey, oldRows: OldRows): void {
  const { encoder } = header;
  const tx = uncheckedTables({ folder, databases: { ...databases, facts }, encoder, format: 1 });
  oldRows.requireGenuine(tx, rootKey);
  const seal = rowSeal(rootKey);
  const sums = rewriteRows((table) => (table === 'facts' ? oldFacts(tx, facts) : pagedRows(tx, table)), {
    databases,
    encoder,
    seal,
    renewed: (table, { value }) => oldRows.renewed(table, value),
  });
  for (const database of retired) {
    for (const { key } of [...database.getRange({})]) database.removeSync(keyOf(key));
  }
  header.put('rootKey', { check: rootKeyCheck(rootKey) });
  header.put('sums', sums.sealed());
}

/** Adds what the rows lack, which have tags by now. */
function complete({ header, databases }: Old, folder: string, seal: RowSeal, { complete }: OldRows): void {
  const foreignSums = () => damagedSums(folder);
  bindRows({ folder, header, databases, seal, foreignSums }).run(complete);
  header.put('format', { version: FORMAT });
}

/** The facts about the store, which leave the header. */
function* oldFacts(tx: Tx, facts: Database): Generator<Row<TableKey, unknown>, void> {
  for (const row of pagedRows(tx, 'facts')) {
    if (ofHeader.includes(row.key[0])) continue;
    facts.removeSync(row.key);
    yield row;
  }
}
