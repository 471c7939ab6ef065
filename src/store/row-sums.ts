/**
 * How many rows each table has, and their sum: the summands of their digests modulo 2^256. A row that was lost, doubled
 * or put back from an older state changes it, and nobody without the key can find rows with the same sum (multiset
 * hashes: Clarke and others, ASIACRYPT 2003). It is stored with every commit, under a tag of its own.
 */

import { hasTag, type RowSeal, SUMMAND_AT, TAG_BYTES, writeTag } from './row-seal.ts';

/** The rows of one table. */
export interface TableSum {
  readonly count: number;
  /** 8 limbs of 32 bits, the lowest first. */
  readonly sum: Uint32Array;
}

export interface RowSums {
  /** A row with this digest is new in a table. */
  add(table: string, digest: string): void;
  /** It is no longer there. */
  subtract(table: string, digest: string): void;
  of(table: string): TableSum;
  /** From here on changes can be undone. */
  open(): void;
  /** Keeps the changes since the last `open`. */
  keep(): void;
  /** Undoes the changes since the last `open`. */
  undo(): void;
  /** Grows with each change, also when it is undone. */
  changes(): number;
  /** The stored form, with its tag. */
  sealed(): Buffer;
  /** Takes over what is stored. @returns false, and takes over nothing, if it is not what was stored. */
  load(stored: Uint8Array): boolean;
}

const LIMBS = 8;
const SUM_BYTES = LIMBS * 4;
const COUNT_BYTES = 8;

/** The sums of a store without rows. */
export function newRowSums(seal: RowSeal): RowSums {
  let sums = new Map<string, MutableSum>();
  let changes = 0;
  /** What can still be undone, in order, and where each `open` began. */
  const journal: Change[] = [];
  const marks: number[] = [];

  function sumOf(table: string): MutableSum {
    let sum = sums.get(table);
    if (!sum) {
      sum = { count: 0, sum: new Uint32Array(LIMBS) };
      sums.set(table, sum);
    }
    return sum;
  }

  function change(change: Change): void {
    changes += 1;
    apply(change);
    if (marks.length > 0) journal.push(change);
  }

  function apply({ table, digest, by }: Change): void {
    const sum = sumOf(table);
    sum.count += by;
    if (by > 0) addTo(sum.sum, digest);
    else subtractFrom(sum.sum, digest);
  }

  return {
    add: (table, digest) => change({ table, digest, by: 1 }),
    subtract: (table, digest) => change({ table, digest, by: -1 }),
    of: sumOf,
    open: () => void marks.push(journal.length),
    keep() {
      marks.pop();
      if (marks.length === 0) journal.length = 0;
    },
    undo() {
      const mark = marks.pop() ?? 0;
      for (const { table, digest, by } of journal.slice(mark)) apply({ table, digest, by: by > 0 ? -1 : 1 });
      journal.length = mark;
    },
    changes: () => changes,
    sealed: () => sealedSums(sums, seal),
    load(stored) {
      const loaded = loadedSums(Buffer.from(stored.buffer, stored.byteOffset, stored.length), seal);
      if (loaded) sums = loaded;
      return loaded !== undefined;
    },
  };
}

interface Change {
  readonly table: string;
  readonly digest: string;
  readonly by: 1 | -1;
}

interface MutableSum {
  count: number;
  readonly sum: Uint32Array;
}

/** Adds the summand of a digest. */
export function addTo(sum: Uint32Array, digest: string): void {
  let carry = 0;
  for (let i = 0; i < LIMBS; i++) {
    const limb = (sum[i] ?? 0) + limbOf(digest, i) + carry;
    sum[i] = limb;
    carry = limb > 0xffff_ffff ? 1 : 0;
  }
}

function subtractFrom(sum: Uint32Array, digest: string): void {
  let borrow = 0;
  for (let i = 0; i < LIMBS; i++) {
    const limb = (sum[i] ?? 0) - limbOf(digest, i) - borrow;
    sum[i] = limb;
    borrow = limb < 0 ? 1 : 0;
  }
}

function limbOf(digest: string, i: number): number {
  const at = SUMMAND_AT + i * 4;
  const low = digest.charCodeAt(at) | (digest.charCodeAt(at + 1) << 8);
  return (low | (digest.charCodeAt(at + 2) << 16) | (digest.charCodeAt(at + 3) << 24)) >>> 0;
}

/** No table has this name; the tag of the sums cannot be that of a row. */
const NO_TABLE = '';
const NO_KEY = 'sums';

//     for each table with rows   length of the name 1 · name · count 8 · sum 32
//     in the end                 tag 16
function sealedSums(sums: ReadonlyMap<string, TableSum>, seal: RowSeal): Buffer {
  // The names of tables are ASCII.
  let size = TAG_BYTES;
  for (const name of sums.keys()) size += 1 + name.length + COUNT_BYTES + SUM_BYTES;
  const sealed = Buffer.alloc(size);
  let at = 0;
  for (const [name, { count, sum }] of [...sums].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (count === 0 && sum.every((limb) => limb === 0)) continue;
    at = sealed.writeUInt8(name.length, at);
    at += sealed.write(name, at, 'latin1');
    // No number of rows takes more than six bytes; the others are zero.
    sealed.writeIntLE(count, at, 6);
    at += COUNT_BYTES;
    for (const limb of sum) at = sealed.writeUInt32LE(limb, at);
  }
  writeTag(sealed, at, seal.digest(NO_TABLE, NO_KEY, sealed.subarray(0, at)));
  return sealed.subarray(0, at + TAG_BYTES);
}

function loadedSums(stored: Buffer, seal: RowSeal): Map<string, MutableSum> | undefined {
  if (stored.length < TAG_BYTES) return undefined;
  const body = stored.subarray(0, -TAG_BYTES);
  if (!hasTag(stored, stored.length, seal.digest(NO_TABLE, NO_KEY, body))) return undefined;
  const sums = new Map<string, MutableSum>();
  for (let at = 0; at < body.length; ) {
    const nameEnd = at + 1 + body.readUInt8(at);
    const sum = new Uint32Array(LIMBS);
    for (let i = 0; i < LIMBS; i++) sum[i] = body.readUInt32LE(nameEnd + COUNT_BYTES + i * 4);
    sums.set(body.toString('latin1', at + 1, nameEnd), { count: body.readIntLE(nameEnd, 6), sum });
    at = nameEnd + COUNT_BYTES + SUM_BYTES;
  }
  return sums;
}
