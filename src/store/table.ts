/** A typed view of one LMDB database, with the operations of a transaction on it. */

/** A part of a composite key. Strings sort by their UTF-8 bytes, numbers by value. */
export type KeyPart = string | number;
export type TableKey = readonly KeyPart[];

/** A half-open range of keys: from `start` (included) up to `end` (excluded). */
export interface KeyRange {
  readonly start?: TableKey | undefined;
  readonly end?: TableKey | undefined;
  /** Excludes `start` itself, to continue after a page's last key. */
  readonly after?: boolean | undefined;
  /** From the last key to the first; `start` is still the lower bound and `end` the upper. */
  readonly reverse?: boolean | undefined;
  readonly limit?: number | undefined;
}

export interface Row<K extends TableKey, V> {
  readonly key: K;
  readonly value: V;
}

/** A value that is still to be written, and undone as a whole: it may be changed in place while it is owned. */
export interface Owned<V> {
  readonly value: V;
  /** Whether this is so until now; asking costs less than finding the row again. */
  isStill(): boolean;
}

/** One table inside a transaction. */
export interface Table<K extends TableKey, V> {
  get(key: K): V | undefined;
  /** Of a gathered table: the value that was last put, if that was since this transaction or part of it began. */
  owned?(key: K): Owned<V> | undefined;
  /** The tag that is stored behind a row; to look at, since reading a row checks it. */
  tagOf(key: K): Uint8Array | undefined;
  put(key: K, value: V): void;
  /** Returns whether the row existed. */
  remove(key: K): boolean;
  /** Rows in key order, read lazily: the cost of a range depends on what is taken from it. */
  range(range?: KeyRange): Iterable<Row<K, V>>;
  /** Rows whose key begins with these parts, in key order. */
  under(prefix: TableKey, range?: Omit<KeyRange, 'end'>): Iterable<Row<K, V>>;
}

/** The declaration of a table; the types exist only in the compiler. */
export interface TableDeclaration<K extends TableKey, V> {
  /** The name of its LMDB database; rows are bound to it. */
  readonly name: string;
  /** What one of its rows is about, in a person's words. */
  readonly noun: string;
  /** New rows usually sort after all others, and rows are JSON text. */
  readonly isLog?: boolean;
  /** The rows are about what processes are doing: they have no meaning in a copy, and are not counted. */
  readonly isTransient?: boolean;
  /** Calls change its rows over and over: a transaction writes each once, before it commits. */
  readonly isGathered?: boolean;
  readonly key?: K;
  readonly value?: V;
}

export const table = <K extends TableKey, V>(name: string, noun: string): TableDeclaration<K, V> => ({ name, noun });

/**
 * A table whose new rows usually sort after all others: its pages are filled completely. Its rows are JSON text, which
 * takes less time to write than MessagePack and keeps every name.
 */
export const logTable = <K extends TableKey, V>(name: string, noun: string): TableDeclaration<K, V> => ({
  name,
  noun,
  isLog: true,
});

/** A table about what processes are doing, which a copy of the store goes without. */
export const transientTable = <K extends TableKey, V>(name: string, noun: string): TableDeclaration<K, V> => ({
  name,
  noun,
  isTransient: true,
});

/**
 * A table whose rows may be read, changed and put back as often as a transaction likes: each is encoded and written
 * once, before the commit. Its values must not be changed once they are put, except one that is `owned`.
 */
export const gatheredTable = <K extends TableKey, V>(name: string, noun: string): TableDeclaration<K, V> => ({
  name,
  noun,
  isGathered: true,
});

/** Whether a row can store a member of this name: MessagePack's reader returns `__proto__` under another one. */
export const isKeptName = (name: string): boolean => name !== '__proto__';
