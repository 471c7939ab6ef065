/** The keys under which one piece of ciphertext is sealed: one a layer, fresh for every piece. */

import { deriveKey } from '../../crypto/derive.ts';
import { dataKeyLabels } from '../../crypto/labels.ts';
import { sealedSize } from '../../crypto/segments.ts';
import { type DataKeys, identityBytes, type WriteIdentity } from './envelope.ts';

const SALT_BYTES = 32;

export const newSalts = (keys: DataKeys, random: (size: number) => Uint8Array): Uint8Array[] =>
  keys.map(() => random(SALT_BYTES));

/**
 * The keys of a piece, the inner layer's first. Bucket, key, write and piece are in them, so that ciphertext put in
 * another's place does not open.
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

/** How many bytes a plaintext has under so many layers. */
export const storedSize = (size: number, layers: number): number =>
  Array.from({ length: layers }).reduce<number>((inner) => sealedSize(inner), size);
