/**
 * The loops of a CRC as a WebAssembly module of some hundred bytes, built here: JavaScript lacks fast 64-bit integers.
 */

const PAGE_BYTES = 65_536;

/** The bytes that one step of `advance` takes, each with its own table of 8-byte entries. */
export const SLICES = 16;
export const TABLE_BYTES = 256 * 8;
/** The bytes that one step of `shorten` takes: several words, none of which is moved onto another. */
export const STEP_BYTES = 4 * 8;

/** The module's exports. Positions are addresses in its memory. */
export interface CrcModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Advances the register over the bytes from `at` to `end`, using the tables at address 0. */
  readonly advance: (register: bigint, at: number, end: number) => bigint;
  /**
   * Adds to each word the earlier words that are moved onto it, in order, in whole steps. The addresses are those of
   * the words minus the longest move.
   */
  readonly shorten: (at: number, end: number) => void;
  /** Undoes `shorten`, from the last word to the first. */
  readonly restore: (at: number, end: number) => void;
}

/** Node 20's types lack WebAssembly; this declares the parts in use. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: CrcModule };
};

/**
 * Makes a module. @param moves the distances, in words, by which a word is moved on, to all places; the longest last.
 */
export function crcModule(moves: readonly number[], memoryBytes: number): CrcModule {
  const bytes = moduleBytes(moves, Math.ceil(memoryBytes / PAGE_BYTES));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

/** Bytes in nested arrays: spreading them into each other would take longer than compiling them. */
type Code = number | readonly Code[];

// WebAssembly Core Specification 2.0, section 5.4, "Instructions".
const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: 0x0b,
  branch: (depth: number) => [0x0c, depth],
  branchIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  i64Load: (offset: number) => [0x29, 0, unsigned(offset)],
  i64Load8: [0x31, 0, 0],
  i64Store: (offset: number) => [0x37, 0, unsigned(offset)],
  i32Const: (value: number) => [0x41, signed(value)],
  i64Const: (value: number) => [0x42, signed(value)],
  i32LessUnsigned: 0x49,
  i32GreaterUnsigned: 0x4b,
  i32Add: 0x6a,
  i32Subtract: 0x6b,
  i32And: 0x71,
  i64Xor: 0x85,
  i64ShiftLeft: 0x86,
  i64ShiftRightUnsigned: 0x88,
  i32Wrap: 0xa7,
} as const;

// Section 5.5, "Modules".
function moduleBytes(moves: readonly number[], pages: number): Uint8Array {
  const [i32, i64, functionType, functionKind, memoryKind] = [0x7f, 0x7e, 0x60, 0, 2] as const;
  const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const types = [
    [functionType, [3, i64, i32, i32], [1, i64]],
    [functionType, [2, i32, i32], 0],
  ];
  const exported = [
    [text('memory'), memoryKind, 0],
    [text('advance'), functionKind, 0],
    [text('shorten'), functionKind, 1],
    [text('restore'), functionKind, 2],
  ];
  const bodies = [
    [1, 2, i64, advanceBody()],
    [0, shortenBody(moves)],
    [0, restoreBody(moves)],
  ];
  return Uint8Array.from(
    flat([
      magicAndVersion,
      section(1, types),
      section(3, [0, 1, 1]),
      section(5, [[0, unsigned(pages)]]),
      section(7, exported),
      section(10, bodies.map(sized)),
    ]),
  );
}

/**
 * Slicing-by-16 (Kounavis and Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC Generation"):
 * sixteen bytes are looked up in sixteen tables, and the entries are added.
 */
function advanceBody(): Code {
  // Locals: the parameters and the two words to look up.
  const [register, at, end, word0, word1] = [0, 1, 2, 3, 4] as const;
  const whileFits = (bytes: number, work: Code): Code => [
    [op.block, op.loop],
    [op.get(at), op.i32Const(bytes), op.i32Add, op.get(end), op.i32GreaterUnsigned, op.branchIf(1)],
    [work, stepOn(at, bytes), op.branch(0)],
    [op.end, op.end],
  ];
  const sixteen = [
    [op.get(at), op.i64Load(0), op.get(register), op.i64Xor, op.set(word0)],
    [op.get(at), op.i64Load(8), op.set(word1)],
    [word0, word1].map((word, w) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((byte) => {
        const isFirst = w === 0 && byte === 0;
        return [lookUp(word, byte, SLICES - 1 - 8 * w - byte), isFirst ? [] : op.i64Xor];
      }),
    ),
    op.set(register),
  ];
  const one = [
    [op.get(register), op.get(at), op.i64Load8, op.i64Xor, op.set(word0)],
    lookUp(word0, 0, 0),
    [op.get(register), op.i64Const(8), op.i64ShiftRightUnsigned, op.i64Xor, op.set(register)],
  ];
  return [whileFits(SLICES, sixteen), whileFits(1, one), op.get(register), op.end];
}

/** The entry for one byte of a word in a table; an entry has 8 bytes, so the byte is extracted multiplied by 8. */
function lookUp(word: number, byte: number, tableNumber: number): Code {
  const shift = 8 * byte - 3;
  return [
    [op.get(word), op.i64Const(Math.abs(shift)), shift < 0 ? op.i64ShiftLeft : op.i64ShiftRightUnsigned],
    [op.i32Wrap, op.i32Const(255 * 8), op.i32And],
    op.i64Load(tableNumber * TABLE_BYTES),
  ];
}

function shortenBody(moves: readonly number[]): Code {
  const [at, end] = [0, 1] as const;
  const words = [0, 1, 2, 3].map((word) => addMoved(at, 8 * word, moves));
  const again = [op.get(at), op.get(end), op.i32LessUnsigned, op.branchIf(0)];
  return [op.loop, words, stepOn(at, STEP_BYTES), again, op.end, op.end];
}

function restoreBody(moves: readonly number[]): Code {
  const [at, end] = [0, 1] as const;
  const back = [op.get(end), op.i32Const(8), op.i32Subtract, op.set(end)];
  const again = [op.get(end), op.get(at), op.i32GreaterUnsigned, op.branchIf(0)];
  return [op.loop, back, addMoved(end, 0, moves), again, op.end, op.end];
}

/** Adds to a word those that are moved onto it; the address is the word's minus the longest move. */
function addMoved(at: number, offset: number, moves: readonly number[]): Code {
  const longest = Math.max(...moves);
  const load = (move: number) => [op.get(at), op.i64Load(offset + 8 * (longest - move))];
  const sum = moves.map((move) => [load(move), op.i64Xor]);
  return [op.get(at), load(0), sum, op.i64Store(offset + 8 * longest)];
}

const stepOn = (at: number, bytes: number): Code => [op.get(at), op.i32Const(bytes), op.i32Add, op.set(at)];

const section = (id: number, entries: readonly Code[]): Code => [id, sized([unsigned(entries.length), entries])];

/** Code preceded by its length. */
function sized(code: Code): Code {
  const bytes = flat(code);
  return [unsigned(bytes.length), bytes];
}

const text = (name: string): Code => [name.length, ...Buffer.from(name)];

/** LEB128: WebAssembly Core Specification 2.0, section 5.2.2, "Integers". */
const unsigned = (value: number): Code => (value < 128 ? value : [(value & 127) | 128, unsigned(value >>> 7)]);

/** A non-negative number in the signed form. */
const signed = (value: number): Code => (value < 64 ? value : [(value & 127) | 128, signed(value >>> 7)]);

function flat(code: Code, into: number[] = []): number[] {
  if (typeof code === 'number') into.push(code);
  else for (const each of code) flat(each, into);
  return into;
}
