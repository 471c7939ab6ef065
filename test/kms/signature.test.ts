import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { signAtOnce, signatureSchemes, signInTime, verifyAtOnce, verifyInTime } from '../../src/kms/signature.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const chance = new Uint8Array(64);

function ed25519(seed: string) {
  const secret = Buffer.concat([hex('302e020100300506032b657004220420'), hex(seed)]);
  const key = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' });
  return { secret, publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }) };
}

// RFC 8032, section 7.1, test 3.
test('Ed25519 gives the signature of RFC 8032', () => {
  const { secret } = ed25519('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7');
  const signable = {
    scheme: signatureSchemes.ED25519_SHA_512,
    spec: 'ECC_NIST_EDWARDS25519',
    message: hex('af82'),
    form: 'raw',
  } as const;
  expect(signAtOnce(secret, signable, chance)).toEqual(
    hex(`6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
         18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a`),
  );
});

// RFC 8032, section 7.3: the message `abc`.
test('Ed25519ph gives the signature of RFC 8032', async () => {
  const { secret, publicKey } = ed25519('833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42');
  const signable = {
    scheme: signatureSchemes.ED25519_PH_SHA_512,
    spec: 'ECC_NIST_EDWARDS25519',
    message: Buffer.from('abc'),
    form: 'digest',
  } as const;
  const expected = hex(`98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41
                        31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406`);
  expect(Buffer.from(await signInTime(secret, signable, chance))).toEqual(expected);
  expect(await verifyInTime(publicKey, signable, expected)).toBe(true);
});

// RFC 6979, appendix A.2.5: P-256, SHA-256, message `sample`.
test('ECDSA verifies the signature of RFC 6979, as a message and as a digest', async () => {
  const coordinate = (text: string) => hex(text).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: coordinate('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6'),
    y: coordinate('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299'),
  };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  const signature = hex(`3046 022100 EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
                              022100 F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8`);
  const signable = { scheme: signatureSchemes.ECDSA_SHA_256, spec: 'ECC_NIST_P256' } as const;
  const message = Buffer.from('sample');
  expect(verifyAtOnce(publicKey, { ...signable, message, form: 'raw' }, signature)).toBe(true);
  const digest = createHash('sha256').update(message).digest();
  expect(await verifyInTime(publicKey, { ...signable, message: digest, form: 'digest' }, signature)).toBe(true);
  expect(await verifyInTime(publicKey, { ...signable, message: digest, form: 'digest' }, signature.subarray(1))).toBe(
    false,
  );
});
