/** The line below a refusal: which value is wrong and what is allowed. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';

/** What is shown on a terminal, line by line. */
const lines = (err: string): string[] => err.trimEnd().split('\n');

const POLICY =
  '{"Version":"2012-10-17", "Statement":[{"Effect":"Allow", "Actoin":"s3:GetObject", "Resource":"arn:aws:s3:::photos/*"}]}';
/** A mark stands before the place that the hint names. */
const MARK = '▸';
const LINES = JSON.stringify(JSON.parse(POLICY), undefined, 2).replace('"Actoin', `${MARK}"Actoin`);
const statement = (members: string) => `{"Version":"2012-10-17","Statement":[{${members}}]}`;
/** The mark is before the statement itself. */
const incomplete = (members: string) => statement(members).replace('[{', `[${MARK}{`);
const PUT_USER = 'iam put-user-policy --user-name bob --policy-name p --policy-document';
const PUT_BUCKET = 's3api put-bucket-policy --bucket photos --policy';
const PUT_KEY = 'kms put-key-policy --policy-name default --key-id KEY --policy';
const TRUST = 'iam create-role --role-name r --assume-role-policy-document';
const SYNTAX = 'Syntax errors in policy.';
const everybody = '"Effect":"Allow","Principal":"*"';

test.for<readonly [command: string, document: string, message: string, wanted: string]>([
  [PUT_USER, POLICY, SYNTAX, '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?'],
  [PUT_USER, LINES, SYNTAX, '"Actoin" is not an element of a statement (PLACE): did you mean "Action"?'],
  [PUT_USER, '{"Version": "2012-10-17",▸}', SYNTAX, 'the name of a member in quotes is missing before "}" (PLACE)'],
  [PUT_USER, '[]', SYNTAX, 'a policy must be a JSON object, not a list (PLACE)'],
  [
    PUT_USER,
    '{"Version":"2012-10-17",▸"Statment":[]}',
    SYNTAX,
    '"Statment" is not an element of a policy (PLACE): did you mean "Statement"?',
  ],
  [
    PUT_USER,
    statement('"Effect":▸"allow","Action":"*","Resource":"*"'),
    'The policy failed legacy parsing',
    'Effect must be "Allow" or "Deny", not "allow" (PLACE)',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow","Action":▸"s3.GetObject","Resource":"*"'),
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    'the action "s3.GetObject" does not name a service (PLACE): an action is SERVICE:NAME, such as s3:GetObject or kms:*',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow","Action":"*","Resource":["*",▸"photos"]'),
    'Resource photos must be in ARN format or "*".',
    '"photos" is neither "*" nor an ARN (PLACE): an ARN is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, such as arn:aws:s3:::my-bucket/*',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow",▸"Principal":"*","Action":"*","Resource":"*"'),
    'Policy document should not specify a principal.',
    'Principal belongs in the policies of keys, buckets and roles, not in those of identities (PLACE)',
  ],
  [
    PUT_USER,
    statement('"Effect":"Allow","Action":"*","Resource":"*","Condition":{▸"StringEqual":{"aws:a":"b"}}'),
    SYNTAX,
    '"StringEqual" is not a condition operator (PLACE): did you mean "StringEquals"?',
  ],
  [
    'iam create-policy --policy-name p --policy-document',
    POLICY,
    SYNTAX,
    '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?',
  ],
  [
    PUT_BUCKET,
    POLICY,
    'Unknown field Actoin',
    '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?',
  ],
  [
    PUT_BUCKET,
    statement(`${everybody},"Action":▸"s3:GetObjct","Resource":"arn:aws:s3:::photos/*"`),
    'Policy has invalid action',
    '"s3:GetObjct" is not an action of S3 (PLACE): did you mean "s3:GetObject"',
  ],
  [
    PUT_BUCKET,
    statement(`${everybody},"Action":▸"s3:ListBucket","Resource":"arn:aws:s3:::photos/*"`),
    'Action does not apply to any resource(s) in statement',
    's3:ListBucket is about buckets (PLACE): add the resource arn:aws:s3:::photos',
  ],
  [
    PUT_BUCKET,
    statement(`${everybody},"Action":"s3:*","Resource":▸"arn:aws:s3:::fotos/*"`),
    'Policy has invalid resource',
    '"arn:aws:s3:::fotos/*" is not about this bucket (PLACE): use arn:aws:s3:::photos or arn:aws:s3:::photos/*',
  ],
  [
    PUT_BUCKET,
    statement(
      '"Effect":"Deny","Principal":{"AWS":["arn:aws:iam::111122223333:user/bob",▸"arn:aws:iam::111122223333:user/nobody"]},"Action":"s3:*","Resource":"arn:aws:s3:::photos"',
    ),
    'Invalid principal in policy',
    'there is no user "nobody": "arn:aws:iam::111122223333:user/nobody" does not exist (PLACE)',
  ],
  [
    PUT_BUCKET,
    statement(
      `${everybody},"Action":"s3:*","Resource":"arn:aws:s3:::photos","Condition":{"IpAddress":{"aws:SourceIp":▸"10.0.0"}}`,
    ),
    'Invalid IP address in Conditions',
    'IpAddress cannot compare "10.0.0" (PLACE): addresses are such as 203.0.113.7 or 203.0.113.0/24',
  ],
  [PUT_KEY, POLICY, '', '"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?'],
  [PUT_KEY, 'nonsense', '', '"nonsense" is not a JSON value (PLACE)'],
  [
    PUT_KEY,
    incomplete('"Effect":"Allow","Action":"kms:*","Resource":"*"'),
    'Policy contains a statement with no principal.',
    'the statement does not have a Principal (PLACE): a key policy says who is allowed, such as "Principal": {"AWS": "ARN"}',
  ],
  [
    PUT_KEY,
    statement(
      '"Effect":"Allow","Principal":{"AWS":▸"arn:aws:iam::111122223333:role/gone"},"Action":"kms:*","Resource":"*"',
    ),
    'Policy contains a statement with one or more invalid principals.',
    'there is no role "gone": "arn:aws:iam::111122223333:role/gone" does not exist (PLACE)',
  ],
  [
    PUT_KEY,
    statement(
      '"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/bob"},"Action":"kms:*","Resource":"*"',
    ),
    'The new key policy will not allow you to update the key policy in the future.',
    'the policy does not allow arn:aws:iam::111122223333:user/admin kms:PutKeyPolicy: add that, or use --bypass-policy-lockout-safety-check',
  ],
  [
    TRUST,
    statement(`${everybody},"Action":▸"s3:GetObject"`),
    'AssumeRole policy may only specify STS AssumeRole actions.',
    '"s3:GetObject" is not one of the actions of a trust policy (PLACE): they are sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, sts:TagSession, sts:SetSourceIdentity and sts:SetContext',
  ],
  [
    TRUST,
    statement('"Effect":"Allow","Principal":{▸"aws":"*"},"Action":"sts:AssumeRole"'),
    'Invalid principal in policy: "aws"',
    '"aws" is not a type of principals (PLACE): did you mean "AWS"?',
  ],
])('%s %s: %s: %s', async ([command, document, message, wanted]) => {
  const { ssebox, ok, path } = await newSample();
  const before = document.slice(0, Math.max(0, document.indexOf(MARK))).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  const hint = wanted.replace('PLACE', place);
  const words = command.split(' ').map((word) => (word === 'KEY' ? 'alias/app' : word));
  if (words.includes('alias/app')) {
    const { out } = await ok([
      'kms',
      'describe-key',
      '--key-id',
      'alias/app',
      '--query',
      'KeyMetadata.KeyId',
      '--output',
      'text',
    ]);
    words[words.indexOf('alias/app')] = out.trim();
  }
  writeFileSync(path('policy.json'), document.replace(MARK, ''));
  const { code, err } = await ssebox([...words, `file://${path('policy.json')}`], { terminal: 100 });
  const [line = '', ...rest] = lines(err);
  expect(code).toBe(254);
  expect(line).toMatch(
    /^An error occurred \(MalformedPolicy(?:Document|DocumentException)?\) when calling the \w+ operation: /,
  );
  expect(line.endsWith(`: ${message}`) || message === '').toBe(true);
  expect(rest).toEqual([expect.stringContaining(`hint: ${hint}`)]);
  const piped = await ssebox([...words, `file://${path('policy.json')}`]);
  expect(piped.err.trimEnd()).toBe(line.trimEnd());
  const explained = await ok(['explain', 'last', '--output', 'tree']);
  expect(explained.out.replaceAll(/\s+/g, ' ')).toContain(`! ${hint}`);
});
