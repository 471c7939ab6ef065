/** `explain … --fix` where something is there that misses: what it names is done, and the call goes through. */

import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

interface Explanation {
  readonly Decisions: readonly {
    readonly Allowed: boolean;
    readonly Fix: readonly (Readonly<Record<string, unknown>> & {
      readonly Kind: string;
      readonly Command?: string;
      readonly Statement?: object;
    })[];
  }[];
  readonly ChangesNeeded?: number;
}

const asked = async (line: CommandLine, words: readonly string[]): Promise<Explanation> =>
  (await line.ok(['explain', ...words, '--fix'])).json as Explanation;

const fixesOf = async (line: CommandLine, words: readonly string[]) =>
  (await asked(line, words)).Decisions.flatMap(({ Fix }) => Fix);

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const give = (line: CommandLine, user: string, ...statements: readonly object[]) => {
  const name = ['--user-name', user, '--policy-name', 'p', '--policy-document'];
  return line.ok(['iam', 'put-user-policy', ...name, policy(...statements)]);
};

const guard = (line: CommandLine, ...statements: readonly object[]) =>
  line.ok(['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', policy(...statements)]);

const run = (line: CommandLine, command: string | undefined) =>
  line.ok((command ?? expect.fail('there is a command')).split(' ').slice(1));

