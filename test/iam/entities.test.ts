// IAM API Reference, the operations on users, groups, roles and their policies; IAM User Guide, "IAM and AWS STS quotas".

import { describe, expect, test } from 'vitest';
import { putRole } from '../../src/iam/entities.ts';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';

const arn = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
const allow = (Action: string | readonly string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = (Principal: unknown) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });

const createUser = async (world: World, UserName: string, more = {}) =>
  (await world.call('iam', 'CreateUser', { UserName, ...more })).User;

describe('users', () => {
  test('a user is created, shown and listed as in AWS', async () => {
    const world = newWorld();
    const user = await createUser(world, 'ann', { Path: '/staff/', Tags: [{ Key: 'team', Value: 'red' }] });
    expect(user).toMatchObject({
      Path: '/staff/',
      UserName: 'ann',
      Arn: arn('user/staff/ann'),
      CreateDate: new Date(START),
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    expect(user?.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
    expect((await world.call('iam', 'GetUser', { UserName: 'ANN' })).User).toEqual(user);
    const { Users, IsTruncated } = await world.call('iam', 'ListUsers', {});
    expect(Users.map(({ UserName }) => UserName)).toEqual(['admin', 'ann']);
    expect(Users[1]?.Tags).toBeUndefined();
    expect(IsTruncated).toBe(false);
    expect((await world.call('iam', 'ListUsers', { PathPrefix: '/staff/' })).Users).toHaveLength(1);
  });

  test('a name is taken regardless of case', async () => {
    const world = newWorld();
    await createUser(world, 'ann');
    expect(await world.refusal('iam', 'CreateUser', { UserName: 'Ann' })).toBe(
      'EntityAlreadyExists: User with name Ann already exists.',
    );
  });

  test('without a name GetUser returns the caller', async () => {
    const { User } = await newWorld().call('iam', 'GetUser', {});
    expect(User.Arn).toBe(arn('user/admin'));
  });

  test('missing entities', async () => {
    const world = newWorld();
    expect(await world.refusal('iam', 'GetUser', { UserName: 'zoe' })).toBe(
      'NoSuchEntity: The user with name zoe cannot be found.',
    );
    expect(await world.refusal('iam', 'GetRole', { RoleName: 'zoe' })).toBe(
      'NoSuchEntity: The role with name zoe cannot be found.',
    );
    expect(await world.refusal('iam', 'GetGroup', { GroupName: 'zoe' })).toBe(
      'NoSuchEntity: The group with name zoe cannot be found.',
    );
  });

  test('pages continue where they ended, even if items are added or removed in between', async () => {
    const world = newWorld();
    for (const name of ['b', 'D', 'f']) await createUser(world, name);
    const first = await world.call('iam', 'ListUsers', { MaxItems: 2 });
    expect([first.Users.map(({ UserName }) => UserName), first.IsTruncated]).toEqual([['admin', 'b'], true]);
    await createUser(world, 'C');
    await world.call('iam', 'DeleteUser', { UserName: 'b' });
    const rest = await world.call('iam', 'ListUsers', { Marker: first.Marker });
    expect(rest.Users.map(({ UserName }) => UserName)).toEqual(['C', 'D', 'f']);
  });

  test('a renamed user keeps its id, keys, groups and policies', async () => {
    const world = newWorld();
    const user = await createUser(world, 'ann');
    await world.call('iam', 'CreateGroup', { GroupName: 'Staff' });
    await world.call('iam', 'AddUserToGroup', { GroupName: 'Staff', UserName: 'ann' });
    await world.call('iam', 'PutUserPolicy', {
      UserName: 'ann',
      PolicyName: 'p',
      PolicyDocument: allow('kms:ListKeys'),
    });
    await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
    await world.call('iam', 'UpdateUser', { UserName: 'ann', NewUserName: 'anna' });
    const { User } = await world.call('iam', 'GetUser', { UserName: 'anna' });
    expect(User.UserId).toBe(user?.UserId);
    expect((await world.call('iam', 'GetGroup', { GroupName: 'Staff' })).Users[0]?.UserName).toBe('anna');
    expect((await world.call('iam', 'ListAccessKeys', { UserName: 'anna' })).AccessKeyMetadata).toHaveLength(1);
    await world.call('kms', 'ListKeys', {}, { as: 'user/anna' });
  });

  test('a user can be deleted only when nothing is attached', async () => {
    const world = newWorld();
    const UserName = 'ann';
    const first = await createUser(world, UserName);
    await world.call('iam', 'CreateGroup', { GroupName: 'Staff' });
    await world.call('iam', 'AddUserToGroup', { GroupName: 'Staff', UserName });
    const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName });
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
    await world.call('iam', 'AttachUserPolicy', { UserName, PolicyArn });
    await world.call('iam', 'PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument: allow('s3:*') });
    const refusal = () => world.refusal('iam', 'DeleteUser', { UserName });
    expect(await refusal()).toBe('DeleteConflict: Cannot delete entity, must detach all policies first.');
    await world.call('iam', 'DetachUserPolicy', { UserName, PolicyArn });
    expect(await refusal()).toBe('DeleteConflict: Cannot delete entity, must delete policies first.');
    await world.call('iam', 'DeleteUserPolicy', { UserName, PolicyName: 'p' });
    expect(await refusal()).toBe('DeleteConflict: Cannot delete entity, must delete access keys first.');
    await world.call('iam', 'DeleteAccessKey', { UserName, AccessKeyId: AccessKey.AccessKeyId });
    expect(await refusal()).toBe('DeleteConflict: Cannot delete entity, must remove users from group first.');
    await world.call('iam', 'RemoveUserFromGroup', { GroupName: 'Staff', UserName });
    await world.call('iam', 'DeleteUser', { UserName });
    expect((await createUser(world, UserName))?.UserId).not.toBe(first?.UserId);
  });

  test('another account has users of its own', async () => {
    const world = newWorld();
    const as = `${OTHER_ACCOUNT}:user/admin`;
    await world.call('iam', 'CreateUser', { UserName: 'ann' }, { as });
    expect(await world.refusal('iam', 'GetUser', { UserName: 'ann' })).toContain('NoSuchEntity');
    expect((await world.call('iam', 'GetUser', { UserName: 'ann' }, { as })).User.Arn).toBe(
      arn('user/ann', OTHER_ACCOUNT),
    );
  });

  test('IAM names the entity in its denials by kind and name', async () => {
    const world = newWorld();
    await createUser(world, 'ann');
    expect(await world.refusal('iam', 'GetUser', { UserName: 'admin' }, { as: 'user/ann' })).toBe(
      `AccessDenied: User: ${arn('user/ann')} is not authorized to perform: iam:GetUser on resource: user admin because no identity-based policy allows the iam:GetUser action`,
    );
    expect(await world.refusal('iam', 'CreateUser', { UserName: 'zoe' }, { as: 'user/ann' })).toContain(
      `iam:CreateUser on resource: ${arn('user/zoe')} because`,
    );
  });
});

describe('groups', () => {
  test('policies of a group apply to its members as long as they are in it', async () => {
    const world = newWorld();
    await createUser(world, 'ann');
    await world.call('iam', 'CreateGroup', { GroupName: 'Staff' });
    const PolicyDocument = allow('kms:ListKeys');
    await world.call('iam', 'PutGroupPolicy', { GroupName: 'Staff', PolicyName: 'keys', PolicyDocument });
    expect(await world.refusal('kms', 'ListKeys', {}, { as: 'user/ann' })).toContain('AccessDenied');
    await world.call('iam', 'AddUserToGroup', { GroupName: 'staff', UserName: 'ann' });
    await world.call('kms', 'ListKeys', {}, { as: 'user/ann' });
    expect((await world.call('iam', 'ListGroupsForUser', { UserName: 'ann' })).Groups).toHaveLength(1);
    expect(await world.refusal('iam', 'DeleteGroup', { GroupName: 'Staff' })).toBe(
      'DeleteConflict: Cannot delete entity, must remove users from group first.',
    );
    await world.call('iam', 'RemoveUserFromGroup', { GroupName: 'Staff', UserName: 'ann' });
    expect(await world.refusal('kms', 'ListKeys', {}, { as: 'user/ann' })).toContain('AccessDenied');
  });
});

describe('roles', () => {
  test('a role is created, shown and listed as in AWS', async () => {
    const world = newWorld();
    const AssumeRolePolicyDocument = trust({ AWS: arn('user/admin') });
    const made = await world.call('iam', 'CreateRole', {
      RoleName: 'Reader',
      Path: '/app/',
      AssumeRolePolicyDocument,
      Description: 'reads',
    });
    expect(made.Role).toMatchObject({ Arn: arn('role/app/Reader'), AssumeRolePolicyDocument, Description: 'reads' });
    expect(made.Role.MaxSessionDuration).toBeUndefined();
    const { Role } = await world.call('iam', 'GetRole', { RoleName: 'Reader' });
    expect(Role).toMatchObject({ RoleId: made.Role.RoleId, MaxSessionDuration: 3600, RoleLastUsed: {} });
    expect((await world.call('iam', 'ListRoles', {})).Roles.map(({ RoleName }) => RoleName)).toContain('Reader');
    await world.call('iam', 'UpdateRole', { RoleName: 'Reader', MaxSessionDuration: 7200 });
    expect((await world.call('iam', 'GetRole', { RoleName: 'Reader' })).Role).toMatchObject({
      MaxSessionDuration: 7200,
      Description: 'reads',
    });
  });

  // IAM User Guide, "Service-linked roles": only a service has them made, and organization policies do not limit them.
  test.for([
    ['/aws-service-role/', true],
    ['/aws-service-role/replication.s3.amazonaws.com/', true],
    ['/service-role/', false],
    ['/app/aws-service-role/', false],
    ['/aws-service-roles/', false],
  ] as const)('the path %s is kept for service-linked roles: %s', async ([Path, isKept]) => {
    const world = newWorld();
    const create = { RoleName: 'R', Path, AssumeRolePolicyDocument: trust({ AWS: arn('user/admin') }) };
    if (!isKept) return expect((await world.call('iam', 'CreateRole', create)).Role.Path).toBe(Path);
    expect(await world.refusal('iam', 'CreateRole', create)).toBe(
      "InvalidInput: Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
    );
    expect((await world.call('iam', 'ListRoles', {})).Roles).toEqual([]);
  });

  test('a trust policy shows existing principals by name, and deleted ones by id', async () => {
    const world = newWorld();
    const ann = await createUser(world, 'ann');
    const create = { RoleName: 'Reader', AssumeRolePolicyDocument: trust({ AWS: arn('user/zoe') }) };
    expect(await world.refusal('iam', 'CreateRole', create)).toBe(
      `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${arn('user/zoe')}"`,
    );
    await world.call('iam', 'CreateRole', { ...create, AssumeRolePolicyDocument: trust({ AWS: arn('user/ann') }) });
    await world.call('iam', 'DeleteUser', { UserName: 'ann' });
    await createUser(world, 'ann');
    const { Role } = await world.call('iam', 'GetRole', { RoleName: 'Reader' });
    expect(Role.AssumeRolePolicyDocument).toBe(trust({ AWS: ann?.UserId }));
    const input = { RoleArn: Role.Arn, RoleSessionName: 'again' };
    expect(await world.refusal('sts', 'AssumeRole', input, { as: 'user/ann' })).toContain('AccessDenied');
  });
});

describe('inline policies', () => {
  test('are checked before they are stored', async () => {
    const world = newWorld();
    await createUser(world, 'ann');
    const put = (PolicyDocument: string) => ({ UserName: 'ann', PolicyName: 'p', PolicyDocument });
    expect(await world.refusal('iam', 'PutUserPolicy', put('{}'))).toBe(
      'MalformedPolicyDocument: Syntax errors in policy.',
    );
    expect(await world.refusal('iam', 'PutUserPolicy', put(allow('x'.repeat(2048).replace('x', 's3:'))))).toBe(
      'LimitExceeded: Maximum policy size of 2048 bytes exceeded for user ann',
    );
    expect((await world.call('iam', 'ListUserPolicies', { UserName: 'ann' })).PolicyNames).toEqual([]);
    expect(await world.refusal('iam', 'GetUserPolicy', { UserName: 'ann', PolicyName: 'p' })).toContain('NoSuchEntity');
  });

  test.for(['constructor', 'toString', '__proto__'])('named %s exist once they are put', async (PolicyName) => {
    const world = newWorld();
    await createUser(world, 'ann');
    const noSuchPolicy = `NoSuchEntity: The user policy with name ${PolicyName} cannot be found.`;
    expect(await world.refusal('iam', 'GetUserPolicy', { UserName: 'ann', PolicyName })).toBe(noSuchPolicy);
    expect(await world.refusal('iam', 'DeleteUserPolicy', { UserName: 'ann', PolicyName })).toBe(noSuchPolicy);
    const put = { UserName: 'ann', PolicyName, PolicyDocument: allow('s3:*') };
    if (PolicyName === '__proto__') {
      expect(await world.refusal('iam', 'PutUserPolicy', put)).toBe(
        'InvalidInput: No inline policy may be named __proto__.',
      );
      return;
    }
    await world.call('iam', 'PutUserPolicy', put);
    expect(await world.call('iam', 'GetUserPolicy', { UserName: 'ann', PolicyName })).toEqual(put);
    await world.call('iam', 'DeleteUserPolicy', { UserName: 'ann', PolicyName });
    expect(await world.refusal('iam', 'GetUserPolicy', { UserName: 'ann', PolicyName })).toBe(noSuchPolicy);
  });

  test('are returned as given', async () => {
    const world = newWorld();
    await createUser(world, 'ann');
    const PolicyDocument = `${allow('s3:*')}\n`;
    await world.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument });
    expect(await world.call('iam', 'GetUserPolicy', { UserName: 'ann', PolicyName: 'p' })).toEqual({
      UserName: 'ann',
      PolicyName: 'p',
      PolicyDocument,
    });
  });
});

