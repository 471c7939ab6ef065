/**
 * The bytes of the root key's file. All but the key itself can be read by anyone; what is authentic, including the
 * format of the store, only the holder of the key or the passphrase knows.
 *
 *     file     "ssebox root key 2\n" · records
 *     plain    1 · store format 1 · key 32 · MAC 16
 *     sealed   2 · store format 1 · log2 N 1 · r 1 · p 1 · salt 16 · wrapped key (nonce 12 · ciphertext 32 · tag 16)
 *
 * A file has one record, except while its key or its seal is replaced. What precedes a record's key in it is
 * authenticated together with the magic. The first format, which is still read, had one record and no store format:
 *
 *     plain    key 32
 *     sealed   "ssebox sealed root key 1\n" · log2 N 1 · r 1 · p 1 · salt 16 · wrapped key
 */

import { createHmac, scryptSync, timingSafeEqual } from 'node:crypto';
import { NONCE_BYTES, TAG_BYTES } from '../crypto/aes-gcm.ts';
import { AuthenticationError } from '../crypto/authentication-error.ts';
import { deriveKey, KEY_BYTES } from '../crypto/derive.ts';
import { ROOT_KEY_FILE_LABEL } from '../crypto/labels.ts';
import { Secret } from '../crypto/secret.ts';
import { unwrap, wrap } from '../crypto/wrap.ts';

type Random = (size: number) => Uint8Array;

/** A root key as it stands in the file. */
export type RootKeyRecord = PlainRecord | SealedRecord;

/** A key that anyone who can read the file has. Its MAC has been checked. */
export interface PlainRecord {
  readonly kind: 'plain';
  /** The format that the store had when the record was written. */
  readonly storeFormat: number;
  readonly key: Secret;
}

/** A key that only its passphrase opens. */
export interface SealedRecord {
  readonly kind: 'sealed';
  readonly storeFormat: number;
  readonly cost: Cost;
  readonly salt: Uint8Array;
  readonly wrapped: Uint8Array;
  /** What is authenticated with the wrapped key. */
  readonly header: Uint8Array;
}

/** The cost of scrypt: RFC 7914, section 2. */
interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

export interface RootKeyContent {
  /** The format of the file. */
  readonly version: number;
  /** The whole records, in their order. */
  readonly records: readonly RootKeyRecord[];
  /** Whether there is nothing but whole records. */
  readonly isWhole: boolean;
}

const MAGIC = Buffer.from('ssebox root key 2\n');
const MAGIC_1 = Buffer.from('ssebox sealed root key 1\n');

/** The first byte of a record. */
const PLAIN = 1;
const SEALED = 2;

const SALT_BYTES = 16;
const MAC_BYTES = 16;
const PLAIN_BYTES = 2 + KEY_BYTES + MAC_BYTES;
const COST_BYTES = 3 + SALT_BYTES;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
const SEALED_BYTES = 2 + COST_BYTES + WRAPPED_BYTES;
const SEALED_1_BYTES = MAGIC_1.length + COST_BYTES + WRAPPED_BYTES;

/** The file that this program writes. */
export const FILE_VERSION = 2;

/**
 * Reads the content of a file. A record that is damaged or incomplete is left out, and after one of unknown size
 * nothing more is read.
 */
export function readRootKeyContent(content: Buffer): RootKeyContent {
  if (startsWith(content, MAGIC_1)) {
    const record = content.length === SEALED_1_BYTES ? sealedIn(content, MAGIC_1.length, 1) : undefined;
    return { version: 1, records: record ? [record] : [], isWhole: record !== undefined };
  }
  if (!startsWith(content, MAGIC)) {
    if (content.length !== KEY_BYTES) return { version: 1, records: [], isWhole: false };
    const key = new Secret(Uint8Array.from(content));
    return { version: 1, records: [{ kind: 'plain', storeFormat: 1, key }], isWhole: true };
  }
  const records: RootKeyRecord[] = [];
  let isWhole = true;
  for (let at = MAGIC.length; at < content.length; ) {
    const size = content[at] === PLAIN ? PLAIN_BYTES : content[at] === SEALED ? SEALED_BYTES : undefined;
    const bytes = content.subarray(at, at + (size ?? 0));
    if (size === undefined || bytes.length < size) return { version: FILE_VERSION, records, isWhole: false };
    const record = size === PLAIN_BYTES ? plainIn(bytes) : sealedRecordIn(bytes);
    if (record) records.push(record);
    else isWhole = false;
    at += size;
  }
  return { version: FILE_VERSION, records, isWhole: isWhole && records.length > 0 };
}

/** Whether the first record is sealed; others may not be. */
export const beginsSealed = (content: Buffer): boolean =>
  startsWith(content, MAGIC_1) || (startsWith(content, MAGIC) && content[MAGIC.length] === SEALED);

