/**
 * Requests on objects in the audit log: headers with their wire names, and never a key. CloudTrail User Guide, "Amazon
 * S3 data events", and Amazon S3 User Guide, "Amazon S3 CloudTrail events".
 */

import { bucketArn, objectArn } from '../../api/arn.ts';
import type { RecordedResource } from '../../store/records/call.ts';
import type { BucketRecord, StoredEncryption } from '../../store/records/s3.ts';
import { modeOf } from './encryption-members.ts';
import type { Encryption, SettledEncryption } from './encryption-settings.ts';
import type { ObjectPlace } from './object-key.ts';

/** Wire names of a request's members; a member that is not listed is not shown. */
const wireNames: Readonly<Record<string, string>> = {
  ACL: 'x-amz-acl',
  AnnotationDirective: 'x-amz-object-annotation-directive',
  BucketKeyEnabled: 'x-amz-server-side-encryption-bucket-key-enabled',
  BucketNamespace: 'x-amz-bucket-namespace',
  BucketRegion: 'bucket-region',
  BypassGovernanceRetention: 'x-amz-bypass-governance-retention',
  CacheControl: 'Cache-Control',
  ChecksumMode: 'x-amz-checksum-mode',
  ChecksumType: 'x-amz-checksum-type',
  ConfirmRemoveSelfBucketAccess: 'x-amz-confirm-remove-self-bucket-access',
  ContentDisposition: 'Content-Disposition',
  ContentEncoding: 'Content-Encoding',
  ContentLanguage: 'Content-Language',
  ContinuationToken: 'continuation-token',
  CopySource: 'x-amz-copy-source',
  CopySourceIfMatch: 'x-amz-copy-source-if-match',
  CopySourceIfModifiedSince: 'x-amz-copy-source-if-modified-since',
  CopySourceIfNoneMatch: 'x-amz-copy-source-if-none-match',
  CopySourceIfUnmodifiedSince: 'x-amz-copy-source-if-unmodified-since',
  CopySourceRange: 'x-amz-copy-source-range',
  CopySourceSSECustomerAlgorithm: 'x-amz-copy-source-server-side-encryption-customer-algorithm',
  CopySourceSSECustomerKeyMD5: 'x-amz-copy-source-server-side-encryption-customer-key-MD5',
  Delimiter: 'delimiter',
  EncodingType: 'encoding-type',
  ExpectedBucketOwner: 'x-amz-expected-bucket-owner',
  ExpectedSourceBucketOwner: 'x-amz-source-expected-bucket-owner',
  Expires: 'Expires',
  FetchOwner: 'fetch-owner',
  GrantFullControl: 'x-amz-grant-full-control',
  GrantRead: 'x-amz-grant-read',
  GrantReadACP: 'x-amz-grant-read-acp',
  GrantWrite: 'x-amz-grant-write',
  GrantWriteACP: 'x-amz-grant-write-acp',
  Id: 'id',
  IfMatch: 'If-Match',
  IfMatchInitiatedTime: 'x-amz-if-match-initiated-time',
  IfMatchLastModifiedTime: 'x-amz-if-match-last-modified-time',
  IfMatchSize: 'x-amz-if-match-size',
  IfModifiedSince: 'If-Modified-Since',
  IfNoneMatch: 'If-None-Match',
  IfUnmodifiedSince: 'If-Unmodified-Since',
  Key: 'key',
  KeyMarker: 'key-marker',
  Marker: 'marker',
  MaxBuckets: 'max-buckets',
  MaxKeys: 'max-keys',
  MaxParts: 'max-parts',
  MaxUploads: 'max-uploads',
  MetadataDirective: 'x-amz-metadata-directive',
  MpuObjectSize: 'x-amz-mp-object-size',
  ObjectAttributes: 'x-amz-object-attributes',
  ObjectLockEnabledForBucket: 'x-amz-bucket-object-lock-enabled',
  ObjectLockLegalHoldStatus: 'x-amz-object-lock-legal-hold',
  ObjectLockMode: 'x-amz-object-lock-mode',
  ObjectLockRetainUntilDate: 'x-amz-object-lock-retain-until-date',
  ObjectOwnership: 'x-amz-object-ownership',
  OptionalObjectAttributes: 'x-amz-optional-object-attributes',
  PartNumber: 'partNumber',
  PartNumberMarker: 'part-number-marker',
  Prefix: 'prefix',
  Range: 'Range',
  RequestPayer: 'x-amz-request-payer',
  ResponseCacheControl: 'response-cache-control',
  ResponseContentDisposition: 'response-content-disposition',
  ResponseContentEncoding: 'response-content-encoding',
  ResponseContentLanguage: 'response-content-language',
  ResponseContentType: 'response-content-type',
  ResponseExpires: 'response-expires',
  SSECustomerAlgorithm: 'x-amz-server-side-encryption-customer-algorithm',
  SSECustomerKeyMD5: 'x-amz-server-side-encryption-customer-key-MD5',
  SSEKMSEncryptionContext: 'x-amz-server-side-encryption-context',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SkipDestinationValidation: 'x-amz-skip-destination-validation',
  StartAfter: 'start-after',
  StorageClass: 'x-amz-storage-class',
  Tagging: 'x-amz-tagging',
  TaggingDirective: 'x-amz-tagging-directive',
  TransitionDefaultMinimumObjectSize: 'x-amz-transition-default-minimum-object-size',
  UploadId: 'uploadId',
  UploadIdMarker: 'upload-id-marker',
  VersionId: 'versionId',
  VersionIdMarker: 'version-id-marker',
  WebsiteRedirectLocation: 'x-amz-website-redirect-location',
  WriteOffsetBytes: 'x-amz-write-offset-bytes',
};

