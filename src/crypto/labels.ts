/**
 * The purposes of keys: HKDF labels (`info`, RFC 5869 section 3.2), one for each use. A stored key opens only under the
 * exact bytes of its label, so a label never changes, even if a name in the code does.
 */

/** Secrets wrapped under the root key. */
export const wrapLabels = {
  accessKeySecret: 'ssebox iam secret access key',
  backingKey: 'ssebox kms backing key',
  importToken: 'ssebox kms import token',
  /** A key that CloudTrail signs its digests with. */
  trailSigningKey: 'ssebox cloudtrail signing key',
  /** A bucket's S3 key. */
  s3Key: 'ssebox/s3/bucket',
  bucketLevelKey: 'ssebox/s3/bucket-level-key',
  /** For a multipart upload under a customer's key: the key that will authenticate the resulting object. */
  metadataKey: 'ssebox/s3/upload-metadata-key',
  /** The keys of `identifierLabels`, once the store has another root key than the one that they were derived from. */
  identifierKey: 'ssebox identifier key',
} as const;

export type WrapLabel = (typeof wrapLabels)[keyof typeof wrapLabels];

/** Keys for keyed hashes, derived from the root key. */
export const hashLabels = {
  rootKeyCheck: 'ssebox root key check',
  /** Authenticates the rows of every table, and their sums. */
  row: 'ssebox row',
  materialId: 'ssebox kms key material id',
  grantToken: 'ssebox kms grant token',
  /** The end of the access key id of a session, which tells the store's own from others'. */
  sessionKeyId: 'ssebox sts access key id',
  /** The end of a version id, which identifies foreign ones. */
  versionId: 'ssebox/s3/version-id',
  /** Hides the position that a version id contains. */
  versionPlace: 'ssebox/s3/version-place',
} as const;

/** Keys of identifiers that were given out: they stay the same when the store gets another root key. */
export const identifierLabels = [
  hashLabels.materialId,
  hashLabels.grantToken,
  hashLabels.sessionKeyId,
  hashLabels.versionId,
  hashLabels.versionPlace,
] as const;

export type IdentifierLabel = (typeof identifierLabels)[number];

/** The rows that had a tag as a member in stores of format 1. Now `hashLabels.row` is for the rows of every table. */
export const format1RowKinds = ['version', 'part', 'upload', 'uploaded-part'] as const;

export type Format1RowKind = (typeof format1RowKinds)[number];

export const format1RowLabel = <K extends Format1RowKind>(kind: K): `ssebox/s3/${K}` => `ssebox/s3/${kind}`;

export type HashLabel = (typeof hashLabels)[keyof typeof hashLabels] | `ssebox/s3/${Format1RowKind}`;

/** Keys derived from the data key of an object version. */
export const dataKeyLabels = {
  /** The key that authenticates the permanent facts of a write. */
  metadata: 'ssebox/s3/metadata',
  /** The keys that seal segments of ciphertext. */
  segments: 'ssebox/s3/segments',
} as const;

export type DataKeyLabel = (typeof dataKeyLabels)[keyof typeof dataKeyLabels];

/** Prefix of the salt in the hash by which S3 recognizes a customer's key. */
export const CUSTOMER_KEY_LABEL = 'ssebox/s3/customer-key-verifier';

/** Derives from a root key the key that authenticates its own file. */
export const ROOT_KEY_FILE_LABEL = 'ssebox root key file';
