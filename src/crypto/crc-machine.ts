/**
 * Reflected CRCs of up to 64 bits as a WebAssembly module of some hundred bytes, put together here. JavaScript has no
 * 64-bit integers that are fast: over two halves of 32 bits the same tables run at 0.4 of this speed.
 *
 * The method is slicing-by-16 (Kounavis and Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC
 * Generation"): sixteen bytes are looked up in sixteen tables and their entries added. A CRC of 32 bits is one of 64
 * whose upper half is zero.
 */

import { halvesOf } from './crcs.ts';

/** Advances a CRC over bytes; it is given and answered as the register, without the final inversion. */
export type CrcMachine = (register: bigint, bytes: Uint8Array) => bigint;

const SLICES = 16;
const TABLE_BYTES = 256 * 8;
const PAGE_BYTES = 65_536;
/** The tables fill half of the first page; bytes are worked on in the second page. */
const BYTES_AT = PAGE_BYTES;

/** Up to here a plain loop takes less time than it takes to make the module, some milliseconds. */
const SMALL_BYTES = 16 * 1024;

/** Makes the machine of a polynomial in reflected form (the coefficient of x^0 is the highest bit). */
export function crcMachine(polynomial: bigint): CrcMachine {
  const table = byteTable(polynomial);
  let fast: CrcMachine | undefined;
  return (register, bytes) => {
    if (!fast && bytes.length <= SMALL_BYTES) return advanceByBytes(table, register, bytes);
    fast ??= fastMachine(table);
    return fast(register, bytes);
  };
}

/**
 * What each byte adds to the register when it is shifted out. Entries are halves of 32 bits, the low one first: with
 * BigInt they would take milliseconds to compute.
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

function fastMachine(table: Int32Array): CrcMachine {
  const { memory, advance } = instantiate();
  new Int32Array(memory.buffer).set(slicingTables(table));
  const window = new Uint8Array(memory.buffer, BYTES_AT, PAGE_BYTES);
  return (register, bytes) => {
    let result = register;
    for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
      const part = bytes.subarray(at, at + PAGE_BYTES);
      window.set(part);
      result = advance(result, BYTES_AT, BYTES_AT + part.length);
    }
    return BigInt.asUintN(64, result);
  };
}

/** Table 0 is of one byte, table n of one byte with n zero bytes after it. */
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

// WebAssembly Core Specification 2.0, section 5.4, "Instructions".
const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  branch: (depth: number) => [0x0c, depth],
  branchIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  i64Load: (offset: number) => [0x29, 0, ...unsigned(offset)],
  i64Load8: [0x31, 0, 0],
  i32Const: (value: number) => [0x41, ...signed(value)],
  i64Const: (value: number) => [0x42, ...signed(value)],
  i32GreaterUnsigned: [0x4b],
  i32Add: [0x6a],
  i32And: [0x71],
  i64Xor: [0x85],
  i64ShiftLeft: [0x86],
  i64ShiftRightUnsigned: [0x88],
  i32Wrap: [0xa7],
} as const;

// Locals of `advance(register, at, end)`: its parameters and the two words that are looked up.
const [register, at, end, word0, word1] = [0, 1, 2, 3, 4] as const;

/** What the module exports. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly advance: (register: bigint, at: number, end: number) => bigint;
}

/** The types of Node 20 leave WebAssembly out; this is what is used of it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};

const instantiate = (): Exports => new WebAssembly.Instance(new WebAssembly.Module(moduleBytes())).exports;

function moduleBytes(): Uint8Array {
  const [i32, i64, memoryKind, functionKind] = [0x7f, 0x7e, 2, 0] as const;
  const body = [1, 2, i64, ...advanceBody()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, i64, i32, i32, 1, i64]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 2]),
    ...section(7, [2, ...name('memory'), memoryKind, 0, ...name('advance'), functionKind, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function advanceBody(): number[] {
  const step = (bytes: number) => [...op.get(at), ...op.i32Const(bytes), ...op.i32Add, ...op.set(at)];
  const whileFits = (bytes: number, work: readonly number[]) => [
    ...[...op.block, ...op.loop],
    ...[
      ...op.get(at),
      ...op.i32Const(bytes),
      ...op.i32Add,
      ...op.get(end),
      ...op.i32GreaterUnsigned,
      ...op.branchIf(1),
    ],
    ...[...work, ...step(bytes), ...op.branch(0)],
    ...[...op.end, ...op.end],
  ];
  const words = [word0, word1];
  const sixteen = [
    ...[...op.get(at), ...op.i64Load(0), ...op.get(register), ...op.i64Xor, ...op.set(word0)],
    ...[...op.get(at), ...op.i64Load(8), ...op.set(word1)],
    ...words.flatMap((word, w) =>
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((byte) => {
        const first = w === 0 && byte === 0;
        return [...lookUp(word, byte, SLICES - 1 - 8 * w - byte), ...(first ? [] : op.i64Xor)];
      }),
    ),
    ...op.set(register),
  ];
  const one = [
    ...[...op.get(register), ...op.get(at), ...op.i64Load8, ...op.i64Xor, ...op.set(word0)],
    ...lookUp(word0, 0, 0),
    ...[...op.get(register), ...op.i64Const(8), ...op.i64ShiftRightUnsigned, ...op.i64Xor, ...op.set(register)],
  ];
  return [...whileFits(SLICES, sixteen), ...whileFits(1, one), ...op.get(register), ...op.end];
}

/** The entry of a table for one byte of a word; 8 bytes an entry, so that the byte is taken times 8. */
function lookUp(word: number, byte: number, tableNumber: number): number[] {
  const shift = 8 * byte - 3;
  return [
    ...op.get(word),
    ...op.i64Const(Math.abs(shift)),
    ...(shift < 0 ? op.i64ShiftLeft : op.i64ShiftRightUnsigned),
    ...op.i32Wrap,
    ...[...op.i32Const(255 * 8), ...op.i32And],
    ...op.i64Load(tableNumber * TABLE_BYTES),
  ];
}

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];

const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

/** LEB128: WebAssembly Core Specification 2.0, section 5.2.2, "Integers". */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** The same of a number that is not negative, in the signed form. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}
