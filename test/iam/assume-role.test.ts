// STS API Reference, AssumeRole, GetCallerIdentity, GetSessionToken.

import { describe, expect, test } from 'vitest';
import type { Input } from '../../src/api/model/operations.ts';
import type { Credentials } from '../../src/api/model/sts.types.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { callerByAccessKey } from '../../src/iam/credentials.ts';
import { putRole, putUser } from '../../src/iam/entities.ts';
import type { RoleRecord, UserRecord } from '../../src/store/records/iam.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { ACCOUNT, MINUTE, newWorld, type Options, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';

const ann: UserRecord = {
  v: 1,
  account: ACCOUNT,
  name: 'ann',
  path: '/',
  id: 'AIDAANNANNANNANNANNAN',
  createdMs: START,
  inlinePolicies: {},
  attachedPolicies: [],
  tags: {},
  groups: [],
};

const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;

function document(Principal: unknown, more: Readonly<Record<string, unknown>> = {}): string {
  const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal, Action, ...more } });
}

function addRole(world: World, name: string, trustPolicy: string, more: Partial<RoleRecord> = {}): string {
  const id = `AROA${name.toUpperCase().padEnd(17, 'X')}`;
  const { groups: _, ...entity } = ann;
  world.transact((tx) => {
    putRole(tx, { ...entity, name, id, path: '/app/', trustPolicy, maxSessionSeconds: 43_200, ...more });
    tx.principalIds.put([id], { kind: 'role', account: ACCOUNT, name });
  });
  return `arn:aws:iam::${ACCOUNT}:role/app/${name}`;
}

function world(): World {
  const made = newWorld();
  made.transact((tx) => {
    putUser(tx, ann);
    tx.principalIds.put([ann.id], { kind: 'user', account: ACCOUNT, name: 'ann' });
  });
  return made;
}

const AS_ANN: Options = { as: 'user/ann' };

type Request = Input<'sts', 'AssumeRole'>;
const assume = async (from: World, input: Omit<Request, 'RoleSessionName'>, options = AS_ANN) =>
  from.call('sts', 'AssumeRole', { RoleSessionName: 's1', ...input }, options);
const refusal = (from: World, input: Omit<Request, 'RoleSessionName'>, options = AS_ANN) =>
  from.refusal('sts', 'AssumeRole', { RoleSessionName: 's1', ...input }, options);

/** Calls with credentials, as another program would. */
function withKey(from: World, credentials: Credentials | undefined): Options {
  if (!credentials) return expect.fail('no credentials');
  const { AccessKeyId, SecretAccessKey, SessionToken } = credentials;
  const rootKey = rootKeyOf(from.folder, from.environment.random, undefined);
  return {
    caller: (tx, now) =>
      callerByAccessKey(AccessKeyId, SecretAccessKey, SessionToken, { tx, now, rootKey, service: 'sts' }) ??
      expect.fail('no such access key'),
  };
}

const DENIED = (arn: string, action = 'sts:AssumeRole') =>
  `AccessDenied: User: ${ANN} is not authorized to perform: ${action} on resource: ${arn}`;

test('a trusted user becomes a session of the role', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }));
  const { Credentials, AssumedRoleUser, ...more } = await assume(store, { RoleArn });
  expect(AssumedRoleUser).toEqual({
    AssumedRoleId: 'AROAREADERXXXXXXXXXXX:s1',
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/s1`,
  });
  expect(more).toEqual({});
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
  expect(Credentials?.Expiration).toEqual(new Date(START + 60 * MINUTE));
  expect(await store.call('sts', 'GetCallerIdentity', {}, withKey(store, Credentials))).toEqual({
    UserId: 'AROAREADERXXXXXXXXXXX:s1',
    Account: ACCOUNT,
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/s1`,
  });
});

test('credentials expire at their time', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }));
  const { Credentials } = await assume(store, { RoleArn, DurationSeconds: 900 });
  store.advance(15 * MINUTE - 1);
  await store.call('sts', 'GetCallerIdentity', {}, withKey(store, Credentials));
  store.advance(1);
  await expect(store.call('sts', 'GetCallerIdentity', {}, withKey(store, Credentials))).rejects.toThrow('is expired');
});

