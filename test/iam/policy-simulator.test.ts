// IAM API Reference, SimulatePrincipalPolicy, SimulateCustomPolicy, GetContextKeysForPrincipalPolicy, EvaluationResult;
// the examples of the AWS CLI; answers recorded from AWS.

import { describe, expect, test } from 'vitest';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const arn = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource = '*', more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const deny = (Action: string, Resource = '*', more = {}) => ({ Effect: 'Deny', Action, Resource, ...more });

const BUCKET = 'arn:aws:s3:::bucket';
const OBJECT = 'arn:aws:s3:::bucket/key';

/** A user ann, in the group readers, and a role reader. */
async function populated(): Promise<World> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  await world.call('iam', 'CreateGroup', { GroupName: 'readers' });
  await world.call('iam', 'AddUserToGroup', { GroupName: 'readers', UserName: 'ann' });
  await world.call('iam', 'CreateRole', {
    RoleName: 'reader',
    Path: '/service/',
    AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }),
  });
  return world;
}

const resultsOf = async (world: World, input: object) =>
  (
    await world.call('iam', 'SimulateCustomPolicy', {
      PolicyInputList: [policy(allow('*'))],
      ActionNames: ['s3:GetObject'],
      ...input,
    })
  ).EvaluationResults ?? [];

describe('what AWS answered', () => {
  const recorded =
    '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}';
  const MatchedStatements = [
    {
      SourcePolicyId: 'put-only',
      SourcePolicyType: 'IAM Policy',
      StartPosition: { Line: 1, Column: 41 },
      EndPosition: { Line: 1, Column: 113 },
    },
  ];

  test.each(['user/ann', 'group/readers', 'role/service/reader', 'role/reader'])('about %s', async (source) => {
    const world = await populated();
    const { Policy } = await world.call('iam', 'CreatePolicy', { PolicyName: 'put-only', PolicyDocument: recorded });
    const PolicyArn = Policy?.Arn ?? '';
    if (source.startsWith('user')) await world.call('iam', 'AttachUserPolicy', { UserName: 'ann', PolicyArn });
    if (source.startsWith('group')) await world.call('iam', 'AttachGroupPolicy', { GroupName: 'readers', PolicyArn });
    if (source.startsWith('role')) await world.call('iam', 'AttachRolePolicy', { RoleName: 'reader', PolicyArn });
    expect(
      await world.call('iam', 'SimulatePrincipalPolicy', {
        PolicySourceArn: arn(source),
        ActionNames: ['s3:PutObject', 's3:GetObjectVersion'],
        ResourceArns: [BUCKET],
      }),
    ).toEqual({
      EvaluationResults: [
        {
          EvalActionName: 's3:PutObject',
          EvalResourceName: BUCKET,
          EvalDecision: 'allowed',
          MatchedStatements,
          MissingContextValues: [],
          EvalDecisionDetails: {},
          ResourceSpecificResults: [
            { EvalResourceName: BUCKET, EvalResourceDecision: 'allowed', MatchedStatements, MissingContextValues: [] },
          ],
        },
        {
          EvalActionName: 's3:GetObjectVersion',
          EvalResourceName: BUCKET,
          EvalDecision: 'implicitDeny',
          MatchedStatements: [],
          MissingContextValues: [],
          EvalDecisionDetails: {},
          ResourceSpecificResults: [
            {
              EvalResourceName: BUCKET,
              EvalResourceDecision: 'implicitDeny',
              MatchedStatements: [],
              MissingContextValues: [],
            },
          ],
        },
      ],
      IsTruncated: false,
    });
  });

  const dynamodb =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}';

  test.each([
    ['2019-04-25T11:00:00Z', 'allowed'],
    ['2014-04-25T11:00:00Z', 'implicitDeny'],
  ])('of a custom policy at %s', async (time, EvalDecision) => {
    expect(
      await resultsOf(newWorld(), {
        PolicyInputList: [dynamodb],
        ActionNames: ['dynamodb:CreateBackup'],
        ContextEntries: [{ ContextKeyName: 'aws:CurrentTime', ContextKeyValues: [time], ContextKeyType: 'date' }],
      }),
    ).toEqual([
      {
        EvalActionName: 'dynamodb:CreateBackup',
        EvalResourceName: '*',
        EvalDecision,
        MatchedStatements:
          EvalDecision === 'allowed'
            ? [
                {
                  SourcePolicyId: 'PolicyInputList.1',
                  SourcePolicyType: 'IAM Policy',
                  StartPosition: { Line: 1, Column: 38 },
                  EndPosition: { Line: 1, Column: 167 },
                },
              ]
            : [],
        MissingContextValues: [],
      },
    ]);
  });

  test('of the keys that a policy refers to', async () => {
    const PolicyInputList = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}',
    ];
    expect(await newWorld().call('iam', 'GetContextKeysForCustomPolicy', { PolicyInputList })).toEqual({
      ContextKeyNames: ['aws:username', 'aws:CurrentTime'],
    });
  });
});

