/** Restores a store: replaces it with a backup, after checking it, in one step. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError, UsageError } from '../api/errors.ts';
import { shellWord } from '../api/shell-word.ts';
import { type Environment, passphraseIn } from '../env.ts';
import { DATA_FILE } from '../store/placing.ts';
import { openRawStore, type RawStore } from '../store/raw-store.ts';
import { isSealed } from '../store/root-key-file.ts';
import { openStore, type Store } from '../store/store.ts';
import { copyDataFile, copyRootKey, removeLock, requireReadableRows } from '../store/store-copy.ts';
import { remainsIn } from '../store/store-folder.ts';
import { OldFormat } from '../store/store-key.ts';
import { requireStructure, requireStructureAlone } from '../store/structure-check.ts';
import { hasRows } from './contents.ts';
import {
  type Building,
  type Copied,
  hasStore,
  inPlace,
  layDown,
  namesIn,
  requireApart,
  type Watch,
} from './lay-down.ts';
import { assembleUpgraded } from './upgrade.ts';
import { newFindings, reportOf } from './verify/report.ts';
import { auditRows } from './verify/rows.ts';
import { damageOf, verifyStore } from './verify.ts';

export interface RestoreOptions {
  readonly environment: Environment;
  /** Whether every object of the backup is read to its end first. */
  readonly isVerified: boolean;
  /** Asks for the passphrase of a sealed backup that must be read; undefined if there is nobody to ask. */
  readonly askPassphrase: () => Promise<string | undefined>;
}

/** @throws UsageError if it is not a backup, or cannot be restored to this folder. */
export function requireBackup(from: string, folder: string): void {
  if (!hasStore(from)) throw new UsageError(`"${from}" is not a backup: it does not contain an ssebox store`);
  requireApart(folder, from, 'restore a backup to another folder');
}

/** Replaces the store in a folder with a backup; the old store is gone afterwards. @throws StoreError */
export function restore(from: string, folder: string, options: RestoreOptions, watch: Watch): Promise<Copied> {
  const build = async (building: Building) => {
    building.expect(statSync(join(from, DATA_FILE)).size);
    await copyDataFile(from, building.folder, building.copying);
    await requireSound(from, building);
    const copied = await copyChecked(from, building, options.environment.now());
    if (options.isVerified) await requireWhole(from, building, copied.Bytes, options);
    else if (!isSealed(building.folder)) await requireGenuine(from, building, options.environment);
    removeLock(building.folder);
    return copied;
  };
  return layDown(folder, watch, build, () => retire(folder));
}

/** Whether there is a store with anything in it. @throws StoreError when there is something other than a store. */
export async function hasContent(folder: string): Promise<boolean> {
  const names = namesIn(folder) ?? [];
  if (names.length === 0) return false;
  if (!names.includes(DATA_FILE)) {
    if (remainsIn(folder) !== undefined) return true;
    throw new StoreError(`the folder "${folder}" is not an ssebox store and is not empty`);
  }
  const store = await opened(folder);
  if (!store) return true;
  try {
    const snapshot = store.snapshot();
    try {
      return hasRows(snapshot.tx);
    } finally {
      snapshot.close();
    }
  } finally {
    await store.close();
  }
}

/** Checks the pages of the copy, which nobody else uses yet. @throws StoreError that names what is damaged. */
async function requireSound(from: string, { folder, copying: { signal } }: Building): Promise<void> {
  try {
    await requireStructureAlone(folder, { onBytes: () => {}, signal });
  } catch (error) {
    throw inPlace(error, folder, from);
  }
}

/** A store that is damaged or cannot be opened is replaced like any other: LMDB must not read it. */
async function opened(folder: string): Promise<RawStore | undefined> {
  try {
    await requireStructure(folder, { onBytes: () => {}, signal: new AbortController().signal });
    return openRawStore(folder);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/** Copies the rest into a copy of the rows; everything that the rows name must exist. */
async function copyChecked(from: string, building: Building, machineMs: number): Promise<Copied> {
  const copy = readable(from, building.folder, () => openRawStore(building.folder));
  try {
    await copyKey(from, copy, building);
    copy.markRestored(machineMs);
    return await building.copyFiles(from, copy);
  } finally {
    await copy.close();
  }
}

/**
 * Reads all rows, and copies the root key that they need.
 * @throws StoreError if a row cannot be read, or the key is missing.
 */
async function copyKey(from: string, copy: RawStore, { folder, copying }: Building): Promise<void> {
  const snapshot = copy.snapshot();
  try {
    await requireReadableRows(snapshot, copying.signal);
    copyRootKey(from, folder, snapshot);
  } catch (error) {
    throw inPlace(error, folder, from);
  } finally {
    snapshot.close();
  }
}

/** Any damage in the copy is damage in the backup. */
function readable<T>(from: string, staged: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inPlace(error, staged, from);
  }
}

/**
 * Checks that the rows of the copy are those that were written. Those of format 1, which does not say, are checked when
 * they are upgraded.
 * @throws StoreError that names what is damaged.
 */
async function requireGenuine(
  from: string,
  { folder, copying: { signal } }: Building,
  { random }: Environment,
): Promise<void> {
  const store = readable(from, folder, () => openIfTagged(folder, random));
  if (!store) return;
  try {
    const findings = newFindings();
    const snapshot = store.snapshot();
    try {
      await auditRows(snapshot, () => () => {}, findings, signal);
    } finally {
      snapshot.close();
    }
    const damage = damageOf(reportOf(findings), `the backup "${from}"`, verifyHint(from));
    if (damage) throw damage;
  } catch (error) {
    throw inPlace(error, folder, from);
  } finally {
    await store.close();
  }
}

function openIfTagged(folder: string, random: Environment['random']): Store | undefined {
  try {
    return openStore(folder, { random });
  } catch (error) {
    if (error instanceof OldFormat) return undefined;
    throw error;
  }
}

const verifyHint = (from: string) => `ssebox store verify --store ${shellWord(from)}`;

/** Reads every object of the copy to its end. @throws StoreError that names what is damaged. */
async function requireWhole(
  from: string,
  { folder, copying, expect }: Building,
  bytes: number,
  { environment, askPassphrase }: RestoreOptions,
): Promise<void> {
  const passphrase = passphraseIn(environment) ?? (isSealed(folder) ? await askPassphrase() : undefined);
  const assembly = readable(from, folder, () => assembleUpgraded({ folder, environment, passphrase }));
  try {
    expect(bytes);
    const report = await verifyStore(assembly, copying.onBytes, copying.signal).catch((error: unknown) => {
      throw inPlace(error, folder, from);
    });
    const damage = damageOf(report, `the backup "${from}"`, verifyHint(from));
    if (damage) throw damage;
  } finally {
    await assembly.close();
  }
}

/** Ends the use of the old store by others, who would write to what is about to be deleted. */
async function retire(folder: string): Promise<() => Promise<void>> {
  const isThere = statSync(join(folder, DATA_FILE), { throwIfNoEntry: false }) !== undefined;
  const old = isThere ? await opened(folder) : undefined;
  if (!old) return async () => {};
  old.retire('restore');
  return () => old.close();
}
