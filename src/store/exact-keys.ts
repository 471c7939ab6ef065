/**
 * Keys that are the very bytes that were written. What lmdb reads keys with also takes bytes that it never writes, such as
 * an overlong form of UTF-8 or more digits than a number has, so that a copy of a row under such a key would pass as that
 * row; and it throws at others. What it writes keys with leaves the lowest control characters of a long text as they are,
 * which it then reads as the ends of texts and numbers.
 */

import type { KeyCodec } from './lmdb.ts';
import type { KeyPart } from './table.ts';

/**
 * Makes a database write every text so that it is read as the same text, and read a key that would have been written
 * differently as one that no row has.
 */
export function requireExactKeys<D extends KeyCodec>(database: D): D {
  const { readKey, writeKey: writeUnescaped } = database;
  const writeKey: KeyCodec['writeKey'] = (key, target, start) => writeUnescaped(escaped(key), target, start);
  database.writeKey = writeKey;
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

/** From this length on, in UTF-16 units, lmdb writes a text as plain UTF-8; in shorter ones it escapes as below. */
const LONG = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LOWEST = /[\0-\x04]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const EVERY_LOWEST = /[\0-\x04]/g;

/** The lowest characters of long texts escaped as lmdb does it in short ones: the order of keys is that of texts. */
function escaped(key: unknown): unknown {
  if (!Array.isArray(key)) return escapedText(key);
  // Keys are written all the time, and hardly one needs it.
  for (let at = 0; at < key.length; at++) if (needsEscapes(key[at])) return key.map(escapedText);
  return key;
}

const needsEscapes = (part: unknown): part is string =>
  typeof part === 'string' && part.length >= LONG && LOWEST.test(part);

const escapedText = (part: unknown): unknown => (needsEscapes(part) ? part.replace(EVERY_LOWEST, '\x04$&') : part);

/** LMDB's keys have up to 1,978 bytes; what is read from foreign ones can be longer when it is written. */
const rewritten = Buffer.alloc(16 * 1024);

// Being of a type that no row's key has is what makes it foreign.
const foreignKey = (): KeyPart[] => [null as unknown as KeyPart];

/** Whether a key, as it was read, is one that no row has. */
export const isForeignKey = (key: readonly unknown[]): boolean =>
  !key.every((part) => typeof part === 'string' || typeof part === 'number');
