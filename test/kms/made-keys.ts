/** Keys for tests: made by CreateKey, then put into whatever state a test is about. */

import type { CreateKeyRequest, KeySpec, KeyUsageType } from '../../src/api/model/kms.types.ts';
import type { Region } from '../../src/api/regions.ts';
import type { KeyRecord, Lifecycle, State } from '../../src/store/records/kms.ts';
import { ACCOUNT, type Options, START, type World } from '../support/harness.ts';

const REGION: Region = 'us-east-1';

export const arnFor = (keyId: string, region: string = REGION, account = ACCOUNT) =>
  `arn:aws:kms:${region}:${account}:key/${keyId}`;

/** Makes a key and gives its id. */
export async function makeKey(world: World, input: CreateKeyRequest = {}, options: Options = {}): Promise<string> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', input, options);
  if (!KeyMetadata) throw new Error('CreateKey gave no metadata');
  return KeyMetadata.KeyId;
}

/** Every spec with its usages, those that take a second to make last. */
export const families: readonly (readonly [KeySpec, KeyUsageType])[] = [
  ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'],
  ['HMAC_224', 'GENERATE_VERIFY_MAC'],
  ['HMAC_256', 'GENERATE_VERIFY_MAC'],
  ['HMAC_384', 'GENERATE_VERIFY_MAC'],
  ['HMAC_512', 'GENERATE_VERIFY_MAC'],
  ['ECC_NIST_P256', 'SIGN_VERIFY'],
  ['ECC_NIST_P256', 'KEY_AGREEMENT'],
  ['ECC_NIST_P384', 'SIGN_VERIFY'],
  ['ECC_NIST_P384', 'KEY_AGREEMENT'],
  ['ECC_NIST_P521', 'SIGN_VERIFY'],
  ['ECC_NIST_P521', 'KEY_AGREEMENT'],
  ['ECC_SECG_P256K1', 'SIGN_VERIFY'],
  ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
  ['ML_DSA_44', 'SIGN_VERIFY'],
  ['ML_DSA_65', 'SIGN_VERIFY'],
  ['ML_DSA_87', 'SIGN_VERIFY'],
  ['RSA_2048', 'ENCRYPT_DECRYPT'],
  ['RSA_2048', 'SIGN_VERIFY'],
];

/** Changes a key's record behind the operations' back. */
export function editKey(world: World, keyId: string, edit: Partial<KeyRecord>, region: Region = REGION): void {
  world.transact((tx) => {
    const key = tx.kmsKeys.get([ACCOUNT, region, keyId]);
    if (!key) throw new Error(`there is no key ${keyId}`);
    tx.kmsKeys.put([ACCOUNT, region, keyId], { ...key, ...edit });
  });
}

const LATER = START + 1_000_000_000;

export const lifecycles: Readonly<Record<State, Lifecycle>> = {
  Enabled: { state: 'Enabled' },
  Disabled: { state: 'Disabled' },
  PendingDeletion: { state: 'PendingDeletion', deletionMs: LATER },
  PendingReplicaDeletion: { state: 'PendingReplicaDeletion', windowDays: 7 },
  PendingImport: { state: 'PendingImport' },
  Creating: { state: 'Creating', untilMs: LATER },
  Updating: { state: 'Updating', untilMs: LATER },
};

/** The text of a blob. */
export const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
