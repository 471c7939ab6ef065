/**
 * A version of an object as the store keeps it. What is fixed at the write is authenticated under the object's own
 * key; the whole row, with what AWS changes without a KMS call, under a key derived from the root key.
 */

import { StoreError } from '../api/errors.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { BucketRecord } from './bucket-record.ts';
import type { StoredChecksum } from './checksum-headers.ts';
import { isTagOf, rowKey, type Stored, tagOf } from './record-tag.ts';
import type { Tag } from './tag-set.ts';

/** The ciphertext of one upload or one part. */
export interface Piece {
  /** Names the ciphertext, which is sealed for it. */
  readonly id: string;
  /** The blob file, where it is not named by the id: of a replica whose ciphertext was copied as it is. */
  readonly file?: string | undefined;
  /** In a row of `objectData`, or in a blob file. */
  readonly place: 'row' | 'file';
  /** Bytes of plaintext and of ciphertext. */
  readonly size: number;
  readonly storedSize: number;
  /** One salt a layer of encryption, the inner layer first. */
  readonly salts: readonly Uint8Array[];
}

/** Where an object's bytes are. */
export type Content =
  | { readonly kind: 'whole'; readonly piece: Piece }
  /** The parts are rows of `objectParts`, counted from 0. */
  | {
      readonly kind: 'parts';
      readonly count: number;
      /** Whether the upload was made with a checksum algorithm: only then do parts show theirs. */
      readonly hasPartChecksums: boolean;
    };

/** How a version's data key is kept. */
export type StoredEncryption =
  /** Wrapped by the bucket's own key. */
  | { readonly kind: 'SSE-S3'; readonly wrapped: Uint8Array }
  | {
      readonly kind: 'SSE-KMS';
      readonly keyArn: string;
      readonly context: Readonly<Record<string, string>>;
      /** KMS's ciphertext of the data key. */
      readonly ciphertext: Uint8Array;
    }
  | {
      readonly kind: 'SSE-KMS-bucket-key';
      readonly keyArn: string;
      readonly context: Readonly<Record<string, string>>;
      /** KMS's ciphertext of the bucket-level key. */
      readonly ciphertext: Uint8Array;
      /** The data key, wrapped by the bucket-level key. */
      readonly wrapped: Uint8Array;
    }
  | {
      readonly kind: 'DSSE-KMS';
      readonly keyArn: string;
      readonly context: Readonly<Record<string, string>>;
      /** KMS's ciphertext of the inner layer's data key. */
      readonly ciphertext: Uint8Array;
      /** The outer layer's data key, wrapped by the bucket's own key. */
      readonly wrapped: Uint8Array;
    }
  /** The customer's key is not kept: only a salt and a keyed hash, by which it is recognized. */
  | { readonly kind: 'SSE-C'; readonly salt: Uint8Array; readonly verifier: Uint8Array };

/** The mode as users know it: a bucket key makes no mode of its own. */
export const modeOf = ({ kind }: StoredEncryption): 'SSE-S3' | 'SSE-KMS' | 'DSSE-KMS' | 'SSE-C' =>
  kind === 'SSE-KMS-bucket-key' ? 'SSE-KMS' : kind;

/** Headers that S3 keeps and gives back. */
export interface SystemHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly expiresMs?: number | undefined;
}

/** What a write settles for good. */
export interface FixedFields {
  readonly size: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly headers: SystemHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum: StoredChecksum | undefined;
  readonly content: Content;
}

export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA';

/** What changes without a new version. */
export interface ChangingFields {
  readonly tags: readonly Tag[];
  readonly replication?: ReplicationStatus | undefined;
  /** The ids of the buckets that it was replicated to, be the replica still there or not. */
  readonly replicatedTo?: readonly string[] | undefined;
}

interface Version {
  readonly v: 1;
  /** `null` for a version written while versioning was not enabled. */
  readonly versionId: string;
  /** Falls with every version of a key, so that the newest sorts first. */
  readonly order: number;
  readonly tag: Uint8Array;
}

/** Which write ciphertext and fixed fields were sealed for. */
export interface SealedFor {
  readonly bucketId: string;
  readonly key: string;
  readonly writeId: string;
}

export interface ObjectVersion extends Version {
  readonly kind: 'object';
  /** Names this write among all; never used twice. */
  readonly writeId: string;
  /** Of a replica under a customer's key, which S3 cannot open: the source's write. */
  readonly sealedFor?: SealedFor | undefined;
  /** Of such a replica, where it is whole: its blob file, since its fixed fields are the source's. */
  readonly copiedFile?: string | undefined;
  readonly fixed: FixedFields;
  /** Over the fixed fields, under the object's own key. */
  readonly fixedTag: Uint8Array;
  readonly encryption: StoredEncryption;
  readonly changing: ChangingFields;
}

export interface DeleteMarker extends Version {
  readonly kind: 'delete-marker';
  readonly lastModifiedMs: number;
  readonly replication?: ReplicationStatus | undefined;
}

export type VersionRecord = ObjectVersion | DeleteMarker;

type Untagged<V extends VersionRecord> = V extends VersionRecord ? Omit<V, 'tag'> : never;

/** A record with its tag, ready to be stored under this key of this bucket. */
export function sealRecord<V extends VersionRecord>(
  record: Untagged<V>,
  bucket: BucketRecord,
  key: string,
  rootKey: RootKey,
): V {
  const tag = tagOf(rowKey(rootKey, 'version'), [bucket.id, key], record as unknown as Stored);
  // The tag is the one member that was missing.
  return { ...record, tag } as unknown as V;
}

/** @throws StoreError when the record is not what was written here. */
export function requireGenuine(record: VersionRecord, bucket: BucketRecord, key: string, rootKey: RootKey): void {
  const { tag, ...rest } = record;
  if (!isTagOf(tag, rowKey(rootKey, 'version'), [bucket.id, key], rest as unknown as Stored)) {
    throw damagedObject(bucket.name, key, record.versionId);
  }
}

/** The one piece of an object that is whole. */
export function wholePiece({ fixed, copiedFile }: ObjectVersion): Piece | undefined {
  if (fixed.content.kind !== 'whole') return undefined;
  return copiedFile === undefined ? fixed.content.piece : { ...fixed.content.piece, file: copiedFile };
}

/** The name of a piece's blob file. */
export const fileOf = ({ id, file }: Piece): string => file ?? id;

/** The one thing that is said of an object whose bytes, keys or metadata do not authenticate. */
export const damagedObject = (bucket: string, key: string, versionId: string) =>
  new StoreError(
    `the object "s3://${bucket}/${key}"${versionId === 'null' ? '' : ` (version ${versionId})`} cannot be authenticated: what is stored is not what was written`,
    { hint: 'run "ssebox store verify" to check the whole store' },
  );
