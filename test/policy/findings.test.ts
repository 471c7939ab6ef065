/**
 * What is found in policies, each kind in one that has it and not in one that does not: IAM User Guide, "IAM Access
 * Analyzer policy check reference", AWS KMS Developer Guide, "Condition keys for AWS KMS", and Service Authorization
 * Reference, Amazon S3.
 */

import { expect, test } from 'vitest';
import { awsManagedPolicies } from '../../src/policy/aws-managed-policies.ts';
import { type FindingKind, type PolicyFacts, severities } from '../../src/policy/finding.ts';
import { findingsIn } from '../../src/policy/findings.ts';
import { placed } from '../../src/policy/placed-findings.ts';
import type { PolicyType } from '../../src/policy/policy-type.ts';
import { ofBuckets } from './guides/bucket-policies.ts';
import { ofIdentities } from './guides/identity-policies.ts';
import { ofKeys } from './guides/key-policies.ts';

const A = '111122223333';
const KEY = `arn:aws:kms:eu-west-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ALIAS = `arn:aws:kms:eu-west-1:${A}:alias/app`;
const ROLE = `arn:aws:iam::${A}:role/Reader`;

type Json = Readonly<Record<string, unknown>>;

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
const decrypt = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY };
const list = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::photos' };
const onKey = { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:Decrypt', Resource: '*' };
const onBucket = { ...allow, Principal: { AWS: ROLE } };
const trust = { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'sts:AssumeRole' };
const control = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
const If = (operator: string, key: string, ...values: readonly unknown[]) => ({
  Condition: { [operator]: { [key]: values.length === 1 ? values[0] : values } },
});
const documentOf = (statements: readonly Json[], more: Json = {}) =>
  JSON.stringify({ Version: '2012-10-17', ...more, Statement: statements }, undefined, 2);

/** The kinds, each with the text at its place, as far as that is one line. */
function found(text: string, type?: PolicyType, facts?: PolicyFacts): readonly (readonly [FindingKind, string])[] {
  const lines = text.split('\n');
  return placed(findingsIn(text, type, facts).findings, text).map(({ kind, line, column }) => [
    kind,
    (lines[line - 1] ?? '').slice(column - 1).replace(/,$/, ''),
  ]);
}

interface Row {
  readonly type?: PolicyType;
  readonly facts?: PolicyFacts;
  readonly has: readonly Json[];
  readonly at: string;
  /** Beside it; absent: nothing. */
  readonly also?: readonly FindingKind[];
  readonly hasNot: readonly Json[];
}

const withBucketKey: PolicyFacts = { hasBucketKey: (bucket) => (bucket === 'photos' ? true : undefined) };
const withoutBucketKey: PolicyFacts = { hasBucketKey: (bucket) => (bucket === 'photos' ? false : undefined) };
const inVirginia: PolicyFacts = { regionOfBucket: (bucket) => (bucket === 'photos' ? 'us-east-1' : undefined) };
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const CONTEXT = 'kms:EncryptionContext:aws:s3:arn';

const rows: readonly (readonly [kind: FindingKind, row: Row])[] = [
  ['refused', { has: [{ ...allow, Effect: 'Permit' }], at: '"Permit"', hasNot: [allow] }],
  ['refused', { has: [allow, { ...allow, Resource: 'photos' }], at: '"photos"', hasNot: [allow] }],
  ['refused', { has: [{ ...allow, Sid: 'Ж' }], at: 'Ж"', also: ['refused'], hasNot: [{ ...allow, Sid: 'Z' }] }],
  ['refused', { has: [{ ...onKey, Principal: { AWS: `${ROLE}*` } }], at: `"${ROLE}*"`, hasNot: [onKey] }],
  ['refused', { has: [{ ...onBucket, Action: 's3:Get' }], at: '"s3:Get"', hasNot: [onBucket] }],
  ['refused', { has: [{ ...trust, Action: ['sts:AssumeRole', 'sts:x'] }], at: '"sts:x"', hasNot: [trust] }],
  ['refused', { type: 'rcp', has: [{ ...control, Effect: 'Allow' }], at: '"Allow"', hasNot: [control] }],
  ['refused', { type: 'rcp', has: [{ ...control, Action: '*' }], at: '"*"', hasNot: [control] }],
  ['refused', { type: 'scp', has: [control], at: '"Principal": "*"', hasNot: [{ ...allow, Resource: '*' }] }],
  [
    'refused',
    {
      type: 'key',
      facts: { exists: (_type, name) => name === ROLE },
      has: [{ ...onKey, Principal: { AWS: `${ROLE}2` } }],
      at: `"${ROLE}2"`,
      hasNot: [onKey],
    },
  ],
  ['size', { has: [{ ...allow, Sid: 'x'.repeat(10_240) }], at: '{', hasNot: [{ ...allow, Sid: 'x'.repeat(5900) }] }],
  ['size', { has: [{ ...allow, Sid: 'x'.repeat(6144) }], at: '{', hasNot: [{ ...allow, Sid: 'x'.repeat(5900) }] }],
  [
    'size',
    {
      facts: { holder: 'user' },
      has: [{ ...allow, Sid: 'x'.repeat(2048) }],
      at: '{',
      hasNot: [{ ...allow, Sid: 'x'.repeat(1800) }],
    },
  ],
  ...(
    [
      ['session', 2048, allow],
      ['boundary', 6144, allow],
      ['trust', 2048, trust],
      ['bucket', 20_480, onBucket],
      ['key', 32_768, onKey],
      ['scp', 5120, allow],
      ['rcp', 5120, control],
    ] as const
  ).map(
    ([type, most, statement]) =>
      [
        'size',
        {
          type,
          has: [{ ...statement, Sid: 'x'.repeat(most) }],
          at: '{',
          hasNot: [{ ...statement, Sid: 'x'.repeat(most - 350) }],
        },
      ] as const,
  ),
  ['unknown-action', { has: [{ ...decrypt, Action: 'kms:Decypt' }], at: '"kms:Decypt"', hasNot: [decrypt] }],
  [
    'unknown-action',
    {
      has: [{ ...allow, Action: ['s3:GetObject', 's3:HeadObject'] }],
      at: '"s3:HeadObject"',
      hasNot: [{ ...allow, Action: ['S3:getobject', 'ec2:Whatever', 's3:*Object', 's3:GetObjec?'] }],
    },
  ],
  ['unknown-action', { has: [{ ...allow, Action: 's3:Fetch*' }], at: '"s3:Fetch*"', hasNot: [allow] }],
  ['unknown-action', { has: [{ ...decrypt, Action: 'kms:ReEncrypt' }], at: '"kms:ReEncrypt"', hasNot: [decrypt] }],
  [
    'unknown-action',
    { has: [{ Effect: 'Deny', NotAction: 'iam:Foo', Resource: '*' }], at: '"iam:Foo"', hasNot: [allow] },
  ],
  [
    'unknown-service',
    {
      has: [{ ...allow, Action: 'service-quotas:ListServices', Resource: '*' }],
      at: '"service-quotas:ListServices"',
      hasNot: [{ ...allow, Action: ['servicequotas:ListServices', 'ses:SendEmail'], Resource: '*' }],
    },
  ],
  [
    'unknown-service',
    {
      has: [{ ...allow, Action: 'organisations:ListRoots', Resource: '*' }],
      at: '"organisations:ListRoots"',
      hasNot: [{ ...allow, Action: 'organizations:ListRoots', Resource: '*' }],
    },
  ],
  [
    'unknown-key',
    {
      has: [{ ...allow, ...If('StringEquals', 'aws:PrincipalOrgId1', 'o-a') }],
      at: '"aws:PrincipalOrgId1": "o-a"',
      hasNot: [{ ...allow, ...If('StringEquals', 'aws:principalORGid', 'o-a') }],
    },
  ],
  [
    'unknown-key',
    {
      has: [{ ...allow, ...If('IpAddress', 'SourceIp', '203.0.113.0/24') }],
      at: '"SourceIp": "203.0.113.0/24"',
      hasNot: [{ ...allow, ...If('StringEquals', 'accounts.google.com:aud', 'x') }],
    },
  ],
  [
    'unknown-key',
    {
      has: [{ ...allow, ...If('StringEquals', 'aws:PrincipalTag', 'x') }],
      at: '"aws:PrincipalTag": "x"',
      hasNot: [{ ...allow, ...If('StringEquals', 'aws:PrincipalTag/Team', 'x') }],
    },
  ],
  [
    'key-never-set',
    {
      has: [{ ...list, ...If('StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com') }],
      at: '"kms:ViaService": "s3.eu-west-1.amazonaws.com"',
      hasNot: [{ ...decrypt, ...If('StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com') }],
    },
  ],
  [
    'key-never-set',
    {
      has: [{ ...allow, Action: ['s3:GetObject', 's3:PutObject'], ...If('StringLike', 's3:prefix', 'a/*') }],
      at: '"s3:prefix": "a/*"',
      hasNot: [{ ...list, ...If('StringLike', 's3:prefix', 'a/*') }],
    },
  ],
  // Of several actions only some.
  [
    'key-never-set',
    {
      has: [
        {
          ...{ Effect: 'Allow', Resource: '*', Action: ['kms:Decrypt', 'kms:ListKeys'] },
          ...If('StringEquals', 'kms:KeySpec', 'RSA_2048'),
        },
      ],
      at: '"kms:KeySpec": "RSA_2048"',
      hasNot: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', ...If('StringEquals', 'kms:KeySpec', 'RSA_2048') }],
    },
  ],
  // A Deny whose negated condition is met by every request without the key.
  [
    'key-never-set',
    {
      has: [{ ...allow, Effect: 'Deny', ...If('StringNotEquals', 's3:x-amz-server-side-encryption', 'aws:kms') }],
      at: '"s3:x-amz-server-side-encryption": "aws:kms"',
      hasNot: [
        { ...allow, Effect: 'Deny', ...If('StringNotEqualsIfExists', 's3:x-amz-server-side-encryption', 'aws:kms') },
        { ...allow, Effect: 'Deny', Action: 's3:PutObject', ...If('Null', 's3:x-amz-server-side-encryption', 'true') },
      ],
    },
  ],
  [
    'key-never-set',
    {
      has: [{ ...decrypt, ...If('ForAnyValue:StringEquals', 'kms:GrantOperations', 'Decrypt') }],
      at: '"kms:GrantOperations": "Decrypt"',
      hasNot: [
        { ...decrypt, Action: 'kms:CreateGrant', ...If('ForAnyValue:StringEquals', 'kms:GrantOperations', 'Decrypt') },
      ],
    },
  ],
  [
    'missing-set-operator',
    {
      has: [{ ...decrypt, Action: 'kms:TagResource', ...If('StringEquals', 'aws:TagKeys', 'team') }],
      at: '"aws:TagKeys": "team"',
      hasNot: [{ ...decrypt, Action: 'kms:TagResource', ...If('ForAllValues:StringEquals', 'aws:TagKeys', 'team') }],
    },
  ],
  [
    'for-all-values',
    {
      has: [{ ...decrypt, ...If('ForAllValues:StringEquals', 'kms:KeyOrigin', 'AWS_KMS') }],
      at: '"kms:KeyOrigin": "AWS_KMS"',
      hasNot: [
        { ...decrypt, Effect: 'Deny', ...If('ForAllValues:StringEquals', 'kms:KeyOrigin', 'AWS_KMS') },
        {
          ...decrypt,
          Condition: {
            'ForAllValues:StringEquals': { 'kms:KeySpec': 'RSA_2048' },
            Null: { 'kms:KeySpec': 'false' },
          },
        },
      ],
    },
  ],
  ['null-value', { has: [{ ...allow, ...If('Null', 'aws:SourceIp', 'no') }], at: '"no"', hasNot: [allow] }],
  [
    'useless-if-exists',
    {
      has: [
        {
          ...{ ...decrypt, Action: 'kms:TagResource' },
          ...If('ForAnyValue:StringEqualsIfExists', 'aws:TagKeys', 'a'),
        },
      ],
      at: '"aws:TagKeys": "a"',
      hasNot: [{ ...allow, ...If('StringEqualsIfExists', 'aws:SourceVpc', 'vpc-1') }],
    },
  ],
  [
    'incomparable-value',
    {
      has: [{ ...allow, ...If('IpAddress', 'aws:SourceIp', '203.0.113.0/24', '203.0.113') }],
      at: '"203.0.113"',
      hasNot: [{ ...allow, ...If('IpAddress', 'aws:SourceIp', '203.0.113.0/24') }],
    },
  ],
  [
    'value-never-matches',
    {
      has: [{ ...decrypt, ...If('StringEquals', 'kms:ViaService', 's3.amazonaws.com') }],
      at: '"s3.amazonaws.com"',
      hasNot: [{ ...decrypt, ...If('StringLike', 'kms:ViaService', 's3.*.amazonaws.com') }],
    },
  ],
  [
    'value-never-matches',
    {
      has: [{ ...allow, Action: 's3:PutObject', ...If('StringEquals', 's3:x-amz-server-side-encryption', 'SSE-KMS') }],
      at: '"SSE-KMS"',
      hasNot: [
        { ...allow, Action: 's3:PutObject', ...If('StringLike', 's3:x-amz-server-side-encryption', 'aws:kms*') },
      ],
    },
  ],
  [
    'value-never-matches',
    {
      has: [{ ...allow, ...If('ArnLike', 'aws:PrincipalArn', `arn:aws:sts::${A}:assumed-role/Reader/*`) }],
      at: `"arn:aws:sts::${A}:assumed-role/Reader/*"`,
      hasNot: [{ ...allow, ...If('ArnLike', 'aws:PrincipalArn', ROLE, `arn:aws:iam::*:root`) }],
    },
  ],
  [
    'value-never-matches',
    {
      has: [{ ...allow, ...If('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:sts::*:assumed-role/Admin/*') }],
      at: '"arn:aws:sts::*:assumed-role/Admin/*"',
      hasNot: [{ ...allow, ...If('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Admin', 'arn:aws:*::*:*') }],
    },
  ],
  [
    'value-never-matches',
    {
      has: [{ ...allow, ...If('StringNotEquals', 'aws:RequestedRegion', 'eu-west-1', 'eu-cental-1') }],
      at: '"eu-cental-1"',
      hasNot: [
        { ...allow, ...If('StringNotEquals', 'aws:RequestedRegion', 'eu-west-9', 'zz-middle-1', 'eu-central-1') },
      ],
    },
  ],
  [
    'value-never-matches',
    {
      has: [{ ...decrypt, ...If('StringEquals', 'kms:RequestAlias', ALIAS) }],
      at: `"${ALIAS}"`,
      hasNot: [{ ...decrypt, ...If('StringLike', 'kms:RequestAlias', 'alias/*') }],
    },
  ],
  [
    'value-never-matches',
    {
      has: [{ ...allow, ...If('StringNotEquals', 'aws:PrincipalAccount', '1111-2222-3333') }],
      at: '"1111-2222-3333"',
      hasNot: [{ ...allow, ...If('StringNotEquals', 'aws:PrincipalAccount', A) }],
    },
  ],
  [
    'alias-arn',
    {
      has: [{ ...decrypt, Resource: ALIAS }],
      at: `"${ALIAS}"`,
      also: ['action-without-resource'],
      hasNot: [{ ...decrypt, Action: ['kms:CreateAlias', 'kms:DeleteAlias'], Resource: [KEY, ALIAS] }],
    },
  ],
  ['alias-arn', { type: 'key', has: [{ ...onKey, Resource: ALIAS }], at: `"${ALIAS}"`, hasNot: [onKey] }],
  [
    'alias-arn',
    {
      has: [
        {
          ...{ ...allow, Action: 's3:PutObject' },
          ...If('StringEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', ALIAS),
        },
      ],
      at: `"${ALIAS}"`,
      hasNot: [
        {
          ...{ ...allow, Action: 's3:PutObject' },
          ...If('StringEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', KEY),
        },
      ],
    },
  ],
  [
    'resource-never-matches',
    {
      type: 'key',
      facts: { resource: KEY },
      has: [{ ...onKey, Resource: `${KEY.slice(0, -1)}0` }],
      at: `"${KEY.slice(0, -1)}0"`,
      hasNot: [
        { ...onKey, Resource: KEY },
        { ...onKey, Action: 'kms:Encrypt', Resource: `${KEY.slice(0, -1)}?` },
      ],
    },
  ],
  [
    'via-service-region',
    {
      has: [{ ...decrypt, ...If('StringEquals', 'kms:ViaService', 's3.us-east-1.amazonaws.com') }],
      at: '"s3.us-east-1.amazonaws.com"',
      hasNot: [
        {
          ...{ ...decrypt, Resource: [KEY, KEY.replace('eu-west-1', 'us-east-1')] },
          ...If('StringEquals', 'kms:ViaService', 's3.us-east-1.amazonaws.com'),
        },
        {
          ...{ ...decrypt, Resource: KEY.replace('eu-west-1', '*') },
          ...If('StringEquals', 'kms:ViaService', 's3.us-east-2.amazonaws.com'),
        },
      ],
    },
  ],
  [
    'via-service-region',
    {
      type: 'key',
      facts: { resource: KEY },
      has: [{ ...onKey, ...If('StringEquals', 'kms:ViaService', 's3.us-east-1.amazonaws.com') }],
      at: '"s3.us-east-1.amazonaws.com"',
      hasNot: [{ ...onKey, ...If('StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com') }],
    },
  ],
  [
    'bucket-key-context',
    {
      facts: withBucketKey,
      has: [{ ...decrypt, ...If('StringLike', CONTEXT, 'arn:aws:s3:::photos/*') }],
      at: '"arn:aws:s3:::photos/*"',
      hasNot: [
        { ...decrypt, ...If('StringLike', CONTEXT, 'arn:aws:s3:::photos') },
        { ...decrypt, ...If('StringLike', CONTEXT, 'arn:aws:s3:::photos', 'arn:aws:s3:::photos/*') },
        { ...decrypt, ...If('StringLike', CONTEXT, 'arn:aws:s3:::other/*') },
        { ...decrypt, ...If('StringLike', CONTEXT, 'arn:aws:s3:::photos*') },
      ],
    },
  ],
  [
    'bucket-key-context',
    {
      facts: withoutBucketKey,
      has: [{ ...decrypt, ...If('StringLike', CONTEXT, 'arn:aws:s3:::photos') }],
      at: '"arn:aws:s3:::photos"',
      hasNot: [{ ...decrypt, ...If('StringLike', CONTEXT, 'arn:aws:s3:::photos/*') }],
    },
  ],
  [
    'key-of-other-region',
    {
      type: 'bucket',
      facts: inVirginia,
      has: [{ ...onBucket, Action: 's3:PutObject', ...If('StringEquals', KEY_ID, KEY) }],
      at: `"${KEY}"`,
      hasNot: [
        { ...onBucket, Action: 's3:PutObject', ...If('StringEquals', KEY_ID, KEY.replace('eu-west-1', 'us-east-1')) },
        { ...onBucket, Effect: 'Deny', Action: 's3:PutObject', ...If('StringNotEquals', KEY_ID, KEY) },
      ],
    },
  ],
  [
    'key-of-other-region',
    {
      type: 'key',
      facts: { ...inVirginia, resource: KEY },
      has: [{ ...onKey, ...If('StringLike', CONTEXT, 'arn:aws:s3:::photos/*') }],
      at: '"arn:aws:s3:::photos/*"',
      hasNot: [{ ...onKey, ...If('StringLike', CONTEXT, 'arn:aws:s3:::other/*') }],
    },
  ],
  [
    'contradiction',
    {
      has: [
        {
          ...allow,
          Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' }, StringNotLike: { 'aws:sourcevpc': 'vpc-*' } },
        },
      ],
      at: '"aws:SourceVpc": "vpc-1"',
      hasNot: [
        {
          ...allow,
          Condition: { StringEquals: { 'aws:SourceVpc': ['vpc-1', 'x'] }, StringNotLike: { 'aws:SourceVpc': 'vpc-*' } },
        },
      ],
    },
  ],
  [
    'contradiction',
    {
      has: [{ ...allow, ...If('StringEquals', 'aws:SourceVpc', ...[]) }],
      at: '"aws:SourceVpc": []',
      hasNot: [{ ...allow, ...If('StringNotEquals', 'aws:SourceVpc', ...[]) }],
    },
  ],
  [
    'literal-wildcard',
    {
      has: [{ ...list, ...If('StringEquals', 's3:prefix', 'home/*') }],
      at: '"home/*"',
      hasNot: [{ ...list, ...If('StringLike', 's3:prefix', 'home/*') }],
    },
  ],
  [
    'action-without-resource',
    {
      has: [{ ...allow, Action: ['s3:GetObject', 's3:ListBucket'] }],
      at: '"s3:ListBucket"',
      hasNot: [{ ...allow, Action: ['s3:*', 's3:List*', 'kms:Decrypt'], Resource: ['arn:aws:s3:::photos*', KEY] }],
    },
  ],
  [
    'action-without-resource',
    {
      has: [{ ...allow, Resource: 'arn:aws:s3:::photos' }],
      at: '"s3:GetObject"',
      hasNot: [{ ...allow, Resource: `arn:aws:s3:::\${aws:username}` }],
    },
  ],
  [
    'action-without-resource',
    {
      has: [{ ...decrypt, Action: ['kms:Decrypt', 'kms:CreateKey'] }],
      at: '"kms:CreateKey"',
      hasNot: [{ ...decrypt, Action: 'kms:CreateKey', Resource: `arn:aws:kms:eu-west-1:${A}:*` }],
    },
  ],
  [
    'public-access',
    {
      type: 'bucket',
      has: [{ ...onBucket, Principal: '*' }],
      at: '"*"',
      hasNot: [
        { ...onBucket, Principal: '*', ...If('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5') },
        { ...onBucket, Principal: '*', Effect: 'Deny' },
      ],
    },
  ],
  [
    'public-access',
    {
      type: 'key',
      has: [{ ...onKey, Principal: { AWS: '*' } }],
      at: '{',
      hasNot: [{ ...onKey, Principal: '*', ...If('StringEquals', 'kms:CallerAccount', A) }],
    },
  ],
  [
    'public-access',
    {
      type: 'trust',
      has: [{ ...trust, Principal: '*' }],
      at: '"*"',
      hasNot: [{ ...trust, Principal: '*', ...If('StringEquals', 'sts:ExternalId', 'secret') }],
    },
  ],
  [
    'service-without-source',
    {
      type: 'key',
      has: [{ ...onKey, Principal: { Service: 'cloudtrail.amazonaws.com' } }],
      at: '"cloudtrail.amazonaws.com"',
      hasNot: [
        {
          ...{ ...onKey, Principal: { Service: 'cloudtrail.amazonaws.com' } },
          ...If('StringEquals', 'aws:SourceAccount', A),
        },
      ],
    },
  ],
  [
    'not-principal-account',
    {
      type: 'bucket',
      has: [{ ...allow, Effect: 'Deny', NotPrincipal: { AWS: ROLE } }],
      at: '"NotPrincipal": {',
      hasNot: [{ ...allow, Effect: 'Deny', NotPrincipal: { AWS: [ROLE, A] } }],
    },
  ],
  [
    'passes-any-role',
    {
      has: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }],
      at: '"iam:PassRole"',
      hasNot: [
        { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', ...If('StringEquals', 'iam:PassedToService', 's3') },
        { Effect: 'Allow', Action: 'iam:PassRole', Resource: ROLE },
      ],
    },
  ],
  ['no-effect', { type: 'key', has: [{ ...onKey, Resource: undefined }], at: '{', hasNot: [onKey] }],
  [
    'unreachable-statement',
    {
      has: [allow, { Effect: 'Deny', Action: 's3:*', Resource: '*' }],
      at: '{',
      hasNot: [allow, { Effect: 'Deny', Action: 's3:*', Resource: '*', ...If('Bool', 'aws:SecureTransport', 'false') }],
    },
  ],
  [
    'redundant-statement',
    {
      has: [{ ...allow, Action: ['s3:Get*'] }, allow],
      at: '{',
      hasNot: [allow, { ...allow, Action: 's3:PutObject' }],
    },
  ],
];

test.for(rows)('%s is found where it is, and only there', (row) => {
  const [kind, { type, facts, has, at, also = [], hasNot }] = row;
  const all = found(documentOf(has), type, facts);
  expect(all).toContainEqual([kind, at]);
  expect(all.map(([each]) => each).filter((each) => each !== kind && !also.includes(each))).toEqual([]);
  for (const statement of hasNot.length > 1 && kind.endsWith('-statement') ? [hasNot] : hasNot.map((one) => [one])) {
    expect(found(documentOf(statement), type, facts)).toEqual([]);
  }
});

test('a document without a version has no variables, and none at all is a suggestion in a resource policy', () => {
  const own = { ...onBucket, Resource: `arn:aws:s3:::photos/\${aws:username}/*` };
  const old = documentOf([own], { Version: '2008-10-17' });
  expect(found(old)).toEqual([['literal-variable', `"arn:aws:s3:::photos/\${aws:username}/*"`]]);
  expect(found(documentOf([own]))).toEqual([]);
  expect(found(documentOf([onBucket], { Version: undefined })).map(([kind]) => kind)).toEqual(['missing-version']);
});

/** What is found in policies as AWS's guides have them, and is so. */
const inGuides: Readonly<Record<string, readonly FindingKind[]>> = {
  'anonymous readers': ['public-access'],
  'a referer': ['public-access'],
  'a tag that is there': ['public-access'],
  'logs of a load balancer': ['service-without-source'],
  'a regional service': ['service-without-source'],
  logs: ['service-without-source'],
  // iam:GetRole beside iam:PassRole.
  'a role to pass': ['key-never-set'],
};

test.for([
  ...ofBuckets.map(([name, statement]) => [name, 'bucket', statement] as const),
  ...ofKeys.map(([name, statement]) => [name, 'key', statement] as const),
  ...ofIdentities.map(([name, statement]) => [name, 'identity', statement] as const),
])('the policy about %s of AWS has no other findings', ([name, type, statement]) => {
  expect(found(documentOf([statement].flat()), type).map(([kind]) => kind)).toEqual(inGuides[name] ?? []);
});

test.for(awsManagedPolicies)('the AWS managed policy $name has no findings', ({ document }) => {
  expect(found(document, 'identity').filter(([kind]) => kind !== 'size')).toEqual([]);
});

test('every kind of finding has a row', () => {
  const shown = new Set<string>([...rows.map(([kind]) => kind), 'literal-variable', 'missing-version']);
  expect(Object.keys(severities).filter((kind) => !shown.has(kind))).toEqual([]);
});
