/**
 * Checks the pages of a store's LMDB file before LMDB reads them. LMDB trusts its pages: a wrong one can end the process
 * or make a row seem missing, which no row's tag shows. Each page on the way to a row is read once a process from the
 * file: that it is the page that belongs there, and that its rows are in order.
 */

import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyCover } from './key-cover.ts';
import { type Database, type Key, type RangeOptions, storedKey } from './lmdb.ts';
import { isTree, type LastState, statesOf } from './lmdb-header.ts';
import { type Bounds, keyAt, nodeAt, nodesOn, type OrderedKey, type Tree, treeAt, valueAt } from './lmdb-page.ts';
import { type CheckedPages, checkWay, checkWayWithNeighbours, eachLeaf, type Place, WrongPage } from './lmdb-path.ts';
import { damagedPages } from './page-fault.ts';
import { DATA_FILE } from './placing.ts';
import { damagedFile } from './store-error.ts';
import type { KeyPart } from './table.ts';

export interface PageGuard {
  /** Says that a transaction has begun from the state that this one left: nobody else changes it now. */
  begin(last: number): void;
  /** A database of this name that checks pages before it passes reads and writes on. */
  over(database: Database, name: string): Database;
  close(): void;
}

/**
 * Guards the data file of a store. The pages that LMDB needs to open it are checked at once.
 * @throws StoreError if one of them is damaged
 */
export function guardPages(folder: string): PageGuard {
  const file = openSync(join(folder, DATA_FILE), 'r');
  const pages: CheckedPages = new Map();
  let known: KnownState | undefined;
  /** The last transaction when the file was opened. */
  let since: number | undefined;

  function lastState(): KnownState {
    if (known) return known;
    const states = statesOf(file);
    if (!states) throw damagedFile(folder);
    since ??= states.last.transaction;
    known = { file, state: states.last, checked: pages, since };
    return known;
  }

  /** Outside of a transaction, another process may reuse the pages of a state while it is read. */
  function checked<T>(table: string | undefined, work: (known: KnownState) => T): T {
    while (true) {
      const now = lastState();
      try {
        return work(now);
      } catch (error) {
        if (!(error instanceof WrongPage)) throw error;
        known = undefined;
        if (lastState().state.transaction !== now.state.transaction) continue;
        const { page, what, contents } = error;
        throw damagedPages(folder, [{ table: contents === 'rows' ? table : undefined, page, what }]);
      }
    }
  }

  const checkLeaf = (table: string, place: Place, withNeighbours: boolean): Bounds =>
    checked(table, (known) => {
      const tree = treeOf(table, known);
      // What is written from now on has been checked by whoever writes it.
      if (tree?.root === undefined) return {};
      const within = { ...known, tree, contents: 'rows' } as const;
      return withNeighbours ? checkWayWithNeighbours(within, place) : checkWay(within, place);
    });

  try {
    // LMDB creates a database in an empty file.
    if (fstatSync(file).size > 0) checked(undefined, checkLists);
  } catch (error) {
    closeSync(file);
    throw error;
  }

  return {
    begin(last) {
      if (known?.state.transaction !== last) known = undefined;
    },
    over: (database, name) => guardTable(database, (place, withNeighbours) => checkLeaf(name, place, withNeighbours)),
    close: () => closeSync(file),
  };
}

/** A state of the file. */
interface KnownState {
  readonly file: number;
  readonly state: LastState;
  readonly checked: CheckedPages;
  readonly since: number;
  /** The descriptions of the trees of tables, by name, once they were read. */
  trees?: ReadonlyMap<string, Buffer>;
}

/** Checks the list of tables and the lists of free pages. @throws WrongPage */
function checkLists(known: KnownState): void {
  treesOf(known);
  eachLeaf({ ...known, tree: known.state.freePages, contents: 'lists' }, () => {});
}

/** @throws WrongPage */
function treesOf(known: KnownState): ReadonlyMap<string, Buffer> {
  if (known.trees) return known.trees;
  const trees = new Map<string, Buffer>();
  eachLeaf({ ...known, tree: known.state.main, contents: 'trees' }, (page) => {
    for (let i = 0; i < nodesOn(page); i++) trees.set(keyAt(page, nodeAt(page, i)), valueAt(page, nodeAt(page, i)));
  });
  known.trees = trees;
  return trees;
}

