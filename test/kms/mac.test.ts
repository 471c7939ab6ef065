import { expect, test } from 'vitest';
import { newWorld } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';

const Message = Buffer.from('the quick brown fox');

// AWS KMS Developer Guide, "HMAC keys": a spec works with one algorithm, and the code is as long as its hash.
test.for([
  ['HMAC_224', 'HMAC_SHA_224', 28],
  ['HMAC_256', 'HMAC_SHA_256', 32],
  ['HMAC_384', 'HMAC_SHA_384', 48],
  ['HMAC_512', 'HMAC_SHA_512', 64],
] as const)('%s generates and verifies MACs with %s', async ([KeySpec, MacAlgorithm, length]) => {
  const world = newWorld();
  const KeyId = await makeKey(world, { KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' });
  const { Mac = new Uint8Array(), ...rest } = await world.call('kms', 'GenerateMac', { KeyId, Message, MacAlgorithm });
  expect([Mac.length, rest]).toEqual([length, { MacAlgorithm, KeyId: arnFor(KeyId) }]);
  const request = { KeyId, Message, MacAlgorithm, Mac };
  expect(await world.call('kms', 'VerifyMac', request)).toEqual({ KeyId: arnFor(KeyId), MacValid: true, MacAlgorithm });
  const wrong = 'KMSInvalidMacException: ';
  expect(await world.refusal('kms', 'VerifyMac', { ...request, Message: Buffer.from('other') })).toBe(wrong);
  expect(await world.refusal('kms', 'VerifyMac', { ...request, Mac: Mac.subarray(0, 16) })).toBe(wrong);
  const other = MacAlgorithm === 'HMAC_SHA_256' ? 'HMAC_SHA_512' : 'HMAC_SHA_256';
  expect(await world.refusal('kms', 'GenerateMac', { KeyId, Message, MacAlgorithm: other })).toBe(
    `InvalidKeyUsageException: Algorithm ${other} is incompatible with key spec ${KeySpec}.`,
  );
});

test('a key with another usage generates no MACs', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  expect(await world.refusal('kms', 'GenerateMac', { KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' })).toBe(
    `InvalidKeyUsageException: ${arnFor(KeyId)} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
  );
});
