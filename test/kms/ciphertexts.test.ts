import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, newWorld } from '../support/harness.ts';
import { arnFor, makeKey, text } from './made-keys.ts';
import { makeUser } from './principals.ts';

const Plaintext = Buffer.from('attack at dawn');
const INVALID = 'InvalidCiphertextException: ';

test('decrypt inverts encrypt for any plaintext and context', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 4096 });
  const contexts = fc.option(
    fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), { maxKeys: 5 }),
    {
      nil: undefined,
    },
  );
  await fc.assert(
    fc.asyncProperty(bytes, contexts, async (Plaintext, EncryptionContext) => {
      const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext });
      const opened = await world.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext });
      expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Buffer.from(Plaintext));
    }),
    { numRuns: 40 },
  );
});

test('one flipped bit anywhere is refused, without saying where', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { CiphertextBlob = new Uint8Array() } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  for (let at = 0; at < CiphertextBlob.length; at += 1) {
    const broken = Uint8Array.from(CiphertextBlob);
    broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
    const refusal = await world.refusal('kms', 'Decrypt', { CiphertextBlob: broken, KeyId });
    // A bit of the key id in the blob names another key, or none.
    expect(refusal).toMatch(/^(InvalidCiphertextException: |IncorrectKeyException: .*)$/);
  }
  for (const length of [1, 5, 30, CiphertextBlob.length - 1]) {
    const short = CiphertextBlob.subarray(0, length);
    expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob: short })).toBe(INVALID);
  }
});

// Maps that a careless canonical form makes equal: names and values joined without lengths, an empty value taken for
// an absent one, case folded, order kept.
test.for([
  [{ a: 'bc' }, { ab: 'c' }],
  [{ a: 'b', c: 'd' }, { a: 'bcd' }],
  [{ a: '' }, {}],
  [{ a: '', b: '' }, { ab: '' }],
  [{ a: 'x' }, { A: 'x' }],
  [{ a: 'x' }, { a: 'X' }],
  [{ a: 'b,c=d' }, { a: 'b', c: 'd' }],
  [{ '\u00e9': 'x' }, { 'e\u0301': 'x' }],
] as const)('the contexts %j and %j differ', async ([one, other]) => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext: one });
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: other })).toBe(INVALID);
});

test('an absent context is the empty one, and order does not matter', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const bare = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  const opened = await world.call('kms', 'Decrypt', { CiphertextBlob: bare.CiphertextBlob, EncryptionContext: {} });
  expect(text(opened.Plaintext)).toBe('attack at dawn');
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', {
    KeyId,
    Plaintext,
    EncryptionContext: { a: '1', b: '2' },
  });
  const again = await world.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: { b: '2', a: '1' } });
  expect(text(again.Plaintext)).toBe('attack at dawn');
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob })).toBe(INVALID);
});

test("the responses have AWS's members", async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { CiphertextBlob, ...encrypted } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  expect(encrypted).toEqual({ KeyId: arnFor(KeyId), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
  const { Plaintext: opened, ...decrypted } = await world.call('kms', 'Decrypt', { CiphertextBlob });
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
  expect(KeyMetadata?.CurrentKeyMaterialId).toMatch(/^[0-9a-f]{64}$/);
  expect(decrypted).toEqual({
    KeyId: arnFor(KeyId),
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    KeyMaterialId: KeyMetadata?.CurrentKeyMaterialId,
  });
  expect(text(opened)).toBe('attack at dawn');
});

test("the same input gives different blobs, and a key does not open another key's blobs", async () => {
  const world = newWorld();
  const [one, other] = [await makeKey(world), await makeKey(world)];
  const first = await world.call('kms', 'Encrypt', { KeyId: one, Plaintext });
  const second = await world.call('kms', 'Encrypt', { KeyId: one, Plaintext });
  expect(first.CiphertextBlob).not.toEqual(second.CiphertextBlob);
  const incorrect =
    'IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.';
  const { CiphertextBlob } = first;
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob, KeyId: other })).toBe(incorrect);
  const reEncrypt = { CiphertextBlob, SourceKeyId: other, DestinationKeyId: other };
  expect(await world.refusal('kms', 'ReEncrypt', reEncrypt)).toBe(incorrect);
  const hmac = await makeKey(world, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob, KeyId: hmac })).toBe(incorrect);
});

