/** What each operation asks permission for: Service Authorization Reference, "AWS Organizations". */

import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { organizationsOperations } from '../../src/organizations/operations.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';
import { newAccount, newOrganization, newPolicy, newUnit, type Organization, scp } from './tree.ts';

interface Place extends Organization {
  readonly unit: string;
  readonly account: string;
  /** Another unit, which never has tags. */
  readonly untagged: string;
  readonly policy: string;
}

async function newPlace(): Promise<Place> {
  const organization = await newOrganization(newWorld());
  const unit = await newUnit(organization, organization.root, 'prod');
  const account = await newAccount(organization, 'logs');
  const untagged = await newUnit(organization, organization.root, 'dev');
  return { ...organization, unit, untagged, account, policy: await newPolicy(organization, 'keep-keys') };
}

type Row = readonly [input: (place: Place) => object, needs: (place: Place) => readonly string[]];

const SCP = 'SERVICE_CONTROL_POLICY';

const arnOf: Readonly<Record<string, (place: Place) => string>> = {
  account: ({ id, account }) => `account/${id}/${account}`,
  policy: ({ id, policy }) => `policy/${id}/service_control_policy/${policy}`,
  root: ({ id, root }) => `root/${id}/${root}`,
  unit: ({ id, unit }) => `ou/${id}/${unit}`,
};
const on =
  (...parts: readonly string[]) =>
  (place: Place): readonly string[] =>
    parts.map((part) => `arn:aws:organizations::${ACCOUNT}:${arnOf[part]?.(place)}`);
const anything = () => ['*'];
const attachment = ({ policy, unit }: Place) => ({ PolicyId: policy, TargetId: unit });
const ofAccount = ({ account }: Place) => ({ AccountId: account });
const ofUnit = ({ unit }: Place) => ({ OrganizationalUnitId: unit });
const ofPolicy = ({ policy }: Place) => ({ PolicyId: policy });
const inRoot = ({ root }: Place) => ({ ParentId: root });
const ofType = ({ root }: Place) => ({ RootId: root, PolicyType: SCP });

const rows: Readonly<Record<OperationName<'organizations'>, Row>> = {
  AttachPolicy: [attachment, on('policy', 'unit')],
  CloseAccount: [ofAccount, on('account')],
  CreateAccount: [() => ({ AccountName: 'x', Email: 'x@example.com' }), anything],
  CreateOrganization: [() => ({}), anything],
  CreateOrganizationalUnit: [(place) => ({ ...inRoot(place), Name: 'x' }), on('root')],
  CreatePolicy: [() => ({ Name: 'x', Description: '', Type: SCP, Content: scp() }), anything],
  DeleteOrganization: [() => ({}), anything],
  DeleteOrganizationalUnit: [ofUnit, on('unit')],
  DeletePolicy: [ofPolicy, on('policy')],
  DescribeAccount: [ofAccount, on('account')],
  DescribeCreateAccountStatus: [() => ({}), anything],
  DescribeEffectivePolicy: [({ account }) => ({ PolicyType: 'TAG_POLICY', TargetId: account }), on('account')],
  DescribeOrganization: [() => ({}), anything],
  DescribeOrganizationalUnit: [ofUnit, on('unit')],
  DescribePolicy: [ofPolicy, on('policy')],
  DetachPolicy: [attachment, on('policy', 'unit')],
  DisablePolicyType: [ofType, on('root')],
  EnablePolicyType: [ofType, on('root')],
  ListAccounts: [() => ({}), anything],
  ListAccountsForParent: [inRoot, on('root')],
  ListChildren: [(place) => ({ ...inRoot(place), ChildType: 'ACCOUNT' }), on('root')],
  ListCreateAccountStatus: [() => ({}), anything],
  ListOrganizationalUnitsForParent: [inRoot, on('root')],
  ListParents: [({ account }) => ({ ChildId: account }), on('account')],
  ListPolicies: [() => ({ Filter: SCP }), anything],
  ListPoliciesForTarget: [({ unit }) => ({ TargetId: unit, Filter: SCP }), on('unit')],
  ListRoots: [() => ({}), anything],
  ListTagsForResource: [({ policy }) => ({ ResourceId: policy }), on('policy')],
  ListTargetsForPolicy: [ofPolicy, on('policy')],
  MoveAccount: [
    ({ account, root, unit }) => ({ AccountId: account, SourceParentId: root, DestinationParentId: unit }),
    on('account', 'root', 'unit'),
  ],
  RemoveAccountFromOrganization: [ofAccount, on('account')],
  TagResource: [({ unit }) => ({ ResourceId: unit, Tags: [] }), on('unit')],
  UntagResource: [({ unit }) => ({ ResourceId: unit, TagKeys: [] }), on('unit')],
  UpdateOrganizationalUnit: [ofUnit, on('unit')],
  UpdatePolicy: [ofPolicy, on('policy')],
};