/** The tree of a table; undefined if there is no such table yet. @throws WrongPage */
function treeOf(table: string, known: KnownState): Tree | undefined {
  const description = treesOf(known).get(`${table}\0`);
  if (!description) return undefined;
  const tree = treeAt(description, 0);
  if (isTree(tree, known.state)) return tree;
  throw new WrongPage(known.state.main.root ?? 0, `describes the table "${table}" wrongly`, 'trees');
}

/** Checks a leaf. @returns the keys that it can have */
type CheckLeaf = (place: Place, withNeighbours: boolean) => Bounds;

/** No key is stored that sorts after it. */
const LAST = '\u00ff';
const FIRST = '';

function guardTable(database: Database, checkLeaf: CheckLeaf): Database {
  const cover = newKeyCover();
  /** Keys of leaves whose neighbours were checked, too. */
  const wideCover = newKeyCover();
  let isWhole = false;

  function check(place: Place, withNeighbours: boolean): Bounds {
    const bounds = checkLeaf(place, withNeighbours);
    cover.add(bounds);
    const isOnly = bounds.from === undefined && bounds.before === undefined;
    if (withNeighbours || isOnly) wideCover.add(bounds);
    isWhole = cover.isAll();
    return bounds;
  }

  const at = (key: OrderedKey): Bounds => cover.at(key) ?? check({ at: key }, false);
  const below = (key: OrderedKey): Bounds => cover.below(key) ?? check({ below: key }, false);
  const toKey = (key: Key) => {
    if (!isWhole) at(keyText(key));
  };

  /** A range is read leaf by leaf: the next one is checked before the rows of this one end. */
  function* upwards(options: RangeOptions): Iterable<RangeRow> {
    const end = options.end && keyText(options.end);
    const next = (key: OrderedKey) => {
      const { before } = at(key);
      if (before !== undefined) at(before);
      return before !== undefined && end !== undefined && end <= before ? undefined : before;
    };
    let border: OrderedKey | undefined = next(options.start ? keyText(options.start) : FIRST);
    for (const row of database.getRange(options)) {
      yield row;
      if (border === undefined) continue;
      const key = rowKey(row);
      if (key >= border) border = next(key);
    }
  }

  function* downwards(options: RangeOptions): Iterable<RangeRow> {
    const previous = (key: OrderedKey) => {
      const { from } = at(key);
      if (from !== undefined) below(from);
      return from;
    };
    const start = options.start ? keyText(options.start) : LAST;
    // LMDB first looks for the row at the start or behind it.
    const { before } = at(start);
    if (before !== undefined) at(before);
    let border: OrderedKey | undefined = previous(start);
    for (const row of database.getRange(options)) {
      yield row;
      if (border === undefined) continue;
      const key = rowKey(row);
      if (key < border) border = previous(key);
    }
  }

  return {
    get encoder() {
      return database.encoder;
    },
    get(key, options) {
      if (!options?.transaction) toKey(key);
      return database.get(key, options);
    },
    getBinaryFast(key, options) {
      if (!options?.transaction) toKey(key);
      return database.getBinaryFast(key, options);
    },
    putSync(key, value, options) {
      if (!isWhole) at(options?.append ? LAST : keyText(key));
      return options ? database.putSync(key, value, options) : database.putSync(key, value);
    },
    removeSync(key) {
      if (!wideCover.isAll()) {
        const stored = keyText(key);
        const { before } = wideCover.at(stored) ?? check({ at: stored }, true);
        // LMDB goes on to the row behind the one that it removed.
        if (before !== undefined) at(before);
      }
      return database.removeSync(key);
    },
    getRange(options) {
      // A snapshot is read by whoever has checked the whole file.
      if (isWhole || options.transaction) return database.getRange(options);
      return options.reverse ? downwards(options) : upwards(options);
    },
  };
}

interface RangeRow {
  readonly key: KeyPart | KeyPart[];
  readonly value: unknown;
}

const rowKey = ({ key }: RangeRow): string => keyText(Array.isArray(key) ? key : [key]);

const keyText = (key: Key): string => storedKey(key).toString('latin1');
