/**
 * The store: one LMDB environment in a folder, next to the root key and the blob files. All work on it is a synchronous
 * function inside a transaction, which is durable when its result is returned. Every row is authenticated, and every
 * commit says how many rows there are and what they add up to.
 */

import type { RootKey } from '../crypto/root-key.ts';
import { connect, SOON, settled } from './connection.ts';
import { type Databases, declarationOf, openDatabases, type TableName, tableNames } from './databases.ts';
import { type IdentifierKeys, withIdentifierKeys } from './identifier-keys.ts';
import { asStored, readTable } from './lmdb-table.ts';
import { noteRestore } from './own-events.ts';
import { rootKeyCheck } from './root-key-file.ts';
import { auditTable, type TableAudit } from './row-audit.ts';
import { rowSeal } from './row-seal.ts';
import { bindRows, type RowSource, type Rows, readingOf, readRows, sumsOf } from './rows.ts';
import { damagedSums, rekeyed } from './store-error.ts';
import type { Header } from './store-header.ts';
import { type Keys, openStoreKey } from './store-key.ts';
import type { Row, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

/** The number of queued pieces of work that share one commit. */
const GROUP = 512;

export interface Store {
  readonly folder: string;
  readonly rootKey: RootKey;
  /** Runs the work in one transaction; on return its changes are on the disk. If it throws, nothing is changed. */
  transact<T>(work: (tx: Tx) => NotAPromise<T>): T;
  /**
   * The same for many callers: pieces of work that wait at the same time are committed together, but each succeeds or
   * fails alone. The promise settles after the commit. Work may run twice if another piece throws.
   */
  transactGrouped<T>(work: (tx: Tx) => NotAPromise<T>): Promise<T>;
  /**
   * The same for changes that may be lost: it does not wait for the last write of the commit. If the machine then
   * fails, this transaction alone may be undone: earlier commits stay, and later ones include it.
   */
  transactSoon<T>(work: (tx: Tx) => NotAPromise<T>): T;
  /** Runs the work in a transaction that is undone when it ends: the work reads its own changes, but none stay. */
  rehearse<T>(work: (tx: Tx) => NotAPromise<T>): T;
  /** Inside a transaction: runs a part of it that is undone alone if it throws. */
  nested<T>(work: () => NotAPromise<T>): T;
  /**
   * Runs work whose transactions are all committed as one once it is done, or undone if it fails; whatever else this
   * process does meanwhile is part of it, and other processes wait. It must not remove blob files.
   */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Whether such work is in progress, so that other processes wait. */
  isHeld(): boolean;
  /** All rows as they are now. This process must not run a transaction until it is closed. */
  snapshot(): Snapshot;
  /** The number of rows that each table has as of the last commit. */
  counts(): Readonly<Record<TableName, number>>;
  close(): Promise<void>;
}

/** A store for calls, without what is about a store as a whole. */
export type TransactionalStore = Pick<
  Store,
  'transact' | 'transactGrouped' | 'transactSoon' | 'rehearse' | 'nested' | 'isHeld'
>;

/** All rows as they were at one moment. */
export interface Snapshot {
  /** The tables, for reading only. */
  readonly tx: Tx;
  /** A value as it would be read after it was stored in a table. */
  asStored(table: TableName, value: unknown): unknown;
  /**
   * Examines every row of a table, and hands over those that are what was written. It pauses, so that others get their
   * turn.
   */
  audit(table: TableName, onRow: (row: Row<TableKey, unknown>) => void): Generator<void, TableAudit>;
  /** Until then the store retains the state of these rows, and grows as others write. */
  close(): void;
}

type NotAPromise<T> = T extends PromiseLike<unknown> ? never : T;

/**
 * Opens the store in a folder, creating it if there is none.
 * @throws StoreError if the folder contains something else, has a newer format, or cannot be read or written, if the
 * root key cannot be opened, or if the store is damaged; OldFormat if it must be upgraded first.
 */
export function openStore(folder: string, keys: Keys): Store {
  const connection = connect(folder, (root, header): Bound => ({ header, databases: openDatabases(root) }));

  /** Runs a step of opening the store; if it throws, nothing is left open. */
  function opening<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      void connection.close();
      throw error;
    }
  }

  const opened = opening(() => openStoreKey(connection, keys));
  const rootKey = withIdentifierKeys(opened, identifierKeys);
  const seal = rowSeal(rootKey);
  const check = Buffer.from(rootKeyCheck(rootKey));

  const sourceOf = ({ header, databases }: Bound): RowSource => ({
    folder,
    header,
    databases,
    seal,
    foreignSums: () => (check.equals(header.get('rootKey')?.check ?? check) ? damagedSums(folder) : rekeyed(folder)),
  });

  let isHeld = false;
  let identifiers: { readonly keys: IdentifierKeys | undefined } | undefined;

  /** As long as the store has this root key, they are the same. Needed within transactions and outside of them. */
  function identifierKeys(): IdentifierKeys | undefined {
    identifiers ??= connection.read(({ bound }) => {
      const stored = bound.header.get('rootKey')?.check;
      if (stored && !check.equals(stored)) throw rekeyed(folder);
      const facts = readTable(readingOf(sourceOf(bound), declarationOf('facts'), bound.databases.facts), undefined);
      // Only `putFact` writes these rows, and it ties the name to the type.
      return { keys: facts.get(['identifierKeys']) as IdentifierKeys | undefined };
    });
    return identifiers.keys;
  }

  function rowsOf(bound: Bound): Rows {
    bound.rows ??= bindRows(sourceOf(bound));
    return bound.rows;
  }

  const transact = <T>(work: (tx: Tx) => T, flags?: number): T =>
    connection.transact<T>((bound) => rowsOf(bound).run((tx) => settled(work(tx))), flags);

  opening(() => {
    if (!connection.read(({ header }) => header.get('restored'))) return;
    connection.transact<void>((bound) => rowsOf(bound).run((tx) => noteRestore(bound.header, tx)));
  });

  const queue: Queued[] = [];

  function drain(): void {
    const batch = queue.splice(0, GROUP);
    if (queue.length > 0) setImmediate(drain);
    let answers: (() => void)[];
    try {
      answers = transact<(() => void)[]>((tx) =>
        batch.map(({ work, resolve }) => {
          const value = settled(work(tx));
          return () => resolve(value);
        }),
      );
    } catch {
      // One piece of work has undone them all: each is run again, alone.
      answers = batch.map(({ work, resolve, reject }) => {
        try {
          const value = transact<unknown>(work);
          return () => resolve(value);
        } catch (error) {
          return () => reject(error);
        }
      });
    }
    // All their changes are on the disk now.
    for (const answer of answers) answer();
  }

  return {
    folder,
    rootKey,
    transact,
    transactSoon: <T>(work: (tx: Tx) => NotAPromise<T>) => transact<T>(work, SOON),
    transactGrouped: <T>(work: (tx: Tx) => NotAPromise<T>) =>
      new Promise<T>((resolve, reject) => {
        // The queue holds work of every type; the promise waiting for this one has its type.
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
        if (queue.length === 1) setImmediate(drain);
      }),
    rehearse<T>(work: (tx: Tx) => NotAPromise<T>): T {
      const undo = new Error('a rehearsal leaves nothing behind');
      let outcome: { readonly value: T } | undefined;
      try {
        return transact<never>((tx) => {
          outcome = { value: settled(work(tx)) };
          throw undo;
        });
      } catch (error) {
        if (error !== undo || !outcome) throw error;
        return outcome.value;
      }
    },
    nested: <T>(work: () => NotAPromise<T>) =>
      connection.nested<T>((bound) => rowsOf(bound).part(() => settled<T>(work()))),
    async together(work) {
      isHeld = true;
      try {
        return await connection.together((bound) => rowsOf(bound).together(work));
      } finally {
        isHeld = false;
      }
    },
    isHeld: () => isHeld,
    snapshot() {
      const { bound, transaction } = connection.readLatest();
      const source = sourceOf(bound);
      const sums = sumsOf(source, transaction);
      return {
        tx: readRows(source, transaction),
        asStored: (name, value) => asStored(value, declarationOf(name), bound.header.encoder),
        audit(name, onRow) {
          const declaration = declarationOf(name);
          const reading = readingOf(source, declaration, bound.databases[name]);
          return auditTable(reading, sums.of(declaration.name), transaction, onRow);
        },
        close: () => transaction.done(),
      };
    },
    counts: () =>
      connection.transact((bound) => {
        const sums = sumsOf(sourceOf(bound));
        // The record has every name of `tables`.
        return Object.fromEntries(tableNames.map((name) => [name, sums.of(declarationOf(name).name).count])) as Record<
          TableName,
          number
        >;
      }),
    close: () => connection.close(),
  };
}

/** What is opened in the environment. */
interface Bound {
  readonly header: Header;
  readonly databases: Databases;
  /** Bound by the first transaction, which has the key. */
  rows?: Rows;
}

interface Queued {
  readonly work: (tx: Tx) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}
