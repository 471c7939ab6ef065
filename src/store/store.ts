/**
 * The store: one LMDB environment in a folder, next to the root key and the blob files. All work on it is a synchronous
 * function inside a transaction, which is durable when its result is returned.
 */

import { accessSync, closeSync, constants, openSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { FULL, systemCode, systemReason } from '../api/file-error.ts';
import { openLmdb, type RootDatabase } from './lmdb.ts';
import { looksLikeLmdb } from './lmdb-file.ts';
import { bindTable } from './lmdb-table.ts';
import { closeToOthers, makeFolder } from './make-folder.ts';
import { getMeta, putMeta, removeMeta } from './meta.ts';
import { DATA_FILE, isPlacing, LOCK_FILE, settlePlacing } from './placing.ts';
import { isGone } from './process-mark.ts';
import { type RawRow, type RawTables, rawTablesOf, type Snapshot, snapshotOf, type TableName } from './raw-rows.ts';
import { RowCache } from './row-cache.ts';
import { syncFolder } from './sync-folder.ts';
import type { Table, TableKey } from './table.ts';
import { type Tx, tables } from './tables.ts';

/** The format that this program writes. A store with a newer one is refused. */
const FORMAT = 1;

/** A disk with less free space counts as full. */
const LEAST_FREE_BYTES = 64 * 1024;

/**
 * Flags of lmdb's `transactionSync`: the transaction can be aborted and is committed on return, as without flags; and
 * LMDB's MDB_NOMETASYNC, for this transaction only. Its pages are on the disk before the page that makes them valid is
 * written, so that no state is ever torn, which MDB_NOSYNC would not guarantee.
 */
const SOON = 1 | 2 | 0x40000;

/**
 * How many processes may have the store open at once: each that reads takes a place in LMDB's lock file, of 64 bytes.
 * LMDB's own 126 are too few for a build that runs a command for each of its files.
 */
const MOST_READERS = 8192;

/** The number of queued pieces of work that share one commit. */
const GROUP = 512;

export interface Store {
  readonly folder: string;
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
  /** All rows as they are now. This process must not run a transaction until it is closed. */
  snapshot(): Snapshot;
  /** Appends rows of a snapshot to a table whose rows all sort before them, in one transaction. */
  append(table: TableName, rows: Iterable<RawRow>): void;
  close(): Promise<void>;
}

type NotAPromise<T> = T extends PromiseLike<unknown> ? never : T;

/**
 * Opens the store in a folder, creating it if there is none.
 * @throws StoreError if the folder contains something else, has a newer format, or cannot be read or written.
 */
export function openStore(folder: string): Store {
  const cache = new RowCache();
  let { root, tx, file } = openTables(folder, cache);
  let raw: RawTables | undefined;

  function transact<T>(work: (tx: Tx) => T, flags?: number): T {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        return guarded(folder, () => fromLatest(root, () => settled(work(requireInPlace(tx, folder))), flags));
      } catch (error) {
        if (error !== SET_BACK) throw error;
        void root.close();
        cache.clear();
        raw = undefined;
        const known = file;
        ({ root, tx, file } = openTables(folder, cache));
        if (file !== known) throw replaced(folder);
      }
    }
    throw neverLatest(folder);
  }

  const queue: Queued[] = [];

  function drain(): void {
    const batch = queue.splice(0, GROUP);
    if (queue.length > 0) setImmediate(drain);
    let answers: (() => void)[];
    try {
      answers = transact<(() => void)[]>((tx) =>
        cache.during(() =>
          batch.map(({ work, resolve }) => {
            const value = settled(work(tx));
            return () => resolve(value);
          }),
        ),
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

  function rawTables(): RawTables {
    raw ??= transact<RawTables>(() => rawTablesOf(root));
    return raw;
  }

  const store: Store = {
    folder,
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
    nested(work) {
      try {
        return root.transactionSync(() => settled(work()));
      } catch (error) {
        cache.clear();
        throw error;
      }
    },
    async together(work) {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        try {
          return await fromLatest(root, () => {
            requireInPlace(tx, folder);
            return work();
          });
        } catch (error) {
          if (error !== SET_BACK) throw isLmdbError(error) ? machineError(folder, error) : error;
          // Opens the environment again.
          transact<void>(() => {});
        }
      }
      throw neverLatest(folder);
    },
    snapshot() {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const tables = rawTables();
        const snapshot = guarded(folder, () => snapshotOf(root, tables));
        if (snapshot) return snapshot;
        // Corrects the number that readers begin from, if it was not just a commit by another process.
        transact<void>(() => {});
      }
      throw neverLatest(folder);
    },
    append(table, rows) {
      const database = rawTables()[table];
      transact<void>(() => {
        for (const { key, value } of rows) {
          if (!database.putSync(key, value, { append: true })) throw new Error(`a row of "${table}" is not the last`);
        }
      });
    },
    close: () => root.close(),
  };
  checkFormat(store, tx);
  return store;
}

