/**
 * A table over one LMDB database. Every row is stored as its body and a tag, which is checked where the row is read and
 * where it is overwritten or removed. The body is MessagePack, or JSON text in a log.
 */

import type { Database, Encoder, RangeOptions, ReadTransaction } from './lmdb.ts';
import type { KnownRows } from './row-cache.ts';
import { type Body, hasTag, type RowSeal, rowNameOf, TAG_BYTES } from './row-seal.ts';
import type { RowSums } from './row-sums.ts';
import type { KeyPart, KeyRange, Row, Table, TableDeclaration, TableKey } from './table.ts';

/** What a table's rows are read with. */
export interface RowReading {
  readonly database: Database;
  readonly declaration: TableDeclaration<TableKey, unknown>;
  readonly encoder: Encoder;
  readonly seal: RowSeal;
  /** The error about a row that is not what was written. */
  readonly damaged: (key: TableKey, cause?: unknown) => Error;
}

/** What they are written with. */
export interface RowWriting extends RowReading {
  readonly known: KnownRows;
  readonly sums: Pick<RowSums, 'add' | 'subtract'>;
}

/** A table inside a transaction. */
export function bindTable(parts: RowWriting): Table<TableKey, unknown> {
  const { database, declaration, encoder, seal, known, sums, damaged } = parts;
  const { name: table, isLog = false } = declaration;

  /** The digest of the row as it is; undefined if there is none. */
  function digestNow(key: TableKey, name: string): string | undefined {
    const row = known.get(name);
    if (row) return row.digest;
    const stored = storedRow(database, key);
    return stored && checkedDigest(stored, name, key, parts);
  }

  return {
    get(key) {
      const name = rowNameOf(key);
      const row = known.get(name);
      if (row?.decoded) return row.decoded.value;
      if (row && !row.digest) return undefined;
      const stored = storedRow(database, key);
      if (!stored) {
        if (row) throw damaged(key);
        known.learn(name, { digest: undefined });
        return undefined;
      }
      // A row that was only written is checked, too: since its commit it lies in the file.
      const digest = checkedDigest(stored, name, key, parts);
      if (row?.digest !== undefined && row.digest !== digest) throw damaged(key);
      const value = rowValue(stored, key, parts);
      // Plain bytes are an object's ciphertext: large, seldom read twice, and their memory may be freed.
      if (!(value instanceof Uint8Array)) known.learn(name, { digest, decoded: { value } });
      return value;
    },
    tagOf: (key) => storedTag(storedRow(database, key)),
    put(key, value) {
      const name = rowNameOf(key);
      if (isLog) {
        const { stored, digest } = seal.seal(table, name, JSON.stringify(value));
        if (database.putSync(key, stored, APPENDED)) {
          sums.add(table, digest);
          return;
        }
      }
      const before = digestNow(key, name);
      const { stored, digest } = seal.seal(table, name, bodyOf(value, declaration, encoder));
      database.putSync(key, stored);
      if (before) sums.subtract(table, before);
      sums.add(table, digest);
      known.change(name, { digest });
    },
    remove(key) {
      const name = rowNameOf(key);
      const before = digestNow(key, name);
      if (!before) return false;
      if (!database.removeSync(key)) throw damaged(key);
      sums.subtract(table, before);
      known.change(name, { digest: undefined });
      return true;
    },
    ...rangesOf(parts, undefined),
  };
}

/** A table as it was at one moment, or as it is now, for reading only. */
export function readTable(parts: RowReading, transaction: ReadTransaction | undefined): Table<TableKey, unknown> {
  return {
    get(key) {
      const stored = storedRow(parts.database, key, transaction);
      if (!stored) return undefined;
      checkedDigest(stored, rowNameOf(key), key, parts);
      return rowValue(stored, key, parts);
    },
    tagOf: (key) => storedTag(storedRow(parts.database, key, transaction)),
    put: refuseWrite,
    remove: refuseWrite,
    ...rangesOf(parts, transaction),
  };
}

function refuseWrite(): never {
  throw new TypeError('a snapshot of a store cannot be changed');
}

const APPENDED = { append: true };

/** A row as it is stored: body and tag. Valid until the next row is read. */
interface Stored {
  readonly bytes: Buffer;
  readonly size: number;
}

/** LMDB's limit for pages of 4 KiB. */
const MAX_KEY_BYTES = 1978;

/** Whether no row can have this key. A key that LMDB's binding cannot write down is an error to it, even in a look-up. */
function isTooLong(key: TableKey): boolean {
  let bytes = 0;
  for (const part of key) {
    if (typeof part !== 'string') continue;
    // Most are far too short for their bytes to be counted.
    bytes += part.length > MAX_KEY_BYTES / 8 ? Buffer.byteLength(part) : part.length;
  }
  return bytes > MAX_KEY_BYTES;
}