const startsWith = (content: Buffer, magic: Buffer): boolean => content.subarray(0, magic.length).equals(magic);

/** The version that a file claims, if it is one of a later format than this program knows. */
export function laterVersion(content: Buffer): number | undefined {
  const version = Number(/^ssebox root key (\d{1,9})\n/.exec(content.subarray(0, 32).toString('latin1'))?.[1]);
  return version > FILE_VERSION ? version : undefined;
}

/** The content of a file with these records. */
export const rootKeyContent = (records: readonly Uint8Array[]): Uint8Array => Buffer.concat([MAGIC, ...records]);

/** A record with an unsealed key. */
export function plainRecord(key: Uint8Array, storeFormat: number): Uint8Array {
  const header = Buffer.of(PLAIN, storeFormat);
  return Buffer.concat([header, key, macOf(key, header)]);
}

function plainIn(bytes: Buffer): PlainRecord | undefined {
  const header = bytes.subarray(0, 2);
  const key = Uint8Array.from(bytes.subarray(2, 2 + KEY_BYTES));
  if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), macOf(key, header))) return undefined;
  return { kind: 'plain', storeFormat: bytes[1] ?? 0, key: new Secret(key) };
}

function macOf(key: Uint8Array, header: Uint8Array): Uint8Array {
  const own = deriveKey(key, { label: ROOT_KEY_FILE_LABEL });
  return createHmac('sha256', own).update(MAGIC).update(header).digest().subarray(0, MAC_BYTES);
}

/** 32 MiB and some tenths of a second: OWASP Password Storage Cheat Sheet, "scrypt", N=2^15, r=8, p=3. */
const COST: Cost = { logN: 15, r: 8, p: 3 };

/** A damaged record must not keep this program busy: at most this much memory, and some 5 times the usual work. */
const MAX_MEMORY = 256 * 1024 * 1024;
const MAX_WORK = 2 ** 22;

/** A record with a key sealed under a passphrase. */
export function sealedRecord(key: Uint8Array, storeFormat: number, passphrase: string, random: Random): Uint8Array {
  const salt = random(SALT_BYTES);
  const start = Buffer.from([SEALED, storeFormat, COST.logN, COST.r, COST.p, ...salt]);
  return Buffer.concat([start, wrap(stretch(passphrase, salt, COST), key, Buffer.concat([MAGIC, start]), random)]);
}

const sealedRecordIn = (bytes: Buffer): SealedRecord | undefined =>
  sealedIn(Buffer.concat([MAGIC, bytes]), MAGIC.length + 2, bytes[1] ?? 0);

/** The sealed record of which the bytes are the magic and the record; the cost begins at `at`. */
function sealedIn(bytes: Buffer, at: number, storeFormat: number): SealedRecord | undefined {
  const [logN = 0, r = 0, p = 0] = bytes.subarray(at);
  const cost = { logN, r, p };
  if (!isPossible(cost)) return undefined;
  const end = at + COST_BYTES;
  const salt = bytes.subarray(end - SALT_BYTES, end);
  return { kind: 'sealed', storeFormat, cost, salt, wrapped: bytes.subarray(end), header: bytes.subarray(0, end) };
}

function isPossible({ logN, r, p }: Cost): boolean {
  if (logN < 1 || logN > 24 || r < 1 || p < 1) return false;
  return 128 * r * (2 ** logN + p) < MAX_MEMORY && 2 ** logN * r * p <= MAX_WORK;
}

/** The key of a sealed record; undefined if the passphrase is wrong or the record is damaged. */
export function unseal({ cost, salt, wrapped, header }: SealedRecord, passphrase: string): Uint8Array | undefined {
  try {
    return unwrap(stretch(passphrase, salt, cost), wrapped, header);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
}

interface Stretched {
  readonly passphrase: string;
  readonly salt: Uint8Array;
  readonly cost: Cost;
  readonly key: Secret;
}

let last: Stretched | undefined;

/**
 * The key that a passphrase stands for. The last one is kept: a command that asks for a passphrase, opens the store
 * with it and changes the file needs it again, and stretching is slow on purpose.
 */
function stretch(passphrase: string, salt: Uint8Array, cost: Cost): Uint8Array {
  const { logN, r, p } = cost;
  const text = passphrase.normalize('NFKC');
  const isKnown =
    last?.passphrase === text &&
    Buffer.compare(last.salt, salt) === 0 &&
    last.cost.logN === logN &&
    last.cost.r === r &&
    last.cost.p === p;
  if (!last || !isKnown) {
    const key = scryptSync(text, salt, KEY_BYTES, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY });
    last = { passphrase: text, salt: Uint8Array.from(salt), cost, key: new Secret(key) };
  }
  return last.key.bytes;
}
