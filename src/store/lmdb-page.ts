/**
 * One page of an LMDB file as bytes: what it says of itself, its nodes, and whether it is as LMDB writes it. The format
 * is that of mdb.c in the lmdb package: `MDB_page`, `MDB_node`, `MDB_ovpage` and `MDB_db`; numbers are little-endian.
 */

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

/** The bytes of a tree's description. */
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

/** A number of 64 bits; one beyond 2^53 only occurs in damaged files and is not exact. */
export const longAt = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;

/** The bytes before a page's nodes, and before the value on overflow pages. */
export const PAGE_HEADER = 24;

const TRANSACTION_AT = 8;
const FLAGS_AT = 18;
const LOWER_AT = 20;
const UPPER_AT = 22;
const PAGES_AT = 20;

export type PageKind = 'branch' | 'leaf' | 'overflow';

const flagOf: Readonly<Record<PageKind, number>> = { branch: 1, leaf: 2, overflow: 4 };

/** The number of the transaction that wrote a page. */
export const transactionOf = (page: Buffer): number => longAt(page, TRANSACTION_AT);

/**
 * What is wrong with the header of a page; undefined if nothing is.
 * @param newest the transaction that wrote the page that refers to this one: whoever changes a page also rewrites those
 * above it
 */
export function headerFault(page: Buffer, number: number, kind: PageKind, newest: number): string | undefined {
  if (longAt(page, 0) !== number) return isEmpty(page) ? 'is empty' : 'is not the page that was written there';
  if (page.readUInt16LE(FLAGS_AT) !== flagOf[kind]) return DAMAGED;
  if (transactionOf(page) > newest) return 'is from another state of the store';
  return undefined;
}

const DAMAGED = 'is damaged';

const isEmpty = (page: Buffer): boolean => page.subarray(0, PAGE_HEADER).every((byte) => byte === 0);

/** The number of pages of a value on overflow pages. */
export const overflowPagesOf = (page: Buffer): number => page.readUInt32LE(PAGES_AT);

/** The number of overflow pages for a value: `OVPAGES` in mdb.c. */
export const pagesFor = (bytes: number, pageBytes: number): number =>
  Math.floor((PAGE_HEADER - 1 + bytes) / pageBytes) + 1;

const NODE_HEADER = 8;
const ON_OVERFLOW_PAGES = 1;
const IS_TREE = 2;
/** Where a value on overflow pages is: the first page, the transaction that wrote it, the number of pages. */
const PLACE_BYTES = 24;

/** The number of nodes on a branch or leaf page. */
export const nodesOn = (page: Buffer): number => page.readUInt16LE(LOWER_AT) >> 1;

/** Where a node is on its page. */
export const nodeAt = (page: Buffer, index: number): number => PAGE_HEADER + page.readUInt16LE(PAGE_HEADER + 2 * index);

export const keyAt = (page: Buffer, node: number): Buffer =>
  page.subarray(node + NODE_HEADER, node + NODE_HEADER + page.readUInt16LE(node + 6));

/** The page that a node of a branch page leads to. */
export const childAt = (page: Buffer, node: number): number =>
  page.readUInt32LE(node) + page.readUInt16LE(node + 4) * 0x1_0000_0000;

/** The size of the value of a leaf's node. */
export const sizeAt = (page: Buffer, node: number): number => page.readUInt32LE(node);

const valueFrom = (page: Buffer, node: number): number => node + NODE_HEADER + page.readUInt16LE(node + 6);

/** The value of a leaf's node if it is on the page itself. */
export const valueAt = (page: Buffer, node: number): Buffer =>
  page.subarray(valueFrom(page, node), valueFrom(page, node) + sizeAt(page, node));

/** Where the value of a leaf's node is if it is on overflow pages. */
export interface Overflow {
  readonly page: number;
  readonly transaction: number;
  readonly pages: number;
}

/** @returns undefined if the value is on the page itself */
export function overflowAt(page: Buffer, node: number): Overflow | undefined {
  if ((page.readUInt16LE(node + 4) & ON_OVERFLOW_PAGES) === 0) return undefined;
  const at = valueFrom(page, node);
  return { page: longAt(page, at), transaction: longAt(page, at + 8), pages: longAt(page, at + 16) };
}

/** What the keys of a page lie between; absent where there is no bound. */
export interface Bounds {
  /** The first key that may be on the page. */
  readonly from?: Buffer | undefined;
  /** The first key after the page. */
  readonly before?: Buffer | undefined;
}

/** Compares two keys as the tree sorts them. */
export type KeyOrder = (a: Buffer, b: Buffer) => number;

/** What the nodes of a page lead to or contain: other pages, rows, or descriptions of trees. */
export type Nodes = 'pages' | 'rows' | 'trees';

/** What is wrong with the nodes of a branch or leaf page whose header is right; undefined if nothing is. */
export function nodesFault(page: Buffer, nodes: Nodes, bounds: Bounds, order: KeyOrder): string | undefined {
  const room = page.length - PAGE_HEADER;
  const lower = page.readUInt16LE(LOWER_AT);
  const upper = page.readUInt16LE(UPPER_AT);
  const count = nodesOn(page);
  if (lower % 2 !== 0 || lower > upper || upper > room || count === 0) return DAMAGED;
  let used = 0;
  let last: Buffer | undefined;
  for (let index = 0; index < count; index++) {
    const node = nodeAt(page, index);
    const bytes = node >= PAGE_HEADER + upper && node + NODE_HEADER <= page.length ? nodeBytes(page, node, nodes) : 0;
    if (bytes === 0 || node + bytes > page.length) return DAMAGED;
    used += bytes + (bytes % 2);
    // The first key of a branch page is never compared, and may be absent.
    if (nodes === 'pages' && index === 0) continue;
    const key = keyAt(page, node);
    if (last ? order(key, last) <= 0 : bounds.from && order(key, bounds.from) < 0) return DISORDER;
    last = key;
  }
  if (used !== room - upper) return DAMAGED;
  return last && bounds.before && order(last, bounds.before) >= 0 ? DISORDER : undefined;
}

const DISORDER = 'has rows that do not belong there';

/** @returns 0 for a node of another kind */
function nodeBytes(page: Buffer, node: number, nodes: Nodes): number {
  const upToValue = NODE_HEADER + page.readUInt16LE(node + 6);
  if (nodes === 'pages') return upToValue;
  const flags = page.readUInt16LE(node + 4);
  if (nodes === 'trees') return flags === IS_TREE && sizeAt(page, node) === TREE_BYTES ? upToValue + TREE_BYTES : 0;
  if (flags === ON_OVERFLOW_PAGES) return upToValue + PLACE_BYTES;
  return flags === 0 ? upToValue + sizeAt(page, node) : 0;
}
