/**
 * One page of an LMDB file: what it says of itself, its nodes, and whether it is as LMDB writes it. The format is that
 * of mdb.c in the lmdb package: `MDB_page`, `MDB_node`, `MDB_ovpage` and `MDB_db`; numbers are little-endian. Every
 * command checks some pages when it starts, so what is done for each node must be cheap in code that is run once.
 */

import { readSync } from 'node:fs';
import { systemCode, systemReason } from '../api/file-error.ts';

/** The bytes of a page, or of a value on several pages. */
export interface Page {
  readonly bytes: Buffer;
  /** The same memory: headers and nodes begin at even places. */
  readonly words: Uint16Array;
}

export function newPage(size: number): Page {
  const bytes = Buffer.allocUnsafeSlow(size);
  return { bytes, words: new Uint16Array(bytes.buffer) };
}

/** Fills a page from a place in a file. @returns what is wrong, to follow the number of the page */
export function readPage(file: number, at: number, { bytes }: Page): string | undefined {
  try {
    return readSync(file, bytes, 0, bytes.length, at) === bytes.length ? undefined : 'lies beyond the end of the file';
  } catch (error) {
    return `cannot be read: ${systemReason(error) ?? systemCode(error)}`;
  }
}

/** A number of 64 bits; one beyond 2^53 only occurs in damaged files and is not exact. */
export const longAt = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;

/** The bytes before a page's nodes, and before the value on overflow pages. */
export const PAGE_HEADER = 24;

// Places in a header, in words.
const FLAGS = 9;
const LOWER = 10;
const UPPER = 11;
const POINTERS = PAGE_HEADER / 2;

export type PageKind = 'branch' | 'leaf' | 'overflow';

const flagOf: Readonly<Record<PageKind, number>> = { branch: 1, leaf: 2, overflow: 4 };

const long = (words: Uint16Array, at: number): number =>
  word(words, at) + word(words, at + 1) * 0x1_0000 + (word(words, at + 2) + word(words, at + 3) * 0x1_0000) * 2 ** 32;

const word = (words: Uint16Array, at: number): number => words[at] ?? 0;

/** The number of the transaction that wrote a page. */
export const transactionOf = ({ words }: Page): number => long(words, 4);

/**
 * What is wrong with the header of a page; undefined if nothing is.
 * @param newest the transaction that wrote the page that refers to this one: whoever changes a page also rewrites those
 * above it
 */
export function headerFault(page: Page, number: number, kind: PageKind, newest: number): string | undefined {
  if (long(page.words, 0) !== number) return isEmpty(page) ? 'is empty' : 'is not the page that was written there';
  if (page.words[FLAGS] !== flagOf[kind]) return DAMAGED;
  return transactionOf(page) > newest ? 'is from another state of the store' : undefined;
}

const DAMAGED = 'is damaged';

const isEmpty = ({ words }: Page): boolean => words.subarray(0, POINTERS).every((word) => word === 0);

/** The number of pages of a value on overflow pages. */
export const overflowPagesOf = ({ bytes }: Page): number => bytes.readUInt32LE(2 * LOWER);

/** The number of overflow pages for a value: `OVPAGES` in mdb.c. */
export const pagesFor = (bytes: number, pageBytes: number): number =>
  Math.floor((PAGE_HEADER - 1 + bytes) / pageBytes) + 1;

const NODE_HEADER = 8;
const ON_OVERFLOW_PAGES = 1;
const IS_TREE = 2;
/** Where a value on overflow pages is: the first page, the transaction that wrote it, the number of pages. */
const PLACE_BYTES = 24;

/** The number of nodes on a branch or leaf page. */
export const nodesOn = ({ words }: Page): number => word(words, LOWER) >> 1;

/** Where a node is on its page. */
export const nodeAt = ({ words }: Page, index: number): number => PAGE_HEADER + word(words, POINTERS + index);

/**
 * A key as it is compared: its bytes as text, one character a byte, since comparing texts is cheap; or the number that
 * it is, in the lists of free pages.
 */
export type OrderedKey = string | number;

export const keyAt = ({ bytes, words }: Page, node: number): string =>
  bytes.toString('latin1', node + NODE_HEADER, node + NODE_HEADER + word(words, (node >> 1) + 3));

/** The page that a node of a branch page leads to. */
export function childAt({ words }: Page, node: number): number {
  const at = node >> 1;
  return word(words, at) + word(words, at + 1) * 0x1_0000 + word(words, at + 2) * 2 ** 32;
}

/** The size of the value of a leaf's node. */
export const sizeAt = ({ words }: Page, node: number): number =>
  word(words, node >> 1) + word(words, (node >> 1) + 1) * 0x1_0000;

