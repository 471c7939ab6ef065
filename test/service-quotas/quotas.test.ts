/** What Service Quotas shows: Service Quotas API Reference, ListServices to GetAWSDefaultServiceQuota. */

import { expect, test } from 'vitest';
import type { Region } from '../../src/api/regions.ts';
import { setProfile, setQuota } from '../../src/quotas/settings.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const kms = { ServiceCode: 'kms' } as const;
const createKey = { ...kms, QuotaCode: 'L-32B67F4A' } as const;
const service = 'service-quotas';

/** Every page of a list of quotas. */
async function allQuotas(world: World, name: 'ListServiceQuotas' | 'ListAWSDefaultServiceQuotas', MaxResults: number) {
  const quotas = [];
  let NextToken: string | undefined;
  do {
    const page = await world.call(service, name, { ...kms, MaxResults, ...(NextToken !== undefined && { NextToken }) });
    expect(page.Quotas?.length).toBeLessThanOrEqual(MaxResults);
    quotas.push(...(page.Quotas ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return quotas;
}

test('the services with quotas are those of the region, by their codes', async () => {
  const world = newWorld();
  const codesIn = async (region: Region) =>
    (await world.call(service, 'ListServices', {}, { region })).Services?.map(({ ServiceCode }) => ServiceCode);
  expect(await codesIn('us-east-1')).toEqual(['cloudtrail', 'kms', 's3']);
  // The only quota of S3 is global.
  expect(await codesIn('eu-west-1')).toEqual(['cloudtrail', 'kms']);
  expect((await world.call(service, 'ListServices', {})).Services?.[1]).toEqual({
    ServiceCode: 'kms',
    ServiceName: 'AWS Key Management Service (AWS KMS)',
  });
});

test('a quota has the members that AWS shows', async () => {
  const world = newWorld();
  const { Quota } = await world.call(service, 'GetServiceQuota', createKey, { region: 'eu-west-1' });
  const quota = {
    ServiceCode: 'kms',
    ServiceName: 'AWS Key Management Service (AWS KMS)',
    QuotaArn: `arn:aws:servicequotas:eu-west-1:${ACCOUNT}:kms/L-32B67F4A`,
    QuotaCode: 'L-32B67F4A',
    QuotaName: 'CreateKey request rate',
    Value: 5,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
    UsageMetric: {
      MetricNamespace: 'AWS/Usage',
      MetricName: 'CallCount',
      MetricDimensions: { Class: 'None', Resource: 'CreateKey', Service: 'KMS', Type: 'API' },
      MetricStatisticRecommendation: 'Sum',
    },
    Period: { PeriodValue: 1, PeriodUnit: 'SECOND' },
    QuotaAppliedAtLevel: 'ACCOUNT',
  };
  expect(Quota).toEqual(quota);
  const byDefault = await world.call(service, 'GetAWSDefaultServiceQuota', createKey, { region: 'eu-west-1' });
  expect(byDefault.Quota).toEqual({ ...quota, QuotaArn: 'arn:aws:servicequotas:eu-west-1::kms/L-32B67F4A' });
});

test('a quota of things has neither a period nor a metric', async () => {
  const world = newWorld();
  const { Quota } = await world.call(service, 'GetServiceQuota', { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' });
  expect(Quota).toMatchObject({ QuotaName: 'General purpose buckets', Value: 10_000, GlobalQuota: true });
  expect(Object.keys(Quota ?? {})).not.toContain('Period');
  expect(Object.keys(Quota ?? {})).not.toContain('UsageMetric');
});

test('22 codes of KMS are AWS’s, every other code is the name of the quota, and none is invented', async () => {
  const world = newWorld();
  const codes = (await allQuotas(world, 'ListServiceQuotas', 100)).map(({ QuotaCode = '' }) => QuotaCode);
  expect(codes.filter((code) => code.startsWith('L-'))).toHaveLength(22);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes).toEqual(expect.arrayContaining(['ListKeys', 'GenerateDataKeyPair-RSA-2048', 'ml-dsa', 'keys']));
  for (const QuotaCode of codes) {
    const { Quota } = await world.call(service, 'GetServiceQuota', { ...kms, QuotaCode });
    expect(Quota?.QuotaCode).toBe(QuotaCode);
  }
});

test.for(['ListServiceQuotas', 'ListAWSDefaultServiceQuotas'] as const)(
  '%s has pages of every size, each quota once',
  async (name) => {
    const world = newWorld();
    const all = await allQuotas(world, name, 100);
    expect(all.length).toBeGreaterThan(50);
    for (const size of [1, 7, all.length - 1, Math.min(100, all.length)]) {
      expect(await allQuotas(world, name, size)).toEqual(all);
    }
  },
);

test('one quota can be listed alone, and quotas of resources are none', async () => {
  const world = newWorld();
  const listed = async (input: object) =>
    (await world.call(service, 'ListServiceQuotas', { ...kms, ...input })).Quotas?.map(({ QuotaCode }) => QuotaCode);
  expect(await listed({ QuotaCode: 'L-32B67F4A' })).toEqual(['L-32B67F4A']);
  expect(await listed({ QuotaAppliedAtLevel: 'RESOURCE' })).toEqual([]);
  expect((await listed({ QuotaAppliedAtLevel: 'ALL' }))?.length).toBeGreaterThan(50);
});

test('the value is the one in force for the account and region, and the default is AWS’s', async () => {
  const world = newWorld();
  const at = { account: ACCOUNT, region: 'us-east-1', service: 'kms', name: 'CreateKey' } as const;
  world.transact((tx) => setQuota(at, 0.5, tx));
  const shownValue = async (name: 'GetServiceQuota' | 'GetAWSDefaultServiceQuota', options: object = {}) =>
    (await world.call(service, name, createKey, options)).Quota?.Value;
  expect(await shownValue('GetServiceQuota')).toBe(0.5);
  expect(await shownValue('GetAWSDefaultServiceQuota')).toBe(5);
  expect(await shownValue('GetServiceQuota', { region: 'eu-west-1' })).toBe(5);
  expect(await shownValue('GetServiceQuota', { as: `${OTHER_ACCOUNT}:user/admin` })).toBe(5);
});

test('with AWS’s values of before 2024, these are the defaults', async () => {
  const world = newWorld();
  world.transact((tx) => setProfile('historic', tx));
  const rsa = { ...kms, QuotaCode: 'L-2AC98190' };
  expect((await world.call(service, 'GetAWSDefaultServiceQuota', rsa)).Quota?.Value).toBe(500);
  expect((await world.call(service, 'GetServiceQuota', rsa)).Quota?.Value).toBe(500);
});

const NO_SERVICE = 'NoSuchResourceException: The request failed because the specified service does not exist.';
const NO_QUOTA = 'NoSuchResourceException: The request failed because the specified quota does not exist.';

test.for<[string, object, string, Region?]>([
  ['GetServiceQuota', { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' }, NO_SERVICE],
  // https://github.com/aws/aws-cli/issues/4569: codes have capitals.
  ['GetServiceQuota', { ServiceCode: 'KMS', QuotaCode: 'L-32B67F4A' }, NO_SERVICE],
  ['GetServiceQuota', { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' }, NO_SERVICE, 'eu-west-1'],
  ['GetServiceQuota', { ...kms, QuotaCode: 'L-00000000' }, NO_QUOTA],
  ['GetServiceQuota', { ...kms, QuotaCode: 'l-32b67f4a' }, NO_QUOTA],
  ['GetServiceQuota', { ...kms, QuotaCode: 'CreateKey' }, NO_QUOTA],
  ['GetServiceQuota', { ServiceCode: 's3', QuotaCode: 'prefix-writes' }, NO_QUOTA],
  [
    'GetServiceQuota',
    { ...createKey, ContextId: '*' },
    'NoSuchResourceException: The request failed because applied value for the specified context Id do not exist.',
  ],
  ['GetAWSDefaultServiceQuota', { ...kms, QuotaCode: 'L-00000000' }, NO_QUOTA],
  ['ListServiceQuotas', { ServiceCode: 'ec2' }, NO_SERVICE],
  ['ListServiceQuotas', { ...kms, QuotaCode: 'L-00000000' }, NO_QUOTA],
  ['ListAWSDefaultServiceQuotas', { ServiceCode: 'ec2' }, NO_SERVICE],
  [
    'ListServiceQuotas',
    { ...kms, NextToken: 'abcd' },
    'InvalidPaginationTokenException: The request failed because the pagination token is invalid.',
  ],
])('%s of %j: %s', async ([name, input, refusal, region = 'us-east-1']) => {
  expect(await newWorld().refusal(service, name as 'GetServiceQuota', input, { region })).toBe(refusal);
});

test('a token of one list is refused by another', async () => {
  const world = newWorld();
  const { NextToken = '' } = await world.call(service, 'ListServiceQuotas', { ...kms, MaxResults: 1 });
  expect(NextToken).toMatch(/^[a-zA-Z0-9/+]+={0,2}$/);
  for (const [name, input] of [
    ['ListAWSDefaultServiceQuotas', kms],
    ['ListServiceQuotas', { ServiceCode: 'cloudtrail' }],
    ['ListServices', {}],
  ] as const) {
    expect(await world.refusal(service, name, { ...input, NextToken })).toMatch('InvalidPaginationTokenException');
  }
});

test('each operation needs its own permission', async () => {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ana' });
  const as = 'user/ana';
  expect(await world.refusal(service, 'ListServices', {}, { as })).toBe(
    `AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/ana is not authorized to perform: servicequotas:ListServices on resource: * because no identity-based policy allows the servicequotas:ListServices action`,
  );
  await world.call('iam', 'PutUserPolicy', {
    UserName: 'ana',
    PolicyName: 'quotas',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['servicequotas:ListServices'], Resource: '*' }],
    }),
  });
  expect(await world.call(service, 'ListServices', {}, { as })).toMatchObject({ Services: expect.any(Array) });
  expect(await world.refusal(service, 'GetServiceQuota', createKey, { as })).toMatch('servicequotas:GetServiceQuota');
});
