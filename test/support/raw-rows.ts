/** Changes rows and their keys as bytes, which need not be those of any row. */

import { join } from 'node:path';
import { open } from 'lmdb';

export interface RawRow {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** One named database, as LMDB has it. */
export interface RawDatabase {
  getRange(options: object): Iterable<RawRow>;
  putSync(key: Buffer, value: Buffer): boolean;
  removeSync(key: Buffer): boolean;
}

/** Does an edit of one database, in one transaction. No other process or connection may have the store open. */
export async function editRaw(folder: string, name: string, edit: (database: RawDatabase) => void): Promise<void> {
  const root = open({ path: join(folder, 'store.mdb'), noSubdir: true, maxDbs: 128, encoding: 'binary' });
  try {
    // Keys and values are bytes, since both encodings say so.
    const database = root.openDB(name, { encoding: 'binary', keyEncoding: 'binary' }) as unknown as RawDatabase;
    root.transactionSync(() => edit(database));
  } finally {
    await root.close();
  }
}