const valueFrom = ({ words }: Page, node: number): number => node + NODE_HEADER + word(words, (node >> 1) + 3);

/** The value of a leaf's node if it is on the page itself. */
export function valueAt(page: Page, node: number): Buffer {
  const from = valueFrom(page, node);
  return page.bytes.subarray(from, from + sizeAt(page, node));
}

/** Where the value of a leaf's node is if it is on overflow pages. */
export interface Overflow {
  readonly page: number;
  readonly transaction: number;
  readonly pages: number;
}

/** @returns undefined if the value is on the page itself */
export function overflowAt(page: Page, node: number): Overflow | undefined {
  if (page.words[(node >> 1) + 2] !== ON_OVERFLOW_PAGES) return undefined;
  const at = valueFrom(page, node);
  return { page: longAt(page.bytes, at), transaction: longAt(page.bytes, at + 8), pages: longAt(page.bytes, at + 16) };
}

/** What the keys of a page lie between; absent where there is no bound. */
export interface Bounds {
  /** The first key that may be on the page. */
  readonly from?: OrderedKey | undefined;
  /** The first key after the page. */
  readonly before?: OrderedKey | undefined;
}

/** What the leaves of a tree contain: rows, descriptions of trees, or lists of free pages. */
export type Contents = 'rows' | 'trees' | 'lists';

/** What the nodes of a page lead to or contain. */
export type Nodes = 'pages' | Contents;

/**
 * What is wrong with the nodes of a branch or leaf page whose header is right; undefined if nothing is.
 * @param isOfLists whether it is a page of the lists of free pages, whose keys are numbers
 */
export function nodesFault(page: Page, nodes: Nodes, { from, before }: Bounds, isOfLists: boolean): string | undefined {
  const { bytes, words } = page;
  const room = bytes.length - PAGE_HEADER;
  const lower = word(words, LOWER);
  const upper = word(words, UPPER);
  const count = lower >> 1;
  if (lower % 2 !== 0 || lower > upper || upper > room || count === 0) return DAMAGED;
  let used = 0;
  let last: OrderedKey | undefined;
  for (let index = 0; index < count; index++) {
    const node = nodeAt(page, index);
    if (node % 2 !== 0 || node < PAGE_HEADER + upper || node + NODE_HEADER > bytes.length) return DAMAGED;
    const size = nodeBytes(page, node, nodes);
    if (size === 0 || node + size > bytes.length) return DAMAGED;
    used += size + (size % 2);
    // The first key of a branch page is never compared, and may be absent.
    if (nodes === 'pages' && index === 0) continue;
    const key = isOfLists ? numberAt(page, node) : keyAt(page, node);
    if (last === undefined ? from !== undefined && key < from : key <= last) return DISORDER;
    last = key;
  }
  if (used !== room - upper) return DAMAGED;
  return last !== undefined && before !== undefined && last >= before ? DISORDER : undefined;
}

const DISORDER = 'has rows that do not belong there';

/** A key that is a number; -1 if it is not one. */
export const numberAt = ({ bytes, words }: Page, node: number): number =>
  words[(node >> 1) + 3] === 8 && node + NODE_HEADER + 8 <= bytes.length ? longAt(bytes, node + NODE_HEADER) : -1;

/** @returns 0 for a node of another kind */
function nodeBytes(page: Page, node: number, nodes: Nodes): number {
  const upToValue = NODE_HEADER + word(page.words, (node >> 1) + 3);
  if (nodes === 'pages') return upToValue;
  const flags = page.words[(node >> 1) + 2];
  if (nodes === 'trees') return flags === IS_TREE && sizeAt(page, node) === TREE_BYTES ? upToValue + TREE_BYTES : 0;
  if (flags === ON_OVERFLOW_PAGES) return upToValue + PLACE_BYTES;
  return flags === 0 ? upToValue + sizeAt(page, node) : 0;
}

/** The description of a tree of pages. */
export interface Tree {
  readonly flags: number;
  /** The number of levels; 0 if it is empty. */
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  /** The number of rows. */
  readonly entries: number;
  /** The number of the root page; undefined if the tree is empty. */
  readonly root: number | undefined;
}

const TREE_BYTES = 48;

export function treeAt(bytes: Buffer, at: number): Tree {
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: longAt(bytes, at + 8),
    leafPages: longAt(bytes, at + 16),
    overflowPages: longAt(bytes, at + 24),
    entries: longAt(bytes, at + 32),
    root: bytes.readUInt32LE(at + 44) === NO_PAGE_HIGH ? undefined : longAt(bytes, at + 40),
  };
}

const NO_PAGE_HIGH = 0xffff_ffff;
