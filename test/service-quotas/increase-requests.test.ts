/** Requests for higher quotas: Service Quotas User Guide, "Requesting a quota increase". */

import { expect, test } from 'vitest';
import { valueInForce } from '../../src/quotas/settings.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';

const service = 'service-quotas';
const createKey = { ServiceCode: 'kms', QuotaCode: 'L-32B67F4A' } as const;

const raise = async (world: World, DesiredValue: number, quota: typeof createKey | object = createKey) =>
  (await world.call(service, 'RequestServiceQuotaIncrease', { ...createKey, ...quota, DesiredValue })).RequestedQuota;

const inForce = (world: World, region: 'us-east-1' | 'eu-west-1' = 'us-east-1', account = ACCOUNT) =>
  world.transact((tx) => valueInForce({ account, region, service: 'kms', name: 'CreateKey' }, tx));

test('a request is granted at once, and holds in the account and region', async () => {
  const world = newWorld();
  const requested = await raise(world, 10.5);
  expect(requested).toEqual({
    Id: expect.stringMatching(/^[0-9a-f]{32}[0-9A-Za-z]{8}$/),
    ServiceCode: 'kms',
    ServiceName: 'AWS Key Management Service (AWS KMS)',
    QuotaCode: 'L-32B67F4A',
    QuotaName: 'CreateKey request rate',
    DesiredValue: 10.5,
    Status: 'APPROVED',
    Created: new Date(START),
    LastUpdated: new Date(START),
    Requester: `{"accountId":"${ACCOUNT}","callerArn":"arn:aws:iam::${ACCOUNT}:user/admin"}`,
    QuotaArn: `arn:aws:servicequotas:us-east-1:${ACCOUNT}:kms/L-32B67F4A`,
    GlobalQuota: false,
    Unit: 'None',
    QuotaRequestedAtLevel: 'ACCOUNT',
  });
  await world.reopen();
  // As AWS's own value it is observed, or enforced where enforcement is on: it is not set by hand.
  expect(inForce(world)).toEqual({ value: 10.5, isByHand: false });
  expect(inForce(world, 'eu-west-1')).toEqual({ value: 5, isByHand: false });
  expect(inForce(world, 'us-east-1', OTHER_ACCOUNT)).toEqual({ value: 5, isByHand: false });
  expect((await world.call(service, 'GetServiceQuota', createKey)).Quota?.Value).toBe(10.5);
  expect((await world.call(service, 'GetAWSDefaultServiceQuota', createKey)).Quota?.Value).toBe(5);
  const RequestId = requested?.Id ?? '';
  expect((await world.call(service, 'GetRequestedServiceQuotaChange', { RequestId })).RequestedQuota).toEqual(
    requested,
  );
});

