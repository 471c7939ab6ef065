/**
 * The header of a store: what must be known before its root key is. Its rows have no tags: what they say is confirmed
 * by the root key's file, by the key itself, or by a tag of their own.
 */

import type { Database, Encoder, ReadTransaction, RootDatabase } from './lmdb.ts';
import type { ProcessMark } from './process-mark.ts';

export interface HeaderRows {
  /** The format of this store. The root key's file confirms it. */
  readonly format: { readonly version: number };
  /** Identifies the store's own root key. */
  readonly rootKey: { readonly check: Uint8Array };
  /** Another store is taking this one's place: processes that still have it open must stop. */
  readonly replaced: { readonly process: ProcessMark };
  /** How many rows the tables have, and their sums, with a tag: `row-sums.ts`. */
  readonly sums: Uint8Array;
}

export interface Header {
  get<Name extends keyof HeaderRows>(name: Name, transaction?: ReadTransaction): HeaderRows[Name] | undefined;
  put<Name extends keyof HeaderRows>(name: Name, value: HeaderRows[Name]): void;
  remove(name: keyof HeaderRows): void;
  /** Reads and writes MessagePack, for the bodies of rows. */
  readonly encoder: Encoder;
}

/** The name of its database, which also had the facts about the store in format 1. */
export const HEADER_NAME = 'meta';

/** Opens the header, in a transaction. */
export function openHeader(root: RootDatabase): Header {
  const database: Database = root.openDB(HEADER_NAME, { encoding: 'msgpack', useRecords: false });
  return {
    // Only `put` and format 1 write these rows, and both tie the name to the type.
    get: <Name extends keyof HeaderRows>(name: Name, transaction?: ReadTransaction) =>
      database.get([name], { transaction }) as HeaderRows[Name] | undefined,
    put: (name, value) => void database.putSync([name], value),
    remove: (name) => void database.removeSync([name]),
    encoder: database.encoder,
  };
}
