import { createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { signAtOnce, signatureSchemes, signInTime, verifyInTime } from '../../src/kms/signature.ts';

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