function storedRow(database: Database, key: TableKey, transaction?: ReadTransaction): Stored | undefined {
  if (isTooLong(key)) return undefined;
  const bytes = database.getBinaryFast(key, transaction && { transaction });
  // The memory is longer than the row: its property `length` is what was read.
  return bytes && { bytes, size: bytes.length };
}

const storedTag = (row: Stored | undefined): Uint8Array | undefined =>
  row && Uint8Array.from(row.bytes.subarray(Math.max(0, row.size - TAG_BYTES), row.size));

/** @throws the error about a damaged row. */
function checkedDigest({ bytes, size }: Stored, name: string, key: TableKey, parts: RowReading): string {
  if (size < TAG_BYTES) throw parts.damaged(key);
  const digest = parts.seal.digest(parts.declaration.name, name, bytes.subarray(0, size - TAG_BYTES));
  if (!hasTag(bytes, size, digest)) throw parts.damaged(key);
  return digest;
}

/** The value of a row whose tag is right. */
function rowValue({ bytes, size }: Stored, key: TableKey, { declaration, encoder, damaged }: RowReading): unknown {
  try {
    return decodedBody(bytes.subarray(0, size - TAG_BYTES), declaration, encoder);
  } catch (error) {
    throw damaged(key, error);
  }
}

/** The value of a row's body. @throws Error if it is not the body of a row of this table. */
export function decodedBody(
  body: Buffer,
  { isLog = false }: TableDeclaration<TableKey, unknown>,
  encoder: Encoder,
): unknown {
  if (!isLog) return encoder.decode(body);
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!Array.isArray(value)) throw new Error('not the text of an array');
  return value;
}

/** The body of a row of a table, valid until the next one. */
export function bodyOf(value: unknown, { isLog = false }: TableDeclaration<TableKey, unknown>, encoder: Encoder): Body {
  if (isLog) return JSON.stringify(value);
  const bytes = encoder.encode(value, IN_OWN_MEMORY);
  const { start, end } = bytes;
  return { bytes, start, end };
}

/** A value as it is read after it was stored. */
export function asStored(value: unknown, declaration: TableDeclaration<TableKey, unknown>, encoder: Encoder): unknown {
  const body = bodyOf(value, declaration, encoder);
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.bytes.subarray(body.start, body.end));
  return decodedBody(bytes, declaration, encoder);
}

/** msgpackr's REUSE_BUFFER_MODE and RESET_BUFFER_MODE: the bytes are in the encoder's memory, from `start` to `end`. */
const IN_OWN_MEMORY = 512 | 1024;

function rangesOf(
  parts: RowReading,
  transaction: ReadTransaction | undefined,
): Pick<Table<TableKey, unknown>, 'range' | 'under'> {
  return {
    range: (range = {}) => rows(parts, rangeOf(range, transaction)),
    under: (prefix, range = {}) =>
      rows(parts, rangeOf({ ...range, start: range.start ?? prefix }, transaction, prefix)),
  };
}

function* rows(parts: RowReading, range: RangeOptions): Iterable<Row<TableKey, unknown>> {
  for (const { key: found, value } of parts.database.getRange(range)) {
    const key = keyOf(found);
    // The database was opened for bytes.
    const stored = storedValue(value as Uint8Array);
    checkedDigest(stored, rowNameOf(key), key, parts);
    yield { key, value: rowValue(stored, key, parts) };
  }
}

/** Sorts after every string and number as the last part of a key. */
const AFTER_ALL = Buffer.from([255]);

/** A range for LMDB; with a prefix, of the keys that begin with it. */
export function rangeOf(
  { start, end: wantedEnd, after, reverse, limit }: KeyRange,
  transaction: ReadTransaction | undefined,
  prefix?: TableKey,
): RangeOptions {
  const end = prefix ? [...prefix, AFTER_ALL] : wantedEnd;
  return reverse
    ? { start: end ?? [AFTER_ALL], end: start, exclusiveStart: true, inclusiveEnd: true, reverse, limit, transaction }
    : { start, end, exclusiveStart: after === true, limit, transaction };
}

/** LMDB returns a key of one part as that part alone. Only strings and numbers are ever stored. */
export const keyOf = (found: KeyPart | KeyPart[]): TableKey => (Array.isArray(found) ? found : [found]);

const storedValue = (bytes: Uint8Array): Stored => ({
  bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  size: bytes.length,
});
