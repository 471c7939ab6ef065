/** What in S3 is encrypted under a KMS key, and is lost with it, whoever owns it. */

import type { AccountId } from '../../api/arn.ts';
import type { MultipartUpload, VersionRecord } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';

/** Something whose bytes only the KMS key can make readable. */
export interface UnderKey {
  readonly kind: 'object' | 'older version' | 'unfinished upload';
  readonly bucket: string;
  /** The account that the bucket belongs to. */
  readonly owner: AccountId | undefined;
  readonly key: string;
  /** Absent for an upload. */
  readonly versionId?: string | undefined;
}

/** From where a scan goes on: the table, and the key of the last row in it that was looked at. */
export type ScanPlace =
  | { readonly in: 'objects'; readonly after?: readonly [string, string] }
  | { readonly in: 'olderVersions'; readonly after?: readonly [string, string, number] }
  | { readonly in: 'multipartUploads'; readonly after?: readonly [string, string, string] };

export const scanStart: ScanPlace = { in: 'objects' };

/** What a scan found, how many rows it looked at, and where it goes on; undefined when it has seen all. */
export interface Scan {
  readonly found: readonly UnderKey[];
  readonly looked: number;
  readonly next: ScanPlace | undefined;
}

/**
 * Looks at the next rows of every bucket's objects, older versions and unfinished uploads. Nothing but their headers is
 * read. Whoever scans everything does it piece by piece, in a transaction each, so that others can write in between.
 * @param atMost how many rows to look at
 */
export function scanUnderKey(keyArn: string, place: ScanPlace, atMost: number, tx: Tx): Scan {
  const found: UnderKey[] = [];
  const owners = new Map<string, AccountId | undefined>();
  const add = (kind: UnderKey['kind'], bucket: string, key: string, record: VersionRecord | MultipartUpload) => {
    if (!isUnder(record, keyArn)) return;
    if (!owners.has(bucket)) owners.set(bucket, tx.buckets.get([bucket])?.owner);
    const versionId = 'versionId' in record ? record.versionId : undefined;
    found.push({ kind, bucket, owner: owners.get(bucket), key, versionId });
  };
  const range = <K>(after: K | undefined) => ({ ...(after && { start: after, after: true }), limit: atMost });
  let looked = 0;
  switch (place.in) {
    case 'objects': {
      let last: readonly [string, string] | undefined;
      for (const { key, value } of tx.objects.range(range(place.after))) {
        last = key;
        looked += 1;
        add('object', key[0], key[1], value);
      }
      return {
        found,
        looked,
        next: looked < atMost || !last ? { in: 'olderVersions' } : { in: 'objects', after: last },
      };
    }
    case 'olderVersions': {
      let last: readonly [string, string, number] | undefined;
      for (const { key, value } of tx.olderVersions.range(range(place.after))) {
        last = key;
        looked += 1;
        add('older version', key[0], key[1], value);
      }
      const next: ScanPlace =
        looked < atMost || !last ? { in: 'multipartUploads' } : { in: 'olderVersions', after: last };
      return { found, looked, next };
    }
    case 'multipartUploads': {
      let last: readonly [string, string, string] | undefined;
      for (const { key, value } of tx.multipartUploads.range(range(place.after))) {
        last = key;
        looked += 1;
        add('unfinished upload', key[0], key[1], value);
      }
      return { found, looked, next: looked < atMost || !last ? undefined : { in: 'multipartUploads', after: last } };
    }
  }
}

/** With a bucket key and in both layers of DSSE-KMS, too, the ciphertext that opens the rest is the KMS key's. */
function isUnder(record: VersionRecord | MultipartUpload, keyArn: string): boolean {
  return 'encryption' in record && 'keyArn' in record.encryption && record.encryption.keyArn === keyArn;
}
