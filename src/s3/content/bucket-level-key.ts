/**
 * S3 Bucket Keys: a key from KMS that S3 uses for a while to make data keys itself, one per requester, KMS key and
 * bucket. While it lives KMS is not called, so changes to the key's policy go unnoticed; `explain` says so. Amazon S3
 * User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
 */

import { createHash } from 'node:crypto';
import type { Call } from '../../call/operation.ts';
import { AuthenticationError } from '../../crypto/authentication-error.ts';
import { wrapLabels } from '../../crypto/labels.ts';
import type { RootKeys } from '../../crypto/root-key.ts';
import { type Caller, callerArn, callerUserId } from '../../policy/caller.ts';
import type { BucketLevelKey, BucketRecord } from '../../store/records/s3.ts';
import { canonicalText } from './record-tag.ts';

export interface OpenBucketLevelKey {
  readonly key: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly keyArn: string;
}

/**
 * The bucket-level key for writing under a KMS key with an encryption context, stored or made by `generate`.
 * @param keyArn the key's ARN; for the AWS managed key, before it exists, its alias.
 */
export function bucketLevelKeyToWrite(
  keyArn: string,
  extraContext: Readonly<Record<string, string>> | undefined,
  bucket: BucketRecord,
  call: Call,
  generate: () => OpenBucketLevelKey,
): OpenBucketLevelKey {
  const context = extraContext ? ` ${canonicalText(extraContext)}` : '';
  const use = (arn: string) => `write ${arn}${context}`;
  return remembered({ looked: use(keyArn), kept: use }, 'kms:GenerateDataKey', bucket, call, generate);
}

/** The bucket-level key for wrapping data keys that S3 already has, stored or S3's own, encrypted by `encrypt`. */
export function bucketLevelKeyToRewrap(
  keyArn: string,
  bucket: BucketRecord,
  call: Call,
  encrypt: () => OpenBucketLevelKey,
): OpenBucketLevelKey {
  return remembered(sameUse(`write ${keyArn} encrypted`), 'kms:Encrypt', bucket, call, encrypt);
}

/** The bucket-level key that an object was written under, stored or opened by `decrypt`. */
export function bucketLevelKeyToRead(
  ciphertext: Uint8Array,
  bucket: BucketRecord,
  call: Call,
  decrypt: () => OpenBucketLevelKey,
): OpenBucketLevelKey {
  const use = `read ${createHash('sha256').update(ciphertext).digest('hex')}`;
  return remembered(sameUse(use), 'kms:Decrypt', bucket, call, decrypt);
}

/** The use of a bucket-level key: as it is looked up, and as it is stored once KMS has returned the key's ARN. */
interface Use {
  readonly looked: string;
  readonly kept: (keyArn: string) => string;
}

const sameUse = (use: string): Use => ({ looked: use, kept: () => use });

function remembered(
  use: Use,
  action: string,
  bucket: BucketRecord,
  call: Call,
  obtain: () => OpenBucketLevelKey,
): OpenBucketLevelKey {
  const { tx, now, rootKey } = call;
  const requester = requesterOf(call.caller);
  const place = [bucket.id, requester, use.looked] as const;
  const kept = tx.bucketLevelKeys.get([...place]);
  if (kept && kept.madeMs <= now.getTime() && now.getTime() < kept.expiresMs) {
    const key = unwrapLevelKey(kept, place, call);
    if (key) {
      const { ciphertext, keyArn, expiresMs } = kept;
      call.noteSkippedCheck({ action, resource: keyArn, bucket: bucket.name, untilMs: expiresMs });
      return { key, ciphertext, keyArn };
    }
  }
  const obtained = obtain();
  const lifetimeMs = call.settings.bucketKeyLifetimeMs;
  if (lifetimeMs > 0) {
    const expiresMs = now.getTime() + lifetimeMs;
    forgetExpired(bucket, requester, call);
    const keptPlace = [bucket.id, requester, use.kept(obtained.keyArn)] as const;
    tx.bucketLevelKeys.put([...keptPlace], {
      v: 1,
      ciphertext: obtained.ciphertext,
      keyArn: obtained.keyArn,
      wrapped: rootKey.wrap(
        wrapLabels.bucketLevelKey,
        obtained.key,
        associatedData(keptPlace, { ...obtained, expiresMs }),
      ),
      madeMs: now.getTime(),
      expiresMs,
    });
  }
  return obtained;
}

/**
 * Identifies the requesters who share a bucket-level key: "the same role with different scoping policies" are different
 * requesters (the same page), and an entity recreated under an old name is a different one. So are sessions of one name
 * with different tags or source identities, since a key policy may let in only one of them.
 */
function requesterOf(caller: Caller): string {
  return [callerArn(caller), callerUserId(caller), ...scopeOf(caller)].join(' ');
}

/** What sets a session apart from others of its name; nothing for a caller who is not one. */
function scopeOf(caller: Caller): string[] {
  if (caller.kind !== 'role-session' && caller.kind !== 'federated-user') return [];
  const { sessionPolicies, tags } = caller;
  const sourceIdentity = 'sourceIdentity' in caller ? caller.sourceIdentity : undefined;
  if (sessionPolicies === undefined && sourceIdentity === undefined && Object.keys(tags).length === 0) return [];
  const scope = { sessionPolicies, sourceIdentity, tags };
  return [createHash('sha256').update(canonicalText(scope)).digest('hex')];
}

/** The stored key; undefined if the row is damaged, since it can be obtained again. */
export function unwrapLevelKey(
  kept: BucketLevelKey,
  place: readonly string[],
  { rootKey }: Pick<Call, 'rootKey'>,
): Uint8Array | undefined {
  try {
    return rootKey.unwrap(wrapLabels.bucketLevelKey, kept.wrapped, associatedData(place, kept));
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
}

/** The row with its key wrapped under another root key. @throws AuthenticationError */
export function rewrapLevelKey(kept: BucketLevelKey, place: readonly string[], { from, to }: RootKeys): BucketLevelKey {
  const data = associatedData(place, kept);
  const key = from.unwrap(wrapLabels.bucketLevelKey, kept.wrapped, data);
  return { ...kept, wrapped: to.wrap(wrapLabels.bucketLevelKey, key, data) };
}

const associatedData = (
  place: readonly string[],
  { ciphertext, keyArn, expiresMs }: Pick<BucketLevelKey, 'ciphertext' | 'keyArn' | 'expiresMs'>,
): Uint8Array => Buffer.from(canonicalText([...place, ciphertext, keyArn, expiresMs]));

/** Removes the bucket-level keys of a bucket that is being deleted. */
export function forgetLevelKeys({ id }: BucketRecord, { tx }: Pick<Call, 'tx'>): void {
  for (const { key } of [...tx.bucketLevelKeys.under([id])]) tx.bucketLevelKeys.remove(key);
}

function forgetExpired(bucket: BucketRecord, requester: string, { tx, now }: Call): void {
  for (const { key, value } of [...tx.bucketLevelKeys.under([bucket.id, requester])]) {
    if (value.expiresMs <= now.getTime()) tx.bucketLevelKeys.remove(key);
  }
}
