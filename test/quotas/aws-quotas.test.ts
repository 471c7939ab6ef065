import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ServiceModel } from '../../src/api/model/shapes.ts';
import { type Region, regions } from '../../src/api/regions.ts';
import { cloudtrailOperations } from '../../src/cloudtrail/operations.ts';
import { findQuota, quotasOf } from '../../src/quotas/aws-quotas.ts';
import type { Profile, QuotaService } from '../../src/quotas/aws-values.ts';

const rateOf = (name: string, region: Region = 'us-east-1', profile: Profile = 'current') =>
  findQuota('kms', name, region, profile)?.value;

// AWS KMS Developer Guide, "Request quotas": Cryptographic operations (symmetric) request rate. Before 2024 as its
// page had them until then.
test('the rate of symmetric keys is larger in large regions', () => {
  const sizes: readonly (readonly [current: number, historic: number, ...names: Region[]])[] = [
    [100_000, 50_000, 'us-east-1', 'us-west-2', 'eu-west-1'],
    [20_000, 10_000, 'us-east-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'eu-central-1', 'eu-west-2'],
  ];
  for (const region of regions) {
    const [current, historic] = sizes.find(([, , ...names]) => names.includes(region)) ?? [10_000, 5500];
    expect([region, rateOf('symmetric', region), rateOf('symmetric', region, 'historic')]).toEqual([
      region,
      current,
      historic,
    ]);
  }
});

// The same page, in its order; a second number is the value of before 2024.
const rates: readonly (readonly [name: string, current: number, historic?: number])[] = [
  ['rsa', 1000, 500],
  ['ml-dsa', 1000],
  ['ecc', 1000, 300],
  ['GenerateDataKeyPair (ECC_NIST_P256)', 100, 25],
  ['GenerateDataKeyPair (ECC_NIST_P384)', 100, 10],
  ['GenerateDataKeyPair (ECC_NIST_P521)', 100, 5],
  ['GenerateDataKeyPair (ECC_SECG_P256K1)', 100, 25],
  ['GenerateDataKeyPair (ECC_NIST_EDWARDS25519)', 100],
  ['GenerateDataKeyPair (RSA_2048)', 20, 1],
  ['GenerateDataKeyPair (RSA_3072)', 4, 0.5],
  ['GenerateDataKeyPair (RSA_4096)', 1, 0.1],
  ['CancelKeyDeletion', 5],
  ['ConnectCustomKeyStore', 5],
  ['CreateAlias', 5],
  ['CreateCustomKeyStore', 5],
  ['CreateGrant', 50],
  ['CreateKey', 5],
  ['DeleteAlias', 15],
  ['DeleteCustomKeyStore', 5],
  ['DeleteImportedKeyMaterial', 15],
  ['DescribeCustomKeyStores', 5],
  ['DescribeKey', 2000],
  ['DisableKey', 5],
  ['DisableKeyRotation', 5],
  ['DisconnectCustomKeyStore', 5],
  ['EnableKey', 5],
  ['EnableKeyRotation', 15],
  ['GetKeyLastUsage', 5],
  ['GetKeyPolicy', 1000],
  ['GetKeyRotationStatus', 1000],
  ['GetParametersForImport', 1, 0.25],
  ['GetPublicKey', 2000],
  ['ImportKeyMaterial', 15],
  ['ListAliases', 500],
  ['ListGrants', 100],
  ['ListKeyPolicies', 100],
  ['ListKeyRotations', 100],
  ['ListKeys', 500],
  ['ListResourceTags', 2000],
  ['ListRetirableGrants', 100],
  ['PutKeyPolicy', 15],
  ['ReplicateKey', 5],
  ['RetireGrant', 50, 30],
  ['RevokeGrant', 50, 30],
  ['RotateKeyOnDemand', 5],
  ['ScheduleKeyDeletion', 15],
  ['TagResource', 10],
  ['UntagResource', 5],
  ['UpdateAlias', 5],
  ['UpdateCustomKeyStore', 5],
  ['UpdateKeyDescription', 5],
  ['UpdatePrimaryRegion', 5],
];

test.for(rates)("the rate %s is AWS's, now and before 2024", ([name, current, historic = current]) => {
  expect([rateOf(name), rateOf(name, 'sa-east-1', 'historic')]).toEqual([current, historic]);
});

test('the rates of KMS are those and the one of symmetric keys, and all can be raised', () => {
  const found = quotasOf('kms', 'us-east-1').filter(({ kind }) => kind === 'rate');
  expect(found.map(({ name }) => name).sort()).toEqual([...rates.map(([name]) => name), 'symmetric'].sort());
  expect(found.filter(({ isAdjustable, per }) => !isAdjustable || per !== 'account')).toEqual([]);
});

test('every operation of KMS draws on at least one rate, and rates name operations of the model', () => {
  const model: ServiceModel = JSON.parse(readFileSync('src/api/model/kms.json', 'utf8'));
  const drawn = new Set(quotasOf('kms', 'us-east-1').flatMap(({ operations }) => operations));
  expect([...drawn].sort()).toEqual(Object.keys(model.operations).sort());
});

// CloudTrail User Guide, "Quotas in AWS CloudTrail".
test('CloudTrail has rates for reading, one for LookupEvents, and one for all others', () => {
  for (const { name, value, isAdjustable } of quotasOf('cloudtrail', 'us-east-1')) {
    expect([name, isAdjustable]).toEqual([name, false]);
    if (!/^[A-Z]/.test(name)) continue;
    expect([name, value]).toEqual([name, name === 'LookupEvents' ? 2 : /^(?:Get|List|Describe)/.test(name) ? 10 : 1]);
  }
  const names = quotasOf('cloudtrail', 'us-east-1').map(({ name }) => name);
  for (const name of Object.keys(cloudtrailOperations)) expect(names).toContain(name);
});

// AWS KMS Developer Guide, "Resource quotas"; CloudTrail User Guide, "Quotas in AWS CloudTrail"; Amazon S3 User Guide,
// "General purpose bucket quotas" and "Best practices design patterns".
test.for<[QuotaService, string, number, boolean]>([
  ['kms', 'keys', 100_000, true],
  ['kms', 'aliases-per-key', 50, true],
  ['kms', 'grants-per-key', 50_000, true],
  ['kms', 'key-policy-size', 32_768, false],
  ['kms', 'custom-key-stores', 10, false],
  ['kms', 'on-demand-rotations-per-key', 25, false],
  ['cloudtrail', 'trails', 5, false],
  ['cloudtrail', 'event-selectors-per-trail', 5, false],
  ['cloudtrail', 'selector-conditions-per-trail', 500, false],
  ['cloudtrail', 'data-resources-per-trail', 250, false],
  ['s3', 'buckets', 10_000, true],
  ['s3', 'prefix-writes', 3500, false],
  ['s3', 'prefix-reads', 5500, false],
])('%s allows %s: %d', ([service, name, value, isAdjustable]) => {
  expect(findQuota(service, name, 'eu-north-1')).toMatchObject({ value, isAdjustable });
});

test('22 codes of KMS are known, and a quota is found by its code or its name', () => {
  const coded = quotasOf('kms', 'us-east-1').filter(({ code }) => code !== undefined);
  expect(coded.length).toBe(22);
  for (const { code = '', name } of coded) {
    expect(code).toMatch(/^L-[0-9A-F]{8}$/);
    expect(findQuota('kms', code, 'us-east-1')?.name).toBe(name);
    expect(findQuota('kms', name.toUpperCase(), 'us-east-1')?.code).toBe(code);
  }
  expect(findQuota('kms', 'L-6E3AF000', 'us-east-1')?.title).toBe('Cryptographic operations (symmetric) request rate');
  expect(findQuota('kms', 'L-00000000', 'us-east-1')).toBeUndefined();
  expect(findQuota('s3', 'symmetric', 'us-east-1')).toBeUndefined();
});

test('titles, names and codes are unique in a service', () => {
  for (const service of ['kms', 'cloudtrail', 's3'] as const) {
    const quotas = quotasOf(service, 'us-east-1');
    for (const member of ['title', 'name'] as const) {
      expect(new Set(quotas.map((quota) => quota[member])).size).toBe(quotas.length);
    }
  }
});
