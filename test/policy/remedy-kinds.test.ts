import { expect, test } from 'vitest';
import type { ConditionContext, NearGrant } from '../../src/policy/access.ts';
import type { Caller } from '../../src/policy/caller.ts';
import type { Remedy } from '../../src/policy/change.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { evaluate, questionOf } from '../../src/policy/evaluate.ts';
import type { ControlLevel, NamedPolicy, Policies } from '../../src/policy/gates.ts';
import { RequestContext } from '../../src/policy/global-context.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { remediesFor } from '../../src/policy/remedy.ts';
import { sampleOf } from '../../src/policy/remedy-sample.ts';
import { A, alice, reader, xena } from './callers.ts';

const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`;
const ALIAS = `arn:aws:kms:us-east-1:${A}:alias/app`;
const OBJECT = 'arn:aws:s3:::b/k';
const ROOT = `arn:aws:iam::${A}:root`;
const VIA = { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': OBJECT };

type Statement = Readonly<Record<string, unknown>>;

const document = (...statements: readonly Statement[]) => readPolicy({ Version: '2012-10-17', Statement: statements });
const policy = (name: string, ...statements: readonly Statement[]): NamedPolicy => ({
  name,
  document: document(...statements),
});
const own = (...statements: readonly Statement[]) => [policy('inline policy p', ...statements)];
const onBucket = (...statements: readonly Statement[]): Policies['resource'] => ({
  kind: 'bucket-policy',
  name: 'bucket policy',
  document: document(...statements),
});
const onKey = (...statements: readonly Statement[]): Policies['resource'] => ({
  kind: 'key-policy',
  name: 'key policy',
  document: document(...statements),
});
const delegation = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' };
const all = { Effect: 'Allow', Action: '*', Resource: '*' };
const get = { Sid: 'S', Effect: 'Allow', Action: 's3:GetObject', Resource: OBJECT };
const deny = (Action: string, Condition: object) => ({
  Sid: 'D',
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: `${OBJECT}*`,
  Condition,
});
const level = (id: string, ...statements: readonly Statement[]): ControlLevel => ({
  target: { kind: 'unit', id, name: id },
  policies: [policy('control', ...statements)],
});

interface Case {
  readonly caller?: Caller;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: ConditionContext;
  readonly policies: Policies;
  /** The changes, in order. */
  readonly expected: readonly Partial<Record<keyof Remedy | string, unknown>>[];
}

const decided = ({ caller = alice, action = 's3:GetObject', resource = OBJECT, context, policies }: Case): Decision => {
  const now = new Date('2026-05-04T09:00:00Z');
  const circumstances = { caller, owner: A, region: 'us-east-1' as const, now };
  return evaluate(
    { caller, action, resource, owner: A, context: new RequestContext(circumstances, context) },
    policies,
  );
};

const near: NearGrant = {
  grantId: 'g1',
  granteePrincipal: alice.arn,
  granteeId: alice.userId,
  constraint: 'EncryptionContextSubset',
  pairs: { team: 'finance' },
};

const office = (values: unknown) => ({ ...get, Condition: { IpAddress: { 'aws:SourceIp': values } } });
const from = { 'aws:SourceIp': '203.0.113.9' };

// IAM User Guide, "Troubleshoot access denied error messages"; AWS KMS Developer Guide, "Troubleshooting key access".
const cases: Readonly<Record<string, Case>> = {
  'an Allow that misses by a value: the value is added': {
    context: from,
    policies: { identity: own(office('10.0.0.0/8')) },
    expected: [
      {
        kind: 'change-condition',
        sid: 'S',
        operator: 'IpAddress',
        key: 'aws:SourceIp',
        added: ['203.0.113.9'],
        isBeside: false,
        statement: office(['10.0.0.0/8', '203.0.113.9']),
      },
    ],
  },
  'an Allow that would allow more with the value: a statement for this request stands beside it': {
    context: from,
    policies: { identity: own({ ...office('10.0.0.0/8'), Action: 's3:*', Resource: '*' }) },
    expected: [
      {
        kind: 'change-condition',
        isBeside: true,
        statement: {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: OBJECT,
          Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.9' } },
        },
      },
    ],
  },
  'an Allow of the bucket that names the caller, and misses by a value': {
    context: from,
    policies: { identity: [], resource: onBucket({ ...office('10.0.0.0/8'), Principal: { AWS: alice.arn } }) },
    expected: [{ kind: 'change-condition', gate: 'resource-policy', added: ['203.0.113.9'] }],
  },
  'an Allow that excludes the value: it is taken out': {
    context: { 's3:VersionId': 'v2' },
    policies: { identity: own({ ...get, Condition: { StringNotEquals: { 's3:VersionId': ['v1', 'v2'] } } }) },
    expected: [
      {
        kind: 'change-condition',
        removed: ['v2'],
        statement: { ...get, Condition: { StringNotEquals: { 's3:VersionId': 'v1' } } },
      },
    ],
  },
  'an Allow up to a limit: the limit is raised': {
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::b',
    context: { 's3:max-keys': '100' },
    policies: {
      identity: own({
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::b',
        Condition: { NumericLessThanEquals: { 's3:max-keys': '10' } },
      }),
    },
    expected: [{ kind: 'change-condition', added: ['100'], removed: ['10'] }],
  },
  'an Allow that asks for a second factor: the call is made with one, and no condition goes': {
    policies: { identity: own({ ...get, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }) },
    expected: [{ kind: 'send', how: 'circumstance', key: 'aws:MultiFactorAuthPresent', value: 'true' }],
  },
  'an Allow that misses by two conditions is not near': {
    context: from,
    policies: {
      identity: own({
        ...get,
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, Bool: { 'aws:SecureTransport': 'false' } },
      }),
    },
    expected: [{ kind: 'add-statement', gate: 'identity-policy' }],
  },
  'a grant that names the caller and misses by its constraint': {
    action: 'kms:Decrypt',
    resource: KEY,
    context: { 'kms:EncryptionContext:team': 'sales' },
    policies: { identity: [], resource: onKey(delegation), nearGrants: [near] },
    expected: [{ kind: 'widen-grant', grantId: 'g1', asks: { team: 'finance' }, pairs: { team: 'sales' } }],
  },
  'a statement about somebody of the same name who is gone': {
    policies: {
      identity: [],
      resource: {
        kind: 'bucket-policy',
        name: 'bucket policy',
        document: document({ ...get, Principal: { AWS: alice.arn } }),
        principals: { [alice.arn]: 'AIDAGONEGONEGONEGONE1' },
      },
    },
    expected: [{ kind: 'put-again', principal: alice.arn, boundTo: 'AIDAGONEGONEGONEGONE1' }],
  },
  'a Deny without a header: the header is sent': {
    action: 's3:PutObject',
    policies: {
      identity: own(all),
      resource: onBucket(deny('s3:PutObject', { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } })),
    },
    expected: [{ kind: 'send', how: 'option', sid: 'D', key: 's3:x-amz-server-side-encryption', value: 'aws:kms' }],
  },
  'two Denies that one header meets are one change': {
    action: 's3:PutObject',
    policies: {
      identity: own(all),
      resource: onBucket(
        deny('s3:PutObject', { Null: { 's3:x-amz-server-side-encryption': 'true' } }),
        deny('s3:PutObject', { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } }),
      ),
    },
    expected: [{ kind: 'send', key: 's3:x-amz-server-side-encryption', value: 'AES256' }],
  },
  'a Deny without a tag of the caller': {
    policies: {
      identity: own(all),
      resource: onBucket(deny('s3:GetObject', { StringNotEquals: { 'aws:PrincipalTag/team': 'red' } })),
    },
    expected: [{ kind: 'tag-principal', principal: alice.arn, tag: 'team', value: 'red' }],
  },
  "a role session's tag is its role's": {
    caller: reader,
    policies: {
      identity: own(all),
      resource: onBucket(deny('s3:GetObject', { StringNotEquals: { 'aws:PrincipalTag/team': 'red' } })),
    },
    expected: [{ kind: 'tag-principal', principal: reader.roleArn, tag: 'team', value: 'red' }],
  },
  'a Deny that compares the ARN of an alias, which never matches': {
    action: 's3:PutObject',
    context: { 's3:x-amz-server-side-encryption-aws-kms-key-id': KEY },
    policies: {
      identity: own(all),
      resource: onBucket(
        deny('s3:PutObject', { StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': [ALIAS] } }),
      ),
    },
    expected: [{ kind: 'replace-value', from: ALIAS, to: KEY, sid: 'D' }],
  },
  'an Allow for the ARN of an alias, which is not a key': {
    action: 'kms:Decrypt',
    resource: KEY,
    policies: {
      identity: own({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: ALIAS }),
      resource: onKey(delegation),
    },
    expected: [
      {
        kind: 'replace-value',
        element: 'Resource',
        statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY },
      },
    ],
  },
  'what only the object could meet: the Deny is narrowed': {
    policies: {
      identity: own(all),
      resource: onBucket(deny('s3:GetObject', { StringNotEquals: { 's3:ExistingObjectTag/team': 'red' } })),
    },
    expected: [
      {
        kind: 'lift-deny',
        narrowed: deny('s3:GetObject', {
          StringNotEquals: { 's3:ExistingObjectTag/team': 'red' },
          ArnNotEquals: { 'aws:PrincipalArn': alice.arn },
        }),
      },
    ],
  },
  "a Deny of the caller's own policy spares the object alone": {
    policies: { identity: own(all, { Sid: 'D', Effect: 'Deny', Action: 's3:*', Resource: '*' }) },
    expected: [{ kind: 'lift-deny', narrowed: { Sid: 'D', Effect: 'Deny', Action: 's3:*', NotResource: OBJECT } }],
  },
  'a second factor that a trust policy asks for is not got round': {
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${A}:role/app`,
    policies: {
      identity: [],
      resource: {
        kind: 'trust-policy',
        name: 'trust policy',
        document: document({
          ...{ Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'sts:AssumeRole' },
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        }),
      },
    },
    expected: [
      { kind: 'send', key: 'aws:MultiFactorAuthPresent', value: 'true' },
      { kind: 'add-statement', gate: 'identity-policy' },
    ],
  },
  'an option that takes a permission of its own: that is needed, too': {
    action: 's3:PutObject',
    policies: {
      identity: own({ ...get, Action: 's3:PutObject' }),
      resource: onBucket(deny('s3:PutObject', { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } })),
    },
    expected: [
      { kind: 'send', key: 's3:x-amz-acl', value: 'bucket-owner-full-control' },
      { kind: 'add-statement', statement: { Effect: 'Allow', Action: 's3:PutObjectAcl', Resource: OBJECT } },
    ],
  },
  'a call that may only name the key by its alias': {
    action: 'kms:Encrypt',
    resource: KEY,
    context: { 'kms:ResourceAliases': ['alias/app'] },
    policies: {
      identity: own(all),
      resource: onKey(delegation, {
        ...{ Sid: 'D', Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' },
        Condition: { StringNotLike: { 'kms:RequestAlias': 'alias/a*' } },
      }),
    },
    expected: [{ kind: 'send', key: 'kms:RequestAlias', value: 'alias/app' }],
  },
  'a call that has to name its key by another alias than the key has': {
    action: 'kms:Encrypt',
    resource: KEY,
    context: { 'kms:ResourceAliases': ['alias/app'] },
    policies: {
      identity: own(all),
      resource: onKey(delegation, {
        ...{ Sid: 'D', Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' },
        Condition: { StringNotEquals: { 'kms:RequestAlias': 'alias/other' } },
      }),
    },
    expected: [{ kind: 'lift-deny' }],
  },
  'a Deny that spares something already spares the object, too': {
    policies: { identity: own(all, { Sid: 'D', Effect: 'Deny', Action: 's3:*', NotResource: ['arn:aws:s3:::c/*'] }) },
    expected: [
      {
        kind: 'lift-deny',
        narrowed: { Sid: 'D', Effect: 'Deny', Action: 's3:*', NotResource: ['arn:aws:s3:::c/*', OBJECT] },
      },
    ],
  },
  'an AWS managed key: no statement can': {
    caller: xena,
    action: 'kms:Decrypt',
    resource: KEY,
    context: VIA,
    policies: { identity: own(all), resource: { kind: 'key-policy', name: 'key policy', isFixed: true } },
    expected: [{ kind: 're-encrypt', keyArn: KEY, object: OBJECT }],
  },
  'nothing near: a statement for the object, and not for all that is under the key': {
    action: 'kms:Decrypt',
    resource: KEY,
    context: VIA,
    policies: { identity: [], resource: onKey(delegation) },
    expected: [
      {
        kind: 'add-statement',
        gate: 'identity-policy',
        statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY, Condition: { StringEquals: VIA } },
      },
    ],
  },
  'every silent level of the organization, and what else is missing': {
    policies: {
      identity: [],
      serviceControl: [
        level('r-1', { Effect: 'Allow', Action: 'ec2:*', Resource: '*' }),
        level('ou-1', all),
        level('ou-2', { Effect: 'Allow', Action: 'kms:*', Resource: '*' }),
      ],
    },
    expected: [
      { kind: 'add-statement', gate: 'service-control-policy', target: { kind: 'unit', id: 'r-1', name: 'r-1' } },
      { kind: 'add-statement', gate: 'service-control-policy', target: { kind: 'unit', id: 'ou-2', name: 'ou-2' } },
      { kind: 'add-statement', gate: 'identity-policy' },
    ],
  },
  "the root user of another account is named by more than its account's ARN": {
    caller: { kind: 'root', account: '222222222222', arn: 'arn:aws:iam::222222222222:root' },
    policies: {},
    expected: [
      {
        kind: 'add-statement',
        statement: {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::222222222222:root' },
          Action: 's3:GetObject',
          Resource: OBJECT,
          Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:root' } },
        },
      },
    ],
  },
};

