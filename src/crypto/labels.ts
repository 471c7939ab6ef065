/**
 * What keys are made for: the labels of HKDF (`info`, RFC 5869 section 3.2), each of its own use. A stored key opens
 * only under the very bytes of its label, so a label never changes, even where a name in the code does.
 */

/** What is wrapped by the root key. */
export const wrapLabels = {
  accessKeySecret: 'ssebox iam secret access key',
  backingKey: 'ssebox kms backing key',
  importToken: 'ssebox kms import token',
  /** The S3 key of a bucket. */
  s3Key: 'ssebox/s3/bucket',
  bucketLevelKey: 'ssebox/s3/bucket-level-key',
  /** Of a multipart upload under a customer's key: what authenticates the object that it becomes. */
  metadataKey: 'ssebox/s3/upload-metadata-key',
} as const;

export type WrapLabel = (typeof wrapLabels)[keyof typeof wrapLabels];

/** What keys of keyed hashes are derived from the root key for, except the rows of S3. */
export const hashLabels = {
  rootKeyCheck: 'ssebox root key check',
  materialId: 'ssebox kms key material id',
  grantToken: 'ssebox kms grant token',
  /** The end of a version id, by which a foreign one is told. */
  versionId: 'ssebox/s3/version-id',
  /** Hides the place that a version id contains. */
  versionPlace: 'ssebox/s3/version-place',
} as const;

/** The rows of S3 that carry a tag: versions, parts of objects, multipart uploads and their parts. */
export const rowKinds = ['version', 'part', 'upload', 'uploaded-part'] as const;

export type RowKind = (typeof rowKinds)[number];

export const rowLabel = <K extends RowKind>(kind: K): `ssebox/s3/${K}` => `ssebox/s3/${kind}`;

export type HashLabel = (typeof hashLabels)[keyof typeof hashLabels] | `ssebox/s3/${RowKind}`;

/** What is made of the data keys of an object version. */
export const dataKeyLabels = {
  /** The key that authenticates what a write settles for good. */
  metadata: 'ssebox/s3/metadata',
  /** The keys that seal segments of ciphertext. */
  segments: 'ssebox/s3/segments',
} as const;

export type DataKeyLabel = (typeof dataKeyLabels)[keyof typeof dataKeyLabels];

/** Goes before the salt in the hash by which S3 recognizes a customer's key. */
export const CUSTOMER_KEY_LABEL = 'ssebox/s3/customer-key-verifier';
