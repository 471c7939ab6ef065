import { expect, test } from 'vitest';
import { newWorld } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';
import { openssl } from './openssl.ts';

test.for([
  ['ECC_NIST_P256', 'prime256v1', 32],
  ['ECC_NIST_P384', 'secp384r1', 48],
  ['ECC_NIST_P521', 'secp521r1', 66],
] as const)('a key of %s derives the secret that OpenSSL derives', async ([KeySpec, curve, length]) => {
  const world = newWorld();
  const ssl = openssl();
  const KeyId = await makeKey(world, { KeySpec, KeyUsage: 'KEY_AGREEMENT' });
  const { PublicKey: ours = new Uint8Array(), KeyAgreementAlgorithms } = await world.call('kms', 'GetPublicKey', {
    KeyId,
  });
  expect(KeyAgreementAlgorithms).toEqual(['ECDH']);
  ssl.run('ecparam', '-name', curve, '-genkey', '-noout', '-out', ssl.path('peer.pem'));
  const PublicKey = ssl.run('pkey', '-in', ssl.path('peer.pem'), '-pubout', '-outform', 'DER');
  ssl.run('pkey', '-pubin', '-inform', 'DER', '-in', ssl.file('ours.der', ours), '-out', ssl.path('ours.pem'));
  const theirs = ssl.run('pkeyutl', '-derive', '-inkey', ssl.path('peer.pem'), '-peerkey', ssl.path('ours.pem'));
  const { SharedSecret, ...rest } = await world.call('kms', 'DeriveSharedSecret', {
    KeyId,
    KeyAgreementAlgorithm: 'ECDH',
    PublicKey,
  });
  expect(rest).toEqual({ KeyId: arnFor(KeyId), KeyAgreementAlgorithm: 'ECDH', KeyOrigin: 'AWS_KMS' });
  expect([SharedSecret, theirs.length]).toEqual([theirs, length]);
});

test('invalid public keys, and those on another curve, are refused without a message', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
  const other = await makeKey(world, { KeySpec: 'ECC_NIST_P384', KeyUsage: 'KEY_AGREEMENT' });
  const { PublicKey = new Uint8Array() } = await world.call('kms', 'GetPublicKey', { KeyId: other });
  const request = { KeyId, KeyAgreementAlgorithm: 'ECDH' };
  for (const bytes of [Buffer.from('no key'), PublicKey]) {
    expect(await world.refusal('kms', 'DeriveSharedSecret', { ...request, PublicKey: bytes })).toBe(
      'ValidationException: ',
    );
  }
  const signing = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  expect(await world.refusal('kms', 'DeriveSharedSecret', { ...request, KeyId: signing, PublicKey })).toBe(
    `InvalidKeyUsageException: ${arnFor(signing)} key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret.`,
  );
});
