import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { KeySpec, SigningAlgorithmSpec } from '../../src/api/model/kms.types.ts';
import { newWorld, type World } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';
import { openssl } from './openssl.ts';

const Message = Buffer.from('the quick brown fox');
const wrong = 'KMSInvalidSignatureException: ';

/** OpenSSL's options for each algorithm over a digest. */
const rsaOptions = (padding: 'pss' | 'pkcs1') =>
  padding === 'pss'
    ? ['-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'rsa_pss_saltlen:digest']
    : ['-pkeyopt', 'rsa_padding_mode:pkcs1'];

const algorithms: readonly (readonly [KeySpec, SigningAlgorithmSpec, string, readonly string[]])[] = [
  ['RSA_2048', 'RSASSA_PSS_SHA_256', 'sha256', rsaOptions('pss')],
  ['RSA_2048', 'RSASSA_PSS_SHA_384', 'sha384', rsaOptions('pss')],
  ['RSA_2048', 'RSASSA_PSS_SHA_512', 'sha512', rsaOptions('pss')],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', 'sha256', rsaOptions('pkcs1')],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_384', 'sha384', rsaOptions('pkcs1')],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512', 'sha512', rsaOptions('pkcs1')],
  ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256', []],
  ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384', []],
  ['ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512', []],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256', []],
];

async function signature(
  world: World,
  KeyId: string,
  SigningAlgorithm: SigningAlgorithmSpec,
  message: Uint8Array,
  MessageType?: 'RAW' | 'DIGEST',
) {
  const { Signature } = await world.call('kms', 'Sign', { KeyId, Message: message, MessageType, SigningAlgorithm });
  return Signature ?? new Uint8Array();
}

