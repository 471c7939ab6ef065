import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConditionContext } from '../../src/policy/access.ts';
import type { AllowStatement } from '../../src/policy/added-statement.ts';
import type { Caller } from '../../src/policy/caller.ts';
import type { Change } from '../../src/policy/change.ts';
import type { Decision, GateKind } from '../../src/policy/decision.ts';
import { evaluate, questionOf } from '../../src/policy/evaluate.ts';
import type { NamedPolicy, Policies } from '../../src/policy/gates.ts';
import { RequestContext } from '../../src/policy/global-context.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { remediesFor } from '../../src/policy/remedy.ts';
import { A, alice, B, callers, reader, xena } from './callers.ts';

const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`;
const OBJECT = 'arn:aws:s3:::b/k';
const ROLE = `arn:aws:iam::${A}:role/app/Reader`;
const TRAIL = `arn:aws:cloudtrail:us-east-1:${A}:trail/audit`;
const cloudTrail: Caller = {
  kind: 'service',
  name: 'cloudtrail.amazonaws.com',
  source: { arn: TRAIL, account: A },
};
const via = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };

type Statements = readonly object[];

/** The policies of a case, as lists of statements; undefined: there is none. */
interface World {
  readonly resource?: Statements | undefined;
  readonly identity?: Statements | undefined;
  readonly boundary?: Statements | undefined;
  readonly session?: Statements | undefined;
  /** To whom a grant is given. */
  readonly grantee?: string | undefined;
}

interface Case {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly world: World;
  readonly context?: ConditionContext;
  /** The gates that a statement goes into, and the Sids of Denies that go. */
  readonly expected: readonly (readonly [GateKind, AllowStatement | string])[];
}

const delegation = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:root` }, Action: 'kms:*', Resource: '*' };
const all = { Effect: 'Allow', Action: '*', Resource: '*' };
const everybody = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
const s3Only = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const decrypt = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY } as const;
const get = { Effect: 'Allow', Action: 's3:GetObject', Resource: OBJECT } as const;
const keyStatement = (AWS: string) =>
  ({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:Decrypt', Resource: '*' }) as const;
const objectStatement = (AWS: string) => ({ ...get, Principal: { AWS } }) as const;
const onKey = { action: 'kms:Decrypt', resource: KEY };
const onObject = { action: 's3:GetObject', resource: OBJECT };
const deny = (Sid: string, more: object = {}) => ({ Sid, Effect: 'Deny', Action: '*', Resource: '*', ...more });

const kinds = [
  ['kms:', 'key-policy', 'key policy'],
  ['s3:', 'bucket-policy', 'bucket policy'],
  ['sts:', 'trust-policy', 'trust policy'],
] as const;

function policiesOf({ action, caller }: Case, { resource, identity, boundary, session, grantee }: World): Policies {
  const attached = (name: string, statements: Statements): NamedPolicy => ({
    name,
    document: readPolicy({ Version: '2012-10-17', Statement: statements }),
  });
  const [, kind, name] = kinds.find(([prefix]) => action.startsWith(prefix)) ?? kinds[0];
  return {
    resource: {
      kind,
      name,
      document: resource?.length ? readPolicy({ Version: '2012-10-17', Statement: resource }) : undefined,
    },
    // Only users and roles have policies of their own.
    ...('tags' in caller && { identity: identity?.length ? [attached('inline policy p', identity)] : [] }),
    ...(boundary && { boundary: attached('boundary', boundary) }),
    ...(session && { session: [attached('session policy', session)] }),
    ...(grantee !== undefined && { grants: [{ grantId: 'g', granteePrincipal: grantee }] }),
  };
}

function decided(each: Case, world: World): Decision {
  const { caller, action, resource, context } = each;
  const circumstances = { caller, owner: A, region: 'us-east-1' as const, now: new Date('2026-05-04T09:00:00Z') };
  const request = {
    caller,
    action,
    resource,
    owner: A,
    context: new RequestContext({ ...circumstances, viaService: undefined }, context),
  };
  return evaluate(request, policiesOf(each, world));
}

/** What the changes do to the question. */
const allowedAfter = (decision: Decision, changes: readonly Change[]): boolean => {
  const question = questionOf(decision);
  if (!question) return expect.fail('the decision knows its question');
  const { request, policies } = changes.reduce((now, change) => change.apply(now), question);
  return evaluate(request, policies).allowed;
};

// IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic"; AWS KMS Developer Guide,
// "Default key policy".
const cases: Readonly<Record<string, Case>> = {
  'a key whose policy leaves it to IAM needs an identity-based policy': {
    caller: alice,
    ...onKey,
    world: { resource: [delegation], identity: [s3Only] },
    expected: [['identity-policy', decrypt]],
  },
  'a key whose policy does not leave it to IAM needs a statement there, and nothing else': {
    caller: alice,
    ...onKey,
    world: { resource: [keyStatement(`arn:aws:iam::${A}:user/bob`)], identity: [] },
    expected: [['resource-policy', keyStatement(alice.arn)]],
  },
  'S3 asking KMS for the caller needs a permission for that alone': {
    caller: alice,
    ...onKey,
    context: via,
    world: { resource: [delegation], identity: [s3Only] },
    expected: [['identity-policy', { ...decrypt, Condition: { StringEquals: via } }]],
  },
  'an object in the own account needs an identity-based policy': {
    caller: alice,
    ...onObject,
    world: {},
    expected: [['identity-policy', get]],
  },
  "another account's object needs both sides": {
    caller: xena,
    ...onObject,
    world: {},
    expected: [
      ['resource-policy', objectStatement(xena.arn)],
      ['identity-policy', get],
    ],
  },
  "another account's key needs the key's side alone where the caller's own is there": {
    caller: xena,
    ...onKey,
    world: { resource: [delegation], identity: [all] },
    expected: [['resource-policy', keyStatement(xena.arn)]],
  },
  "another account's key needs the caller's side alone where the key's is there": {
    caller: xena,
    ...onKey,
    world: { resource: [{ ...delegation, Principal: { AWS: `arn:aws:iam::${B}:root` } }] },
    expected: [['identity-policy', decrypt]],
  },
  'a session of a role is named by the role, and its boundary still limits it': {
    caller: reader,
    ...onKey,
    world: { resource: [keyStatement(alice.arn)], boundary: [s3Only] },
    expected: [
      ['resource-policy', keyStatement(ROLE)],
      ['permissions-boundary', decrypt],
    ],
  },
  'a boundary that is silent is one thing, a missing policy another': {
    caller: alice,
    ...onObject,
    world: { boundary: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] },
    expected: [
      ['identity-policy', get],
      ['permissions-boundary', get],
    ],
  },
  'a session policy limits too': {
    caller: reader,
    ...onObject,
    world: { identity: [all], session: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] },
    expected: [['session-policy', get]],
  },
  "a grant to the session's role needs its boundary, and no identity-based policy": {
    caller: reader,
    ...onKey,
    world: { resource: [delegation], boundary: [s3Only], grantee: ROLE },
    expected: [['permissions-boundary', decrypt]],
  },
  'a Deny has to go': {
    caller: alice,
    ...onObject,
    world: { identity: [all, deny('No')] },
    expected: [['identity-policy', 'No']],
  },
  'every Deny has to go, and then an Allow is still missing': {
    caller: alice,
    ...onObject,
    world: { identity: [deny('Own')], resource: [deny('Theirs', { Principal: '*', Resource: OBJECT })] },
    expected: [
      ['resource-policy', 'Theirs'],
      ['identity-policy', 'Own'],
      ['identity-policy', get],
    ],
  },
  'a Deny beside an Allow is all that is in the way': {
    caller: alice,
    ...onKey,
    world: { resource: [delegation, deny('No', { Principal: '*' })], identity: [all] },
    expected: [['resource-policy', 'No']],
  },
  'a role that does not trust the caller needs it to': {
    caller: alice,
    action: 'sts:AssumeRole',
    resource: ROLE,
    world: { identity: [all], resource: [{ Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' }] },
    expected: [['resource-policy', { Effect: 'Allow', Principal: { AWS: alice.arn }, Action: 'sts:AssumeRole' }]],
  },
  'a service needs the policy of the resource': {
    caller: callers['s3.amazonaws.com'] ?? alice,
    ...onObject,
    world: {},
    expected: [['resource-policy', { ...get, Principal: { Service: 's3.amazonaws.com' } }]],
  },
  'CloudTrail needs every object of an account below AWSLogs/, for one trail': {
    caller: cloudTrail,
    action: 's3:PutObject',
    resource: `arn:aws:s3:::b/pre/AWSLogs/${A}/CloudTrail/us-east-1/2026/01/02/file.json.gz`,
    world: {},
    expected: [
      [
        'resource-policy',
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `arn:aws:s3:::b/pre/AWSLogs/${A}/*`,
          Condition: { StringEquals: { 'aws:SourceArn': TRAIL } },
        },
      ],
    ],
  },
  'CloudTrail needs a key through S3, for one trail': {
    caller: cloudTrail,
    action: 'kms:GenerateDataKey',
    resource: KEY,
    context: via,
    world: { resource: [delegation] },
    expected: [
      [
        'resource-policy',
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudtrail.amazonaws.com' },
          Action: 'kms:GenerateDataKey',
          Resource: '*',
          Condition: { StringEquals: { ...via, 'aws:SourceArn': TRAIL } },
        },
      ],
    ],
  },
  'nobody in particular is everybody': {
    caller: callers.anonymous ?? alice,
    ...onObject,
    world: {},
    expected: [['resource-policy', { ...get, Principal: '*' }]],
  },
};

test.for(Object.entries(cases))('%s', ([, each]) => {
  const decision = decided(each, each.world);
  expect(decision.allowed).toBe(false);
  const remedies = remediesFor(decision).changes.map(({ remedy }) => [
    remedy.gate,
    remedy.kind === 'add-statement' ? remedy.statement : 'sid' in remedy && remedy.sid,
  ]);
  expect(remedies).toEqual(each.expected);
});

test.for(Object.entries(cases))('%s: the advice is sufficient, and each part of it is needed', ([, each]) => {
  const decision = decided(each, each.world);
  const { changes } = remediesFor(decision);
  expect(allowedAfter(decision, changes)).toBe(true);
  for (const left of changes) {
    const others = changes.filter((change) => change !== left);
    expect(allowedAfter(decision, others)).toBe(false);
  }
});

/** A policy variable. */
const variable = (name: string) => `\${${name}}`;

// IAM User Guide, "IAM policy elements: Variables and tags", special characters: in a name they are characters.
test.for(['a*b', 'a?b', `a${variable('aws:username')}`, `$${variable('*')}`, '${', 'a}b$'])(
  'the object "%s" is the only one allowed',
  (key) => {
    const at = (name: string): Case => ({
      caller: alice,
      action: 's3:GetObject',
      resource: `arn:aws:s3:::b/${name}`,
      world: {},
      expected: [],
    });
    const { changes } = remediesFor(decided(at(key), {}));
    expect(allowedAfter(decided(at(key), {}), changes)).toBe(true);
    for (const other of ['axb', 'aalice', 'a', 'axxb', '$', `${key}x`])
      expect(allowedAfter(decided(at(other), {}), changes)).toBe(false);
  },
);

/** Statements about the action, about another, and about another resource; each under a Sid of its own. */
const statements = (resource: string, principals?: readonly unknown[]) =>
  fc.array(
    fc
      .record({
        Sid: fc.uuid(),
        Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
        Action: fc.constantFrom('*', 's3:GetObject', 'kms:Decrypt', 'sts:AssumeRole', 'ec2:*'),
        Resource: fc.constantFrom('*', resource, 'arn:aws:s3:::other/*'),
        Condition: fc.constantFrom({}, {}, { Bool: { 'aws:SecureTransport': 'false' } }),
        name: fc.constantFrom('Principal', 'Principal', 'NotPrincipal'),
        principal: fc.constantFrom(...(principals ?? [undefined])),
      })
      .map(({ name, principal, ...statement }) => ({
        ...statement,
        // Nobody stores an Allow with NotPrincipal.
        ...(principals && { [statement.Effect === 'Allow' ? 'Principal' : name]: principal }),
      })),
    { maxLength: 3 },
  );

const principals = [
  '*',
  { AWS: '*' },
  { AWS: A },
  { AWS: B },
  { AWS: alice.arn },
  { AWS: ROLE },
  { AWS: reader.arn },
  { AWS: xena.arn },
  { Service: 's3.amazonaws.com' },
];

const anyCase: fc.Arbitrary<Case> = fc
  .constantFrom(onKey, onObject, { action: 'sts:AssumeRole', resource: `arn:aws:iam::${A}:role/Target` })
  .chain(({ action, resource }) => {
    const own = fc.option(statements(resource), { nil: undefined });
    const arns = principals.flatMap((name) => (typeof name === 'object' && name.AWS !== '*' ? (name.AWS ?? []) : []));
    const grantee = action === 'kms:Decrypt' ? fc.constantFrom(undefined, ...arns) : fc.constant(undefined);
    const ofResource = statements(resource, principals);
    const world = fc.record({ resource: ofResource, grantee, identity: own, boundary: own, session: own });
    // A federated user without a session policy may do nothing, and nobody comes as far as KMS and STS.
    const who = Object.values(callers).filter(
      ({ kind }) => kind !== 'federated-user' && (kind !== 'anonymous' || action === 's3:GetObject'),
    );
    return fc.record({ caller: fc.constantFrom(...who), world }).map(({ caller, world }) => ({
      caller,
      action,
      resource,
      world: {
        resource: world.resource,
        grantee: world.grantee,
        ...('tags' in caller && { identity: world.identity, boundary: world.boundary }),
        ...(caller.kind === 'role-session' && { session: world.session }),
      },
      expected: [],
    }));
  });

test('whatever the policies: the advice is sufficient, and each part of it is needed', () =>
  fc.assert(
    fc.property(anyCase, (each) => {
      const decision = decided(each, each.world);
      fc.pre(!decision.allowed);
      const { changes } = remediesFor(decision);
      expect(allowedAfter(decision, changes)).toBe(true);
      for (const left of changes) {
        const others = changes.filter((change) => change !== left);
        expect(allowedAfter(decision, others)).toBe(false);
      }
    }),
    { numRuns: 500 },
  ));

test('an allowed request needs no changes', () => {
  const each: Case = { caller: alice, ...onObject, world: { identity: [all], resource: [everybody] }, expected: [] };
  expect(remediesFor(decided(each, each.world)).changes).toEqual([]);
});

test('a Deny is reported with the conditions that the request meets, and what else is spared', () => {
  const header = 's3:ExistingObjectTag/team';
  const condition = { StringNotEquals: { [header]: 'aws:kms' } };
  const action = 's3:PutObject';
  const world = { identity: [all], resource: [deny('OnlyKms', { Principal: '*', Condition: condition })] };
  const each: Case = { caller: alice, action, resource: OBJECT, world, expected: [] };
  const { changes, alsoAllowed } = remediesFor(decided(each, world));
  expect(changes.map(({ remedy }) => remedy)).toMatchObject([
    {
      kind: 'lift-deny',
      policy: 'bucket policy',
      sid: 'OnlyKms',
      index: 0,
      conditions: [{ operator: 'StringNotEquals', key: header, expected: ['aws:kms'], actual: undefined }],
      narrowed: { Sid: 'OnlyKms', Condition: { ...condition, ArnNotEquals: { 'aws:PrincipalArn': alice.arn } } },
    },
  ]);
  expect(alsoAllowed).toContain('s3:DeleteObject on arn:aws:s3:::b/k');
  expect(alsoAllowed).not.toContain('s3:PutObject on arn:aws:s3:::b/k for another user of the account');
});
