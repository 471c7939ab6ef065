/**
 * The data keys of an object version: made at the write, stored wrapped according to the mode, and opened for every
 * read. Amazon S3 User Guide, "Protecting data with encryption".
 */

import { createHash } from 'node:crypto';
import { bucketArn, objectArn } from '../../api/arn.ts';
import { AwsError, DamageError } from '../../api/errors.ts';
import type { Input, Output } from '../../api/model/operations.ts';
import type { Call } from '../../call/operation.ts';
import { AuthenticationError } from '../../crypto/authentication-error.ts';
import { deriveKey } from '../../crypto/derive.ts';
import { sealBlob } from '../../crypto/kms-blob.ts';
import { type DataKeyLabel, wrapLabels } from '../../crypto/labels.ts';
import type { RootKey, RootKeys } from '../../crypto/root-key.ts';
import { unwrap, wrap } from '../../crypto/wrap.ts';
import type {
  BucketRecord,
  MultipartUpload,
  ObjectVersion,
  SealedFor,
  StoredEncryption,
} from '../../store/records/s3.ts';
import type { CustomerKey } from '../request/customer-key.ts';
import { type Encryption, type ExtraContext, namedKey, namedKeyArn } from '../request/encryption-settings.ts';
import { refusalOfKms } from '../request/kms-refusal.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { bucketLevelKeyToRead, bucketLevelKeyToRewrap, bucketLevelKeyToWrite } from './bucket-level-key.ts';
import { recognizeCustomerKey, rememberCustomerKey } from './customer-key-verifier.ts';
import { canonicalText, type Stored } from './record-tag.ts';

/** The single write that a data key is for; it is bound into everything that is wrapped or derived. */
export interface WriteIdentity extends ObjectPlace {
  readonly writeId: string;
  /** Set if the stored bytes were sealed for another write. */
  readonly sealedFor?: SealedFor | undefined;
}

/** The write that made a stored version. */
export const identityOf = (version: ObjectVersion, { bucket, key }: ObjectPlace): WriteIdentity => ({
  bucket,
  key,
  writeId: version.writeId,
  sealedFor: version.sealedFor,
});

/** The write that ciphertext and fixed fields are sealed for. */
export const sealedFor = ({ bucket, key, writeId, sealedFor }: WriteIdentity): SealedFor =>
  sealedFor ?? { bucketId: bucket.id, key, writeId };

/** The data keys of one version, the inner layer's first. */
export type DataKeys = readonly [Uint8Array, ...Uint8Array[]];

const KEY_BYTES = 32;

/** A bucket's S3 key, which wraps the data keys of SSE-S3; the root key wraps it in turn. Not an S3 Bucket Key. */
export function newS3Key(bucketId: string, { random, rootKey }: Pick<Call, 'random' | 'rootKey'>): Uint8Array {
  return wrapS3Key(random(KEY_BYTES), bucketId, rootKey);
}

const wrapS3Key = (s3Key: Uint8Array, bucketId: string, rootKey: RootKey): Uint8Array =>
  rootKey.wrap(wrapLabels.s3Key, s3Key, Buffer.from(bucketId));

/** A bucket's S3 key, wrapped under another root key. @throws StoreError if it is not the one that was stored. */
export const rewrapS3Key = (bucket: BucketRecord, { from, to }: RootKeys): Uint8Array =>
  wrapS3Key(openS3Key(bucket, { rootKey: from }), bucket.id, to);

