/** `--with [TARGET=]FILE` of explain and who-can: a question asked under a policy that is only proposed. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

const REPORT = 's3://reports/2026/q1.csv';
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const BOB = { Principal: { AWS: 'arn:aws:iam::111122223333:user/bob' } };
const ROOT = { Principal: { AWS: 'arn:aws:iam::111122223333:root' } };

/** A file with a policy; answers its path. */
function fileOf(line: CommandLine, name: string, text: string): string {
  const path = line.path(name);
  writeFileSync(path, text);
  return path;
}

/** Whether bob may read the report, by explain and by who-can, which have to agree. */
async function mayBobRead(line: CommandLine, ...withs: readonly string[]): Promise<boolean> {
  const options = withs.flatMap((each) => ['--with', each]);
  const explained = await line.ok(['explain', 's3', 'get', REPORT, '--as', 'user/bob', ...options]);
  const asked = await line.ok(['who-can', 'read', REPORT, '--principal', 'user/bob', ...options]);
  const { Allowed } = explained.json as { readonly Allowed: boolean };
  expect(asked.json).toMatchObject({ Principals: [{ Answer: Allowed ? 'yes' : 'no' }] });
  return Allowed;
}

test('a policy without principals is the caller’s, one with principals that of the key in question', async () => {
  const line = await newSample();
  const own = fileOf(line, 'own.json', policy(allow('s3:GetObject')));
  const ofKey = fileOf(line, 'key.json', policy(allow('kms:*', ROOT), allow('kms:Decrypt', BOB)));
  expect(await mayBobRead(line)).toBe(false);
  expect(await mayBobRead(line, own)).toBe(false);
  expect(await mayBobRead(line, own, ofKey)).toBe(true);
  expect(await mayBobRead(line, `user/bob=${own}`, `alias/app=${ofKey}`)).toBe(true);
  // Nothing of it stays.
  expect(await mayBobRead(line)).toBe(false);
});

test('it is put wherever its target has it', async () => {
  const line = await newSample();
  const both = [allow('s3:GetObject'), allow('kms:Decrypt')];
  const own = fileOf(line, 'own.json', policy(...both));
  const nothing = fileOf(line, 'nothing.json', policy(allow('ec2:*')));
  const ofBucket = fileOf(
    line,
    'bucket.json',
    policy(allow('s3:GetObject', { ...BOB, Resource: 'arn:aws:s3:::reports/*' })),
  );
  const ofKey = fileOf(line, 'key.json', policy(allow('kms:*', ROOT), allow('kms:Decrypt', BOB)));
  await line.ok(['iam', 'create-group', '--group-name', 'readers']);
  await line.ok(['iam', 'add-user-to-group', '--group-name', 'readers', '--user-name', 'bob']);
  const { json } = await line.ok([
    ...['iam', 'create-policy', '--policy-name', 'team', '--policy-document', policy(allow('ec2:*'))],
  ]);
  const { Arn } = (json as { readonly Policy: { readonly Arn: string } }).Policy;
  await line.ok(['iam', 'attach-user-policy', '--user-name', 'bob', '--policy-arn', Arn]);
  expect(await mayBobRead(line, `group/readers=${own}`)).toBe(true);
  expect(await mayBobRead(line, `${Arn}=${own}`)).toBe(true);
  expect(await mayBobRead(line, `policy/team=${own}`)).toBe(true);
  expect(await mayBobRead(line, `arn:aws:iam::111122223333:user/bob=${own}`)).toBe(true);
  for (const bucket of ['reports', 's3://reports', 'arn:aws:s3:::reports']) {
    expect(await mayBobRead(line, `${bucket}=${ofBucket}`, `alias/app=${ofKey}`)).toBe(true);
  }
  // An inline policy by its name gives way to another.
  const read = ['explain', 's3', 'get', REPORT, '--as', 'user/ana', '--with'];
  expect((await line.ok([...read, `user/ana=${nothing}`])).json).toMatchObject({ Allowed: true });
  expect((await line.ok([...read, `user/ana/read=${nothing}`])).json).toMatchObject({ Allowed: false });
  const trust = fileOf(line, 'trust.json', policy({ Effect: 'Allow', Action: 'sts:AssumeRole', ...BOB }));
  const assume = ['who-can', 'sts:AssumeRole', 'role/reader', '--principal', 'user/bob'];
  expect((await line.ok(assume)).json).toMatchObject({ Principals: [{ Answer: 'no' }] });
  expect((await line.ok([...assume, '--with', trust])).json).toMatchObject({ Principals: [{ Answer: 'yes' }] });
});

