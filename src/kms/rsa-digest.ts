/** RSA signatures over a digest computed by the caller: RFC 8017, PKCS #1 v2.2. */

import { constants, createHash, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto';

export type RsaHash = 'sha256' | 'sha384' | 'sha512';

const digestBytes: Readonly<Record<RsaHash, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** RFC 8017 §9.2, note 1: the DER of DigestInfo before the digest. Only the last arc of each hash's OID differs. */
const hashArc: Readonly<Record<RsaHash, number>> = { sha256: 1, sha384: 2, sha512: 3 };

function digestInfo(hash: RsaHash, digest: Uint8Array): Buffer {
  const size = digestBytes[hash];
  const oid = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hashArc[hash]];
  return Buffer.concat([Buffer.from([0x30, 17 + size, 0x30, 0x0d, ...oid, 0x05, 0x00, 0x04, size]), digest]);
}

/** RSASSA-PKCS1-v1_5: §8.2. */
export const signPkcs1Digest = (key: KeyObject, hash: RsaHash, digest: Uint8Array): Uint8Array =>
  privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(hash, digest));

export function verifyPkcs1Digest(key: KeyObject, hash: RsaHash, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return opened.equals(digestInfo(hash, digest));
  } catch {
    return false;
  }
}

/** RSASSA-PSS with a salt as long as the digest: §8.1. */
export function signPssDigest(key: KeyObject, hash: RsaHash, digest: Uint8Array, salt: Uint8Array): Uint8Array {
  const encoded = encodePss(hash, digest, salt, modulusBits(key) - 1);
  // The modulus is a whole number of bytes, so the encoded message has the same length.
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

export function verifyPssDigest(key: KeyObject, hash: RsaHash, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    const encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    const salt = saltOf(hash, encoded);
    return salt !== undefined && encodePss(hash, digest, salt, modulusBits(key) - 1).equals(encoded);
  } catch {
    return false;
  }
}

function modulusBits(key: KeyObject): number {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits === undefined) throw new TypeError('an RSA key is needed');
  return bits;
}

/** EMSA-PSS-ENCODE: §9.1.1, from step 5. */
function encodePss(hash: RsaHash, digest: Uint8Array, salt: Uint8Array, bits: number): Buffer {
  const size = Math.ceil(bits / 8);
  const h = createHash(hash).update(new Uint8Array(8)).update(digest).update(salt).digest();
  const db = Buffer.alloc(size - h.length - 1);
  db[db.length - salt.length - 1] = 1;
  db.set(salt, db.length - salt.length);
  const masked = mask(hash, h, db);
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * size - bits));
  return Buffer.concat([masked, h, Buffer.from([0xbc])]);
}

/** EMSA-PSS-VERIFY up to the salt: §9.1.2, steps 5 to 11; encoding it again completes the verification. */
function saltOf(hash: RsaHash, encoded: Buffer): Buffer | undefined {
  const size = digestBytes[hash];
  const h = encoded.subarray(encoded.length - size - 1, -1);
  const db = mask(hash, h, encoded.subarray(0, encoded.length - size - 1));
  return db.length < size ? undefined : db.subarray(-size);
}

/** Masks bytes with MGF1: appendix B.2.1. */
function mask(hash: RsaHash, seed: Uint8Array, bytes: Uint8Array): Buffer {
  const masked = Buffer.from(bytes);
  for (let counter = 0, at = 0; at < masked.length; counter += 1) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    for (const byte of createHash(hash).update(seed).update(count).digest()) {
      if (at === masked.length) break;
      masked[at] = (masked[at] ?? 0) ^ byte;
      at += 1;
    }
  }
  return masked;
}
