/**
 * The LMDB environment of a store, opened with whatever is needed of it, and the transactions in it. It knows nothing of
 * the store's contents except the header.
 */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { requireExactKeys } from './exact-keys.ts';
import { isLatest, type Opener, openLmdb, type ReadTransaction, type RootDatabase } from './lmdb.ts';
import { holdLocks } from './lmdb-locks.ts';
import { guardPages, type PageGuard } from './page-guard.ts';
import { DATA_FILE, isPlacing } from './placing.ts';
import { isGone } from './process-mark.ts';
import { explained, guarded, unusable } from './store-error.ts';
import { prepareFolder } from './store-folder.ts';
import { type Header, openHeader, type Replacing } from './store-header.ts';

/**
 * Flags of lmdb's `transactionSync`: the transaction can be aborted and is committed on return, as without flags; and
 * LMDB's MDB_NOMETASYNC, for this transaction only. Its pages are on the disk before the page that makes them valid is
 * written, so that no state is ever torn, which MDB_NOSYNC would not guarantee.
 */
export const SOON = 1 | 2 | 0x40000;

/**
 * How many processes may have the store open at once: each that reads takes a place in LMDB's lock file, of 64 bytes.
 * LMDB's own 126 are too few for a build that runs a command for each of its files.
 */
const MOST_READERS = 8192;

/** An open environment. `Bound` is what is opened in it. */
export interface Connection<Bound> {
  readonly folder: string;
  /**
   * Runs the work in one transaction; on return its changes are on the disk. If it throws, nothing is changed. What is
   * bound may be another after it.
   * @throws StoreError if another store has taken this one's place, or LMDB fails.
   */
  transact<T>(work: (bound: Bound) => T, flags?: number): T;
  /** Inside a transaction: runs a part of it that is undone alone if it throws. */
  nested<T>(work: (bound: Bound) => T): T;
  /**
   * Runs work whose transactions are all committed as one once it is done, or undone if it fails; whatever else this
   * process does meanwhile is part of it, and other processes wait.
   */
  together<T>(work: (bound: Bound) => Promise<T>): Promise<T>;
  /** Runs work that only reads, outside of a transaction, with errors as in `transact`. */
  read<T>(work: (open: Open<Bound>) => T): T;
  /** Starts reading the state after the last commit, which does not change until the reading is done. */
  readLatest(): Reading<Bound>;
  close(): Promise<void>;
}

/** An environment with what is opened in it. */
export interface Open<Bound> {
  readonly root: RootDatabase;
  /** Checks the pages of what is bound before they are read. */
  readonly guard: PageGuard;
  readonly header: Header;
  readonly bound: Bound;
}

/** One state of an environment. */
export interface Reading<Bound> extends Open<Bound> {
  readonly transaction: ReadTransaction;
}

/**
 * Opens the environment in a folder, creating folder and environment if there are none. `bind` opens what is needed, in
 * a transaction.
 * @throws StoreError if the folder contains something else, or cannot be read or written.
 */
export function connect<Bound>(folder: string, bind: (opener: Opener, header: Header) => Bound): Connection<Bound> {
  let open = openInPlace(folder, bind);

  const connection: Connection<Bound> = {
    folder,
    transact(work, flags) {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        try {
          return guarded(folder, () =>
            fromLatest(
              open.root,
              () => {
                open.guard.begin(open.root.getWriteTxnId() - 1);
                requireInPlace(open.header, folder);
                return settled(work(open.bound));
              },
              flags,
            ),
          );
        } catch (error) {
          if (error !== SET_BACK) throw error;
          void close(open);
          const known = open.file;
          open = openInPlace(folder, bind);
          if (open.file !== known) throw replaced(folder, {});
        }
      }
      throw neverLatest(folder);
    },
    nested: (work) => open.root.transactionSync(() => settled(work(open.bound))),
    async together(work) {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        try {
          return await fromLatest(open.root, () => {
            open.guard.begin(open.root.getWriteTxnId() - 1);
            requireInPlace(open.header, folder);
            return work(open.bound);
          });
        } catch (error) {
          if (error !== SET_BACK) throw explained(folder, error);
          // Opens the environment again.
          connection.transact(() => {});
        }
      }
      throw neverLatest(folder);
    },
    read: (work) => guarded(folder, () => work(open)),
    readLatest() {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const transaction = guarded(folder, () => latest(open.root));
        if (transaction) return { ...open, transaction };
        // Corrects the number that readers begin from, if it was not just a commit by another process.
        connection.transact(() => {});
      }
      throw neverLatest(folder);
    },
    close: () => close(open),
  };
  return connection;
}

