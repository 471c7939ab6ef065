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
  BucketKeyEnabled: 'x-amz-server-side-encryption-bucket-key-enabled',
  BypassGovernanceRetention: 'x-amz-bypass-governance-retention',
  CacheControl: 'Cache-Control',
  ChecksumMode: 'x-amz-checksum-mode',
  ContentDisposition: 'Content-Disposition',
  ContentEncoding: 'Content-Encoding',
  ContentLanguage: 'Content-Language',
  ContinuationToken: 'continuation-token',
  CopySource: 'x-amz-copy-source',
  CopySourceRange: 'x-amz-copy-source-range',
  CopySourceSSECustomerAlgorithm: 'x-amz-copy-source-server-side-encryption-customer-algorithm',
  CopySourceSSECustomerKeyMD5: 'x-amz-copy-source-server-side-encryption-customer-key-MD5',
  Delimiter: 'delimiter',
  EncodingType: 'encoding-type',
  ExpectedBucketOwner: 'x-amz-expected-bucket-owner',
  GrantFullControl: 'x-amz-grant-full-control',
  GrantRead: 'x-amz-grant-read',
  GrantReadACP: 'x-amz-grant-read-acp',
  GrantWriteACP: 'x-amz-grant-write-acp',
  IfMatch: 'If-Match',
  IfNoneMatch: 'If-None-Match',
  Key: 'key',
  KeyMarker: 'key-marker',
  Marker: 'marker',
  MaxKeys: 'max-keys',
  MaxParts: 'max-parts',
  MetadataDirective: 'x-amz-metadata-directive',
  PartNumber: 'partNumber',
  Prefix: 'prefix',
  Range: 'Range',
  SSECustomerAlgorithm: 'x-amz-server-side-encryption-customer-algorithm',
  SSECustomerKeyMD5: 'x-amz-server-side-encryption-customer-key-MD5',
  SSEKMSEncryptionContext: 'x-amz-server-side-encryption-context',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  StartAfter: 'start-after',
  StorageClass: 'x-amz-storage-class',
  Tagging: 'x-amz-tagging',
  TaggingDirective: 'x-amz-tagging-directive',
  UploadId: 'uploadId',
  VersionId: 'versionId',
  VersionIdMarker: 'version-id-marker',
  WebsiteRedirectLocation: 'x-amz-website-redirect-location',
};

/** `requestParameters` of a data event; `more` has what is not in the input, such as `uploads: ''`. */
export function requestParameters(
  input: { readonly Bucket: string },
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = {
    bucketName: input.Bucket,
    Host: `${input.Bucket}.s3.amazonaws.com`,
    ...more,
  };
  for (const [member, value] of Object.entries(input)) {
    const name = wireNames[member];
    if (name !== undefined && value !== undefined) shown[name] = String(value);
  }
  return shown;
}

/** `requestParameters` of a management event: the sub-resource, and the document as it was sent. */
export function configurationParameters(
  input: { readonly Bucket: string },
  subresource: string,
  document?: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { bucketName: input.Bucket, Host: `${input.Bucket}.s3.amazonaws.com`, [subresource]: '', ...document };
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
