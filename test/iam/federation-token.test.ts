// STS API Reference, GetFederationToken; IAM User Guide, "Permissions for GetFederationToken", "Session policies";
// CloudTrail User Guide, "CloudTrail userIdentity element".

import { describe, expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { callerNamedByKey } from '../../src/iam/credentials.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { newCommandLine } from '../support/command-line.ts';
import { ACCOUNT, newWorld, type Options, type World } from '../support/harness.ts';

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource = '*', more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });

const BOB = `arn:aws:sts::${ACCOUNT}:federated-user/Bob`;

/** A user ann with these permissions, and a bucket with an object. */
async function populated(...statements: readonly object[]): Promise<World> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  if (statements.length > 0) {
    await world.call('iam', 'PutUserPolicy', {
      UserName: 'ann',
      PolicyName: 'own',
      PolicyDocument: policy(...statements),
    });
  }
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body: Buffer.from('a') });
  return world;
}

const federate = (world: World, input: object = {}, as = 'user/ann') =>
  world.call('sts', 'GetFederationToken', { Name: 'Bob', ...input }, { as });

/** The caller with the credentials of a session. */
const holder = async (world: World, input: object = {}, as = 'user/ann'): Promise<Options> => {
  const { Credentials } = await federate(world, input, as);
  const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
  return { caller: (tx, now) => callerNamedByKey(Credentials?.AccessKeyId ?? '', { tx, now, rootKey, service: 's3' }) };
};

const reads = async (world: World, options: Options) => {
  try {
    await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'a' }, options);
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDenied') return false;
    throw error;
  }
};

test('the session is named as in AWS', async () => {
  const world = await populated(allow('sts:GetFederationToken'));
  const made = await federate(world, { Policy: policy(allow('s3:*')), DurationSeconds: 900 });
  expect(made).toEqual({
    Credentials: {
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: new Date(world.environment.now() + 900_000),
    },
    FederatedUser: { FederatedUserId: `${ACCOUNT}:Bob`, Arn: BOB },
    PackedPolicySize: expect.any(Number),
  });
  expect((await federate(world)).PackedPolicySize).toBeUndefined();
  expect(await world.call('sts', 'GetCallerIdentity', {}, await holder(world))).toEqual({
    UserId: `${ACCOUNT}:Bob`,
    Account: ACCOUNT,
    Arn: BOB,
  });
});

describe('a session may do what its user may do and its policies allow', () => {
  const token = allow('sts:GetFederationToken');
  test.each([
    ['both', [allow('s3:*')], { Policy: policy(allow('s3:GetObject')) }, true],
    ['the user alone', [allow('s3:*')], {}, false],
    [
      'the user, and policies of AWS',
      [allow('s3:*')],
      { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] },
      true,
    ],
    ['the policy alone', [], { Policy: policy(allow('s3:*')) }, false],
    ['the user, and a policy about something else', [allow('s3:*')], { Policy: policy(allow('kms:*')) }, false],
  ])('%s', async (_who, statements, input, isAllowed) => {
    const world = await populated(token, ...statements);
    expect(await reads(world, await holder(world, input))).toBe(isAllowed);
  });

  test.each([
    ['the session by name, without any of its own', BOB, {}, true],
    ['the session by name, whatever its policies say', BOB, { Policy: policy(allow('kms:*')) }, true],
    [
      'the user, within the policies of the session',
      `arn:aws:iam::${ACCOUNT}:user/ann`,
      { Policy: policy(allow('s3:*')) },
      true,
    ],
    [
      'the user, but not the policies of the session',
      `arn:aws:iam::${ACCOUNT}:user/ann`,
      { Policy: policy(allow('kms:*')) },
      false,
    ],
    ['somebody else', `arn:aws:iam::${ACCOUNT}:user/admin`, { Policy: policy(allow('s3:*')) }, false],
  ])('a bucket policy that names %s', async (_who, AWS, input, isAllowed) => {
    const world = await populated(token);
    const options = await holder(world, input);
    const Policy = policy({ ...allow('s3:GetObject', 'arn:aws:s3:::photos/*'), Principal: { AWS } });
    await world.call('s3', 'PutBucketPolicy', { Bucket: 'photos', Policy });
    expect(await reads(world, options)).toBe(isAllowed);
  });

  test('of keys as of buckets', async () => {
    const world = await populated(token, allow('kms:*'));
    const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
    const input = { KeyId: KeyMetadata?.KeyId ?? '', Plaintext: Buffer.from('a') };
    await world.call('kms', 'Encrypt', input, await holder(world, { Policy: policy(allow('kms:Encrypt')) }));
    expect(await world.refusal('kms', 'Encrypt', input, await holder(world))).toMatch(
      new RegExp(
        `^AccessDeniedException: User: ${BOB} is not authorized to perform: kms:Encrypt .* because no session policy allows`,
      ),
    );
  });

  test('a boundary of the user limits it, too', async () => {
    const world = await populated(token, allow('s3:*'));
    const options = await holder(world, { Policy: policy(allow('s3:*')) });
    expect(await reads(world, options)).toBe(true);
    await world.call('iam', 'PutUserPermissionsBoundary', {
      UserName: 'ann',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser',
    });
    expect(await reads(world, options)).toBe(false);
  });
});