test('the sources of statements are named as in AWS', async () => {
  const world = await populated();
  const PolicyDocument = policy(allow('s3:GetObject'));
  await world.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'own', PolicyDocument });
  await world.call('iam', 'PutGroupPolicy', { GroupName: 'readers', PolicyName: 'shared', PolicyDocument });
  await world.call('iam', 'AttachUserPolicy', {
    UserName: 'ann',
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
  });
  const { EvaluationResults = [] } = await world.call('iam', 'SimulatePrincipalPolicy', {
    PolicySourceArn: arn('user/ann'),
    PolicyInputList: [PolicyDocument],
    ActionNames: ['s3:GetObject'],
  });
  expect(EvaluationResults[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual([
    'user_ann_own',
    'AmazonS3ReadOnlyAccess',
    'group_readers_shared',
    'PolicyInputList.1',
  ]);
});

// As AWS answers: its document has two blanks a level.
test('AdministratorAccess allows by its statement on lines 3 to 8', async () => {
  const { EvaluationResults = [] } = await newWorld().call('iam', 'SimulatePrincipalPolicy', {
    PolicySourceArn: arn('user/admin'),
    ActionNames: ['s3:GetObject'],
  });
  expect(EvaluationResults[0]?.MatchedStatements).toEqual([
    {
      SourcePolicyId: 'AdministratorAccess',
      SourcePolicyType: 'IAM Policy',
      StartPosition: { Line: 3, Column: 17 },
      EndPosition: { Line: 8, Column: 6 },
    },
  ]);
});

test('an explicit Deny is all that matches', async () => {
  const [result] = await resultsOf(newWorld(), {
    PolicyInputList: [policy(allow('s3:*'), deny('s3:Get*')), policy(allow('*'))],
  });
  expect(result).toMatchObject({
    EvalDecision: 'explicitDeny',
    MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }],
  });
  expect(result?.MatchedStatements).toHaveLength(1);
});

describe('resources', () => {
  test('every policy is about *, and only a policy about everything allows it', async () => {
    const world = newWorld();
    const decided = async (Resource: string) =>
      (await resultsOf(world, { PolicyInputList: [policy(allow('s3:*', Resource))] }))[0]?.EvalDecision;
    expect(await decided('*')).toBe('allowed');
    expect(await decided('arn:aws:s3:::*')).toBe('implicitDeny');
  });

  test('a wildcard in a resource that is asked for is a character', async () => {
    const [result] = await resultsOf(newWorld(), {
      PolicyInputList: [policy(allow('s3:*', OBJECT))],
      ResourceArns: ['arn:aws:s3:::bucket/*'],
    });
    expect(result?.EvalDecision).toBe('implicitDeny');
  });

  test('several have one result for each action, with the strictest answer and their own within it', async () => {
    const [result, ...others] = await resultsOf(newWorld(), {
      PolicyInputList: [policy(allow('s3:*', OBJECT), deny('s3:*', `${OBJECT}2`))],
      ResourceArns: [OBJECT, `${OBJECT}2`, `${OBJECT}3`],
    });
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as AWS answers
      EvalResourceName: 'arn:aws:s3:::${BucketName}/${KeyName}',
      EvalDecision: 'explicitDeny',
      MatchedStatements: [],
      ResourceSpecificResults: [
        { EvalResourceName: OBJECT, EvalResourceDecision: 'allowed', MatchedStatements: [{}] },
        { EvalResourceName: `${OBJECT}2`, EvalResourceDecision: 'explicitDeny', MatchedStatements: [{}] },
        { EvalResourceName: `${OBJECT}3`, EvalResourceDecision: 'implicitDeny', MatchedStatements: [] },
      ],
    });
  });

  test.each([
    [[BUCKET, `${BUCKET}2`], 'arn:aws:s3:::<BucketName>'],
    [[BUCKET, OBJECT], '*'],
    [
      [`arn:aws:kms:us-east-1:${ACCOUNT}:key/1`, `arn:aws:kms:us-east-1:${ACCOUNT}:key/2`],
      'arn:aws:kms:<Region>:<Account>:key/<KeyId>',
    ],
    [[arn('role/a'), arn('role/b')], 'arn:aws:iam::<Account>:role/<RoleNameWithPath>'],
    [['arn:aws:sqs:us-east-1:1:a', 'arn:aws:sqs:us-east-1:1:b'], '*'],
  ])('%j are named by their form', async (ResourceArns, form) => {
    const [result] = await resultsOf(newWorld(), { ResourceArns });
    expect(result?.EvalResourceName).toBe(form.replaceAll('<', '${').replaceAll('>', '}'));
  });
});

