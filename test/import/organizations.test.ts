/** What is read of an organization, and what its lack means. */

import { expect, test } from 'vitest';
import { readDump } from '../../src/import/read-dump.ts';

const MANAGEMENT = '111111111111';
const MEMBER = '222222222222';
const id = 'o-exampleorgid';
const arn = (...rest: readonly string[]) => `arn:aws:organizations::${MANAGEMENT}:${rest.join('/')}`;
const root = 'r-ab12';
const unit = 'ou-ab12-11111111';

const record = (Operation: string, Input: object, Output: unknown) => ({ Operation, Input, Output });
const policyOf = (policy: string, Type: string) => ({
  PolicySummary: {
    Id: policy,
    Arn: arn('policy', id, Type.toLowerCase(), policy),
    Name: policy,
    Type,
    AwsManaged: false,
  },
  Content: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] }),
});
const targets = (policy: string, ...ids: readonly string[]) =>
  record(
    'list-targets-for-policy',
    { PolicyId: policy },
    { Targets: ids.map((TargetId) => ({ TargetId, Arn: arn('x', id, TargetId) })) },
  );

const whole = {
  organization: {
    Organization: { Id: id, Arn: arn('organization', id), FeatureSet: 'ALL', MasterAccountId: MANAGEMENT },
  },
  roots: {
    Roots: [
      {
        Id: root,
        Arn: arn('root', id, root),
        Name: 'Root',
        PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    ],
  },
  units: record(
    'list-organizational-units-for-parent',
    { ParentId: root },
    { OrganizationalUnits: [{ Id: unit, Arn: arn('ou', id, unit), Name: 'Apps' }] },
  ),
  accounts: {
    Accounts: [MANAGEMENT, MEMBER].map((account) => ({
      Id: account,
      Arn: arn('account', id, account),
      Name: `n${account[0]}`,
      Email: 'a@example.com',
      Status: 'ACTIVE',
      JoinedMethod: 'INVITED',
    })),
  },
  parent: record('list-parents', { ChildId: MEMBER }, { Parents: [{ Id: unit, Type: 'ORGANIZATIONAL_UNIT' }] }),
  top: record('list-parents', { ChildId: MANAGEMENT }, { Parents: [{ Id: root, Type: 'ROOT' }] }),
  policy: { Policy: policyOf('p-12345678', 'SERVICE_CONTROL_POLICY') },
  first: targets('p-FullAWSAccess', root, unit, MANAGEMENT, MEMBER),
  own: targets('p-12345678', unit),
};

function read(changes: Readonly<Record<string, unknown>> = {}) {
  const files = Object.entries({ ...whole, ...changes }).filter(([, value]) => value !== undefined);
  const sources = files.map(([name, value]) => ({ name, text: JSON.stringify(value) }));
  const { configuration, findings } = readDump(sources, { region: 'us-east-1', uuid: () => '' });
  return {
    organization: configuration.organizations[0],
    findings: findings.list.map(({ says }) => says),
    assumptions: [...findings.assumptions.keys()],
  };
}

test('its units, accounts and policies are where the answers say', () => {
  expect(read()).toEqual({
    organization: {
      id,
      managementAccount: MANAGEMENT,
      root,
      featureSet: 'ALL',
      policyTypes: ['SERVICE_CONTROL_POLICY'],
      units: [{ id: unit, name: 'Apps', parent: root }],
      members: [
        expect.objectContaining({ account: MANAGEMENT, parent: root }),
        expect.objectContaining({ account: MEMBER, parent: unit, name: 'n2', isClosed: false }),
      ],
      policies: [expect.objectContaining({ id: 'p-12345678', type: 'SERVICE_CONTROL_POLICY' })],
      attachments: [
        ...[root, unit, MANAGEMENT, MEMBER].map((target) => ({
          target,
          policy: 'p-FullAWSAccess',
          type: 'SERVICE_CONTROL_POLICY',
        })),
        { target: unit, policy: 'p-12345678', type: 'SERVICE_CONTROL_POLICY' },
      ],
    },
    findings: [],
    assumptions: [],
  });
});

test.for<[what: string, changes: Readonly<Record<string, unknown>>, says: string]>([
  [
    'no roots',
    { roots: undefined },
    'the root of the organization is missing: decisions are as if it had neither SCPs nor RCPs',
  ],
  [
    'units of nobody',
    { units: { OrganizationalUnits: [{ Id: unit, Arn: arn('ou', id, unit), Name: 'Apps' }] } },
    'the answer does not say whose units these are: use the script of ssebox import --print-script',
  ],
  [
    'an account in a unit that is not there',
    { units: undefined },
    `the account ${MEMBER} is in ${unit}, which is not there, so it is left out`,
  ],
  [
    'a policy without its document',
    { policy: { Policies: [{ ...policyOf('p-12345678', 'SERVICE_CONTROL_POLICY').PolicySummary }] } },
    'the answer of describe-policy for p-12345678 is missing, so decisions leave it out',
  ],
  [
    'targets of nothing',
    { own: { Targets: [{ TargetId: unit, Arn: arn('ou', id, unit) }] } },
    'the answer of list-targets-for-policy does not say which policy it is about',
  ],
  [
    'a target that is not there',
    { own: targets('p-12345678', 'ou-ab12-99999999') },
    'the policy p-12345678 is attached to ou-ab12-99999999, which is not there, so that is left out',
  ],
  [
    'a level without policies',
    { first: targets('p-FullAWSAccess', root, MANAGEMENT, MEMBER), own: undefined },
    `no answer says which policies of the type SERVICE_CONTROL_POLICY ${unit} has: decisions are as if it had FullAWSAccess`,
  ],
  [
    'an id that is none',
    { organization: { Organization: { Id: 'x', MasterAccountId: MANAGEMENT } } },
    '"x" is not an id of AWS Organizations here',
  ],
])('%s is found', ([, changes, says]) => {
  expect(read(changes).findings).toContain(says);
});

test('policies of other types decide nothing, and are not imported', () => {
  const { organization, findings, assumptions } = read({ tags: { Policy: policyOf('p-87654321', 'TAG_POLICY') } });
  expect(findings).toEqual([]);
  expect(organization?.policies).toHaveLength(1);
  expect(assumptions).toEqual(['on these no decision depends, so they are not imported']);
});