test('the root user’s session has what its policy allows, for an hour at most', async () => {
  const world = await populated();
  const made = await federate(world, { Policy: policy(allow('s3:GetObject')), DurationSeconds: 43_200 }, 'root');
  expect(made.Credentials?.Expiration).toEqual(new Date(world.environment.now() + 3_600_000));
  expect(await reads(world, await holder(world, { Policy: policy(allow('s3:GetObject')) }, 'root'))).toBe(true);
  expect(await reads(world, await holder(world, { Policy: policy(allow('kms:*')) }, 'root'))).toBe(false);
});

test('session tags are condition keys, and need a permission', async () => {
  const tagged = { 'aws:PrincipalTag/team': 'red' };
  const world = await populated(
    allow('sts:GetFederationToken'),
    allow('s3:*', '*', { Condition: { StringEquals: tagged } }),
  );
  const input = { Policy: policy(allow('s3:*')), Tags: [{ Key: 'team', Value: 'red' }] };
  expect(await reads(world, await holder(world, { Policy: input.Policy }))).toBe(false);
  expect(await world.refusal('sts', 'GetFederationToken', { Name: 'Bob', ...input }, { as: 'user/ann' })).toBe(
    `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: sts:TagSession on resource: ${BOB} because no identity-based policy allows the sts:TagSession action`,
  );
  await world.call('iam', 'PutUserPolicy', {
    UserName: 'ann',
    PolicyName: 'tag',
    PolicyDocument: policy(allow('sts:TagSession')),
  });
  expect(await reads(world, await holder(world, input))).toBe(true);
});

