import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

interface Fix {
  readonly Kind: string;
  readonly Gate?: string;
  readonly To?: string;
  readonly Statement?: object;
  readonly Sid?: string;
  readonly Command?: string;
}

const get = ['s3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/bob'];

async function fixesOf(line: CommandLine, words: readonly string[]): Promise<readonly Fix[]> {
  const { json } = await line.ok(['explain', ...words, '--fix']);
  return (json as { Decisions: readonly { Fix: readonly Fix[] }[] }).Decisions.flatMap((decision) => decision.Fix);
}

const give = (line: CommandLine, statements: readonly unknown[]) => {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const words = ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'fix', '--policy-document', document];
  return line.ok(words);
};

test('the suggested statements make a policy that lets the call through', async () => {
  const line = await newSample();
  const fixes = (await fixesOf(line, get)).filter(({ Kind }) => Kind === 'AddStatement');
  expect(fixes.map(({ Gate }) => Gate)).toEqual(['identity-policy', 'identity-policy']);
  await give(
    line,
    fixes.map(({ Statement }) => Statement),
  );
  await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', line.path('q1'), '--as', 'user/bob']);
  expect(await fixesOf(line, get)).toEqual([]);
});

test('the suggested grant gives access to the key', async () => {
  const line = await newSample();
  const [statement, , grant] = await fixesOf(line, get);
  await give(line, [statement?.Statement]);
  await line.ok(grant?.Command?.split(' ').slice(1) ?? []);
  await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', line.path('q1'), '--as', 'user/bob']);
});

test('a Deny is named, with what else the call could be, also for the last refusal', async () => {
  const line = await newSample();
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyKms',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::photos/*',
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
      },
    ],
  };
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', JSON.stringify(policy)]);
  writeFileSync(line.path('x'), 'x');
  const refused = await line.ssebox(['s3', 'put', line.path('x'), 's3://photos/k']);
  expect(refused.code).toBe(254);
  const { json } = await line.ok(['explain', 'last', '--fix']);
  expect(json).toMatchObject({ Decisions: [{ Fix: [{ Kind: 'LiftDeny', Policy: 'bucket policy', Sid: 'OnlyKms' }] }] });
  const { out } = await line.ok(['explain', 'last', '--fix'], { terminal: 200 });
  expect(out).toContain('remove or narrow statement "OnlyKms" of the bucket policy');
  expect(out).toContain(
    'or make the call without meeting this condition: StringNotEquals s3:x-amz-server-side-encryption aws:kms (the key is absent)',
  );
});

test('a setting that denies is named as the setting, not as a statement that nobody can find', async () => {
  const line = await newSample();
  const s3api = (...words: readonly string[]) => line.ok(['s3api', ...words, '--bucket', 'photos']);
  const only = 'RestrictPublicBuckets=true';
  await s3api('put-public-access-block', '--public-access-block-configuration', only);
  const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
  await s3api('put-bucket-policy', '--policy', JSON.stringify({ Statement: everybody }));
  const words = ['s3', 'get', 's3://photos/harbour.txt', '--as', '444455556666:user/admin'];
  const [fix, ...more] = await fixesOf(line, words);
  expect(fix).toEqual({
    Kind: 'LiftDeny',
    Gate: 'resource-policy',
    Policy: 'RestrictPublicBuckets setting of Block Public Access',
    Lift: expect.stringMatching(/^turn off RestrictPublicBuckets/),
  });
  expect(more).toEqual([]);
  const { out } = await line.ok(['explain', ...words, '--fix'], { terminal: 120 });
  expect(out).toContain('✗ RestrictPublicBuckets setting of Block Public Access: DENY\n');
  expect(out).toContain('→ to allow it: turn off RestrictPublicBuckets for the bucket and its account');
  expect(out).not.toContain('statement "RestrictPublicBuckets"');
  await s3api('delete-public-access-block');
  await line.ok(['explain', ...words, '--expect', 'allow']);
});

test('the text says where the statement belongs', async () => {
  const line = await newSample();
  const { out } = await line.ok(['explain', ...get, '--fix'], { terminal: 120 });
  expect(out).toContain(
    'add to an identity-based policy of arn:aws:iam::111122223333:user/bob:\n    {\n      "Effect": "Allow",\n      "Action": "s3:GetObject",',
  );
  expect(out).toContain('or create a grant instead of adding statements:\n    ssebox kms grant arn:aws:kms:');
});

test('without --fix there is none, and an allowed call needs none', async () => {
  const line = await newSample();
  expect((await line.ok(['explain', ...get])).out).not.toContain('"Fix"');
  expect(await fixesOf(line, ['s3', 'get', 's3://photos/harbour.txt', '--as', 'user/ana'])).toEqual([]);
});
