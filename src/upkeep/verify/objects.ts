/**
 * Reads every version of every object to its last byte while others write. What belongs to one version comes from one
 * state of the store, which is free while files are read. Damage counts only if the version is still the same after
 * it was seen: it may have been deleted in the meantime, and its files with it.
 */

import { isDeepStrictEqual } from 'node:util';
import { StoreError } from '../../api/errors.ts';
import type { VersionRecord } from '../../store/records/s3.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tables.ts';
import { nextTurn } from './next-turn.ts';
import { objectName, withoutBucket } from './object-name.ts';
import { remembered } from './remembered.ts';
import type { Findings } from './report.ts';
import { isDamage, type Look, lookAt, type Opened } from './version-reader.ts';

export interface Watch {
  /** Called with the number of bytes of objects that were read. */
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal;
}

interface VersionName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** What was seen of a version, and what it was then. */
interface Seen extends VersionName {
  readonly version: VersionRecord;
  readonly look: Look;
}

/** What is still to be read: versions, and those of the keys after the last one that was reached. */
interface Rest {
  readonly versions: VersionName[];
  reached: readonly [bucket: string, key: string] | undefined;
  hasKeys: boolean;
  /** Keys whose rows cannot be read, as has been found. */
  readonly unreadable: (readonly [bucket: string, key: string])[];
}

/** The number of versions that are looked at in one state of the store; one with files ends it. */
const VERSIONS_A_STATE = 200;

/** Reads the objects of a store, and adds what it finds. */
export async function readObjects(opened: Opened, findings: Findings, { onBytes, signal }: Watch): Promise<void> {
  const rest: Rest = { versions: [], reached: undefined, hasKeys: true, unreadable: [...findings.damagedObjects] };
  const count = (bytes: number) => {
    findings.counts.bytes += bytes;
    onBytes(bytes);
  };
  while (rest.hasKeys || rest.versions.length > 0) {
    signal.throwIfAborted();
    const damaged: Seen[] = [];
    for (const seen of stateful(opened.store, (tx) => takeStep(rest, findings, opened, tx))) {
      const isWhole = await isReadWhole(seen, findings, count, signal);
      if (!isWhole) damaged.push(seen);
    }
    if (damaged.length > 0) opened.store.transact<void>((tx) => confirm(damaged, rest, findings, tx));
    await nextTurn();
  }
}

/** Runs work on the state after the last commit, without holding up those who write. */
function stateful<T>(store: Store, work: (tx: Tx) => T): T {
  const snapshot = store.snapshot();
  try {
    return work(remembered(snapshot.tx));
  } finally {
    snapshot.close();
  }
}

/** Looks at the next versions in one state of the store. */
function takeStep(rest: Rest, { damaged }: Findings, opened: Opened, tx: Tx): Seen[] {
  const step: Seen[] = [];
  while (step.length < VERSIONS_A_STATE) {
    const name = nextVersion(rest, tx);
    if (!name) break;
    const version = readable(() => versionNamed(name, tx));
    const bucket = readable(() => tx.buckets.get([name.bucket]));
    if (!version || bucket === UNREADABLE || version === UNREADABLE) continue;
    if (!bucket) {
      damaged.add(withoutBucket(objectName(name.bucket, name.key, name.versionId)));
      continue;
    }
    const look = lookAt(version, { bucket, key: name.key }, opened, tx);
    step.push({ ...name, version, look });
    if (look.kind === 'open') break;
  }
  return step;
}

/** A row that is not what was written, which has been found where all rows were read. */
const UNREADABLE = Symbol('unreadable');

function readable<T>(read: () => T): T | typeof UNREADABLE {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreError) return UNREADABLE;
    throw error;
  }
}

/**
 * A version that existed when its key was reached. They are known by their ids: others may add a version or move one to
 * another place among them.
 */
function nextVersion(rest: Rest, tx: Tx): VersionName | undefined {
  while (rest.versions.length === 0 && rest.hasKeys) reachNextKey(rest, tx);
  return rest.versions.pop();
}

/** Goes on to the next key, with the versions that it has now. */
function reachNextKey(rest: Rest, tx: Tx): void {
  const next = readable(() => nextKey(rest.reached, tx));
  const place = next === UNREADABLE ? rest.unreadable.shift() : next?.key;
  rest.hasKeys = place !== undefined;
  if (!place) return;
  const [bucket, key] = place;
  rest.reached = place;
  const older = readable(() => Array.from(tx.versionOrders.under(place), (row) => row.key[2]));
  // Taken from the end.
  if (older !== UNREADABLE) rest.versions.push(...older.map((versionId) => ({ bucket, key, versionId })));
  if (next !== UNREADABLE && next) rest.versions.push({ bucket, key, versionId: next.value.versionId });
}

function nextKey(reached: Rest['reached'], tx: Tx) {
  const [row] = tx.objects.range({ start: reached, after: reached !== undefined, limit: 1 });
  return row;
}

function versionNamed({ bucket, key, versionId }: VersionName, tx: Tx): VersionRecord | undefined {
  const newest = readable(() => tx.objects.get([bucket, key]));
  if (newest !== UNREADABLE && newest?.versionId === versionId) return newest;
  const order = tx.versionOrders.get([bucket, key, versionId]);
  return order === undefined ? undefined : tx.olderVersions.get([bucket, key, order]);
}

/** Counts a version, after reading its files if there are any. @returns false if it is damaged. */
async function isReadWhole(
  { bucket, key, versionId, look }: Seen,
  { counts, closed, underCustomerKeys }: Findings,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const name = objectName(bucket, key, versionId);
  switch (look.kind) {
    case 'delete-marker':
      return true;
    case 'damaged':
      return false;
    case 'closed':
      closed.add(name);
      return true;
    case 'under-customer-key':
      underCustomerKeys.add(name);
      return true;
    case 'read':
      count(look.bytes);
      break;
    case 'open':
      try {
        for await (const piece of look.body) {
          count(piece.length);
          signal.throwIfAborted();
        }
      } catch (error) {
        if (isDamage(error)) return false;
        throw error;
      }
  }
  counts.objects += 1;
  return true;
}

/** What has changed since it was seen is looked at again. */
function confirm(seen: readonly Seen[], rest: Rest, { damaged }: Findings, tx: Tx): void {
  for (const { bucket, key, versionId, version } of seen) {
    const now = readable(() => versionNamed({ bucket, key, versionId }, tx));
    if (!now) continue;
    if (now === UNREADABLE || isDeepStrictEqual(now, version)) damaged.add(objectName(bucket, key, versionId));
    else rest.versions.push({ bucket, key, versionId });
  }
}
