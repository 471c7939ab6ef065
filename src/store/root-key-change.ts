/**
 * Changes of the root key's file: another seal, another key, the format of the store. Each leaves the old content or
 * the new one if the process is killed, and is only made within a transaction of the store.
 */

import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { KEY_BYTES } from '../crypto/derive.ts';
import { makeRootKey, type RootKey } from '../crypto/root-key.ts';
import {
  findKey,
  guarded,
  isAlone,
  isBeside,
  type Keyed,
  type RootKeyAccess,
  readOwn,
  rootKeyFile,
  writeBeside,
} from './root-key-file.ts';
import { FILE_VERSION, plainRecord, type RootKeyContent, rootKeyContent, sealedRecord } from './root-key-record.ts';
import { syncFolder } from './sync-folder.ts';

type Random = (size: number) => Uint8Array;

/**
 * Finishes or undoes what killed processes have begun: removes what was to become the file, and all records but the
 * store's own. Only within a transaction that has read the check, so that nobody else is changing the file.
 * @throws StoreError like `openRootKey`
 */
export function settleRootKey(folder: string, access: RootKeyAccess): void {
  begin(folder, access, ({ own, content, path }) => {
    // A second name is for the next change of the file to report.
    if (!isAlone(content) && statSync(path).nlink === 1) replace(path, own, access.random);
  });
}

/**
 * Writes the format of a store into its root key's file, once the store has it. The key stays the same, and sealed if
 * it is; a second name of the file keeps the old content. Only within a transaction.
 * @throws StoreError like `openRootKey`
 */
export function stampFormat(folder: string, storeFormat: number, access: RootKeyAccess): void {
  begin(folder, access, ({ own, path }) => replace(path, { ...own, storeFormat }, access.random));
}

/** How a store's root key is to be sealed. */
export interface PassphraseChange {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** As in `RootKeyAccess`. */
  readonly check?: Uint8Array | undefined;
}

/**
 * Seals a store's root key with a passphrase, in place of another one or none; `undefined` removes the seal. Other
 * processes that have the store open are not affected. Only within a transaction.
 * @throws StoreError like `openRootKey`, and if the file has a second name.
 */
export function changePassphrase(folder: string, random: Random, { from, to, check }: PassphraseChange): void {
  change(folder, { check, random, passphrase: from }, ({ own, path, content }) => {
    const wanted = { ...own, passphrase: to };
    if (own.passphrase === undefined || to !== undefined) return replace(path, wanted, random);
    // Unsealed bytes must not be anywhere else before they are the key.
    append(path, content, own, wanted, random);
    try {
      replace(path, wanted, random);
    } catch {
      // It is unsealed already; the next command tries again to drop the sealed record.
    }
  });
}

/**
 * Adds a fresh root key to the file of a store, with the same seal, before the store's rows are written under it. Until
 * the header has its check, the old one is still the store's; then `settleRootKey` drops the other. Only within a
 * transaction.
 * @throws StoreError like `openRootKey`, and if the file has a second name.
 */
export function addRootKey(folder: string, access: RootKeyAccess): RootKey {
  const { random } = access;
  const key = Uint8Array.from(random(KEY_BYTES));
  change(folder, access, ({ own, path, content }) => append(path, content, own, { ...own, key }, random));
  return makeRootKey(key, random);
}

interface Changing {
  readonly own: Keyed;
  readonly content: RootKeyContent;
  /** Where the file is, at the end of symbolic links. */
  readonly path: string;
}

/** Begins a change of the file; nothing else is beside it then. */
function begin(folder: string, access: RootKeyAccess, work: (changing: Changing) => void): void {
  guarded(folder, () => {
    const content = readOwn(folder, access.check);
    const own = findKey(folder, content, access);
    const path = realpathSync(rootKeyFile(folder));
    removeLeftovers(folder, path);
    work({ own, content, path });
  });
}

/** Begins a change of the key or its seal. */
function change(folder: string, access: RootKeyAccess, work: (changing: Changing) => void): void {
  begin(folder, access, (changing) => {
    requireOneName(folder, changing.path);
    work(changing);
  });
}

/** A change would leave the old key, or the unsealed one, under the other name. @throws StoreError */
function requireOneName(folder: string, path: string): void {
  const { nlink } = statSync(path);
  if (nlink === 1) return;
  throw new StoreError(
    `the root key "${rootKeyFile(folder)}" has ${nlink} names (hard links): the others would keep the old content`,
    { hint: `remove the other names: find them with "find / -samefile ${path}"` },
  );
}

/** Removes, durably, what was to become the file. */
function removeLeftovers(folder: string, path: string): void {
  removeBeside(rootKeyFile(folder));
  if (path !== rootKeyFile(folder)) removeBeside(path);
}

function removeBeside(path: string): void {
  const folder = dirname(path);
  const left = readdirSync(folder).filter((name) => isBeside(basename(path), name));
  if (left.length === 0) return;
  for (const name of left) rmSync(join(folder, name), { force: true });
  syncFolder(folder);
}

/** Replaces the file by one with a single record. */
function replace(path: string, only: Keyed, random: Random): void {
  const written = writeBeside(path, rootKeyContent([recordOf(only, random)]), random);
  try {
    renameSync(written, path);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Adds a record, in one write, to a file with the store's own. */
function append(path: string, content: RootKeyContent, own: Keyed, added: Keyed, random: Random): void {
  if (content.version !== FILE_VERSION || !isAlone(content)) replace(path, own, random);
  const record = recordOf(added, random);
  // It may have been made read-only.
  chmodSync(path, 0o600);
  const file = openSync(path, 'a');
  try {
    const { size } = fstatSync(file);
    try {
      writeFileSync(file, record);
      fsyncSync(file);
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

const recordOf = ({ key, storeFormat, passphrase }: Keyed, random: Random): Uint8Array =>
  passphrase === undefined ? plainRecord(key, storeFormat) : sealedRecord(key, storeFormat, passphrase, random);
