/** What IAM and STS are asked: IAM and AWS STS API References. The role and its sessions are used by the calls after these. */

import { callsOf, policy } from './probe-call.ts';

const user = { UserName: '<name>' };
const role = { RoleName: '<name>' };
const group = { GroupName: '<name>' };
const managed = { PolicyArn: '<policy.Policy.Arn>' };
const missing = 'arn:aws:iam::<caller.Account>:policy/<name>-none';
const trust = policy({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::<caller.Account>:root' },
  Action: 'sts:AssumeRole',
});
const everything = policy({ Effect: 'Allow', Action: ['s3:*', 'kms:*', 'cloudtrail:*', 'iam:Get*'], Resource: '*' });
const session = { RoleArn: '<role.Role.Arn>', RoleSessionName: 'probe' };
const reading = policy({
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: ['arn:aws:s3:::<name>', 'arn:aws:s3:::<name>/*'],
});
const nothing = policy({ Effect: 'Allow', Action: 'sqs:ListQueues', Resource: '*' });

export const iamCalls = callsOf([
  ['who asks', 'sts GetCallerIdentity', {}, '200', { kept: 'caller' }],
  ['nobody asks', 'sts GetCallerIdentity', {}, '403 MissingAuthenticationToken', { as: 'nobody' }],
  ['a user', 'iam CreateUser', user, '200'],
  ['the same user', 'iam CreateUser', user, '409 EntityAlreadyExists'],
  ['a name with a slash', 'iam CreateUser', { UserName: '<name>/x' }, '400 ValidationError'],
  ['a path without its slashes', 'iam CreateUser', { UserName: '<name>-x', Path: 'x' }, '400 ValidationError'],
  ['by its name', 'iam GetUser', user, '200', { mayLag: true }],
  ['a user who does not exist', 'iam GetUser', { UserName: '<name>-none' }, '404 NoSuchEntity'],
  ['a tag', 'iam TagUser', { ...user, Tags: [{ Key: 'team', Value: 'red' }] }, '200'],
  ['its tags', 'iam ListUserTags', user, '200'],
  [
    'tags with the same key',
    'iam TagUser',
    {
      ...user,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
    },
    '400 InvalidInput',
  ],
  ['a group', 'iam CreateGroup', group, '200'],
  ['the same group', 'iam CreateGroup', group, '409 EntityAlreadyExists'],
  ['a user of a group', 'iam AddUserToGroup', { ...user, ...group }, '200'],
  ['a user who does not exist', 'iam AddUserToGroup', { ...group, UserName: '<name>-none' }, '404 NoSuchEntity'],
  ['a group with a user', 'iam DeleteGroup', group, '409 DeleteConflict'],
  ['its users', 'iam GetGroup', group, '200'],
  ['an access key', 'iam CreateAccessKey', user, '200', { kept: 'access' }],
  ['another one', 'iam CreateAccessKey', user, '200', { kept: 'access2' }],
  ['a third one', 'iam CreateAccessKey', user, '409 LimitExceeded'],
  ['its access keys', 'iam ListAccessKeys', user, '200'],
  [
    'an access key that does not exist',
    'iam UpdateAccessKey',
    { ...user, AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' },
    '404 NoSuchEntity',
  ],
  [
    'a status that does not exist',
    'iam UpdateAccessKey',
    { ...user, AccessKeyId: '<access.AccessKey.AccessKeyId>', Status: 'Off' },
    '400 ValidationError',
  ],
  ['a user with access keys', 'iam DeleteUser', user, '409 DeleteConflict'],
  [
    'a trust policy that is not JSON',
    'iam CreateRole',
    { ...role, AssumeRolePolicyDocument: 'all' },
    '400 MalformedPolicyDocument',
  ],
  [
    'a trust policy for another action',
    'iam CreateRole',
    { ...role, AssumeRolePolicyDocument: trust.replace('sts:AssumeRole', 's3:GetObject') },
    '400 MalformedPolicyDocument',
  ],
  ['a role', 'iam CreateRole', { ...role, AssumeRolePolicyDocument: trust }, '200', { kept: 'role' }],
  ['the same role', 'iam CreateRole', { ...role, AssumeRolePolicyDocument: trust }, '409 EntityAlreadyExists'],
  ['by its name', 'iam GetRole', role, '200', { mayLag: true }],
  ['an inline policy', 'iam PutRolePolicy', { ...role, PolicyName: 'all', PolicyDocument: everything }, '200'],
  [
    'an inline policy that is not JSON',
    'iam PutRolePolicy',
    { ...role, PolicyName: 'x', PolicyDocument: '{' },
    '400 MalformedPolicyDocument',
  ],
  [
    'an inline policy without resources',
    'iam PutRolePolicy',
    { ...role, PolicyName: 'x', PolicyDocument: policy({ Effect: 'Allow', Action: 's3:*' }) },
    '400 MalformedPolicyDocument',
  ],
  ['an inline policy', 'iam GetRolePolicy', { ...role, PolicyName: 'all' }, '200', { mayLag: true }],
  ['an inline policy that does not exist', 'iam GetRolePolicy', { ...role, PolicyName: 'none' }, '404 NoSuchEntity'],
  [
    'a managed policy',
    'iam CreatePolicy',
    { PolicyName: '<name>', PolicyDocument: reading },
    '200',
    { kept: 'policy' },
  ],
  ['the same policy', 'iam CreatePolicy', { PolicyName: '<name>', PolicyDocument: reading }, '409 EntityAlreadyExists'],
  ['a version', 'iam CreatePolicyVersion', { ...managed, PolicyDocument: nothing }, '200'],
  ['the default version', 'iam DeletePolicyVersion', { ...managed, VersionId: 'v1' }, '409 DeleteConflict'],
  ['a version that does not exist', 'iam GetPolicyVersion', { ...managed, VersionId: 'v9' }, '404 NoSuchEntity'],
  ['a policy that does not exist', 'iam GetPolicy', { PolicyArn: missing }, '404 NoSuchEntity'],
  ['what is not an ARN', 'iam GetPolicy', { PolicyArn: 'arn:aws:iam::nonsense:x:y:z' }, '400 ValidationError'],
  ['a managed policy', 'iam AttachRolePolicy', { ...role, ...managed }, '200', { mayLag: true }],
  ['a policy that does not exist', 'iam AttachRolePolicy', { ...role, PolicyArn: missing }, '404 NoSuchEntity'],
  ['a policy that is attached', 'iam DeletePolicy', managed, '409 DeleteConflict'],
  ['a role with policies', 'iam DeleteRole', role, '409 DeleteConflict'],
  ['a policy that is not attached', 'iam DetachRolePolicy', { ...role, PolicyArn: missing }, '404 NoSuchEntity'],
  [
    'what a policy would say',
    'iam SimulateCustomPolicy',
    { PolicyInputList: [reading], ActionNames: ['s3:GetObject'] },
    '200',
  ],
  [
    'what its policies would say',
    'iam SimulatePrincipalPolicy',
    { PolicySourceArn: '<role.Role.Arn>', ActionNames: ['kms:Encrypt'] },
    '200',
  ],
  ['to read', 'sts AssumeRole', { ...session, Policy: reading }, '200', { kept: 'reader', mayLag: true }],
  ['to do nothing', 'sts AssumeRole', { ...session, Policy: nothing }, '200', { kept: 'idler' }],
  [
    'a role that does not exist',
    'sts AssumeRole',
    { ...session, RoleArn: 'arn:aws:iam::<caller.Account>:role/<name>-none' },
    '403 AccessDenied',
  ],
  ['a name with a space', 'sts AssumeRole', { ...session, RoleSessionName: 'a b' }, '400 ValidationError'],
  ['for 899 seconds', 'sts AssumeRole', { ...session, DurationSeconds: 899 }, '400 ValidationError'],
  ['for longer than the role has', 'sts AssumeRole', { ...session, DurationSeconds: 7200 }, '400 ValidationError'],
  ['a policy that is not JSON', 'sts AssumeRole', { ...session, Policy: 'none' }, '400 MalformedPolicyDocument'],
  ['a session', 'sts GetCallerIdentity', {}, '200', { as: 'reader' }],
  ['a session that may not', 'iam GetRole', role, '403 AccessDenied', { as: 'reader' }],
]);
