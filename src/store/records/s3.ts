/** The rows of S3: buckets, versions of objects, parts, uploads in parts, bucket-level keys and replication. */

import type { AccountId } from '../../api/arn.ts';
import type { ChecksumType, ReplicationConfiguration as Configuration } from '../../api/model/s3.types.ts';
import type { Region } from '../../api/regions.ts';
import type { DigestName } from '../../crypto/checksums.ts';

/** The most ciphertext that is kept in a row; more of it is in a file of its own. */
export const MAX_ROW_BYTES = 64 * 1024;

/** What an object gets that is written without encryption headers. */
export type BucketDefault =
  | { readonly kind: 'SSE-S3'; readonly bucketKey: boolean }
  | {
      readonly kind: 'SSE-KMS' | 'DSSE-KMS';
      /** As it was given: id, ARN or alias, resolved at each write; undefined: `alias/aws/s3`. */
      readonly keyId: string | undefined;
      readonly bucketKey: boolean;
    };

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export interface BucketTag {
  readonly Key: string;
  readonly Value: string;
}

export interface BucketRecord {
  readonly v: 1;
  /** Tells apart two buckets that had the same name one after the other. */
  readonly id: string;
  readonly name: string;
  readonly owner: AccountId;
  readonly region: Region;
  /** What GetBucketLocation answers: `EU` where the bucket was made with it. */
  readonly location: string | undefined;
  readonly createdMs: number;
  /** The S3 key: SSE-S3 data keys are wrapped under it, and it under the root key. Not an S3 Bucket Key. */
  readonly s3Key: Uint8Array;
  readonly encryption: BucketDefault;
  /** Whether PutBucketEncryption ever set it: then copying an object onto itself is no error. */
  readonly encryptionIsExplicit: boolean;
  readonly blocksCustomerKeys: boolean;
  /** Absent: never set, which is not the same as suspended. */
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  readonly publicAccessBlock?: PublicAccessBlock | undefined;
  readonly ownership?: Ownership | undefined;
  /** The bucket policy's text. */
  readonly policy?: string | undefined;
  /** What the policy's principals stood for when it was put (`bindPrincipals`). */
  readonly policyPrincipals?: Readonly<Record<string, string>> | undefined;
  readonly policyIsPublic?: boolean | undefined;
  readonly tags?: readonly BucketTag[] | undefined;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export type ChecksumAlgorithm = DigestName;

/** A stored checksum, its value in base64; of a composite one with the number of parts. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

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
  /** Wrapped by the bucket's S3 key. */
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
      /** The outer layer's data key, wrapped by the bucket's S3 key. */
      readonly wrapped: Uint8Array;
    }
  /** The customer's key is not kept: only a salt and a keyed hash, by which it is recognized. */
  | { readonly kind: 'SSE-C'; readonly salt: Uint8Array; readonly verifier: Uint8Array };

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

/** The checksum that an upload was made with. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: 'COMPOSITE' | 'FULL_OBJECT';
}

export interface MultipartUpload {
  readonly v: 1;
  readonly uploadId: string;
  /** The id that the finished object's write will have: its parts are encrypted for it. */
  readonly writeId: string;
  readonly initiatedMs: number;
  readonly initiator: { readonly arn: string; readonly account: AccountId | undefined };
  readonly encryption: StoredEncryption;
  /**
   * With a customer's key, which the end of the upload does not bring: the key that authenticates the finished object's
   * fixed fields, wrapped by the root key.
   */
  readonly metadataKey: Uint8Array | undefined;
  readonly headers: SystemHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** Undefined: the upload was made without an algorithm. */
  readonly checksum: UploadChecksum | undefined;
  /** The newest version of the key when the upload began, by its write: a condition tells whether it is still it. */
  readonly onTopOf: string;
  readonly tag: Uint8Array;
}

/** One part, of an upload or of a finished object. */
export interface PartRecord {
  readonly v: 1;
  readonly number: number;
  readonly size: number;
  /** Where the part begins in the finished object; 0 while the upload goes on. */
  readonly offset: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** Of the algorithm of the upload, or CRC64NVME where it has none; a customer's key without an algorithm has none. */
  readonly checksum: Pick<StoredChecksum, 'algorithm' | 'value'> | undefined;
  readonly piece: Piece;
  readonly tag: Uint8Array;
}

/** A bucket-level key in use. */
export interface BucketLevelKey {
  readonly v: 1;
  /** KMS's ciphertext of the key, which is stored with every object made under it. */
  readonly ciphertext: Uint8Array;
  readonly keyArn: string;
  /** The key itself, wrapped by the root key. */
  readonly wrapped: Uint8Array;
  readonly madeMs: number;
  readonly expiresMs: number;
}

export interface ReplicationConfiguration {
  readonly v: 1;
  /** As it was put, every rule with an id. */
  readonly configuration: Configuration;
}

/** A version that waits to be replicated: written in the same transaction as the version itself. */
export interface ReplicationTask {
  readonly v: 1;
  readonly bucketId: string;
  readonly key: string;
  readonly versionId: string;
  /** Tells apart two writes of one version id, as `null` can have. */
  readonly writeId: string;
  /** `tags`: of an object that is there already, its new tags alone. */
  readonly kind: 'object' | 'delete-marker' | 'tags';
  /** The rules that matched and are not done, one a destination. */
  readonly ruleIds: readonly string[];
  /** Whether a destination failed for good. */
  readonly hasFailed: boolean;
  readonly queuedMs: number;
  /** Attempts that came to nothing for the time being. */
  readonly attempts: number;
}