interface Queued {
  readonly work: (tx: Tx) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Creates the folder of a new store, or checks whether an existing one can be a store.
 * @returns the inode of the data file.
 */
function prepareFolder(folder: string): number {
  try {
    makeFolder(folder);
    requireLock(folder);
    const file = join(folder, DATA_FILE);
    const there = statSync(file, { throwIfNoEntry: false });
    // After the check of the file: a file put in place from now on has another inode.
    settlePlacing(folder);
    if (there) {
      if (!there.isFile() || !looksLikeLmdb(file)) throw unusable(folder, DAMAGED);
      return there.ino;
    }
    // The root key may already exist: another process is creating this store at the same moment.
    const others = readdirSync(folder).filter((name) => !/^(store\.mdb(-lock)?|root\.key.*|blobs|\..*)$/.test(name));
    if (others.length > 0) throw new StoreError(`the folder "${folder}" is not an ssebox store and is not empty`);
    closeToOthers(folder);
    // LMDB creates a database in an empty file.
    closeSync(openSync(file, 'a', 0o664));
    syncFolder(folder);
    return statSync(file).ino;
  } catch (error) {
    throw error instanceof StoreError ? error : machineError(folder, error);
  }
}

/** lmdb's library crashes if it cannot open or create its lock file. */
function requireLock(folder: string): void {
  const file = join(folder, LOCK_FILE);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there && !there.isFile()) throw unusable(folder, `"${LOCK_FILE}" is not a file`);
  accessSync(there ? file : folder, constants.W_OK);
}

function openEnvironment(folder: string): RootDatabase {
  // LMDB zeroes its pages before it uses them (`noMemInit` is off): other contents of this process's memory, plaintext
  // or keys, must not get into the file. A commit is on the disk before the next writer begins: if the two overlap, a
  // process that takes over the lock of one that was killed while waiting for the disk resets the number of the last
  // transaction, while another writer continues, and that one's commits are lost or the trees are torn (mdb.c,
  // `mdb_mutex_failed`; seen within a minute of kills).
  return guarded(folder, () =>
    openLmdb({
      path: join(folder, DATA_FILE),
      noSubdir: true,
      maxDbs: 64,
      maxReaders: MOST_READERS,
      encoding: 'msgpack',
      overlappingSync: false,
    }),
  );
}

interface OpenTables {
  readonly root: RootDatabase;
  readonly tx: Tx;
  /** The inode of the data file. */
  readonly file: number;
}

/** Opens the environment with its tables, creating those that do not exist yet. */
function openTables(folder: string, cache: RowCache): OpenTables {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const file = prepareFolder(folder);
    const root = openEnvironment(folder);
    try {
      const tx = guarded(folder, () => fromLatest(root, () => bindTables(root, folder, cache)));
      if (isInPlace(root, tx, folder, file)) return { root, tx, file };
      void root.close();
    } catch (error) {
      if (error !== SET_BACK) throw error;
      void root.close();
    }
  }
  throw neverLatest(folder);
}

/**
 * Whether the opened environment is still the folder's; another store may have taken its place.
 * @throws StoreError if one is about to.
 */
function isInPlace(root: RootDatabase, tx: Tx, folder: string, file: number): boolean {
  if (statSync(join(folder, DATA_FILE), { throwIfNoEntry: false })?.ino !== file) return false;
  const mark = guarded(folder, () => getMeta(tx, 'replaced'));
  if (!mark) return true;
  if (!isGone(mark.process)) throw replaced(folder);
  // The process was killed before or after it had put the other store in place. No process starts over during a
  // transaction.
  return guarded(folder, () =>
    fromLatest(root, () => {
      if (isPlacing(folder) || statSync(join(folder, DATA_FILE)).ino !== file) return false;
      removeMeta(tx, 'replaced');
      return true;
    }),
  );
}

/** @throws StoreError if another store has taken this one's place. */
function requireInPlace(tx: Tx, folder: string): Tx {
  if (getMeta(tx, 'replaced')) throw replaced(folder);
  return tx;
}

