/** Brings a store of an older format up to date, after a check of what that format authenticates. */

import { AuthenticationError } from '../crypto/authentication-error.ts';
import { wrapLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { unwrapSecret } from '../iam/access-secret.ts';
import { backingKeys, openBackingKey } from '../kms/backing-key.ts';
import { damagedObject, requireGenuine as requireGenuineVersion } from '../s3/content/object-record.ts';
import { requireRow } from '../s3/content/record-tag.ts';
import type { ObjectPlace } from '../s3/request/object-key.ts';
import { declarationOf, type TableName } from '../store/databases.ts';
import { damagedRow } from '../store/store-error.ts';
import type { Keys } from '../store/store-key.ts';
import type { TableKey } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';
import { upgradeStore } from '../store/upgrade.ts';

/**
 * Upgrades a store of format 1. A fault in it leaves it as it is: what was changed in it must not get a tag.
 * @throws StoreError that names the fault
 */
export function upgrade(folder: string, keys: Keys): void {
  upgradeStore(folder, keys, {
    requireGenuine: (tx, rootKey) => requireGenuine(folder, tx, rootKey),
    renewed: (_, row) => row,
  });
}

/** @throws StoreError if a row that format 1 authenticates is not what was written. The blob files are not read. */
function requireGenuine(folder: string, tx: Tx, rootKey: RootKey): void {
  for (const { key, value } of tx.accessKeys.range()) {
    if (!('wrappedSecret' in value)) continue;
    authentic(folder, 'accessKeys', key, () => unwrapSecret(rootKey, value.wrappedSecret, key[0]));
  }
  for (const { value: key } of tx.kmsKeys.range()) {
    for (const backing of backingKeys(tx, key)) if (backing.wrapped) openBackingKey({ rootKey }, key, backing);
  }
  for (const { key, value } of tx.buckets.range()) {
    authentic(folder, 'buckets', key, () => rootKey.unwrap(wrapLabels.s3Key, value.s3Key, Buffer.from(value.id)));
  }
  requireGenuineObjects(folder, tx, rootKey);
}

function requireGenuineObjects(folder: string, tx: Tx, rootKey: RootKey): void {
  const placeOf = (table: TableName, key: readonly [string, string, ...TableKey]): ObjectPlace => {
    const bucket = tx.buckets.get([key[0]]);
    if (!bucket) throw damagedRow(folder, declarationOf(table).noun, key);
    return { bucket, key: key[1] };
  };
  for (const table of ['objects', 'olderVersions'] as const) {
    for (const { key, value } of tx[table].range()) requireGenuineVersion(value, placeOf(table, key), rootKey);
  }
  for (const { key, value } of tx.objectParts.range()) {
    const place = placeOf('objectParts', key);
    requireRow(value, 'part', [place.bucket.id, ...key.slice(1)], rootKey, () => damagedObject(place, 'null'));
  }
  for (const { key, value } of tx.multipartUploads.range()) {
    const place = placeOf('multipartUploads', key);
    requireRow(value, 'upload', [place.bucket.id, place.key], rootKey, () => damagedObject(place, 'null'));
  }
  for (const { key, value } of tx.multipartParts.range()) {
    const place = placeOf('multipartParts', key);
    requireRow(value, 'uploaded-part', [place.bucket.id, ...key.slice(1, 3)], rootKey, () =>
      damagedObject(place, 'null'),
    );
  }
}

/** @throws StoreError if what the row wraps is not what was written. */
function authentic(folder: string, table: TableName, key: TableKey, open: () => unknown): void {
  try {
    open();
  } catch (error) {
    throw error instanceof AuthenticationError ? damagedRow(folder, declarationOf(table).noun, key, error) : error;
  }
}
