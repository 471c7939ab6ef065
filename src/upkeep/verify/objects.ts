/** Reads every version of every object to its last byte. */

import { isDeepStrictEqual } from 'node:util';
import type { LongWork } from '../../store/long-work.ts';
import type { VersionRecord } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { objectName, withoutBucket } from './object-name.ts';
import { readable, UNREADABLE } from './readable.ts';
import { inTurn, readAll, type Sight } from './reading.ts';
import type { Findings } from './report.ts';
import { lookAt, type Opened } from './version-reader.ts';

interface VersionName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** What is still to be read of the key that was reached. */
type Rest = VersionName[];

/** Reads the objects of a store, and adds what it finds. */
export function readObjects(opened: Opened, findings: Findings, work: LongWork): Promise<void> {
  const rest: Rest = [];
  const nextKey = inTurn((tx) => tx.objects, findings.unreadable.get('objects'));
  const next = (tx: Tx) => {
    if (rest.length === 0) {
      const row = nextKey(tx);
      if (!row) return undefined;
      for (const version of versionsAt(row, tx)) rest.push(version);
    }
    const version = rest.pop();
    return version ? sightOf(version, rest, findings, opened, tx) : 'skipped';
  };
  return readAll(next, opened.store, findings, work);
}

/**
 * The versions of a key now. They are known by their ids: others may add a version or move one to another place among
 * them.
 */
function versionsAt(
  { key: place, value: newest }: { readonly key: readonly [string, string]; readonly value: VersionRecord | undefined },
  tx: Tx,
): VersionName[] {
  const [bucket, key] = place;
  const older = readable(() => Array.from(tx.versionOrders.under(place), (row) => row.key[2]));
  const ids = [...(older === UNREADABLE ? [] : older), ...(newest ? [newest.versionId] : [])];
  // The newest comes last, and is taken first.
  return ids.map((versionId) => ({ bucket, key, versionId }));
}

function sightOf(
  name: VersionName,
  rest: Rest,
  { damaged, counts }: Findings,
  opened: Opened,
  tx: Tx,
): Sight | 'skipped' {
  const { bucket: bucketName, key, versionId } = name;
  const version = readable(() => versionNamed(name, tx));
  const bucket = readable(() => tx.buckets.get([bucketName]));
  if (!version || bucket === UNREADABLE || version === UNREADABLE) return 'skipped';
  if (!bucket) {
    damaged.add(withoutBucket(objectName(bucketName, key, versionId)));
    return 'skipped';
  }
  return {
    name: objectName(bucketName, key, versionId),
    look: lookAt(version, { bucket, key }, opened, tx),
    onWhole: () => {
      counts.objects += 1;
    },
    isSame(later) {
      const now = readable(() => versionNamed(name, later));
      const isSame = now === UNREADABLE || isDeepStrictEqual(now, version);
      // Another write with this id is looked at again.
      if (now && !isSame) rest.push(name);
      return isSame;
    },
  };
}

function versionNamed({ bucket, key, versionId }: VersionName, tx: Tx): VersionRecord | undefined {
  const newest = readable(() => tx.objects.get([bucket, key]));
  if (newest !== UNREADABLE && newest?.versionId === versionId) return newest;
  const order = tx.versionOrders.get([bucket, key, versionId]);
  return order === undefined ? undefined : tx.olderVersions.get([bucket, key, order]);
}