describe('managed policies', () => {
  const PolicyArn = arn('policy/Keys');
  async function withPolicy(): Promise<World> {
    const world = newWorld();
    await world.call('iam', 'CreatePolicy', { PolicyName: 'Keys', PolicyDocument: allow('kms:ListKeys') });
    await createUser(world, 'ann');
    return world;
  }

  test('decisions read the default version', async () => {
    const world = await withPolicy();
    await world.call('iam', 'AttachUserPolicy', { UserName: 'ann', PolicyArn });
    await world.call('kms', 'ListKeys', {}, { as: 'user/ann' });
    const PolicyDocument = allow('kms:ListAliases');
    await world.call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument });
    await world.call('kms', 'ListKeys', {}, { as: 'user/ann' });
    await world.call('iam', 'SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
    expect(await world.refusal('kms', 'ListKeys', {}, { as: 'user/ann' })).toContain('AccessDenied');
    await world.call('kms', 'ListAliases', {}, { as: 'user/ann' });
  });

  test('version numbers are never reused', async () => {
    const world = await withPolicy();
    const create = () => world.call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('kms:*') });
    for (const id of ['v2', 'v3', 'v4', 'v5']) expect((await create()).PolicyVersion?.VersionId).toBe(id);
    const input = { PolicyArn, PolicyDocument: allow('kms:*') };
    expect(await world.refusal('iam', 'CreatePolicyVersion', input)).toBe(
      'LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
    await world.call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
    expect((await create()).PolicyVersion?.VersionId).toBe('v6');
    expect(await world.refusal('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: 'v1' })).toBe(
      'DeleteConflict: Cannot delete the default version of a policy.',
    );
    const { Versions } = await world.call('iam', 'ListPolicyVersions', { PolicyArn });
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v4', 'v3', 'v2', 'v1']);
  });

  test('a policy in use cannot be deleted', async () => {
    const world = await withPolicy();
    await world.call('iam', 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: PolicyArn });
    const { Policy } = await world.call('iam', 'GetPolicy', { PolicyArn });
    expect(Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1, DefaultVersionId: 'v1' });
    expect(await world.refusal('iam', 'DeletePolicy', { PolicyArn })).toBe(
      'DeleteConflict: Cannot delete a policy attached to entities.',
    );
    expect((await world.call('iam', 'ListEntitiesForPolicy', { PolicyArn })).PolicyUsers).toMatchObject([
      { UserName: 'ann' },
    ]);
    await world.call('iam', 'DeleteUserPermissionsBoundary', { UserName: 'ann' });
    await world.call('iam', 'DeletePolicy', { PolicyArn });
    expect(await world.refusal('iam', 'GetPolicy', { PolicyArn })).toBe(
      `NoSuchEntity: Policy ${PolicyArn} was not found.`,
    );
  });

  test('the boundary of a new user or role is in use too', async () => {
    const world = await withPolicy();
    await createUser(world, 'bob', { PermissionsBoundary: PolicyArn });
    const AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
    await world.call('iam', 'CreateRole', { RoleName: 'R', AssumeRolePolicyDocument, PermissionsBoundary: PolicyArn });
    const { Policy } = await world.call('iam', 'GetPolicy', { PolicyArn });
    expect(Policy?.PermissionsBoundaryUsageCount).toBe(2);
  });

  test('a boundary that is also attached stays in use as attached when the user is renamed and loses the boundary', async () => {
    const world = await withPolicy();
    await world.call('iam', 'AttachUserPolicy', { UserName: 'ann', PolicyArn });
    await world.call('iam', 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: PolicyArn });
    await world.call('iam', 'UpdateUser', { UserName: 'ann', NewUserName: 'anna' });
    await world.call('iam', 'DeleteUserPermissionsBoundary', { UserName: 'anna' });
    const { Policy } = await world.call('iam', 'GetPolicy', { PolicyArn });
    expect(Policy).toMatchObject({ AttachmentCount: 1, PermissionsBoundaryUsageCount: 0 });
  });

  test('ten attached policies per user', async () => {
    const world = await withPolicy();
    for (let i = 0; i < 11; i += 1) {
      await world.call('iam', 'CreatePolicy', { PolicyName: `P${i}`, PolicyDocument: allow('s3:*') });
    }
    for (let i = 0; i < 10; i += 1) {
      await world.call('iam', 'AttachUserPolicy', { UserName: 'ann', PolicyArn: arn(`policy/P${i}`) });
    }
    expect(await world.refusal('iam', 'AttachUserPolicy', { UserName: 'ann', PolicyArn: arn('policy/P10') })).toBe(
      'LimitExceeded: Cannot exceed quota for PoliciesPerUser: 10',
    );
    // A policy that is already attached does not count again.
    await world.call('iam', 'AttachUserPolicy', { UserName: 'ann', PolicyArn: arn('policy/P0') });
  });

  test('AWS’s own exist and cannot be changed', async () => {
    const world = newWorld();
    const AdministratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const { Policies } = await world.call('iam', 'ListPolicies', { Scope: 'AWS', OnlyAttached: true });
    expect(Policies).toMatchObject([{ Arn: AdministratorAccess, AttachmentCount: 1 }]);
    const { PolicyVersion } = await world.call('iam', 'GetPolicyVersion', {
      PolicyArn: AdministratorAccess,
      VersionId: 'v1',
    });
    expect(JSON.parse(PolicyVersion?.Document ?? '')).toMatchObject({ Statement: [{ Effect: 'Allow', Action: '*' }] });
    expect(await world.refusal('iam', 'DeletePolicy', { PolicyArn: AdministratorAccess })).toContain('AccessDenied');
  });

  test('invalid requests', async () => {
    const world = await withPolicy();
    const PolicyDocument = allow('s3:*');
    expect(await world.refusal('iam', 'CreatePolicy', { PolicyName: 'Keys', PolicyDocument })).toBe(
      'EntityAlreadyExists: A policy called Keys already exists. Duplicate names are not allowed.',
    );
    expect(await world.refusal('iam', 'AttachUserPolicy', { UserName: 'ann', PolicyArn: arn('policy/None') })).toBe(
      `NoSuchEntity: Policy ${arn('policy/None')} does not exist or is not attachable.`,
    );
    const document = allow(Array.from({ length: 600 }, (_, i) => `s3:Get${i}Object`));
    expect(await world.refusal('iam', 'CreatePolicy', { PolicyName: 'Big', PolicyDocument: document })).toBe(
      'LimitExceeded: Cannot exceed quota for PolicySize: 6144',
    );
  });
});

