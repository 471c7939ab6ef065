import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AlgorithmSpec, ImportKeyMaterialRequest, KeySpec, KeyUsageType } from '../../src/api/model/kms.types.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { DAY, newWorld, START, type World } from '../support/harness.ts';
import { arnFor, makeKey, text } from './made-keys.ts';
import { type OpenSsl, openssl } from './openssl.ts';

const Plaintext = Buffer.from('imported');
const forever = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' } as const;

/** AWS KMS Developer Guide, "Encrypt the key material": the commands as they stand there. */
function wrapWithOpenSsl(ssl: OpenSsl, publicKey: Uint8Array, material: Uint8Array, algorithm: AlgorithmSpec): Buffer {
  const hash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
  const wrappingKey = ssl.file('WrappingPublicKey.bin', publicKey);
  const oaep = (input: string) =>
    ssl.run(
      'pkeyutl',
      '-encrypt',
      '-in',
      input,
      '-inkey',
      wrappingKey,
      '-keyform',
      'DER',
      '-pubin',
      '-pkeyopt',
      'rsa_padding_mode:oaep',
      '-pkeyopt',
      `rsa_oaep_md:${hash}`,
      '-pkeyopt',
      `rsa_mgf1_md:${hash}`,
    );
  const materialFile = ssl.file('KeyMaterial.bin', material);
  if (algorithm.startsWith('RSAES_OAEP')) return oaep(materialFile);
  const aesKey = randomBytes(32);
  const wrapped = ssl.run(
    'enc',
    '-id-aes256-wrap-pad',
    '-K',
    aesKey.toString('hex'),
    '-iv',
    'A65959A6',
    '-in',
    materialFile,
  );
  return Buffer.concat([oaep(ssl.file('AesKey.bin', aesKey)), wrapped]);
}

async function parameters(
  world: World,
  ssl: OpenSsl,
  KeyId: string,
  material: Uint8Array,
  algorithm: AlgorithmSpec = 'RSAES_OAEP_SHA_256',
) {
  const request = { KeyId, WrappingAlgorithm: algorithm, WrappingKeySpec: 'RSA_2048' } as const;
  const {
    ImportToken = new Uint8Array(),
    PublicKey = new Uint8Array(),
    ...rest
  } = await world.call('kms', 'GetParametersForImport', request);
  return { rest, ImportToken, EncryptedKeyMaterial: wrapWithOpenSsl(ssl, PublicKey, material, algorithm) };
}

async function importMaterial(
  world: World,
  ssl: OpenSsl,
  KeyId: string,
  material: Uint8Array,
  more: Partial<ImportKeyMaterialRequest> = forever,
  algorithm: AlgorithmSpec = 'RSAES_OAEP_SHA_256',
) {
  const { ImportToken, EncryptedKeyMaterial } = await parameters(world, ssl, KeyId, material, algorithm);
  return world.call('kms', 'ImportKeyMaterial', { KeyId, ImportToken, EncryptedKeyMaterial, ...more });
}

