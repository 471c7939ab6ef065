/** `ssebox import` from the command line: what is there afterwards, who may be named, and what is refused. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';

const ACCOUNT = '123456789012';
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KEY}`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/reader`;
const root = `arn:aws:iam::${ACCOUNT}:root`;

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const allows = (Action: string) => document({ Effect: 'Allow', Action, Resource: '*' });

const role = (name: string, id: string, action: string) => ({
  Path: '/',
  RoleName: name,
  RoleId: id,
  Arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
  AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }),
  RolePolicyList: [{ PolicyName: 'mine', PolicyDocument: allows(action) }],
  AttachedManagedPolicies: [],
});

const answers = {
  'iam.json': {
    RoleDetailList: [
      role('reader', 'AROAEXAMPLEEXAMPLE123', 's3:*'),
      role('admin', 'AROAEXAMPLEEXAMPLE124', '*'),
      role('other', 'AROAEXAMPLEEXAMPLE126', 's3:*'),
    ],
  },
  'key.json': {
    KeyMetadata: {
      KeyId: KEY,
      Arn: KEY_ARN,
      CreationDate: '2024-05-04T09:00:00Z',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      MultiRegion: false,
    },
  },
  'policy.json': {
    PolicyName: 'default',
    Policy: JSON.stringify(
      document(
        {
          Sid: 'Reader',
          Effect: 'Allow',
          Principal: { AWS: roleArn },
          Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
          Resource: '*',
        },
        { Sid: 'Account', Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
      ),
    ),
  },
  'aliases.json': {
    Aliases: [{ AliasName: 'alias/app', AliasArn: `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`, TargetKeyId: KEY }],
  },
  'photos/policy.json': {
    Policy: JSON.stringify(
      document({
        Effect: 'Allow',
        Principal: { AWS: root },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::photos-of-us/*',
      }),
    ),
  },
  'photos/encryption.json': {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN } }],
    },
  },
};

function writeDump(line: CommandLine, changes: Readonly<Record<string, unknown>> = {}): string {
  const folder = line.path('dump');
  mkdirSync(line.path('dump/photos'), { recursive: true });
  for (const [name, value] of Object.entries({ ...answers, ...changes })) {
    writeFileSync(`${folder}/${name}`, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return folder;
}

const as = ['--as', `${ACCOUNT}:role/reader`];

test('an account is imported with its own principals only, and decisions about it can be asked', async () => {
  const line = newCommandLine();
  const { json } = await line.ok(['import', writeDump(line)]);
  expect(json).toMatchObject({
    Imported: true,
    Accounts: [ACCOUNT],
    Replaced: [],
    Counts: { Users: 0, Roles: 3, Keys: 1, Aliases: 1, Buckets: 1 },
    Findings: [],
  });
  expect((await line.ok(['store', 'info'])).json).toMatchObject({
    Counts: { Accounts: 1, Users: 0, Roles: 3, Keys: 1 },
  });
  expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Damaged: [] });
  writeFileSync(line.path('x'), 'x');
  const put = ['s3', 'put', line.path('x'), 's3://photos-of-us/x'];
  const allowed = await line.ok(['explain', ...as, '--expect', 'allow', '--', ...put]);
  expect(allowed.err).toContain('the key policy (statement "Reader") allows kms:GenerateDataKey');
  const admin = await line.ok([
    'explain',
    '--as',
    `${ACCOUNT}:role/admin`,
    '--expect',
    'allow',
    '--',
    'kms',
    'encrypt',
    '--key-id',
    'alias/app',
    '--plaintext',
    'eA==',
  ]);
  expect(admin.err).toMatch(/^as expected, allowed/);
  const denied = await line.ok([
    'explain',
    ...as,
    '--expect',
    'deny',
    '--',
    'kms',
    'encrypt',
    '--key-id',
    'alias/app',
    '--plaintext',
    'eA==',
  ]);
  expect(denied.err).toContain('kms:Encrypt');
});

test('reading an object that stayed in the account is decided by its bucket and by the key of that', async () => {
  const line = newCommandLine();
  await line.ok(['import', writeDump(line)]);
  const get = ['s3', 'get', 's3://photos-of-us/2026/a.jpg', '-'];
  const allowed = await line.ok(['explain', ...as, '--expect', 'allow', '--output', 'tree', '--', ...get]);
  expect(allowed.err).toContain('the key policy (statement "Reader") allows kms:Decrypt');
  expect(allowed.out).toContain('S3 asks KMS because the bucket encrypts under this key by default');
  const denied = await line.ok(['explain', '--as', `${ACCOUNT}:role/other`, '--expect', 'deny', '--', ...get]);
  expect(denied.err).toContain('kms:Decrypt');
  const earnest = await line.ssebox([...get, ...as]);
  expect([earnest.code, earnest.err]).toEqual([254, expect.stringContaining('NoSuchKey')]);
});

test('nothing can be encrypted or decrypted with an imported key, and the error says why', async () => {
  const line = newCommandLine();
  await line.ok(['import', writeDump(line)]);
  const admin = ['--as', `${ACCOUNT}:role/admin`];
  const calls = [
    ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'eA=='],
    ['kms', 'decrypt', '--key-id', 'alias/app', '--ciphertext-blob', 'eA=='],
    ['kms', 'generate-data-key', '--key-id', 'alias/app', '--key-spec', 'AES_256'],
    ['kms', 'rotate-key-on-demand', '--key-id', KEY],
  ];
  for (const words of calls) {
    const { code, err } = await line.ssebox([...words, ...admin], { terminal: 200 });
    expect([code, err]).toEqual([
      254,
      expect.stringMatching(/KMSInvalidStateException.*is without its key material\.\nhint: the key was imported/),
    ]);
  }
  writeFileSync(line.path('x'), 'x');
  const put = await line.ssebox([
    's3api',
    'put-object',
    '--bucket',
    'photos-of-us',
    '--key',
    'x',
    '--body',
    line.path('x'),
    ...admin,
  ]);
  expect([put.code, put.err]).toEqual([254, expect.stringContaining('is without its key material')]);
  expect((await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', ...admin])).json).toMatchObject({
    KeyMetadata: { Arn: KEY_ARN, KeyState: 'Enabled' },
  });
  expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Damaged: [] });
});

test('a role that is deleted and created again is not the one that the key policy names', async () => {
  const line = newCommandLine();
  await line.ok(['import', writeDump(line)]);
  const admin = ['--as', `${ACCOUNT}:role/admin`];
  const ask = ['explain', ...as, '--', 'kms', 'generate-data-key', '--key-id', 'alias/app', '--key-spec', 'AES_256'];
  expect((await line.ok([...ask.slice(0, 3), '--expect', 'allow', ...ask.slice(3)])).err).toContain(
    'statement "Reader"',
  );
  await line.ok(['iam', 'delete-role-policy', '--role-name', 'reader', '--policy-name', 'mine', ...admin]);
  await line.ok(['iam', 'delete-role', '--role-name', 'reader', ...admin]);
  const trust = JSON.stringify(document({ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }));
  await line.ok(['iam', 'create-role', '--role-name', 'reader', '--assume-role-policy-document', trust, ...admin]);
  await line.ok([...ask.slice(0, 3), '--expect', 'deny', ...ask.slice(3)]);
  const { json } = await line.ok(['kms', 'get-key-policy', '--key-id', KEY, ...admin]);
  expect(JSON.stringify(json)).toContain('AROAEXAMPLEEXAMPLE123');
});

test('a grant lets in a role of an account that was not imported', async () => {
  const line = newCommandLine();
  const remote = 'arn:aws:iam::444455556666:role/remote';
  const grant = {
    ...{ KeyId: KEY_ARN, GrantId: 'a'.repeat(64), GranteePrincipal: remote, Operations: ['Decrypt'] },
    ...{ CreationDate: '2024-05-04T09:00:00Z', IssuingAccount: root },
  };
  await line.ok(['import', writeDump(line, { 'grants.json': { Grants: [grant] } }), '--account', ACCOUNT]);
  const asRoot = ['--as', `${ACCOUNT}:root`];
  const { json } = await line.ok(['who-can', 'kms:Decrypt', KEY_ARN, '--principal', remote, ...asRoot]);
  expect(json).toMatchObject({
    Principals: [{ Principal: remote, Answer: 'yes', Because: expect.stringContaining('grant aaa') }],
  });
});

test('a command that does not name who calls says that it has to, and creates nobody', async () => {
  const line = newCommandLine();
  await line.ok(['import', writeDump(line)]);
  const unnamed = await line.ssebox(['kms', 'list-keys']);
  expect([unnamed.code, unnamed.err]).toEqual([
    252,
    `the store has the imported account ${ACCOUNT}: name the caller with --as, such as --as ${ACCOUNT}:role/admin\n`,
  ]);
  const first = await line.ssebox(['kms', 'list-keys', '--as', `${ACCOUNT}:user/admin`]);
  expect([first.code, first.err]).toEqual([
    252,
    `the account ${ACCOUNT} was imported, and has no user "admin": name the caller with --as, such as --as ${ACCOUNT}:role/admin\n`,
  ]);
  await line.ok(['config', 'set', 'account', ACCOUNT]);
  expect((await line.ssebox(['kms', 'list-keys'])).err).toBe(first.err);
  expect((await line.ok(['kms', 'list-keys', '--as', 'role/admin'])).json).toEqual({
    Keys: [{ KeyId: KEY, KeyArn: KEY_ARN }],
  });
  expect((await line.ok(['store', 'info'])).json).toMatchObject({ Counts: { Accounts: 1, Users: 0 } });
});

test('what cannot be read is listed, and nothing is imported unless --partial says so', async () => {
  const line = newCommandLine();
  const dump = writeDump(line, { 'iam.json': '{"RoleDetailList": [' });
  const { code, json, err } = await line.ssebox(['import', dump]);
  expect(code).toBe(1);
  expect(err).toBe('nothing was imported, since 1 thing could not be read: with --partial the rest is imported\n');
  expect(json).toMatchObject({
    Imported: false,
    Findings: [{ Kind: 'unread', Place: `${dump}/iam.json`, Says: expect.stringContaining('the file was cut off') }],
  });
  expect((await line.ok(['store', 'info'])).json).toMatchObject({ Counts: { Accounts: 0, Keys: 0, Buckets: 0 } });
  const { json: partial } = await line.ok(['import', dump, '--partial']);
  expect(partial).toMatchObject({ Imported: true, Counts: { Roles: 0, Keys: 1 }, Findings: [{ Kind: 'unread' }] });
});

test('a file of which nothing can be read says why, with --partial too', async () => {
  const line = newCommandLine();
  writeFileSync(line.path('plan.json'), '{"format_version":"2.0","planned_values":{"root_module":{}}}');
  for (const more of [[], ['--partial']]) {
    const { code, json, err } = await line.ssebox(['import', line.path('plan.json'), ...more]);
    expect([code, err]).toEqual([
      1,
      'nothing was imported: 1 thing could not be read, and nothing else belongs to an account\n',
    ]);
    expect(json).toMatchObject({ Findings: [{ Says: expect.stringContaining('"2.0" of Terraform is not known') }] });
  }
  const page = await line.ssebox(['import', line.path('plan.json')], { terminal: 100 });
  expect(page.out).toMatch(/the format "2\.0" of\s+Terraform is not known/);
  expect(page.out).not.toContain('--partial');
});

test('an account that is there is replaced only on demand, and nothing of it is left', async () => {
  const line = newCommandLine();
  const dump = writeDump(line);
  await line.ok(['import', dump]);
  const changed = writeDump(line, { 'iam.json': { RoleDetailList: [role('other', 'AROAEXAMPLEEXAMPLE125', 's3:*')] } });
  const refused = await line.ssebox(['import', changed]);
  expect([refused.code, refused.err]).toEqual([
    252,
    `to replace the identities, keys and buckets of the account ${ACCOUNT} in the store "${line.store}", confirm with --yes\n`,
  ]);
  const roles = async (caller: string) =>
    (await line.ok(['iam', 'list-roles', '--query', 'Roles[].RoleName', '--as', `${ACCOUNT}:${caller}`])).json;
  expect(await roles('role/admin')).toEqual(['admin', 'other', 'reader']);
  expect((await line.ok(['import', changed, '--yes'])).json).toMatchObject({ Imported: true, Replaced: [ACCOUNT] });
  expect(await roles('root')).toEqual(['other']);
  expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Damaged: [] });
});

test('objects and key material are never lost to an import', async () => {
  const [line, empty] = [await newSample(), newCommandLine()];
  const iam = { UserId: 'x', Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/x' };
  const policy = JSON.stringify(
    document({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::new-one/*' }),
  );
  writeFileSync(line.path('dump.json'), JSON.stringify([iam, { Policy: policy }]));
  const full = await line.ssebox(['import', line.path('dump.json'), '--yes']);
  expect([full.code, full.err]).toEqual([
    252,
    'the store already has the account 111122223333, and the bucket "photos" is not empty: import into another store, with --store\n',
  ]);
  await empty.ok(['kms', 'create-key']);
  const keyed = await empty.ssebox(['import', line.path('dump.json'), '--yes']);
  expect([keyed.code, keyed.err]).toEqual([
    252,
    expect.stringMatching(/the KMS key .* has material, which cannot be made again/),
  ]);
});

test('a bucket or key of another account is in the way', async () => {
  const line = await newSample();
  const policy = JSON.stringify(
    document({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::photos/*' }),
  );
  writeFileSync(line.path('dump.json'), JSON.stringify({ Policy: policy }));
  const { code, err } = await line.ssebox(['import', line.path('dump.json'), '--account', ACCOUNT]);
  expect([code, err]).toEqual([
    252,
    'the bucket "photos" of the store belongs to the account 111122223333: import into another store, with --store\n',
  ]);
});

test.for<[words: readonly string[], error: RegExp]>([
  [[], /^import needs the files or folders of a dump/],
  [['nowhere'], /^there is no file or folder "nowhere"/],
  [['x', '--print-script'], /^--print-script takes no files/],
  [['x.json', '--account', '12'], /^--account takes 12 digits, not "12"/],
  [['empty'], /^the folder ".*empty" has no files in it/],
  [['binary'], /^".*binary" is not text in UTF-8/],
  [['list.json'], /^nothing in .*list.json belongs to an account/],
])('%j is refused', async ([words, error]) => {
  const line = newCommandLine();
  mkdirSync(line.path('empty'));
  writeFileSync(line.path('binary'), Buffer.from([0xff, 0xfe, 0]));
  writeFileSync(line.path('list.json'), '{"Aliases": []}');
  const named = words.map((word) => (['empty', 'binary', 'list.json'].includes(word) ? line.path(word) : word));
  const { code, err } = await line.ssebox(['import', ...named]);
  expect([code, err]).toEqual([252, expect.stringMatching(error)]);
});

test('on a terminal a person reads what was imported, what was assumed, and how to go on', async () => {
  const line = newCommandLine();
  const { out } = await line.ok(['import', writeDump(line)], { terminal: 100 });
  expect(out).toContain(`✓ imported the account ${ACCOUNT}\n  3 roles, 1 key, 1 alias, 1 bucket\n`);
  expect(out).toContain(
    '\nAssumed\n  without an answer of get-bucket-location, a bucket is in us-east-1: photos-of-us\n',
  );
  const [, words = ''] = /^ {2}\$ ssebox (.*)$/m.exec(out) ?? [];
  expect((await line.ok(words.split(' '))).code).toBe(0);
});
