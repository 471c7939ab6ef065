import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const account = { AWS: 'arn:aws:iam::111122223333:root' };
const own = { Effect: 'Allow', Action: ['kms:*', 's3:*'], Resource: '*' };
const Condition = { StringEquals: { 'aws:TagKeys': 'team' } };
const policy = document({ Sid: 'Tags', ...own, Condition });

const needsSetOperator =
  'warning: statement "Tags": aws:TagKeys can have several values, so StringEquals needs ForAllValues or ForAnyValue ' +
  'in front: without, no request that has the key meets it\n';

const keyPolicy = document(
  { Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' },
  { Sid: 'Tags', Effect: 'Allow', Principal: account, Action: 'kms:TagResource', Resource: '*', Condition },
);
const trust = { Effect: 'Allow', Principal: account, Action: 'sts:AssumeRole' };
const trustPolicy = document(trust, { Sid: 'Tags', ...trust, Action: 'sts:TagSession', Condition });
const bucketPolicy = document({
  Sid: 'Tags',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutBucketTagging',
  Resource: 'arn:aws:s3:::photos',
  Condition,
});

async function newLine(): Promise<CommandLine> {
  const line = newCommandLine();
  await line.ok(['iam', 'create-user', '--user-name', 'ann']);
  await line.ok(['iam', 'create-group', '--group-name', 'staff']);
  await line.ok(['iam', 'create-role', '--role-name', 'Reader', '--assume-role-policy-document', document(trust)]);
  await line.ok(['iam', 'create-policy', '--policy-name', 'p', '--policy-document', document(own)]);
  await line.ok(['s3api', 'create-bucket', '--bucket', 'photos']);
  return line;
}

const newKey = async (line: CommandLine, ...options: readonly string[]) =>
  String((await line.ok(['kms', 'create-key', ...options, '--query', 'KeyMetadata.KeyId'])).json);

const inline = ['--policy-name', 'inline', '--policy-document', policy];
const putUserPolicy = (text: string) => [
  ...['iam', 'put-user-policy', '--user-name', 'ann', '--policy-name', 'p', '--policy-document'],
  text,
];
const arn = (rest: string) => `arn:aws:iam::111122223333:${rest}`;
const reader = ['--role-arn', arn('role/Reader'), '--role-session-name', 's1'];

test('every command that takes a policy warns of a multivalued key without a set operator', async () => {
  const line = await newLine();
  const key = await newKey(line, '--multi-region');
  for (const words of [
    putUserPolicy(policy),
    ['iam', 'put-group-policy', '--group-name', 'staff', ...inline],
    ['iam', 'put-role-policy', '--role-name', 'Reader', ...inline],
    ['iam', 'create-policy', '--policy-name', 'q', '--policy-document', policy],
    ['iam', 'create-policy-version', '--policy-arn', arn('policy/p'), '--policy-document', policy],
    ['iam', 'create-role', '--role-name', 'Writer', '--assume-role-policy-document', trustPolicy],
    ['iam', 'update-assume-role-policy', '--role-name', 'Reader', '--policy-document', trustPolicy],
    ['sts', 'assume-role', ...reader, '--policy', policy],
    ['kms', 'create-key', '--policy', keyPolicy],
    ['kms', 'put-key-policy', '--key-id', key, '--policy', keyPolicy],
    ['kms', 'replicate-key', '--key-id', key, '--replica-region', 'eu-west-1', '--policy', keyPolicy],
    ['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', bucketPolicy],
  ]) {
    const { code, err } = await line.ssebox(words);
    expect([code, err], words.slice(0, 2).join(' ')).toEqual([0, needsSetOperator]);
  }
});

test('a policy that is refused, and one without a flaw, cause no warning', async () => {
  const line = await newLine();
  const refused = await line.ssebox(putUserPolicy(policy.replace('"Allow"', '"Permit"')));
  expect([refused.code, refused.err]).toEqual([254, expect.not.stringContaining('warning')]);
  const good = document({ ...own, Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } } });
  expect((await line.ok(putUserPolicy(good))).err).toBe('');
});

// The same sentences that `explain` shows beside the statement.
test.for([
  [
    { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'a' } },
    'ForAnyValue:StringEqualsIfExists needs a value, in spite of IfExists: no request without aws:TagKeys meets it',
  ],
  [{ Null: { 'aws:TagKeys': 'yes' } }, 'Null takes true or false, so no request meets "yes"'],
  [
    { ArnNotLike: { 'aws:PrincipalArn': 'user/bob' } },
    'ArnNotLike cannot compare the value in the policy "user/bob", which counts as a difference in a Deny',
  ],
  [
    { NumericLessThan: { 's3:max-keys': ['10', 'ten'] } },
    'NumericLessThan cannot compare the value in the policy "ten", so they do not match',
  ],
])('a Deny with %j causes a warning', async ([condition, flaw]) => {
  const line = await newLine();
  const flawed = document({ ...own, Effect: 'Deny', Condition: condition });
  const { err } = await line.ok(putUserPolicy(flawed));
  expect(err).toBe(`warning: statement 1: ${flaw}\n`);
});

test('a Deny with NotPrincipal warns of an account that its list does not have', async () => {
  const line = await newLine();
  const except = document({
    Effect: 'Deny',
    NotPrincipal: { AWS: arn('user/ann') },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::photos/*',
  });
  const { err } = await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', except]);
  expect(err).toContain(`warning: statement 1: NotPrincipal lists ${arn('user/ann')} but not ${arn('root')}`);
});
