/** `ssebox store verify --salvage`: saves what is whole of a damaged store in a new one, in another folder. */

import { statSync } from 'node:fs';
import { StoreError } from '../api/errors.ts';
import { holdBlobs } from '../store/blob-hold.ts';
import { blobPath } from '../store/blobs.ts';
import { openRawStore } from '../store/raw-store.ts';
import { openRootKey, type RootKeyAccess } from '../store/root-key-file.ts';
import { type SavedTable, saveRows } from '../store/salvage.ts';
import { copyBlobs, copyRootKey, type NamedFile, removeLock, rootKeyState } from '../store/store-copy.ts';
import { RESTORE } from '../store/store-error.ts';
import { type Building, layDown, type Watch } from './lay-down.ts';
import { storedFiles } from './stored-files.ts';

/** What was saved, and what was not. */
export interface Salvaged {
  readonly tables: readonly SavedTable[];
  /** Names of objects whose rows were saved but whose bytes are missing or incomplete. */
  readonly lostObjects: readonly string[];
}

/**
 * Saves what is whole of the store in a folder in another folder, which `requireBackupFolder` has accepted.
 * @throws StoreError if the root key cannot be opened, or the data file has no header that says where its rows are.
 */
export async function salvage(
  from: string,
  folder: string,
  keys: Omit<RootKeyAccess, 'check'>,
  watch: Watch,
): Promise<Salvaged> {
  let tables: readonly SavedTable[] = [];
  const lost = new Set<string>();
  const hold = holdBlobs(from, keys.random);
  const save = layDown(folder, watch, async (building) => {
    const openKey = (check: Uint8Array | undefined) => {
      const { rootKey, storeFormat } = openRootKey(from, { ...keys, check });
      if (storeFormat === 1) throw untagged(from);
      return rootKey;
    };
    tables = await saveRows(from, building.folder, openKey, building.copying);
    const copied = await saveFiles(from, building, (name) => lost.add(name));
    removeLock(building.folder);
    return copied;
  });
  await save.finally(hold.release);
  return { tables, lostObjects: [...lost] };
}

const untagged = (folder: string) =>
  new StoreError(`the store "${folder}" has format 1, whose rows do not show whether they are whole`, {
    hint: RESTORE,
  });

/** Copies the root key, and the blob files that exist in full. */
async function saveFiles(from: string, { folder, copying }: Building, onLost: (object: string) => void) {
  const copy = openRawStore(folder);
  try {
    const snapshot = copy.snapshot();
    try {
      copyRootKey(from, folder, snapshot);
      let objects = 0;
      for (const _ of snapshot.tx.objects.range()) objects += 1;
      const files = [...storedFiles(snapshot.tx)];
      for (const { bucket, key } of files.filter((file) => !isWhole(from, file))) onLost(`s3://${bucket}/${key}`);
      const whole = files.filter((file) => isWhole(from, file));
      await copyBlobs(whole.values(), from, folder, () => {}, copying);
      return { Objects: objects, Bytes: 0, RootKey: rootKeyState(folder) };
    } finally {
      snapshot.close();
    }
  } finally {
    await copy.close();
  }
}

const isWhole = (from: string, { id, size }: NamedFile): boolean =>
  statSync(blobPath(from, id), { throwIfNoEntry: false })?.size === size;
