/**
 * The root key's file in a store's folder, which only the store's owner may read. It represents AWS's HSM: without it
 * nothing in the store can be read. Which of its records has the store's key, the check in the store's header says.
 *
 * Whatever is to become the file is written beside it first, as `root.key.` and 16 hexadecimal digits. Bytes that are
 * not sealed are never beside a sealed file: to unseal it, they are appended to it.
 */

import { timingSafeEqual } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import { KEY_BYTES } from '../crypto/derive.ts';
import { hashLabels } from '../crypto/labels.ts';
import { makeRootKey, type RootKey } from '../crypto/root-key.ts';
import {
  beginsSealed,
  FILE_VERSION,
  laterVersion,
  plainRecord,
  type RootKeyContent,
  readRootKeyContent,
  rootKeyContent,
  unseal,
} from './root-key-record.ts';
import { syncFolder } from './sync-folder.ts';

type Random = (size: number) => Uint8Array;

/** What it takes to find a store's key in the file. */
export interface RootKeyAccess {
  /** `rootKeyCheck` of the store's key. If it is unknown, any key is the store's. */
  readonly check: Uint8Array | undefined;
  readonly random: Random;
  /** Opens sealed records; one that is not needed does no harm. */
  readonly passphrase?: string | undefined;
}

/** The path of a store's root key. */
export const rootKeyFile = (folder: string): string => join(folder, 'root.key');

/** Whether there is a root key, not necessarily the store's own. */
export const hasRootKey = (folder: string): boolean => existsSync(rootKeyFile(folder));

/** What the file says about itself, which only its key or its passphrase confirms. */
export interface RootKeyFacts {
  readonly isSealed: boolean;
  readonly storeFormat: number;
}

/** Undefined if there is no file, or no whole record in it. `openRootKey` reports why. */
export function rootKeyFacts(folder: string): RootKeyFacts | undefined {
  const bytes = readIfPossible(folder);
  const records = bytes ? readRootKeyContent(bytes).records : [];
  const last = records.at(-1);
  return last && { isSealed: records.every(({ kind }) => kind === 'sealed'), storeFormat: last.storeFormat };
}

/** Whether opening a store needs a passphrase. Every command asks: a file that does not begin sealed is not parsed. */
export function isSealed(folder: string): boolean {
  const bytes = readIfPossible(folder);
  return bytes !== undefined && beginsSealed(bytes) && rootKeyFacts(folder)?.isSealed === true;
}

function readIfPossible(folder: string): Buffer | undefined {
  try {
    return readFileSync(rootKeyFile(folder));
  } catch {
    return undefined;
  }
}

/**
 * Whether this passphrase opens the root key of a sealed store.
 * @throws StoreError if the file is damaged or cannot be read.
 */
export function isPassphrase(folder: string, passphrase: string): boolean {
  const { records } = guarded(folder, () => readOwn(folder, undefined));
  return records.some((record) => record.kind === 'sealed' && unseal(record, passphrase) !== undefined);
}

export const wrongPassphrase = (folder: string): StoreError =>
  new StoreError(`the passphrase does not open the root key of the store "${folder}"`);

/** The value by which a store knows its own root key; it says nothing about the key. */
export const rootKeyCheck = (rootKey: RootKey): Uint8Array => rootKey.derive(hashLabels.rootKeyCheck);

/** Whether two checks are of the same key. */
export const isSameCheck = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one !== undefined && one.length === other?.length && timingSafeEqual(one, other);

/** The key of a new store, which is on the disk but does not have its name yet. */
export interface RootKeyDraft {
  readonly rootKey: RootKey;
  /**
   * Makes it the store's, once a committed row has its check. If the process is killed before, the next one that opens
   * the store does it.
   * @throws StoreError if another key has the name; the draft is kept then.
   */
  name(): void;
  /** Removes it: another process was faster. */
  discard(): void;
}

/**
 * Makes the root key of a new store. Several processes may do this at the same moment: the one whose transaction writes
 * the check names its draft, the others discard theirs.
 * @throws StoreError if it cannot be written.
 */
export function draftRootKey(folder: string, storeFormat: number, random: Random): RootKeyDraft {
  const key = Uint8Array.from(random(KEY_BYTES));
  const content = rootKeyContent([plainRecord(key, storeFormat)]);
  const draft = guarded(folder, () => {
    const broken = brokenLink(folder);
    if (broken) throw broken;
    const written = writeBeside(rootKeyFile(folder), content, random);
    syncFolder(folder);
    return written;
  });
  return {
    rootKey: makeRootKey(key, random),
    name: () =>
      guarded(folder, () => {
        if (!nameDraft(folder, draft) && existsSync(draft) && !readFileSync(rootKeyFile(folder)).equals(content)) {
          throw foreignRootKey(folder);
        }
        rmSync(draft, { force: true });
      }),
    discard: () => guarded(folder, () => rmSync(draft, { force: true })),
  };
}

