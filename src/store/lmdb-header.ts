/**
 * The first two pages of an LMDB file, examined before LMDB opens it, because LMDB kills the process if they are not as
 * it expects. Their format: `MDB_meta` in lmdb.h of the lmdb package, after a page header of 24 bytes.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
/** Two `MDB_db` of 48 bytes: the page size is the first member of the first, the root page the last member of each. */
const PAGE_BYTES_AT = 48;
const MAIN_ROOT_AT = 136;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_BYTES = 168;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** Whether a file can be the beginning of a database; an empty one is a database that is just being created. */
export function looksLikeLmdb(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const first = readMeta(file, 0);
    if (!first) return fstatSync(file).size === 0;
    const pageBytes = first.readUInt32LE(PAGE_BYTES_AT);
    if (pageBytes < 512 || pageBytes > 65_536) return false;
    const second = readMeta(file, pageBytes);
    if (!second) return false;
    const root = newerOf(first, second).readBigUInt64LE(MAIN_ROOT_AT);
    return root === NO_PAGE || (root + 1n) * BigInt(pageBytes) <= BigInt(fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

/** A file's state after its last transaction. */
export interface LastState {
  /** The transaction's number. */
  readonly transaction: bigint;
  /** The end of the last page; a page that was never written may lie beyond the end of the file. */
  readonly bytes: number;
}

/** The state of a file that LMDB would start from; undefined if it is not a database. */
export function lastState(path: string): LastState | undefined {
  const file = openSync(path, 'r');
  try {
    const first = readMeta(file, 0);
    const second = first && readMeta(file, first.readUInt32LE(PAGE_BYTES_AT));
    if (!first || !second) return undefined;
    const newer = newerOf(first, second);
    const lastPage = Number(newer.readBigUInt64LE(LAST_PAGE_AT));
    return { transaction: transactionOf(newer), bytes: (lastPage + 1) * newer.readUInt32LE(PAGE_BYTES_AT) };
  } finally {
    closeSync(file);
  }
}

/** LMDB uses the page with the later transaction. */
const newerOf = (first: Buffer, second: Buffer): Buffer =>
  transactionOf(first) < transactionOf(second) ? second : first;

const transactionOf = (meta: Buffer): bigint => meta.readBigUInt64LE(TRANSACTION_AT);

/** @returns undefined if there is none. */
function readMeta(file: number, position: number): Buffer | undefined {
  const meta = Buffer.alloc(META_BYTES);
  const isWhole = readSync(file, meta, 0, META_BYTES, position) === META_BYTES;
  return isWhole && meta.readUInt32LE(MAGIC_AT) === MAGIC ? meta : undefined;
}
