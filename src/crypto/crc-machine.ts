/**
 * Reflected CRCs of up to 64 bits, three to four times as fast as with tables.
 *
 * A message is a polynomial. A word of 64 bits adds the same to its CRC when it is moved on by whole words to several
 * places at once: x^(64·n) ≡ Σ x^(64·(n − move)) modulo the CRC's polynomial, for moves found by a search. So the words
 * of a message are moved on, one after the other, until only the last few are left; each move costs a few additions and
 * no lookups (Russell, "Chorba: A novel CRC32 implementation"). The remaining words, and short messages, go through
 * tables. A CRC of 32 bits is treated as one of 64 bits whose upper half is zero.
 */

import { crcModule, SLICES, STEP_BYTES, TABLE_BYTES } from './crc-module.ts';
import { type FastCrc, halvesOf } from './crcs.ts';

/** Advances a CRC over bytes; it takes and returns the register, without the final inversion. */
export type CrcMachine = (register: bigint, bytes: Uint8Array) => bigint;

/** Up to this size a plain loop takes less time than making the module, which takes some milliseconds. */
const SMALL_BYTES = 16 * 1024;

/** Makes the machine of a CRC. */
export function crcMachine({ polynomial, moves }: Pick<FastCrc, 'polynomial' | 'moves'>): CrcMachine {
  const table = byteTable(polynomial);
  let fast: CrcMachine | undefined;
  return (register, bytes) => {
    if (!fast && bytes.length <= SMALL_BYTES) return advanceByBytes(table, register, bytes);
    fast ??= fastMachine(table, moves);
    return fast(register, bytes);
  };
}

/**
 * The change to the register when a byte is shifted out, for each byte. Entries are halves of 32 bits, the low one
 * first: with BigInt, computing them would take milliseconds.
 */
function byteTable(polynomial: bigint): Int32Array {
  const [lowPolynomial, highPolynomial] = halvesOf(polynomial);
  const table = new Int32Array(256 * 2);
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const carry = -(low & 1);
      low = ((low >>> 1) | (high << 31)) ^ (carry & lowPolynomial);
      high = (high >>> 1) ^ (carry & highPolynomial);
    }
    table[2 * byte] = low;
    table[2 * byte + 1] = high;
  }
  return table;
}

function advanceByBytes(table: Int32Array, register: bigint, bytes: Uint8Array): bigint {
  let [low, high] = halvesOf(register);
  for (const byte of bytes) {
    const entry = 2 * ((low ^ byte) & 255);
    low = ((low >>> 8) | (high << 24)) ^ (table[entry] ?? 0);
    high = (high >>> 8) ^ (table[entry + 1] ?? 0);
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Bytes are processed in a window that fits in the processor's cache. */
const WINDOW_BYTES = 128 * 1024;
const TABLES_BYTES = SLICES * TABLE_BYTES;

/**
 * The memory holds the tables, zeros, the history and the window; history and zeros are as long as the longest move.
 * The history is the shortened words before the window.
 */
function fastMachine(table: Int32Array, moves: readonly number[]): CrcMachine {
  const reach = 8 * Math.max(...moves);
  const [zerosAt, historyAt, windowAt] = [TABLES_BYTES, TABLES_BYTES + reach, TABLES_BYTES + 2 * reach];
  const { memory, advance, shorten, restore } = crcModule(moves, windowAt + WINDOW_BYTES);
  new Int32Array(memory.buffer).set(slicingTables(table));
  const all = new Uint8Array(memory.buffer);
  const window = all.subarray(windowAt);
  const firstWord = new BigUint64Array(memory.buffer, windowAt, 1);

  /** Takes whole steps only. The register is added to the first word; the history ends up with the remaining words. */
  const shortenAll = (register: bigint, bytes: Uint8Array): void => {
    all.fill(0, historyAt, windowAt);
    for (let at = 0; at < bytes.length; at += WINDOW_BYTES) {
      const part = bytes.subarray(at, at + WINDOW_BYTES);
      window.set(part);
      if (at === 0) firstWord[0] = (firstWord[0] ?? 0n) ^ register;
      shorten(historyAt, historyAt + part.length);
      all.copyWithin(historyAt, historyAt + part.length, windowAt + part.length);
    }
    restore(zerosAt, historyAt);
  };

  return (register, bytes) => {
    let result = register;
    let at = 0;
    if (bytes.length >= 2 * reach) {
      at = bytes.length - (bytes.length % STEP_BYTES);
      shortenAll(result, bytes.subarray(0, at));
      result = advance(0n, historyAt, windowAt);
    }
    const rest = bytes.subarray(at);
    window.set(rest);
    return BigInt.asUintN(64, advance(result, windowAt, windowAt + rest.length));
  };
}

/** Table 0 is for a byte, table n for a byte followed by n zero bytes. */
function slicingTables(table: Int32Array): Int32Array {
  const tables = new Int32Array(SLICES * table.length);
  tables.set(table);
  for (let at = table.length; at < tables.length; at += 2) {
    const low = tables[at - table.length] ?? 0;
    const high = tables[at - table.length + 1] ?? 0;
    const entry = 2 * (low & 255);
    tables[at] = (table[entry] ?? 0) ^ ((low >>> 8) | (high << 24));
    tables[at + 1] = (table[entry + 1] ?? 0) ^ (high >>> 8);
  }
  return tables;
}
