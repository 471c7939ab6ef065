/** Decisions in the life of a call: what the store knows of a caller reaches the evaluator. */

import { expect, test } from 'vitest';
import { decide } from '../../src/iam/authorize.ts';
import { putGroup, putRole, putUser } from '../../src/iam/entities.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { bindPrincipals, principalCheck, shownPolicy } from '../../src/iam/principal-bindings.ts';
import { acceptTrustPolicy, shownTrustPolicy } from '../../src/iam/trust-policy.ts';
import type { UserRecord } from '../../src/store/records/iam.ts';
import type { Tx } from '../../src/store/tables.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';

const entity = (name: string, id: string): UserRecord => ({
  v: 1,
  account: ACCOUNT,
  name,
  path: '/',
  id,
  createdMs: START,
  inlinePolicies: {},
  attachedPolicies: [],
  tags: {},
  groups: [],
});

const allow = (Action: string | readonly string[], Resource = '*', more = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...more }] });

function addUser(world: World, name: string, more: Partial<UserRecord> = {}): UserRecord {
  const user = { ...entity(name, `AIDA${name.toUpperCase().padEnd(17, 'X')}`), ...more };
  world.transact((tx) => {
    putUser(tx, user);
    tx.principalIds.put([user.id], { kind: 'user', account: user.account, name });
  });
  return user;
}

/** What a caller may do, decided on the store as it is. */
function decided(world: World, as: string, action: string, resource = '*', access = {}) {
  return world.transact((tx) => {
    const now = new Date(START);
    const caller = resolveCaller(as, ACCOUNT, { tx, now, random: world.environment.random });
    const decision = decide({ action, resource, owner: ACCOUNT, ...access }, { caller, region: 'us-east-1', now, tx });
    return { allowed: decision.allowed, because: decision.because, denial: decision.denial, context: decision.context };
  });
}

test('user/admin may do anything, but only because of AdministratorAccess', () => {
  const world = newWorld();
  expect(decided(world, 'user/admin', 'kms:CreateKey')).toMatchObject({
    allowed: true,
    because: 'AdministratorAccess (statement 1) allows kms:CreateKey',
  });
});

