/**
 * Backing keys: the generations of a KMS key's material. Each is wrapped under the root key and bound to its key's ARN
 * and its generation, so that rows cannot be swapped.
 */

import { createHmac } from 'node:crypto';
import { DamageError } from '../api/errors.ts';
import { AuthenticationError } from '../crypto/authentication-error.ts';
import { hashLabels, wrapLabels } from '../crypto/labels.ts';
import type { RootKey, RootKeys } from '../crypto/root-key.ts';
import type { BackingKeyRecord, CurrentMaterial, KeyRecord } from '../store/records/kms.ts';
import type { KeyRange, Row, TableKey } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';
import { arnOf, type KeyTriple } from './key.ts';
import { isSymmetric } from './key-spec.ts';

/** The parts of a call that creating and opening backing keys needs. */
export interface Vault {
  readonly tx: Tx;
  readonly rootKey: RootKey;
}

/** Plaintext material: an AES or HMAC key, or a private key with its public half. */
export interface Material {
  readonly secret: Uint8Array;
  readonly publicKey?: Uint8Array | undefined;
}

/** Stores a generation of a key's material. */
export function putBackingKey(
  vault: Vault,
  key: KeyTriple & Pick<KeyRecord, 'spec'>,
  material: Material,
  facts: Pick<BackingKeyRecord, 'generation' | 'createdMs' | 'rotation' | 'imported'>,
): BackingKeyRecord {
  const { tx, rootKey } = vault;
  const record: BackingKeyRecord = {
    v: 1,
    ...facts,
    materialId: materialId(rootKey, key.keyId, material.secret),
    wrapped: rootKey.wrap(wrapLabels.backingKey, material.secret, boundTo(key, facts.generation)),
    ...(material.publicKey && { publicKey: material.publicKey }),
  };
  tx.kmsBackingKeys.put([key.account, key.region, key.keyId, facts.generation], record);
  return record;
}

/** Updates the facts of a generation; its material is unchanged. */
export function updateBackingKey(tx: Tx, key: KeyTriple, record: BackingKeyRecord): void {
  tx.kmsBackingKeys.put([key.account, key.region, key.keyId, record.generation], record);
}

export function getBackingKey(tx: Tx, key: KeyTriple, generation: number): BackingKeyRecord | undefined {
  return tx.kmsBackingKeys.get([key.account, key.region, key.keyId, generation]);
}

/** All generations, the oldest first; there can be tens of thousands. */
export const backingKeys = (tx: Tx, key: KeyTriple): BackingKeyRecord[] =>
  Array.from(backingKeyRows(tx, key), ({ value }) => value);

/** A generation with its place: account, region, key id, number. */
export type BackingKeyRow = Row<TableKey, BackingKeyRecord>;

/** Some of them, read lazily. */
export const backingKeyRows = (tx: Tx, { account, region, keyId }: KeyTriple, range: KeyRange = {}) =>
  tx.kmsBackingKeys.under([account, region, keyId], range);

/** When a key was first rotated, up to so many times. */
export function firstRotations(tx: Tx, key: KeyTriple, count: number): number[] {
  const times: number[] = [];
  for (const { value } of backingKeyRows(tx, key)) {
    if (value.rotation) times.push(value.rotation.timeMs);
    if (times.length === count) break;
  }
  return times;
}

/** The latest of them. */
export function newestBackingKey(tx: Tx, key: KeyTriple): BackingKeyRecord | undefined {
  for (const { value } of backingKeyRows(tx, key, { reverse: true, limit: 1 })) return value;
  return undefined;
}

export const currentOf = ({ spec }: Pick<KeyRecord, 'spec'>, backing: BackingKeyRecord): CurrentMaterial =>
  isSymmetric(spec)
    ? { generation: backing.generation, materialId: backing.materialId }
    : { generation: backing.generation };

/**
 * The id depends on the key, so that equal bytes in two keys are not recognized: KMS API Reference, ImportKeyMaterial.
 */
