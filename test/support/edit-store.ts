/** Changes what is stored behind the store's back, as somebody with an editor for LMDB files would. */

import { connect } from '../../src/store/connection.ts';
import { type Databases, openDatabases } from '../../src/store/databases.ts';
import type { Header } from '../../src/store/store-header.ts';

/** What an editor of the file sees. */
export interface Edited {
  readonly header: Header;
  /** Rows with their tags, as bytes. */
  readonly databases: Databases;
}

export async function editStore(folder: string, edit: (edited: Edited) => void): Promise<void> {
  const connection = connect(folder, (root, header): Edited => ({ header, databases: openDatabases(root) }));
  try {
    connection.transact<void>(edit);
  } finally {
    await connection.close();
  }
}