/** Starts reading the state after the last commit; undefined if what a reader would find now is older. */
function latest(root: RootDatabase): ReadTransaction | undefined {
  root.resetReadTxn();
  const transaction = root.useReadTransaction();
  if (isLatest(root, transaction)) return transaction;
  transaction.done();
  return undefined;
}

interface Opened<Bound> extends Open<Bound> {
  /** The inode of the data file. */
  readonly file: number;
}

function openInPlace<Bound>(folder: string, bind: (opener: Opener, header: Header) => Bound): Opened<Bound> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const file = prepareFolder(folder);
    const { root, guard } = openGuarded(folder);
    try {
      const { header, bound } = guarded(folder, () =>
        fromLatest(root, () => {
          guard.begin(root.getWriteTxnId() - 1);
          const opener: Opener = {
            openDB: (name, options) => guard.over(requireExactKeys(root.openDB(name, options)), name),
          };
          const header = openHeader(folder, opener);
          return { header, bound: bind(opener, header) };
        }),
      );
      if (isInPlace(root, header, folder, file)) return { root, guard, header, bound, file };
      void close({ root, guard });
    } catch (error) {
      void close({ root, guard });
      if (error !== SET_BACK) throw error;
    }
  }
  throw neverLatest(folder);
}

function openGuarded(folder: string): Pick<Open<unknown>, 'root' | 'guard'> {
  const guard = guarded(folder, () => guardPages(folder));
  try {
    return { guard, root: openEnvironment(folder) };
  } catch (error) {
    guard.close();
    throw error;
  }
}

async function close({ root, guard }: Pick<Open<unknown>, 'root' | 'guard'>): Promise<void> {
  guard.close();
  await root.close();
}

/**
 * Opens the environment of a folder that was prepared. `pause` waits between two attempts.
 * @throws StoreError
 */
export function openEnvironment(folder: string, pause = pauseBefore): RootDatabase {
  return guarded(folder, () => {
    const options = { path: join(folder, DATA_FILE), maxDbs: 128, maxReaders: MOST_READERS };
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (attempt > 0) pause(attempt);
      const hold = holdLocks(options);
      if (!hold) continue;
      try {
        // LMDB zeroes its pages before it uses them (`noMemInit` is off): other contents of this process's memory,
        // plaintext or keys, must not get into the file. A commit is on the disk before the next writer begins: if the
        // two overlap, a process that takes over the lock of one that was killed while waiting for the disk resets the
        // number of the last transaction, while another writer continues, and that one's commits are lost or the trees
        // are torn (mdb.c, `mdb_mutex_failed`; seen within a minute of kills).
        return openLmdb({ ...options, noSubdir: true, encoding: 'msgpack', overlappingSync: false });
      } finally {
        hold.close();
      }
    }
    throw neverLatest(folder);
  });
}

/**
 * Waits longer each time: processes that found destroyed locks have to let go of them all at once, for a moment, and each
 * has them for a millisecond at each attempt.
 */
function pauseBefore(attempt: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(2 ** attempt, LONGEST_PAUSE_MS));
}

const LONGEST_PAUSE_MS = 50;

/**
 * Whether the opened environment is still the folder's; another store may have taken its place.
 * @throws StoreError if one is about to.
 */
function isInPlace(root: RootDatabase, header: Header, folder: string, file: number): boolean {
  if (statSync(join(folder, DATA_FILE), { throwIfNoEntry: false })?.ino !== file) return false;
  const mark = guarded(folder, () => header.get('replaced'));
  if (!mark) return true;
  if (!isGone(mark.process)) throw replaced(folder, mark);
  // The process was killed before or after it had put the other store in place. No process starts over during a
  // transaction.
  return guarded(folder, () =>
    fromLatest(root, () => {
      if (isPlacing(folder) || statSync(join(folder, DATA_FILE)).ino !== file) return false;
      header.remove('replaced');
      return true;
    }),
  );
}

/** @throws StoreError if another store has taken this one's place. */
function requireInPlace(header: Header, folder: string): void {
  const mark = header.get('replaced');
  if (mark) throw replaced(folder, mark);
}

const replaced = (folder: string, { by }: { readonly by?: Replacing }) =>
  new StoreError(`the store "${folder}" ${by ? replacements[by] : 'has just been replaced'}`, {
    hint: 'run the command again',
  });

const replacements: Readonly<Record<Replacing, string>> = {
  restore: 'has just been replaced by "ssebox store restore"',
  compact: 'has just been written anew by "ssebox store compact"',
};

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

/** An asynchronous function would continue after the end of its transaction. @throws TypeError */
export function settled<T>(value: T): T {
  if (value instanceof Promise) throw new TypeError('the work of a transaction must not be asynchronous');
  return value;
}
