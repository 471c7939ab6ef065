/** Pages of every list, and what operations answer with, against the model: AWS Organizations API Reference. */

import { expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import type { OperationName } from '../../src/api/model/operations.ts';
import type { Shape } from '../../src/api/model/shapes.ts';
import { organizationsOperations } from '../../src/organizations/operations.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';
import { newAccount, newOrganization, newPolicy, newUnit, type Organization, scp } from './tree.ts';

type Name = OperationName<'organizations'>;

const SCP = 'SERVICE_CONTROL_POLICY';
const COUNT = 5;

/** An organization in which every list has some entries. */
async function newFull(): Promise<Organization & { readonly policy: string }> {
  const organization = await newOrganization(newWorld());
  const { world, root } = organization;
  for (let i = 1; i < COUNT; i++) {
    await newAccount(organization, `account-${i}`);
    await newUnit(organization, root, `unit-${i}`);
    const PolicyId = await newPolicy(organization, `policy-${i}`, scp({ Sid: `P${i}` }));
    await world.call('organizations', 'AttachPolicy', { PolicyId, TargetId: root });
    await world.call('organizations', 'TagResource', { ResourceId: root, Tags: [{ Key: `k${i}`, Value: '' }] });
  }
  const { Policies } = await world.call('organizations', 'ListPolicies', { Filter: SCP });
  return { ...organization, policy: Policies?.at(-1)?.Id ?? '' };
}

const lists: Readonly<Record<string, (organization: Organization) => object>> = {
  ListAccounts: () => ({}),
  ListAccountsForParent: ({ root }) => ({ ParentId: root }),
  ListChildren: ({ root }) => ({ ParentId: root, ChildType: 'ACCOUNT' }),
  ListCreateAccountStatus: () => ({}),
  ListOrganizationalUnitsForParent: ({ root }) => ({ ParentId: root }),
  ListParents: () => ({ ChildId: ACCOUNT }),
  ListPolicies: () => ({ Filter: SCP }),
  ListPoliciesForTarget: ({ root }) => ({ TargetId: root, Filter: SCP }),
  ListRoots: () => ({}),
  ListTagsForResource: ({ root }) => ({ ResourceId: root }),
  ListTargetsForPolicy: () => ({ PolicyId: 'p-FullAWSAccess' }),
};

test('every list has a row', () => {
  expect(Object.keys(lists)).toEqual(Object.keys(organizationsOperations).filter((name) => name.startsWith('List')));
});

/** How many entries each has; the management account is one of the accounts. */
const counts: Readonly<Record<string, number>> = {
  ListAccounts: COUNT,
  ListAccountsForParent: COUNT,
  ListChildren: COUNT,
  ListCreateAccountStatus: COUNT - 1,
  ListOrganizationalUnitsForParent: COUNT - 1,
  ListParents: 1,
  ListPolicies: COUNT,
  ListPoliciesForTarget: COUNT,
  ListRoots: 1,
  ListTargetsForPolicy: 2 * COUNT,
};

const outputs: Readonly<Record<string, string>> = { ListCreateAccountStatus: 'CreateAccountStatuses' };

async function pageOf(organization: Organization, name: string, input: object) {
  // A row of the table: its name is an operation's.
  const answer: unknown = await organization.world.call('organizations', name as 'ListAccounts', input);
  const page = answer as Readonly<Record<string, readonly unknown[] | undefined>> & { readonly NextToken?: string };
  const member = outputs[name] ?? Object.keys(page).find((each) => each !== 'NextToken') ?? '';
  return { items: page[member] ?? [], token: page.NextToken };
}

test.for(Object.entries(lists))('%s: pages of two are the whole list', async ([name, input]) => {
  const organization = await newFull();
  const whole = await pageOf(organization, name, input(organization));
  expect(whole.token).toBeUndefined();
  // The shape of its input has no MaxResults.
  if (name === 'ListTagsForResource') return;
  const found: unknown[] = [];
  let token: string | undefined;
  do {
    const next = token === undefined ? {} : { NextToken: token };
    const page = await pageOf(organization, name, { ...input(organization), MaxResults: 2, ...next });
    expect(page.items.length).toBeGreaterThan(0);
    expect(page.items.length).toBeLessThanOrEqual(2);
    found.push(...page.items);
    token = page.token;
  } while (token !== undefined);
  expect(found).toEqual(whole.items);
  expect(whole.items).toHaveLength(counts[name] ?? expect.fail(name));
});

test('a token is valid for its own question only', async () => {
  const organization = await newFull();
  const { world, root } = organization;
  const input = { ParentId: root, ChildType: 'ACCOUNT', MaxResults: 2 } as const;
  const { NextToken = '' } = await world.call('organizations', 'ListChildren', input);
  const refused = /^InvalidInputException: Get the value for the NextToken/;
  const other = { ...input, ChildType: 'ORGANIZATIONAL_UNIT', NextToken };
  expect(await world.refusal('organizations', 'ListChildren', other)).toMatch(refused);
  expect(await world.refusal('organizations', 'ListAccounts', { NextToken })).toMatch(refused);
  // The size of pages may change.
  const next = await world.call('organizations', 'ListChildren', { ...input, MaxResults: 20, NextToken });
  expect(next.Children).toHaveLength(COUNT - 2);
});

test('a page has 20 entries, and an entry that goes in between shifts nothing', async () => {
  const organization = await newOrganization(newWorld());
  const { world, root } = organization;
  for (let i = 0; i < 25; i++) await newUnit(organization, root, `unit-${i}`);
  const first = await world.call('organizations', 'ListOrganizationalUnitsForParent', { ParentId: root });
  expect(first.OrganizationalUnits).toHaveLength(20);
  const last = first.OrganizationalUnits?.at(-1)?.Id ?? '';
  await world.call('organizations', 'DeleteOrganizationalUnit', { OrganizationalUnitId: last });
  const NextToken = first.NextToken ?? '';
  const second = await world.call('organizations', 'ListOrganizationalUnitsForParent', { ParentId: root, NextToken });
  expect(second.OrganizationalUnits).toHaveLength(5);
  expect(second.NextToken).toBeUndefined();
});

/** Where a value is not what its shape allows. */
function faultsOf(value: unknown, name: string, shapes: Readonly<Record<string, Shape>>, at: string): string[] {
  const shape = shapes[name];
  if (value === undefined || !shape) return shape ? [] : [`${at}: there is no shape ${name}`];
  if (shape.type === 'structure') {
    return Object.entries(value as object).flatMap(([member, inner]) => {
      const ref = shape.members[member];
      return ref ? faultsOf(inner, ref.shape, shapes, `${at}.${member}`) : [`${at} has no member ${member}`];
    });
  }
  if (shape.type === 'list') {
    return (value as readonly unknown[]).flatMap((inner, i) =>
      faultsOf(inner, shape.member.shape, shapes, `${at}[${i}]`),
    );
  }
  if (shape.type === 'timestamp') return value instanceof Date ? [] : [`${at} is not a time`];
  if (shape.type === 'boolean') return typeof value === 'boolean' ? [] : [`${at} is not true or false`];
  if (shape.type !== 'string' || typeof value !== 'string') return [`${at} is not a text`];
  const isAllowed =
    (shape.enum?.includes(value) ?? true) &&
    (shape.pattern === undefined ||
      new RegExp(`^(?:${shape.pattern})$`, shape.pattern.includes('\\p') ? 'u' : '').test(value)) &&
    value.length <= (shape.max ?? value.length);
  return isAllowed ? [] : [`${at} is "${value}"`];
}

test('every answer has the shape that the model declares', async () => {
  const organization = await newFull();
  const { world, root, policy } = organization;
  const { OrganizationalUnits } = await world.call('organizations', 'ListOrganizationalUnitsForParent', {
    ParentId: root,
  });
  const unit = OrganizationalUnits?.[0]?.Id ?? '';
  const { CreateAccountStatuses } = await world.call('organizations', 'ListCreateAccountStatus', {});
  const request = CreateAccountStatuses?.[0]?.Id ?? '';
  const account = CreateAccountStatuses?.[0]?.AccountId ?? '';
  const RootId = root;
  const inputs: readonly (readonly [Name, object])[] = [
    ...Object.entries(lists).map(([name, input]) => [name as Name, input(organization)] as const),
    ['CreateOrganizationalUnit', { ParentId: unit, Name: 'new' }],
    ['UpdateOrganizationalUnit', { OrganizationalUnitId: unit, Name: 'renamed' }],
    ['DescribeOrganizationalUnit', { OrganizationalUnitId: unit }],
    ['CreateAccount', { AccountName: 'new', Email: 'new@example.com' }],
    ['CreateAccount', { AccountName: 'again', Email: 'new@example.com' }],
    ['DescribeCreateAccountStatus', { CreateAccountRequestId: request }],
    ['DescribeAccount', { AccountId: account }],
    ['DescribeOrganization', {}],
    ['EnablePolicyType', { RootId, PolicyType: 'RESOURCE_CONTROL_POLICY' }],
    ['DisablePolicyType', { RootId, PolicyType: 'RESOURCE_CONTROL_POLICY' }],
    ['CreatePolicy', { Name: 'new', Description: 'd', Type: SCP, Content: scp() }],
    ['UpdatePolicy', { PolicyId: policy, Name: 'renamed' }],
    ['DescribePolicy', { PolicyId: policy }],
  ];
  const faults: string[] = [];
  for (const [name, input] of inputs) {
    const model = operationModel('organizations', name);
    const answer = await world.call('organizations', name as 'ListAccounts', input);
    const output = model?.output?.shape;
    if (!model || output === undefined) expect.fail(`${name} has no output`);
    faults.push(...faultsOf(answer, output, model.shapes, name));
  }
  expect(faults).toEqual([]);
});
