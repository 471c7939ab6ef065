/** Gives a store a new root key: what in its rows the root key has wrapped is wrapped again. */

import type { Assembly } from '../assemble.ts';
import { rewrapSigningKey } from '../cloudtrail/delivery/signing-key.ts';
import type { RootKeys } from '../crypto/root-key.ts';
import { rewrapSecret } from '../iam/access-secret.ts';
import { rewrapBackingKey } from '../kms/backing-key.ts';
import { rewrapLevelKey } from '../s3/content/bucket-level-key.ts';
import { rewrapS3Key } from '../s3/content/envelope.ts';
import { rewrapMetadataKey } from '../s3/content/multipart-record.ts';
import type { TableName } from '../store/databases.ts';
import { noteOwnEvent } from '../store/own-events.ts';
import { rekeyStore } from '../store/rekey.ts';
import type { Row, TableKey } from '../store/table.ts';
import type { RowOf } from '../store/tables.ts';
import { authentic } from './authentic.ts';

/**
 * Gives an open store, which is closed by it, a fresh root key with the same seal, and notes when.
 * @throws StoreError if the store is damaged, or the root key's file cannot be changed; it is unchanged then.
 */
export async function rekey({ store: { folder }, keys, close }: Assembly, machineMs: number): Promise<void> {
  // What closing changes in the store is under the old key.
  await close();
  await rekeyStore(folder, keys, {
    prepare(rootKeys) {
      const rewrap = rewrapping(folder, rootKeys);
      return (table, row) => {
        const renewed = rewrap[table];
        return renewed ? renewed(row) : row.value;
      };
    },
    finish: (tx) => noteOwnEvent(tx, 'store rekey', machineMs),
  });
}

type Rewrapping = { readonly [Name in TableName]?: (row: RowOf<Name>) => RowOf<Name>['value'] };

/** The tables with something in their rows that depends on the root key. */
function rewrapping(
  folder: string,
  keys: RootKeys,
): Partial<Record<TableName, (row: Row<TableKey, unknown>) => unknown>> {
  const rewrap: Rewrapping = {
    accessKeys({ key, value }) {
      if (!('wrappedSecret' in value)) return value;
      const { wrappedSecret } = value;
      return {
        ...value,
        wrappedSecret: authentic(folder, 'accessKeys', key, () => rewrapSecret(wrappedSecret, key[0], keys)),
      };
    },
    kmsBackingKeys({ key: [account, region, keyId], value }) {
      return rewrapBackingKey(value, { account, region, keyId }, keys);
    },
    buckets({ value }) {
      return { ...value, s3Key: rewrapS3Key(value, keys) };
    },
    trailSigningKeys({ key, value }) {
      return authentic(folder, 'trailSigningKeys', key, () => rewrapSigningKey(value, key, keys));
    },
    bucketLevelKeys({ key, value }) {
      return authentic(folder, 'bucketLevelKeys', key, () => rewrapLevelKey(value, key, keys));
    },
    multipartUploads({ key, value }) {
      const metadataKey = authentic(folder, 'multipartUploads', key, () => rewrapMetadataKey(value, keys));
      return { ...value, metadataKey };
    },
  };
  // Each is called with rows of its table.
  return rewrap as Partial<Record<TableName, (row: Row<TableKey, unknown>) => unknown>>;
}