describe('condition keys', () => {
  const conditional = policy(
    allow('s3:GetObject', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
  );

  test('that have no value are reported: for * by the action, else by the resource', async () => {
    const world = newWorld();
    const [every] = await resultsOf(world, { PolicyInputList: [conditional] });
    expect(every).toMatchObject({ EvalDecision: 'implicitDeny', MissingContextValues: ['aws:MultiFactorAuthPresent'] });
    const [one] = await resultsOf(world, { PolicyInputList: [conditional], ResourceArns: [OBJECT] });
    expect(one).toMatchObject({
      MissingContextValues: [],
      ResourceSpecificResults: [{ MissingContextValues: ['aws:MultiFactorAuthPresent'] }],
    });
  });

  test.each([
    ['another action', { ActionNames: ['s3:PutObject'] }, []],
    [
      'a value under another spelling',
      {
        ContextEntries: [
          { ContextKeyName: 'AWS:MultifactorAuthPresent', ContextKeyValues: ['false'], ContextKeyType: 'boolean' },
        ],
      },
      [],
    ],
    [
      'a variable in the resource',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      { PolicyInputList: [policy(allow('s3:GetObject', 'arn:aws:s3:::b/${aws:userid}/*'))] },
      ['aws:userid'],
    ],
    [
      'another resource',
      {
        PolicyInputList: [
          policy({ ...allow('s3:GetObject', BUCKET), Condition: { Null: { 'aws:SourceIp': 'true' } } }),
        ],
      },
      [],
    ],
    [
      'the region, which the simulator knows',
      {
        PolicyInputList: [
          policy(allow('s3:*', '*', { Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } })),
        ],
      },
      [],
    ],
  ])('%s', async (_what, input, missing) => {
    const [result] = await resultsOf(newWorld(), { PolicyInputList: [conditional], ...input });
    expect(result?.MissingContextValues).toEqual(missing);
  });

  test('nothing is known of a principal but what is passed', async () => {
    const world = await populated();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    const home = policy(allow('s3:GetObject', 'arn:aws:s3:::home/${aws:username}/*'));
    await world.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'home', PolicyDocument: home });
    const decided = async (more: object) =>
      (
        await world.call('iam', 'SimulatePrincipalPolicy', {
          PolicySourceArn: arn('user/ann'),
          ActionNames: ['s3:GetObject'],
          ResourceArns: ['arn:aws:s3:::home/ann/k'],
          ...more,
        })
      ).EvaluationResults?.[0]?.EvalDecision;
    expect(await decided({})).toBe('implicitDeny');
    expect(await decided({ ContextEntries: [{ ContextKeyName: 'aws:username', ContextKeyValues: ['ann'] }] })).toBe(
      'allowed',
    );
    expect(await world.call('iam', 'GetContextKeysForPrincipalPolicy', { PolicySourceArn: arn('user/ann') })).toEqual({
      ContextKeyNames: ['aws:username'],
    });
  });

  test('of a list type have several values', async () => {
    const tags = policy(
      allow('s3:*', '*', { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } } }),
    );
    const [result] = await resultsOf(newWorld(), {
      PolicyInputList: [tags],
      ContextEntries: [{ ContextKeyName: 'aws:TagKeys', ContextKeyValues: ['a', 'c'], ContextKeyType: 'stringList' }],
    });
    expect(result?.EvalDecision).toBe('implicitDeny');
  });
});

