import { describe, expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { checkBucketPolicy } from '../../src/policy/bucket-policy-check.ts';
import { isPublicPolicy } from '../../src/policy/public-policy.ts';

/** A policy variable. */
const variable = (name: string) => `\${${name}}`;

const ALICE = 'arn:aws:iam::111122223333:user/alice';

function refusal(text: string): string {
  try {
    checkBucketPolicy(text, 'b', (type, name) =>
      type === 'Service' ? !name.includes('*') : [ALICE, '*'].includes(name),
    );
    return 'accepted';
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const statement = {
  Effect: 'Allow',
  Principal: { AWS: ALICE },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::b/*',
};
const policy = (changes: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...changes }] });

// Amazon S3 API Reference, PutBucketPolicy, MalformedPolicy as S3 answers it.
const texts: readonly (readonly [text: string, message: string])[] = [
  ['', "Policies must be valid JSON and the first byte must be '{'"],
  ['not json', "Policies must be valid JSON and the first byte must be '{'"],
  ['{"Statement": [}', 'This policy contains invalid Json'],
  ['{"Statement": [], "Statement": []}', 'This policy contains invalid Json'],
  ['{}', 'Missing required field Statement'],
  ['{"Statement": []}', 'Could not parse the policy: Statement is empty!'],
  ['{"Version": "2020-01-01", "Statement": []}', 'The policy must contain a valid version string'],
  ['{"Statement": [], "Extra": 1}', 'Unknown field Extra'],
];
test.for(texts)('%s is refused: %s', ([text, message]) => {
  expect(refusal(text)).toBe(`MalformedPolicy: ${message}`);
});

const statements: readonly (readonly [changes: Readonly<Record<string, unknown>>, message: string])[] = [
  [{ Effect: undefined }, 'Missing required field Effect'],
  [{ Effect: 'Permit' }, 'Invalid effect : Permit'],
  [{ Principal: undefined }, 'Missing required field Principal'],
  [{ Principal: {} }, 'Missing required field Principal'],
  [{ Principal: { AWS: [] } }, 'Missing required field Principal'],
  [{ Effect: 'Deny', Principal: undefined, NotPrincipal: {} }, 'Missing required field Principal'],
  [{ Principal: ALICE }, 'Invalid principal in policy'],
  [{ Principal: { AWS: 111122223333 } }, 'Invalid principal in policy'],
  [{ Principal: { AWS: 'arn:aws:iam::111122223333:user/nobody' } }, 'Invalid principal in policy'],
  [{ Principal: { AWS: 'arn:aws:iam::111122223333:user/*' } }, 'Invalid principal in policy'],
  [{ Principal: { Service: '*' } }, 'Invalid principal in policy'],
  ...[
    { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity' },
    { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity *' },
    { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin_Access_Identity E2EXAMPLE1OAI' },
    { AWS: 'arn:aws:iam::cloudfront:user/CloudFront%20Origin%20Access%20Identity%20E2EXAMPLE1OAI' },
    { AWS: 'arn:aws:iam::cloudfront:user/alice' },
    { AWS: 'f'.repeat(64) },
    { CanonicalUser: 'f'.repeat(63) },
    { CanonicalUser: 'F'.repeat(64) },
    { CanonicalUser: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAI' },
  ].map((Principal) => [{ Principal }, 'Invalid principal in policy'] as const),
  [{ Principal: undefined, NotPrincipal: { AWS: ALICE } }, 'Allow with NotPrincipal is not allowed.'],
  [{ Action: undefined }, 'Missing required field Action'],
  [{ Action: 's3:GetObjekt' }, 'Policy has invalid action'],
  [{ Action: 'kms:Decrypt' }, 'Policy has invalid action'],
  [{ Resource: undefined }, 'Missing required field Resource'],
  [{ Resource: '*' }, 'Policy has invalid resource'],
  [{ Resource: 'arn:aws:s3:::other/*' }, 'Policy has invalid resource'],
  [{ Resource: 'arn:aws:s3:::b' }, 'Action does not apply to any resource(s) in statement'],
  [{ Action: ['s3:GetObject', 's3:ListBucket'] }, 'Action does not apply to any resource(s) in statement'],
  [{ Condition: { StringEqual: { 'aws:username': 'x' } } }, 'Invalid Condition type : StringEqual'],
  [{ Condition: { StringEquals: { 's3:unknown': 'x' } } }, 'Policy has an invalid condition key'],
  [{ Condition: { StringEquals: { 'kms:ViaService': 'x' } } }, 'Policy has an invalid condition key'],
  [
    { Condition: { StringEquals: { 's3:prefix': 'x' } } },
    'Conditions do not apply to combination of actions and resources in statement',
  ],
  ...['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'].map(
    (Action) =>
      [
        { Action, Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'red' } } },
        'Conditions do not apply to combination of actions and resources in statement',
      ] as const,
  ),
  [{ Condition: { IpAddress: { 'aws:SourceIp': '300.0.0.0/8' } } }, 'Invalid IP address in Conditions'],
  [{ Condition: { IpAddress: { 'aws:SourceIp': '::ffff:203.0.113.0/129' } } }, 'Invalid IP address in Conditions'],
  [{ Condition: { Null: { 'aws:SourceIp': 'no' } } }, 'Invalid value in Conditions for operator Null'],
  [
    { Condition: { Null: { 'aws:SourceIp': variable('aws:username') } } },
    'Invalid value in Conditions for operator Null',
  ],
  [{ Condition: { StringEquals: { constructor: 'x' } } }, 'Policy has an invalid condition key'],
  [{ Condition: { constructor: { 'aws:SourceIp': 'x' } } }, 'Invalid Condition type : constructor'],
  [
    { Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': 'soon' } } },
    'Invalid value in Conditions for operator NumericLessThan',
  ],
  [{ Sid: 7 }, 'Invalid policy syntax.'],
];
test.for(statements)('a statement with %j is refused: %s', ([changes, message]) => {
  expect(refusal(policy(changes))).toBe(`MalformedPolicy: ${message}`);
});

const accepted: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { Principal: '*' },
  { Principal: { AWS: ['*', ALICE], Service: 's3.amazonaws.com' } },
  { Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAI' } },
  { Principal: { AWS: [ALICE, 'arn:aws:iam::cloudfront:user/CloudFront_Origin_Access_Identity_E2EXAMPLE1OAI'] } },
  { Principal: { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' } },
  { Action: 's3:*' },
  { Action: ['s3:Get*', 's3:ListBucket'], Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] },
  { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::*' },
  { Sid: 'with blanks', Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: ALICE } },
  { Condition: { StringNotEquals: { 's3:ExistingObjectTag/team': variable('aws:PrincipalTag/team') } } },
  { Action: 's3:PutObject', Condition: { Null: { 's3:x-amz-server-side-encryption': true } } },
];
test.for(accepted)('a statement with %j is accepted', (changes) => {
  expect(refusal(policy(changes))).toBe('accepted');
});

test('only the content of a policy can make it too long, not white space', () => {
  expect(refusal(`{${' '.repeat(30_000)}"Statement": []}`)).toContain('Statement is empty');
  expect(refusal(policy({ Sid: 'x'.repeat(20_480) }))).toBe(
    'MalformedPolicy: Normalized policy document exceeds the maximum allowed size of 20480 bytes',
  );
});

// Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", The meaning of "public".
describe('a policy that allows everyone', () => {
  const conditions: readonly (readonly [Readonly<Record<string, unknown>> | undefined, boolean])[] = [
    [undefined, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, false],
    [{ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, true],
    [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, true],
    [{ StringNotEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:PrincipalAccount': '111122223333' } }, true],
    [{ StringEquals: { 'aws:PrincipalAccount': ['111122223333', '444455556666'] } }, false],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }, false],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } }, true],
    [{ StringEquals: { 'aws:PrincipalAccount': variable('aws:ResourceAccount') } }, true],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }, true],
    [{ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/0'] } }, true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '::ffff:203.0.113.0/120' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '::ffff:0:0/96' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '2001:db8::/31' } }, true],
    [{ Bool: { 'aws:PrincipalIsAWSService': 'true' } }, false],
    [{ Bool: { 'aws:PrincipalIsAWSService': 'false' } }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ StringEquals: { 's3:prefix': 'public/' } }, true],
  ];
  test.for(conditions)('if %j: public is %s', ([Condition, isPublic]) => {
    for (const Principal of ['*', { AWS: '*' }, { AWS: [ALICE, '*'] }]) {
      expect(isPublicPolicy(policy({ Principal, Condition }))).toBe(isPublic);
    }
  });

  test('is not public when it names somebody, or denies', () => {
    expect(isPublicPolicy(policy({}))).toBe(false);
    expect(isPublicPolicy(policy({ Principal: '*', Effect: 'Deny' }))).toBe(false);
    expect(isPublicPolicy(policy({ Principal: { CanonicalUser: 'f'.repeat(64) } }))).toBe(false);
    expect(isPublicPolicy(policy({ Principal: { Service: 's3.amazonaws.com' } }))).toBe(false);
  });
});
