/** The keys that seal one piece of ciphertext: one per layer, fresh for every piece. */

import { deriveKey } from '../../crypto/derive.ts';
import { dataKeyLabels } from '../../crypto/labels.ts';
import { sealedSize } from '../../crypto/segments.ts';
import { type DataKeys, identityBytes, type WriteIdentity } from './envelope.ts';

const SALT_BYTES = 32;

export const newSalts = (keys: DataKeys, random: (size: number) => Uint8Array): Uint8Array[] =>
  keys.map(() => random(SALT_BYTES));

/**
 * The keys of a piece, the inner layer's first. They depend on bucket, key, write and piece, so that ciphertext in the
 * wrong place does not open.
 */
export function pieceKeys(
  keys: DataKeys,
  salts: readonly Uint8Array[],
  identity: WriteIdentity,
  pieceId: string,
): Uint8Array[] {
  return keys.map((dataKey, layer) =>
    deriveKey(dataKey, {
      label: dataKeyLabels.segments,
      salt: salts[layer],
      info: identityBytes(identity, pieceId, layer),
    }),
  );
}

/** The size of a plaintext under a number of layers, in bytes. */
export const storedSize = (size: number, layers: number): number =>
  Array.from({ length: layers }).reduce<number>((inner) => sealedSize(inner), size);