test('an organization’s unit takes one, too', async () => {
  const line = await newSample();
  await line.ok(['organizations', 'create-organization']);
  const { json } = await line.ok(['organizations', 'list-roots']);
  const [root] = (json as { readonly Roots: readonly { readonly Id: string }[] }).Roots;
  const id = root?.Id ?? '';
  await line.ok(['organizations', 'create-account', '--account-name', 'logs', '--email', 'logs@example.com']);
  const accounts = (await line.ok(['organizations', 'list-accounts'])).json as {
    readonly Accounts: readonly { readonly Id: string }[];
  };
  const member = accounts.Accounts.find(({ Id }) => Id !== '111122223333')?.Id ?? '';
  const denied = fileOf(line, 'scp.json', policy({ ...allow('kms:*'), Effect: 'Deny' }));
  const words = ['explain', 'kms', 'create-key', '--as', `${member}:user/admin`];
  expect((await line.ok(words)).json).toMatchObject({ Allowed: true });
  expect((await line.ok([...words, '--with', `${id}=${denied}`])).json).toMatchObject({
    Allowed: false,
    Decisions: [{ Denial: { Gate: 'service-control-policy', Explicit: true } }],
  });
});

test('a command is tried under it', async () => {
  const line = await newSample();
  const ofBucket = policy(allow('s3:*', { ...BOB, Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'] }));
  const path = fileOf(line, 'bucket.json', ofBucket);
  const command = ['--', 's3', 'rm', 's3://photos', '--recursive', '--as', 'user/bob'];
  expect((await line.ok(['explain', ...command])).json).toMatchObject({ Allowed: false });
  expect((await line.ok(['explain', '--with', path, ...command])).json).toMatchObject({ Allowed: true });
  expect((await line.ok(['s3', 'ls', 's3://photos'])).out).toContain('harbour.txt');
});

test.each<[name: string, text: string | undefined, target: string, message: RegExp]>([
  ['is not there', undefined, '', /there is no file ".*p\.json"/],
  ['is not JSON', '{"Version":', '', /the policy in ".*p\.json" is not JSON: .*line 1/],
  ['is nobody’s', policy(allow('s3:*')), '', /names no principal, .*--with TARGET=/],
  [
    'could be of two things',
    policy(allow('*', ROOT)),
    '',
    /could be that of arn:aws:s3:::reports or arn:aws:kms:.*--with TARGET=/,
  ],
  ['is of none', policy({ ...allow('sts:AssumeRole', BOB), Resource: undefined }), '', /no key, bucket or role/],
  [
    'has a mistake',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Actoin":"s3:*","Resource":"*"}]}',
    'user/bob=',
    /AWS would refuse the policy in ".*" for user\/bob with MalformedPolicyDocument: .*"Actoin".*line 1, column 56.*"Action"/,
  ],
  ['has no such target', policy(allow('s3:*')), 'user/eve=', /for user\/eve with NoSuchEntity/],
  ['is not for a key', policy(allow('s3:*')), 'alias/app=', /for alias\/app with MalformedPolicyDocumentException/],
  [
    'would be public',
    policy(allow('s3:GetObject', { Principal: '*', Resource: 'arn:aws:s3:::photos/*' })),
    'photos=',
    /for photos with AccessDenied: .*BlockPublicPolicy/,
  ],
  ['has no organization', policy(allow('s3:*')), 'r-abcd=', /"r-abcd" is of an organization, and there is none/],
  ['has a target of no kind', policy(allow('s3:*')), 'A_B=', /"A_B" is not something that has policies/],
])('a policy that %s is refused', async (_, text, target, message) => {
  const line = await newSample();
  const path = text === undefined ? line.path('p.json') : fileOf(line, 'p.json', text);
  const { code, out, err } = await line.ssebox(['who-can', 'read', REPORT, '--with', `${target}${path}`]);
  expect({ code, out, err }).toEqual({ code: 252, out: '', err: expect.stringMatching(message) });
});