describe('boundaries', () => {
  test('limit what is allowed, and are reported', async () => {
    const world = newWorld();
    const [result] = await resultsOf(world, {
      PermissionsBoundaryPolicyInputList: [policy(allow('kms:*'))],
      ResourceArns: [OBJECT],
    });
    expect(result).toMatchObject({
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      ResourceSpecificResults: [{ PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } }],
    });
    const [denied] = await resultsOf(world, { PermissionsBoundaryPolicyInputList: [policy(deny('s3:*'))] });
    expect(denied).toMatchObject({
      EvalDecision: 'explicitDeny',
      MatchedStatements: [
        { SourcePolicyId: 'PermissionsBoundaryPolicyInputList.1', SourcePolicyType: 'Permissions Boundary Policy' },
      ],
    });
  });

  test('that are passed replace the attached one, which can also be left out', async () => {
    const world = await populated();
    const { Policy } = await world.call('iam', 'CreatePolicy', {
      PolicyName: 'edge',
      PolicyDocument: policy(allow('kms:*')),
    });
    const PermissionsBoundary = Policy?.Arn ?? '';
    await world.call('iam', 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary });
    const simulated = async (more: object) =>
      (
        await world.call('iam', 'SimulatePrincipalPolicy', {
          PolicySourceArn: arn('user/ann'),
          PolicyInputList: [policy(allow('*'))],
          ActionNames: ['s3:GetObject'],
          ...more,
        })
      ).EvaluationResults?.[0];
    expect(await simulated({})).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    expect(await simulated({ PermissionsBoundaryPolicyInputList: [policy(allow('s3:*'))] })).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    const bare = await simulated({ PolicyExclusionList: [{ PolicyType: 'permission-boundary' }] });
    expect(bare?.EvalDecision).toBe('allowed');
    expect(bare?.PermissionsBoundaryDecisionDetail).toBeUndefined();
  });
});

test.each([
  [[], ['role_reader_in', 'AmazonS3ReadOnlyAccess', 'Reads']],
  [[{ PolicyType: 'inline' }], ['AmazonS3ReadOnlyAccess', 'Reads']],
  [[{ PolicyType: 'aws-managed' }], ['role_reader_in', 'Reads']],
  [[{ PolicyType: 'user-managed' }], ['role_reader_in', 'AmazonS3ReadOnlyAccess']],
  [[{ PolicyArn: arn('policy/Reads') }], ['role_reader_in', 'AmazonS3ReadOnlyAccess']],
  [
    [{ InlinePolicyIdentifier: { PolicyName: 'in', AttachmentType: 'role', AttachmentName: 'reader' } }],
    ['AmazonS3ReadOnlyAccess', 'Reads'],
  ],
  [
    [{ InlinePolicyIdentifier: { PolicyName: 'in', AttachmentType: 'user', AttachmentName: 'reader' } }],
    ['role_reader_in', 'AmazonS3ReadOnlyAccess', 'Reads'],
  ],
] as const)('%j left out', async (PolicyExclusionList, sources) => {
  const world = await populated();
  const PolicyDocument = policy(allow('s3:GetObject'));
  const { Policy } = await world.call('iam', 'CreatePolicy', { PolicyName: 'Reads', PolicyDocument });
  const RoleName = 'reader';
  await world.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'in', PolicyDocument });
  for (const PolicyArn of ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess', Policy?.Arn ?? '']) {
    await world.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  }
  const { EvaluationResults = [] } = await world.call('iam', 'SimulatePrincipalPolicy', {
    PolicySourceArn: arn('role/service/reader'),
    ActionNames: ['s3:GetObject'],
    PolicyExclusionList,
  });
  expect(EvaluationResults[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual(sources);
});