/** Gives a draft the root key's name, durably. @returns false if another process has done it, or another key has it. */
function nameDraft(folder: string, draft: string): boolean {
  let isNamed = true;
  try {
    // A link, unlike a rename, does not replace a key that is there.
    linkSync(draft, rootKeyFile(folder));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' && !(systemCode(error) === 'ENOENT' && hasRootKey(folder))) throw error;
    isNamed = false;
  }
  syncFolder(folder);
  return isNamed;
}

/** A store's root key, opened. */
export interface OpenedRootKey {
  readonly rootKey: RootKey;
  /** The format that the store has according to the file; 1 if the file does not say. */
  readonly storeFormat: number;
  /** Whether the file has this key alone; otherwise `settleRootKey` is due. */
  readonly isSettled: boolean;
}

/**
 * Opens the root key of an existing store. If a process was killed before it had named the key that it made for the
 * store, that is done first.
 * @throws StoreError if the file is missing, damaged, of another store or may not be read, or if it is sealed and the
 * passphrase is missing or wrong.
 */
export function openRootKey(folder: string, access: RootKeyAccess): OpenedRootKey {
  return guarded(folder, () => {
    const content = readOwn(folder, access.check);
    tighten(rootKeyFile(folder));
    const { key, storeFormat } = findKey(folder, content, access);
    return { rootKey: makeRootKey(key, access.random), storeFormat, isSettled: isAlone(content) };
  });
}

/**
 * The root key of the store in a folder, created if there is none, as in the first format of stores. If several
 * processes create it at the same moment, one wins, and all get its key.
 * @throws StoreError like `openRootKey`
 */
export function rootKeyOf(folder: string, random: Random, passphrase?: string): RootKey {
  guarded(folder, () => {
    if (readIfThere(rootKeyFile(folder))) return;
    const written = writeBeside(rootKeyFile(folder), random(KEY_BYTES), random);
    try {
      nameDraft(folder, written);
    } finally {
      rmSync(written, { force: true });
    }
  });
  return openRootKey(folder, { check: undefined, random, passphrase }).rootKey;
}

/** Whether a file has nothing but one record. */
export const isAlone = ({ isWhole, records }: RootKeyContent): boolean => isWhole && records.length === 1;

/** Whether a store's folder has more than its own root key: what a killed or failed change of it has left. */
export function hasOtherRootKey(folder: string): boolean {
  const bytes = readIfPossible(folder);
  return (bytes !== undefined && !isAlone(readRootKeyContent(bytes))) || hasRootKeyLeftover(folder);
}

/** @throws StoreError if an unsealed root key is damaged or not the one with this check. */
export const requireRootKey = (folder: string, check: Uint8Array | undefined): void =>
  void openRootKey(folder, { check, random: noRandom });

/** Whether a name in a store's folder is of a file that was to become the root key; `settleRootKey` is due then. */
export const isRootKeyLeftover = (name: string): boolean => isBeside('root.key', name);

/** Whether there is such a file. */
export const hasRootKeyLeftover = (folder: string): boolean => readdirSync(folder).some(isRootKeyLeftover);

/** Whether a name is of a file that was to become one with another name. */
export const isBeside = (name: string, other: string): boolean =>
  other.startsWith(`${name}.`) && /^[0-9a-f]{16}$/.test(other.slice(name.length + 1));

/**
 * Writes what is to become a file, durably except for its name.
 * @returns the path of what was written.
 * @throws the system's error; nothing is left then.
 */
