/**
 * Determines an object's encryption from the request's headers and the bucket's default. S3 API Reference, PutObject,
 * and Amazon S3 User Guide, "Setting default server-side encryption behavior for Amazon S3 buckets".
 */

import { type AccountId, keyArn, parseArn } from '../../api/arn.ts';
import { AwsError } from '../../api/errors.ts';
import { allowed } from '../../api/nearest.ts';
import { connectionOf } from '../../api/origin.ts';
import { isRegion } from '../../api/regions.ts';
import type { Call } from '../../call/operation.ts';
import { callerAccount, callerArn } from '../../policy/caller.ts';
import type { BucketRecord, SentEncryption } from '../../store/records/s3.ts';
import { isKeptName } from '../../store/table.ts';
import { notImplementedHeader } from './conditions.ts';
import { type CustomerKey, type CustomerKeyHeaders, hasCustomerKey, parseCustomerKey } from './customer-key.ts';
import { ABSENT, invalidArgument } from './invalid-argument.ts';

/** A request's encryption context, in addition to S3's own pair. */
export type ExtraContext = Readonly<Record<string, string>>;

/** The encryption of an object to be written. */
export type Encryption =
  | { readonly kind: 'SSE-S3' }
  | {
      readonly kind: 'SSE-KMS';
      /** As named by the request or the bucket: id, ARN or alias. */
      readonly keyId: string;
      /** Why it is this key, as a clause: `the bucket's default encryption names this key`. */
      readonly because: string;
      readonly bucketKey: boolean;
      readonly extraContext: ExtraContext | undefined;
    }
  | {
      readonly kind: 'DSSE-KMS';
      readonly keyId: string;
      readonly because: string;
      readonly extraContext: ExtraContext | undefined;
    }
  | { readonly kind: 'SSE-C'; readonly customerKey: CustomerKey };

/** An encryption and where it came from, which only the audit log shows. */
export interface SettledEncryption {
  readonly encryption: Encryption;
  readonly from: 'request' | 'default';
}

export interface EncryptionHeaders extends CustomerKeyHeaders {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** The key if none is named: the requester's AWS managed key. */
const awsManagedAlias = 'alias/aws/s3';

const HEADER = 'x-amz-server-side-encryption';

/**
 * Determines the encryption of a write. Headers are checked first; `requireWritable` reports that the bucket does not
 * accept customers' keys, since S3 reports that after it checks permissions but before it checks the key.
 * @throws AwsError InvalidArgument, InvalidEncryptionAlgorithmError
 */
export function settleEncryption(headers: EncryptionHeaders, bucket: BucketRecord): SettledEncryption | 'blocked' {
  if (hasCustomerKey(headers)) return settleCustomerKey(headers, bucket);
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId, BucketKeyEnabled } = headers;
  const isKms = algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse';
  if (keyId !== undefined && !isKms) {
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      HEADER,
      algorithm ?? ABSENT,
      'a KMS key needs --server-side-encryption aws:kms or aws:kms:dsse (--sse with ssebox s3)',
    );
  }
  const extraContext = parseContextHeader(headers.SSEKMSEncryptionContext);
  switch (algorithm) {
    case undefined:
      return { encryption: defaultEncryption(bucket, { bucketKey: BucketKeyEnabled, extraContext }), from: 'default' };
    case 'AES256':
      return { encryption: { kind: 'SSE-S3' }, from: 'request' };
    case 'aws:kms': {
      const bucketKey = BucketKeyEnabled ?? (bucket.encryption.kind === 'SSE-KMS' && bucket.encryption.bucketKey);
      // Without a key id it is the AWS managed key, even if the bucket's default is another: S3 API Reference,
      // PutObject.
      const key = kmsKey("the request's header", algorithm, keyId);
      return { encryption: { kind: 'SSE-KMS', ...key, bucketKey, extraContext }, from: 'request' };
    }
    case 'aws:kms:dsse': {
      const key = kmsKey("the request's header", algorithm, keyId);
      return { encryption: { kind: 'DSSE-KMS', ...key, extraContext }, from: 'request' };
    }
    default:
      throw invalidArgument(
        'The encryption method specified is not supported',
        HEADER,
        algorithm,
        allowed(algorithm, ['AES256', 'aws:kms', 'aws:kms:dsse']),
      );
  }
}

function settleCustomerKey(headers: EncryptionHeaders, bucket: BucketRecord): SettledEncryption | 'blocked' {
  if (bucket.blocksCustomerKeys) return 'blocked';
  if (headers.ServerSideEncryption !== undefined) {
    throw invalidArgument(
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      HEADER,
      headers.ServerSideEncryption,
    );
  }
  const customerKey = parseCustomerKey(headers, 'write');
  if (!customerKey) throw new Error('headers of a customer key without any');
  return { encryption: { kind: 'SSE-C', customerKey }, from: 'request' };
}

