/**
 * Reads every version of every object to its last byte while others write. What belongs to one version comes from one
 * state of the store, which is free while files are read. Damage counts only if the version is still the same after
 * it was seen: it may have been deleted in the meantime, and its files with it.
 */

import type { Tx } from '../../store/tables.ts';
import { objectName, withoutBucket } from './object-name.ts';
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

/** What was seen of a version, and the tag of its row, which identifies what it was then. */
interface Seen extends VersionName {
  readonly tag: Uint8Array;
  readonly look: Look;
}

/** What is still to be read: versions, and those of the keys after the last one that was reached. */
interface Rest {
  readonly versions: VersionName[];
  reached: readonly [bucket: string, key: string] | undefined;
  hasKeys: boolean;
}

/** The number of versions that are looked at in one state of the store; one with files ends it. */
const VERSIONS_A_STATE = 200;

/** Reads the objects of a store, and adds what it finds. */
export async function readObjects(opened: Opened, findings: Findings, { onBytes, signal }: Watch): Promise<void> {
  const rest: Rest = { versions: [], reached: undefined, hasKeys: true };
  const count = (bytes: number) => {
    findings.counts.bytes += bytes;
    onBytes(bytes);
  };
  while (rest.hasKeys || rest.versions.length > 0) {
    signal.throwIfAborted();
    const damaged: Seen[] = [];
    for (const seen of opened.store.transact<Seen[]>((tx) => takeStep(rest, findings, opened, tx))) {
      const isWhole = await isReadWhole(seen, findings, count, signal);
      if (!isWhole) damaged.push(seen);
    }
    if (damaged.length > 0) opened.store.transact<void>((tx) => confirm(damaged, rest, findings, tx));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Looks at the next versions in one state of the store. */
function takeStep(rest: Rest, { damaged }: Findings, opened: Opened, tx: Tx): Seen[] {
  const step: Seen[] = [];
  while (step.length < VERSIONS_A_STATE) {
    const name = nextVersion(rest, tx);
    if (!name) return step;
    const version = versionNamed(name, tx);
    if (!version) continue;
    const bucket = tx.buckets.get([name.bucket]);
    if (!bucket) {
      damaged.add(withoutBucket(objectName(name.bucket, name.key, name.versionId)));
      continue;
    }
    const look = lookAt(version, { bucket, key: name.key }, opened, tx);
    step.push({ ...name, tag: version.tag, look });
    if (look.kind === 'open') return step;
  }
  return step;
}

/**
 * A version that existed when its key was reached. They are known by their ids: others may add a version or move one to
 * another place among them.
 */
function nextVersion(rest: Rest, tx: Tx): VersionName | undefined {
  if (rest.versions.length === 0) {
    const { reached } = rest;
    const [next] = tx.objects.range({ start: reached, after: reached !== undefined, limit: 1 });
    rest.hasKeys = next !== undefined;
    if (next) {
      const [bucket, key] = next.key;
      rest.reached = next.key;
      const older = Array.from(tx.olderVersions.under([bucket, key]), ({ value }) => value.versionId);
      // Taken from the end.
      rest.versions.push(
        ...[next.value.versionId, ...older].reverse().map((versionId) => ({ bucket, key, versionId })),
      );
    }
  }
  return rest.versions.pop();
}

function versionNamed({ bucket, key, versionId }: VersionName, tx: Tx) {
  const newest = tx.objects.get([bucket, key]);
  if (newest?.versionId === versionId) return newest;
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
  for (const { bucket, key, versionId, tag } of seen) {
    const now = versionNamed({ bucket, key, versionId }, tx);
    if (!now) continue;
    if (Buffer.compare(now.tag, tag) === 0) damaged.add(objectName(bucket, key, versionId));
    else rest.versions.push({ bucket, key, versionId });
  }
}