const metadata = async (world: World, KeyId: string) => (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata;

test.for(['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const)(
  'material that OpenSSL wrapped with %s makes the key usable',
  async (algorithm) => {
    const world = newWorld();
    const ssl = openssl();
    const KeyId = await makeKey(world, { Origin: 'EXTERNAL' });
    const material = randomBytes(32);
    const { rest, ...request } = await parameters(world, ssl, KeyId, material, algorithm);
    expect(rest).toEqual({ KeyId: arnFor(KeyId), ParametersValidTo: new Date(START + DAY) });
    const imported = await world.call('kms', 'ImportKeyMaterial', {
      KeyId,
      ...request,
      ValidTo: new Date(START + 10 * DAY),
    });
    expect(imported).toEqual({ KeyId: arnFor(KeyId), KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await metadata(world, KeyId)).toMatchObject({
      KeyState: 'Enabled',
      Enabled: true,
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo: new Date(START + 10 * DAY),
      CurrentKeyMaterialId: imported.KeyMaterialId,
    });
    const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
    expect(text((await world.call('kms', 'Decrypt', { CiphertextBlob })).Plaintext)).toBe('imported');
  },
);

test('material expires on time, its ciphertexts wait, and the same bytes make them usable again', async () => {
  const world = newWorld();
  const ssl = openssl();
  const KeyId = await makeKey(world, { Origin: 'EXTERNAL' });
  const material = randomBytes(32);
  const first = await importMaterial(world, ssl, KeyId, material, { ValidTo: new Date(START + 10 * DAY) });
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  world.advance(10 * DAY);
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob })).toBe(
    `KMSInvalidStateException: ${arnFor(KeyId)} is pending import.`,
  );
  const expired = await metadata(world, KeyId);
  expect([expired?.KeyState, expired?.CurrentKeyMaterialId]).toEqual(['PendingImport', first.KeyMaterialId]);
  expect(expired).not.toHaveProperty('ValidTo');
  expect(expired).not.toHaveProperty('ExpirationModel');
  // AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail", DeleteExpiredKeyMaterial.
  const events = world.transact(allCalls).filter(({ caller }) => caller.type === 'AWSService');
  expect(events).toMatchObject([
    {
      operation: 'DeleteExpiredKeyMaterial',
      timeMs: START + 10 * DAY,
      serviceEvent: { keyId: KeyId, keyMaterialId: first.KeyMaterialId },
      resources: [{ arn: arnFor(KeyId) }],
    },
  ]);
  const { rest: _, ...other } = await parameters(world, ssl, KeyId, randomBytes(32));
  expect(await world.refusal('kms', 'ImportKeyMaterial', { KeyId, ...forever, ...other })).toBe(
    'IncorrectKeyMaterialException: ',
  );
  expect(await importMaterial(world, ssl, KeyId, material)).toEqual(first);
  expect(text((await world.call('kms', 'Decrypt', { CiphertextBlob })).Plaintext)).toBe('imported');
});

test('only the deleted material can be imported again', async () => {
  const world = newWorld();
  const ssl = openssl();
  const KeyId = await makeKey(world, { Origin: 'EXTERNAL' });
  const material = randomBytes(32);
  expect(await world.call('kms', 'DeleteImportedKeyMaterial', { KeyId })).toEqual({ KeyId: arnFor(KeyId) });
  const { KeyMaterialId } = await importMaterial(world, ssl, KeyId, material);
  expect(await world.call('kms', 'DeleteImportedKeyMaterial', { KeyId })).toEqual({
    KeyId: arnFor(KeyId),
    KeyMaterialId,
  });
  expect((await metadata(world, KeyId))?.KeyState).toBe('PendingImport');
  expect(await world.call('kms', 'DeleteImportedKeyMaterial', { KeyId })).toEqual({
    KeyId: arnFor(KeyId),
    KeyMaterialId,
  });
  expect(await world.refusal('kms', 'DeleteImportedKeyMaterial', { KeyId, KeyMaterialId: 'a'.repeat(64) })).toMatch(
    /^NotFoundException/,
  );
  await importMaterial(world, ssl, KeyId, material);
  expect((await metadata(world, KeyId))?.KeyState).toBe('Enabled');
});