test('a permissions boundary limits what the policies of a user allow', async () => {
  const world = newWorld();
  await createUser(world, 'ann');
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
  await world.call('iam', 'AttachUserPolicy', {
    UserName: 'ann',
    PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  });
  await world.call('iam', 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary });
  expect(await world.refusal('kms', 'ListKeys', {}, { as: 'user/ann' })).toContain(
    'because no permissions boundary allows the kms:ListKeys action',
  );
});

test('access keys: two per user, their secrets shown once', async () => {
  const world = newWorld();
  await createUser(world, 'ann');
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  expect(AccessKey.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(AccessKey.SecretAccessKey).toHaveLength(40);
  await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  expect(await world.refusal('iam', 'CreateAccessKey', { UserName: 'ann' })).toBe(
    'LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
  );
  await world.call('iam', 'UpdateAccessKey', {
    UserName: 'ann',
    AccessKeyId: AccessKey.AccessKeyId,
    Status: 'Inactive',
  });
  const { AccessKeyMetadata } = await world.call('iam', 'ListAccessKeys', { UserName: 'ann' });
  expect(AccessKeyMetadata.map(({ Status }) => Status).toSorted()).toEqual(['Active', 'Inactive']);
  expect(JSON.stringify(AccessKeyMetadata)).not.toContain(AccessKey.SecretAccessKey);
  expect(await world.refusal('iam', 'DeleteAccessKey', { UserName: 'ann', AccessKeyId: 'AKIANONENONENONENONE' })).toBe(
    'NoSuchEntity: The Access Key with id AKIANONENONENONENONE cannot be found.',
  );
});

test('new tags of a user replace old ones, ignoring the case of their keys', async () => {
  const world = newWorld();
  await createUser(world, 'ann', { Tags: [{ Key: 'Team', Value: 'red' }] });
  await world.call('iam', 'TagUser', { UserName: 'ann', Tags: [{ Key: 'team', Value: 'blue' }] });
  await world.call('iam', 'TagUser', { UserName: 'ann', Tags: [{ Key: 'desk', Value: '7' }] });
  expect((await world.call('iam', 'ListUserTags', { UserName: 'ann' })).Tags).toEqual([
    { Key: 'team', Value: 'blue' },
    { Key: 'desk', Value: '7' },
  ]);
  await world.call('iam', 'UntagUser', { UserName: 'ann', TagKeys: ['TEAM'] });
  expect((await world.call('iam', 'GetUser', { UserName: 'ann' })).User.Tags).toEqual([{ Key: 'desk', Value: '7' }]);
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'A', Value: '2' },
  ];
  expect(await world.refusal('iam', 'TagUser', { UserName: 'ann', Tags })).toBe(
    'InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  );
});