const head = ['s3', 'head', 's3://photos/harbour.txt', '--as', 'user/bob'];
const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/harbour.txt' };
const keyArn = async (line: CommandLine): Promise<string> => {
  const { json } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app']);
  return (json as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
};

test('the condition with the value added takes the place of the statement', async () => {
  const line = await newSample();
  await give(line, 'bob', { ...read, Sid: 'Office', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
  const [fix] = await fixesOf(line, head);
  expect(fix).toMatchObject({ Kind: 'ChangeCondition', Sid: 'Office', Add: ['127.0.0.1'], IsBeside: false });
  const { out } = await line.ok(['explain', ...head, '--fix'], { terminal: 300 });
  expect(out).toContain(
    '\nadd "127.0.0.1" to IpAddress aws:SourceIp in statement "Office" of the inline policy p, which misses by this condition alone:\n    {\n',
  );
  await give(line, 'bob', fix?.Statement ?? {});
  expect(await asked(line, head)).toMatchObject({ Allowed: true });
});

test('a grant that misses by its constraint is shown, with the command for one that does not', async () => {
  const line = await newSample();
  await line.ok(['kms', 'grant', 'alias/app', '--to', 'user/bob', '--may', 'decrypt', '--only-with-context', 'a=b']);
  const words = ['kms', 'decrypt', 'alias/app', '--encryption-context', 'a=c', '--as', 'user/bob'];
  const [fix] = await fixesOf(line, words);
  expect(fix).toMatchObject({
    Kind: 'WidenGrant',
    NearMiss: { Constraint: { EncryptionContextSubset: { a: 'b' } } },
    EncryptionContext: { a: 'c' },
  });
  const { out } = await line.ok(['explain', ...words], { terminal: 300 });
  expect(out).toMatch(
    /grants: no match\n.*· grant \w{64} to \S+user\/bob, only with EncryptionContextSubset a=b: no match\n/,
  );
  await run(line, fix?.Command);
  expect(await asked(line, words)).toMatchObject({ Allowed: true });
  const other = words.map((word) => (word === 'a=c' ? 'a=d' : word));
  expect(await asked(line, other)).toMatchObject({ Allowed: false });
});

test('a policy that means a user who is gone is put again, with the name', async () => {
  const line = await newSample();
  const allowed = { ...read, Principal: { AWS: 'arn:aws:iam::111122223333:user/bob' } };
  await guard(line, allowed);
  await line.ok(['iam', 'delete-user', '--user-name', 'bob', '--yes']);
  await line.ok(['iam', 'create-user', '--user-name', 'bob']);
  const [fix] = await fixesOf(line, head);
  expect(fix).toMatchObject({
    Kind: 'PutPolicyAgain',
    Policy: 'bucket policy',
    BoundTo: expect.stringMatching(/^AIDA/),
  });
  await guard(line, allowed);
  expect(await asked(line, head)).toMatchObject({ Allowed: true });
});

test('a tag that a Deny asks for is given by a command', async () => {
  const line = await newSample();
  await give(line, 'bob', read);
  const Condition = { StringNotEquals: { 'aws:PrincipalTag/team': 'red' } };
  await guard(line, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::photos/*', Condition });
  const [fix] = await fixesOf(line, head);
  expect(fix).toMatchObject({ Kind: 'TagPrincipal', TagKey: 'team', TagValue: 'red' });
  await run(line, fix?.Command);
  expect(await asked(line, head)).toMatchObject({ Allowed: true });
});

test('the ARN of an alias gives way to that of its key, in an Allow and in a Deny', async () => {
  const line = await newSample();
  const alias = 'arn:aws:kms:us-east-1:111122223333:alias/app';
  const key = await keyArn(line);
  await give(line, 'bob', { Effect: 'Allow', Action: 'kms:Decrypt', Resource: alias });
  const decrypt = ['kms', 'decrypt', 'alias/app', '--as', 'user/bob'];
  const [fix] = await fixesOf(line, decrypt);
  expect(fix).toMatchObject({ Kind: 'ReplaceValue', Value: alias, With: key, Element: 'Resource' });
  await give(line, 'bob', fix?.Statement ?? {});
  expect(await asked(line, decrypt)).toMatchObject({ Allowed: true });

  const Condition = { StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': alias } };
  await guard(line, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::photos/*',
    Condition,
  });
  const put = ['s3', 'put', 's3://photos/x', '--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app'];
  const [mend] = await fixesOf(line, put);
  expect(mend).toMatchObject({ Kind: 'ReplaceValue', Value: alias, With: key });
  await guard(line, mend?.Statement ?? {});
  expect(await asked(line, put)).toMatchObject({ Allowed: true });
});

test('what is under an AWS managed key is encrypted again, since no statement can allow it to another account', async () => {
  const line = await newSample();
  await line.ok(['s3', 'put', '-', 's3://photos/managed', '--sse', 'aws:kms'], { stdin: 'x' });
  const root = 'arn:aws:iam::444455556666:root';
  await guard(line, { ...read, Principal: { AWS: root }, Resource: 'arn:aws:s3:::photos/*' });
  const get = ['s3', 'get', 's3://photos/managed', line.path('x'), '--as', '444455556666:user/admin'];
  const [fix, ...others] = await fixesOf(line, get);
  expect(fix).toMatchObject({
    Kind: 'ReEncrypt',
    Command: 'ssebox s3 cp s3://photos/managed s3://photos/managed --sse aws:kms --sse-kms-key-id KEY',
  });
  expect(others).toEqual([]);
  // Under a customer managed key, statements can: one in the key policy is enough.
  await run(line, String(fix?.Command).replace('KEY', await keyArn(line)));
  const [statement] = await fixesOf(line, get);
  expect(statement).toMatchObject({ Kind: 'AddStatement', Gate: 'resource-policy' });
});

test('several changes are counted, the same for two calls once', async () => {
  const line = await newSample();
  const get = ['s3', 'get', 's3://reports/2026/q1.csv', line.path('x'), '--as', 'user/bob'];
  expect((await asked(line, get)).ChangesNeeded).toBe(2);
  const { out } = await line.ok(['explain', ...get, '--fix'], { terminal: 300 });
  expect(out).toContain('\ntwo changes are needed to allow all of this.\n');
  await give(line, 'bob', read);
  expect(await asked(line, head)).not.toHaveProperty('ChangesNeeded');
});

test('a Deny of uploads that do not name a key is met by naming the one that the bucket would take', async () => {
  const line = await newSample();
  await give(line, 'bob', { Effect: 'Allow', Action: ['s3:PutObject', 'kms:*'], Resource: '*' });
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::reports/*' };
  const isNull = { Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'true' } };
  const document = policy({ ...deny, Condition: isNull });
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'reports', '--policy', document]);
  const put = ['s3api', 'put-object', '--bucket', 'reports', '--key', 'new', '--as', 'user/bob'];
  const options = ['--server-side-encryption', 'aws:kms', '--ssekms-key-id', await keyArn(line)];
  const [fix] = await fixesOf(line, put);
  expect(fix?.Options).toMatchObject([
    { Option: options[0], Value: options[1] },
    { Option: options[2], Value: options[3] },
  ]);
  await line.ok([...put, ...options]);
});

test('one statement in the way of two decisions is rewritten once, for both', async () => {
  const line = await newSample();
  const get = ['s3', 'get', 's3://reports/2026/q1.csv', line.path('x'), '--as', 'user/bob'];
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  await give(line, 'bob', everything, { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::photos/*' });
  const { Decisions, ChangesNeeded } = await asked(line, get);
  const narrowed = {
    Effect: 'Deny',
    Action: '*',
    NotResource: ['arn:aws:s3:::photos/*', 'arn:aws:s3:::reports/2026/q1.csv', await keyArn(line)],
  };
  expect(ChangesNeeded).toBeUndefined();
  expect(Decisions.map(({ Fix }) => Fix)).toMatchObject([[{ Narrowed: narrowed }], [{ Narrowed: narrowed }]]);
  await give(line, 'bob', everything, narrowed);
  expect(await asked(line, get)).toMatchObject({ Allowed: true });
});

test('two aliases in one statement give way one after the other, and the last text has both keys', async () => {
  const line = await newSample();
  const from = await keyArn(line);
  const to = ((await line.ok(['kms', 'create-key'])).json as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
  await line.ok(['kms', 'create-alias', '--alias-name', 'alias/new', '--target-key-id', to]);
  const aliases = ['app', 'new'].map((name) => `${from.replace(/key\/.*/, '')}alias/${name}`);
  await give(line, 'bob', { Effect: 'Allow', Action: 'kms:*', Resource: aliases });
  const { json } = await line.ok(['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'aGk=']);
  const { CiphertextBlob } = json as { CiphertextBlob: string };
  const names = ['--ciphertext-blob', CiphertextBlob, '--destination-key-id', 'alias/new', '--as', 'user/bob'];
  const command = ['kms', 're-encrypt', ...names];
  const fixes = await fixesOf(line, command);
  expect(fixes.map(({ Value, With }) => [Value, With])).toEqual([
    [aliases[0], from],
    [aliases[1], to],
  ]);
  expect(fixes[1]?.Statement).toMatchObject({ Resource: [from, to] });
  await give(line, 'bob', fixes[1]?.Statement ?? {});
  expect(await asked(line, command)).toMatchObject({ Allowed: true });
});

test('a denial of the past has the same fix', async () => {
  const line = await newSample();
  await give(line, 'bob', { ...read, Sid: 'Office', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
  const get = ['s3api', 'get-object', '--bucket', 'photos', '--key', 'harbour.txt', line.path('x'), '--as', 'user/bob'];
  expect((await line.ssebox(get)).code).toBe(254);
  expect(await fixesOf(line, ['last'])).toEqual(await fixesOf(line, get));
});
