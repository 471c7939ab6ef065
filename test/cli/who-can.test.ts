/** `ssebox who-can`: the answers for every principal, and what has to be so. */

import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

interface Answer {
  readonly Principal: string;
  readonly Kind: string;
  readonly Answer: string;
  readonly Condition?: string;
  readonly Because: string;
}

/** What is answered to the principals, each by the end of its ARN. */
async function answers(line: CommandLine, ...words: string[]): Promise<Readonly<Record<string, string>>> {
  const { json } = await line.ok(['who-can', ...words]);
  const { Principals } = json as { readonly Principals: readonly Answer[] };
  return Object.fromEntries(
    Principals.map(({ Principal, Answer, Condition }) => [
      Principal.replace(/^arn:aws:(?:iam|sts)::111122223333:/, ''),
      Condition === undefined ? Answer : `${Answer} ${Condition}`,
    ]),
  );
}

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const ACCOUNT = { Principal: { AWS: 'arn:aws:iam::111122223333:root' } };
const REPORT = 's3://reports/2026/q1.csv';

const giveBob = (line: CommandLine, ...statements: readonly object[]) =>
  line.ok([
    ...['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p'],
    ...['--policy-document', policy(...statements)],
  ]);
const putKeyPolicy = async (line: CommandLine, ...statements: readonly object[]) => {
  const { json } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app']);
  const { Arn } = (json as { readonly KeyMetadata: { readonly Arn: string } }).KeyMetadata;
  await line.ok(['kms', 'put-key-policy', '--key-id', Arn, '--policy', policy(allow('kms:*', ACCOUNT), ...statements)]);
  return Arn;
};
const putBucketPolicy = (line: CommandLine, ...statements: readonly object[]) =>
  line.ok(['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', policy(...statements)]);
