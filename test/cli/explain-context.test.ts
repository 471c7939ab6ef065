/** `explain … --context`: a call explained as if its request were another. */

import { expect, test } from 'vitest';
import { newCommandLine, newSample } from '../support/command-line.ts';
import { newPlace } from '../support/place.ts';

/** A sample in which bob may do something where a condition holds. */
async function newBob(Action: string, Condition: object) {
  const line = await newSample();
  const Statement = { Effect: 'Allow', Action, Resource: '*', Condition };
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const name = ['--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
  await line.ok(['iam', 'put-user-policy', ...name, document]);
  return line;
}

const contexts = (...pairs: string[]) => pairs.flatMap((pair) => ['--context', pair]);

// IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, Amazon S3, condition keys.
test.for([
  [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, ['aws:SourceIp=203.0.113.9']],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, ['aws:multifactorauthpresent=true']],
  [{ NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } }, ['aws:MultiFactorAuthAge=30']],
  [{ DateGreaterThan: { 'aws:CurrentTime': '2090-01-01T00:00:00Z' } }, ['aws:CurrentTime=2090-06-01T00:00:00Z']],
  [{ NumericGreaterThan: { 'aws:EpochTime': '3786912000' } }, ['aws:CurrentTime=2090-06-01']],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, ['aws:SecureTransport=false']],
  [{ StringLike: { 'aws:UserAgent': 'aws-cli/*' } }, ['aws:UserAgent=aws-cli/2.31.0']],
  [{ StringEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } }, ['aws:SourceVpce=vpce-1a2b3c4d']],
  [{ Null: { 'aws:SourceIp': 'true' } }, ['aws:SourceVpce=vpce-1a2b3c4d']],
  [{ NumericLessThan: { 's3:TlsVersion': '1.3' } }, ['s3:TlsVersion=1.2']],
  [{ StringEquals: { 's3:authType': 'REST-QUERY-STRING' } }, ['s3:authType=REST-QUERY-STRING']],
  [
    {
      'ForAllValues:StringEquals': { 'aws:CalledVia': ['a.amazonaws.com', 'b.amazonaws.com'] },
      Null: { 'aws:CalledVia': 'false' },
    },
    ['aws:CalledVia=a.amazonaws.com', 'aws:CalledVia=b.amazonaws.com'],
  ],
] as const)('%j is met by setting %j', async ([condition, stated], { expect }) => {
  const line = await newBob('s3:GetObject', condition);
  const get = ['explain', 's3', 'get', 's3://photos/harbour.txt', '--as', 'user/bob'];
  expect((await line.ok(get)).json).toMatchObject({ Allowed: false });
  expect((await line.ok([...get, ...contexts(...stated)])).json).toMatchObject({ Allowed: true });
});

test('operations of every service take it', async () => {
  const line = await newBob('*', { IpAddress: { 'aws:SourceIp': '203.0.113.9' } });
  for (const words of [
    ['s3api', 'get-object', '--bucket', 'photos', '--key', 'harbour.txt'],
    ['kms', 'create-key'],
    ['iam', 'create-user', '--user-name', 'eve'],
    ['sts', 'get-session-token'],
  ]) {
    const call = ['explain', ...words, '--as', 'user/bob', '--show-context'];
    const { json } = await line.ok([...call, ...contexts('aws:SourceIp=203.0.113.9')]);
    expect(json).toMatchObject({ Decisions: [{ Allowed: true, Context: { 'aws:SourceIp': '203.0.113.9' } }] });
  }
});

test("S3's call to KMS has the caller's second factor, and not the caller's address", async () => {
  const line = await newSample();
  const stated = contexts('aws:SourceIp=203.0.113.9', 'aws:MultiFactorAuthPresent=true');
  const { json } = await line.ok(['explain', 's3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/ana', ...stated]);
  expect(json).toMatchObject({
    Decisions: [
      { Context: { 'aws:SourceIp': '203.0.113.9', 'aws:MultiFactorAuthPresent': 'true' } },
      { Action: 'kms:Decrypt', Context: { 'aws:MultiFactorAuthPresent': 'true' } },
    ],
  });
  const { Decisions } = json as { Decisions: { Context: object }[] };
  expect(Decisions[1]?.Context).not.toHaveProperty('aws:SourceIp');
});