test('the history has the newest first, of all services, of one, or of one quota', async () => {
  const world = newWorld();
  for (const [value, quota] of [
    [6, {}],
    [501, { QuotaCode: 'ListKeys' }],
    [10_001, { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' }],
    [7, {}],
  ] as const) {
    await raise(world, value, quota);
    world.advance(1);
  }
  const all = async (input: object = {}) => {
    const found = await world.call(service, 'ListRequestedServiceQuotaChangeHistory', input);
    return found.RequestedQuotas?.map(({ DesiredValue }) => DesiredValue);
  };
  expect(await all()).toEqual([7, 10_001, 501, 6]);
  expect(await all({ ServiceCode: 'kms' })).toEqual([7, 501, 6]);
  expect(await all({ ServiceCode: 'cloudtrail' })).toEqual([]);
  expect(await all({ Status: 'APPROVED', QuotaRequestedAtLevel: 'ALL' })).toEqual([7, 10_001, 501, 6]);
  expect(await all({ Status: 'PENDING' })).toEqual([]);
  expect(await all({ QuotaRequestedAtLevel: 'RESOURCE' })).toEqual([]);
  const byQuota = await world.call(service, 'ListRequestedServiceQuotaChangeHistoryByQuota', createKey);
  expect(byQuota.RequestedQuotas?.map(({ DesiredValue }) => DesiredValue)).toEqual([7, 6]);
  const elsewhere = await world.call(service, 'ListRequestedServiceQuotaChangeHistory', {}, { region: 'eu-west-1' });
  expect(elsewhere).toEqual({ RequestedQuotas: [] });
});

test('the history has pages, and a request that comes in between shifts none', async () => {
  const world = newWorld();
  for (let value = 6; value < 13; value++) {
    await raise(world, value);
    world.advance(1);
  }
  const seen: unknown[] = [];
  let NextToken: string | undefined;
  do {
    const page = await world.call(service, 'ListRequestedServiceQuotaChangeHistoryByQuota', {
      ...createKey,
      MaxResults: 3,
      ...(NextToken !== undefined && { NextToken }),
    });
    seen.push(page.RequestedQuotas?.map(({ DesiredValue }) => DesiredValue));
    NextToken = page.NextToken;
    if (seen.length === 1) await raise(world, 100);
  } while (NextToken !== undefined);
  expect(seen).toEqual([[12, 11, 10], [9, 8, 7], [6]]);
});

const illegal = (message: string) => `IllegalArgumentException: ${message}`;

// https://github.com/cloud-custodian/cloud-custodian/pull/8939 has the words about the current value.
test.for<[string, object, string]>([
  [
    'the default',
    { DesiredValue: 5 },
    illegal('You must provide a quota value greater than the default quota value of 5.0'),
  ],
  ['less', { DesiredValue: 0 }, illegal('You must provide a quota value greater than the default quota value of 5.0')],
  [
    'what is in force',
    { DesiredValue: 8 },
    illegal('You must provide a quota value greater than the current quota value'),
  ],
  ['between', { DesiredValue: 7.9 }, illegal('You must provide a quota value greater than the current quota value')],
  [
    'what is fixed',
    { QuotaCode: 'key-policy-size', DesiredValue: 40_000 },
    illegal('The request failed because the specified quota is not adjustable.'),
  ],
  [
    'of a resource',
    { DesiredValue: 9, ContextId: '*' },
    illegal('The request failed because the specified quota does not support the specified context Id.'),
  ],
  [
    'of no quota',
    { QuotaCode: 'L-00000000', DesiredValue: 9 },
    'NoSuchResourceException: The request failed because the specified quota does not exist.',
  ],
  [
    'of no service',
    { ServiceCode: 'ec2', DesiredValue: 9 },
    'NoSuchResourceException: The request failed because the specified service does not exist.',
  ],
  [
    'negative',
    { DesiredValue: -1 },
    "ValidationException: 1 validation error detected: Value '-1' at 'desiredValue' failed to satisfy constraint: Member must have value greater than or equal to 0",
  ],
])('a value is refused, and nothing is changed: %s', async ([, input, refusal]) => {
  const world = newWorld();
  await raise(world, 8);
  const before = inForce(world);
  expect(await world.refusal(service, 'RequestServiceQuotaIncrease', { ...createKey, ...input })).toBe(refusal);
  expect(inForce(world)).toEqual(before);
  const { RequestedQuotas } = await world.call(service, 'ListRequestedServiceQuotaChangeHistory', {});
  expect(RequestedQuotas).toHaveLength(1);
});

test('a request of another account or region, or of nobody, is not found', async () => {
  const world = newWorld();
  const RequestId = (await raise(world, 6))?.Id ?? '';
  const missing = 'NoSuchResourceException: The request failed because the specified request does not exist.';
  for (const options of [{ region: 'eu-west-1' }, { as: `${OTHER_ACCOUNT}:user/admin` }] as const) {
    expect(await world.refusal(service, 'GetRequestedServiceQuotaChange', { RequestId }, options)).toBe(missing);
  }
  const none = { RequestId: `${'0'.repeat(32)}abcdefgh` };
  expect(await world.refusal(service, 'GetRequestedServiceQuotaChange', none)).toBe(missing);
});

// Service Authorization Reference, "Actions, resources, and condition keys for Service Quotas".
test('a request needs permission on its quota, which a policy can narrow to a quota or a service', async () => {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ana' });
  const allow = (statement: object) =>
    world.call('iam', 'PutUserPolicy', {
      UserName: 'ana',
      PolicyName: 'raise',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'servicequotas:RequestServiceQuotaIncrease', Resource: '*', ...statement },
        ],
      }),
    });
  const arn = `arn:aws:servicequotas:us-east-1:${ACCOUNT}:kms/L-32B67F4A`;
  const as = 'user/ana';
  const asked = { ...createKey, DesiredValue: 6 };
  for (const statement of [
    { Resource: arn.replace('L-32B67F4A', 'ListKeys') },
    { Condition: { StringEquals: { 'servicequotas:service': 's3' } } },
  ]) {
    await allow(statement);
    expect(await world.refusal(service, 'RequestServiceQuotaIncrease', asked, { as })).toMatch(
      `is not authorized to perform: servicequotas:RequestServiceQuotaIncrease on resource: ${arn}`,
    );
  }
  await allow({ Resource: arn, Condition: { StringEquals: { 'servicequotas:service': 'kms' } } });
  const { RequestedQuota } = await world.call(service, 'RequestServiceQuotaIncrease', asked, { as });
  expect(RequestedQuota?.Requester).toMatch('user/ana');
});
