import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { checkIdentityPolicy } from '../../src/policy/identity-policy-check.ts';
import { checkTrustPolicy } from '../../src/policy/trust-policy-check.ts';

const ALICE = 'arn:aws:iam::111122223333:user/alice';

function refusal(check: () => void): string {
  try {
    check();
    return 'accepted';
  } catch (error) {
    if (error instanceof AwsError && error.code === 'MalformedPolicyDocument') return error.message;
    throw error;
  }
}

const identity = (text: string) => refusal(() => checkIdentityPolicy(text));
const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const withStatement = (...changes: Readonly<Record<string, unknown>>[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: changes.map((change) => ({ ...good, ...change })) });

const SYNTAX = 'Syntax errors in policy.';
const LEGACY = 'The policy failed legacy parsing';
const PARTITION = (partition: string, rest: string) =>
  `Partition "${partition}" is not valid for resource "arn:${partition}:${rest}".`;

// IAM API Reference, CreatePolicy, MalformedPolicyDocument as IAM answers it.
test.for([
  ['', SYNTAX],
  ['[]', SYNTAX],
  ['{"Version": "2012-10-17", "Statement": []}', SYNTAX],
  ['{"Version": "2012-10-17", "Statement": ["x"]}', SYNTAX],
  ['{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": {}}', SYNTAX],
  ['{"Version": "2012-10-18", "Statement": {}}', SYNTAX],
  [JSON.stringify({ Version: '2012-10-17', Statement: good, Other: 1 }), SYNTAX],
  [JSON.stringify({ Statement: good }), 'Policy document must be version 2012-10-17 or greater.'],
  [
    JSON.stringify({ Version: '2008-10-17', Statement: good }),
    'Policy document must be version 2012-10-17 or greater.',
  ],
  [JSON.stringify({ Version: '2012-10-17', Statement: good }), 'accepted'],
] as const)('%s: %s', ([text, message]) => {
  expect(identity(text)).toBe(message);
});