test('every operation has a row', () => {
  expect(Object.keys(rows)).toEqual(Object.keys(organizationsOperations));
});

test.for(
  Object.entries(rows).filter(([name]) => !['CreateOrganization', 'DescribeCreateAccountStatus'].includes(name)),
)('%s asks permission for what it is about', async ([name, [input, needs]]) => {
  const place = await newPlace();
  const { decisions } = await place.world.explain('organizations', name, input(place));
  expect(decisions.map(({ action, resource }) => `${action} ${resource}`)).toEqual(
    needs(place).map((resource) => `organizations:${name} ${resource}`),
  );
});

test('a caller of the management account needs permission', async () => {
  const { world } = await newPlace();
  await world.call('iam', 'CreateUser', { UserName: 'Bo' });
  expect(await world.refusal('organizations', 'ListRoots', {}, { as: 'user/Bo' })).toBe(
    `AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/Bo is not authorized to perform: organizations:ListRoots on resource: * because no identity-based policy allows the organizations:ListRoots action`,
  );
});

/** Each allows one thing to a user who has no other permission. */
const conditions: readonly (readonly [
  what: string,
  name: OperationName<'organizations'>,
  condition: object,
  allowed: (place: Place) => object,
  denied: (place: Place) => object,
])[] = [
  [
    'the type of a policy',
    'ListPolicies',
    { StringEquals: { 'organizations:PolicyType': SCP } },
    () => ({ Filter: SCP }),
    () => ({ Filter: 'RESOURCE_CONTROL_POLICY' }),
  ],
  [
    'the tags of a unit',
    'DescribeOrganizationalUnit',
    { StringEquals: { 'aws:ResourceTag/stage': 'prod' } },
    ofUnit,
    ({ untagged }) => ({ OrganizationalUnitId: untagged }),
  ],
  [
    'the tags that are set',
    'TagResource',
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['stage'] } },
    ({ unit }) => ({ ResourceId: unit, Tags: [{ Key: 'stage', Value: 'x' }] }),
    ({ unit }) => ({ ResourceId: unit, Tags: [{ Key: 'team', Value: 'x' }] }),
  ],
];

test.for(conditions)('a condition sees %s', async ([, name, Condition, allowed, denied]) => {
  const place = await newPlace();
  const { world } = place;
  await world.call('organizations', 'TagResource', { ResourceId: place.unit, Tags: [{ Key: 'stage', Value: 'prod' }] });
  await world.call('iam', 'CreateUser', { UserName: 'Bo' });
  const Statement = [{ Effect: 'Allow', Action: `organizations:${name}`, Resource: '*', Condition }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.call('iam', 'PutUserPolicy', { UserName: 'Bo', PolicyName: 'one', PolicyDocument });
  const as = 'user/Bo';
  await world.call('organizations', name as 'ListPolicies', allowed(place) as never, { as });
  expect(await world.refusal('organizations', name, denied(place), { as })).toMatch(/^AccessDeniedException: User: /);
});