test('ciphertexts made through an alias can still be decrypted after it moves', async () => {
  const world = newWorld();
  const [one, other] = [await makeKey(world), await makeKey(world)];
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: one });
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: 'alias/app', Plaintext });
  await world.call('kms', 'UpdateAlias', { AliasName: 'alias/app', TargetKeyId: other });
  expect((await world.call('kms', 'Decrypt', { CiphertextBlob })).KeyId).toBe(arnFor(one));
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob, KeyId: 'alias/app' })).toMatch(
    /^IncorrectKeyException/,
  );
});

test('ReEncrypt changes key and context', async () => {
  const world = newWorld();
  const [one, other] = [await makeKey(world), await makeKey(world)];
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', {
    KeyId: one,
    Plaintext,
    EncryptionContext: { a: '1' },
  });
  const again = await world.call('kms', 'ReEncrypt', {
    CiphertextBlob,
    SourceEncryptionContext: { a: '1' },
    DestinationKeyId: other,
    DestinationEncryptionContext: { b: '2' },
  });
  const { CiphertextBlob: made, SourceKeyMaterialId, DestinationKeyMaterialId, ...rest } = again;
  expect(rest).toEqual({
    SourceKeyId: arnFor(one),
    KeyId: arnFor(other),
    SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  });
  expect(SourceKeyMaterialId).not.toBe(DestinationKeyMaterialId);
  const opened = await world.call('kms', 'Decrypt', { CiphertextBlob: made, EncryptionContext: { b: '2' } });
  expect([opened.KeyId, text(opened.Plaintext)]).toEqual([arnFor(other), 'attack at dawn']);
  const wrong = { CiphertextBlob, SourceEncryptionContext: { a: '2' }, DestinationKeyId: other };
  expect(await world.refusal('kms', 'ReEncrypt', wrong)).toBe(INVALID);
});

test('no part of a plaintext is in the store, and the ciphertexts of a deleted key are lost', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  world.advance(7 * DAY);
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob })).toMatch(/^AccessDeniedException/);
  await world.call('kms', 'ListKeys', {});
  expect(world.transact((tx) => [...tx.kmsBackingKeys.range()])).toEqual([]);
});

// KMS API Reference, Encrypt: Plaintext; messages as recorded from AWS.
test.for([
  [
    0,
    "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    4097,
    "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
  ],
] as const)('a plaintext of %i bytes is refused', async ([length, message]) => {
  const world = newWorld();
  const input = { KeyId: await makeKey(world), Plaintext: new Uint8Array(length) };
  expect(await world.refusal('kms', 'Encrypt', input)).toBe(`ValidationException: ${message}`);
});

// AWS KMS API Reference, Encrypt: the longest plaintext by algorithm and spec; the messages are recorded from AWS.
test('RSA encrypts as much as its padding leaves room for, and what OAEP encrypts can be decrypted', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  for (const [EncryptionAlgorithm, max] of [
    ['RSAES_OAEP_SHA_1', 214],
    ['RSAES_OAEP_SHA_256', 190],
  ] as const) {
    const Plaintext = new Uint8Array(max).fill(7);
    const made = await world.call('kms', 'Encrypt', { KeyId, Plaintext, EncryptionAlgorithm });
    expect(made.CiphertextBlob?.length).toBe(256);
    const request = { KeyId, CiphertextBlob: made.CiphertextBlob, EncryptionAlgorithm };
    const opened = await world.call('kms', 'Decrypt', request);
    expect(opened).toEqual({ KeyId: arnFor(KeyId), Plaintext: Buffer.from(Plaintext), EncryptionAlgorithm });
    expect(
      await world.refusal('kms', 'Encrypt', { KeyId, Plaintext: new Uint8Array(max + 1), EncryptionAlgorithm }),
    ).toBe(
      `ValidationException: Algorithm ${EncryptionAlgorithm} and key spec RSA_2048 cannot encrypt data larger than ${max} bytes.`,
    );
  }
});

