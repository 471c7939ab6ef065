/** Backs up a store: copies a snapshot of it to a folder while others keep using the store. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError, UsageError } from '../api/errors.ts';
import type { Assembly } from '../assemble.ts';
import { withHeldRows } from '../store/held-rows.ts';
import { DATA_FILE } from '../store/placing.ts';
import { hasRootKey, isSealed } from '../store/root-key-file.ts';
import { removeLock } from '../store/store-copy.ts';
import { type Copied, hasStore, layDown, namesIn, requireApart, type Watch } from './lay-down.ts';

/** @throws UsageError for a folder that cannot hold a backup. @throws StoreError when there is no store to back up. */
export function requireBackupFolder(folder: string, from: string): void {
  if (!hasStore(from)) throw new StoreError(`there is no store in "${from}"`, { hint: 'choose one with --store' });
  requireApart(folder, from, 'a backup needs a folder elsewhere');
  if ((namesIn(folder)?.length ?? 0) === 0) return;
  throw new UsageError(`the folder "${folder}" is not empty: a backup needs a folder of its own`);
}

/** Makes a backup of an open store in a folder that `requireBackupFolder` has accepted. */
export async function backUp(
  folder: string,
  { store, rootKey }: Pick<Assembly, 'store' | 'rootKey'>,
  random: (size: number) => Uint8Array,
  watch: Watch,
): Promise<Copied> {
  const from = store.folder;
  // A backup with a root key other than the store's would be worthless. A sealed one can be copied without opening it.
  if (hasRootKey(from) && !isSealed(from)) rootKey();
  return layDown(folder, watch, async (building) => {
    building.expect(statSync(join(from, DATA_FILE)).size);
    const rest = await withHeldRows(store, building.folder, random, building.copying, (copy) =>
      building.copyRest(from, copy),
    );
    removeLock(building.folder);
    return rest;
  });
}
