// IAM User Guide, "IAM and AWS STS quotas"; IAM API Reference, the sections "Errors". A row a limit or a refusal.

import { expect, test } from 'vitest';
import type { Input, OperationName } from '../../src/api/model/operations.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

type Name = OperationName<'iam'>;
type Step = readonly [name: Name, input: Readonly<Record<string, unknown>>];

/** What is refused after some steps, and its refusal. */
type Row = readonly [about: string, before: readonly Step[], refused: Step, refusal: string];

const arn = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const allow = (Action: string | readonly string[]) => document({ Effect: 'Allow', Action, Resource: '*' });
const trust = (more: object = {}) =>
  document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole', ...more });

const UserName = 'ann';
const GroupName = 'Staff';
const RoleName = 'Reader';
const PolicyArn = arn('policy/Keys');
const awsPolicy = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
const admins = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** A world with one of each: the user, the group, the role and the policy of these names. */
async function oneOfEach(): Promise<World> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName });
  await world.call('iam', 'CreateGroup', { GroupName });
  await world.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust() });
  await world.call('iam', 'CreatePolicy', { PolicyName: 'Keys', PolicyDocument: allow('kms:ListKeys') });
  return world;
}

const times = (count: number, step: (i: number) => Step): Step[] => Array.from({ length: count }, (_, i) => step(i));
const newPolicy = (i: number): Step => ['CreatePolicy', { PolicyName: `P${i}`, PolicyDocument: allow('s3:*') }];
const attach = (name: Name, whose: object) => (i: number) =>
  [name, { ...whose, PolicyArn: arn(`policy/P${i}`) }] as const;
const tags = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => ({ Key: `key${first + i}`, Value: '' }));

