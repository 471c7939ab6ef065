/**
 * Copies the parts of a store: its rows, its blob files and its root key. A complete copy is durable; the caller
 * removes an incomplete one.
 */

import { readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import { openBlob } from './blob-reader.ts';
import { BlobWriter } from './blob-writer.ts';
import { blobPath } from './blobs.ts';
import { declarationOf, type TableName, tableNames } from './databases.ts';
import { looksLikeLmdb } from './lmdb-file.ts';
import { lastState } from './lmdb-header.ts';
import { type LongWork, nextTurn } from './long-work.ts';
import { DATA_FILE, LOCK_FILE } from './placing.ts';
import type { RawRow, RawSnapshot, RawStore } from './raw-store.ts';
import { hasRootKey, isSealed, rootKeyFile, writeForOwner } from './root-key-file.ts';
import { VERIFY } from './store-error.ts';
import type { TableKey } from './table.ts';

/** The bytes of rows copied in one transaction. */
const ROWS_BYTES = 4 * 1024 * 1024;

/** The tables whose rows have a meaning in a copy of a store, too. */
const lastingTables = tableNames.filter((name) => !declarationOf(name).isTransient);

/** Copies the rows of a snapshot into an empty store, as they are. */
export async function copyRows(
  from: RawSnapshot,
  to: RawStore,
  { onBytes, signal }: LongWork,
  copied: readonly TableName[] = lastingTables,
): Promise<void> {
  // Nobody can take an incomplete copy for a store: it has no header.
  for (const table of [...copied, 'header'] as const) {
    let after: TableKey | undefined;
    while (true) {
      let last: TableKey | undefined;
      let bytes = 0;
      const counted = function* (rows: Iterable<RawRow>): Generator<RawRow, void> {
        for (const row of rows) {
          last = row.key;
          bytes += row.value.length;
          if (table !== 'header' || concernsCopies(row)) yield row;
          if (bytes >= ROWS_BYTES) return;
        }
      };
      to.append(table, counted(from.rows(table, after)));
      if (last === undefined) break;
      after = last;
      onBytes(bytes);
      await nextTurn(signal);
    }
  }
}

/** Another store may be about to take the place of the copied one, but not of the copy. */
const concernsCopies = ({ key: [name] }: RawRow): boolean => name !== 'replaced';

/** The number of rows read at a time. */
const PAGE = 1000;

/** @throws StoreError if a row of a store cannot be read. */
export async function requireReadableRows({ tx }: RawSnapshot, signal: AbortSignal): Promise<void> {
  for (const name of tableNames) {
    let count = 0;
    for (const _ of tx[name].range()) {
      count += 1;
      if (count % PAGE === 0) await nextTurn(signal);
    }
  }
}

const MOST_ATTEMPTS = 10;

/**
 * Copies the data file of a store that nobody writes to, such as one on a read-only disk. Writing to an LMDB file
 * leaves the last transaction's pages unchanged, so a copy during which no transaction was committed is consistent.
 * @throws StoreError if every attempt was disturbed by a commit.
 */
export async function copyDataFile(from: string, to: string, copying: LongWork): Promise<void> {
  const source = join(from, DATA_FILE);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const before = looksLikeLmdb(source) ? lastState(source) : undefined;
    if (!before) throw new StoreError(`"${source}" is not an ssebox store, or is damaged`);
    await copyFile(source, join(to, DATA_FILE), before.bytes, copying);
    if (lastState(source)?.transaction === before.transaction) return;
  }
  throw new StoreError(`other processes keep writing to the store "${from}"`, {
    hint: 'back it up first: ssebox store backup',
  });
}

const BLOCK_BYTES = 1024 * 1024;