describe('a policy of the resource', () => {
  const bob = arn('user/bob');
  const bucketPolicy = policy({ ...allow('s3:GetObject', OBJECT), Principal: { AWS: bob } });
  const nothing = [policy(allow('sqs:*'))];

  test.each([
    ['allows whom it names', { ResourcePolicy: bucketPolicy, CallerArn: bob }, 'allowed', ['ResourcePolicy']],
    ['is about its principals only', { ResourcePolicy: bucketPolicy, CallerArn: arn('user/cyd') }, 'implicitDeny', []],
    [
      'denies',
      { ResourcePolicy: policy({ ...deny('s3:*', OBJECT), Principal: '*' }), CallerArn: bob },
      'explicitDeny',
      ['ResourcePolicy'],
    ],
  ])('%s', async (_what, input, decision, sources) => {
    const [result] = await resultsOf(newWorld(), { PolicyInputList: nothing, ResourceArns: [OBJECT], ...input });
    expect(result?.EvalDecision).toBe(decision);
    expect(result?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)).toEqual(sources);
    expect(result?.EvalDecisionDetails).toEqual({});
  });

  test('decides with the identity’s across accounts, kind by kind', async () => {
    const world = newWorld();
    const across = { ResourceArns: [OBJECT], ResourceOwner: arn('root', OTHER_ACCOUNT), CallerArn: bob };
    const [alone] = await resultsOf(world, { ...across, PolicyInputList: nothing, ResourcePolicy: bucketPolicy });
    expect(alone).toMatchObject({
      EvalDecision: 'implicitDeny',
      EvalDecisionDetails: { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' },
      ResourceSpecificResults: [
        { EvalDecisionDetails: { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' } },
      ],
    });
    const [both] = await resultsOf(world, { ...across, ResourcePolicy: bucketPolicy });
    expect(both).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }, { SourcePolicyId: 'ResourcePolicy' }],
    });
    const [none] = await resultsOf(world, across);
    expect(none).toMatchObject({
      EvalDecision: 'implicitDeny',
      EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'implicitDeny' },
    });
  });

  test('of a key has to allow, and without one nothing is known of the key', async () => {
    const world = newWorld();
    const key = {
      ResourceArns: [`arn:aws:kms:us-east-1:${ACCOUNT}:key/1`],
      ActionNames: ['kms:Decrypt'],
      CallerArn: bob,
    };
    const others = policy({ ...allow('kms:*'), Principal: { AWS: arn('user/cyd') } });
    expect((await resultsOf(world, key))[0]?.EvalDecision).toBe('allowed');
    expect((await resultsOf(world, { ...key, ResourcePolicy: others }))[0]?.EvalDecision).toBe('implicitDeny');
  });

  // Amazon's simulator ignores it: https://github.com/aws/aws-cli/issues/10314
  test('of a role does not count for AssumeRole', async () => {
    const [result] = await resultsOf(newWorld(), {
      ActionNames: ['sts:AssumeRole'],
      ResourceArns: [arn('role/reader')],
      ResourcePolicy: policy({ Effect: 'Deny', Principal: { AWS: bob }, Action: 'sts:AssumeRole' }),
      CallerArn: bob,
    });
    expect(result).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }],
    });
  });
});

describe('an organization', () => {
  const levels = (...documents: readonly string[]) =>
    documents.map((document) => ({ ServiceControlPolicyInputList: [document] }));

  test.each([
    ['every level allows', levels(policy(allow('*')), policy(allow('s3:*'))), 'allowed', true],
    ['a level is silent', levels(policy(allow('*')), policy(allow('kms:*'))), 'implicitDeny', false],
    ['a level denies', levels(policy(allow('*')), policy(allow('*'), deny('s3:*'))), 'explicitDeny', false],
    [
      'a policy has a condition, which is not evaluated',
      [
        {
          ServiceControlPolicyInputList: [
            policy(allow('*')),
            policy(deny('*', '*', { Condition: { Null: { 'aws:userid': 'true' } } })),
          ],
        },
      ],
      'allowed',
      true,
    ],
  ])('%s', async (_what, OrderedOrganizationPolicyInputList, decision, AllowedByOrganizations) => {
    const [result] = await resultsOf(newWorld(), { OrderedOrganizationPolicyInputList, ResourceArns: [OBJECT] });
    expect(result).toMatchObject({ EvalDecision: decision, OrganizationsDecisionDetail: { AllowedByOrganizations } });
    expect(result?.MatchedStatements).toHaveLength(AllowedByOrganizations ? 1 : 0);
    expect(result?.EvalDecisionDetails).toEqual(AllowedByOrganizations ? {} : undefined);
  });
});