/** Makes the data keys of a new version. @throws AwsError KMS's refusal, in S3's wording. */
export function newDataKeys(
  encryption: Encryption,
  identity: WriteIdentity,
  call: Call,
): { readonly keys: DataKeys; readonly stored: StoredEncryption } {
  switch (encryption.kind) {
    case 'SSE-S3': {
      const dataKey = call.random(KEY_BYTES);
      return { keys: [dataKey], stored: { kind: 'SSE-S3', wrapped: wrapByS3Key(dataKey, identity, call) } };
    }
    case 'SSE-KMS':
      return encryption.bucketKey
        ? newUnderBucketKey(encryption, identity, call)
        : newUnderKms(encryption, identity, call);
    case 'DSSE-KMS': {
      // The second layer is independent of the first: its key was never in KMS.
      const context = encryptionContext(objectArn(identity.bucket.name, identity.key), encryption.extraContext);
      const { keyId, because } = encryption;
      const inner = generateDataKey(keyId, context, { because, bucket: identity.bucket }, call);
      const outer = call.random(KEY_BYTES);
      const { keyArn, ciphertext } = inner;
      const wrapped = wrapByS3Key(outer, identity, call);
      return { keys: [inner.key, outer], stored: { kind: 'DSSE-KMS', keyArn, context, ciphertext, wrapped } };
    }
    case 'SSE-C': {
      const { key } = encryption.customerKey;
      return { keys: [key], stored: { kind: 'SSE-C', ...rememberCustomerKey(key, call.random) } };
    }
  }
}

type KmsEncryption = Extract<Encryption, { kind: 'SSE-KMS' }>;
type NewDataKeys = ReturnType<typeof newDataKeys>;

function newUnderKms(encryption: KmsEncryption, { bucket, key }: WriteIdentity, call: Call): NewDataKeys {
  const { keyId, because, extraContext } = encryption;
  const context = encryptionContext(objectArn(bucket.name, key), extraContext);
  const { key: dataKey, keyArn, ciphertext } = generateDataKey(keyId, context, { because, bucket }, call);
  return { keys: [dataKey], stored: { kind: 'SSE-KMS', keyArn, context, ciphertext } };
}

function newUnderBucketKey(encryption: KmsEncryption, identity: WriteIdentity, call: Call): NewDataKeys {
  const { keyId, because, extraContext } = encryption;
  const { bucket } = identity;
  const context = encryptionContext(bucketArn(bucket.name), extraContext);
  // By the current key: an alias may point to another one than for the previous write.
  const keyArn = namedKeyArn(keyId, bucket, call) ?? keyId;
  const level = bucketLevelKeyToWrite(keyArn, extraContext, bucket, call, () =>
    generateDataKey(keyId, context, { because, bucket, isBucketKey: true }, call),
  );
  const dataKey = call.random(KEY_BYTES);
  return { keys: [dataKey], stored: underBucketKey(level, dataKey, context, identity, call) };
}

function underBucketKey(
  level: { readonly key: Uint8Array; readonly keyArn: string; readonly ciphertext: Uint8Array },
  dataKey: Uint8Array,
  context: Readonly<Record<string, string>>,
  identity: WriteIdentity,
  call: Call,
): StoredEncryption {
  const { keyArn, ciphertext } = level;
  const wrapped = wrap(level.key, dataKey, associatedData('bucket-level', identity), call.random);
  return { kind: 'SSE-KMS-bucket-key', keyArn, context, ciphertext, wrapped };
}

/**
 * Opens the data keys of a stored version, calling KMS if it holds them.
 * @throws AwsError KMS's refusal, or S3's refusal of the customer's key. @throws Error if a wrapped key does not
 * authenticate.
 */
export const openDataKeys = (
  stored: StoredEncryption,
  identity: WriteIdentity,
  customerKey: CustomerKey | undefined,
  call: Call,
): DataKeys => openKeysOf('the object was encrypted under this key', stored, identity, customerKey, call);

/** The same for an upload, whose parts are all encrypted under its data keys. */
export const openUploadKeys = (
  { encryption, writeId }: MultipartUpload,
  place: ObjectPlace,
  customerKey: CustomerKey | undefined,
  call: Call,
): DataKeys => openKeysOf('the upload began under this key', encryption, { ...place, writeId }, customerKey, call);

