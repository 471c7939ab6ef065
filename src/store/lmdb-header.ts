/**
 * The first two pages of an LMDB file, examined before LMDB opens it, because LMDB kills the process if they are not as
 * it expects. Their format: `MDB_meta` in mdb.c of the lmdb package, after a page header of 24 bytes.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { longAt, type Tree, treeAt } from './lmdb-page.ts';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_FLAG = 8;
/** Where they stand in a page. The page size is the first member of the first tree. */
const FLAGS_AT = 18;
const MAGIC_AT = 24;
const VERSION_AT = 28;
const FREE_PAGES_AT = 48;
const MAIN_AT = 96;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_BYTES = 168;

/** A file's state after its last transaction. */
export interface LastState {
  /** The transaction's number. */
  readonly transaction: number;
  readonly pageBytes: number;
  readonly lastPage: number;
  /** The end of the last page. The file may be shorter if the last pages are free and were never written. */
  readonly bytes: number;
  /** The lists of free pages, by the number of the transaction that freed them. */
  readonly freePages: Tree;
  /** The list of tables, by name. */
  readonly main: Tree;
}

/** The two states in the header of a file; the pages of both are there until the next transaction. */
export interface States {
  readonly last: LastState;
  readonly before: LastState;
}

/** The state of a file that LMDB would start from; undefined if it is not a database. */
export function lastState(path: string): LastState | undefined {
  const file = openSync(path, 'r');
  try {
    return statesOf(file)?.last;
  } finally {
    closeSync(file);
  }
}

const MOST_ATTEMPTS = 100;

/** The states of an open file. @returns undefined if its header, read while nobody was writing it, is damaged */
export function statesOf(file: number): States | undefined {
  let before: Metas | undefined;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const metas = readMetas(file);
    const states = metas && inOrder(metas);
    if (states) return states;
    if (metas && before?.[0].equals(metas[0]) && before[1].equals(metas[1])) return undefined;
    before = metas;
  }
  return undefined;
}

type Metas = readonly [Buffer, Buffer];

function readMetas(file: number): Metas | undefined {
  const first = readMeta(file, 0);
  const second = first && readMeta(file, pageBytesOf(first));
  return first && second && [first, second];
}

/** LMDB uses the one with the later transaction. Transactions alternate between the two. */
function inOrder([first, second]: Metas): States | undefined {
  if (pageBytesOf(first) !== pageBytesOf(second)) return undefined;
  const [even, odd] = [stateIn(first), stateIn(second)];
  if (!even || !odd) return undefined;
  const isNew = even.transaction === 0 && odd.transaction === 0;
  if (!isNew && Math.abs(even.transaction - odd.transaction) !== 1) return undefined;
  const [last, before] = odd.transaction > even.transaction ? [odd, even] : [even, odd];
  return last === (last.transaction % 2 === 0 ? even : odd) ? { last, before } : undefined;
}

function stateIn(meta: Buffer): LastState | undefined {
  const pageBytes = pageBytesOf(meta);
  const lastPage = longAt(meta, LAST_PAGE_AT);
  const state: LastState = {
    transaction: longAt(meta, TRANSACTION_AT),
    pageBytes,
    lastPage,
    bytes: (lastPage + 1) * pageBytes,
    freePages: treeAt(meta, FREE_PAGES_AT),
    main: treeAt(meta, MAIN_AT),
  };
  const areTrees = isTree(state.freePages, state, FREE_PAGES_FLAGS) && isTree(state.main, state);
  return Number.isSafeInteger(state.bytes) && lastPage >= 1 && areTrees ? state : undefined;
}

/** The keys of these lists are numbers; the other flag is the environment's, that its path is not a folder. */
const FREE_PAGES_FLAGS = 0x4008;

/** The deepest tree that LMDB can walk: `CURSOR_STACK` in mdb.c. */
const MAX_DEPTH = 32;

/** Whether a tree can be part of a state. */
export function isTree(tree: Tree, { lastPage }: LastState, flags = 0): boolean {
  const { root, depth, entries, branchPages, leafPages, overflowPages } = tree;
  if (tree.flags !== flags) return false;
  if (root === undefined) return depth === 0 && entries === 0 && leafPages === 0;
  const pages = branchPages + leafPages + overflowPages;
  return depth >= 1 && depth <= MAX_DEPTH && entries >= 1 && root >= 2 && root <= lastPage && pages <= lastPage - 1;
}

const pageBytesOf = (meta: Buffer): number => meta.readUInt32LE(FREE_PAGES_AT);

/** @returns undefined if there is none. */
function readMeta(file: number, position: number): Buffer | undefined {
  const meta = Buffer.alloc(META_BYTES);
  if (readSync(file, meta, 0, META_BYTES, position) !== META_BYTES) return undefined;
  const isMeta =
    meta.readUInt32LE(MAGIC_AT) === MAGIC &&
    meta.readUInt32LE(VERSION_AT) === DATA_VERSION &&
    meta.readUInt16LE(FLAGS_AT) === META_FLAG &&
    isPageSize(pageBytesOf(meta));
  return isMeta ? meta : undefined;
}

const isPageSize = (bytes: number): boolean => bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
