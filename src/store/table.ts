/** A typed view of one LMDB database, and what a transaction offers of it. */

/** A part of a composite key. Strings sort by their UTF-8 bytes, numbers by value. */
export type KeyPart = string | number;
export type TableKey = readonly KeyPart[];

/** A half-open range of keys: from `start` (included) up to `end` (excluded). */
export interface KeyRange {
  readonly start?: TableKey | undefined;
  readonly end?: TableKey | undefined;
  /** Leaves out `start` itself, for going on after a page's last key. */
  readonly after?: boolean | undefined;
  /** From the last key down to the first; `start` and `end` keep their meaning of low and high. */
  readonly reverse?: boolean | undefined;
  readonly limit?: number | undefined;
}

export interface Row<K extends TableKey, V> {
  readonly key: K;
  readonly value: V;
}

/** One table inside a transaction. */
export interface Table<K extends TableKey, V> {
  get(key: K): V | undefined;
  put(key: K, value: V): void;
  /** Whether there was such a row. */
  remove(key: K): boolean;
  /** Rows in key order, read lazily: a range costs what is taken from it. */
  range(range?: KeyRange): Iterable<Row<K, V>>;
  /** Rows whose key begins with these parts, in key order. */
  under(prefix: TableKey, range?: Omit<KeyRange, 'end'>): Iterable<Row<K, V>>;
}

/** What a table is declared with; the types live only in the compiler. */
export interface TableDeclaration<K extends TableKey, V> {
  readonly name: string;
  /** New rows come behind all others, as a rule. */
  readonly grows?: boolean;
  readonly key?: K;
  readonly value?: V;
}

export const table = <K extends TableKey, V>(name: string): TableDeclaration<K, V> => ({ name });

/** A table whose new rows come behind all others, as a rule: its pages are filled to the end. */
export const growingTable = <K extends TableKey, V>(name: string): TableDeclaration<K, V> => ({ name, grows: true });

/** Whether a row keeps a member of this name: MessagePack's reader gives `__proto__` back under another one. */
export const isKeptName = (name: string): boolean => name !== '__proto__';