const replaced = (folder: string) =>
  new StoreError(`the store "${folder}" has just been replaced by "ssebox store restore"`, {
    hint: 'run the command again',
  });

/** Thrown to leave a transaction that began from an older state than the last; the work itself has not failed. */
const SET_BACK = new Error('the last transaction was undone');
const MOST_ATTEMPTS = 100;

const neverLatest = (folder: string) => unusable(folder, 'it is in constant use by other processes; try again');

/**
 * Runs a transaction, which must begin from the state that the last one left. A process that opens an environment sets
 * the number of the last transaction to one that it read a moment before, without a lock; a commit by another process
 * in that moment would be lost to the next writer (mdb.c, `mdb_env_open2`; OpenLDAP ITS#9496). Opening the environment
 * again corrects the number, unless the same happens again.
 * @throws SET_BACK
 */
function fromLatest<T>(root: RootDatabase, work: () => T, flags?: number): T {
  return root.transactionSync(() => {
    if (root.getWriteTxnId() !== root.env.info().lastTxnId + 1) throw SET_BACK;
    return work();
  }, flags);
}

function bindTables(root: RootDatabase, folder: string, cache: RowCache): Tx {
  const bound: Record<string, Table<TableKey, unknown>> = {};
  for (const [name, declaration] of Object.entries(tables)) {
    const database = root.openDB(declaration.name, { encoding: 'msgpack', useRecords: false });
    bound[name] = cache.over(bindTable(database, declaration, (error, key) => unreadable(folder, name, error, key)));
  }
  // The record has every name of `tables`, each bound to the database that holds rows of its type.
  return bound as unknown as Tx;
}

/** An asynchronous function would continue after the end of its transaction. */
function settled<T>(value: T): T {
  if (value instanceof Promise) throw new TypeError('the work of a transaction must not be asynchronous');
  return value;
}

function checkFormat(store: Store, tx: Tx): void {
  // A read transaction: opening a store does not wait for its writer.
  const format = guarded(store.folder, () => getMeta(tx, 'format'));
  if (format === undefined) {
    store.transact((tx) => {
      if (getMeta(tx, 'format') === undefined) putMeta(tx, 'format', { version: FORMAT });
    });
  } else if (format.version > FORMAT) {
    throw new StoreError(
      `the store "${store.folder}" has format ${format.version}, newer than the ${FORMAT} that this version of ssebox reads`,
      { hint: 'update ssebox, or choose another store with --store' },
    );
  }
}

/** Runs work in the environment; errors of LMDB become a StoreError. The work's own errors are unchanged. */
function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isLmdbError(error) ? machineError(folder, error) : error;
  }
}

/** LMDB's errors carry a number; the file system's a string such as `ENOSPC`, a DOMException a number of its own. */
function isLmdbError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DOMException) return false;
  return ('code' in error && typeof error.code === 'number') || /^MDB_/.test(error.message);
}

function machineError(folder: string, error: unknown): StoreError {
  const text = error instanceof Error ? error.message : String(error);
  const reason =
    (isShortWrite(folder, error) ? FULL : systemReason(error)) ??
    (text.startsWith('MDB_READERS_FULL') ? CROWDED : undefined) ??
    (/MDB_INVALID|MDB_CORRUPTED|MDB_VERSION_MISMATCH|not an LMDB file/i.test(text) ? DAMAGED : text);
  return unusable(folder, reason, error);
}

/** On a disk with room for only part of a write, LMDB reports a disk error: mdb.c, EIO. */
function isShortWrite(folder: string, error: unknown): boolean {
  if (systemCode(error) !== 'EIO') return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < LEAST_FREE_BYTES;
}

/** LMDB's own errors are reported as such; anything else is caused by bytes that are not MessagePack. */
function unreadable(folder: string, table: string, error: unknown, key?: TableKey): unknown {
  if (isLmdbError(error)) return error;
  const row = key === undefined ? 'a row' : `the row "${key.join('/')}"`;
  return unusable(folder, `${row} of "${table}" is damaged`, error);
}

const CROWDED = `as many processes are using it as "${LOCK_FILE}" has places for; try again once some have ended`;
const DAMAGED = `"${DATA_FILE}" is not an ssebox store, or is damaged`;

const unusable = (folder: string, reason: string, cause?: unknown) =>
  new StoreError(`cannot use the store "${folder}": ${reason}`, { cause });