/** Extends the file if its end is missing: the system kills readers beyond the end of a file mapped into memory. */
async function copyFile(from: string, to: string, leastBytes: number, copying: LongWork): Promise<void> {
  const { onBytes, signal } = copying;
  const source = openBlob(from);
  try {
    const target = await open(to, 'w', 0o600);
    try {
      for (let at = 0; ; ) {
        const block = await source.read(at, BLOCK_BYTES);
        if (block.length === 0) break;
        signal.throwIfAborted();
        await target.writeFile(block);
        at += block.length;
        onBytes(block.length);
      }
      if ((await target.stat()).size < leastBytes) await target.truncate(leastBytes);
      await target.sync();
    } finally {
      await target.close();
    }
  } catch (error) {
    throw fileError(`cannot write "${to}"`, error);
  } finally {
    source.close();
  }
}

/** A blob file that a row names, and the object whose bytes it contains. */
export interface NamedFile {
  readonly id: string;
  readonly size: number;
  readonly bucket: string;
  readonly key: string;
}

/** The number of files copied at the same time: the disk works on some while others wait for it. */
const AT_ONCE = 4;

/**
 * Copies blob files, each of which must exist in its full size.
 * @throws StoreError that names the object
 */
export async function copyBlobs(
  files: Iterator<NamedFile>,
  from: string,
  to: string,
  onFile: () => void,
  copying: LongWork,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([copying.signal, failed.signal]);
  const work = async (): Promise<void> => {
    try {
      for (let next = files.next(); !next.done; next = files.next()) {
        await copyBlob(next.value, from, to, { ...copying, signal });
        onFile();
      }
    } catch (error) {
      // Only the first failure is reported; it also ends the other copies.
      failed.abort(error);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  signal.throwIfAborted();
}

async function copyBlob(
  { id, size, bucket, key }: NamedFile,
  from: string,
  to: string,
  { onBytes, signal }: LongWork,
): Promise<void> {
  signal.throwIfAborted();
  const source = openNamed(blobPath(from, id), () => damaged(bucket, key));
  const writer = new BlobWriter(blobPath(to, id));
  try {
    let at = 0;
    while (true) {
      signal.throwIfAborted();
      const block = await source.read(at, BLOCK_BYTES);
      if (block.length === 0) break;
      await writer.write(block);
      at += block.length;
      onBytes(block.length);
    }
    if (at !== size) throw damaged(bucket, key);
    await writer.finish();
  } catch (error) {
    await writer.abandon().catch(() => {
      // The first error is reported.
    });
    throw error;
  } finally {
    source.close();
  }
}

function openNamed(path: string, missing: () => StoreError): ReturnType<typeof openBlob> {
  try {
    return openBlob(path);
  } catch (error) {
    throw systemCode(error) === 'ENOENT' ? missing() : fileError(`cannot read "${path}"`, error);
  }
}

const damaged = (bucket: string, key: string) =>
  new StoreError(`the bytes of the object "s3://${bucket}/${key}" are missing or incomplete`, {
    hint: VERIFY,
  });

/**
 * Copies the root key as it is: a sealed one stays sealed.
 * @throws StoreError if rows need a root key that does not exist.
 */
export function copyRootKey(from: string, to: string, { header }: RawSnapshot): void {
  if (!hasRootKey(from)) {
    if (header.get('rootKey') === undefined) return;
    throw new StoreError(`the root key "${rootKeyFile(from)}" is missing: without it nothing can be read`, {
      hint: 'restore it from an earlier backup of the store',
    });
  }
  try {
    writeForOwner(rootKeyFile(to), readFileSync(rootKeyFile(from)));
  } catch (error) {
    throw fileError(`cannot copy the root key "${rootKeyFile(from)}"`, error);
  }
}

/** The state of the root key in a copy. */
export type RootKeyState = 'sealed' | 'unsealed' | 'none';

export const rootKeyState = (copy: string): RootKeyState =>
  hasRootKey(copy) ? (isSealed(copy) ? 'sealed' : 'unsealed') : 'none';

/** Removes the lock file from a copy that is not open: it belongs to the process that made the copy. */
export function removeLock(folder: string): void {
  rmSync(join(folder, LOCK_FILE), { force: true });
}
