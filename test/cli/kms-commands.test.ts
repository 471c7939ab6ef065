import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';

const BOB = 'arn:aws:iam::111122223333:user/bob';

interface Grants {
  readonly Grants: readonly Readonly<Record<string, unknown>>[];
}

async function keyId(line: Awaited<ReturnType<typeof newSample>>): Promise<string> {
  const words = ['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyId', '--output', 'text'];
  return (await line.ok(words)).out.trim();
}

const grantsOf = async (line: Awaited<ReturnType<typeof newSample>>) =>
  ((await line.ok(['kms', 'list-grants', '--key-id', await keyId(line)])).json as Grants).Grants;

test('a grant in plain words is a grant, and works', async () => {
  const line = await newSample();
  const decrypt = ['explain', 'kms', 'decrypt', 'alias/app', '--as', 'user/bob', '--expect'];
  await line.ok([...decrypt, 'deny']);
  const { json } = await line.ok(['kms', 'grant', 'alias/app', '--to', 'user/bob', '--may', 'decrypt,re-encrypt-from']);
  expect(json).toEqual({ GrantId: expect.stringMatching(/^[0-9a-f]{64}$/), GrantToken: expect.any(String) });
  expect(await grantsOf(line)).toMatchObject([{ GranteePrincipal: BOB, Operations: ['Decrypt', 'ReEncryptFrom'] }]);
  await line.ok([...decrypt, 'allow']);
});

test('a grant takes a condition, a name, a retirer and a service', async () => {
  const line = await newSample();
  const more = ['--only-with-context', 'a=1', '--only-with-context', 'b=x=y', '--name', 'n', '--retired-by', 'root'];
  await line.ok(['kms', 'grant', 'alias/app', '--to', 'role/reader', '--may', 'encrypt', ...more]);
  const source = 'arn:aws:rds:us-east-1:111122223333:db:main';
  const exact = ['--only-with-exact-context', 'a=1', '--only-for-source', source, '--retired-by', 'role/reader'];
  const service = ['--to', 'rds.amazonaws.com', '--may', 'DescribeKey,Decrypt'];
  await line.ok(['kms', 'grant', await keyId(line), ...service, ...exact]);
  const grants = await grantsOf(line);
  expect(grants).toHaveLength(2);
  expect(grants).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        Name: 'n',
        GranteePrincipal: 'arn:aws:iam::111122223333:role/reader',
        RetiringPrincipal: 'arn:aws:iam::111122223333:root',
        Constraints: { EncryptionContextSubset: { a: '1', b: 'x=y' } },
      }),
      expect.objectContaining({
        GranteeServicePrincipal: 'rds.amazonaws.com',
        Operations: expect.arrayContaining(['DescribeKey', 'Decrypt']),
        Constraints: { EncryptionContextEquals: { a: '1' }, SourceArn: source },
      }),
    ]),
  );
});

test('the text says who may do what, and how to end it', async () => {
  const line = await newSample();
  const words = ['kms', 'grant', 'alias/app', '--to', 'user/bob', '--may', 'decrypt', '--only-with-context', 'a=1'];
  const { out } = await line.ok(words, { terminal: 120 });
  expect(out).toContain(`${BOB} may now decrypt with alias/app\n  only when the encryption context contains a=1\n`);
  const [, command = ''] = /to end it: ssebox (.*)/.exec(out) ?? [];
  await line.ok(command.split(' '));
  expect(await grantsOf(line)).toEqual([]);
});

test.for([
  [['--to', 'user/nobody', '--may', 'decrypt'], 252, 'there is no user "nobody" in account 111122223333'],
  [['--to', 'bob', '--may', 'decrypt'], 252, '"bob" is not a principal: write user/NAME'],
  [['--to', '12:user/bob', '--may', 'decrypt'], 252, '"12:user/bob" is not a principal'],
  [['--to', 'user/bob', '--may', 'decrypt,fly'], 252, 'a grant cannot allow "fly": it can allow decrypt,'],
  [
    ['--to', 'user/bob', '--may', 'decrypt', '--only-with-context', 'a'],
    252,
    '--only-with-context takes KEY=VALUE, not "a"',
  ],
  [['--to', 'user/bob', '--may', 'sign'], 254, 'CreateGrant'],
  [['--to', 'user/bob'], 252, 'the following arguments are required: --may'],
] as const)('%j is refused, and nothing is granted', async ([options, expected, words]) => {
  const line = await newSample();
  const { code, err } = await line.ssebox(['kms', 'grant', 'alias/app', ...options]);
  expect([code, err]).toEqual([expected, expect.stringContaining(words)]);
  expect(await grantsOf(line)).toEqual([]);
});