describe('the organization of the account', () => {
  /** An organization whose member may do nothing but S3, and nothing to objects over TLS. */
  async function member(): Promise<{ readonly world: World; readonly account: string; readonly policy: string }> {
    const world = newWorld();
    await world.call('organizations', 'CreateOrganization', {});
    const made = await world.call('organizations', 'CreateAccount', { AccountName: 'member', Email: 'a@example.com' });
    const account = made.CreateAccountStatus?.AccountId ?? '';
    const conditional = deny('s3:*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
    const attach = async (Name: string, Content: string) => {
      const Type = 'SERVICE_CONTROL_POLICY';
      const created = await world.call('organizations', 'CreatePolicy', { Name, Content, Type, Description: '' });
      const { Id = '', Arn = '' } = created.Policy?.PolicySummary ?? {};
      await world.call('organizations', 'AttachPolicy', { PolicyId: Id, TargetId: account });
      return Arn;
    };
    await attach('tls', policy(conditional));
    return { world, account, policy: await attach('no-kms', policy(deny('kms:*'))) };
  }

  const simulate = async (world: World, account: string, more = {}) =>
    (
      await world.call(
        'iam',
        'SimulatePrincipalPolicy',
        { PolicySourceArn: arn('user/admin', account), ActionNames: ['s3:GetObject', 'kms:Decrypt'], ...more },
        { as: `${account}:user/admin` },
      )
    ).EvaluationResults?.map(({ EvalDecision, OrganizationsDecisionDetail: detail }) => [
      EvalDecision,
      detail?.AllowedByOrganizations,
    ]);

  test('limits a member, without the policies that have conditions', async () => {
    const { world, account } = await member();
    expect(await simulate(world, account)).toEqual([
      ['allowed', true],
      ['explicitDeny', false],
    ]);
  });

  test('does not limit the management account, and is not told outside of one', async () => {
    const { world } = await member();
    expect(await simulate(world, ACCOUNT)).toEqual([
      ['allowed', true],
      ['allowed', true],
    ]);
    expect(await simulate(newWorld(), ACCOUNT)).toEqual([
      ['allowed', undefined],
      ['allowed', undefined],
    ]);
  });

  test('is left out as a whole or by a policy', async () => {
    const { world, account, policy: PolicyArn } = await member();
    expect(await simulate(world, account, { PolicyExclusionList: [{ PolicyType: 'scp' }] })).toEqual([
      ['allowed', undefined],
      ['allowed', undefined],
    ]);
    expect(await simulate(world, account, { PolicyExclusionList: [{ PolicyArn }] })).toEqual([
      ['allowed', true],
      ['allowed', true],
    ]);
  });
});

test('the answers come in pages', async () => {
  const world = newWorld();
  const input = { PolicyInputList: [policy(allow('*'))], ActionNames: ['s3:A', 's3:B', 's3:C'], MaxItems: 2 };
  const first = await world.call('iam', 'SimulateCustomPolicy', input);
  expect(first).toMatchObject({
    EvaluationResults: [{ EvalActionName: 's3:A' }, { EvalActionName: 's3:B' }],
    IsTruncated: true,
  });
  const second = await world.call('iam', 'SimulateCustomPolicy', { ...input, Marker: first.Marker });
  expect(second).toMatchObject({ EvaluationResults: [{ EvalActionName: 's3:C' }], IsTruncated: false });
});

describe('refusals', () => {
  const custom: readonly (readonly [object, string])[] = [
    [{ ActionNames: ['GetObject'] }, 'ActionNames are not in a valid format: GetObject.'],
    [{ ActionNames: ['s3:Get*', 's3:PutObject'] }, 'ActionNames are not in a valid format: s3:Get*.'],
    [{ ResourceArns: ['14a050d4', OBJECT] }, 'ResourceNames are not in a valid ARN format: 14a050d4.'],
    [{ ResourceArns: ['*', OBJECT] }, 'ResourceNames cannot have * beside other resources.'],
    [{ ResourceOwner: '123456789012' }, "'123456789012' is not a valid as a Resource Owner."],
    [{ CallerArn: arn('role/reader') }, `Invalid Caller Arn: ${arn('role/reader')} is not the ARN of an IAM user.`],
    [{ ResourceHandlingOption: 'EC2-Cosmic' }, 'EC2-Cosmic is not a valid Resource Handling Option.'],
    [{ PolicyInputList: ['{'] }, 'Syntax errors in policy.'],
    [
      { PolicyInputList: [policy({ ...allow('*'), Principal: '*' })] },
      'Policy document should not specify a principal.',
    ],
    [{ ResourcePolicy: policy(allow('*')), CallerArn: arn('user/bob') }, 'Syntax errors in policy.'],
    [
      { ResourcePolicy: policy({ ...allow('*'), Principal: '*' }) },
      'CallerArn is required with ResourcePolicy if the policies are not those of a user.',
    ],
    [
      { PermissionsBoundaryPolicyInputList: [policy(allow('*')), policy(allow('*'))] },
      'PermissionsBoundaryPolicyInputList can have only one policy.',
    ],
    [
      { ContextEntries: [{ ContextKeyName: 'aws:userid', ContextKeyValues: ['a', 'b'], ContextKeyType: 'string' }] },
      'Context key aws:userid of type string must have one value.',
    ],
    [{ ContextEntries: [{ ContextKeyValues: ['a'] }] }, 'ContextKeyName is missing from a context entry.'],
    ...(
      [
        ['boolean', 'maybe'],
        ['numeric', 'ten'],
        ['ip', '10.0.0.256'],
        ['date', 'yesterday'],
        ['binary', 'ü'],
      ] as const
    ).flatMap(([type, value]) =>
      ([type, `${type}List`] as const).map((ContextKeyType): readonly [object, string] => [
        { ContextEntries: [{ ContextKeyName: 'aws:some', ContextKeyValues: [value], ContextKeyType }] },
        `'${value}' is not a valid ${type} value for context key aws:some.`,
      ]),
    ),
  ];
  test.each(custom)('%j', async (input, message) => {
    expect(
      await newWorld().refusal('iam', 'SimulateCustomPolicy', {
        PolicyInputList: [policy(allow('*'))],
        ActionNames: ['s3:GetObject'],
        ...input,
      }),
    ).toBe(`InvalidInput: ${message}`);
  });

  test.each([
    [
      `arn:aws:sts::${ACCOUNT}:assumed-role/reader/s`,
      `InvalidInput: Invalid Entity Arn: arn:aws:sts::${ACCOUNT}:assumed-role/reader/s does not clearly define entity type and name.`,
    ],
    [
      arn('user/ann', OTHER_ACCOUNT),
      `InvalidInput: Invalid Policy Source Arn: caller's account ${ACCOUNT} does not have access to policies in account ${OTHER_ACCOUNT}`,
    ],
    [arn('role/ghost'), 'NoSuchEntity: The role with name ghost cannot be found.'],
    [arn('group/ghost'), 'NoSuchEntity: The group with name ghost cannot be found.'],
  ])('the policies of %s', async (PolicySourceArn, refusal) => {
    const world = await populated();
    const input = { PolicySourceArn, ActionNames: ['s3:GetObject'] };
    expect(await world.refusal('iam', 'SimulatePrincipalPolicy', input)).toBe(refusal);
  });

  test('a role has no policies of resources without the user who calls', async () => {
    const world = await populated();
    expect(
      await world.refusal('iam', 'SimulatePrincipalPolicy', {
        PolicySourceArn: arn('role/reader'),
        ActionNames: ['s3:GetObject'],
        ResourcePolicy: policy({ ...allow('*'), Principal: '*' }),
      }),
    ).toMatch(/^InvalidInput: CallerArn is required/);
  });

  test('whoever may not simulate is denied, and named the entity by its ARN, even if there is none', async () => {
    const world = await populated();
    for (const PolicySourceArn of [arn('role/service/reader'), arn('role/ghost')]) {
      expect(
        await world.refusal(
          'iam',
          'SimulatePrincipalPolicy',
          { PolicySourceArn, ActionNames: ['s3:GetObject'] },
          { as: 'user/ann' },
        ),
      ).toBe(
        `AccessDenied: User: ${arn('user/ann')} is not authorized to perform: iam:SimulatePrincipalPolicy on resource: ${PolicySourceArn} because no identity-based policy allows the iam:SimulatePrincipalPolicy action`,
      );
    }
    expect(
      await world.refusal(
        'iam',
        'SimulateCustomPolicy',
        { PolicyInputList: [policy(allow('*'))], ActionNames: ['s3:GetObject'] },
        { as: 'user/ann' },
      ),
    ).toBe(
      `AccessDenied: User: ${arn('user/ann')} is not authorized to perform: iam:SimulateCustomPolicy on resource: * because no identity-based policy allows the iam:SimulateCustomPolicy action`,
    );
  });
});
