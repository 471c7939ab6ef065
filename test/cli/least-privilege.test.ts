/** `iam least-privilege`: the policy of what a user or role did. */

import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';

const ACCOUNT = '111122223333';
const document = (Statement: unknown) => JSON.stringify({ Version: '2012-10-17', Statement });
const everything = document({ Effect: 'Allow', Action: '*', Resource: '*' });

/** A role `app` that may do everything, a key `alias/app` and a bucket `reports`. */
async function newApp(): Promise<CommandLine> {
  const line = newCommandLine();
  const trust = document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
  await line.ok(['iam', 'create-role', '--role-name', 'app', '--assume-role-policy-document', trust]);
  await putPolicy(line, everything);
  const key = await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.KeyId', '--output', 'text']);
  await line.ok(['kms', 'create-alias', '--alias-name', 'alias/app', '--target-key-id', key.out.trim()]);
  await line.ok(['s3', 'mb', 's3://reports']);
  writeFileSync(line.path('a.csv'), 'a,b');
  return line;
}

const putPolicy = (line: CommandLine, policy: string) =>
  line.ok(['iam', 'put-role-policy', '--role-name', 'app', '--policy-name', 'p', '--policy-document', policy]);

const asApp = (words: string): string[] => [...words.split(' '), '--as', 'role/app'];
const put = (line: CommandLine, key: string) =>
  asApp(`s3 put ${line.path('a.csv')} s3://reports/${key} --sse aws:kms --sse-kms-key-id alias/app`);
const policyOf = (line: CommandLine, more = '') => line.ok(asApp(`iam least-privilege${more}`));

interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: unknown;
  }[];
}
const statements = ({ json }: { readonly json: unknown }) => (json as Policy).Statement;
const actionsOf = (result: { readonly json: unknown }) =>
  statements(result)
    .flatMap(({ Action }) => Action)
    .sort();

test('the policy that it prints allows the same calls again, and nothing like them', async () => {
  const line = await newApp();
  const run = [
    put(line, '2026/a.csv'),
    asApp(`s3 get s3://reports/2026/a.csv ${line.path('out.csv')}`),
    asApp('s3 ls s3://reports/2026/'),
  ];
  for (const words of run) await line.ok(words);
  const { out, err, json } = await policyOf(line);
  expect(err).toBe('allows the 5 calls of role/app: 5 permissions, each allowed by this policy\n');
  expect(json).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EncryptAndDecryptKeyThroughS3',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: expect.stringMatching(/^arn:aws:kms:us-east-1:111122223333:key\//),
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::reports/2026/a.csv',
            'kms:ViaService': 's3.us-east-1.amazonaws.com',
          },
        },
      },
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
        Resource: 'arn:aws:s3:::reports/2026/a.csv',
      },
    ],
  });
  await putPolicy(line, out);
  for (const words of run) await line.ok(words);
  for (const words of [
    put(line, '2026/b.csv'),
    asApp('s3 ls s3://reports'),
    asApp('kms encrypt --key-id alias/app --plaintext aGk='),
  ])
    expect((await line.ssebox(words)).code, words.join(' ')).toBe(254);
});

test('on a terminal it prints the same policy', async () => {
  const line = await newApp();
  await line.ok(asApp('kms list-keys'));
  const { out } = await line.ok(asApp('iam least-privilege'), { terminal: 80 });
  expect(JSON.parse(out)).toEqual((await policyOf(line)).json);
});

test('goes from an event or a time to another', async () => {
  const line = await newApp();
  for (const words of ['kms list-keys', 'kms list-aliases', 's3 ls']) {
    await line.ok(asApp(words));
    line.advance(60_000);
  }
  const lookup = ['trail', 'lookup', '--event', 'ListAliases', '--query', 'Events[0].eventID', '--output', 'text'];
  const id = (await line.ok(lookup)).out.trim();
  const kept = async (more: string) => actionsOf(await policyOf(line, more));
  expect(await kept('')).toEqual(['kms:ListAliases', 'kms:ListKeys', 's3:ListAllMyBuckets']);
  expect(await kept(` --since ${id}`)).toEqual(['kms:ListAliases', 's3:ListAllMyBuckets']);
  expect(await kept(` --until ${id}`)).toEqual(['kms:ListAliases', 'kms:ListKeys']);
  expect(await kept(` --since …${id.slice(-6)} --until 61s`)).toEqual(['kms:ListAliases']);
  expect(await kept(' --since 90s')).toEqual(['s3:ListAllMyBuckets']);
});

