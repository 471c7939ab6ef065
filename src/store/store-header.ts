/**
 * The header of a store: what must be known before its root key is. Its rows have no tags: what they say is confirmed
 * by the root key's file, by the key itself, or by a tag of their own.
 */

import type { Database, Encoder, Opener, ReadTransaction } from './lmdb.ts';
import { DATA_FILE } from './placing.ts';
import type { ProcessMark } from './process-mark.ts';
import { damage, isLmdbError } from './store-error.ts';

export interface HeaderRows {
  /** The format of this store. The root key's file confirms it. */
  readonly format: { readonly version: number };
  /** Identifies the store's own root key. */
  readonly rootKey: { readonly check: Uint8Array };
  /** Another store is taking this one's place: processes that still have it open must stop. */
  readonly replaced: { readonly process: ProcessMark; readonly by?: Replacing };
  /** The store was restored by a process that may not have had its key, at this time of the machine's. */
  readonly restored: { readonly machineMs: number };
  /** How many rows the tables have, and their sums, with a tag: `row-sums.ts`. */
  readonly sums: Uint8Array;
}

/** The commands that put another store, or another data file, in a store's place. */
export type Replacing = 'restore' | 'compact';

export interface Header {
  /** @throws StoreError if the row is not one that can have been written. */
  get<Name extends keyof HeaderRows>(name: Name, transaction?: ReadTransaction): HeaderRows[Name] | undefined;
  put<Name extends keyof HeaderRows>(name: Name, value: HeaderRows[Name]): void;
  remove(name: keyof HeaderRows): void;
  /** Reads and writes MessagePack, for the bodies of rows. */
  readonly encoder: Encoder;
}

/** The name of its database, which also had the facts about the store in format 1. */
export const HEADER_NAME = 'meta';

/** Opens the header, in a transaction. */
export function openHeader(folder: string, root: Opener): Header {
  const database: Database = root.openDB(HEADER_NAME, { encoding: 'msgpack', useRecords: false });

  function stored(name: keyof HeaderRows, transaction: ReadTransaction | undefined): unknown {
    try {
      return database.get([name], { transaction });
    } catch (error) {
      throw isLmdbError(error) ? error : damagedHeader(folder, error);
    }
  }

  return {
    get: <Name extends keyof HeaderRows>(name: Name, transaction?: ReadTransaction) => {
      const row = stored(name, transaction);
      if (row !== undefined && !shapes[name](row)) throw damagedHeader(folder);
      // Only `put` and format 1 write these rows, and both tie the name to the type.
      return row as HeaderRows[Name] | undefined;
    },
    put: (name, value) => void database.putSync([name], value),
    remove: (name) => void database.removeSync([name]),
    encoder: database.encoder,
  };
}

/** Whether a row has the form of its type: without a tag, any byte of it may be another. */
const shapes: Readonly<Record<keyof HeaderRows, (row: unknown) => boolean>> = {
  format: (row) => isObject(row) && Number.isSafeInteger(row.version) && Number(row.version) > 0,
  rootKey: (row) => isObject(row) && row.check instanceof Uint8Array,
  replaced: (row) =>
    isObject(row) && isObject(row.process) && [undefined, 'restore', 'compact'].includes(row.by as never),
  restored: (row) => isObject(row) && Number.isSafeInteger(row.machineMs),
  sums: (row) => row instanceof Uint8Array,
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** The error about a header that is not what was written. */
export const damagedHeader = (folder: string, cause?: unknown) =>
  damage(folder, `the header of "${DATA_FILE}" is damaged`, cause);