test('a rotation makes a new generation, and what was encrypted before still opens', async () => {
  const line = await newSample();
  const { json } = await line.ok(['kms', 'rotate', 'alias/app']);
  const { Before, After } = json as Readonly<Record<'Before' | 'After', readonly { KeyMaterialId: string }[]>>;
  expect(Before).toMatchObject([{ KeyMaterialState: 'CURRENT' }]);
  expect(After).toMatchObject([
    { KeyMaterialId: Before[0]?.KeyMaterialId, KeyMaterialState: 'NON_CURRENT' },
    { KeyMaterialState: 'CURRENT', RotationType: 'ON_DEMAND' },
  ]);
  expect((await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', '-'])).out).toContain('March');
  const { out } = await line.ok(['kms', 'rotate', 'alias/app'], { terminal: 130 });
  expect(out).toMatch(/^1 +[0-9a-f]{64} +decrypts +- +-$/m);
  expect(out).toMatch(/^3 +[0-9a-f]{64} +encrypts, new +2026-05-04 \S+ +ON_DEMAND$/m);
  expect(out).toContain('alias/app now encrypts with new material');
});

test('a key that cannot rotate says so in the words of AWS', async () => {
  const line = await newSample();
  const made = await line.ok(['kms', 'create-key', '--key-spec', 'HMAC_256', '--key-usage', 'GENERATE_VERIFY_MAC']);
  const { KeyMetadata } = made.json as { KeyMetadata: { KeyId: string } };
  const { code, err } = await line.ssebox(['kms', 'rotate', KeyMetadata.KeyId]);
  expect([code, err]).toEqual([254, expect.stringContaining('(UnsupportedOperationException)')]);
});

// Only KMS's answer to what is no ciphertext gets the hint, and only where the bytes look like text.
test.for<[string, string, boolean]>([
  ['base64', 'aGVsbG8=\n', true],
  ['JSON', '{"CiphertextBlob": "aGVsbG8="}', true],
  ['bytes', '\u0001\u0002\u0003', false],
  ['bytes that end like text', '\u0001\u0002text', false],
  ['bytes that begin like text', 'text\u0001\u0002', false],
])('what is decrypted and is %s is refused', async ([, text, hasHint]) => {
  const line = await newSample();
  writeFileSync(line.path('blob'), text);
  const { code, err } = await line.ssebox(['kms', 'decrypt', '--ciphertext-blob', `fileb://${line.path('blob')}`], {
    terminal: 200,
  });
  expect([code, err]).toEqual([254, expect.stringContaining('(InvalidCiphertextException)')]);
  expect(err.includes('hint: the bytes look like text: pass base64 directly')).toBe(hasHint);
});

test('another refusal of what looks like text has no such hint', async () => {
  const line = await newSample();
  const words = ['kms', 'encrypt', '--key-id', 'alias/none', '--plaintext', 'aGVsbG8='];
  const { code, err } = await line.ssebox(words, { terminal: 200 });
  expect([code, err]).toEqual([254, expect.stringContaining('(NotFoundException)')]);
  expect(err).not.toContain('look like text');
});

test('kms ls shows the keys that AWS manages, unless they are left out', async () => {
  const line = await newSample();
  writeFileSync(line.path('a.txt'), 'a');
  await line.ok(['s3', 'cp', line.path('a.txt'), 's3://photos/a', '--sse', 'aws:kms']);
  const managers = async (...words: string[]) =>
    (await line.ok(['kms', 'ls', '--query', 'Keys[].[KeyManager, Aliases[0]]', ...words])).json;
  const own = await managers('--no-aws-managed');
  expect(own).not.toContainEqual(['AWS', 'alias/aws/s3']);
  const all = await managers();
  expect(all).toContainEqual(['AWS', 'alias/aws/s3']);
  expect(all).toHaveLength((own as string[]).length + 1);
  expect(await managers('--aws-managed')).toEqual(all);
});
