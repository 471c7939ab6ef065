/** An organization with a few units, accounts and policies, for tests. */

import { expect } from 'vitest';
import type { World } from '../support/harness.ts';

export interface Organization {
  readonly world: World;
  readonly id: string;
  readonly root: string;
}

export const scp = (statement: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'kms:ScheduleKeyDeletion', Resource: '*', ...statement }],
  });

export const rcp = (statement: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', ...statement }],
  });

export async function newOrganization(world: World): Promise<Organization> {
  const { Organization: made } = await world.call('organizations', 'CreateOrganization', {});
  const { Roots } = await world.call('organizations', 'ListRoots', {});
  return { world, id: made?.Id ?? expect.fail('no organization'), root: Roots?.[0]?.Id ?? expect.fail('no root') };
}

/** @returns the id of the new unit */
export async function newUnit({ world }: Organization, ParentId: string, Name: string): Promise<string> {
  const { OrganizationalUnit } = await world.call('organizations', 'CreateOrganizationalUnit', { ParentId, Name });
  return OrganizationalUnit?.Id ?? expect.fail('no unit');
}

/** @returns the id of the new account */
export async function newAccount({ world }: Organization, AccountName: string): Promise<string> {
  const Email = `${AccountName}@example.com`;
  const { CreateAccountStatus } = await world.call('organizations', 'CreateAccount', { AccountName, Email });
  return CreateAccountStatus?.AccountId ?? expect.fail('no account');
}

type Type = 'RESOURCE_CONTROL_POLICY' | 'SERVICE_CONTROL_POLICY';

/** @returns the id of the new policy */
export async function newPolicy(
  { world }: Organization,
  Name: string,
  Content = scp(),
  Type: Type = 'SERVICE_CONTROL_POLICY',
): Promise<string> {
  const { Policy } = await world.call('organizations', 'CreatePolicy', { Name, Content, Type, Description: '' });
  return Policy?.PolicySummary?.Id ?? expect.fail('no policy');
}

/** The names of the policies of a type that are attached to a target. */
export async function attachedTo(
  { world }: Organization,
  TargetId: string,
  Filter: Type = 'SERVICE_CONTROL_POLICY',
): Promise<readonly (string | undefined)[]> {
  const { Policies = [] } = await world.call('organizations', 'ListPoliciesForTarget', { TargetId, Filter });
  return Policies.map(({ Name }) => Name);
}
