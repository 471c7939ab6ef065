/**
 * `ssebox store verify`: opens every key and reads every object to its last byte, with only the root key. No
 * permissions are checked and nothing is recorded: it looks for damage, not for who may do what.
 */

import type { AccountId } from '../api/arn.ts';
import { StoreError } from '../api/errors.ts';
import type { Region } from '../api/regions.ts';
import type { Assembly } from '../assemble.ts';
import { AuthenticationError } from '../crypto/authentication-error.ts';
import { openBlob, parseBlob } from '../crypto/kms-blob.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { backingKeys, getBackingKey, openBackingKey } from '../kms/backing-key.ts';
import { arnOf } from '../kms/key.ts';
import { type UnderKms, unwrapDataKeys, type WriteIdentity } from '../s3/content/envelope.ts';
import { MAX_OPEN_FILES, openKeysWith, openWith } from '../s3/content/object-reader.ts';
import { requireGenuine } from '../s3/content/object-record.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { BucketRecord, ObjectVersion, StoredEncryption, VersionRecord } from '../store/records/s3.ts';
import type { TableKey } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';

export interface Report {
  readonly Keys: number;
  /** Generations of material that were opened. */
  readonly BackingKeys: number;
  /** Versions that were read to the end. */
  readonly Objects: number;
  readonly Bytes: number;
  /** Names of what differs from what was written. */
  readonly Damaged: readonly string[];
  /** Names of objects that nobody can read, because their KMS key is deleted or has no material. */
  readonly Closed: readonly string[];
  /** Names of objects under customer-provided keys: only their records were checked. */
  readonly UnderCustomerKeys: readonly string[];
}

type Findings = { -readonly [Name in keyof Report]: Report[Name] extends number ? number : string[] };

/** The key of a ciphertext no longer exists. */
class KeyGone extends Error {}

/** The store to verify, with its blob files and its root key. */
type Opened = Pick<Assembly, 'store' | 'blobs' | 'rootKey'>;

/** Verifies the whole store; `onBytes` receives the number of bytes read. */
export async function verifyStore(
  assembly: Opened,
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<Report> {
  const report: Findings = {
    Keys: 0,
    BackingKeys: 0,
    Objects: 0,
    Bytes: 0,
    Damaged: [],
    Closed: [],
    UnderCustomerKeys: [],
  };
  // Without the root key nothing can be verified: this is not damage to each object.
  const rootKey = assembly.rootKey();
  assembly.store.transact((tx) => verifyKeys(rootKey, tx, report));
  for (const table of ['objects', 'olderVersions'] as const) {
    for (let row = nextRow(assembly, table); row; row = nextRow(assembly, table, row.place)) {
      signal.throwIfAborted();
      await verifyVersion(row, assembly, report, onBytes);
    }
  }
  return report;
}

function verifyKeys(rootKey: RootKey, tx: Tx, report: Findings): void {
  for (const { value: key } of tx.kmsKeys.range()) {
    report.Keys += 1;
    for (const backing of backingKeys(tx, key)) {
      // Imported material that has expired or was deleted is not damage.
      if (!backing.wrapped) continue;
      try {
        openBackingKey({ rootKey }, key, backing);
        report.BackingKeys += 1;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        report.Damaged.push(`generation ${backing.generation} of ${arnOf(key)}`);
      }
    }
  }
}

interface VersionRow {
  readonly place: TableKey;
  readonly bucketName: string;
  readonly key: string;
  readonly version: VersionRecord;
  readonly bucket: BucketRecord | undefined;
}

/** Row by row: the store is not locked while an object is read. */
function nextRow({ store }: Opened, table: 'objects' | 'olderVersions', after?: TableKey): VersionRow | undefined {
  return store.transact((tx) => {
    const range = after === undefined ? { limit: 1 } : { start: after, after: true, limit: 1 };
    for (const { key, value } of tx[table].range(range)) {
      const [bucketName, name] = key;
      return { place: key, bucketName, key: name, version: value, bucket: tx.buckets.get([bucketName]) };
    }
    return undefined;
  });
}

async function verifyVersion(
  { bucketName, key, version, bucket }: VersionRow,
  assembly: Opened,
  report: Findings,
  onBytes: (count: number) => void,
): Promise<void> {
  const name = `s3://${bucketName}/${key}${version.versionId === 'null' ? '' : ` (version ${version.versionId})`}`;
  if (!bucket) {
    report.Damaged.push(name);
    return;
  }
  try {
    requireGenuine(version, { bucket, key }, assembly.rootKey());
    if (version.kind === 'delete-marker') return;
    if (version.encryption.kind === 'SSE-C') {
      report.UnderCustomerKeys.push(name);
      return;
    }
    const body = openWhole(version, version.encryption, { bucket, key, writeId: version.writeId }, assembly);
    for await (const chunk of body) {
      report.Bytes += chunk.length;
      onBytes(chunk.length);
    }
    report.Objects += 1;
  } catch (error) {
    if (error instanceof KeyGone) report.Closed.push(name);
    else if (error instanceof StoreError || error instanceof AuthenticationError) report.Damaged.push(name);
    else throw error;
  }
}

/** The bytes of a version; bucket-level keys are not cached. */
function openWhole(
  version: ObjectVersion,
  encryption: Exclude<StoredEncryption, { kind: 'SSE-C' }>,
  identity: WriteIdentity,
  { store, blobs, rootKey }: Opened,
): AsyncIterable<Uint8Array> {
  const { region } = identity.bucket;
  const whole = { start: 0, end: version.fixed.size };
  return store.transact((tx) => {
    const shelves = { tx, blobs, rootKey: rootKey() };
    const open = () => unwrapDataKeys(encryption, identity, shelves, (under) => decrypt(under, region, tx, rootKey()));
    return openWith(openKeysWith(version, identity, open), version, identity, whole, MAX_OPEN_FILES, shelves).body;
  });
}

/** Does KMS's part with the root key, without checking permissions. @throws KeyGone */
function decrypt({ ciphertext, context }: UnderKms, region: Region, tx: Tx, rootKey: RootKey): Uint8Array {
  const header = parseBlob(ciphertext);
  if (!header) throw new AuthenticationError('the wrapped data key');
  const key = keyIn(region, header.keyId, tx);
  const backing = key && getBackingKey(tx, key, header.generation);
  if (!key || !backing?.wrapped) throw new KeyGone();
  return openBlob(openBackingKey({ rootKey }, key, backing), ciphertext, context);
}

function keyIn(region: Region, keyId: string, tx: Tx): KeyRecord | undefined {
  const owner: AccountId | undefined = tx.kmsKeyOwners.get([region, keyId]);
  return owner === undefined ? undefined : tx.kmsKeys.get([owner, region, keyId]);
}
