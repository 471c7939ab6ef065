// IAM API Reference, GetAccountAuthorizationDetails, GetAccountSummary, UserDetail, GroupDetail, RoleDetail,
// ManagedPolicyDetail.

import { describe, expect, test } from 'vitest';
import type { Output } from '../../src/api/model/operations.ts';
import { ACCOUNT, newWorld, START, type World } from '../support/harness.ts';

const arn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
const policy = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const LIMIT = 'arn:aws:iam::aws:policy/PowerUserAccess';

/** Two users, a group, a role, and a policy of two versions. */
async function populated(): Promise<World> {
  const world = newWorld();
  await world.call('iam', 'CreatePolicy', {
    PolicyName: 'Reads',
    Path: '/team/',
    PolicyDocument: policy('s3:Get*'),
    Description: 'What the team reads',
  });
  await world.call('iam', 'CreatePolicyVersion', {
    PolicyArn: arn('policy/team/Reads'),
    PolicyDocument: policy('s3:*'),
  });
  await world.call('iam', 'CreateGroup', { GroupName: 'readers' });
  await world.call('iam', 'PutGroupPolicy', {
    GroupName: 'readers',
    PolicyName: 'in',
    PolicyDocument: policy('s3:List*'),
  });
  await world.call('iam', 'CreateUser', {
    UserName: 'Ann',
    Path: '/staff/',
    Tags: [{ Key: 'team', Value: 'red' }],
    PermissionsBoundary: LIMIT,
  });
  await world.call('iam', 'AddUserToGroup', { GroupName: 'readers', UserName: 'Ann' });
  await world.call('iam', 'AttachUserPolicy', { UserName: 'Ann', PolicyArn: arn('policy/team/Reads') });
  await world.call('iam', 'PutUserPolicy', { UserName: 'Ann', PolicyName: 'own', PolicyDocument: policy('kms:*') });
  await world.call('iam', 'CreateRole', {
    RoleName: 'reader',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: arn('user/staff/Ann') }, Action: 'sts:AssumeRole' }],
    }),
  });
  await world.call('iam', 'AttachRolePolicy', { RoleName: 'reader', PolicyArn: READ_ONLY });
  return world;
}

type Details = Output<'iam', 'GetAccountAuthorizationDetails'>;

const namesIn = ({ UserDetailList, GroupDetailList, RoleDetailList, Policies }: Details) => [
  ...(UserDetailList ?? []).map(({ UserName }) => UserName),
  ...(GroupDetailList ?? []).map(({ GroupName }) => GroupName),
  ...(RoleDetailList ?? []).map(({ RoleName }) => RoleName),
  ...(Policies ?? []).map(({ PolicyName }) => PolicyName),
];

const ALL = [
  'admin',
  'Ann',
  'readers',
  'reader',
  'Reads',
  'AdministratorAccess',
  'PowerUserAccess',
  'AmazonS3ReadOnlyAccess',
];

describe('GetAccountAuthorizationDetails', () => {
  test('has everything that there is, and of the policies of AWS those in use', async () => {
    const world = await populated();
    const details = await world.call('iam', 'GetAccountAuthorizationDetails', {});
    expect(namesIn(details).sort()).toEqual([...ALL].sort());
    expect(details.IsTruncated).toBe(false);
    expect(details.UserDetailList?.[1]).toEqual({
      Path: '/staff/',
      UserName: 'Ann',
      UserId: expect.stringMatching(/^AIDA/),
      Arn: arn('user/staff/Ann'),
      CreateDate: new Date(START),
      UserPolicyList: [{ PolicyName: 'own', PolicyDocument: policy('kms:*') }],
      GroupList: ['readers'],
      AttachedManagedPolicies: [{ PolicyName: 'Reads', PolicyArn: arn('policy/team/Reads') }],
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: LIMIT },
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    expect(details.UserDetailList?.[0]).toMatchObject({ GroupList: [], Tags: [] });
    expect(details.UserDetailList?.[0]?.UserPolicyList).toBeUndefined();
    expect(details.GroupDetailList).toEqual([
      {
        Path: '/',
        GroupName: 'readers',
        GroupId: expect.stringMatching(/^AGPA/),
        Arn: arn('group/readers'),
        CreateDate: new Date(START),
        GroupPolicyList: [{ PolicyName: 'in', PolicyDocument: policy('s3:List*') }],
        AttachedManagedPolicies: [],
      },
    ]);
    expect(details.RoleDetailList).toEqual([
      {
        Path: '/',
        RoleName: 'reader',
        RoleId: expect.stringMatching(/^AROA/),
        Arn: arn('role/reader'),
        CreateDate: new Date(START),
        AssumeRolePolicyDocument: expect.stringContaining(arn('user/staff/Ann')),
        InstanceProfileList: [],
        RolePolicyList: [],
        AttachedManagedPolicies: [{ PolicyName: 'AmazonS3ReadOnlyAccess', PolicyArn: READ_ONLY }],
        Tags: [],
        RoleLastUsed: {},
      },
    ]);
    expect(details.Policies?.[0]).toMatchObject({
      PolicyName: 'Reads',
      Arn: arn('policy/team/Reads'),
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 1,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      Description: 'What the team reads',
      PolicyVersionList: [
        { Document: policy('s3:*'), VersionId: 'v2', IsDefaultVersion: false, CreateDate: new Date(START) },
        { Document: policy('s3:Get*'), VersionId: 'v1', IsDefaultVersion: true, CreateDate: new Date(START) },
      ],
    });
  });

  test.each([
    [['User'], ['admin', 'Ann']],
    [
      ['Role', 'Group'],
      ['readers', 'reader'],
    ],
    [['LocalManagedPolicy'], ['Reads']],
    [['AWSManagedPolicy'], ['AdministratorAccess', 'PowerUserAccess', 'AmazonS3ReadOnlyAccess']],
  ] as const)('of %j', async (Filter, names) => {
    const world = await populated();
    expect(namesIn(await world.call('iam', 'GetAccountAuthorizationDetails', { Filter })).sort()).toEqual(
      [...names].sort(),
    );
  });

  test.each([1, 2, 3, 7, 8])('in pages of %i', async (MaxItems) => {
    const world = await populated();
    const names: unknown[] = [];
    let Marker: string | undefined;
    do {
      const page = await world.call('iam', 'GetAccountAuthorizationDetails', { MaxItems, Marker });
      const onPage = namesIn(page);
      expect(onPage.length).toBe(Math.min(MaxItems, ALL.length - names.length));
      names.push(...onPage);
      ({ Marker } = page);
    } while (Marker !== undefined);
    expect(names.sort()).toEqual([...ALL].sort());
  });

  test('needs a permission', async () => {
    const world = await populated();
    for (const name of ['GetAccountAuthorizationDetails', 'GetAccountSummary'] as const) {
      expect(await world.refusal('iam', name, {}, { as: 'user/Ann' })).toBe(
        `AccessDenied: User: ${arn('user/staff/Ann')} is not authorized to perform: iam:${name} on resource: * because no identity-based policy allows the iam:${name} action`,
      );
    }
  });
});

test('GetAccountSummary counts what there is', async () => {
  const { SummaryMap } = await (await populated()).call('iam', 'GetAccountSummary', {});
  expect(SummaryMap).toMatchObject({
    Users: 2,
    UsersQuota: 5000,
    Groups: 1,
    Roles: 1,
    Policies: 1,
    PolicyVersionsInUse: 2,
    AccessKeysPerUserQuota: 2,
    MFADevices: 0,
  });
});