const keyOf = (alias: string): string | undefined => (alias === ALIAS ? KEY : undefined);

test.for(Object.entries(cases))('%s', ([, each], { expect }) => {
  const resource = each.policies.resource ?? { kind: 'bucket-policy', name: 'bucket policy' };
  const decision = decided({ ...each, policies: { ...each.policies, resource } });
  expect(decision.allowed).toBe(false);
  const { changes } = remediesFor(decision, { keyOf });
  expect(changes.map(({ remedy }) => remedy)).toMatchObject(each.expected);
  if (changes.some(({ remedy }) => remedy.kind === 're-encrypt')) return;
  const question = questionOf(decision);
  if (!question) return expect.fail('a decision that was just made has its question');
  const fixed = changes.reduce((now, change) => change.apply(now), question);
  expect(evaluate(fixed.request, fixed.policies).allowed).toBe(true);
});

test('an alias that is not in the store, or of another key, is left as it is', () => {
  const each = cases['an Allow for the ARN of an alias, which is not a key'];
  if (!each) return expect.fail('the case is there');
  for (const other of [undefined, () => undefined, () => `${KEY.slice(0, -1)}6`]) {
    const { changes } = remediesFor(decided(each), { keyOf: other });
    expect(changes.map(({ remedy }) => remedy.kind)).toEqual(['add-statement']);
  }
});

