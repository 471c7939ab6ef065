/** What CloudTrail shows of AWS Organizations: AWS Organizations User Guide, "Logging and monitoring". */

import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';
import { newOrganization, newUnit, type Organization, scp } from './tree.ts';

type Golden = readonly [
  name: OperationName<'organizations'>,
  input: (organization: Organization & { readonly unit: string }) => object,
  readOnly: boolean,
  requestParameters: object | null,
  responseElements: object | null,
];

const anId = (start: string) => expect.stringMatching(new RegExp(`^${start}`));

const golden: readonly Golden[] = [
  ['ListRoots', () => ({}), true, null, null],
  ['DescribeOrganization', () => ({}), true, null, null],
  [
    'CreateAccount',
    () => ({ AccountName: 'Logs', Email: 'logs@example.com', Tags: [{ Key: 'a', Value: 'b' }] }),
    false,
    { tags: [{ key: 'a', value: 'b' }], email: '****', accountName: '****' },
    {
      createAccountStatus: {
        id: anId('car-'),
        accountName: '****',
        state: 'SUCCEEDED',
        requestedTimestamp: 'May 4, 2026 9:00:00 AM',
        completedTimestamp: 'May 4, 2026 9:00:00 AM',
        accountId: anId('[1-9]'),
      },
    },
  ],
  [
    'CreateOrganizationalUnit',
    ({ root }) => ({ ParentId: root, Name: 'dev' }),
    false,
    { parentId: anId('r-'), name: 'dev' },
    { organizationalUnit: { id: anId('ou-'), arn: anId('arn:aws:'), name: 'dev', path: anId('o-') } },
  ],
  [
    'CreatePolicy',
    () => ({ Name: 'one', Description: 'why', Type: 'SERVICE_CONTROL_POLICY', Content: scp() }),
    false,
    { name: 'one', description: 'why', type: 'SERVICE_CONTROL_POLICY', content: scp() },
    {
      policy: {
        policySummary: {
          id: anId('p-'),
          arn: anId('arn:aws:'),
          name: 'one',
          description: 'why',
          type: 'SERVICE_CONTROL_POLICY',
          awsManaged: false,
        },
        content: scp(),
      },
    },
  ],
  [
    'EnablePolicyType',
    ({ root }) => ({ RootId: root, PolicyType: 'RESOURCE_CONTROL_POLICY' }),
    false,
    { rootId: anId('r-'), policyType: 'RESOURCE_CONTROL_POLICY' },
    {
      root: {
        id: anId('r-'),
        arn: anId('arn:aws:'),
        name: 'Root',
        policyTypes: [
          { type: 'RESOURCE_CONTROL_POLICY', status: 'ENABLED' },
          { type: 'SERVICE_CONTROL_POLICY', status: 'ENABLED' },
        ],
      },
    },
  ],
  [
    'AttachPolicy',
    ({ unit }) => ({ PolicyId: 'p-FullAWSAccess', TargetId: unit }),
    false,
    { policyId: 'p-FullAWSAccess', targetId: anId('ou-') },
    null,
  ],
];

test.for(golden)('%s', async ([name, input, readOnly, requestParameters, responseElements]) => {
  const organization = await newOrganization(newWorld());
  const { world } = organization;
  const unit = await newUnit(organization, organization.root, 'prod');
  // A refusal is an event, too. Made in another region, it is in us-east-1, as all events of a global service are.
  const region = 'eu-west-1';
  await world
    .call('organizations', name as 'ListRoots', input({ ...organization, unit }) as never, { region })
    .catch(() => undefined);
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {});
  const event: unknown = JSON.parse(Events.find(({ EventName }) => EventName === name)?.CloudTrailEvent ?? '{}');
  expect(event).toMatchObject({
    eventSource: 'organizations.amazonaws.com',
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

test('the address of the management account is in no event', async () => {
  const { world } = await newOrganization(newWorld());
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {});
  const event = Events.find(({ EventName }) => EventName === 'CreateOrganization')?.CloudTrailEvent ?? '';
  expect(event).toContain('"masterAccountEmail":"****"');
  expect(event).not.toContain('@');
});
