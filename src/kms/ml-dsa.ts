/**
 * ML-DSA: FIPS 204. The library is loaded by the first operation that needs it. Private keys are stored as their seed
 * of 32 bytes; public keys are SubjectPublicKeyInfo as in RFC 9881.
 */

import type { MlDsaSpec } from './key-spec.ts';

type ParameterSet = MlDsaSpec['parameterSet'];

/** RFC 9881 §2: the last arc of 2.16.840.1.101.3.4.3. */
const lastArc: Readonly<Record<ParameterSet, number>> = { ml_dsa44: 17, ml_dsa65: 18, ml_dsa87: 19 };

/** The signed data: a message, or μ, which represents message and public key (FIPS 204, algorithm 7, line 6). */
export interface MlDsaMessage {
  readonly bytes: Uint8Array;
  readonly isMu: boolean;
}

async function load(parameterSet: ParameterSet) {
  return (await import('@noble/post-quantum/ml-dsa.js'))[parameterSet];
}

export async function mlDsaPublicKey(parameterSet: ParameterSet, seed: Uint8Array): Promise<Uint8Array> {
  const { publicKey } = (await load(parameterSet)).keygen(seed);
  return writePublicKey(parameterSet, publicKey);
}

/** @param entropy 32 random bytes: the hedged variant of FIPS 204 §3.4. */
export async function mlDsaSign(
  parameterSet: ParameterSet,
  seed: Uint8Array,
  { bytes, isMu }: MlDsaMessage,
  entropy: Uint8Array,
): Promise<Uint8Array> {
  const scheme = await load(parameterSet);
  const { secretKey } = scheme.keygen(seed);
  return isMu
    ? scheme.internal.sign(bytes, secretKey, { externalMu: true, extraEntropy: entropy })
    : scheme.sign(bytes, secretKey, { extraEntropy: entropy });
}

export async function mlDsaVerify(
  parameterSet: ParameterSet,
  publicKey: Uint8Array,
  { bytes, isMu }: MlDsaMessage,
  signature: Uint8Array,
): Promise<boolean> {
  const scheme = await load(parameterSet);
  const key = publicKey.subarray(headerOf(parameterSet, 0).length);
  if (signature.length !== scheme.lengths.signature) return false;
  return isMu
    ? scheme.internal.verify(signature, bytes, key, { externalMu: true })
    : scheme.verify(signature, bytes, key);
}

const writePublicKey = (parameterSet: ParameterSet, key: Uint8Array): Uint8Array =>
  Buffer.concat([headerOf(parameterSet, key.length), key]);

/** The DER before the key: SEQUENCE, AlgorithmIdentifier without parameters, BIT STRING without unused bits. */
function headerOf(parameterSet: ParameterSet, keyLength: number): Buffer {
  const identifier = Buffer.from([0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, lastArc[parameterSet]]);
  const bits = Buffer.concat([Buffer.from([3]), derLength(keyLength + 1), Buffer.from([0])]);
  const bodyLength = identifier.length + bits.length + keyLength;
  return Buffer.concat([Buffer.from([0x30]), derLength(bodyLength), identifier, bits]);
}

/** X.690 §8.1.3.5, in two bytes: the keys are between 1,312 and 2,592 bytes long. */
const derLength = (length: number) => Buffer.from([0x82, length >> 8, length & 0xff]);
