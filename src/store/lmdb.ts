/**
 * The interface to lmdb: the part that the store uses, with our types. It is loaded when a store is opened, and as
 * CommonJS, which takes half the time of its ES module.
 */

import { createRequire } from 'node:module';
import type { RootDatabaseOptionsWithPath } from 'lmdb';
import type { KeyPart } from './table.ts';

export type Key = readonly (KeyPart | Uint8Array)[];

/** One named database of an environment. */
export interface Database {
  get(key: Key, options?: { readonly transaction?: ReadTransaction | undefined }): unknown;
  /**
   * The bytes of a row, in memory that is used for the next one: its property `length` is the row's, while the memory
   * is longer. Inside a transaction that writes it reads that one, whatever the options say.
   */
  getBinaryFast(key: Key, options?: { readonly transaction?: ReadTransaction | undefined }): Buffer | undefined;
  /** `append`: the key sorts after all others, and fills the last page. */
  putSync(key: Key, value: unknown, options?: { readonly append: boolean }): boolean;
  removeSync(key: Key): boolean;
  getRange(options: RangeOptions): Iterable<{ readonly key: KeyPart | KeyPart[]; readonly value: unknown }>;
  /** Of a database whose encoding is `msgpack`. */
  readonly encoder: Encoder;
}

/** How LMDB's keys are written and read; it uses what is set here. */
export interface KeyCodec {
  /** @returns where the key ends. */
  writeKey(key: unknown, target: Uint8Array, start: number): number;
  readKey(source: Uint8Array, start: number, end: number): KeyPart | KeyPart[];
}

/** Writes and reads MessagePack. */
export interface Encoder {
  /** The bytes are from `start` to `end`; with the modes for it, in memory that is used for the next value. */
  encode(value: unknown, modes: number): Buffer & { readonly start: number; readonly end: number };
  /** Copies what it returns out of the bytes. @throws Error if they are not one value of MessagePack. */
  decode(bytes: Uint8Array): unknown;
}

export interface RangeOptions {
  readonly start?: Key | undefined;
  readonly end?: Key | undefined;
  readonly exclusiveStart?: boolean | undefined;
  readonly inclusiveEnd?: boolean | undefined;
  readonly reverse?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly transaction?: ReadTransaction | undefined;
}

/** Opens databases by their names, in a transaction. */
export interface Opener {
  openDB(
    name: string,
    options: { readonly encoding: 'msgpack'; readonly useRecords: false } | { readonly encoding: 'binary' },
  ): Database;
}

/** An open environment. */
export interface RootDatabase extends Database, Opener {
  openDB(...named: Parameters<Opener['openDB']>): Database & KeyCodec;
  transactionSync<T>(work: () => T, flags?: number): T;
  /** The number of the current transaction. */
  getWriteTxnId(): number;
  readonly env: {
    /** `lastTxnId`: the number of the last transaction that was committed. */
    info(): { readonly lastTxnId: number };
  };
  /** Reads from now on see the last commit. */
  resetReadTxn(): void;
  /** Starts reading one state, which does not change until `done`. */
  useReadTransaction(): ReadTransaction;
  close(): Promise<void>;
}

/** lmdb's own environment, which its `open` works with: it does not know the databases. */
export interface BareEnvironment {
  /** `keyBytes` is where keys are written that are looked up. The flags are LMDB's, then lmdb's own. */
  open(
    options: {
      readonly path: string;
      readonly maxDbs: number;
      readonly maxReaders: number;
      readonly mapSize: number;
      readonly keyBytes: Uint8Array;
    },
    flags: number,
    ownFlags: number,
  ): void;
  /** Begins to write. It does not throw if LMDB refuses: there is no transaction then. */
  beginTxn(flags: number): void;
  /** The number of the current transaction; 0 if it could not begin. */
  getWriteTxnId(): number;
  abortTxn(): void;
  close(): void;
}

export interface ReadTransaction {
  done(): void;
}

/**
 * Whether the state that is being read is the one after the last commit. A reader begins from a number in the lock file,
 * which may be older (see `fromLatest`); this compares with the data file, by what lmdb does: it begins reading the same
 * state twice only as long as that is the last one.
 */
export function isLatest(root: RootDatabase, reading: ReadTransaction): boolean {
  root.resetReadTxn();
  const again = root.useReadTransaction();
  again.done();
  return again === reading;
}

/** True in the bundle, where the build defines it; the bundle contains lmdb. */
declare const SSEBOX_BUILT: boolean | undefined;

/** lmdb's own `open`. */
export const openLmdb = (options: RootDatabaseOptionsWithPath): RootDatabase => lmdb().open(options);

/** An environment of lmdb that is not open yet. */
export const newBareEnvironment = (): BareEnvironment => new (lmdb().nativeAddon.Env)();

/** A key as LMDB stores it. */
export const storedKey = (key: Key): Buffer => lmdb().keyValueToBuffer(key);

/** The key that is stored so. @throws Error if it is none. */
export function keyStoredAs(bytes: Buffer): KeyPart[] {
  const key = lmdb().bufferToKeyValue(bytes);
  const parts: readonly unknown[] = Array.isArray(key) ? key : [key];
  return parts.map((part) => {
    if (typeof part !== 'string' && typeof part !== 'number') throw new Error('not a key of a table');
    return part;
  });
}

interface Lmdb {
  open(options: RootDatabaseOptionsWithPath): RootDatabase;
  readonly nativeAddon: { readonly Env: new () => BareEnvironment };
  keyValueToBuffer(key: Key): Buffer;
  bufferToKeyValue(bytes: Buffer): unknown;
}

let loaded: Lmdb | undefined;

/** The package, loaded on the first call. */
function lmdb(): Lmdb {
  loaded ??= (
    typeof SSEBOX_BUILT === 'undefined' ? createRequire(import.meta.filename)('lmdb') : require('lmdb')
  ) as Lmdb;
  return loaded;
}