// AWS KMS Developer Guide, "Supported wrapping algorithms": which family takes which.
test.for([
  ['HMAC_256', 'GENERATE_VERIFY_MAC', 'RSAES_OAEP_SHA_256', ['rand', '32']],
  ['ECC_NIST_P256', 'SIGN_VERIFY', 'RSAES_OAEP_SHA_256', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout']],
  [
    'ECC_SECG_P256K1',
    'SIGN_VERIFY',
    'RSA_AES_KEY_WRAP_SHA_256',
    ['ecparam', '-name', 'secp256k1', '-genkey', '-noout'],
  ],
  ['ECC_NIST_P521', 'KEY_AGREEMENT', 'RSA_AES_KEY_WRAP_SHA_1', ['ecparam', '-name', 'secp521r1', '-genkey', '-noout']],
  ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', 'RSA_AES_KEY_WRAP_SHA_256', ['genpkey', '-algorithm', 'ed25519']],
  ['RSA_2048', 'SIGN_VERIFY', 'RSA_AES_KEY_WRAP_SHA_256', ['genrsa', '2048']],
] as const satisfies readonly (readonly [KeySpec, KeyUsageType, AlgorithmSpec, readonly string[]])[])(
  'a key of %s for %s is imported with %s',
  async ([KeySpec, KeyUsage, algorithm, generate]) => {
    const world = newWorld();
    const ssl = openssl();
    const KeyId = await makeKey(world, { KeySpec, KeyUsage, Origin: 'EXTERNAL' });
    const made = ssl.run(...generate);
    const isKeyPair = KeySpec !== 'HMAC_256';
    const pem = ssl.file('key.pem', made);
    const material = isKeyPair ? ssl.run('pkcs8', '-topk8', '-nocrypt', '-in', pem, '-outform', 'DER') : made;
    expect(await importMaterial(world, ssl, KeyId, material, forever, algorithm)).toEqual({ KeyId: arnFor(KeyId) });
    if (isKeyPair) {
      const { PublicKey } = await world.call('kms', 'GetPublicKey', { KeyId });
      expect(PublicKey).toEqual(ssl.run('pkey', '-in', pem, '-pubout', '-outform', 'DER'));
    }
    expect(await metadata(world, KeyId)).not.toHaveProperty('CurrentKeyMaterialId');
    await world.call('kms', 'DeleteImportedKeyMaterial', { KeyId });
    await importMaterial(world, ssl, KeyId, material, forever, algorithm);
    expect((await metadata(world, KeyId))?.KeyState).toBe('Enabled');
  },
);

test('GetParametersForImport refuses combinations that do not fit', async () => {
  const world = newWorld();
  const own = await makeKey(world);
  const symmetric = await makeKey(world, { Origin: 'EXTERNAL' });
  const rsa = await makeKey(world, { Origin: 'EXTERNAL', KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
  const p521 = await makeKey(world, { Origin: 'EXTERNAL', KeySpec: 'ECC_NIST_P521', KeyUsage: 'SIGN_VERIFY' });
  const refused = (KeyId: string, WrappingAlgorithm: AlgorithmSpec, WrappingKeySpec = 'RSA_2048') =>
    world.refusal('kms', 'GetParametersForImport', { KeyId, WrappingAlgorithm, WrappingKeySpec });
  expect(await refused(own, 'RSAES_OAEP_SHA_256')).toBe(
    `UnsupportedOperationException: ${arnFor(own)} origin is AWS_KMS which is not valid for this operation.`,
  );
  for (const refusal of [
    await refused(symmetric, 'RSA_AES_KEY_WRAP_SHA_256'),
    await refused(symmetric, 'RSAES_PKCS1_V1_5'),
    await refused(symmetric, 'SM2PKE', 'SM2'),
    await refused(rsa, 'RSAES_OAEP_SHA_256'),
    await refused(p521, 'RSAES_OAEP_SHA_256'),
  ]) {
    expect(refusal).toMatch(/^UnsupportedOperationException: Wrapping algorithm /);
  }
});

test('ImportKeyMaterial refuses wrong dates, tokens, wrappings and sizes, and a refusal does not use up the token', async () => {
  const world = newWorld();
  const ssl = openssl();
  const KeyId = await makeKey(world, { Origin: 'EXTERNAL' });
  const other = await makeKey(world, { Origin: 'EXTERNAL' });
  const { rest: _, ...good } = await parameters(world, ssl, KeyId, randomBytes(32));
  const { rest: __, ...short } = await parameters(world, ssl, KeyId, randomBytes(31));
  const refused = (input: object) => world.refusal('kms', 'ImportKeyMaterial', { KeyId, ...good, ...input });
  const brokenToken = Buffer.from(good.ImportToken).fill(7, 40, 41);
  const brokenMaterial = Buffer.from(good.EncryptedKeyMaterial).fill(7, 40, 44);
  expect([
    await refused({}),
    await refused({ ValidTo: new Date(START - 1) }),
    await refused({ ValidTo: new Date(START + 366 * DAY) }),
    await refused({ ...forever, ValidTo: new Date(START + DAY) }),
    await refused({ ...forever, ImportToken: brokenToken }),
    await refused({ ...forever, KeyId: other }),
    await refused({ ...forever, EncryptedKeyMaterial: brokenMaterial }),
    await refused({ ...forever, ...short }),
    await refused({ ...forever, KeyMaterialId: 'a'.repeat(64) }),
    await refused({ ...forever, KeyMaterialId: 'a'.repeat(64), ImportType: 'NEW_KEY_MATERIAL' }),
    await refused({ ...forever, ImportType: 'EXISTING_KEY_MATERIAL' }),
  ]).toEqual([
    'ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    'ValidationException: ValidTo must be in the future',
    'ValidationException: ValidTo must be no more than 365 days in the future',
    'ValidationException: A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE',
    'InvalidImportTokenException: ',
    'InvalidImportTokenException: ',
    'InvalidCiphertextException: ',
    'ValidationException: Invalid encrypted key size.',
    'IncorrectKeyMaterialException: ',
    'ValidationException: KeyMaterialId can only be specified when ImportType is EXISTING_KEY_MATERIAL.',
    'IncorrectKeyMaterialException: ',
  ]);
  await world.call('kms', 'ImportKeyMaterial', { KeyId, ...good, ...forever });
  world.advance(DAY);
  expect(await refused({ ...forever })).toBe('ExpiredImportTokenException: ');
});

// AWS KMS Developer Guide, "Rotate keys on demand", imported key material (since June 2025).
test('several materials rotate on demand, and all must be present for the key to work', async () => {
  const world = newWorld();
  const ssl = openssl();
  const KeyId = await makeKey(world, { Origin: 'EXTERNAL' });
  const refused = () => world.refusal('kms', 'RotateKeyOnDemand', { KeyId });
  expect(await refused()).toBe(`KMSInvalidStateException: ${arnFor(KeyId)} is pending import.`);
  const [one, two] = [randomBytes(32), randomBytes(32)];
  const first = await importMaterial(world, ssl, KeyId, one);
  expect(await refused()).toBe(
    `KMSInvalidStateException: No available key material pending rotation for the key: ${arnFor(KeyId)}.`,
  );
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  const fresh = { ...forever, ImportType: 'NEW_KEY_MATERIAL', KeyMaterialDescription: 'second' } as const;
  const second = await importMaterial(world, ssl, KeyId, two, fresh);
  expect((await metadata(world, KeyId))?.CurrentKeyMaterialId).toBe(first.KeyMaterialId);
  const { rest: _, ...third } = await parameters(world, ssl, KeyId, randomBytes(32));
  expect(await world.refusal('kms', 'ImportKeyMaterial', { KeyId, ...fresh, ...third })).toMatch(
    new RegExp(
      `^KMSInvalidStateException: New key material \\(id: [0-9a-f]{64}\\) cannot be imported into KMS key ${arnFor(KeyId)}, ` +
        `because another key material \\(id: ${second.KeyMaterialId}\\) is pending rotation\\.$`,
    ),
  );
  await world.call('kms', 'RotateKeyOnDemand', { KeyId });
  expect((await metadata(world, KeyId))?.CurrentKeyMaterialId).toBe(second.KeyMaterialId);
  const { Rotations } = await world.call('kms', 'ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' });
  const entry = { KeyId, ImportState: 'IMPORTED', ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' };
  expect(Rotations).toEqual([
    { ...entry, KeyMaterialId: first.KeyMaterialId, KeyMaterialState: 'NON_CURRENT' },
    {
      ...entry,
      KeyMaterialId: second.KeyMaterialId,
      KeyMaterialState: 'CURRENT',
      KeyMaterialDescription: 'second',
      RotationDate: new Date(START),
      RotationType: 'ON_DEMAND',
    },
  ]);
  expect(text((await world.call('kms', 'Decrypt', { CiphertextBlob })).Plaintext)).toBe('imported');
  await world.call('kms', 'DeleteImportedKeyMaterial', { KeyId, KeyMaterialId: first.KeyMaterialId });
  expect((await metadata(world, KeyId))?.KeyState).toBe('PendingImport');
  await importMaterial(world, ssl, KeyId, one);
  expect((await metadata(world, KeyId))?.KeyState).toBe('Enabled');
});