function defaultEncryption(
  { encryption }: BucketRecord,
  {
    bucketKey,
    extraContext,
  }: { readonly bucketKey: boolean | undefined; readonly extraContext: ExtraContext | undefined },
): Encryption {
  switch (encryption.kind) {
    case 'SSE-S3':
      return { kind: 'SSE-S3' };
    case 'SSE-KMS':
      return {
        kind: 'SSE-KMS',
        ...kmsKey("the bucket's default encryption", 'aws:kms', encryption.keyId),
        bucketKey: bucketKey ?? encryption.bucketKey,
        extraContext,
      };
    case 'DSSE-KMS':
      return {
        kind: 'DSSE-KMS',
        ...kmsKey("the bucket's default encryption", 'aws:kms:dsse', encryption.keyId),
        extraContext,
      };
  }
}

/** A bucket's default as the headers that would ask for the same. */
export function defaultAsSent(bucket: BucketRecord, call: Call): SentEncryption {
  const { encryption } = bucket;
  if (encryption.kind === 'SSE-S3') return { algorithm: 'AES256' };
  const algorithm = encryption.kind === 'SSE-KMS' ? 'aws:kms' : 'aws:kms:dsse';
  return { algorithm, keyArn: namedKeyArn(encryption.keyId ?? awsManagedAlias, bucket, call) };
}

/** The key that the request or the default names, or else the AWS managed one. */
function kmsKey(who: string, algorithm: string, keyId: string | undefined): { keyId: string; because: string } {
  if (keyId === undefined) {
    return {
      keyId: awsManagedAlias,
      because: `${who} asks for ${algorithm} and names no key, so it is ${awsManagedAlias}`,
    };
  }
  return { keyId, because: `${who} names ${namedKey(keyId)}` };
}

/** A key for a clause about a decision, whose resource is the key's ARN. */
export const namedKey = (keyId: string): string => (/(^|:)alias\//.test(keyId) ? `this key as ${keyId}` : 'this key');

/**
 * The pairs in `x-amz-server-side-encryption-context`.
 * @throws AwsError InvalidArgument if it is not base64 of a JSON object of strings, NotImplemented for a name that the
 * store cannot keep.
 */
function parseContextHeader(header: string | undefined): ExtraContext | undefined {
  if (header === undefined) return undefined;
  const pairs = parseStringMap(header);
  const unkept = Object.keys(pairs ?? {}).find((name) => !isKeptName(name));
  if (unkept !== undefined) {
    throw notImplementedHeader('x-amz-server-side-encryption-context', `No pair may be named ${unkept}`);
  }
  if (pairs) return pairs;
  throw invalidArgument(
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
    'x-amz-server-side-encryption-context',
    header,
  );
}

function parseStringMap(base64: string): Record<string, string> | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
      ? Object.fromEntries(entries)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The refusal of a customer's key by a bucket that does not accept any, as every new bucket since April 2026: Amazon S3
 * User Guide, "Blocking or unblocking SSE-C for a general purpose bucket".
 */
export function customerKeysBlocked(action: string, resource: string, call: Call): AwsError {
  return new AwsError(
    'AccessDenied',
    `User: ${callerArn(call.caller)} is not authorized to perform: ${action} on resource: "${resource}" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`,
    {},
    'the bucket blocks customer keys (SSE-C): its BlockedEncryptionTypes in ssebox s3api put-bucket-encryption allow them with NONE',
  );
}

/** KMS keys need Signature Version 4, so an unsigned request or one of version 2 cannot use them. */
export function requireSignature({ caller, origin }: Pick<Call, 'caller' | 'origin'>): void {
  if (caller.kind !== 'anonymous' && connectionOf(origin, 's3').signatureVersion === 4) return;
  throw invalidArgument(
    'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.',
    'Authorization',
    ABSENT,
  );
}

/**
 * A request's key id as the ARN that policies compare: an id is in the caller's account and the bucket's region, an
 * alias is resolved to its current key.
 */
export function namedKeyArn(keyId: string | undefined, bucket: BucketRecord, call: Call): string | undefined {
  const account = callerAccount(call.caller);
  if (keyId === undefined || account === undefined) return keyId;
  const arn = parseArn(keyId);
  if (arn)
    return arn.resource.startsWith('alias/')
      ? (aliasTarget(arn.account, arn.region, arn.resource, call) ?? keyId)
      : keyId;
  if (keyId.startsWith('alias/')) return aliasTarget(account, bucket.region, keyId, call) ?? keyId;
  return keyArn(bucket.region, account, keyId);
}

function aliasTarget(account: AccountId, region: string, name: string, { tx }: Call): string | undefined {
  if (!isRegion(region)) return undefined;
  const alias = tx.kmsAliases.get([account, region, name]);
  return alias && keyArn(region, account, alias.keyId);
}
