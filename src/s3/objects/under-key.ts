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
  const range = <K>(after: K | undefined) => ({ ...(after && { start: after, after: true }), limit: atMost });
  /** Looks at a piece of a table, and says where to go on after its last row, or behind the table. */
  const look = <K extends readonly [string, string, ...unknown[]]>(
    rows: Iterable<{ readonly key: K; readonly value: VersionRecord | MultipartUpload }>,
    kind: UnderKey['kind'],
    next: (last: K | undefined) => ScanPlace | undefined,
  ): Scan => {
    const found: UnderKey[] = [];
    let looked = 0;
    let last: K | undefined;
    for (const { key, value } of rows) {
      last = key;
      looked += 1;
      if (isUnder(value, keyArn)) found.push(underKey(kind, key, value, tx));
    }
    return { found, looked, next: next(looked < atMost ? undefined : last) };
  };
  switch (place.in) {
    case 'objects':
      return look(tx.objects.range(range(place.after)), 'object', (after) =>
        after ? { in: 'objects', after } : { in: 'olderVersions' },
      );
    case 'olderVersions':
      return look(tx.olderVersions.range(range(place.after)), 'older version', (after) =>
        after ? { in: 'olderVersions', after } : { in: 'multipartUploads' },
      );
    case 'multipartUploads':
      return look(
        tx.multipartUploads.range(range(place.after)),
        'unfinished upload',
        (after) => after && { in: 'multipartUploads', after },
      );
  }
}

const underKey = (
  kind: UnderKey['kind'],
  [bucket, key]: readonly [string, string, ...unknown[]],
  record: VersionRecord | MultipartUpload,
  tx: Tx,
): UnderKey => ({
  kind,
  bucket,
  owner: tx.buckets.get([bucket])?.owner,
  key,
  versionId: 'versionId' in record ? record.versionId : undefined,
});

/** With a bucket key and in both layers of DSSE-KMS, too, the ciphertext that opens the rest is the KMS key's. */
function isUnder(record: VersionRecord | MultipartUpload, keyArn: string): boolean {
  return 'encryption' in record && 'keyArn' in record.encryption && record.encryption.keyArn === keyArn;
}
