/**
 * Gives a store a new root key. The key's file has both keys before the transaction that writes everything under the new
 * one, and the header's check says which is the store's; after it the old one is removed. A process that is killed leaves
 * the store with the old key or the new one, and the next command removes the other.
 */

import { StoreError } from '../api/errors.ts';
import type { RootKey, RootKeys } from '../crypto/root-key.ts';
import { type Connection, connect } from './connection.ts';
import { type Databases, declarationOf, openDatabases, type TableName, tableNames } from './databases.ts';
import { getFact, putFact } from './facts.ts';
import { withIdentifierKeys, wrapIdentifierKeys } from './identifier-keys.ts';
import { pagedRows, rewriteRows } from './rewrite.ts';
import { addRootKey, settleRootKey } from './root-key-change.ts';
import { isSameCheck, rootKeyCheck } from './root-key-file.ts';
import { auditTable } from './row-audit.ts';
import { rowSeal } from './row-seal.ts';
import { bindRows, type RowSource, readingOf, readRows, sumsOf } from './rows.ts';
import { damage, damagedSums, rekeyed } from './store-error.ts';
import type { Header } from './store-header.ts';
import { type Keys, openStoreKey } from './store-key.ts';
import type { Row, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

/** What a new root key changes in a store's rows. */
export interface Rekeying {
  /**
   * Answers what makes of a row the one with its secrets wrapped under the new key, which throws StoreError if they are
   * not what was written.
   */
  prepare(keys: RootKeys): (table: TableName, row: Row<TableKey, unknown>) => unknown;
  /** Writes what else the store gets with its new key, in the same transaction. */
  finish(tx: Tx): void;
}

/**
 * Wraps and tags everything in a store again under a fresh root key, sealed as the old one is. Processes that have the
 * store open cannot use it afterwards.
 * @throws StoreError if it is damaged, or its root key cannot be opened or replaced; it is unchanged then.
 */
export async function rekeyStore(folder: string, keys: Keys, rekeying: Rekeying): Promise<void> {
  const connection = connect(folder, (root, header): Bound => ({ header, databases: openDatabases(root) }));
  try {
    const old = openStoreKey(connection, keys);
    const check = rootKeyCheck(old);
    try {
      connection.transact<void>((bound) => {
        if (!isSameCheck(bound.header.get('rootKey')?.check, check)) throw rekeyed(folder);
        rewrite(bound, folder, { from: old, to: addRootKey(folder, { ...keys, check }) }, rekeying);
      });
    } catch (error) {
      tryToSettle(connection, keys);
      throw error;
    }
    const failure = tryToSettle(connection, keys);
    if (failure) throw leftOldKey(folder, failure);
  } finally {
    await connection.close();
  }
}

interface Bound {
  readonly header: Header;
  readonly databases: Databases;
}

/** Removes the key that is no longer the store's, or has not become it. @returns the error if that fails. */
function tryToSettle({ folder, transact }: Connection<Bound>, keys: Keys): unknown {
  try {
    transact<void>(({ header }) => settleRootKey(folder, { ...keys, check: header.get('rootKey')?.check }));
    return undefined;
  } catch (error) {
    return error;
  }
}

const leftOldKey = (folder: string, cause: unknown) =>
  new StoreError(`the store "${folder}" has a new root key, but the old one could not be removed from "root.key"`, {
    cause,
    hint: 'the next command tries it again: ssebox store info',
  });

function rewrite({ header, databases }: Bound, folder: string, { from: old, to }: RootKeys, rekeying: Rekeying): void {
  const sourceOf = (rootKey: RootKey): RowSource => ({
    folder,
    header,
    databases,
    seal: rowSeal(rootKey),
    foreignSums: () => damagedSums(folder),
  });
  const [before, after] = [sourceOf(old), sourceOf(to)];
  requireWhole(before);
  const tx = readRows(before);
  const identifierKeys = getFact(tx, 'identifierKeys');
  const from = withIdentifierKeys(old, () => identifierKeys);
  const renewed = rekeying.prepare({ from, to });
  const { seal } = after;
  const sums = rewriteRows((table) => pagedRows(tx, table), { databases, encoder: header.encoder, seal, renewed });
  header.put('rootKey', { check: rootKeyCheck(to) });
  header.put('sums', sums.sealed());
  bindRows(after).run((renewedTx) => {
    putFact(renewedTx, 'identifierKeys', wrapIdentifierKeys(from, to));
    rekeying.finish(renewedTx);
  });
}

/** What is damaged must not get a tag that says that it is not. @throws StoreError */
function requireWhole(source: RowSource): void {
  const sums = sumsOf(source);
  for (const table of tableNames) {
    const declaration = declarationOf(table);
    const reading = readingOf(source, declaration, source.databases[table]);
    const audit = auditTable(reading, sums.of(declaration.name), undefined, () => {});
    let step = audit.next();
    while (!step.done) step = audit.next();
    if (!step.value.isWhole)
      throw damage(source.folder, `its records of the kind "${declaration.noun}" are not what was written`);
  }
}