test('the objects of many calls are in one statement, by name or by what their names have in common', () => {
  const each = cases['nothing near: a statement for the object, and not for all that is under the key'];
  if (!each) return expect.fail('the case is there');
  const statementFor = (objects: { listed: readonly string[]; hasMore: boolean; common: string }) =>
    remediesFor(decided(each), { objects }).changes.map(({ remedy }) =>
      remedy.kind === 'add-statement' ? remedy.statement.Condition : undefined,
    );
  const service = { 'kms:ViaService': VIA['kms:ViaService'] };
  const listed = [OBJECT, 'arn:aws:s3:::b/l'];
  expect(statementFor({ listed, hasMore: false, common: 'arn:aws:s3:::b/' })).toEqual([
    { StringEquals: { ...service, 'kms:EncryptionContext:aws:s3:arn': listed } },
  ]);
  expect(statementFor({ listed, hasMore: true, common: 'arn:aws:s3:::b/' })).toEqual([
    { StringEquals: service, StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::b/*' } },
  ]);
});

test('thousands of statements in the way are not changed one by one', () => {
  const denies = Array.from({ length: 5000 }, (_, i) => ({
    ...all,
    Effect: 'Deny',
    Condition: { NotIpAddress: { 'aws:SourceIp': `10.0.${i >> 8}.${i & 255}` } },
  }));
  const each: Case = { context: from, policies: { identity: own(all, ...denies) }, expected: [] };
  expect(remediesFor(decided(each))).toEqual({ changes: [], alsoAllowed: [] });
});

test('a statement for a call by S3 opens neither a direct call nor another object', () => {
  const each = cases['nothing near: a statement for the object, and not for all that is under the key'];
  if (!each) return expect.fail('the case is there');
  const decision = decided(each);
  const question = questionOf(decision);
  if (!question) return expect.fail('a decision that was just made has its question');
  const { changes, alsoAllowed } = remediesFor(decision);
  expect(alsoAllowed).toEqual([]);
  const fixed = changes.reduce((now, change) => change.apply(now), question);
  const sample = sampleOf(question).map((probe) => {
    const { request, policies } = probe.of(fixed);
    return [probe.axis, evaluate(request, policies).allowed] as const;
  });
  expect(new Set(sample.map(([axis]) => axis))).toEqual(new Set(['action', 'resource', 'principal', 'via', 'object']));
  // Another user of the account, whose own policy allows it, was allowed before.
  expect(sample.filter(([axis, isAllowed]) => isAllowed && axis !== 'principal')).toEqual([]);
});

test('a change is for all the resources that were denied alike, or it is not offered', () => {
  const each: Case = { context: from, policies: { identity: own(office('10.0.0.0/8')) }, expected: [] };
  const kindsFor = (listed: readonly string[]) => {
    const resources = { listed, hasMore: false, common: 'arn:aws:s3:::b/' };
    return remediesFor(decided(each), { resources }).changes.map(({ remedy }) => [
      remedy.kind,
      'statement' in remedy && remedy.statement.Resource,
    ]);
  };
  expect(kindsFor([OBJECT])).toEqual([['change-condition', OBJECT]]);
  const both = [OBJECT, 'arn:aws:s3:::b/l'];
  expect(kindsFor(both)).toEqual([['change-condition', both]]);
});
