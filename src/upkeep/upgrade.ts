/** Brings a store of an older format up to date, after a check of what that format authenticates. */

import { type Assembly, type AssemblyOptions, assemble } from '../assemble.ts';
import { recountCallers } from '../call/callers.ts';
import { wrapLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { unwrapSecret } from '../iam/access-secret.ts';
import { backingKeys, openBackingKey } from '../kms/backing-key.ts';
import { declarationOf } from '../store/databases.ts';
import { damagedRow } from '../store/store-error.ts';
import { type Keys, OldFormat } from '../store/store-key.ts';
import type { Tx } from '../store/tables.ts';
import { upgradeStore } from '../store/upgrade.ts';
import { renewTotals } from '../tally/bucket-totals.ts';
import { authentic } from './authentic.ts';
import { isGenuineRow, taggedTables, withoutTag } from './format-1.ts';

/**
 * Upgrades a store of format 1 or 2. A fault in it leaves it as it is: what was changed in it must not get a tag.
 * @throws StoreError that names the fault
 */
export function upgrade(folder: string, keys: Keys): void {
  upgradeStore(folder, keys, {
    requireGenuine: (tx, rootKey) => requireGenuine(folder, tx, rootKey),
    renewed: withoutTag,
    complete(tx) {
      noteNextDeadline(tx);
      renewTotals(tx);
      recountCallers(tx);
    },
  });
}

/** Early stores had the deadlines of keys without the next of them, so that none of them ever came. */
function noteNextDeadline({ kmsDeadlines, kmsNextDeadline }: Tx): void {
  if (kmsNextDeadline.get(['next']) !== undefined) return;
  const [first] = kmsDeadlines.range({ limit: 1 });
  if (first) kmsNextDeadline.put(['next'], first.key[0]);
}

/** Assembles over a store that may be of an old format, which is upgraded then. @throws StoreError */
export function assembleUpgraded(options: AssemblyOptions): Assembly {
  try {
    return assemble(options);
  } catch (error) {
    if (!(error instanceof OldFormat)) throw error;
    upgrade(options.folder, { random: options.environment.random, passphrase: options.passphrase });
    return assemble(options);
  }
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

/** Rows about objects, their parts, uploads and their parts had a tag each. */
function requireGenuineObjects(folder: string, tx: Tx, rootKey: RootKey): void {
  for (const table of taggedTables) {
    for (const { key, value } of tx[table].range()) {
      const bucket = tx.buckets.get([String(key[0])]);
      if (bucket && isGenuineRow(table, key, value, bucket.id, rootKey)) continue;
      throw damagedRow(folder, declarationOf(table).noun, key);
    }
  }
}
