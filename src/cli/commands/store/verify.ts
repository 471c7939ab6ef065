/**
 * `ssebox store verify`: opens every key and reads every object to its last byte, with the root key alone. Nobody is
 * asked for permission and nothing is recorded: what is looked for is damage, not who may.
 */

import type { AccountId } from '../../../api/arn.ts';
import { StoreError } from '../../../api/errors.ts';
import type { Input, Output } from '../../../api/model/operations.ts';
import type { Region } from '../../../api/regions.ts';
import type { Assembly } from '../../../assemble.ts';
import type { Call } from '../../../call/operation.ts';
import { AuthenticationError } from '../../../crypto/authentication-error.ts';
import { openBlob, parseBlob } from '../../../crypto/kms-blob.ts';
import type { RootKey } from '../../../crypto/root-key.ts';
import type { Environment } from '../../../env.ts';
import { backingKeys, getBackingKey, openBackingKey } from '../../../kms/backing-key.ts';
import { arnOf } from '../../../kms/key.ts';
import { openObject } from '../../../s3/content/object-reader.ts';
import { requireGenuine } from '../../../s3/content/object-record.ts';
import type { KeyRecord } from '../../../store/records/kms.ts';
import type { BucketRecord, VersionRecord } from '../../../store/records/s3.ts';
import type { TableKey } from '../../../store/table.ts';
import type { Tx } from '../../../store/tables.ts';

export interface Report {
  readonly Keys: number;
  /** Generations of material that were opened. */
  readonly BackingKeys: number;
  /** Versions that were read to their end. */
  readonly Objects: number;
  readonly Bytes: number;
  /** What is not what was written. */
  readonly Damaged: readonly string[];
  /** Whose KMS key is gone, or has no material: nobody can read it. */
  readonly Closed: readonly string[];
  /** Encrypted under keys that callers keep: only the records were checked. */
  readonly UnderCustomerKeys: readonly string[];
}

type Findings = { -readonly [Name in keyof Report]: Report[Name] extends number ? number : string[] };

/** The key of a ciphertext is not there any more. */
class KeyGone extends Error {}

/** Verifies the whole store; `onBytes` is told what was read. */
export async function verifyStore(
  assembly: Assembly,
  environment: Environment,
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
  // Without the root key nothing can be said of anything: that is no damage of each object.
  const rootKey = assembly.rootKey();
  assembly.store.transact((tx) => verifyKeys(rootKey, tx, report));
  for (const table of ['objects', 'olderVersions'] as const) {
    for (let row = nextRow(assembly, table); row; row = nextRow(assembly, table, row.place)) {
      signal.throwIfAborted();
      await verifyVersion(row, assembly, environment, report, onBytes);
    }
  }
  return report;
}

function verifyKeys(rootKey: RootKey, tx: Tx, report: Findings): void {
  for (const { value: key } of tx.kmsKeys.range()) {
    report.Keys += 1;
    for (const backing of backingKeys(tx, key)) {
      // Imported material that has expired or was deleted is no damage.
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

/** Row by row: nothing holds the store while an object is read. */
function nextRow({ store }: Assembly, table: 'objects' | 'olderVersions', after?: TableKey): VersionRow | undefined {
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
  assembly: Assembly,
  environment: Environment,
  report: Findings,
  onBytes: (count: number) => void,
): Promise<void> {
  const name = `s3://${bucketName}/${key}${version.versionId === 'null' ? '' : ` (version ${version.versionId})`}`;
  if (!bucket) {
    report.Damaged.push(name);
    return;
  }
  try {
    requireGenuine(version, bucket, key, assembly.rootKey());
    if (version.kind === 'delete-marker') return;
    if (version.encryption.kind === 'SSE-C') {
      report.UnderCustomerKeys.push(name);
      return;
    }
    const whole = { start: 0, end: version.fixed.size };
    const { body } = assembly.store.transact((tx) =>
      openObject(
        version,
        { bucket, key, writeId: version.writeId },
        undefined,
        whole,
        verifierCall(tx, bucket, assembly, environment),
      ),
    );
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

/** A call that asks nobody: KMS's part is done with the root key. */
function verifierCall(tx: Tx, bucket: BucketRecord, { rootKey, blobs }: Assembly, environment: Environment): Call {
  return {
    caller: { kind: 'service', name: 'store-verify' },
    region: bucket.region,
    now: new Date(environment.now()),
    requestId: '',
    tx,
    rootKey: rootKey(),
    blobs,
    random: environment.random,
    uuid: environment.uuid,
    // No bucket-level key is remembered.
    settings: { 's3.bucket-key-lifetime': '0s' },
    invoke(service, name, input) {
      if (service !== 'kms' || name !== 'Decrypt') throw new Error(`${service} ${name} is not for reading`);
      const output = decrypted(input as Input<'kms', 'Decrypt'>, bucket.region, tx, rootKey);
      return output as Output<typeof service, typeof name>;
    },
    decide() {
      throw new Error('nothing is decided here');
    },
    require() {},
    note() {},
    spare() {},
  };
}

function decrypted(
  { CiphertextBlob, EncryptionContext }: Input<'kms', 'Decrypt'>,
  region: Region,
  tx: Tx,
  rootKey: Assembly['rootKey'],
): Output<'kms', 'Decrypt'> {
  const header = CiphertextBlob && parseBlob(CiphertextBlob);
  if (!CiphertextBlob || !header) throw new AuthenticationError('the wrapped data key');
  const key = keyIn(region, header.keyId, tx);
  const backing = key && getBackingKey(tx, key, header.generation);
  if (!key || !backing?.wrapped) throw new KeyGone();
  const Plaintext = openBlob(openBackingKey({ rootKey: rootKey() }, key, backing), CiphertextBlob, EncryptionContext);
  return { KeyId: arnOf(key), Plaintext };
}

function keyIn(region: Region, keyId: string, tx: Tx): KeyRecord | undefined {
  const owner: AccountId | undefined = tx.kmsKeyOwners.get([region, keyId]);
  return owner === undefined ? undefined : tx.kmsKeys.get([owner, region, keyId]);
}