export function materialId(rootKey: RootKey, keyId: string, secret: Uint8Array): string {
  return createHmac('sha256', rootKey.derive(hashLabels.materialId)).update(`${keyId}\0`).update(secret).digest('hex');
}

/** Destroys all material of a key. */
export function destroyBackingKeys(tx: Tx, key: KeyTriple): void {
  for (const { generation } of backingKeys(tx, key)) {
    tx.kmsBackingKeys.remove([key.account, key.region, key.keyId, generation]);
    opened.delete(nameOf(key, generation));
  }
}

/** Removes a generation that never encrypted, including its id. */
export function removeBackingKey(tx: Tx, key: KeyTriple, { generation }: BackingKeyRecord): void {
  tx.kmsBackingKeys.remove([key.account, key.region, key.keyId, generation]);
  opened.delete(nameOf(key, generation));
}

/** Destroys the bytes of one generation; its id stays, so that the same bytes are recognized when imported again. */
export function destroyMaterial(tx: Tx, key: KeyTriple, record: BackingKeyRecord): void {
  const { wrapped: _, ...rest } = record;
  updateBackingKey(tx, key, rest);
  opened.delete(nameOf(key, record.generation));
}

/**
 * Backing keys that this process has opened. An entry is valid only for the exact bytes that it was opened from: the
 * row is read first each time, so changes by another process or a rolled back transaction are noticed.
 */
const opened = new Map<string, { readonly rootKey: RootKey; readonly wrapped: Uint8Array; readonly secret: Buffer }>();
const OPENED_MAX = 1024;

/** The material of a generation that has not been destroyed. The bytes belong to the cache and must not be changed. */
export function openBackingKey(vault: Pick<Vault, 'rootKey'>, key: KeyTriple, record: BackingKeyRecord): Buffer {
  const { wrapped } = record;
  if (!wrapped) throw new Error(`generation ${record.generation} of ${arnOf(key)} has no material`);
  const name = nameOf(key, record.generation);
  const known = opened.get(name);
  if (known && known.rootKey === vault.rootKey && Buffer.compare(known.wrapped, wrapped) === 0) return known.secret;
  const secret = unwrapMaterial(vault, key, record.generation, wrapped);
  opened.delete(name);
  opened.set(name, { rootKey: vault.rootKey, wrapped, secret });
  const oldest = opened.size > OPENED_MAX ? opened.keys().next().value : undefined;
  if (oldest !== undefined) opened.delete(oldest);
  return secret;
}

/** The record with its material, if that is there, wrapped under another root key. @throws StoreError as `openBackingKey` */
export function rewrapBackingKey(record: BackingKeyRecord, key: KeyTriple, { from, to }: RootKeys): BackingKeyRecord {
  const { wrapped, generation } = record;
  if (!wrapped) return record;
  const secret = unwrapMaterial({ rootKey: from }, key, generation, wrapped);
  return { ...record, wrapped: to.wrap(wrapLabels.backingKey, secret, boundTo(key, generation)) };
}

function unwrapMaterial(
  { rootKey }: Pick<Vault, 'rootKey'>,
  key: KeyTriple,
  generation: number,
  wrapped: Uint8Array,
): Buffer {
  try {
    return Buffer.from(rootKey.unwrap(wrapLabels.backingKey, wrapped, boundTo(key, generation)));
  } catch (error) {
    // KMS has no error for a damaged store: this is a failure of the machine.
    if (!(error instanceof AuthenticationError)) throw error;
    throw new DamageError(`generation ${generation} of the KMS key "${arnOf(key)}" cannot be authenticated`, {
      cause: error,
    });
  }
}

const nameOf = (key: KeyTriple, generation: number) => `${arnOf(key)}#${generation}`;

const boundTo = (key: KeyTriple, generation: number) => Buffer.from(`${arnOf(key)}#${generation}`);