test('inline policies, managed policies and those of groups count', () => {
  const world = newWorld();
  addUser(world, 'ann', { inlinePolicies: { reports: allow('s3:GetObject') } });
  addUser(world, 'ben', { attachedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'] });
  addUser(world, 'cyd', { groups: ['Readers'] });
  world.transact((tx) =>
    putGroup(tx, { ...entity('Readers', 'AGPAREADERSREADERSREA'), inlinePolicies: { all: allow('s3:*') } }),
  );
  const object = 'arn:aws:s3:::b/k';
  expect(decided(world, 'user/ann', 's3:GetObject', object).because).toContain('inline policy reports');
  expect(decided(world, 'user/ben', 's3:GetObject', object).because).toContain('AmazonS3ReadOnlyAccess');
  expect(decided(world, 'user/cyd', 's3:GetObject', object).because).toContain('inline policy all of group Readers');
  expect(decided(world, 'user/ben', 's3:PutObject', object)).toMatchObject({
    allowed: false,
    denial: { gate: 'identity-policy', explicit: false },
  });
});

test('a boundary limits by the default version of its policy', () => {
  const world = newWorld();
  const arn = `arn:aws:iam::${ACCOUNT}:policy/edge/Limit`;
  world.transact((tx) =>
    tx.managedPolicies.put([ACCOUNT, '/edge/Limit'], {
      v: 1,
      account: ACCOUNT,
      arn,
      name: 'Limit',
      path: '/edge/',
      id: 'ANPALIMITLIMITLIMITLI',
      createdMs: START,
      updatedMs: START,
      tags: {},
      versions: {
        1: { document: allow('*'), createdMs: START },
        2: { document: allow('s3:*'), createdMs: START },
      },
      defaultVersion: 'v2',
      lastVersion: 2,
    }),
  );
  addUser(world, 'ann', { inlinePolicies: { all: allow('*') }, boundary: arn });
  expect(decided(world, 'user/ann', 's3:ListAllMyBuckets').allowed).toBe(true);
  expect(decided(world, 'user/ann', 'kms:ListKeys').denial).toEqual({ gate: 'permissions-boundary', explicit: false });
});

test('a session has the policies of its role, and conditions see it as the role', () => {
  const world = newWorld();
  world.transact((tx) =>
    putRole(tx, {
      ...entity('Reader', 'AROAREADERREADERREADE'),
      path: '/app/',
      trustPolicy: '{}',
      maxSessionSeconds: 3600,
      tags: { team: 'red' },
      inlinePolicies: {
        own: allow('s3:*', '*', {
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/app/Reader` },
            StringEquals: { 'aws:PrincipalTag/Team': 'red', 'aws:userid': 'AROAREADERREADERREADE:s1' },
          },
        }),
      },
    }),
  );
  expect(decided(world, 'role/Reader/s1', 's3:GetObject', 'arn:aws:s3:::b/k').allowed).toBe(true);
  expect(decided(world, 'role/Reader/s2', 's3:GetObject', 'arn:aws:s3:::b/k').allowed).toBe(false);
});

test('every request has the global condition keys', () => {
  const world = newWorld();
  const { context } = decided(world, 'user/admin', 'kms:CreateKey');
  expect(context).toMatchObject({
    'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:user/admin`,
    'aws:PrincipalAccount': ACCOUNT,
    'aws:PrincipalType': 'User',
    'aws:username': 'admin',
    'aws:ResourceAccount': ACCOUNT,
    'aws:RequestedRegion': 'us-east-1',
    'aws:CurrentTime': '2026-05-04T09:00:00Z',
    'aws:EpochTime': '1777885200',
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
    'aws:SourceIp': '127.0.0.1',
  });
  // Long-term credentials have neither: IAM User Guide, "AWS global condition context keys".
  expect(Object.keys(context)).not.toContain('aws:TokenIssueTime');
  expect(Object.keys(context)).not.toContain('aws:MultiFactorAuthPresent');
});

test('a policy saved for a user does not let in a later user of the same name', () => {
  const world = newWorld();
  const ann = addUser(world, 'ann');
  const arn = `arn:aws:iam::${ACCOUNT}:user/ann`;
  const document = allow('s3:GetObject', 'arn:aws:s3:::b/*', { Principal: { AWS: arn } });
  const principals = world.transact((tx) => bindPrincipals(document, tx));
  expect(principals).toEqual({ [arn]: ann.id });
  const access = { resourcePolicy: { kind: 'bucket-policy', document, principals } };
  expect(decided(world, 'user/ann', 's3:GetObject', 'arn:aws:s3:::b/k', access).allowed).toBe(true);
  expect(world.transact((tx) => shownPolicy(document, principals, tx))).toBe(document);

  addUser(world, 'ann', { id: 'AIDAANOTHERANNANOTHER' });
  expect(decided(world, 'user/ann', 's3:GetObject', 'arn:aws:s3:::b/k', access).allowed).toBe(false);
  const shown = JSON.parse(world.transact((tx) => shownPolicy(document, principals, tx)));
  expect(shown.Statement[0].Principal).toEqual({ AWS: ann.id });
});

test('a trust policy is stored with the id of the user that it names', () => {
  const world = newWorld();
  const ann = addUser(world, 'ann');
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/ann` }, Action: 'sts:AssumeRole' }],
  });
  const kept = world.transact((tx) => acceptTrustPolicy(text, tx));
  expect(kept).toContain(ann.id);
  expect(world.transact((tx) => shownTrustPolicy(kept, tx))).toBe(text);
  world.transact((tx) => tx.principalIds.remove([ann.id]));
  expect(world.transact((tx) => shownTrustPolicy(kept, tx))).toContain(ann.id);
});

test('a policy may name existing principals', () => {
  const world = newWorld();
  const ann = addUser(world, 'ann');
  const check = (type: string, name: string) => world.transact((tx: Tx) => principalCheck(tx)(type, name));
  const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
  expect(check('AWS', user('ann'))).toBe(true);
  expect(check('AWS', user('ANN'))).toBe(false);
  expect(check('AWS', user('zoe'))).toBe(false);
  expect(check('AWS', user('*'))).toBe(false);
  expect(check('AWS', ann.id)).toBe(true);
  expect(check('AWS', 'AIDADEADDEADDEADDEADD')).toBe(false);
  expect(check('AWS', OTHER_ACCOUNT)).toBe(true);
  expect(check('AWS', `arn:aws:iam::${ACCOUNT}:group/Readers`)).toBe(false);
  expect(check('Service', 's3.amazonaws.com')).toBe(true);
  expect(check('Service', '*')).toBe(false);
});

test('a refused call keeps its decision, with all its gates, for explain last', async () => {
  const world = newWorld();
  addUser(world, 'ann');
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  expect(await world.refusal('kms', 'DescribeKey', { KeyId }, { as: 'user/ann' })).toBe(
    `AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: kms:DescribeKey on ` +
      `resource: ${KeyMetadata?.Arn} because no identity-based policy allows the kms:DescribeKey action`,
  );
  const refusal = world.transact((tx) => [...tx.refusals.range()].at(-1)?.value);
  const [decision] = refusal?.decisions ?? [];
  expect(decision?.denial).toEqual({ gate: 'identity-policy', explicit: false });
  expect(decision?.gates.find(({ gate }) => gate === 'resource-policy')?.policies[0]?.statements[0]).toMatchObject({
    sid: 'Enable IAM User Permissions',
    applies: true,
    principal: 'account',
  });
  expect(decision?.context['aws:username']).toBe('ann');
});
