/** The rows of S3: buckets, versions of objects, parts, multipart uploads, bucket-level keys and replication. */

import type { AccountId } from '../../api/arn.ts';
import type { ChecksumType, ReplicationConfiguration as Configuration } from '../../api/model/s3.types.ts';
import type { Region } from '../../api/regions.ts';
import type { DigestName } from '../../crypto/checksums.ts';

/** The maximum size of ciphertext in a row; more is in a separate file. */
export const MAX_ROW_BYTES = 64 * 1024;

/** The encryption of objects that are written without encryption headers. */
export type BucketDefault =
  | { readonly kind: 'SSE-S3'; readonly bucketKey: boolean }
  | {
      readonly kind: 'SSE-KMS' | 'DSSE-KMS';
      /** As given: id, ARN or alias, resolved at each write; undefined for `alias/aws/s3`. */
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
  /** Distinguishes two successive buckets with the same name. */
  readonly id: string;
  readonly name: string;
  readonly owner: AccountId;
  readonly region: Region;
  /** GetBucketLocation's value: `EU` if the bucket was created with it. */
  readonly location: string | undefined;
  readonly createdMs: number;
  /** The S3 key: SSE-S3 data keys are wrapped under it, and it under the root key. Not an S3 Bucket Key. */
  readonly s3Key: Uint8Array;
  readonly encryption: BucketDefault;
  /** Whether PutBucketEncryption ever set it: if so, copying an object onto itself is not an error. */
  readonly encryptionIsExplicit: boolean;
  readonly blocksCustomerKeys: boolean;
  /** Absent if never set, which differs from suspended. */
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  readonly publicAccessBlock?: PublicAccessBlock | undefined;
  readonly ownership?: Ownership | undefined;
  /** The bucket policy's text. */
  readonly policy?: string | undefined;
  /** The policy's principals, as resolved when it was saved (`bindPrincipals`). */
  readonly policyPrincipals?: Readonly<Record<string, string>> | undefined;
  readonly policyIsPublic?: boolean | undefined;
  readonly tags?: readonly BucketTag[] | undefined;
  /**
   * Set for a bucket of an imported account: its objects stayed there. The key is the one that its default encryption
   * named then, if that is KMS's.
   */
  readonly objectsElsewhere?: { readonly keyArn?: string | undefined } | undefined;
  /**
   * How often its metrics configurations were changed; absent if it has none, so that a request need not look for them.
   * Changing them changes the bucket, so that whoever knows the bucket knows them.
   */
  readonly metricsRevision?: number | undefined;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export type ChecksumAlgorithm = DigestName;

/** A stored checksum, its value in base64; the value of a composite one includes the number of parts. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

/** The ciphertext of one upload or one part. */
export interface Piece {
  /** Identifies the ciphertext, which is sealed with this id. */
  readonly id: string;
  /** The blob file, if the id does not name it: for a replica whose ciphertext was copied unchanged. */
  readonly file?: string | undefined;
  /** In a row of `objectData`, or in a blob file. */
  readonly place: 'row' | 'file';
  /** Bytes of plaintext and of ciphertext. */
  readonly size: number;
  readonly storedSize: number;
  /** One salt per layer of encryption, the inner layer first. */
  readonly salts: readonly Uint8Array[];
}

/** The location of an object's bytes. */
export type Content =
  | { readonly kind: 'whole'; readonly piece: Piece }
  /** The parts are rows of `objectParts`, counted from 0. */
  | {
      readonly kind: 'parts';
      readonly count: number;
      /** Whether the upload was created with a checksum algorithm: only then do parts show theirs. */
      readonly hasPartChecksums: boolean;
    };

/** The stored form of a version's data key. */
export type StoredEncryption =
  /** Wrapped under the bucket's S3 key. */
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
      /** The data key, wrapped under the bucket-level key. */
      readonly wrapped: Uint8Array;
    }
  | {
      readonly kind: 'DSSE-KMS';
      readonly keyArn: string;
      readonly context: Readonly<Record<string, string>>;
      /** KMS's ciphertext of the inner layer's data key. */
      readonly ciphertext: Uint8Array;
      /** The outer layer's data key, wrapped under the bucket's S3 key. */
      readonly wrapped: Uint8Array;
    }
  /** The customer's key is not stored: only a salt and a keyed hash, which identify it. */
  | { readonly kind: 'SSE-C'; readonly salt: Uint8Array; readonly verifier: Uint8Array };

/** Headers that S3 stores and returns. */
export interface SystemHeaders {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly expiresMs?: number | undefined;
  /** What was sent instead of a time. */
  readonly expiresText?: string | undefined;
}

/** The permanent facts of a write. */
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