function openKeysOf(
  because: string,
  stored: StoredEncryption,
  identity: WriteIdentity,
  customerKey: CustomerKey | undefined,
  call: Call,
): DataKeys {
  requireApplicable(stored, customerKey);
  if (stored.kind === 'SSE-C') return [recognizeCustomerKey(customerKey, stored)];
  const { bucket } = identity;
  return unwrapDataKeys(stored, identity, call, (under) => {
    const isBucketKey = under.kind === 'SSE-KMS-bucket-key';
    const open = () => decrypt(under, { because, bucket, isBucketKey }, call);
    return (isBucketKey ? bucketLevelKeyToRead(under.ciphertext, bucket, call, open) : open()).key;
  });
}

/** An encryption with a KMS ciphertext: of the data key, or of the bucket-level key. */
export type UnderKms = Extract<StoredEncryption, { ciphertext: Uint8Array }>;

/**
 * Opens the data keys of a version whose key S3 stores.
 * @param decrypt opens KMS's ciphertext. @throws Error if a wrapped key does not authenticate.
 */
export function unwrapDataKeys(
  stored: Exclude<StoredEncryption, { kind: 'SSE-C' }>,
  identity: WriteIdentity,
  keeper: Pick<Call, 'rootKey'>,
  decrypt: (stored: UnderKms) => Uint8Array,
): DataKeys {
  switch (stored.kind) {
    case 'SSE-S3':
      return [unwrapByS3Key(stored.wrapped, identity, keeper)];
    case 'SSE-KMS':
      return [decrypt(stored)];
    case 'SSE-KMS-bucket-key':
      return [unwrap(decrypt(stored), stored.wrapped, associatedData('bucket-level', identity))];
    case 'DSSE-KMS':
      return [decrypt(stored), unwrapByS3Key(stored.wrapped, identity, keeper)];
  }
}

/**
 * Requires a customer's key, and the right one, if the object needs it, and none if it does not.
 * @throws AwsError InvalidRequest, AccessDenied
 */
export function requireApplicable(stored: StoredEncryption, customerKey: CustomerKey | undefined): void {
  if (stored.kind === 'SSE-C') recognizeCustomerKey(customerKey, stored);
  else if (customerKey) {
    throw new AwsError(
      'InvalidRequest',
      'The encryption parameters are not applicable to this object.',
      {},
      'the object is not encrypted with a customer key: leave out the --sse-customer options (--sse-c with ssebox s3)',
    );
  }
}

/**
 * Wraps a data key that S3 has under a KMS key, for which the caller needs `kms:Encrypt`: S3 API Reference,
 * UpdateObjectEncryption, and Amazon S3 User Guide, "Replicating encrypted objects". S3 makes a bucket-level key and
 * has KMS encrypt it.
 */
export function rewrapDataKey(
  dataKey: Uint8Array,
  { keyArn, because, bucketKey }: Pick<KmsEncryption, 'because' | 'bucketKey'> & { readonly keyArn: string },
  identity: WriteIdentity,
  call: Call,
): StoredEncryption {
  const { bucket, key } = identity;
  if (!bucketKey) {
    const context = encryptionContext(objectArn(bucket.name, key), undefined);
    const encrypted = encrypt(dataKey, keyArn, context, { because, bucket }, call);
    return { kind: 'SSE-KMS', keyArn: encrypted.keyArn, context, ciphertext: encrypted.ciphertext };
  }
  const context = encryptionContext(bucketArn(bucket.name), undefined);
  const level = bucketLevelKeyToRewrap(keyArn, bucket, call, () =>
    encrypt(call.random(KEY_BYTES), keyArn, context, { because, bucket, isBucketKey: true }, call),
  );
  return underBucketKey(level, dataKey, context, identity, call);
}

/**
 * The data keys of a replica, in its source's mode. Under KMS, a key made by S3 is encrypted with the replica's KMS
 * key, for which the role needs `kms:Encrypt`: Amazon S3 User Guide, "Replicating encrypted objects".
 */
