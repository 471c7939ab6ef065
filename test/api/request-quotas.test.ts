// AWS KMS Developer Guide, "Request quotas"; AWS Key Management Service pricing; Amazon S3 pricing.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { ServiceModel } from '../../src/api/model/shapes.ts';
import { operationFacts } from '../../src/api/operation-facts.ts';
import { usageTypeOf } from '../../src/api/usage-type.ts';

const namesOf = (service: ServiceName): string[] => {
  const model: ServiceModel = JSON.parse(readFileSync(`src/api/model/${service}.json`, 'utf8'));
  return Object.keys(model.operations);
};

const keyOf = (spec: string) => ({ account: '111122223333', region: 'us-east-1', keyId: `id of ${spec}`, spec });

/** What a call with a key of that spec draws on, whichever the operation. */
const drawn = (name: string, spec = 'SYMMETRIC_DEFAULT', destination = spec) => {
  const key = keyOf(spec);
  const target = { key, source: { key }, destination: { key: keyOf(destination) }, region: 'eu-west-1' };
  return operationFacts('kms', name).rates(target, { KeyPairSpec: spec });
};

const quotas = (name: string, spec?: string) => drawn(name, spec).map(({ quota }) => quota);

const symmetricOnly = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GenerateRandom',
  'VerifyMac',
];
const byKey = ['Decrypt', 'DeriveSharedSecret', 'Encrypt', 'ReEncrypt', 'Sign', 'Verify'];
const pairs = ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'];

test.for([
  ['SYMMETRIC_DEFAULT', 'symmetric'],
  ['HMAC_256', 'symmetric'],
  ['RSA_2048', 'rsa'],
  ['RSA_3072', 'rsa'],
  ['RSA_4096', 'rsa'],
  ['ECC_NIST_P256', 'ecc'],
  ['ECC_NIST_P384', 'ecc'],
  ['ECC_NIST_P521', 'ecc'],
  ['ECC_SECG_P256K1', 'ecc'],
  ['ECC_NIST_EDWARDS25519', 'ecc'],
  ['SM2', 'ecc'],
  ['ML_DSA_44', 'ml-dsa'],
  ['ML_DSA_65', 'ml-dsa'],
  ['ML_DSA_87', 'ml-dsa'],
] as const)('cryptographic operations with a key of %s share the rate %s', ([spec, quota]) => {
  for (const name of byKey) expect([name, new Set(quotas(name, spec))]).toEqual([name, new Set([quota])]);
  for (const name of pairs) expect([name, quotas(name, spec)]).toEqual([name, [`GenerateDataKeyPair (${spec})`]]);
});

test('every other operation of KMS has its own rate, or that of symmetric keys', () => {
  for (const name of symmetricOnly) expect([name, quotas(name)]).toEqual([name, ['symmetric']]);
  const known = new Set([...symmetricOnly, ...byKey, ...pairs, 'ReplicateKey', 'UpdatePrimaryRegion']);
  for (const name of namesOf('kms')) if (!known.has(name)) expect([name, quotas(name)]).toEqual([name, [name]]);
});

test('some requests count several times, or in another region', () => {
  expect(drawn('ReEncrypt', 'RSA_2048', 'HMAC_256').map(({ quota }) => quota)).toEqual(['rsa', 'symmetric']);
  expect(drawn('ReplicateKey')).toEqual([
    { quota: 'ReplicateKey' },
    { quota: 'CreateKey', region: 'eu-west-1' },
    { quota: 'CreateKey', region: 'eu-west-1' },
  ]);
  expect(drawn('UpdatePrimaryRegion')).toEqual([
    { quota: 'UpdatePrimaryRegion' },
    { quota: 'UpdatePrimaryRegion', region: 'eu-west-1' },
  ]);
});

test('a cryptographic operation names its key, and no other operation does', () => {
  const cryptographic = new Set([...symmetricOnly, ...byKey, ...pairs]);
  cryptographic.delete('GenerateRandom');
  for (const name of namesOf('kms')) {
    expect([name, drawn(name).some(({ key }) => key?.keyId === 'id of SYMMETRIC_DEFAULT')]).toEqual([
      name,
      cryptographic.has(name),
    ]);
  }
});

const usage = (name: string, spec?: string, destination?: string) =>
  usageTypeOf('kms', name, drawn(name, spec, destination));

test.for([
  ['SYMMETRIC_DEFAULT', 'KMS-Requests'],
  ['HMAC_384', 'KMS-Requests'],
  ['RSA_2048', 'KMS-Requests-Asymmetric-RSA_2048'],
  ['RSA_3072', 'KMS-Requests-Asymmetric'],
  ['RSA_4096', 'KMS-Requests-Asymmetric'],
  ['ECC_NIST_P256', 'KMS-Requests-Asymmetric'],
  ['ECC_NIST_EDWARDS25519', 'KMS-Requests-Asymmetric'],
  ['ML_DSA_65', 'KMS-Requests-Asymmetric'],
] as const)('a request with a key of %s is billed as %s', ([spec, type]) => {
  for (const name of byKey) expect([name, usage(name, spec)]).toEqual([name, type]);
  const isAsymmetric = type !== 'KMS-Requests';
  expect(usage('GetPublicKey', spec)).toBe(isAsymmetric ? type : 'KMS-Requests-Asymmetric');
});

test('a request with two keys is billed once, by the dearer one', () => {
  expect(usage('ReEncrypt', 'SYMMETRIC_DEFAULT', 'RSA_2048')).toBe('KMS-Requests-Asymmetric-RSA_2048');
  expect(usage('ReEncrypt', 'RSA_4096', 'RSA_2048')).toBe('KMS-Requests-Asymmetric');
});

test('key pairs are billed by their family, everything else of KMS as a request', () => {
  expect(usage('GenerateDataKeyPair', 'RSA_4096')).toBe('KMS-Requests-GenerateDatakeyPair-RSA');
  expect(usage('GenerateDataKeyPairWithoutPlaintext', 'ECC_NIST_P384')).toBe('KMS-Requests-GenerateDatakeyPair-ECC');
  const special = new Set([...byKey, ...pairs, 'GetPublicKey']);
  for (const name of namesOf('kms'))
    if (!special.has(name)) expect([name, usage(name)]).toEqual([name, 'KMS-Requests']);
  // What was refused before its key was known.
  expect(usageTypeOf('kms', 'Encrypt', [])).toBe('KMS-Requests');
});

test.for([
  ['PutObject', 'Requests-Tier1'],
  ['CopyObject', 'Requests-Tier1'],
  ['ListObjectsV2', 'Requests-Tier1'],
  ['UploadPart', 'Requests-Tier1'],
  ['GetObject', 'Requests-Tier2'],
  ['HeadObject', 'Requests-Tier2'],
  ['GetBucketPolicy', 'Requests-Tier2'],
  ['DeleteObject', undefined],
  ['AbortMultipartUpload', undefined],
] as const)('S3 bills %s as %s', ([name, type]) => {
  expect(usageTypeOf('s3', name, [])).toBe(type);
});

test('what is free has no usage type', () => {
  expect([usageTypeOf('iam', 'CreateUser', []), usageTypeOf('cloudtrail', 'LookupEvents', [])]).toEqual([
    undefined,
    undefined,
  ]);
});