test.for<[Readonly<Record<string, unknown>>, string]>([
  [{ Effect: 'invalid' }, SYNTAX],
  [{ Effect: undefined }, SYNTAX],
  [{ Effect: 'denY' }, LEGACY],
  [{ Extra: 1 }, SYNTAX],
  [{ Sid: 1 }, SYNTAX],
  [{ NotAction: [] }, SYNTAX],
  [{ Action: [1] }, SYNTAX],
  [{ Condition: [] }, SYNTAX],
  [{ Condition: { StringEqual: { a: 'b' } } }, SYNTAX],
  [{ Condition: { StringEqual: {} } }, 'accepted'],
  [{ Condition: { StringEquals: { a: { b: 'c' } } } }, SYNTAX],
  [{ Condition: { Bool: { 'aws:SecureTransport': false } } }, 'accepted'],
  [{ Condition: { DateLessThan: { 'aws:CurrentTime': 'soon' } } }, LEGACY],
  [{ Condition: { DateLessThan: { 'aws:CurrentTime': '2026-05-04T09:00:00Z' } } }, 'accepted'],
  [{ Principal: '*' }, 'Policy document should not specify a principal.'],
  [
    { Sid: 'with blank' },
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
  [{ Action: [] }, 'Policy statement must contain actions.'],
  [{ Action: undefined }, 'Policy statement must contain actions.'],
  [{ Resource: undefined }, 'Policy statement must contain resources.'],
  [{ Resource: [] }, 'Policy statement must contain resources.'],
  [{ Resource: 'bucket' }, 'Resource bucket must be in ARN format or "*".'],
  [{ Resource: '' }, 'Resource  must be in ARN format or "*".'],
  [{ Resource: ['zz', 'aa', '*'] }, 'Resource aa must be in ARN format or "*".'],
  [{ Resource: 'arn:aws:s3::b' }, LEGACY],
  [{ Resource: 'arn:aws::::b' }, LEGACY],
  [{ Resource: 'aws:s3:::b' }, PARTITION('s3', '::b:*')],
  [{ Resource: 'a:b:c:d:e:f:g:h' }, PARTITION('b', 'c:d:e:f:g:h')],
  [{ Resource: 'arn:aws' }, 'Resource vendor must be fully qualified and cannot contain regexes.'],
  [{ Resource: 'arn:aws:s3' }, 'accepted'],
  [
    { Resource: 'arn:aws:iam:us-east-1:111122223333:user/a' },
    'IAM resource arn:aws:iam:us-east-1:111122223333:user/a cannot contain region information.',
  ],
  [{ Resource: 'arn:aws:s3:us-east-1::b' }, 'Resource arn:aws:s3:us-east-1::b can not contain region information.'],
  [{ Resource: 'arn:aws:s3:us-east-1:111122223333:accesspoint/a' }, 'accepted'],
  [
    { Resource: 'arn:aws:iam::111122223333:u*' },
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
  ],
  [{ Action: 'GetObject' }, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
  [{ Action: 's3:Get:Object' }, 'Actions/Condition can contain only one colon.'],
  [{ Action: 's*:Get*' }, 'Vendor s* is not valid'],
  [{ Action: '*:*' }, 'accepted'],
  [{ Action: 's3:NoSuchAction' }, 'accepted'],
])('a statement with %j: %s', ([changes, message]) => {
  expect(identity(withStatement(changes))).toBe(message);
});

test('statement ids are unique, except the empty one', () => {
  expect(identity(withStatement({ Sid: 'x' }, { Sid: 'x' }))).toBe(
    'Statement IDs (SID) in a single policy must be unique.',
  );
  expect(identity(withStatement({ Sid: '' }, { Sid: '' }))).toBe('accepted');
});

const trust = (text: string) =>
  refusal(() => checkTrustPolicy(text, (_type, name) => name === ALICE || name === 's3.amazonaws.com'));
const trusted = { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'sts:AssumeRole' };
const trusting = (...changes: Readonly<Record<string, unknown>>[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: changes.map((change) => ({ ...trusted, ...change })) });

// IAM API Reference, CreateRole, MalformedPolicyDocument as IAM answers it.
test.for<[string, string]>([
  ['{"Statement": [{}],}', 'This policy contains invalid Json'],
  ['{"Version": "2020-01-01"}', 'The policy must contain a valid version string'],
  ['{"Statement": []}', 'Could not parse the policy: Statement is empty!'],
  ['{"Statement": ["x"]}', 'Syntax error in policy.'],
  [trusting({}), 'accepted'],
  [trusting({ Principal: '*' }), 'accepted'],
  [trusting({ Principal: { Service: 's3.amazonaws.com' } }), 'accepted'],
  [trusting({ Action: ['sts:AssumeRole', 'sts:TagSession'] }), 'accepted'],
  [trusting({ Action: 'sts:*' }), 'accepted'],
  [trusting({ Sid: 'x' }, { Sid: 'x' }), 'The Statement Ids in the policy are not unique'],
  [trusting({ Effect: undefined }), 'Missing required field Effect'],
  [trusting({ Effect: 'Maybe' }), 'Invalid effect: Maybe'],
  [trusting({ Principal: undefined }), 'Missing required field Principal'],
  [trusting({ Principal: {} }), 'Missing required field Principal cannot be empty!'],
  [trusting({ Principal: ALICE }), 'Principal must be a JSON object.'],
  [
    trusting({ Principal: { AWS: 'arn:aws:iam::111122223333:user/bob' } }),
    'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/bob"',
  ],
  [trusting({ Principal: { Service: 'nothing' } }), 'Invalid principal in policy: "SERVICE":"nothing"'],
  [trusting({ Principal: { Other: 'x' } }), 'Invalid principal in policy: "Other"'],
  [trusting({ Principal: undefined, NotPrincipal: { AWS: ALICE } }), 'Allow with NotPrincipal is not allowed.'],
  [trusting({ Action: undefined }), 'Missing required field Action'],
  [trusting({ Action: 's3:GetObject' }), 'AssumeRole policy may only specify STS AssumeRole actions.'],
  [trusting({ Resource: '*' }), 'Has prohibited field Resource'],
])('a trust policy %s: %s', ([text, message]) => {
  expect(trust(text)).toBe(message);
});
