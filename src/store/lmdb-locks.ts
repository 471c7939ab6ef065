/**
 * The locks of an environment's writers and readers, which lie in LMDB's lock file. The last process that closes the
 * environment destroys them. A process that is opening it at that moment waits for the other one, then takes these locks
 * for ones that somebody has just made, and makes none (mdb.c, `mdb_env_close_active` and `mdb_env_excl_lock`; OpenLDAP
 * ITS#10095: LMDB 0.9.32 no longer destroys them, lmdb 3.5.6 does). No transaction can begin with them. lmdb does not
 * look whether one has begun: its `open` throws "No transaction to renew" and leaves the environment open, so that this
 * process, and others that open it meanwhile, find the destroyed locks again and again.
 */

import { newBareEnvironment } from './lmdb.ts';

/** Makes the locks of an environment stay. */
export interface LockHold {
  close(): void;
}

/** What lmdb's `open` needs to know, too. */
export interface LockOptions {
  readonly path: string;
  readonly maxDbs: number;
  readonly maxReaders: number;
}

/**
 * Opens the environment in a file without its databases, for its locks. What this process opens of it before it closes
 * this one shares it.
 * @returns undefined if the locks are destroyed. It is closed then: whoever opens it next makes new locks, once every
 * other process that found these has closed it.
 * @throws LMDB's error
 */
export function holdLocks(options: LockOptions): LockHold | undefined {
  const environment = newBareEnvironment();
  environment.open({ ...options, mapSize: MAP_BYTES, keyBytes: NO_KEYS }, NO_SUBDIR, 0);
  environment.beginTxn(ABORTABLE);
  const hasBegun = environment.getWriteTxnId() !== 0;
  environment.abortTxn();
  if (hasBegun) return environment;
  environment.close();
  return undefined;
}

/** What lmdb begins with; LMDB takes more for a larger file. */
const MAP_BYTES = 0x20000;
/** Without databases there is nothing to look up. */
const NO_KEYS = Buffer.alloc(0);
/** LMDB's MDB_NOSUBDIR: the path is the file's. */
const NO_SUBDIR = 0x4000;
/** Of lmdb's transactions: it can be aborted. */
const ABORTABLE = 1;
