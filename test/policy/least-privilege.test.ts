import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { joinedTo, joinedToFolders } from '../../src/policy/joined-objects.ts';
import {
  type IdentityPolicy,
  leastPolicy,
  type NeededPermission,
  policySize,
} from '../../src/policy/least-privilege.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice } from './callers.ts';

const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`;
const object = (key: string) => `arn:aws:s3:::reports/${key}`;

const s3 = (action: string, key: string): NeededPermission => ({
  action: `s3:${action}`,
  resource: object(key),
  context: {},
});

/** What S3 needs of KMS for an object. */
const kms = (action: string, key: string): NeededPermission => ({
  action: `kms:${action}`,
  resource: KEY,
  context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': object(key) },
});

function isAllowed(policy: IdentityPolicy, { action, resource, context }: NeededPermission): boolean {
  const request = { caller: alice, action, resource, owner: A, context: new RecordContext(context) };
  return evaluate(request, { identity: [{ name: 'least', document: readPolicy(policy) }] }).allowed;
}

/** Values that have everything in them that policies give a meaning to. */
const actions = ['s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'];
const resources = [KEY, '*', object('a'), object('a/b'), object('*'), object('a?'), `${object('x')}\${aws:username}`];
const values = ['', 'a', '*', 'a*', '$', `\${aws:username}`, object('a')];
const keys = ['kms:ViaService', 'kms:EncryptionContext:app', 'kms:EncryptionContext:aws:s3:arn'];

const permissions = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
  context: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 3 }),
});

/** Every request that could be made of these values has to be decided as by the list of permissions itself. */
test('allows what is needed, with more keys in the request too, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(permissions, { minLength: 1, maxLength: 12 }),
      fc.array(permissions, { maxLength: 20 }),
      (needed, others) => {
        const policy = leastPolicy(needed);
        for (const request of [...needed, ...others]) {
          const isNeeded = needed.some(
            ({ action, resource, context }) =>
              action === request.action &&
              (resource === request.resource || resource === '*') &&
              Object.entries(context).every(([key, value]) => request.context[key] === value),
          );
          expect(isAllowed(policy, request), JSON.stringify({ policy, request })).toBe(isNeeded);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('does not depend on the order, or on how often something was needed', () => {
  fc.assert(
    fc.property(fc.array(permissions, { minLength: 1, maxLength: 12 }), (needed) => {
      expect(leastPolicy([...needed, ...needed].reverse())).toEqual(leastPolicy(needed));
    }),
  );
});

test('joins actions, resources and values of conditions, and says in a Sid what they are', () => {
  const policy = leastPolicy([
    ...['2026/a.csv', '2026/b.csv'].flatMap((key) => [
      s3('PutObject', key),
      s3('GetObject', key),
      kms('GenerateDataKey', key),
      kms('Decrypt', key),
    ]),
    { action: 's3:ListAllMyBuckets', resource: '*', context: {} },
    { action: 's3:ListBucket', resource: 'arn:aws:s3:::reports', context: { 's3:prefix': '2026/' } },
    { action: 'iam:GetUser', resource: `arn:aws:iam::${A}:user/bob`, context: {} },
    {
      action: 'iam:PassRole',
      resource: `arn:aws:iam::${A}:role/app`,
      context: { 'iam:PassedToService': 's3.amazonaws.com' },
    },
  ]);
  expect(policy).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PassRole',
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: `arn:aws:iam::${A}:role/app`,
        Condition: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
      },
      { Sid: 'ReadUser', Effect: 'Allow', Action: 'iam:GetUser', Resource: `arn:aws:iam::${A}:user/bob` },
      {
        Sid: 'EncryptAndDecryptKeyThroughS3',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: KEY,
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:aws:s3:arn': [object('2026/a.csv'), object('2026/b.csv')],
            'kms:ViaService': 's3.us-east-1.amazonaws.com',
          },
        },
      },
      { Sid: 'ListBuckets', Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
      {
        Sid: 'ListBucketReports',
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::reports',
        Condition: { StringEquals: { 's3:prefix': '2026/' } },
      },
      {
        Sid: 'ReadAndWriteObjectsInReports',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: [object('2026/a.csv'), object('2026/b.csv')],
      },
    ],
  });
});

test('leaves out a condition that a call without it makes pointless', () => {
  const bucket = 'arn:aws:s3:::reports';
  const policy = leastPolicy([
    { action: 's3:ListBucket', resource: bucket, context: { 's3:prefix': '2026/' } },
    { action: 's3:ListBucket', resource: bucket, context: {} },
  ]);
  expect(policy.Statement).toEqual([
    { Sid: 'ListBucketReports', Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket },
  ]);
});

test('has one Sid for each statement, of letters and digits', () => {
  fc.assert(
    fc.property(fc.array(permissions, { minLength: 1, maxLength: 12 }), (needed) => {
      const names = leastPolicy(needed).Statement.map(({ Sid }) => Sid);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[A-Za-z0-9]+$/);
    }),
  );
});

test('counts its size without white space', () => {
  const policy = leastPolicy([s3('GetObject', 'a b')]);
  expect(policySize(policy)).toBe(JSON.stringify(policy).length - 1);
});

describe('joined objects', () => {
  const needed = ['2026/05/a', '2026/05/b', '2026/06/a', 'top'].flatMap((key) => [
    s3('GetObject', key),
    kms('Decrypt', key),
  ]);
  const list = { action: 's3:ListBucket', resource: 'arn:aws:s3:::reports', context: { 's3:prefix': '2026/05/' } };

  test('to folders, with the encryption context and the prefix of lists; what is at the top stays', () => {
    const policy = leastPolicy([...needed, list], joinedToFolders);
    const allowed = ['2026/05/new', '2026/06/new', 'top'];
    const denied = ['2026/new', '2026/07/a', 'new', '2027/05/a'];
    for (const key of allowed)
      expect([key, isAllowed(policy, s3('GetObject', key)), isAllowed(policy, kms('Decrypt', key))]).toEqual([
        key,
        true,
        true,
      ]);
    for (const key of denied)
      expect([key, isAllowed(policy, s3('GetObject', key)), isAllowed(policy, kms('Decrypt', key))]).toEqual([
        key,
        false,
        false,
      ]);
    expect(isAllowed(policy, { ...list, context: { 's3:prefix': '2026/05/1' } })).toBe(true);
    expect(isAllowed(policy, { ...list, context: { 's3:prefix': '2026/' } })).toBe(false);
  });

  test('to a prefix that was named, and only there', () => {
    const policy = leastPolicy(
      [...needed, list],
      joinedTo([
        { bucket: 'reports', prefix: '2026/' },
        { bucket: 'other', prefix: '' },
      ]),
    );
    for (const key of ['2026/05/a', '2026/new', 'top'])
      expect([key, isAllowed(policy, s3('GetObject', key))]).toEqual([key, true]);
    for (const key of ['new', '2027/a']) expect([key, isAllowed(policy, kms('Decrypt', key))]).toEqual([key, false]);
    expect(policy.Statement.map(({ Resource }) => Resource)).toContainEqual([object('2026/*'), object('top')]);
  });

  test('with wildcards in their names only for what they are', () => {
    const policy = leastPolicy([s3('GetObject', '*/?/a')], joinedToFolders);
    expect(isAllowed(policy, s3('GetObject', '*/?/b'))).toBe(true);
    expect(isAllowed(policy, s3('GetObject', 'x/y/a'))).toBe(false);
  });
});