const onPhotos = { Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'] };
const openUp = (line: CommandLine) => line.ok(['s3api', 'delete-public-access-block', '--bucket', 'photos']);

test('reading an object takes its key, through S3', async () => {
  const line = await newSample();
  expect(await answers(line, 'read', REPORT)).toEqual({
    root: 'yes',
    'user/admin': 'yes',
    'user/ana': 'yes',
    'user/bob': 'no',
    'role/reader': 'yes',
  });
  const { json } = await line.ok(['who-can', 'read', REPORT]);
  expect(json).toMatchObject({
    Resource: 'arn:aws:s3:::reports/2026/q1.csv',
    Action: 'read',
    Needs: [{ Action: 's3:GetObject' }, { Action: 'kms:Decrypt', ViaService: 's3.us-east-1.amazonaws.com' }],
  });
});

test('a permission alone is answered with what its request has to be', async () => {
  const line = await newSample();
  expect(await answers(line, 'kms:Decrypt', 'alias/app')).toMatchObject({
    'user/ana': 'yes',
    'user/bob': 'no',
    'role/reader': 'if kms:ViaService = s3.us-east-1.amazonaws.com',
  });
  await giveBob(line, allow('kms:*', { Condition: { StringEquals: { 'kms:EncryptionContext:team': 'blue' } } }));
  expect(await answers(line, 'kms:decrypt', 'alias/app')).toMatchObject({
    'user/bob': 'if kms:EncryptionContext:team = blue',
  });
  // Who describes a key has no encryption context.
  expect(await answers(line, 'kms:DescribeKey', 'alias/app')).toMatchObject({ 'user/bob': 'no' });
});

test('an answer says what denies it', async () => {
  const line = await newSample();
  const Condition = { Bool: { 'aws:SecureTransport': 'true' } };
  await putKeyPolicy(line, { ...allow('kms:Decrypt', { Condition }), Effect: 'Deny', Sid: 'NoBob', Principal: '*' });
  const { json } = await line.ok(['who-can', 'read', REPORT, '--principal', 'user/ana']);
  expect(json).toMatchObject({
    Principals: [
      {
        Answer: 'no',
        Because: 'the key policy (statement "NoBob") denies kms:Decrypt',
        Denial: {
          Action: 'kms:Decrypt',
          Gate: 'resource-policy',
          Explicit: true,
          Policy: 'key policy',
          Sid: 'NoBob',
          Index: 1,
        },
      },
    ],
  });
});

test("a pattern that names no role's id covers sessions of each", async () => {
  const line = await newSample();
  await putKeyPolicy(
    line,
    allow('kms:Encrypt', { Principal: '*', Condition: { StringLike: { 'aws:userid': '*:deploy-*' } } }),
    allow('kms:GenerateDataKey', {
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Condition: { StringLike: { 'aws:PrincipalArn': '*role/deploy-*' } },
    }),
  );
  expect(await answers(line, 'kms:Encrypt', 'alias/app')).toMatchObject({
    'user/bob': 'no',
    'role/reader': 'if aws:userid like *:deploy-*',
  });
  expect(await answers(line, 'kms:GenerateDataKey', 'alias/app')).toMatchObject({
    'arn:aws:iam::444455556666:root': 'if aws:PrincipalArn like *role/deploy-*',
  });
});

test('whoever else a bucket policy names is a row', async () => {
  const line = await newSample();
  await openUp(line);
  await line.ok(['iam', 'create-user', '--user-name', 'eve']);
  await putBucketPolicy(
    line,
    {
      ...allow('s3:GetObject', onPhotos),
      Principal: {
        AWS: [
          ...['444455556666', 'arn:aws:iam::111122223333:user/eve'],
          'arn:aws:sts::111122223333:assumed-role/reader/night',
        ],
        Service: 'logging.s3.amazonaws.com',
      },
      Condition: { IpAddressIfExists: { 'aws:SourceIp': '203.0.113.0/24' } },
    },
    {
      ...allow('s3:GetObject', onPhotos),
      Principal: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    },
  );
  await line.ok(['iam', 'delete-user', '--user-name', 'eve']);
  const office = 'aws:SourceIp in 203.0.113.0/24';
  const { 'user/admin': _, root: __, ...others } = await answers(line, 's3:GetObject', 's3://photos/harbour.txt');
  expect(others).toEqual({
    'user/ana': 'yes',
    'user/bob': 'no',
    'role/reader': 'no',
    'arn:aws:iam::444455556666:root': `if ${office}`,
    [Object.keys(others).find((name) => name.startsWith('AIDA')) ?? 'nobody']: 'no',
    'assumed-role/reader/night': `if ${office}`,
    'logging.s3.amazonaws.com': 'yes',
    '*': 'no',
    'arn:aws:iam::*:root': 'if aws:PrincipalOrgID = o-1 and its own account allows it',
  });
  expect(Object.keys(others).some((name) => name.startsWith('AIDA'))).toBe(true);
});

test('everybody is whoever signs nothing, and every other account', async () => {
  const line = await newSample();
  await openUp(line);
  await putBucketPolicy(line, { ...allow('s3:GetObject', onPhotos), Principal: '*' });
  expect(await answers(line, 'read', 's3://photos/harbour.txt')).toMatchObject({
    'user/bob': 'yes',
    '*': 'yes',
    'arn:aws:iam::*:root': 'if its own account allows it',
  });
});

test('KMS takes nobody who does not sign, and some operations only from the own account', async () => {
  const line = await newSample();
  const Condition = { StringEquals: { 'kms:CallerAccount': '444455556666' } };
  await putKeyPolicy(line, { ...allow('kms:*', { Condition }), Principal: '*' });
  const elsewhere = 'arn:aws:iam::*:root';
  expect(await answers(line, 'kms:Decrypt', 'alias/app')).toMatchObject({
    [elsewhere]: 'if kms:CallerAccount = 444455556666 and its own account allows it',
  });
  expect(await answers(line, 'kms:PutKeyPolicy', 'alias/app')).toMatchObject({ [elsewhere]: 'no' });
  expect(await answers(line, 'kms:Decrypt', 'alias/app')).not.toHaveProperty('*');
});

test('grants let in, under their constraints', async () => {
  const line = await newSample();
  const Arn = await putKeyPolicy(line);
  const grant = (grantee: string, constraints: object) =>
    line.ok([
      ...['kms', 'create-grant', '--key-id', Arn, '--grantee-principal', grantee, '--operations', 'Decrypt'],
      ...['--constraints', JSON.stringify(constraints)],
    ]);
  await grant('arn:aws:iam::111122223333:user/bob', { EncryptionContextSubset: { team: 'blue' } });
  await grant('arn:aws:sts::111122223333:federated-user/guest', { EncryptionContextEquals: { a: '1', b: '2' } });
  expect(await answers(line, 'kms:Decrypt', 'alias/app')).toMatchObject({
    'user/bob': 'if kms:EncryptionContext:team = blue',
    'federated-user/guest': 'if kms:EncryptionContext:a = 1 and kms:EncryptionContext:b = 2',
  });
  expect(await answers(line, 'kms:Encrypt', 'alias/app')).toMatchObject({ 'user/bob': 'no' });
  // S3 has a context of its own.
  expect(await answers(line, 'read', REPORT)).toMatchObject({ 'user/bob': 'no' });
});

test('a write is tried with the headers that a policy asks for, and takes what they take', async () => {
  const line = await newSample();
  const Arn = await putKeyPolicy(line);
  const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const encrypted = (name: string, value: string) => ({
    ...allow('s3:PutObject', onPhotos),
    Effect: 'Deny',
    Principal: '*',
    Condition: { StringNotEquals: { [name]: value } },
  });
  await giveBob(line, allow('s3:*'));
  await putBucketPolicy(line, encrypted('s3:x-amz-server-side-encryption', 'aws:kms'));
  // The AWS managed key serves everybody in the account, through S3.
  const underAny = 'if s3:x-amz-server-side-encryption = aws:kms';
  expect(await answers(line, 'write', 's3://photos/new.txt')).toMatchObject({ root: underAny, 'user/bob': underAny });
  await putBucketPolicy(line, encrypted('s3:x-amz-server-side-encryption', 'aws:kms'), encrypted(KEY_ID, Arn));
  // Nobody can send this header without the other.
  const underKey = `if ${KEY_ID} = ${Arn}`;
  expect(await answers(line, 'write', 's3://photos/new.txt')).toMatchObject({ root: underKey, 'user/bob': 'no' });
  await giveBob(line, allow(['s3:*', 'kms:*']));
  expect(await answers(line, 'write', 's3://photos/new.txt')).toMatchObject({ 'user/bob': underKey });
});

test('a listing is answered with the prefix that it has to have', async () => {
  const line = await newSample();
  const Condition = { StringLike: { 's3:prefix': '2026/*' } };
  await giveBob(line, allow('s3:ListBucket', { Condition }));
  expect(await answers(line, 'list', 's3://reports')).toMatchObject({ 'user/bob': 'if s3:prefix like 2026/*' });
  expect(await answers(line, 'list', 's3://reports/2026/')).toMatchObject({ 'user/bob': 'yes' });
  expect(await answers(line, 'list', 's3://reports/2025/')).toMatchObject({ 'user/bob': 'no' });
});

test('--context settles a key, and what it takes to KMS is settled there, too', async () => {
  const line = await newSample();
  const Condition = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
  await giveBob(line, allow('s3:*', { Condition }), allow('kms:Decrypt'));
  expect(await answers(line, 'read', REPORT)).toMatchObject({ 'user/bob': 'if aws:SourceIp in 203.0.113.0/24' });
  expect(await answers(line, 'read', REPORT, '--context', 'aws:SourceIp=203.0.113.9')).toMatchObject({
    'user/bob': 'yes',
  });
  expect(await answers(line, 'read', REPORT, '--context', 'aws:SourceIp=192.0.2.1')).toMatchObject({
    'user/bob': 'no',
  });
});

test('the bindings of an answer are what explain --context takes', async () => {
  const line = await newSample();
  const Condition = {
    IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    DateGreaterThan: { 'aws:CurrentTime': '2090-01-01T00:00:00Z' },
  };
  await giveBob(line, allow('s3:GetObject', { Condition }));
  const { json } = await line.ok(['who-can', 'read', 's3://photos/harbour.txt', '--principal', 'user/bob']);
  const [answer] = (json as { Principals: readonly { If: readonly { Key: string; Values: readonly string[] }[] }[] })
    .Principals;
  const stated = (answer?.If ?? []).map(({ Key, Values: [value] }) => `${Key}=${value}`);
  expect(stated).toHaveLength(3);
  const explained = async (pairs: readonly string[]) => {
    const words = ['explain', 's3', 'get', 's3://photos/harbour.txt', '--as', 'user/bob'];
    return (await line.ok([...words, ...pairs.flatMap((pair) => ['--context', pair])])).json;
  };
  expect(await explained(stated)).toMatchObject({ Allowed: true });
  for (const pair of stated) {
    expect(await explained(stated.filter((other) => other !== pair))).toMatchObject({ Allowed: false });
  }
});

test('--because shows the tree of one answer', async () => {
  const line = await newSample();
  const words = ['who-can', 'kms:Decrypt', 'alias/app', '--because', 'role/reader'];
  const { out } = await line.ok([...words, '--output', 'tree']);
  expect(out).toContain('if\nkms:ViaService = s3.us-east-1.amazonaws.com; then:');
  expect(out).toContain('✓ ALLOWED: arn:aws:sts::111122223333:assumed-role/reader/any-session');
  expect(out).toContain('met: StringEquals kms:ViaService');
  const { json } = await line.ok(words);
  expect(json).toMatchObject({ Kind: 'role', Answers: [{ Answer: 'if', Decisions: [{ Allowed: true }] }] });
  const session = await line.ok(['who-can', 'read', REPORT, '--because', 'role/reader/night']);
  expect(session.json).toMatchObject({
    Principal: 'arn:aws:sts::111122223333:assumed-role/reader/night',
    Answers: [{ Answer: 'yes', Decisions: [{ Action: 's3:GetObject' }, { Action: 'kms:Decrypt' }] }],
  });
});

test('--matrix shows the customary actions of a key, a bucket, an object and a role', async () => {
  const line = await newSample();
  for (const [resource, first, count] of [
    ['alias/app', 'kms:Decrypt', 20],
    ['s3://reports', 'list', 18],
    [REPORT, 'read', 12],
    ['role/reader', 'sts:AssumeRole', 3],
  ] as const) {
    const { json } = await line.ok(['who-can', '--matrix', resource]);
    const { Actions, Principals } = json as {
      readonly Actions: readonly { readonly Action: string }[];
      readonly Principals: readonly { readonly Answers: readonly unknown[] }[];
    };
    expect(Actions[0]?.Action).toBe(first);
    expect(Actions).toHaveLength(count);
    expect(Principals.map(({ Answers }) => Answers.length)).toEqual(Array(5).fill(count));
  }
  const { out } = await line.ok(['who-can', '--matrix', 'alias/app', '--answer', 'if'], { terminal: 60 });
  expect(out).toMatch(/principal +Decrypt +Encrypt +GenerateDataKey\n/);
  expect(out).toMatch(/role\/reader +if 1 +no +no\n/);
  expect(out).toContain('if 1: kms:ViaService = s3.us-east-1.amazonaws.com');
  expect(out).not.toContain('user/bob');
});

test('it changes nothing, and nobody needs a permission', async () => {
  const line = await newSample();
  const before = (await line.ok(['trail', 'lookup', '--data-events'])).json;
  await line.ok(['who-can', 'write', 's3://photos/new.txt', '--as', 'user/bob']);
  await line.ok(['who-can', 'delete', REPORT, '--as', 'user/bob']);
  expect((await line.ok(['trail', 'lookup', '--data-events'])).json).toEqual(before);
  await line
    .ok(['s3', 'head', REPORT])
    .catch(() => line.ok(['s3api', 'head-object', '--bucket', 'reports', '--key', '2026/q1.csv']));
});

test('an object under a disabled key can be read by nobody at present', async () => {
  const line = await newSample();
  const Arn = await putKeyPolicy(line);
  await line.ok(['kms', 'disable-key', '--key-id', Arn]);
  const { json } = await line.ok(['who-can', 'read', REPORT]);
  expect(json).toMatchObject({ RefusedAnyway: expect.stringContaining('disabled') });
});

test('what has several parts is in parentheses beside something else', async () => {
  const line = await newSample();
  const Arn = await putKeyPolicy(
    line,
    allow('kms:Encrypt', {
      Principal: { AWS: 'arn:aws:iam::111122223333:user/bob' },
      Condition: {
        IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
        NotIpAddress: { 'aws:SourceIp': '203.0.113.0/28' },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    }),
  );
  expect(await answers(line, 'kms:Encrypt', Arn)).toMatchObject({
    'user/bob': 'if (aws:SourceIp in 203.0.113.0/24, except 203.0.113.0/28) and aws:MultiFactorAuthPresent = true',
  });
});

test('a call that is refused in any case allows nobody what they lack', async () => {
  const line = await newSample();
  const Arn = await putKeyPolicy(line);
  await line.ok(['kms', 'disable-key', '--key-id', Arn]);
  const isEncrypted = { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } };
  const Statement = {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::reports/*' },
    Condition: isEncrypted,
  };
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'reports', '--policy', policy(Statement)]);
  expect(await answers(line, 'write', 's3://reports/new')).toMatchObject({
    'user/admin': 'if s3:x-amz-server-side-encryption = aws:kms',
    'user/bob': 'no',
  });
});

test.each<[string[], RegExp]>([
  [['read', 's3://reports'], /read takes an object: s3:\/\/BUCKET\/KEY/],
  [['list', 'alias/app'], /list takes a bucket/],
  [['read', 's3://repots/x'], /the bucket "repots", which does not exist: did you mean "reports"\?/],
  [['read', 's3://reports/none'], /there is no object s3:\/\/reports\/none/],
  [['kms:Decrypt', 'alias/ap'], /there is no key "alias\/ap" in us-east-1: did you mean "alias\/app"\?/],
  [['kms:Decrypt', 'nothing'], /"nothing" is neither a key nor a bucket of this store/],
  [['kms:Decrpt', 'alias/app'], /"kms:Decrpt" is not a permission that AWS has: did you mean "kms:Decrypt"\?/],
  [['kms:*', 'alias/app'], /"kms:\*" is a pattern/],
  [['kms:ReEncrypt', 'alias/app'], /kms:ReEncryptFrom and kms:ReEncryptTo/],
  [['kms:RetireGrant', 'alias/app'], /who may retire a grant is said by the grant itself/],
  [['kms:ListKeys', 'alias/app'], /kms:ListKeys is not about a key: write \* for the resource/],
  [['kms:Decrypt', 's3://reports'], /kms:Decrypt takes a key/],
  [['s3:GetObject', 's3://reports'], /s3:GetObject takes an object/],
  [['s3:ListBucket', REPORT], /s3:ListBucket takes a bucket/],
  [['raed', REPORT], /"raed" is not an action.*did you mean "read"\?/],
  [['iam:PassRole', 'alias/app'], /iam:PassRole is not about a key/],
  [['sts:AssumeRole', 'role/none'], /neither a key nor a bucket/],
  [['kms:Decrypt', 'alias/app', '--because', 'user/bo'], /did you mean "user\/bob"\?/],
  [['kms:Decrypt', 'alias/app', '--because', 'nobody'], /"nobody" is not a caller/],
  [['kms:Decrypt', 'alias/app', '--answer', 'maybe'], /--answer takes yes, if, no, not "maybe"/],
  [['kms:Decrypt', 'alias/app', '--context', 'aws:PrincipalArn=x'], /"aws:PrincipalArn" cannot be set/],
  [['--matrix', 'kms:Decrypt', 'alias/app'], /--matrix has its own actions/],
  [['--matrix', '*'], /--matrix takes a key, a bucket, an object or a role/],
  [['kms:Decrypt'], /the following arguments are required: resource/],
])('%j is refused', async (words, message) => {
  const { code, err, out } = await (await newSample()).ssebox(['who-can', ...words]);
  expect({ code, out, err }).toEqual({ code: 252, out: '', err: expect.stringMatching(message) });
});