test('a wrong secret or token matches no caller', async () => {
  const store = world();
  const { Credentials } = await assume(store, { RoleArn: addRole(store, 'Reader', document({ AWS: ANN })) });
  const table = [
    [{ SecretAccessKey: 'x' }, 'SignatureDoesNotMatch'],
    [{ SessionToken: 'x' }, 'InvalidClientTokenId'],
  ] as const;
  for (const [wrong, code] of table) {
    const key = Credentials && { ...Credentials, ...wrong };
    await expect(store.call('sts', 'GetCallerIdentity', {}, withKey(store, key))).rejects.toMatchObject({ code });
  }
});

test('a recreated role does not have the old sessions', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }));
  const { Credentials } = await assume(store, { RoleArn });
  addRole(store, 'Reader', document({ AWS: ANN }), { id: 'AROAANOTHERANOTHERANO' });
  await expect(store.call('sts', 'GetCallerIdentity', {}, withKey(store, Credentials))).rejects.toThrow('is invalid');
});

describe('a caller who may not assume a role learns nothing else', () => {
  test.for<[string, string, Partial<UserRecord>, Partial<Request>]>([
    [
      'another user is trusted',
      document({ AWS: `arn:aws:iam::${ACCOUNT}:user/bob` }),
      { attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      {},
    ],
    ['the account is trusted and the user has no policy', document({ AWS: ACCOUNT }), {}, {}],
    [
      'an external id is asked for',
      document({ AWS: ANN }, { Condition: { StringEquals: { 'sts:ExternalId': 'e1' } } }),
      {},
      { ExternalId: 'e2' },
    ],
  ])('%s', async ([, trustPolicy, user, input]) => {
    const store = world();
    store.transact((tx) => putUser(tx, { ...ann, ...user }));
    const RoleArn = addRole(store, 'Reader', trustPolicy);
    expect(await refusal(store, { RoleArn, ...input })).toBe(DENIED(RoleArn));
  });

  test('the role does not exist', async () => {
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Nobody`;
    expect(await refusal(world(), { RoleArn })).toBe(DENIED(RoleArn));
  });

  test('tags and a source identity need permission in the trust policy, too', async () => {
    const store = world();
    const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }, { Action: 'sts:AssumeRole' }));
    expect(await refusal(store, { RoleArn, SourceIdentity: 'ann' })).toBe(DENIED(RoleArn, 'sts:SetSourceIdentity'));
    expect(await refusal(store, { RoleArn, Tags: [{ Key: 'a', Value: 'b' }] })).toBe(DENIED(RoleArn, 'sts:TagSession'));
  });
});

// Service Authorization Reference, Actions for AWS STS: the key holds the transitive keys of the request, if any.
test.for<[string, Partial<Request>, boolean]>([
  ['the tag alone that may be', { Tags: [{ Key: 'team', Value: 'red' }], TransitiveTagKeys: ['team'] }, true],
  ['another tag', { Tags: [{ Key: 'desk', Value: '7' }], TransitiveTagKeys: ['desk'] }, false],
  ['no tag', { Tags: [{ Key: 'team', Value: 'red' }] }, false],
  ['no tag, of none', {}, false],
])('a trust policy decides which tags are passed on to later sessions: %s', async ([, input, isTrusted]) => {
  const store = world();
  const Condition = {
    'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['team'] },
    Null: { 'sts:TransitiveTagKeys': 'false' },
  };
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }, { Condition }));
  if (isTrusted) await assume(store, { RoleArn, ...input });
  else expect(await refusal(store, { RoleArn, ...input })).toBe(DENIED(RoleArn));
});

// CloudTrail User Guide, "Logging IAM and AWS STS API calls with CloudTrail": sourceIdentity is there when it was set.
test.for<[string, Partial<Request>]>([
  ['without a source identity', {}],
  ['with one', { SourceIdentity: 'ann' }],
])('the log shows the new session, but neither its secret nor its token: %s', async ([, input]) => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }));
  const { Credentials, AssumedRoleUser } = await assume(store, { RoleArn, ...input });
  const [record] = store.transact((tx) => allCalls(tx)).filter(({ operation }) => operation === 'AssumeRole');
  expect(record?.response).toEqual({
    credentials: { accessKeyId: Credentials?.AccessKeyId, expiration: expect.any(String) },
    assumedRoleUser: { assumedRoleId: AssumedRoleUser?.AssumedRoleId, arn: AssumedRoleUser?.Arn },
    ...(input.SourceIdentity !== undefined && { sourceIdentity: input.SourceIdentity }),
  });
});

test('the trust policy names the account, and a policy of the user allows', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: ACCOUNT }));
  store.transact((tx) => putUser(tx, { ...ann, attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'] }));
  await assume(store, { RoleArn });
});

test('across accounts both sides must allow', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: OTHER_ACCOUNT }));
  const { AssumedRoleUser } = await assume(store, { RoleArn }, { as: `${OTHER_ACCOUNT}:user/admin` });
  expect(AssumedRoleUser?.Arn).toContain('assumed-role/Reader/s1');
});

test('invalid requests', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }), { maxSessionSeconds: 3600 });
  expect(await refusal(store, { RoleArn: 'arn:aws:iam::x:role/Reader' })).toBe(
    'ValidationError: arn:aws:iam::x:role/Reader is invalid',
  );
  expect(await refusal(store, { RoleArn, DurationSeconds: 3601 })).toBe(
    'ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
  expect(await refusal(store, { RoleArn, TransitiveTagKeys: ['a'] })).toBe(
    'InvalidParameterValue: The specified transitive tag key must be included in the requested tags.',
  );
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'A', Value: '2' },
  ];
  expect(await refusal(store, { RoleArn, Tags })).toBe(
    'InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  );
  expect(await refusal(store, { RoleArn, Tags: [{ Key: '__proto__', Value: '1' }] })).toBe(
    'InvalidParameterValue: No tag may have the key __proto__.',
  );
  expect(await refusal(store, { RoleArn, Policy: '{}' })).toBe('MalformedPolicyDocument: Syntax errors in policy.');
  expect(await refusal(store, { RoleArn }, { as: 'root' })).toBe(
    'AccessDenied: Roles may not be assumed by root accounts.',
  );
});

const MANAGED = 'arn:aws:iam::aws:policy';

test.for<[string, Partial<Request>, boolean]>([
  ['a managed policy alone', { PolicyArns: [{ arn: `${MANAGED}/IAMReadOnlyAccess` }] }, false],
  ['no managed policy', { PolicyArns: [] }, true],
  ['a wider one', { PolicyArns: [{ arn: `${MANAGED}/PowerUserAccess` }] }, true],
  [
    'what one of two allows',
    { PolicyArns: [{ arn: `${MANAGED}/IAMReadOnlyAccess` }, { arn: `${MANAGED}/PowerUserAccess` }] },
    true,
  ],
])('managed policies limit the session: %s', async ([, input, mayCreate]) => {
  const store = world();
  const attachedPolicies = [`${MANAGED}/AdministratorAccess`];
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }), { attachedPolicies });
  const { Credentials } = await assume(store, { RoleArn, ...input });
  const session = withKey(store, Credentials);
  if (mayCreate) await store.call('kms', 'CreateKey', {}, session);
  else expect(await store.refusal('kms', 'CreateKey', {}, session)).toContain('no session policy allows');
});

test('a session policy limits the session', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Reader', document({ AWS: ANN }), {
    attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  });
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' },
  });
  const { Credentials, PackedPolicySize } = await assume(store, { RoleArn, Policy });
  expect(PackedPolicySize).toBeGreaterThan(0);
  const session = withKey(store, Credentials);
  await store.call('kms', 'CreateKey', {}, session);
  expect(await store.refusal('kms', 'ListKeys', {}, session)).toContain(
    'because no session policy allows the kms:ListKeys action',
  );
});

test('a decision names the managed policies of a session', async () => {
  const store = world();
  const RoleArn = addRole(store, 'Target', document({ AWS: ANN }), {
    attachedPolicies: [`${MANAGED}/AdministratorAccess`],
  });
  const Policy = document(undefined, { Action: 's3:*', Resource: '*' });
  const because = async (input: object) => {
    const { Credentials } = await assume(store, { RoleArn, ...input });
    const { decisions } = await store.explain('kms', 'ListKeys', {}, withKey(store, Credentials));
    const names = decisions[0]?.gates.find(({ gate }) => gate === 'session-policy')?.policies.map(({ name }) => name);
    return [decisions[0]?.because, names];
  };
  const iam = `${MANAGED}/IAMReadOnlyAccess`;
  expect(await because({ Policy })).toEqual(['the session policy does not allow kms:ListKeys', ['session policy']]);
  expect(await because({ PolicyArns: [{ arn: iam }] })).toEqual([
    `the session policy ${iam} does not allow kms:ListKeys`,
    [`session policy ${iam}`],
  ]);
  expect(await because({ Policy, PolicyArns: [{ arn: iam }] })).toEqual([
    "none of the session's 2 policies allows kms:ListKeys",
    ['session policy', `session policy ${iam}`],
  ]);
});

describe('a chain of roles', () => {
  async function chained() {
    const store = world();
    const first = addRole(store, 'First', document({ AWS: ANN }));
    const second = addRole(store, 'Second', document({ AWS: first }));
    const { Credentials } = await assume(store, {
      RoleArn: first,
      SourceIdentity: 'ann',
      Tags: [
        { Key: 'team', Value: 'red' },
        { Key: 'desk', Value: '7' },
      ],
      TransitiveTagKeys: ['team'],
    });
    return { store, second, options: withKey(store, Credentials) };
  }

  test('passes on transitive tags and the source identity', async () => {
    const { store, second, options } = await chained();
    const { Credentials, SourceIdentity } = await assume(store, { RoleArn: second }, options);
    expect(SourceIdentity).toBe('ann');
    const { caller } = withKey(store, Credentials);
    const session = store.transact((tx) => caller?.(tx, new Date(START)));
    expect(session).toMatchObject({ kind: 'role-session', tags: { team: 'red' }, sourceIdentity: 'ann' });
  });

  test('lasts an hour', async () => {
    const { store, second, options } = await chained();
    expect(await refusal(store, { RoleArn: second, DurationSeconds: 3601 }, options)).toBe(
      'ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  });

  test('keeps the tags and the identity that it passes on', async () => {
    const { store, second, options } = await chained();
    expect(await refusal(store, { RoleArn: second, SourceIdentity: 'eve' }, options)).toBe(
      'ValidationError: The source identity is already set for this assume role session',
    );
    expect(await refusal(store, { RoleArn: second, Tags: [{ Key: 'Team', Value: 'blue' }] }, options)).toContain(
      'it conflicts with a transitive tag key from the calling session.',
    );
  });
});

describe('GetSessionToken', () => {
  test('needs no permission, and its credentials represent the user', async () => {
    const store = world();
    const { Credentials } = await store.call('sts', 'GetSessionToken', {}, AS_ANN);
    expect(Credentials?.Expiration).toEqual(new Date(START + 720 * MINUTE));
    const options = withKey(store, Credentials);
    expect((await store.call('sts', 'GetCallerIdentity', {}, options)).Arn).toBe(ANN);
    expect(await store.refusal('sts', 'GetSessionToken', {}, options)).toBe(
      'AccessDenied: Cannot call GetSessionToken with session credentials',
    );
  });

  test('can be denied', async () => {
    const store = world();
    const deny = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: 'sts:*', Resource: '*' },
    });
    store.transact((tx) => putUser(tx, { ...ann, inlinePolicies: { deny } }));
    expect(await store.refusal('sts', 'GetSessionToken', {}, AS_ANN)).toBe(
      `AccessDenied: User: ${ANN} is not authorized to perform: sts:GetSessionToken with an explicit deny in an identity-based policy`,
    );
    // Nobody can be kept from asking who they are.
    expect((await store.call('sts', 'GetCallerIdentity', {}, AS_ANN)).UserId).toBe(ann.id);
  });
});

test('who the root user is', async () => {
  expect(await newWorld().call('sts', 'GetCallerIdentity', {}, { as: 'root' })).toEqual({
    UserId: ACCOUNT,
    Account: ACCOUNT,
    Arn: `arn:aws:iam::${ACCOUNT}:root`,
  });
});
