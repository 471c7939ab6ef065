/** `ssebox store verify --salvage`: saves what is whole of a damaged store in a new one, in another folder. */

import { statSync } from 'node:fs';
import { StoreError } from '../api/errors.ts';
import { recountCallers } from '../call/callers.ts';
import { holdBlobs } from '../store/blob-hold.ts';
import { blobPath } from '../store/blobs.ts';
import { openRawStore } from '../store/raw-store.ts';
import { openRootKey } from '../store/root-key-file.ts';
import { type SavedTable, saveRows } from '../store/salvage.ts';
import { copyBlobs, copyRootKey, type NamedFile, removeLock } from '../store/store-copy.ts';
import { RESTORE } from '../store/store-error.ts';
import type { Keys } from '../store/store-key.ts';
import type { Tx } from '../store/tables.ts';
import { renewTotals } from '../tally/bucket-totals.ts';
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
export async function salvage(from: string, folder: string, keys: Keys, watch: Watch): Promise<Salvaged> {
  const hold = holdBlobs(from, keys.random);
  const save = layDown(folder, watch, async (building) => {
    const openKey = (check: Uint8Array | undefined) => {
      const { rootKey, storeFormat } = openRootKey(from, { ...keys, check });
      if (storeFormat === 1) throw untagged(from);
      return rootKey;
    };
    const tables = await saveRows(from, building.folder, openKey, renew, building.copying);
    const lostObjects = await saveFiles(from, building);
    removeLock(building.folder);
    return { tables, lostObjects };
  });
  return save.finally(hold.release);
}

/** Makes what is counted of other rows agree with what was saved. */
function renew(tx: Tx): void {
  renewTotals(tx);
  recountCallers(tx);
}

const untagged = (folder: string) =>
  new StoreError(`the store "${folder}" has format 1, whose rows do not show whether they are whole`, {
    hint: RESTORE,
  });

/** Copies the root key, and the blob files that exist in full. @returns the names of objects that lack one */
async function saveFiles(from: string, { folder, copying }: Building): Promise<string[]> {
  const lost = new Set<string>();
  const copy = openRawStore(folder);
  try {
    const snapshot = copy.snapshot();
    try {
      copyRootKey(from, folder, snapshot);
      const whole = wholeFiles(storedFiles(snapshot.tx), from, (object) => lost.add(object));
      await copyBlobs(whole, from, folder, () => {}, copying);
      return [...lost];
    } finally {
      snapshot.close();
    }
  } finally {
    await copy.close();
  }
}

function* wholeFiles(
  files: Iterable<NamedFile>,
  from: string,
  onLost: (object: string) => void,
): Generator<NamedFile, void> {
  for (const file of files) {
    if (isWhole(from, file)) yield file;
    else onLost(`s3://${file.bucket}/${file.key}`);
  }
}

const isWhole = (from: string, { id, size }: NamedFile): boolean =>
  statSync(blobPath(from, id), { throwIfNoEntry: false })?.size === size;