test.for(['RSA_2048', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1'] as const)(
  'OpenSSL verifies what a key of %s signs, and RAW and DIGEST give the same signature',
  async (spec) => {
    const world = newWorld();
    const ssl = openssl();
    const KeyId = await makeKey(world, { KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
    const { PublicKey = new Uint8Array() } = await world.call('kms', 'GetPublicKey', { KeyId });
    const pub = ssl.file('public.der', PublicKey);
    for (const [, SigningAlgorithm, hash, options] of algorithms.filter(([each]) => each === spec)) {
      const digest = createHash(hash).update(Message).digest();
      const digestFile = ssl.file('digest', digest);
      for (const MessageType of ['RAW', 'DIGEST'] as const) {
        const message = MessageType === 'RAW' ? Message : digest;
        const Signature = await signature(world, KeyId, SigningAlgorithm, message, MessageType);
        const file = ssl.file('signature', Signature);
        const verify = [
          'pkeyutl',
          '-verify',
          '-pubin',
          '-keyform',
          'DER',
          '-inkey',
          pub,
          '-sigfile',
          file,
          '-in',
          digestFile,
        ];
        expect([
          SigningAlgorithm,
          MessageType,
          ssl.succeeds(...verify, '-pkeyopt', `digest:${hash}`, ...options),
        ]).toEqual([SigningAlgorithm, MessageType, true]);
        const request = { KeyId, SigningAlgorithm, Signature };
        for (const [type, bytes] of [
          ['RAW', Message],
          ['DIGEST', digest],
        ] as const) {
          const answer = await world.call('kms', 'Verify', { ...request, MessageType: type, Message: bytes });
          expect(answer).toEqual({ KeyId: arnFor(KeyId), SignatureValid: true, SigningAlgorithm });
          const other = Buffer.from(bytes).fill(1, 0, 1);
          expect(await world.refusal('kms', 'Verify', { ...request, MessageType: type, Message: other })).toBe(wrong);
        }
        Signature[5] = (Signature[5] ?? 0) ^ 1;
        expect(await world.refusal('kms', 'Verify', { ...request, Message })).toBe(wrong);
        expect(await world.refusal('kms', 'Verify', { ...request, Message: digest, MessageType: 'DIGEST' })).toBe(
          wrong,
        );
      }
    }
  },
);

test('Ed25519 signs as OpenSSL does, and its pre-hashed form gives another signature', async () => {
  const world = newWorld();
  const ssl = openssl();
  const KeyId = await makeKey(world, { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });
  const { PublicKey = new Uint8Array(), SigningAlgorithms } = await world.call('kms', 'GetPublicKey', { KeyId });
  expect(SigningAlgorithms).toEqual(['ED25519_SHA_512', 'ED25519_PH_SHA_512']);
  const pure = await signature(world, KeyId, 'ED25519_SHA_512', Message);
  const verify = [
    'pkeyutl',
    '-verify',
    '-rawin',
    '-pubin',
    '-keyform',
    'DER',
    '-inkey',
    ssl.file('public.der', PublicKey),
  ];
  const files = ['-sigfile', ssl.file('signature', pure), '-in', ssl.file('message', Message)];
  expect(ssl.succeeds(...verify, ...files)).toBe(true);
  const digest = createHash('sha512').update(Message).digest();
  const hashed = await signature(world, KeyId, 'ED25519_PH_SHA_512', digest, 'DIGEST');
  const request = { KeyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: 'ED25519_PH_SHA_512' } as const;
  expect((await world.call('kms', 'Verify', { ...request, Signature: hashed })).SignatureValid).toBe(true);
  expect(await world.refusal('kms', 'Verify', { ...request, Signature: pure })).toBe(wrong);
});

// FIPS 204, table 2: the sizes of signatures; RFC 9881: the public key.
test.for([
  ['ML_DSA_44', 2420, 1312],
  ['ML_DSA_65', 3309, 1952],
  ['ML_DSA_87', 4627, 2592],
] as const)('%s signs messages and representatives of messages', async ([spec, signatureBytes, keyBytes]) => {
  const world = newWorld();
  const KeyId = await makeKey(world, { KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
  const { PublicKey = new Uint8Array(), ...rest } = await world.call('kms', 'GetPublicKey', { KeyId });
  expect(rest).toEqual({
    KeyId: arnFor(KeyId),
    KeySpec: spec,
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['ML_DSA_SHAKE_256'],
  });
  const SigningAlgorithm = 'ML_DSA_SHAKE_256';
  const Signature = await signature(world, KeyId, SigningAlgorithm, Message);
  expect(Signature.length).toBe(signatureBytes);
  // μ = SHAKE256(SHAKE256(public key, 64) ‖ 0 ‖ 0 ‖ message, 64): FIPS 204, algorithm 7, line 6, and algorithm 2.
  const shake = (...parts: Uint8Array[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('shake256', { outputLength: 64 })).digest();
  const key = PublicKey.subarray(PublicKey.length - keyBytes);
  const mu = shake(shake(key), Buffer.from([0, 0]), Message);
  const request = { KeyId, SigningAlgorithm, Signature } as const;
  expect((await world.call('kms', 'Verify', { ...request, Message })).SignatureValid).toBe(true);
  const external = { ...request, Message: mu, MessageType: 'EXTERNAL_MU' } as const;
  expect((await world.call('kms', 'Verify', external)).SignatureValid).toBe(true);
  const byMu = await world.call('kms', 'Sign', { KeyId, SigningAlgorithm, Message: mu, MessageType: 'EXTERNAL_MU' });
  expect(
    (await world.call('kms', 'Verify', { ...request, Message, Signature: byMu.Signature ?? Message })).SignatureValid,
  ).toBe(true);
  expect(await world.refusal('kms', 'Verify', { ...request, Message: mu })).toBe(wrong);
  expect(await world.refusal('kms', 'Verify', { ...request, Message, Signature: Signature.subarray(1) })).toBe(wrong);
});

// KMS API Reference, Sign: MessageType; the digest's length is recorded from AWS.
test('messages that do not fit the algorithm are refused', async () => {
  const world = newWorld();
  const rsa = await makeKey(world, { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
  const ed = await makeKey(world, { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });
  const ml = await makeKey(world, { KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' });
  const symmetric = await makeKey(world);
  const refused = (KeyId: string, SigningAlgorithm: string, MessageType: string, length = 7) =>
    world.refusal('kms', 'Sign', { KeyId, SigningAlgorithm, MessageType, Message: new Uint8Array(length) });
  expect([
    await refused(rsa, 'RSASSA_PSS_SHA_256', 'DIGEST', 31),
    await refused(rsa, 'RSASSA_PKCS1_V1_5_SHA_512', 'DIGEST', 32),
    await refused(rsa, 'RSASSA_PSS_SHA_256', 'EXTERNAL_MU', 64),
    await refused(rsa, 'ECDSA_SHA_256', 'RAW'),
    await refused(rsa, 'SM2DSA', 'RAW'),
    await refused(ed, 'ED25519_SHA_512', 'DIGEST', 64),
    await refused(ed, 'ED25519_PH_SHA_512', 'RAW'),
    await refused(ed, 'ED25519_PH_SHA_512', 'DIGEST', 63),
    await refused(ml, 'ML_DSA_SHAKE_256', 'DIGEST', 64),
    await refused(ml, 'ML_DSA_SHAKE_256', 'EXTERNAL_MU', 63),
    await refused(symmetric, 'ECDSA_SHA_256', 'RAW'),
  ]).toEqual([
    'ValidationException: Digest is invalid length for algorithm RSASSA_PSS_SHA_256.',
    'ValidationException: Digest is invalid length for algorithm RSASSA_PKCS1_V1_5_SHA_512.',
    'ValidationException: Message type EXTERNAL_MU is incompatible with key spec RSA_2048.',
    'InvalidKeyUsageException: Algorithm ECDSA_SHA_256 is incompatible with key spec RSA_2048.',
    'InvalidKeyUsageException: Algorithm SM2DSA is incompatible with key spec RSA_2048.',
    'ValidationException: Message type DIGEST is incompatible with algorithm ED25519_SHA_512.',
    'ValidationException: Message type RAW is incompatible with algorithm ED25519_PH_SHA_512.',
    'ValidationException: Digest is invalid length for algorithm ED25519_PH_SHA_512.',
    'ValidationException: Message type DIGEST is incompatible with key spec ML_DSA_44.',
    'ValidationException: External Mu is invalid length for algorithm ML_DSA_SHAKE_256.',
    `InvalidKeyUsageException: ${arnFor(symmetric)} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
  ]);
});
