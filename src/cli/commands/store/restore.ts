/** `ssebox store restore`: a backup, checked, in the place of a store, in one step. */

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StoreError, UsageError } from '../../../api/errors.ts';
import { assemble } from '../../../assemble.ts';
import { putMeta } from '../../../store/meta.ts';
import { DATA_FILE } from '../../../store/placing.ts';
import { ownProcessMark } from '../../../store/process-mark.ts';
import { ownRootKey } from '../../../store/root-key-check.ts';
import { isSealed } from '../../../store/root-key-file.ts';
import { openStore, type Store } from '../../../store/store.ts';
import { copyDataFile, readRows, removeLock } from '../../../store/store-copy.ts';
import type { Tx } from '../../../store/tables.ts';
import type { CommandValues, Painter, Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import { argument, isSet } from '../given.ts';
import {
  type Building,
  type Copied,
  copiedLines,
  hasStore,
  inPlace,
  layDown,
  namesIn,
  requireApart,
} from './lay-down.ts';
import { verifyStore } from './verify.ts';

/** Restores a backup. @throws UsageError for what is no backup. */
export async function restore(values: CommandValues, session: Session): Promise<Result> {
  const from = resolve(argument(values, 'backup'));
  const folder = storeFolder(session.globals, session.environment, session.settings);
  if (!hasStore(from)) throw new UsageError(`"${from}" is no backup: there is no ssebox store in it`);
  requireApart(folder, from, 'a backup is restored to another folder');
  const Replaced = await hasContent(folder);
  if (Replaced) await session.confirm(`replace the store "${folder}", with everything in it, by "${from}"`);
  const build = async (building: Building) => {
    building.expect(statSync(join(from, DATA_FILE)).size);
    await copyDataFile(from, building.folder, building.copying);
    const copied = await copyChecked(from, building, session);
    if (isSet(values, 'verify')) await verify(from, building, copied.Bytes, session);
    removeLock(building.folder);
    return copied;
  };
  const copied = await layDown(folder, session, build, () => retire(folder));
  const page = (painter: Painter) =>
    `${[`${painter.strong(folder)} ${painter.faint(`(restored from ${from})`)}`, ...copiedLines(copied, painter)].join(
      '\n',
    )}\n`;
  return { kind: 'page', value: { Store: folder, Backup: from, Replaced, ...copied }, page };
}

/** Whether there is a store with anything in it. @throws StoreError when there is something that is no store. */
async function hasContent(folder: string): Promise<boolean> {
  const names = namesIn(folder) ?? [];
  if (names.length === 0) return false;
  if (!names.includes(DATA_FILE)) throw new StoreError(`the folder "${folder}" is no ssebox store and is not empty`);
  const store = opened(folder);
  if (!store) return true;
  try {
    return store.transact(hasRows);
  } finally {
    await store.close();
  }
}

/** A store that cannot be opened is replaced like any other. */
function opened(folder: string): Store | undefined {
  try {
    return openStore(folder);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function hasRows({ meta: _, ...tables }: Tx): boolean {
  for (const table of Object.values(tables)) for (const _row of table.range({ limit: 1 })) return true;
  return false;
}

/** Copies the rest into a copy of the rows, in which everything must be that the rows name. */
async function copyChecked(from: string, building: Building, session: Session): Promise<Copied> {
  const copy = readable(from, building.folder, () => openStore(building.folder));
  try {
    await readRows(copy, session.signal).catch((error: unknown) => {
      throw inPlace(error, building.folder, from);
    });
    const copied = await building.copyRest(from, copy);
    if (copied.RootKey === 'unsealed')
      readable(from, building.folder, () => ownRootKey(copy, session.environment.random));
    return copied;
  } finally {
    await copy.close();
  }
}

/** What is wrong with the copy is wrong with the backup. */
function readable<T>(from: string, staged: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inPlace(error, staged, from);
  }
}

/** Reads every object of the copy to its end. @throws StoreError that names what is damaged. */
async function verify(from: string, building: Building, bytes: number, session: Session): Promise<void> {
  const { environment } = session;
  const { folder, copying } = building;
  const passphrase =
    environment.variables.SSEBOX_PASSPHRASE ??
    (isSealed(folder) ? await session.askSecret(`passphrase of the backup "${from}"`) : undefined);
  const assembly = readable(from, folder, () => assemble({ folder, environment, passphrase }));
  try {
    readable(from, folder, () => assembly.rootKey());
    building.expect(bytes);
    const { Damaged } = await verifyStore(assembly, environment, copying.onBytes, copying.signal);
    if (Damaged.length === 0) return;
    const others = Damaged.length > 1 ? ` and ${Damaged.length - 1} more` : '';
    throw new StoreError(`the backup "${from}" is damaged: ${Damaged[0]}${others}`, {
      hint: `ssebox store verify --store ${from}`,
    });
  } finally {
    await assembly.close();
  }
}

/** Ends the use of the old store by others, who would write to what is about to go. */
async function retire(folder: string): Promise<() => Promise<void>> {
  const old = statSync(join(folder, DATA_FILE), { throwIfNoEntry: false }) && opened(folder);
  if (!old) return async () => {};
  old.transact<void>((tx) => putMeta(tx, 'replaced', { process: ownProcessMark() }));
  return () => old.close();
}
