/** An organization from its beginning to its end: AWS Organizations User Guide. */

import { expect, test } from 'vitest';
import type { Table, TableKey } from '../../src/store/table.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { ACCOUNT, DAY, newWorld, START, type World } from '../support/harness.ts';
import { attachedTo, newAccount, newOrganization, newPolicy, newUnit, rcp, scp } from './tree.ts';

const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const ENABLED = { Type: SCP, Status: 'ENABLED' } as const;

const damaged = async (world: World) =>
  (await verifyStore(world.place(), () => {}, new AbortController().signal)).Damaged;

test('an organization begins with its root, its management account and FullAWSAccess on both', async () => {
  const world = newWorld();
  const { Organization: made } = await world.call('organizations', 'CreateOrganization', {});
  const id = made?.Id ?? '';
  const arn = `arn:aws:organizations::${ACCOUNT}`;
  expect(made).toEqual({
    Id: expect.stringMatching(/^o-[a-z0-9]{10}$/),
    Arn: `${arn}:organization/${id}`,
    FeatureSet: 'ALL',
    MasterAccountArn: `${arn}:account/${id}/${ACCOUNT}`,
    MasterAccountId: ACCOUNT,
    MasterAccountEmail: `root+${ACCOUNT}@example.com`,
    AvailablePolicyTypes: [ENABLED],
  });
  expect(await world.call('organizations', 'DescribeOrganization', {})).toEqual({ Organization: made });
  const { Roots } = await world.call('organizations', 'ListRoots', {});
  const root = Roots?.[0]?.Id ?? '';
  expect(Roots).toEqual([
    {
      Id: expect.stringMatching(/^r-[a-z0-9]{4}$/),
      Arn: `${arn}:root/${id}/${root}`,
      Name: 'Root',
      PolicyTypes: [ENABLED],
    },
  ]);
  expect(await world.call('organizations', 'ListAccounts', {})).toEqual({
    Accounts: [
      {
        Id: ACCOUNT,
        Arn: `${arn}:account/${id}/${ACCOUNT}`,
        Email: `root+${ACCOUNT}@example.com`,
        Name: 'management',
        Status: 'ACTIVE',
        State: 'ACTIVE',
        Paths: [`${id}/${root}/${ACCOUNT}/`],
        JoinedMethod: 'INVITED',
        JoinedTimestamp: new Date(START),
      },
    ],
  });
  const organization = { world, id, root };
  expect(await attachedTo(organization, root)).toEqual(['FullAWSAccess']);
  expect(await attachedTo(organization, ACCOUNT)).toEqual(['FullAWSAccess']);
  expect(await attachedTo(organization, root, RCP)).toEqual([]);
});

test("AWS's policies are there from the start, with their documents", async () => {
  const { world } = await newOrganization(newWorld());
  const shown = async (PolicyId: string) => (await world.call('organizations', 'DescribePolicy', { PolicyId })).Policy;
  expect(await shown('p-FullAWSAccess')).toMatchObject({
    PolicySummary: {
      Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      Name: 'FullAWSAccess',
      AwsManaged: true,
    },
    Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  });
  expect(await shown('p-RCPFullAWSAccess')).toMatchObject({
    PolicySummary: {
      Arn: 'arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess',
      Type: RCP,
      AwsManaged: true,
    },
    Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
  });
});