export function newReplicaKeys(
  source: StoredEncryption,
  keyId: string | undefined,
  identity: WriteIdentity,
  call: Call,
): { readonly keys: DataKeys; readonly stored: StoredEncryption } {
  if (source.kind === 'SSE-S3') return newDataKeys({ kind: 'SSE-S3' }, identity, call);
  if (source.kind === 'SSE-C' || keyId === undefined) throw new Error(`no key for a replica of ${source.kind}`);
  const dataKey = call.random(KEY_BYTES);
  const bucketKey = source.kind === 'SSE-KMS-bucket-key';
  const because = `the replication rule names ${namedKey(keyId)}`;
  const stored = rewrapDataKey(dataKey, { keyArn: keyId, because, bucketKey }, identity, call);
  if (source.kind !== 'DSSE-KMS' || stored.kind !== 'SSE-KMS') return { keys: [dataKey], stored };
  const outer = call.random(KEY_BYTES);
  const wrapped = wrapByS3Key(outer, identity, call);
  return { keys: [dataKey, outer], stored: { ...stored, kind: 'DSSE-KMS', wrapped } };
}

/** A separate key for each use of a version's data keys; the keys of all layers go into it. */
export function versionKey(keys: DataKeys, label: DataKeyLabel, salt: Uint8Array, identity: WriteIdentity): Uint8Array {
  return deriveKey(Buffer.concat(keys), { label, salt, info: identityBytes(identity) });
}

/** A hash of the write as bytes of fixed length, since HKDF's `info` is limited: no two writes have the same. */
export function identityBytes(identity: WriteIdentity, ...more: readonly Stored[]): Uint8Array {
  const { bucketId, key, writeId } = sealedFor(identity);
  return createHash('sha256')
    .update(canonicalText([bucketId, key, writeId, ...more]))
    .digest();
}

/** S3's own pair and the request's: Amazon S3 User Guide, "Specifying server-side encryption with AWS KMS", context. */
function encryptionContext(arn: string, extra: ExtraContext | undefined): Record<string, string> {
  const given = extra?.['aws:s3:arn'];
  if (given !== undefined && given !== arn) {
    throw new AwsError('InvalidRequest', `The encryption context may not set aws:s3:arn to anything but ${arn}.`);
  }
  return { ...extra, 'aws:s3:arn': arn };
}

interface KmsDataKey {
  readonly key: Uint8Array;
  readonly keyArn: string;
  readonly ciphertext: Uint8Array;
}

function generateDataKey(
  keyId: string,
  context: Readonly<Record<string, string>>,
  asking: Asking,
  call: Call,
): KmsDataKey {
  const input = { KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context } as const;
  const answer = invokeKms('GenerateDataKey', input, asking, call);
  const { KeyId, CiphertextBlob, Plaintext } = answer;
  if (!KeyId || !CiphertextBlob || !Plaintext) throw new Error('GenerateDataKey answered without a key');
  return { key: Plaintext, keyArn: KeyId, ciphertext: CiphertextBlob };
}

function encrypt(
  key: Uint8Array,
  keyId: string,
  context: Readonly<Record<string, string>>,
  asking: Asking,
  call: Call,
): KmsDataKey {
  const answer = invokeKms('Encrypt', { KeyId: keyId, Plaintext: key, EncryptionContext: context }, asking, call);
  if (!answer.KeyId || !answer.CiphertextBlob) throw new Error('Encrypt answered without a ciphertext');
  return { key, keyArn: answer.KeyId, ciphertext: answer.CiphertextBlob };
}

function decrypt(
  { ciphertext, context, keyArn }: Pick<UnderKms, 'ciphertext' | 'context' | 'keyArn'>,
  asking: Asking,
  call: Call,
): KmsDataKey {
  const input = { CiphertextBlob: ciphertext, EncryptionContext: context };
  const { Plaintext } = invokeKms('Decrypt', input, asking, call);
  if (!Plaintext) throw new Error('Decrypt answered without a key');
  return { key: Plaintext, keyArn, ciphertext };
}