const newRole = (more: object): Step => ['CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: trust(), ...more }];
const trustOf = (length: number) => {
  const padded = (name: string) => trust({ Condition: { StringEquals: { 'aws:PrincipalTag/team': name } } });
  return padded('x'.repeat(length - padded('').length));
};

const badName = (path: string) =>
  `ValidationError: The specified value for ${path} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`;
const badPath = (path: string) =>
  `ValidationError: The specified value for ${path} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`;
const constraint = (value: string, path: string, rule: string) =>
  `ValidationError: 1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${rule}`;
const length = (value: string, path: string, rule: string) => constraint(value, path, `have length ${rule}`);
const quota = (name: string, limit: number) => `LimitExceeded: Cannot exceed quota for ${name}: ${limit}`;

const INVALID_ARN = 'ValidationError: Invalid ARN:  Could not be parsed!';
const RESERVED = 'aws: prefixed tag key names are not allowed for external use.';
const DUPLICATE = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';

const noArn = 'not-an-arn-but-long-enough';
const reserved = [{ Key: 'AWS:team', Value: 'red' }];
const twice = [
  { Key: 'team', Value: '1' },
  { Key: 'Team', Value: '2' },
];

const names: readonly Row[] = [
  ['user name, characters', [], ['CreateUser', { UserName: 'a b' }], badName('userName')],
  ['group name, characters', [], ['CreateGroup', { GroupName: 'a/b' }], badName('groupName')],
  ['role name, characters', [], newRole({ RoleName: 'a*' }), badName('roleName')],
  [
    'policy name, characters',
    [],
    ['CreatePolicy', { PolicyName: 'a:b', PolicyDocument: allow('s3:*') }],
    badName('policyName'),
  ],
  [
    'inline policy name, characters',
    [],
    ['PutUserPolicy', { UserName, PolicyName: 'a b', PolicyDocument: allow('s3:*') }],
    badName('policyName'),
  ],
  ['an ARN as a role name', [], ['AttachRolePolicy', { RoleName: arn('role/R'), PolicyArn }], badName('roleName')],
  [
    'user name, 64',
    [['CreateUser', { UserName: 'u'.repeat(64) }]],
    ['CreateUser', { UserName: 'u'.repeat(65) }],
    length('u'.repeat(65), 'userName', 'less than or equal to 64'),
  ],
  [
    'existing user name, 128',
    [],
    ['GetUser', { UserName: 'u'.repeat(128) }],
    `NoSuchEntity: The user with name ${'u'.repeat(128)} cannot be found.`,
  ],
  [
    'existing user name, 129',
    [],
    ['GetUser', { UserName: 'u'.repeat(129) }],
    length('u'.repeat(129), 'userName', 'less than or equal to 128'),
  ],
  [
    'group name, 128',
    [['CreateGroup', { GroupName: 'g'.repeat(128) }]],
    ['CreateGroup', { GroupName: 'g'.repeat(129) }],
    length('g'.repeat(129), 'groupName', 'less than or equal to 128'),
  ],
  [
    'role name, 64',
    [newRole({ RoleName: 'r'.repeat(64) })],
    newRole({ RoleName: 'r'.repeat(65) }),
    length('r'.repeat(65), 'roleName', 'less than or equal to 64'),
  ],
  [
    'policy name, 128',
    [],
    ['CreatePolicy', { PolicyName: 'p'.repeat(129), PolicyDocument: allow('s3:*') }],
    length('p'.repeat(129), 'policyName', 'less than or equal to 128'),
  ],
  ['path without a slash at its end', [], ['CreateUser', { UserName: 'bob', Path: '/staff' }], badPath('path')],
  ['path without a slash at its beginning', [], ['CreateGroup', { GroupName: 'G', Path: 'staff/' }], badPath('path')],
  [
    'path of a policy',
    [],
    ['CreatePolicy', { PolicyName: 'P', Path: '/a b/', PolicyDocument: allow('s3:*') }],
    badPath('path'),
  ],
  [
    'path, 512',
    [['CreateUser', { UserName: 'bob', Path: `/${'p'.repeat(510)}/` }]],
    ['CreateUser', { UserName: 'eve', Path: `/${'p'.repeat(511)}/` }],
    length(`/${'p'.repeat(511)}/`, 'path', 'less than or equal to 512'),
  ],
  [
    'user name in another case',
    [],
    ['CreateUser', { UserName: 'ANN' }],
    'EntityAlreadyExists: User with name ANN already exists.',
  ],
  [
    'group name in another case',
    [],
    ['CreateGroup', { GroupName: 'staff' }],
    'EntityAlreadyExists: Group with name staff already exists.',
  ],
  [
    'role name in another case',
    [],
    newRole({ RoleName: 'READER' }),
    'EntityAlreadyExists: Role with name READER already exists.',
  ],
  [
    'policy name',
    [],
    ['CreatePolicy', { PolicyName: 'Keys', PolicyDocument: allow('s3:*') }],
    'EntityAlreadyExists: A policy called Keys already exists. Duplicate names are not allowed.',
  ],
];

const quotas: readonly Row[] = [
  [
    'groups per user',
    times(10, (i) => ['CreateGroup', { GroupName: `G${i}` }]).flatMap((step, i): Step[] => [
      step,
      ['AddUserToGroup', { UserName, GroupName: `G${i}` }],
    ]),
    ['AddUserToGroup', { UserName, GroupName }],
    quota('GroupsPerUser', 10),
  ],
  [
    'policies per user',
    [...times(11, newPolicy), ...times(10, attach('AttachUserPolicy', { UserName }))],
    attach('AttachUserPolicy', { UserName })(10),
    quota('PoliciesPerUser', 10),
  ],
  [
    'policies per group',
    [...times(11, newPolicy), ...times(10, attach('AttachGroupPolicy', { GroupName }))],
    attach('AttachGroupPolicy', { GroupName })(10),
    quota('PoliciesPerGroup', 10),
  ],
  [
    'policies per role',
    [...times(21, newPolicy), ...times(20, attach('AttachRolePolicy', { RoleName }))],
    attach('AttachRolePolicy', { RoleName })(20),
    quota('PoliciesPerRole', 20),
  ],
  [
    'access keys per user',
    times(2, () => ['CreateAccessKey', { UserName }]),
    ['CreateAccessKey', { UserName }],
    quota('AccessKeysPerUser', 2),
  ],
  [
    'versions of a policy',
    times(4, () => ['CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') }]),
    ['CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') }],
    'LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
  ],
  [
    'size of a managed policy',
    [],
    ['CreatePolicy', { PolicyName: 'P', PolicyDocument: allow(`s3:${'x'.repeat(6144)}`) }],
    quota('PolicySize', 6144),
  ],
  [
    'size of a version',
    [],
    ['CreatePolicyVersion', { PolicyArn, PolicyDocument: allow(`s3:${'x'.repeat(6144)}`) }],
    quota('PolicySize', 6144),
  ],
  [
    'size of the inline policies of a user',
    [['PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument: allow(`s3:${'x'.repeat(1000)}`) }]],
    ['PutUserPolicy', { UserName, PolicyName: 'q', PolicyDocument: allow(`s3:${'x'.repeat(1000)}`) }],
    'LimitExceeded: Maximum policy size of 2048 bytes exceeded for user ann',
  ],
  [
    'size of the inline policies of a group',
    [],
    ['PutGroupPolicy', { GroupName, PolicyName: 'p', PolicyDocument: allow(`s3:${'x'.repeat(5120)}`) }],
    'LimitExceeded: Maximum policy size of 5120 bytes exceeded for group Staff',
  ],
  [
    'size of the inline policies of a role',
    [],
    ['PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: allow(`s3:${'x'.repeat(10_240)}`) }],
    'LimitExceeded: Maximum policy size of 10240 bytes exceeded for role Reader',
  ],
  [
    'size of the trust policy of a new role',
    [newRole({ AssumeRolePolicyDocument: trustOf(2048) })],
    newRole({ RoleName: 'S', AssumeRolePolicyDocument: trustOf(2049) }),
    quota('ACLSizePerRole', 2048),
  ],
  [
    'size of a changed trust policy, white space aside',
    [['UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trustOf(2048).replace('{', `{${' '.repeat(5000)}\n\t`) }]],
    ['UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trustOf(2049) }],
    quota('ACLSizePerRole', 2048),
  ],
  [
    'session duration of a role, least',
    [],
    newRole({ MaxSessionDuration: 3599 }),
    constraint('3599', 'maxSessionDuration', 'have value greater than or equal to 3600'),
  ],
  [
    'session duration of a role, most',
    [newRole({ MaxSessionDuration: 43_200 })],
    ['UpdateRole', { RoleName, MaxSessionDuration: 43_201 }],
    constraint('43201', 'maxSessionDuration', 'have value less than or equal to 43200'),
  ],
  [
    'description of a role',
    [newRole({ Description: 'd'.repeat(1000) })],
    newRole({ RoleName: 'S', Description: 'd'.repeat(1001) }),
    length('d'.repeat(1001), 'description', 'less than or equal to 1000'),
  ],
  [
    'tags of a user',
    [['TagUser', { UserName, Tags: tags(50) }]],
    ['TagUser', { UserName, Tags: tags(1, 50) }],
    'LimitExceeded: The number of tags has reached the maximum limit: 50',
  ],
  [
    'tags of a policy',
    [['TagPolicy', { PolicyArn: arn('policy/Keys'), Tags: tags(50) }]],
    ['TagPolicy', { PolicyArn: arn('policy/Keys'), Tags: tags(1, 50) }],
    'LimitExceeded: The number of tags has reached the maximum limit: 50',
  ],
];

const tagRows = (
  [
    ['CreateUser', { UserName: 'bob' }],
    ['TagUser', { UserName }],
    newRole({}),
    ['TagRole', { RoleName }],
    ['CreatePolicy', { PolicyName: 'P', PolicyDocument: allow('s3:*') }],
    ['TagPolicy', { PolicyArn: arn('policy/Keys') }],
  ] as const satisfies readonly Step[]
).flatMap(([name, input]): Row[] => [
  [`${name}, key of AWS’s own`, [], [name, { ...input, Tags: reserved }], `InvalidInput: ${RESERVED}`],
  [`${name}, key given twice`, [], [name, { ...input, Tags: twice }], `InvalidInput: ${DUPLICATE}`],
  [
    `${name}, length of a key`,
    [],
    [name, { ...input, Tags: [{ Key: 'k'.repeat(129), Value: '' }] }],
    length('k'.repeat(129), 'tags.1.member.key', 'less than or equal to 128'),
  ],
  [
    `${name}, length of a value`,
    [],
    [name, { ...input, Tags: [{ Key: 'k', Value: 'v'.repeat(257) }] }],
    length('v'.repeat(257), 'tags.1.member.value', 'less than or equal to 256'),
  ],
  [
    `${name}, characters of a key`,
    [],
    [name, { ...input, Tags: [{ Key: 'k*', Value: '' }] }],
    constraint('k*', 'tags.1.member.key', 'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+'),
  ],
]);

/** Every operation that takes the ARN of a managed policy, except as a boundary. */
const takingArns: readonly Step[] = [
  ['AttachUserPolicy', { UserName }],
  ['AttachGroupPolicy', { GroupName }],
  ['AttachRolePolicy', { RoleName }],
  ['DetachUserPolicy', { UserName }],
  ['DetachGroupPolicy', { GroupName }],
  ['DetachRolePolicy', { RoleName }],
  ['GetPolicy', {}],
  ['DeletePolicy', {}],
  ['ListEntitiesForPolicy', {}],
  ['CreatePolicyVersion', { PolicyDocument: allow('s3:*') }],
  ['GetPolicyVersion', { VersionId: 'v1' }],
  ['ListPolicyVersions', {}],
  ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
  ['DeletePolicyVersion', { VersionId: 'v1' }],
  ['ListPolicyTags', {}],
  ['TagPolicy', { Tags: tags(1) }],
  ['UntagPolicy', { TagKeys: ['team'] }],
];

const arnRows = takingArns.flatMap(([name, input]): Row[] => [
  ...[
    noArn,
    'arn:aws:s3:::a-bucket-of-mine',
    arn('user/ann'),
    arn('policy/Keys', 'someone'),
    `arn:aws:iam:us-east-1:${ACCOUNT}:policy/Keys`,
  ].map((wrong): Row => [`${name} of ${wrong}`, [], [name, { ...input, PolicyArn: wrong }], INVALID_ARN]),
  [
    `${name} of a short text`,
    [],
    [name, { ...input, PolicyArn: 'Keys' }],
    length('Keys', 'policyArn', 'greater than or equal to 20'),
  ],
  [
    `${name} of a policy that does not exist`,
    [],
    [name, { ...input, PolicyArn: arn('policy/None') }],
    name.startsWith('Attach')
      ? `NoSuchEntity: Policy ${arn('policy/None')} does not exist or is not attachable.`
      : `NoSuchEntity: Policy ${arn('policy/None')} was not found.`,
  ],
]);

const boundaries = (
  [
    ['CreateUser', { UserName: 'bob' }],
    newRole({}),
    ['PutUserPermissionsBoundary', { UserName }],
    ['PutRolePermissionsBoundary', { RoleName }],
  ] as const satisfies readonly Step[]
).flatMap(([name, input]): Row[] => [
  ...[noArn, arn('user/admin')].map(
    (wrong): Row => [
      `${name} with the boundary ${wrong}`,
      [],
      [name, { ...input, PermissionsBoundary: wrong }],
      `ValidationError: Value (${wrong}) for parameter PermissionsBoundary is invalid.`,
    ],
  ),
  ...[arn('policy/None'), arn('policy/Keys', OTHER_ACCOUNT)].map(
    (missing): Row => [
      `${name} with the boundary ${missing}`,
      [],
      [name, { ...input, PermissionsBoundary: missing }],
      `NoSuchEntity: Scope ARN: ${missing} does not exist or is not attachable.`,
    ],
  ),
]);

const cannotDelete = (what: string) => `DeleteConflict: Cannot delete entity, must ${what} first.`;

const refusals: readonly Row[] = [
  ['user missing', [], ['GetUser', { UserName: 'zoe' }], 'NoSuchEntity: The user with name zoe cannot be found.'],
  ['group missing', [], ['GetGroup', { GroupName: 'zoe' }], 'NoSuchEntity: The group with name zoe cannot be found.'],
  ['role missing', [], ['GetRole', { RoleName: 'zoe' }], 'NoSuchEntity: The role with name zoe cannot be found.'],
  [
    'inline policy of a user missing',
    [],
    ['GetUserPolicy', { UserName, PolicyName: 'p' }],
    'NoSuchEntity: The user policy with name p cannot be found.',
  ],
  [
    'inline policy of a group missing',
    [],
    ['DeleteGroupPolicy', { GroupName, PolicyName: 'p' }],
    'NoSuchEntity: The group policy with name p cannot be found.',
  ],
  [
    'inline policy of a role missing',
    [],
    ['GetRolePolicy', { RoleName, PolicyName: 'p' }],
    'NoSuchEntity: The role policy with name p cannot be found.',
  ],
  [
    'version missing',
    [],
    ['GetPolicyVersion', { PolicyArn, VersionId: 'v9' }],
    `NoSuchEntity: Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
  ],
  [
    'access key missing',
    [],
    ['DeleteAccessKey', { UserName, AccessKeyId: 'AKIANONENONENONENONE' }],
    'NoSuchEntity: The Access Key with id AKIANONENONENONENONE cannot be found.',
  ],
  [
    'access key of an unknown status',
    [],
    ['UpdateAccessKey', { UserName, AccessKeyId: 'AKIANONENONENONENONE', Status: 'On' }],
    "ValidationError: 1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set",
  ],
  [
    'user with a policy',
    [['AttachUserPolicy', { UserName, PolicyArn }]],
    ['DeleteUser', { UserName }],
    cannotDelete('detach all policies'),
  ],
  [
    'user with an inline policy',
    [['PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument: allow('s3:*') }]],
    ['DeleteUser', { UserName }],
    cannotDelete('delete policies'),
  ],
  [
    'user with an access key',
    [['CreateAccessKey', { UserName }]],
    ['DeleteUser', { UserName }],
    cannotDelete('delete access keys'),
  ],
  [
    'user in a group',
    [['AddUserToGroup', { UserName, GroupName }]],
    ['DeleteUser', { UserName }],
    cannotDelete('remove users from group'),
  ],
  [
    'group with a member',
    [['AddUserToGroup', { UserName, GroupName }]],
    ['DeleteGroup', { GroupName }],
    cannotDelete('remove users from group'),
  ],
  [
    'group with a policy',
    [['AttachGroupPolicy', { GroupName, PolicyArn }]],
    ['DeleteGroup', { GroupName }],
    cannotDelete('detach all policies'),
  ],
  [
    'group with an inline policy',
    [['PutGroupPolicy', { GroupName, PolicyName: 'p', PolicyDocument: allow('s3:*') }]],
    ['DeleteGroup', { GroupName }],
    cannotDelete('delete policies'),
  ],
  [
    'role with a policy',
    [['AttachRolePolicy', { RoleName, PolicyArn }]],
    ['DeleteRole', { RoleName }],
    cannotDelete('detach all policies'),
  ],
  [
    'role with an inline policy',
    [['PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: allow('s3:*') }]],
    ['DeleteRole', { RoleName }],
    cannotDelete('delete policies'),
  ],
  [
    'policy attached',
    [['AttachRolePolicy', { RoleName, PolicyArn }]],
    ['DeletePolicy', { PolicyArn }],
    'DeleteConflict: Cannot delete a policy attached to entities.',
  ],
  [
    'policy with versions',
    [['CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') }]],
    ['DeletePolicy', { PolicyArn }],
    "DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  ],
  [
    'default version',
    [],
    ['DeletePolicyVersion', { PolicyArn, VersionId: 'v1' }],
    'DeleteConflict: Cannot delete the default version of a policy.',
  ],
  ...(['DeletePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'] as const).map(
    (name): Row => [
      `${name} of AWS’s own`,
      [],
      [name, { PolicyArn: awsPolicy, ...takingArns.find(([taking]) => taking === name)?.[1] }],
      `AccessDenied: Policy ${awsPolicy} is managed by AWS and cannot be changed`,
    ],
  ),
];

test.for([...names, ...quotas, ...tagRows, ...arnRows, ...boundaries, ...refusals])(
  '%s',
  async ([, before, [name, input], refusal]) => {
    const world = await oneOfEach();
    for (const [step, stepInput] of before) {
      await world.call('iam', step, stepInput as Input<'iam', Name>);
    }
    expect(await world.refusal('iam', name, input)).toBe(refusal);
  },
);

// IAM API Reference, CreatePolicy, PolicyName: unique within the account, not distinguished by case.
test.for<[string, object]>([
  ['in another case', { PolicyName: 'KEYS' }],
  ['on another path', { PolicyName: 'Keys', Path: '/app/' }],
])('a policy of a name that is taken %s is refused', async ([, input]) => {
  const world = await oneOfEach();
  expect(await world.refusal('iam', 'CreatePolicy', { ...input, PolicyDocument: allow('s3:*') })).toMatch(
    /^EntityAlreadyExists: A policy called keys already exists\. Duplicate names are not allowed\.$/i,
  );
  const as = `${OTHER_ACCOUNT}:user/admin`;
  await world.call('iam', 'CreatePolicy', { PolicyName: 'keys', PolicyDocument: allow('s3:*') }, { as });
});

// STS API Reference, AssumeRole.
test.for([
  ['a tag key of AWS’s own', { Tags: reserved }, `InvalidParameterValue: ${RESERVED}`],
  ['a tag key given twice', { Tags: twice }, `InvalidParameterValue: ${DUPLICATE}`],
  [
    '51 tags',
    { Tags: tags(51) },
    expect.stringMatching(/^ValidationError: .* at 'tags' .* length less than or equal to 50$/),
  ],
  [
    'eleven policies',
    { PolicyArns: Array.from({ length: 11 }, () => ({ arn: awsPolicy })) },
    expect.stringMatching(/^ValidationError: .* at 'policyArns' .* length less than or equal to 10$/),
  ],
  [
    'a policy that is too long',
    { Policy: allow(`s3:${'x'.repeat(2048)}`) },
    expect.stringMatching(/^ValidationError: .* at 'policy' .* length less than or equal to 2048$/),
  ],
  [
    'a policy by something that is not an ARN',
    { PolicyArns: [{ arn: noArn }] },
    `ValidationError: ${noArn} is invalid`,
  ],
] as const)('a session with %s', async ([, more, refusal]) => {
  const world = await oneOfEach();
  const input = { RoleArn: arn(`role/${RoleName}`), RoleSessionName: 's1', ...more };
  expect(await world.refusal('sts', 'AssumeRole', input)).toEqual(refusal);
});

// AWS KMS API Reference, TagResource; Amazon S3 API Reference, PutBucketTagging, PutObjectTagging, CreateBucket.
test('every service refuses tag keys of AWS’s own, in its words', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body: Buffer.from('a') });
  const kmsTags = [{ TagKey: 'Aws:team', TagValue: 'red' }];
  const ofKms = 'TagException: Tags beginning with aws: are reserved';
  const ofObjects = 'InvalidTag: Your TagKey cannot be prefixed with aws:';
  const body = { Bucket: 'photos', Key: 'b', Body: Buffer.from('b') };
  const ofKeys = [
    ['CreateKey', { Tags: kmsTags }],
    ['TagResource', { KeyId: KeyMetadata?.KeyId, Tags: kmsTags }],
  ] as const;
  for (const [name, input] of ofKeys) expect(await world.refusal('kms', name, input), name).toBe(ofKms);
  const ofS3 = [
    [
      'CreateBucket',
      { Bucket: 'drafts', CreateBucketConfiguration: { Tags: reserved } },
      'InvalidTag: User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
    ],
    [
      'PutBucketTagging',
      { Bucket: 'photos', Tagging: { TagSet: reserved } },
      'InvalidTag: System tags cannot be added/updated by requester',
    ],
    ['PutObjectTagging', { Bucket: 'photos', Key: 'a', Tagging: { TagSet: reserved } }, ofObjects],
    ['PutObject', { ...body, Tagging: 'AWS%3Ateam=red' }, ofObjects],
    ['CreateMultipartUpload', { Bucket: 'photos', Key: 'b', Tagging: 'aws:team=red' }, ofObjects],
    [
      'CopyObject',
      { Bucket: 'photos', Key: 'b', CopySource: 'photos/a', TaggingDirective: 'REPLACE', Tagging: 'aws:team=red' },
      ofObjects,
    ],
  ] as const;
  for (const [name, input, refusal] of ofS3) expect(await world.refusal('s3', name, input), name).toBe(refusal);
});

test('unique ids and the ids of access keys have AWS’s form', async () => {
  const world = await oneOfEach();
  const { User } = await world.call('iam', 'GetUser', { UserName });
  const { Group } = await world.call('iam', 'GetGroup', { GroupName });
  const { Role } = await world.call('iam', 'GetRole', { RoleName });
  const { Policy } = await world.call('iam', 'GetPolicy', { PolicyArn });
  expect([User.UserId, Group.GroupId, Role.RoleId, Policy?.PolicyId]).toEqual(
    ['AIDA', 'AGPA', 'AROA', 'ANPA'].map((prefix) => expect.stringMatching(`^${prefix}[A-Z2-7]{17}$`)),
  );
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName });
  expect(AccessKey.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
});

// IAM API Reference, Policy, AttachmentCount.
test('the uses of a policy of AWS’s own are counted in the caller’s account', async () => {
  const world = await oneOfEach();
  const asOther = { as: `${OTHER_ACCOUNT}:user/admin` };
  await world.call('iam', 'CreateUser', { UserName: 'zed' }, asOther);
  await world.call('iam', 'AttachUserPolicy', { UserName: 'zed', PolicyArn: awsPolicy }, asOther);
  await world.call('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary: awsPolicy });
  const uses = async (arn: string, options = {}) => {
    const { Policy } = await world.call('iam', 'GetPolicy', { PolicyArn: arn }, options);
    const { Policies = [] } = await world.call('iam', 'ListPolicies', { Scope: 'AWS' }, options);
    const listed = Policies.find(({ Arn }) => Arn === arn);
    const counts = [Policy?.AttachmentCount, Policy?.PermissionsBoundaryUsageCount];
    expect([listed?.AttachmentCount, listed?.PermissionsBoundaryUsageCount]).toEqual(counts);
    return counts;
  };
  expect(await uses(admins)).toEqual([1, 0]);
  expect(await uses(admins, asOther)).toEqual([1, 0]);
  expect(await uses(awsPolicy)).toEqual([0, 1]);
  expect(await uses(awsPolicy, asOther)).toEqual([1, 0]);
});
