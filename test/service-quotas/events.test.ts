/** What CloudTrail shows of Service Quotas: Service Quotas User Guide, "Logging Service Quotas API calls". */

import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { serviceQuotasOperations } from '../../src/service-quotas/operations.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';

const service = 'service-quotas';
const quota = { ServiceCode: 'kms', QuotaCode: 'L-32B67F4A' } as const;
const ResourceARN = `arn:aws:servicequotas:us-east-1:${ACCOUNT}:kms/L-32B67F4A`;
const logged = { serviceCode: 'kms', quotaCode: 'L-32B67F4A' };

type Golden = readonly [
  input: object,
  readOnly: boolean,
  requestParameters: object | null,
  responseElements: object | null,
];

const golden: Readonly<Record<OperationName<'service-quotas'>, Golden>> = {
  GetAWSDefaultServiceQuota: [quota, true, logged, null],
  GetRequestedServiceQuotaChange: [{ RequestId: 'none' }, true, { requestId: 'none' }, null],
  GetServiceQuota: [quota, true, logged, null],
  ListAWSDefaultServiceQuotas: [
    { ServiceCode: 'kms', MaxResults: 1 },
    true,
    { serviceCode: 'kms', maxResults: 1 },
    null,
  ],
  ListRequestedServiceQuotaChangeHistory: [{}, true, null, null],
  ListRequestedServiceQuotaChangeHistoryByQuota: [quota, true, logged, null],
  ListServiceQuotas: [{ ServiceCode: 'kms' }, true, { serviceCode: 'kms' }, null],
  ListServices: [{}, true, null, null],
  ListTagsForResource: [{ ResourceARN }, true, { resourceARN: ResourceARN }, null],
  RequestServiceQuotaIncrease: [
    { ...quota, DesiredValue: 6 },
    false,
    { ...logged, desiredValue: 6 },
    {
      requestedQuota: {
        id: expect.any(String),
        serviceCode: 'kms',
        serviceName: 'AWS Key Management Service (AWS KMS)',
        quotaCode: 'L-32B67F4A',
        quotaName: 'CreateKey request rate',
        desiredValue: 6,
        status: 'APPROVED',
        created: '2026-05-04T09:00:00.000Z',
        lastUpdated: '2026-05-04T09:00:00.000Z',
        requester: expect.any(String),
        quotaArn: ResourceARN,
        globalQuota: false,
        unit: 'None',
        quotaRequestedAtLevel: 'ACCOUNT',
      },
    },
  ],
  TagResource: [
    { ResourceARN, Tags: [{ Key: 'a', Value: 'b' }] },
    false,
    { resourceARN: ResourceARN, tags: [{ key: 'a', value: 'b' }] },
    null,
  ],
  UntagResource: [{ ResourceARN, TagKeys: ['a'] }, false, { resourceARN: ResourceARN, tagKeys: ['a'] }, null],
};

test('every operation has a golden event', () => {
  expect(Object.keys(golden).sort()).toEqual(Object.keys(serviceQuotasOperations).sort());
});

test.for(Object.entries(golden))('%s', async ([name, [input, readOnly, requestParameters, responseElements]]) => {
  const world = newWorld();
  await world.call(service, name as 'ListServices', input).catch(() => undefined);
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {});
  const event: unknown = JSON.parse(Events.find(({ EventName }) => EventName === name)?.CloudTrailEvent ?? '{}');
  expect(event).toMatchObject({
    eventSource: 'servicequotas.amazonaws.com',
    eventName: name,
    awsRegion: 'us-east-1',
    readOnly,
    requestParameters,
    responseElements,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  });
});