/**
 * Asks KMS as for an object with the bucket's default encryption that is elsewhere, in a call that is only tried:
 * whether the caller could have its data key.
 */
export function askForElsewhere({ bucket, key }: ObjectPlace, call: Call): void {
  const { encryption, objectsElsewhere } = bucket;
  const keyArn = objectsElsewhere?.keyArn;
  if (encryption.kind === 'SSE-S3' || keyArn === undefined) return;
  const isBucketKey = encryption.kind === 'SSE-KMS' && encryption.bucketKey;
  const context = encryptionContext(isBucketKey ? bucketArn(bucket.name) : objectArn(bucket.name, key), undefined);
  const header = { keyId: keyArn.slice(keyArn.lastIndexOf('/') + 1), generation: 1 };
  // Nobody opens it: it only names its key.
  const ciphertext = sealBlob(call.random(KEY_BYTES), call.random(KEY_BYTES), header, context, call.random);
  decrypt(
    { ciphertext, context, keyArn },
    { bucket, because: 'the bucket encrypts under this key by default', isBucketKey },
    call,
  );
}

/** The origin of a call to KMS. */
interface Asking {
  readonly bucket: BucketRecord;
  /** Why it concerns this key, as a clause. */
  readonly because: string;
  /** Whether it is about a bucket-level key; otherwise it is about a data key. */
  readonly isBucketKey?: boolean;
}

/** Calls KMS on the caller's behalf, in the bucket's region. */
function invokeKms<N extends 'GenerateDataKey' | 'Decrypt' | 'Encrypt'>(
  name: N,
  input: Input<'kms', N> & { readonly EncryptionContext: Readonly<Record<string, string>> },
  { bucket, because, isBucketKey = false }: Asking,
  call: Call,
): Output<'kms', N> {
  const way = isBucketKey ? 'S3 asks KMS through a bucket key' : 'S3 asks KMS';
  const pairs = Object.entries(input.EncryptionContext).map(([name, value]) => `${name}=${value}`);
  return call.invoke('kms', name, input, {
    region: bucket.region,
    viaService: `s3.${bucket.region}.amazonaws.com`,
    asked: `${way} because ${because}, with the encryption context ${pairs.join(', ')}`,
    refused: refusalOfKms,
  });
}

function wrapByS3Key(dataKey: Uint8Array, identity: WriteIdentity, call: Call): Uint8Array {
  return wrap(openS3Key(identity.bucket, call), dataKey, associatedData('bucket', identity), call.random);
}

function unwrapByS3Key(wrapped: Uint8Array, identity: WriteIdentity, keeper: Pick<Call, 'rootKey'>): Uint8Array {
  return unwrap(openS3Key(identity.bucket, keeper), wrapped, associatedData('bucket', identity));
}

/** A bucket's S3 key. @throws StoreError if it is not the one that was stored. */
export function openS3Key({ id, name, s3Key }: BucketRecord, { rootKey }: Pick<Call, 'rootKey'>): Uint8Array {
  try {
    return rootKey.unwrap(wrapLabels.s3Key, s3Key, Buffer.from(id));
  } catch (error) {
    throw error instanceof AuthenticationError
      ? new DamageError(
          `the key of the bucket "s3://${name}" cannot be authenticated: it is not the one that was stored`,
        )
      : error;
  }
}

const associatedData = (under: 'bucket' | 'bucket-level', { bucket, key, writeId }: WriteIdentity): Uint8Array =>
  Buffer.from(canonicalText([under, bucket.id, key, writeId]));

/** A unique name for a write. */
export const newWriteId = ({ random }: Call): string => Buffer.from(random(16)).toString('base64url');