test.each([
  [
    'without a permission',
    {},
    { as: 'user/bob' },
    `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: sts:GetFederationToken on resource: ${BOB} because no identity-based policy allows the sts:GetFederationToken action`,
  ],
  ['with a malformed policy', { Policy: '{}' }, {}, 'MalformedPolicyDocument: Syntax errors in policy.'],
  [
    'with a managed policy that there is not',
    { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/No' }] },
    {},
    'ValidationError: arn:aws:iam::aws:policy/No is invalid',
  ],
  [
    'with a tag twice',
    {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
      ],
    },
    {},
    'InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  ],
  [
    'with a short name',
    { Name: 'B' },
    {},
    "ValidationError: 1 validation error detected: Value 'B' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2",
  ],
])('%s it is refused', async (_what, input, options, refusal) => {
  const world = await populated(allow('*'));
  await world.call('iam', 'CreateUser', { UserName: 'bob' });
  expect(
    await world.refusal('sts', 'GetFederationToken', { Name: 'Bob', ...input }, { as: 'user/ann', ...options }),
  ).toBe(refusal);
});

test('a session ends with its user', async () => {
  const world = await populated(allow('*'));
  const options = await holder(world, { Policy: policy(allow('s3:*')) });
  await world.call('iam', 'DeleteUserPolicy', { UserName: 'ann', PolicyName: 'own' });
  expect(await reads(world, options)).toBe(false);
  await world.call('iam', 'DeleteUser', { UserName: 'ann' });
  await expect(world.call('s3', 'ListBuckets', {}, options)).rejects.toThrow(
    'is of a session that has ended: its user has been deleted',
  );
});

describe('--as federated-user/NAME', () => {
  test('is the newest session of that name', async () => {
    const world = await populated(allow('*'));
    await federate(world, { Policy: policy(allow('kms:*')) });
    world.advance(1);
    await federate(world, { Policy: policy(allow('s3:*')) });
    await federate(world, { Name: 'Cyd', Policy: policy(allow('kms:*')) });
    for (const as of ['federated-user/Bob', `${ACCOUNT}:federated-user/Bob`, BOB]) {
      expect(await reads(world, { as })).toBe(true);
    }
    expect(await reads(world, { as: 'federated-user/Cyd' })).toBe(false);
  });

  test('is nobody without a session, or after it', async () => {
    const world = await populated(allow('*'));
    const message = `no federated user "Bob" has a valid session in account ${ACCOUNT}`;
    await expect(reads(world, { as: 'federated-user/Bob' })).rejects.toThrow(message);
    await federate(world, { DurationSeconds: 900 });
    await world.call('sts', 'GetCallerIdentity', {}, { as: 'federated-user/Bob' });
    world.advance(900_000);
    await expect(reads(world, { as: 'federated-user/Bob' })).rejects.toThrow(message);
  });

  test.each(['federated-user/', 'federated-user/a/b', `arn:aws:sts::${ACCOUNT}:federated-user/a/b`])(
    '%s is not a caller',
    async (as) => {
      await expect(newWorld().call('s3', 'ListBuckets', {}, { as })).rejects.toThrow('is not a caller');
    },
  );
});

describe('the audit log', () => {
  test.each([
    [
      'a user',
      [],
      {
        type: 'IAMUser',
        principalId: expect.stringMatching(/^AIDA/),
        arn: expect.stringMatching(/:user\/admin$/),
        accountId: ACCOUNT,
        userName: 'admin',
      },
    ],
    [
      'the root user',
      ['--as', 'root'],
      { type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
    ],
  ])('knows who got the session: %s', async (_who, as, sessionIssuer) => {
    const line = newCommandLine();
    const policies = ['--policy-arns', 'arn=arn:aws:iam::aws:policy/AdministratorAccess'];
    await line.ok(['sts', 'get-federation-token', '--name', 'Bob', ...policies, ...as]);
    await line.ok(['kms', 'list-keys', '--as', 'federated-user/Bob']);
    const events = ['cloudtrail', 'lookup-events', '--max-items', '3', '--query', 'Events[].CloudTrailEvent'];
    const { json } = await line.ok(events);
    const told = (json as readonly string[]).map((text): Record<string, unknown> => JSON.parse(text));
    const [used, got] = ['ListKeys', 'GetFederationToken'].map((name) =>
      told.find(({ eventName }) => eventName === name),
    );
    expect(used).toMatchObject({
      eventName: 'ListKeys',
      userIdentity: {
        type: 'FederatedUser',
        principalId: `${ACCOUNT}:Bob`,
        arn: BOB,
        accountId: ACCOUNT,
        accessKeyId: expect.stringMatching(/^ASIA/),
        sessionContext: { attributes: { mfaAuthenticated: 'false' } },
      },
    });
    expect(used).toHaveProperty('userIdentity.sessionContext.sessionIssuer', sessionIssuer);
    expect(got).toMatchObject({
      eventName: 'GetFederationToken',
      readOnly: true,
      requestParameters: { name: 'Bob', policyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] },
      responseElements: { federatedUser: { federatedUserId: `${ACCOUNT}:Bob`, arn: BOB } },
    });
    expect(JSON.stringify(got)).not.toMatch(/sessionToken|secretAccessKey/i);
  });
});
