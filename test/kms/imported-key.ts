/** Keys with imported material, wrapped as AWS documents it. */

import { constants, publicEncrypt } from 'node:crypto';
import { expect } from 'vitest';
import type { ImportKeyMaterialRequest } from '../../src/api/model/kms.types.ts';
import type { World } from '../support/harness.ts';
import { makeKey } from './made-keys.ts';

export const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;

interface Imported {
  readonly keyId: string;
  readonly keyMaterialId: string;
}

/** Imports material into a key, or into a new one. */
export async function importedKey(
  world: World,
  { KeyId, fill = 7, ...more }: Partial<ImportKeyMaterialRequest> & { readonly fill?: number },
): Promise<Imported> {
  const keyId = KeyId ?? (await makeKey(world, { Origin: 'EXTERNAL' }));
  const { ImportToken, PublicKey } = await world.call('kms', 'GetParametersForImport', { KeyId: keyId, ...wrapping });
  const key = { key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' } as const;
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const EncryptedKeyMaterial = publicEncrypt({ ...key, ...padding }, Buffer.alloc(32, fill));
  const input = { ImportToken: ImportToken ?? expect.fail(), EncryptedKeyMaterial, ...more };
  const { KeyMaterialId } = await world.call('kms', 'ImportKeyMaterial', { KeyId: keyId, ...input });
  return { keyId, keyMaterialId: KeyMaterialId ?? expect.fail() };
}
