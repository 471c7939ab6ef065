import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';
import { START } from '../support/harness.ts';

const OBJECT = 's3://reports/ledger';
const MINUTE = 60_000;
const UNTIL = new Date(START + 5 * MINUTE).toISOString();
const TERMINAL = { terminal: 120 };
const byBucketKey = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app', '--bucket-key-enabled'];
const noDecrypt = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' }],
});

const isKey = expect.stringMatching(/^arn:aws:kms:us-east-1:111122223333:key\//);

/** An object under a bucket key, which Ana has read before she lost the permission to decrypt. */
async function newLoss() {
  const line = await newSample();
  writeFileSync(line.path('ledger'), 'assets');
  await line.ok(['s3', 'put', line.path('ledger'), OBJECT, ...byBucketKey]);
  const get = ['s3', 'get', OBJECT, line.path('got'), '--as', 'user/ana'];
  await line.ok(get);
  await line.ok([
    'iam',
    'put-user-policy',
    '--user-name',
    'ana',
    '--policy-name',
    'no',
    '--policy-document',
    noDecrypt,
  ]);
  return { ...line, get };
}

// Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
test('a caller who lost kms:Decrypt can still read with a bucket-level key, and the explanation says why and how long', async () => {
  const { ok, ssebox, advance, path, get } = await newLoss();
  await ok(get);
  expect(readFileSync(path('got'), 'utf8')).toBe('assets');
  const explain = ['explain', 's3', 'get', OBJECT, '--as', 'user/ana'];
  expect((await ok(explain)).json).toMatchObject({
    Allowed: true,
    Decisions: [{ Action: 's3:GetObject' }],
    BucketLevelKeys: [{ Bucket: 'reports', KeyArn: isKey, NotAsked: 'kms:Decrypt', Until: UNTIL }],
  });
  const { out } = await ok(explain, TERMINAL);
  expect(out).toContain('! NOT CHECKED: kms:Decrypt on arn:aws:kms:us-east-1:111122223333:key/');
  expect(out).toContain(`for this caller in bucket reports until ${UNTIL}`);
  expect(out).toContain('so KMS makes no decision');

  advance(5 * MINUTE);
  expect((await ssebox(get)).code).toBe(254);
  for (const words of [explain, ['explain', 'last']]) {
    const { json } = await ok(words);
    expect(json).toMatchObject({ Allowed: false, Decisions: [{ Allowed: true }, { Action: 'kms:Decrypt' }] });
    expect(json).not.toHaveProperty('BucketLevelKeys');
  }
});

test("a caller's bucket-level key spares nobody else KMS's decision", async () => {
  const { ok } = await newLoss();
  const { json } = await ok(['explain', 's3', 'get', OBJECT]);
  expect(json).toMatchObject({ Decisions: [{ Action: 's3:GetObject' }, { Action: 'kms:Decrypt', Allowed: true }] });
  expect(json).not.toHaveProperty('BucketLevelKeys');
});

test('a put is explained without a KMS decision while the bucket-level key lives', async () => {
  const { ok } = await newLoss();
  const explain = ['explain', 's3', 'put', 's3://reports/another', ...byBucketKey];
  expect((await ok(explain)).json).toMatchObject({
    Decisions: [{ Action: 's3:PutObject' }],
    BucketLevelKeys: [{ Bucket: 'reports', KeyArn: isKey, NotAsked: 'kms:GenerateDataKey', Until: UNTIL }],
  });
});

test('a refusal records the checks skipped by a bucket-level key, for explain last', async () => {
  const { ok, ssebox } = await newLoss();
  // Ana's copy passes the source by the bucket-level key and is refused by the bucket it goes to.
  const copy = ['s3api', 'copy-object', '--bucket', 'reports', '--key', 'copy', '--copy-source', 'reports/ledger'];
  const mayPut = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }],
  });
  await ok(['iam', 'put-user-policy', '--user-name', 'ana', '--policy-name', 'put', '--policy-document', mayPut]);
  const refused = await ssebox([...copy, ...byBucketKey.map(s3apiFlag), '--as', 'user/ana']);
  expect([refused.code, refused.err]).toEqual([254, expect.stringContaining('kms:GenerateDataKey')]);
  expect((await ok(['explain', 'last'])).json).toMatchObject({
    Allowed: false,
    BucketLevelKeys: [{ Bucket: 'reports', KeyArn: isKey, NotAsked: 'kms:Decrypt', Until: UNTIL }],
  });
});

/** The same flags as the operations of S3 have them. */
const s3apiFlag = (flag: string): string =>
  ({ '--sse': '--server-side-encryption', '--sse-kms-key-id': '--ssekms-key-id' })[flag] ?? flag;