test('encryption with the wrong kind of key is refused', async () => {
  const world = newWorld();
  const rsa = await makeKey(world, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  const signing = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const symmetric = await makeKey(world);
  const oaep = { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const;
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: rsa, Plaintext, ...oaep });
  const context = { EncryptionContext: { a: 'b' } };
  const refused = (operation: 'Encrypt' | 'Decrypt' | 'GenerateDataKey', input: object) =>
    world.refusal('kms', operation, input);
  expect([
    await refused('Encrypt', { KeyId: rsa, Plaintext }),
    await refused('Encrypt', { KeyId: symmetric, Plaintext, ...oaep }),
    await refused('Encrypt', { KeyId: signing, Plaintext, ...oaep }),
    await refused('Encrypt', { KeyId: rsa, Plaintext, ...oaep, ...context }),
    await refused('Decrypt', { CiphertextBlob, ...oaep }),
    await refused('Decrypt', { KeyId: rsa, CiphertextBlob }),
    await refused('Decrypt', { KeyId: rsa, CiphertextBlob, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' }),
    await refused('Decrypt', { KeyId: rsa, CiphertextBlob, ...oaep, ...context }),
    await refused('Decrypt', { KeyId: symmetric, CiphertextBlob, ...oaep }),
    await refused('GenerateDataKey', { KeyId: rsa, KeySpec: 'AES_256' }),
    await refused('GenerateDataKey', { KeyId: signing, KeySpec: 'AES_256' }),
  ]).toEqual([
    'InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    'InvalidKeyUsageException: Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
    `InvalidKeyUsageException: ${arnFor(signing)} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
    'ValidationException: EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.',
    'ValidationException: KeyId must not be null',
    INVALID,
    INVALID,
    'ValidationException: EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.',
    'InvalidKeyUsageException: Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
    'InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    `InvalidKeyUsageException: ${arnFor(signing)} key usage is SIGN_VERIFY which is not valid for GenerateDataKey.`,
  ]);
});

test('checks come in order: shape, blob, name, authorization, state', async () => {
  const world = newWorld();
  makeUser(world, 'eve');
  const KeyId = await makeKey(world);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  await world.call('kms', 'DisableKey', { KeyId });
  const garbage = Buffer.from('no blob at all');
  const as = 'user/eve';
  // Each request has everything wrong that comes after what it is refused for.
  const unknown = '1234abcd-12ab-34cd-56ef-1234567890ab';
  expect(
    await world.refusal(
      'kms',
      'Decrypt',
      { KeyId: unknown, CiphertextBlob: garbage, EncryptionAlgorithm: 'X' },
      { as },
    ),
  ).toMatch(/^ValidationException: 1 validation error detected: Value 'X' at 'encryptionAlgorithm'/);
  expect(await world.refusal('kms', 'Decrypt', { KeyId: unknown, CiphertextBlob: garbage }, { as })).toBe(INVALID);
  expect(await world.refusal('kms', 'Decrypt', { KeyId: unknown, CiphertextBlob }, { as })).toMatch(
    /^NotFoundException/,
  );
  expect(await world.refusal('kms', 'Decrypt', { KeyId, CiphertextBlob }, { as })).toBe(
    `AccessDeniedException: User: arn:aws:iam::111122223333:user/eve is not authorized to perform: kms:Decrypt on resource: ` +
      `${arnFor(KeyId)} because no identity-based policy allows the kms:Decrypt action`,
  );
  expect(await world.refusal('kms', 'Decrypt', { KeyId, CiphertextBlob })).toBe(
    `DisabledException: ${arnFor(KeyId)} is disabled.`,
  );
});
