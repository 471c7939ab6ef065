/**
 * The root key's file: 32 random bytes that only the store's owner may read, or the same sealed with a passphrase. It
 * represents AWS's HSM: without it nothing in the store can be read.
 */

import { scryptSync } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import { AuthenticationError } from '../crypto/authentication-error.ts';
import { KEY_BYTES } from '../crypto/derive.ts';
import { makeRootKey, type RootKey } from '../crypto/root-key.ts';
import { unwrap, wrap } from '../crypto/wrap.ts';
import { syncFolder } from './sync-folder.ts';

type Random = (size: number) => Uint8Array;

/**
 * The root key of the store in a folder, created if there is none. If several processes create it at the same moment,
 * one wins, and all get its key.
 * @throws StoreError if the file is damaged, may not be read, or is sealed and the passphrase is missing or wrong.
 */
export function rootKeyOf(folder: string, random: Random, passphrase?: string): RootKey {
  return makeRootKey(openFile(readOrMake(folder, random), folder, passphrase), random);
}

/**
 * Seals a store's root key with a passphrase, in place of another one or none; `undefined` removes the seal. Other
 * processes that have the store open are not affected. Only one process may call this at a time: it removes files left
 * by a process that was killed doing this, since they may contain the unsealed root key.
 * @throws StoreError like `rootKeyOf`
 */
export function changePassphrase(
  folder: string,
  random: Random,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
): void {
  const key = openFile(readOrMake(folder, random), folder, from);
  const written = writeBeside(folder, to === undefined ? key : seal(key, to, random), random);
  guarded(folder, () => {
    renameSync(written, rootKeyFile(folder));
    for (const name of readdirSync(folder)) if (BESIDE.test(name)) rmSync(join(folder, name), { force: true });
    syncFolder(folder);
  });
}

/** The names of files that become the root key. */
const BESIDE = /^root\.key\.[0-9a-f]{16}$/;

/** Whether opening a store needs a passphrase. `rootKeyOf` reports a root key that cannot be read. */
export function isSealed(folder: string): boolean {
  try {
    return isSealedKey(readFileSync(rootKeyFile(folder)));
  } catch {
    return false;
  }
}

/**
 * Whether this passphrase opens the root key of a sealed store.
 * @throws StoreError if the file is damaged or cannot be read.
 */
export function isPassphrase(folder: string, passphrase: string): boolean {
  return (
    unseal(
      sealedKey(
        guarded(folder, () => readFileSync(rootKeyFile(folder))),
        folder,
      ),
      passphrase,
    ) !== undefined
  );
}

/** The path of a store's root key. */
export const rootKeyFile = (folder: string): string => join(folder, 'root.key');

/** Whether there is a root key, not necessarily the store's own. */
export const hasRootKey = (folder: string): boolean => existsSync(rootKeyFile(folder));

function readOrMake(folder: string, random: Random): Buffer {
  return guarded(folder, () => {
    const path = rootKeyFile(folder);
    const there = readIfThere(path);
    if (there) {
      tighten(path);
      return there;
    }
    const written = writeBeside(folder, random(KEY_BYTES), random);
    try {
      // A link, unlike a rename, does not replace a key that another process created in the meantime.
      linkSync(written, path);
      syncFolder(folder);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(written, { force: true });
    }
    return readFileSync(path);
  });
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Copies and archives lose modes; access by others is revoked rather than refused. */
function tighten(path: string): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
}

function writeBeside(folder: string, content: Uint8Array, random: Random): string {
  const path = `${rootKeyFile(folder)}.${Buffer.from(random(8)).toString('hex')}`;
  writeForOwner(path, content);
  return path;
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

//     sealed file   magic · log2 N 1 · r 1 · p 1 · salt 16 · wrapped key (nonce 12 · ciphertext 32 · tag 16)
const MAGIC = Buffer.from('ssebox sealed root key 1\n');
const SALT_BYTES = 16;
const HEADER_BYTES = MAGIC.length + 3 + SALT_BYTES;
const SEALED_BYTES = HEADER_BYTES + 12 + KEY_BYTES + 16;

interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** RFC 7914. 32 MiB and some tenths of a second: OWASP Password Storage Cheat Sheet, "scrypt", N=2^15, r=8, p=3. */
const COST: Cost = { logN: 15, r: 8, p: 3 };
/** A damaged header must not request more memory than this. */
const MAX_MEMORY = 256 * 1024 * 1024;

function seal(key: Uint8Array, passphrase: string, random: Random): Uint8Array {
  const salt = random(SALT_BYTES);
  const header = Buffer.concat([MAGIC, Buffer.from([COST.logN, COST.r, COST.p]), salt]);
  return Buffer.concat([header, wrap(stretch(passphrase, salt, COST), key, header, random)]);
}

function openFile(content: Buffer, folder: string, passphrase: string | undefined): Uint8Array {
  if (!isSealedKey(content)) {
    if (content.length !== KEY_BYTES) throw damaged(folder, content.length, KEY_BYTES);
    return Uint8Array.from(content);
  }
  const sealed = sealedKey(content, folder);
  if (passphrase === undefined) {
    throw new StoreError(`the store "${folder}" is sealed with a passphrase, and none was given`, {
      hint: 'set SSEBOX_PASSPHRASE',
    });
  }
  const key = unseal(sealed, passphrase);
  if (key === undefined) throw wrongPassphrase(folder);
  return key;
}

const isSealedKey = (content: Buffer): boolean => content.subarray(0, MAGIC.length).equals(MAGIC);

function sealedKey(content: Buffer, folder: string): Buffer {
  if (content.length !== SEALED_BYTES) throw damaged(folder, content.length, SEALED_BYTES);
  return content;
}

/** The key; undefined if the passphrase is wrong or the file is damaged. */
function unseal(content: Buffer, passphrase: string): Uint8Array | undefined {
  const header = content.subarray(0, HEADER_BYTES);
  const [logN = 0, r = 0, p = 0] = header.subarray(MAGIC.length);
  try {
    const stretched = stretch(passphrase, header.subarray(-SALT_BYTES), { logN, r, p });
    return unwrap(stretched, content.subarray(HEADER_BYTES), header);
  } catch (error) {
    // scrypt refuses impossible costs; the header is damaged then.
    if (error instanceof AuthenticationError || error instanceof RangeError) return undefined;
    throw error;
  }
}

export const wrongPassphrase = (folder: string): StoreError =>
  new StoreError(`the passphrase does not open the root key of the store "${folder}"`);

function stretch(passphrase: string, salt: Uint8Array, { logN, r, p }: Cost): Uint8Array {
  if (logN < 1 || logN > 24) throw new RangeError('no cost of scrypt');
  return scryptSync(passphrase.normalize('NFKC'), salt, KEY_BYTES, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY });
}

const damaged = (folder: string, size: number, expected: number) =>
  new StoreError(`the root key "${rootKeyFile(folder)}" is damaged: it has ${size} bytes, not ${expected}`, {
    hint: 'restore it from a backup of the store',
  });

function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(`cannot read or make the root key "${rootKeyFile(folder)}"`, error);
  }
}