test('an account is created at once, with its first user and the role for the management account', async () => {
  const organization = await newOrganization(newWorld());
  const { world, id, root } = organization;
  const { CreateAccountStatus: status } = await world.call('organizations', 'CreateAccount', {
    AccountName: 'Logs',
    Email: 'logs@example.com',
    Tags: [{ Key: 'team', Value: 'storage' }],
  });
  const account = status?.AccountId ?? '';
  const shown = {
    Id: expect.stringMatching(/^car-[0-9a-f]{32}$/),
    AccountName: 'Logs',
    State: 'SUCCEEDED',
    RequestedTimestamp: new Date(START),
    CompletedTimestamp: new Date(START),
    AccountId: expect.stringMatching(/^[1-9]\d{11}$/),
  };
  expect(status).toEqual(shown);
  const request = { CreateAccountRequestId: status?.Id ?? '' };
  expect(await world.call('organizations', 'DescribeCreateAccountStatus', request)).toEqual({
    CreateAccountStatus: shown,
  });
  expect(await world.call('organizations', 'DescribeAccount', { AccountId: account })).toMatchObject({
    Account: { Name: 'Logs', JoinedMethod: 'CREATED', Paths: [`${id}/${root}/${account}/`] },
  });
  expect(await world.call('organizations', 'ListTagsForResource', { ResourceId: account })).toEqual({
    Tags: [{ Key: 'team', Value: 'storage' }],
  });
  expect(await attachedTo(organization, account)).toEqual(['FullAWSAccess']);
  const { Users } = await world.call('iam', 'ListUsers', {}, { as: `${account}:user/admin` });
  expect(Users.map(({ UserName }) => UserName)).toEqual(['admin']);
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
  const { AssumedRoleUser } = await world.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' });
  expect(AssumedRoleUser?.Arn).toContain(`:sts::${account}:assumed-role/OrganizationAccountAccessRole/one`);
  expect(
    await world.refusal('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }, { as: '444455556666:user/admin' }),
  ).toMatch(/^AccessDenied: /);
});

test('the role has the name that was asked for', async () => {
  const organization = await newOrganization(newWorld());
  const { CreateAccountStatus } = await organization.world.call('organizations', 'CreateAccount', {
    AccountName: 'logs',
    Email: 'logs@example.com',
    RoleName: 'Admins',
  });
  const as = `${CreateAccountStatus?.AccountId}:user/admin`;
  const { Roles } = await organization.world.call('iam', 'ListRoles', {}, { as });
  expect(Roles.map(({ RoleName }) => RoleName)).toEqual(['Admins']);
  const { AttachedPolicies } = await organization.world.call(
    'iam',
    'ListAttachedRolePolicies',
    { RoleName: 'Admins' },
    { as },
  );
  expect(AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(['AdministratorAccess']);
  expect(await damaged(organization.world)).toEqual([]);
});

test('an address that another account has fails, in any letter case, and says so in its status', async () => {
  const organization = await newOrganization(newWorld());
  const { world } = organization;
  await newAccount(organization, 'logs');
  const { CreateAccountStatus: status } = await world.call('organizations', 'CreateAccount', {
    AccountName: 'more',
    Email: 'Logs@Example.com',
  });
  expect(status).toMatchObject({ State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' });
  expect(status?.AccountId).toBeUndefined();
  const list = async (States: readonly ('FAILED' | 'IN_PROGRESS' | 'SUCCEEDED')[]) =>
    (await world.call('organizations', 'ListCreateAccountStatus', { States })).CreateAccountStatuses?.map(
      ({ AccountName }) => AccountName,
    );
  expect(await list(['FAILED'])).toEqual(['more']);
  expect(await list(['SUCCEEDED'])).toEqual(['logs']);
  expect(await list(['IN_PROGRESS'])).toEqual([]);
  expect((await list([]))?.toSorted()).toEqual(['logs', 'more']);
});

test('an account moves from the root to a unit and back, with its own policies', async () => {
  const organization = await newOrganization(newWorld());
  const { world, id, root } = organization;
  const prod = await newUnit(organization, root, 'prod');
  const eu = await newUnit(organization, prod, 'eu');
  const account = await newAccount(organization, 'logs');
  const PolicyId = await newPolicy(organization, 'keep-keys');
  await world.call('organizations', 'AttachPolicy', { PolicyId, TargetId: account });
  const move = (SourceParentId: string, DestinationParentId: string) =>
    world.call('organizations', 'MoveAccount', { AccountId: account, SourceParentId, DestinationParentId });
  await move(root, eu);
  const children = async (ParentId: string, ChildType: 'ACCOUNT' | 'ORGANIZATIONAL_UNIT') =>
    (await world.call('organizations', 'ListChildren', { ParentId, ChildType })).Children;
  expect(await children(eu, 'ACCOUNT')).toEqual([{ Id: account, Type: 'ACCOUNT' }]);
  expect(await children(root, 'ACCOUNT')).toEqual([{ Id: ACCOUNT, Type: 'ACCOUNT' }]);
  expect(await children(root, 'ORGANIZATIONAL_UNIT')).toEqual([{ Id: prod, Type: 'ORGANIZATIONAL_UNIT' }]);
  const parents = async (ChildId: string) => (await world.call('organizations', 'ListParents', { ChildId })).Parents;
  expect(await parents(account)).toEqual([{ Id: eu, Type: 'ORGANIZATIONAL_UNIT' }]);
  expect(await parents(prod)).toEqual([{ Id: root, Type: 'ROOT' }]);
  const { Account } = await world.call('organizations', 'DescribeAccount', { AccountId: account });
  expect(Account?.Paths).toEqual([`${id}/${root}/${prod}/${eu}/${account}/`]);
  expect((await attachedTo(organization, account)).toSorted()).toEqual(['FullAWSAccess', 'keep-keys']);
  await move(eu, root);
  expect(await parents(account)).toEqual([{ Id: root, Type: 'ROOT' }]);
  await world.call('organizations', 'DeleteOrganizationalUnit', { OrganizationalUnitId: eu });
  await world.call('organizations', 'DeleteOrganizationalUnit', { OrganizationalUnitId: prod });
  expect(await children(root, 'ORGANIZATIONAL_UNIT')).toEqual([]);
  expect(await damaged(world)).toEqual([]);
});

test('units of one name are in different places only', async () => {
  const organization = await newOrganization(newWorld());
  const prod = await newUnit(organization, organization.root, 'prod');
  const inner = await newUnit(organization, prod, 'prod');
  const { OrganizationalUnit } = await organization.world.call('organizations', 'UpdateOrganizationalUnit', {
    OrganizationalUnitId: inner,
    Name: 'production',
  });
  expect(OrganizationalUnit).toEqual({
    Id: expect.stringMatching(new RegExp(`^ou-${organization.root.slice(2)}-[0-9a-z]{8}$`)),
    Arn: `arn:aws:organizations::${ACCOUNT}:ou/${organization.id}/${inner}`,
    Name: 'production',
    Path: `${organization.id}/${organization.root}/${prod}/${inner}/`,
  });
});

test('a type that is enabled has its policy of AWS everywhere, and one that is disabled has none', async () => {
  const organization = await newOrganization(newWorld());
  const { world, root } = organization;
  const unit = await newUnit(organization, root, 'prod');
  const account = await newAccount(organization, 'logs');
  const enabled = await world.call('organizations', 'EnablePolicyType', { RootId: root, PolicyType: RCP });
  expect(enabled.Root?.PolicyTypes).toEqual([{ Type: RCP, Status: 'ENABLED' }, ENABLED]);
  const later = await newUnit(organization, unit, 'eu');
  for (const target of [root, unit, account, ACCOUNT, later]) {
    expect(await attachedTo(organization, target, RCP)).toEqual(['RCPFullAWSAccess']);
  }
  const PolicyId = await newPolicy(organization, 'no-strangers', rcp(), RCP);
  await world.call('organizations', 'AttachPolicy', { PolicyId, TargetId: unit });
  const disabled = await world.call('organizations', 'DisablePolicyType', { RootId: root, PolicyType: RCP });
  expect(disabled.Root?.PolicyTypes).toEqual([ENABLED]);
  expect(await attachedTo(organization, unit, RCP)).toEqual([]);
  expect(await attachedTo(organization, unit)).toEqual(['FullAWSAccess']);
  const targets = async (id: string) =>
    (await world.call('organizations', 'ListTargetsForPolicy', { PolicyId: id })).Targets;
  expect(await targets(PolicyId)).toEqual([]);
  expect(await targets('p-RCPFullAWSAccess')).toEqual([]);
  expect(await damaged(world)).toEqual([]);
});

test('FullAWSAccess can be replaced by an own policy, and attached again', async () => {
  const organization = await newOrganization(newWorld());
  const { world, root } = organization;
  const PolicyId = await newPolicy(organization, 'only-s3', scp({ Effect: 'Allow', Action: 's3:*' }));
  await world.call('organizations', 'AttachPolicy', { PolicyId, TargetId: root });
  await world.call('organizations', 'DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: root });
  expect(await attachedTo(organization, root)).toEqual(['only-s3']);
  expect(await world.call('organizations', 'ListTargetsForPolicy', { PolicyId })).toEqual({
    Targets: [
      { TargetId: root, Arn: expect.stringContaining(`:root/${organization.id}/${root}`), Name: 'Root', Type: 'ROOT' },
    ],
  });
  await world.call('organizations', 'AttachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: root });
  expect((await attachedTo(organization, root)).toSorted()).toEqual(['FullAWSAccess', 'only-s3']);
});

test('a policy is changed in part, and listed with those of its type', async () => {
  const organization = await newOrganization(newWorld());
  const { world } = organization;
  const PolicyId = await newPolicy(organization, 'one');
  await newPolicy(organization, 'one', rcp(), RCP);
  const Content = scp({ Action: 'kms:DisableKey' });
  await world.call('organizations', 'UpdatePolicy', { PolicyId, Content });
  const renamed = await world.call('organizations', 'UpdatePolicy', { PolicyId, Name: 'two', Description: 'why' });
  expect(renamed.Policy).toEqual({
    PolicySummary: {
      Id: expect.stringMatching(/^p-[0-9a-z]{10}$/),
      Arn: `arn:aws:organizations::${ACCOUNT}:policy/${organization.id}/service_control_policy/${PolicyId}`,
      Name: 'two',
      Description: 'why',
      Type: SCP,
      AwsManaged: false,
    },
    Content,
  });
  const names = async (Filter: typeof SCP | typeof RCP | 'TAG_POLICY') =>
    (await world.call('organizations', 'ListPolicies', { Filter })).Policies?.map(({ Name }) => Name);
  expect(await names(SCP)).toEqual(['FullAWSAccess', 'two']);
  expect(await names(RCP)).toEqual(['RCPFullAWSAccess', 'one']);
  expect(await names('TAG_POLICY')).toEqual([]);
  await world.call('organizations', 'DeletePolicy', { PolicyId });
  expect(await names(SCP)).toEqual(['FullAWSAccess']);
});

test('an account is closed, and one that stayed for four days can be removed', async () => {
  const organization = await newOrganization(newWorld());
  const { world } = organization;
  const AccountId = await newAccount(organization, 'logs');
  await world.call('organizations', 'CloseAccount', { AccountId });
  expect(await world.call('organizations', 'DescribeAccount', { AccountId })).toMatchObject({
    Account: { Status: 'SUSPENDED', State: 'CLOSED' },
  });
  world.advance(4 * DAY);
  await world.call('organizations', 'RemoveAccountFromOrganization', { AccountId });
  const { Accounts } = await world.call('organizations', 'ListAccounts', {});
  expect(Accounts?.map(({ Id }) => Id)).toEqual([ACCOUNT]);
  expect(await damaged(world)).toEqual([]);
});

test('an organization that is deleted leaves nothing behind, and another one can follow', async () => {
  const organization = await newOrganization(newWorld());
  const { world, root } = organization;
  const unit = await newUnit(organization, root, 'prod');
  await newUnit(organization, unit, 'eu');
  const PolicyId = await newPolicy(organization, 'keep-keys');
  await world.call('organizations', 'AttachPolicy', { PolicyId, TargetId: unit });
  const AccountId = await newAccount(organization, 'logs');
  world.advance(4 * DAY);
  await world.call('organizations', 'RemoveAccountFromOrganization', { AccountId });
  await world.call('organizations', 'DeleteOrganization', {});
  const left = world.transact((tx) =>
    Object.entries(tx)
      .filter(([name]) => name.startsWith('organization') || name === 'accountRequests')
      .flatMap(([, table]) => [...(table as Table<TableKey, unknown>).range()]),
  );
  expect(left).toEqual([]);
  expect((await newOrganization(world)).id).not.toBe(organization.id);
});

test('an organization for billing has no policies', async () => {
  const world = newWorld();
  const { Organization: made } = await world.call('organizations', 'CreateOrganization', {
    FeatureSet: 'CONSOLIDATED_BILLING',
  });
  expect(made).toMatchObject({ FeatureSet: 'CONSOLIDATED_BILLING', AvailablePolicyTypes: [] });
  const { Roots } = await world.call('organizations', 'ListRoots', {});
  const RootId = Roots?.[0]?.Id ?? '';
  const refusal =
    "PolicyTypeNotAvailableForOrganizationException: You can't use the specified policy type with the feature set currently enabled for this organization.";
  expect(await world.refusal('organizations', 'EnablePolicyType', { RootId, PolicyType: SCP })).toBe(refusal);
  const policy = { Name: 'x', Description: '', Type: SCP, Content: scp() };
  expect(await world.refusal('organizations', 'CreatePolicy', policy)).toBe(refusal);
  expect(await world.call('organizations', 'ListPolicies', { Filter: SCP })).toEqual({ Policies: [] });
  expect(await attachedTo({ world, id: '', root: RootId }, RootId)).toEqual([]);
});

test('tags of the root, a unit, an account and a policy are set, changed and removed', async () => {
  const organization = await newOrganization(newWorld());
  const { world, root } = organization;
  const unit = await newUnit(organization, root, 'prod');
  for (const ResourceId of [root, unit, ACCOUNT, await newPolicy(organization, 'keep-keys')]) {
    const tags = async () => (await world.call('organizations', 'ListTagsForResource', { ResourceId })).Tags;
    const Tags = [
      { Key: 'team', Value: 'storage' },
      { Key: 'stage', Value: 'prod' },
    ];
    await world.call('organizations', 'TagResource', { ResourceId, Tags });
    await world.call('organizations', 'TagResource', { ResourceId, Tags: [{ Key: 'team', Value: '' }] });
    expect(await tags()).toEqual([
      { Key: 'team', Value: '' },
      { Key: 'stage', Value: 'prod' },
    ]);
    await world.call('organizations', 'UntagResource', { ResourceId, TagKeys: ['team', 'none'] });
    expect(await tags()).toEqual([{ Key: 'stage', Value: 'prod' }]);
  }
});