/** Facts that change without a new version. */
export interface ChangingFields {
  readonly tags: readonly Tag[];
  readonly replication?: ReplicationStatus | undefined;
  /** The ids of the buckets that it was replicated to, even if the replica no longer exists. */
  readonly replicatedTo?: readonly string[] | undefined;
}

interface Version {
  readonly v: 1;
  /** `null` for a version written while versioning was not enabled. */
  readonly versionId: string;
  /** Decreases with every version of a key, so that the newest sorts first. */
  readonly order: number;
}

/** The write that ciphertext and fixed fields were sealed for. */
export interface SealedFor {
  readonly bucketId: string;
  readonly key: string;
  readonly writeId: string;
}

export interface ObjectVersion extends Version {
  readonly kind: 'object';
  /** Identifies this write; never reused. */
  readonly writeId: string;
  /** For a replica under a customer's key, which S3 cannot open: the source's write. */
  readonly sealedFor?: SealedFor | undefined;
  /** For such a replica, if it is not in parts: its blob file, since its fixed fields are the source's. */
  readonly copiedFile?: string | undefined;
  readonly fixed: FixedFields;
  /** Over the fixed fields, with the object's own key. */
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

/** The checksum that an upload was created with. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: 'COMPOSITE' | 'FULL_OBJECT';
}

/** The encryption headers of a request, as policies see them; a header that was not sent is absent. */
export interface SentEncryption {
  /** `x-amz-server-side-encryption`. */
  readonly algorithm?: string | undefined;
  /** `x-amz-server-side-encryption-aws-kms-key-id`: the ARN of the key that it named then. */
  readonly keyArn?: string | undefined;
}

export interface MultipartUpload {
  readonly v: 1;
  readonly uploadId: string;
  /** The write id that the completed object will have: its parts are encrypted for it. */
  readonly writeId: string;
  readonly initiatedMs: number;
  readonly initiator: { readonly arn: string; readonly account: AccountId | undefined };
  readonly encryption: StoredEncryption;
  /**
   * What CreateMultipartUpload asked for, by its headers and not by the bucket's default. Absent in uploads that began
   * before it was stored: they count as having asked for the KMS key that they are under, if any.
   */
  readonly sent?: SentEncryption | undefined;
  /**
   * For a customer's key, which the completion request does not contain: the key that will authenticate the completed
   * object's fixed fields, wrapped under the root key.
   */
  readonly metadataKey: Uint8Array | undefined;
  readonly headers: SystemHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** Undefined if the upload was created without an algorithm. */
  readonly checksum: UploadChecksum | undefined;
  /** The newest version of the key when the upload began, by its write: a condition checks that it is unchanged. */
  readonly onTopOf: string;
}

/** A part of an upload or of a completed object. */
export interface PartRecord {
  readonly v: 1;
  readonly number: number;
  readonly size: number;
  /** Where the part begins in the completed object; 0 during the upload. */
  readonly offset: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** With the upload's algorithm, or CRC64NVME if it has none; absent for a customer's key without an algorithm. */
  readonly checksum: Pick<StoredChecksum, 'algorithm' | 'value'> | undefined;
  readonly piece: Piece;
}

/** A bucket-level key in use. */
export interface BucketLevelKey {
  readonly v: 1;
  /** KMS's ciphertext of the key, which is stored with every object encrypted under it. */
  readonly ciphertext: Uint8Array;
  readonly keyArn: string;
  /** The key itself, wrapped under the root key. */
  readonly wrapped: Uint8Array;
  readonly madeMs: number;
  readonly expiresMs: number;
}

/** A configuration of a bucket that is a document of its own. */
export interface BucketConfiguration {
  readonly v: 1;
  /** By the members of S3's model, as S3 returns it. */
  readonly document: Readonly<Record<string, unknown>>;
}

export interface ReplicationConfiguration {
  readonly v: 1;
  /** As given, with an id for every rule. */
  readonly configuration: Configuration;
}

/** A version that waits to be replicated: written in the same transaction as the version itself. */
export interface ReplicationTask {
  readonly v: 1;
  readonly bucketId: string;
  readonly key: string;
  readonly versionId: string;
  /** Distinguishes two writes with the same version id, which `null` allows. */
  readonly writeId: string;
  /** `tags`: only the new tags of an object that already exists. */
  readonly kind: 'object' | 'delete-marker' | 'tags';
  /** The matching rules that are not completed, one per destination. */
  readonly ruleIds: readonly string[];
  /** Whether a destination failed permanently. */
  readonly hasFailed: boolean;
  readonly queuedMs: number;
  /** The size of an object that is sent whole; absent if its bytes are not sent, or in older rows. */
  readonly bytes?: number | undefined;
  /** Attempts that failed temporarily. */
  readonly attempts: number;
}