test('tags have any key that the store returns as it is', async () => {
  const world = newWorld();
  const Tags = [{ Key: 'constructor', Value: 'red' }];
  await createUser(world, 'ann', { Tags });
  expect((await world.call('iam', 'ListUserTags', { UserName: 'ann' })).Tags).toEqual(Tags);
  const input = { UserName: 'ann', Tags: [{ Key: '__proto__', Value: 'red' }] };
  expect(await world.refusal('iam', 'TagUser', input)).toBe('InvalidInput: No tag may have the key __proto__.');
});

test('IAM’s data outlives the process, and remains the next day', async () => {
  const world = newWorld();
  const user = await createUser(world, 'ann');
  world.advance(DAY);
  await world.reopen();
  expect((await world.call('iam', 'GetUser', { UserName: 'ann' })).User).toEqual(user);
});

// IAM User Guide, "Create a service-linked role": only the service changes it.
test('a service-linked role is changed by nobody', async () => {
  const world = newWorld();
  const name = 'AWSServiceRoleForReplication';
  world.transact((tx) => {
    const id = 'AROALINKEDLINKEDLINK1';
    putRole(tx, {
      ...{
        v: 1,
        account: ACCOUNT,
        name,
        path: '/aws-service-role/replication.s3.amazonaws.com/',
        id,
        createdMs: START,
      },
      ...{ inlinePolicies: {}, attachedPolicies: [], tags: {}, trustPolicy: '{}', maxSessionSeconds: 3600 },
    });
    tx.principalIds.put([id], { kind: 'role', account: ACCOUNT, name });
  });
  const RoleName = name;
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
  });
  const identity = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  });
  const refusals = [
    await world.refusal('iam', 'AttachRolePolicy', { RoleName, PolicyArn }),
    await world.refusal('iam', 'PutRolePolicy', { RoleName, PolicyName: 'all', PolicyDocument: identity }),
    await world.refusal('iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary: PolicyArn }),
    await world.refusal('iam', 'DeleteRolePermissionsBoundary', { RoleName }),
    await world.refusal('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument }),
    await world.refusal('iam', 'UpdateRole', { RoleName, MaxSessionDuration: 7200 }),
    await world.refusal('iam', 'DeleteRole', { RoleName }),
  ];
  expect(new Set(refusals)).toEqual(
    new Set([
      `UnmodifiableEntity: Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
    ]),
  );
});
