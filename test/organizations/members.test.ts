/** Who may call what: only the management account, except what every account of the organization may ask. */

import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { organizationsOperations } from '../../src/organizations/operations.ts';
import { newWorld, OTHER_ACCOUNT } from '../support/harness.ts';
import { newAccount, newOrganization, scp } from './tree.ts';

const UNIT = 'ou-none-00000000';
const POLICY = 'p-00000000';
const SCP = 'SERVICE_CONTROL_POLICY';

/** An input of each operation that its model allows. */
const inputs: Readonly<Record<OperationName<'organizations'>, object>> = {
  AttachPolicy: { PolicyId: POLICY, TargetId: UNIT },
  CloseAccount: { AccountId: OTHER_ACCOUNT },
  CreateAccount: { AccountName: 'x', Email: 'x@example.com' },
  CreateOrganization: {},
  CreateOrganizationalUnit: { ParentId: UNIT, Name: 'x' },
  CreatePolicy: { Name: 'x', Description: '', Type: SCP, Content: scp() },
  DeleteOrganization: {},
  DeleteOrganizationalUnit: { OrganizationalUnitId: UNIT },
  DeletePolicy: { PolicyId: POLICY },
  DescribeAccount: { AccountId: OTHER_ACCOUNT },
  DescribeCreateAccountStatus: { CreateAccountRequestId: 'car-00000000' },
  DescribeEffectivePolicy: { PolicyType: 'TAG_POLICY', TargetId: OTHER_ACCOUNT },
  DescribeOrganization: {},
  DescribeOrganizationalUnit: { OrganizationalUnitId: UNIT },
  DescribePolicy: { PolicyId: POLICY },
  DetachPolicy: { PolicyId: POLICY, TargetId: UNIT },
  DisablePolicyType: { RootId: 'r-none', PolicyType: SCP },
  EnablePolicyType: { RootId: 'r-none', PolicyType: SCP },
  ListAccounts: {},
  ListAccountsForParent: { ParentId: UNIT },
  ListChildren: { ParentId: UNIT, ChildType: 'ACCOUNT' },
  ListCreateAccountStatus: {},
  ListOrganizationalUnitsForParent: { ParentId: UNIT },
  ListParents: { ChildId: UNIT },
  ListPolicies: { Filter: SCP },
  ListPoliciesForTarget: { TargetId: UNIT, Filter: SCP },
  ListRoots: {},
  ListTagsForResource: { ResourceId: UNIT },
  ListTargetsForPolicy: { PolicyId: POLICY },
  MoveAccount: { AccountId: OTHER_ACCOUNT, SourceParentId: UNIT, DestinationParentId: UNIT },
  RemoveAccountFromOrganization: { AccountId: OTHER_ACCOUNT },
  TagResource: { ResourceId: UNIT, Tags: [] },
  UntagResource: { ResourceId: UNIT, TagKeys: [] },
  UpdateOrganizationalUnit: { OrganizationalUnitId: UNIT },
  UpdatePolicy: { PolicyId: POLICY },
};

const operations = Object.keys(organizationsOperations).map((name) => name as OperationName<'organizations'>);

test.for(operations.filter((name) => name !== 'CreateOrganization'))(
  '%s is refused outside of an organization',
  async (name) => {
    expect(await newWorld().refusal('organizations', name, inputs[name])).toBe(
      'AWSOrganizationsNotInUseException: Your account is not a member of an organization.',
    );
  },
);

const FOR_ALL: readonly OperationName<'organizations'>[] = ['CreateOrganization', 'DescribeOrganization'];

test.for(operations.filter((name) => !FOR_ALL.includes(name)))('%s is refused to a member account', async (name) => {
  const organization = await newOrganization(newWorld());
  const as = `${await newAccount(organization, 'logs')}:user/admin`;
  expect(await organization.world.refusal('organizations', name, inputs[name], { as })).toBe(
    "AccessDeniedException: You don't have permissions to access this resource.",
  );
});

test('a member account sees the organization, and may ask about its own effective policy', async () => {
  const organization = await newOrganization(newWorld());
  const as = `${await newAccount(organization, 'logs')}:user/admin`;
  const { world, id } = organization;
  expect(await world.call('organizations', 'DescribeOrganization', {}, { as })).toMatchObject({
    Organization: { Id: id },
  });
  expect(await world.refusal('organizations', 'CreateOrganization', {}, { as })).toMatch(
    /^AlreadyInOrganizationException/,
  );
  expect(await world.refusal('organizations', 'DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY' }, { as })).toMatch(
    /^EffectivePolicyNotFoundException/,
  );
});

test('another account of the store is in no organization, and can make its own', async () => {
  const { world, id } = await newOrganization(newWorld());
  const as = `${OTHER_ACCOUNT}:user/admin`;
  expect(await world.refusal('organizations', 'DescribeOrganization', {}, { as })).toMatch(
    /^AWSOrganizationsNotInUseException/,
  );
  const { Organization: other } = await world.call('organizations', 'CreateOrganization', {}, { as });
  expect(other).toMatchObject({ MasterAccountId: OTHER_ACCOUNT });
  expect(other?.Id).not.toBe(id);
  const { Accounts } = await world.call('organizations', 'ListAccounts', {}, { as });
  expect(Accounts?.map(({ Id }) => Id)).toEqual([OTHER_ACCOUNT]);
});
