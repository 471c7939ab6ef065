/**
 * Keys that are the very bytes that were written. What lmdb reads keys with also takes bytes that it never writes, such as
 * an overlong form of UTF-8 or more digits than a number has, so that a copy of a row under such a key would pass as that
 * row; and it throws at others.
 */

import type { KeyCodec } from './lmdb.ts';
import type { KeyPart } from './table.ts';

/** Makes a database read a key that would have been written differently as one that no row has. */
export function requireExactKeys<D extends KeyCodec>(database: D): D {
  const { readKey, writeKey } = database;
  database.readKey = (source, start, end) => {
    try {
      const key = readKey(source, start, end);
      const bytes = rewritten.subarray(0, writeKey(Array.isArray(key) ? key : [key], rewritten, 0));
      return bytes.equals(source.subarray(start, end)) ? key : foreignKey();
    } catch {
      // Bytes that are no key at all.
      return foreignKey();
    }
  };
  return database;
}

/** LMDB's keys have up to 1,978 bytes; what is read from foreign ones can be longer when it is written. */
const rewritten = Buffer.alloc(16 * 1024);

// Being of a type that no row's key has is what makes it foreign.
const foreignKey = (): KeyPart[] => [null as unknown as KeyPart];

/** Whether a key, as it was read, is one that no row has. */
export const isForeignKey = (key: readonly unknown[]): boolean =>
  !key.every((part) => typeof part === 'string' || typeof part === 'number');
