/**
 * The root key of a store when it is opened: made for a new store, otherwise the one whose check is in the header. The
 * root key's file says which format the store has, so that rows without tags cannot pass as those of an old one.
 */

import { StoreError } from '../api/errors.ts';
import { systemCode } from '../api/file-error.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { Connection } from './connection.ts';
import type { Databases } from './databases.ts';
import { DATA_FILE } from './placing.ts';
import { settleRootKey, stampFormat } from './root-key-change.ts';
import {
  draftRootKey,
  hasRootKey,
  hasRootKeyLeftover,
  isSameCheck,
  openRootKey,
  type RootKeyAccess,
  rootKeyCheck,
} from './root-key-file.ts';
import { rowSeal } from './row-seal.ts';
import { newRowSums } from './row-sums.ts';
import { damage, damagedSums, rekeyed } from './store-error.ts';
import { damagedHeader, type Header } from './store-header.ts';

/** The format that this program writes. A store with a newer one is refused, one with an older one upgraded. */
export const FORMAT = 3;

/** What opens the store's root key, and makes it for a new store. */
export type Keys = Pick<RootKeyAccess, 'random' | 'passphrase'>;

/** A store has an older format than this program writes; it must be upgraded before it is opened. */
export class OldFormat extends StoreError {}

/** What the root key is opened with: the header, and the rows that a new store does not have. */
type KeyConnection = Connection<{ readonly header: Header; readonly databases: Databases }>;

/**
 * The root key of the store.
 * @throws StoreError if it cannot be opened, or if header and file do not belong together; OldFormat
 */
export function openStoreKey(connection: KeyConnection, keys: Keys): RootKey {
  let facts = connection.read(({ header }) => factsIn(header));
  for (;;) {
    try {
      return openWith(facts, connection, keys);
    } catch (error) {
      // Another process may have upgraded the store or given it a new root key after the header was read.
      const now = connection.transact<HeaderFacts>(({ header }) => factsIn(header));
      if (isSame(facts, now)) throw error;
      facts = now;
    }
  }
}

function openWith(known: HeaderFacts, connection: KeyConnection, keys: Keys): RootKey {
  const { folder } = connection;
  const { format, check } = known.isNew ? created(connection, keys) : known;
  if (format !== undefined && format > FORMAT) throw newerFormat(folder, format);
  if (format === 1) requireOldKey(folder, check, keys);
  if (format === undefined || check === undefined) throw damagedHeader(folder);
  if (format < FORMAT) {
    oldRootKey(folder, format, check, keys);
    throw oldFormat(folder, format);
  }
  const access = { ...keys, check };
  const { rootKey, storeFormat, isSettled } = openRootKey(folder, access);
  /** Only who knows the store's key of this moment may change the file. */
  const change = (work: (header: Header) => void) =>
    connection.transact<void>(({ header }) => {
      // Everything is then read again.
      if (!isSameCheck(header.get('rootKey')?.check, check)) throw rekeyed(folder);
      work(header);
    });
  if (storeFormat < format) {
    change((header) => {
      // The rows were upgraded by a process that was killed before the root key's file said so.
      requireOwnSums(header, rootKey, folder);
      stampFormat(folder, format, access);
    });
  } else if (!isSettled || hasRootKeyLeftover(folder)) {
    change(() => settleIfPossible(folder, access));
  }
  return rootKey;
}

/** The store can be used with whatever else is in the file, so a full disk or a read-only folder is no obstacle. */
function settleIfPossible(folder: string, access: RootKeyAccess): void {
  try {
    settleRootKey(folder, access);
  } catch (error) {
    if (!(error instanceof Error) || systemCode(error.cause) === undefined) throw error;
  }
}

/** What the header says. */
interface HeaderFacts {
  readonly format: number | undefined;
  readonly check: Uint8Array | undefined;
  /** Whether there is nothing in it at all. */
  readonly isNew: boolean;
}

function factsIn(header: Header): HeaderFacts {
  const format = header.get('format')?.version;
  const check = header.get('rootKey')?.check;
  return { format, check, isNew: format === undefined && check === undefined && header.get('sums') === undefined };
}

const isSame = (one: HeaderFacts, other: HeaderFacts): boolean =>
  one.format === other.format && Buffer.compare(one.check ?? NOTHING, other.check ?? NOTHING) === 0;

const NOTHING = new Uint8Array();

/** Whether no table has a row. */
const isEmpty = (databases: Databases): boolean =>
  Object.values(databases).every((database) => [...database.getRange({ limit: 1 })].length === 0);

/** Several processes may do this at the same moment: one writes the header, and all continue from it. */
function created(connection: KeyConnection, { random }: Keys): HeaderFacts {
  const draft = draftRootKey(connection.folder, FORMAT, random);
  const check = rootKeyCheck(draft.rootKey);
  let other: HeaderFacts | undefined;
  try {
    other = connection.transact<HeaderFacts | undefined>(({ header, databases }) => {
      const facts = factsIn(header);
      if (!facts.isNew) return facts;
      if (hasRootKey(connection.folder) || !isEmpty(databases)) throw damagedHeader(connection.folder);
      header.put('format', { version: FORMAT });
      header.put('rootKey', { check });
      header.put('sums', newRowSums(rowSeal(draft.rootKey)).sealed());
      return undefined;
    });
  } catch (error) {
    draft.discard();
    throw error;
  }
  if (other) draft.discard();
  else draft.name();
  return other ?? { format: FORMAT, check, isNew: false };
}

/** @throws OldFormat; StoreError like `oldRootKey` */
function requireOldKey(folder: string, check: Uint8Array | undefined, keys: Keys): never {
  if (check !== undefined || hasRootKey(folder)) oldRootKey(folder, 1, check, keys);
  throw oldFormat(folder, 1);
}

const oldFormat = (folder: string, format: number) =>
  new OldFormat(`the store "${folder}" has format ${format}`, { hint: 'run any command of ssebox on it' });

/**
 * The root key of a store that has an old format according to its header. In format 1 a store got its root key when that
 * was first needed, so that the check may be missing. The header is not authenticated, with its check neither: the root
 * key's file says that it tells the truth.
 * @throws StoreError if the file says that the store has a later format, and like `openRootKey`
 */
export function oldRootKey(folder: string, format: number, check: Uint8Array | undefined, keys: Keys): RootKey {
  const { rootKey, storeFormat } = openRootKey(folder, { ...keys, check });
  if (storeFormat > format) throw setBack(folder, format);
  return rootKey;
}

function requireOwnSums(header: Header, rootKey: RootKey, folder: string): void {
  const stored = header.get('sums');
  if (!stored || !newRowSums(rowSeal(rootKey)).load(stored)) throw damagedSums(folder);
}

const newerFormat = (folder: string, format: number) =>
  new StoreError(
    `the store "${folder}" has format ${format}, newer than the ${FORMAT} that this version of ssebox reads`,
    { hint: 'update ssebox, or choose another store with --store' },
  );

const setBack = (folder: string, format: number) =>
  damage(folder, `"${DATA_FILE}" has format ${format}, but the root key belongs to a store of a later one`);