export function writeBeside(path: string, content: Uint8Array, random: Random): string {
  const written = `${path}.${Buffer.from(random(8)).toString('hex')}`;
  try {
    writeForOwner(written, content);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
  return written;
}

/** Writes a new file that only its owner may read. @throws the system's error */
export function writeForOwner(path: string, content: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    // A umask can only remove permissions, but a default ACL can add some.
    fchmodSync(file, 0o600);
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Copies and archives lose modes; access by others is revoked rather than refused. */
function tighten(path: string): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
}

/** Reads the file of an existing store. @throws StoreError if it is missing or no record of it can be read. */
export function readOwn(folder: string, check: Uint8Array | undefined): RootKeyContent {
  const bytes = readIfThere(rootKeyFile(folder)) ?? (check && adopt(folder, check));
  if (!bytes) throw brokenLink(folder) ?? lostRootKey(folder);
  const later = laterVersion(bytes);
  if (later !== undefined) throw laterRootKey(folder, later);
  const content = readRootKeyContent(bytes);
  if (content.records.length === 0) throw damaged(folder, bytes);
  return content;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names the draft that has the store's key, if a process was killed before it did. @returns the file */
function adopt(folder: string, check: Uint8Array): Buffer | undefined {
  for (const name of readdirSync(folder).filter(isRootKeyLeftover)) {
    const draft = join(folder, name);
    const records = readRootKeyContent(readIfThere(draft) ?? Buffer.of()).records;
    if (!records.some((record) => record.kind === 'plain' && isOwn(record.key.bytes, check))) continue;
    nameDraft(folder, draft);
    break;
  }
  // Another process may have named it in the meantime. What is left of it, the next change or `settleRootKey` removes.
  return readIfThere(rootKeyFile(folder));
}

/** A root key with all that its record says. */
export interface Keyed {
  readonly key: Uint8Array;
  readonly storeFormat: number;
  /** With which it is sealed; undefined if it is not. */
  readonly passphrase: string | undefined;
}

/**
 * The store's key among the records. An unsealed one is preferred: that is how a seal is removed. Of several, the last
 * is the likeliest.
 * @throws StoreError if there is none
 */
export function findKey(folder: string, { records }: RootKeyContent, { check, passphrase }: RootKeyAccess): Keyed {
  const latest = records.toReversed();
  for (const record of latest) {
    if (record.kind === 'sealed' || !isOwn(record.key.bytes, check)) continue;
    return { key: Uint8Array.from(record.key.bytes), storeFormat: record.storeFormat, passphrase: undefined };
  }
  const sealed = latest.filter((record) => record.kind === 'sealed');
  if (sealed.length === 0) throw foreignRootKey(folder);
  if (passphrase === undefined) throw noPassphrase(folder);
  let isOpened = false;
  for (const record of sealed) {
    const key = unseal(record, passphrase);
    if (!key) continue;
    if (isOwn(key, check)) return { key, storeFormat: record.storeFormat, passphrase };
    isOpened = true;
  }
  throw isOpened ? foreignRootKey(folder) : wrongPassphrase(folder);
}

function isOwn(key: Uint8Array, check: Uint8Array | undefined): boolean {
  if (check === undefined) return true;
  return isSameCheck(rootKeyCheck(makeRootKey(Uint8Array.from(key), noRandom)), check);
}

function noRandom(): never {
  throw new Error('a check needs nothing random');
}

const noPassphrase = (folder: string) =>
  new StoreError(`the store "${folder}" is sealed with a passphrase, and none was given`, {
    hint: 'set SSEBOX_PASSPHRASE',
  });

function brokenLink(folder: string): StoreError | undefined {
  const path = rootKeyFile(folder);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() || existsSync(path)) return undefined;
  return new StoreError(`the root key "${path}" is a link to "${readlinkSync(path)}", which does not exist`);
}

const lostRootKey = (folder: string) =>
  new StoreError(`the root key "${rootKeyFile(folder)}" is missing`, { hint: RESTORE });

const foreignRootKey = (folder: string) =>
  new StoreError(`the root key "${rootKeyFile(folder)}" is not the one that this store was written with`, {
    hint: RESTORE,
  });

const RESTORE = 'restore it from a backup of the store: without it nothing in the store can be read';

const laterRootKey = (folder: string, version: number) =>
  new StoreError(
    `the root key "${rootKeyFile(folder)}" has format ${version}, newer than the ${FILE_VERSION} that this version of ssebox reads`,
    { hint: 'update ssebox, or choose another store with --store' },
  );

/** The size of a key without any frame is the only fact to name. */
function damaged(folder: string, bytes: Buffer): StoreError {
  const isFramed = bytes.subarray(0, 6).toString('latin1') === 'ssebox';
  const reason = isFramed ? '' : `: its ${bytes.length} bytes are not a root key`;
  return new StoreError(`the root key "${rootKeyFile(folder)}" is damaged${reason}`, {
    hint: 'restore it from a backup of the store',
  });
}

/** Does work on the file; errors of the system become a StoreError. */
export function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(`cannot read or make the root key "${rootKeyFile(folder)}"`, error);
  }
}