test.for([
  ['aws:PrincipalArn=arn:aws:iam::111122223333:user/ana', '"aws:PrincipalArn" cannot be set'],
  ['aws:ResourceTag/team=a', '"aws:ResourceTag/team" cannot be set'],
  ['aws:Nonsense=1', '"aws:Nonsense" is not a condition key'],
  ['aws:SourceIp=nowhere', 'aws:SourceIp takes an IP address, not "nowhere"'],
  ['aws:SourceIp', 'a condition key is given as KEY=VALUE, not "aws:SourceIp"'],
] as const)('--context %s is a usage error', async ([pair, message], { expect }) => {
  const line = newCommandLine();
  for (const words of [
    ['s3', 'get', 's3://photos/harbour.txt'],
    ['kms', 'decrypt', 'alias/app'],
  ]) {
    const { code, out, err } = await line.ssebox(['explain', ...words, '--context', pair]);
    expect({ code, out }).toEqual({ code: 252, out: '' });
    expect(err).toContain(message);
  }
});

test('completion offers the keys that can be set', async () => {
  const line = await newSample();
  const { out } = await line.ok(['completion', 'query', '--', 'explain', 's3', 'get', '--context', 'aws:Source']);
  expect(out.split('\n')).toEqual(expect.arrayContaining(['aws:SourceIp=', 'aws:SourceVpce=']));
  expect(out).not.toContain('s3:');
});

test('the built program takes it, and says what it does not take', async () => {
  const place = newPlace();
  const create = ['explain', 'kms', 'create-key', '--query', 'Decisions[0].Context."aws:SourceIp"', '--output', 'text'];
  const shown = await place.ssebox([...create, '--show-context', ...contexts('AWS:sourceip=203.0.113.9')]);
  expect(shown).toMatchObject({ code: 0, out: '203.0.113.9\n' });
  const refused = await place.ssebox([...create, ...contexts('aws:PrincipalArn=x')]);
  expect(refused).toMatchObject({ code: 252, out: '' });
  expect(refused.err).toMatch(/"aws:PrincipalArn" cannot be set: .*; the keys that can be set are .*aws:SourceIp, /);
});

test('a call that was denied is decided again with other keys, with the policies of that time', async () => {
  const line = await newBob('s3:GetObject', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } });
  const get = ['s3api', 'get-object', '--bucket', 'photos', '--key', 'harbour.txt', line.path('x'), '--as', 'user/bob'];
  expect((await line.ssebox(get)).code).toBe(254);
  await line.ok(['iam', 'delete-user-policy', '--user-name', 'bob', '--policy-name', 'p']);
  const { json: last } = await line.ok(['explain', 'last']);
  const { Event } = last as { Event: { Id: string } };
  for (const words of [['last'], ['event', Event.Id], [Event.Id]]) {
    const near = await line.ok(['explain', ...words, ...contexts('aws:SourceIp=203.0.113.9')]);
    expect(near.json).toMatchObject({ AskedAgain: true, Allowed: true, Decisions: [{ Allowed: true }] });
    const far = await line.ok(['explain', ...words, ...contexts('aws:SourceIp=198.51.100.1')]);
    expect(far.json).toMatchObject({
      AskedAgain: true,
      Allowed: false,
      Refusal: { Code: 'AccessDenied' },
      Decisions: [{ Allowed: false, Context: { 'aws:SourceIp': '198.51.100.1' } }],
    });
    const page = await line.ok(['explain', ...words, ...contexts('aws:SourceIp=203.0.113.9')], { terminal: 200 });
    expect(page.out).toContain(
      's3 GetObject was refused then; with these condition keys nothing of it would be denied.',
    );
  }
  const wrong = await line.ssebox(['explain', 'last', ...contexts('aws:SourceIp=nowhere')]);
  expect(wrong).toMatchObject({ code: 252, err: expect.stringContaining('aws:SourceIp takes an IP address') });
});

test('a direct call to KMS is explained as if a service made it', async () => {
  const line = await newBob('kms:Decrypt', { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } });
  const decrypt = ['explain', 'kms', 'decrypt', 'alias/app', '--as', 'user/bob'];
  expect((await line.ok(decrypt)).json).toMatchObject({ Allowed: false });
  const via = contexts('kms:ViaService=s3.us-east-1.amazonaws.com');
  expect((await line.ok([...decrypt, ...via])).json).toMatchObject({
    Allowed: true,
    Decisions: [{ Context: { 'aws:ViaAWSService': 'true' } }],
  });
  const s3 = await line.ssebox(['explain', 's3', 'ls', ...via]);
  expect(s3).toMatchObject({ code: 252, err: expect.stringContaining('only requests to AWS KMS have it') });
});
