/** Backs up a store: copies a snapshot of it to a folder while others keep using the store. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DamageError, UsageError } from '../api/errors.ts';
import { withHeldRows } from '../store/held-rows.ts';
import { DATA_FILE } from '../store/placing.ts';
import { removeLock } from '../store/store-copy.ts';
import { requireStructure } from '../store/structure-check.ts';
import { type Copied, inPlace, layDown, namesIn, requireApart, requireStore, type Watch } from './lay-down.ts';

/**
 * @param what is to be written to the folder.
 * @throws UsageError for a folder that cannot hold it. @throws StoreError when there is no store to copy.
 */
export function requireBackupFolder(folder: string, from: string, what = 'a backup'): void {
  requireStore(from);
  requireApart(folder, from, `${what} needs a folder elsewhere`);
  if ((namesIn(folder)?.length ?? 0) === 0) return;
  throw new UsageError(`the folder "${folder}" is not empty: ${what} needs a folder of its own`);
}

/** Makes a backup of a store, which may stay sealed, in a folder that `requireBackupFolder` has accepted. */
export async function backUp(
  folder: string,
  from: string,
  random: (size: number) => Uint8Array,
  watch: Watch,
): Promise<Copied> {
  return layDown(folder, watch, async (building) => {
    building.expect(statSync(join(from, DATA_FILE)).size);
    await requireStructure(from, { ...building.copying, onBytes: () => {} });
    const rest = await withHeldRows(from, building.folder, random, building.copying, (copy) =>
      building.copyFiles(from, copy),
    ).catch((error: unknown) => {
      // What is damaged in the copy is damaged in the store.
      throw error instanceof DamageError ? inPlace(error, building.folder, from) : error;
    });
    removeLock(building.folder);
    return rest;
  });
}