/**
 * `requestParameters` of a request about a bucket or an object: its headers and query; `more` has what is not in the
 * input, such as `uploads: ''`, and documents; `ownNames` has wire names of members that other operations send under
 * another one. Events also have its host.
 */
export function requestParameters(
  input: object & { readonly Bucket?: string | undefined },
  more: Readonly<Record<string, unknown>> = {},
  ownNames: Readonly<Record<string, string>> = {},
): Readonly<Record<string, unknown>> {
  const { Bucket } = input;
  const shown: Record<string, unknown> = { ...(Bucket !== undefined && { bucketName: Bucket }), ...more };
  for (const [member, value] of Object.entries(input)) {
    const name = ownNames[member] ?? wireNames[member];
    const text = textOnWire(value);
    if (name !== undefined && text !== undefined) shown[name] = text;
  }
  return shown;
}

/** Undefined for a document, such as that of PutBucketTagging, which has the name of a header of PutObject. */
function textOnWire(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.toUTCString();
  return typeof value === 'object' && !Array.isArray(value) ? undefined : String(value);
}

/** `responseElements` of a write: the applied encryption, and the version. */
export function responseElements(output: {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly VersionId?: string | undefined;
  readonly DeleteMarker?: boolean | undefined;
}): Readonly<Record<string, string>> | null {
  const elements = {
    'x-amz-server-side-encryption': output.ServerSideEncryption,
    'x-amz-server-side-encryption-aws-kms-key-id': output.SSEKMSKeyId,
    'x-amz-server-side-encryption-context': output.SSEKMSEncryptionContext,
    'x-amz-server-side-encryption-customer-algorithm': output.SSECustomerAlgorithm,
    'x-amz-server-side-encryption-customer-key-MD5': output.SSECustomerKeyMD5,
    'x-amz-server-side-encryption-bucket-key-enabled': output.BucketKeyEnabled,
    'x-amz-version-id': output.VersionId,
    'x-amz-delete-marker': output.DeleteMarker,
  };
  const shown = Object.entries(elements).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return shown.length > 0 ? Object.fromEntries(shown) : null;
}

/** The object, without an account, and its bucket, as data events list them. */
export function objectResources({ bucket, key }: ObjectPlace): readonly RecordedResource[] {
  return [{ type: 'AWS::S3::Object', arn: objectArn(bucket.name, key) }, bucketResource(bucket)];
}

/** The bucket of a call that needs no permission on it, or on one object. */
export const bucketResource = ({ name, owner }: BucketRecord): RecordedResource => ({
  type: 'AWS::S3::Bucket',
  arn: bucketArn(name),
  account: owner,
});

type Kind = Encryption['kind'];
const appliedNames: Readonly<Record<Kind, string>> = {
  'SSE-S3': 'SSE_S3',
  'SSE-KMS': 'SSE_KMS',
  'DSSE-KMS': 'DSSE_KMS',
  'SSE-C': 'SSE_C',
};

/** `SSEApplied` of a write: the encryption and where it came from. */
export const sseApplied = ({ encryption, from }: SettledEncryption): string =>
  `${from === 'default' ? 'Default_' : ''}${appliedNames[encryption.kind]}`;

/** `SSEApplied` of a read. */
export const sseOf = (encryption: StoredEncryption): string => appliedNames[modeOf(encryption)];

/** The facts in data events besides a call's parameters and connection, for its record. */
export function dataEventFacts(facts: {
  readonly in?: number | undefined;
  readonly out?: number | undefined;
  readonly sse?: string | undefined;
  readonly stored?: StoredEncryption | undefined;
}) {
  const { in: bytesIn = 0, out: bytesOut = 0, sse, stored } = facts;
  return {
    bytesIn,
    bytesOut,
    ...(stored && 'keyArn' in stored && { keyArn: stored.keyArn }),
    ...(sse !== undefined && { extra: { SSEApplied: sse } }),
  };
}
