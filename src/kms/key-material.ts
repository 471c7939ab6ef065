/** New material for each family of keys. */

import { createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { OfferedKeySpec } from '../store/records/kms.ts';
import type { Material } from './backing-key.ts';
import { keySpecs, type RsaSpec, type SpecFacts } from './key-spec.ts';
import { mlDsaPublicKey } from './ml-dsa.ts';

/** The number of random bytes that the material is made from; 0 if the generator has its own source. */
export function seedBytes(spec: OfferedKeySpec): number {
  const facts = keySpecs[spec];
  switch (facts.family) {
    case 'symmetric':
    case 'hmac':
      return facts.materialBytes;
    case 'ml-dsa':
      return 32;
    default:
      return 0;
  }
}

/** Generates material that takes no time; undefined for RSA and ML-DSA. */
export function materialAtOnce(spec: OfferedKeySpec, seed: Uint8Array): Material | undefined {
  const facts = keySpecs[spec];
  switch (facts.family) {
    case 'symmetric':
    case 'hmac':
      return { secret: seed };
    case 'ecc':
    case 'ed25519':
      return keyPairMaterial(keyPairAtOnce(facts));
    default:
      return undefined;
  }
}

/** Generates material of any family, off the event loop if that takes long. */
export async function materialInTime(spec: OfferedKeySpec, seed: Uint8Array): Promise<Material> {
  const facts = keySpecs[spec];
  if (facts.family === 'rsa') return keyPairMaterial(await rsaKeyPair(facts));
  if (facts.family === 'ml-dsa') return { secret: seed, publicKey: await mlDsaPublicKey(facts.parameterSet, seed) };
  const material = materialAtOnce(spec, seed);
  if (!material) throw new Error(`no way to make a key of spec ${spec}`);
  return material;
}

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** @param facts those of an elliptic curve. */
function keyPairAtOnce(facts: Extract<SpecFacts, { family: 'ecc' | 'ed25519' }>): KeyPair {
  return facts.family === 'ecc'
    ? generateKeyPairSync('ec', { namedCurve: facts.curve })
    : generateKeyPairSync('ed25519');
}

/** Public exponent 65537: AWS KMS Developer Guide, "RSA key specs". */
export const rsaKeyPair = ({ modulusBits }: RsaSpec): Promise<KeyPair> =>
  promisify(generateKeyPair)('rsa', { modulusLength: modulusBits, publicExponent: 0x10001 });

/** A key pair as DER: PKCS #8 and SubjectPublicKeyInfo. */
export const keyPairMaterial = ({ privateKey, publicKey }: KeyPair): Required<Material> => ({
  secret: privateKey.export({ type: 'pkcs8', format: 'der' }),
  publicKey: publicKey.export({ type: 'spki', format: 'der' }),
});

/** The public half of a private key, as DER SubjectPublicKeyInfo. */
export const publicHalf = (privateKey: KeyObject): Uint8Array =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