test('begins with the calls that the named one made, and ends with the one that made it', async () => {
  const line = await newApp();
  for (const key of ['a.csv', 'b.csv', 'c.csv']) {
    await line.ok(put(line, key));
    line.advance(60_000);
  }
  const lookup = async (more: string) =>
    (await line.ok(['trail', 'lookup', ...more.split(' '), '--output', 'text'])).out;
  const outer = await lookup('--data-events --event PutObject --query Events[1].eventID');
  const inner = await lookup('--event GenerateDataKey --query Events[1].eventID');
  const least = await policyOf(line, ` --since ${outer.trim()} --until ${inner.trim()}`);
  expect(statements(least)).toMatchObject([
    {
      Action: 'kms:GenerateDataKey',
      Condition: { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::reports/b.csv' } },
    },
    { Action: 's3:PutObject', Resource: 'arn:aws:s3:::reports/b.csv' },
  ]);
});

test('joins the sessions of a role, in all regions, and none of others', async () => {
  const line = await newApp();
  await line.ok(['kms', 'list-keys', '--as', 'role/app/one']);
  await line.ok(['kms', 'list-aliases', '--as', 'role/app/two', '--region', 'eu-west-1']);
  await line.ok(['s3', 'ls', '--as', 'user/admin']);
  expect(actionsOf(await policyOf(line))).toEqual(['kms:ListAliases', 'kms:ListKeys']);
});

test('says which calls it leaves out, and allows what was denied where it is told to', async () => {
  const line = await newApp();
  await putPolicy(line, document({ Effect: 'Allow', Action: ['kms:ListKeys', 's3:PutObject'], Resource: '*' }));
  await line.ok(asApp('kms list-keys'));
  await line.ssebox(put(line, 'a.csv'));
  await line.ssebox(put(line, 'a.csv'));
  await line.ssebox(asApp('s3api get-object --bucket nowhere --key a out'));
  await line.ssebox(asApp('s3 ls'));
  const least = await policyOf(line);
  expect(actionsOf(least)).toEqual(['kms:ListKeys']);
  expect(least.err).toBe(
    [
      'allows the 1 call of role/app: 1 permission, each allowed by this policy',
      'left out, denied (--denied allows them): kms GenerateDataKey: AccessDeniedException (2), s3 ListBuckets: AccessDenied, s3 PutObject: AccessDenied (2)',
      'left out, refused before a permission was needed: s3 GetObject: NoSuchBucket',
      '',
    ].join('\n'),
  );
  expect(actionsOf(await policyOf(line, ' --denied'))).toEqual([
    'kms:GenerateDataKey',
    'kms:ListKeys',
    's3:ListAllMyBuckets',
    's3:PutObject',
  ]);
});

describe('S3 and KMS', () => {
  test('with a bucket key whose call to KMS was before the time', async () => {
    const line = await newApp();
    const words = (key: string) => [...put(line, key), '--bucket-key'];
    await line.ok(words('a.csv'));
    line.advance(60_000);
    await line.ok(words('b.csv'));
    expect(statements(await policyOf(line, ' --since 30s'))).toMatchObject([
      {
        Action: 'kms:GenerateDataKey',
        Condition: { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::reports' } },
      },
      { Action: 's3:PutObject', Resource: 'arn:aws:s3:::reports/b.csv' },
    ]);
  });

  test('with a key that AWS manages, which no policy of a caller has to allow', async () => {
    const line = await newApp();
    await line.ok(asApp(`s3 put ${line.path('a.csv')} s3://reports/a.csv --sse aws:kms`));
    const least = await policyOf(line);
    expect(actionsOf(least)).toEqual(['s3:PutObject']);
    expect(least.err).toMatch(/^left out: arn:aws:kms:\S+ is managed by AWS/m);
    await putPolicy(line, least.out);
    await line.ok(asApp(`s3 put ${line.path('a.csv')} s3://reports/a.csv --sse aws:kms`));
  });
});

test('joins objects to folders or a prefix where it is told to, and says what they stand for', async () => {
  const line = await newApp();
  for (const key of ['2026/05/a.csv', '2026/06/a.csv', 'top.csv']) await line.ok(put(line, key));
  const byFolder = await policyOf(line, ' --generalize');
  expect(statements(byFolder).map(({ Resource }) => Resource)).toContainEqual([
    'arn:aws:s3:::reports/2026/05/*',
    'arn:aws:s3:::reports/2026/06/*',
    'arn:aws:s3:::reports/top.csv',
  ]);
  expect(byFolder.err).toContain('arn:aws:s3:::reports/2026/05/* stands for 1 object\n');
  const byPrefix = await policyOf(line, ' --prefix s3://reports/2026/');
  expect(byPrefix.err).toContain('arn:aws:s3:::reports/2026/* stands for 2 objects\n');
  await putPolicy(line, byPrefix.out);
  await line.ok(put(line, '2026/07/new.csv'));
  expect((await line.ssebox(put(line, 'new.csv'))).code).toBe(254);
});

describe('the policies of resources', () => {
  test('that deny what the policy allows', async () => {
    const line = await newApp();
    await line.ok(put(line, 'a.csv'));
    const policy = document({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::reports/*',
    });
    await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'reports', '--policy', policy]);
    expect((await policyOf(line)).err).toContain(
      'the bucket policy of arn:aws:s3:::reports, as it is now, denies one of these permissions\n',
    );
  });

  test('that are silent about a caller of another account', async () => {
    const line = await newApp();
    await line.ok(put(line, 'a.csv'));
    const other = '444455556666';
    const policy = document({
      Effect: 'Allow',
      Principal: { AWS: other },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::reports/*',
    });
    await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'reports', '--policy', policy]);
    const get = ['s3api', 'head-object', '--bucket', 'reports', '--key', 'a.csv', '--as', `${other}:user/admin`];
    await line.ok(get);
    const least = ['iam', 'least-privilege', '--as', `${other}:user/admin`];
    expect((await line.ok(least)).err).toBe(
      'allows the 1 call of user/admin: 1 permission, each allowed by this policy\n',
    );
    await line.ok(['s3api', 'delete-bucket-policy', '--bucket', 'reports']);
    expect((await line.ok(least)).err).toContain(
      'the bucket policy of arn:aws:s3:::reports, as it is now, does not allow one of these permissions, too\n',
    );
  });

  test('that allow it without this policy', async () => {
    const line = await newApp();
    await line.ok(put(line, 'a.csv'));
    const role = { AWS: `arn:aws:iam::${ACCOUNT}:role/app` };
    const policy = document({
      Effect: 'Allow',
      Principal: role,
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::reports/*',
    });
    await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'reports', '--policy', policy]);
    const { err, json } = await policyOf(line);
    expect(err).toContain(
      'the bucket policy of arn:aws:s3:::reports already allows one of these permissions by itself\n',
    );
    expect(actionsOf({ json })).toContain('s3:PutObject');
  });
});

test('says where a policy of this size fits', async () => {
  const line = await newApp();
  const keys = Array.from({ length: 60 }, (_, at) => `${'folder'.repeat(20)}/${at}.csv`);
  for (const key of keys) await line.ok(put(line, key));
  const { err } = await policyOf(line);
  expect(err).toMatch(
    /^[\d,]+ characters are more than a managed policy \(6,144\) and the inline policies of a role \(10,240\) may have: join objects with --generalize, or split it$/m,
  );
});

/** Each with the message that names the value and the way out. */
test.each([
  [
    '--since soon',
    '--since takes the id of an event, a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "soon"',
  ],
  [
    '--since 01234567-89ab-7def-8123-456789abcdef',
    '--since: there is no event "01234567-89ab-7def-8123-456789abcdef" in this store',
  ],
  ['--since 1m --until 2m', '--since is a later time than --until: swap them'],
  ['--since 2999-01-01T00:00:00Z', '--since takes a time that has passed, not "2999-01-01T00:00:00Z"'],
  ['--prefix reports/2026', '--prefix takes one such as s3://reports/2026/, not "reports/2026"'],
  ['', 'no recorded call of role/app needs a permission'],
])('iam least-privilege %s', async (words, message) => {
  const line = await newApp();
  const { code, err, out } = await line.ssebox(asApp(`iam least-privilege ${words}`.trim()));
  expect({ code, out, first: err.split('\n')[0] }).toEqual({ code: 252, out: '', first: message });
});

test('for a caller without policies it asks for another', async () => {
  const line = await newApp();
  expect((await line.ssebox(['iam', 'least-privilege', '--as', 'root'])).err).toMatch(
    /^the root user has no policies: name a user or role with --as\n/,
  );
});
