/** Replication without JSON: a rule and a role from plain words. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { samplePlace } from '../support/place.ts';

const ROLE = 'arn:aws:iam::111122223333:role/s3-replication-reports';

/** The sample with a versioned bucket and a key in another region, besides `reports`, which is versioned, too. */
async function newClasseu(): Promise<CommandLine> {
  const line = await newSample();
  await line.ok(['bucket', 'create', 'classeu', '--region', 'eu-west-1']);
  await line.ok(['bucket', 'versioning', 'enable', 'classeu']);
  const created = await line.ok(['kms', 'create-key', '--region', 'eu-west-1', '--query', 'KeyMetadata.KeyId']);
  const key = ['--target-key-id', String(created.json), '--region', 'eu-west-1'];
  await line.ok(['kms', 'create-alias', '--alias-name', 'alias/eu', ...key]);
  writeFileSync(line.path('a.txt'), 'a');
  return line;
}

const add = ['bucket', 'replication', 'add', 'reports', '--to', 'classeu'];

const put = (line: CommandLine, key: string, ...words: string[]) =>
  line.ok(['s3', 'put', line.path('a.txt'), `s3://reports/${key}`, ...words]);

const replicated = async (line: CommandLine) => (await line.ok(['s3', 'replicate', 'reports'])).out;

const modeOf = async (line: CommandLine, Key: string) =>
  (await line.ok(['s3api', 'head-object', '--bucket', 'classeu', '--key', Key, '--query', 'ServerSideEncryption']))
    .json;

const roleExists = async (line: CommandLine) =>
  (await line.ssebox(['iam', 'get-role', '--role-name', 's3-replication-reports'])).code === 0;

test('the rule and its role replicate objects under KMS keys to another region', async () => {
  const line = await newClasseu();
  const { json } = await line.ok([...add, '--kms-key', 'alias/eu']);
  expect(json).toMatchObject({ Role: ROLE, Rule: { ID: 'to-classeu', Priority: 1, Filter: {} } });
  await put(line, 'plain', '--sse', 'AES256');
  await put(line, 'under-key', '--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app');
  await put(line, 'bucket-key', '--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app', '--bucket-key-enabled');
  expect((await replicated(line)).split('\n')).toHaveLength(4);
  expect(await modeOf(line, 'under-key')).toBe('aws:kms');
  expect(await modeOf(line, 'bucket-key')).toBe('aws:kms');
});

test('the role may do no more than this', async () => {
  const line = await newClasseu();
  await line.ok([...add, '--kms-key', 'alias/eu']);
  const may = async (...words: string[]) =>
    (await line.ssebox(['explain', ...words, '--as', 'role/s3-replication-reports', '--expect', 'allow'])).code === 0;
  expect(await may('s3', 'get', 's3://reports/2026/q1.csv')).toBe(false);
  expect(await may('s3', 'put', line.path('a.txt'), 's3://classeu/x')).toBe(false);
  expect(await may('kms', 'encrypt', '--key-id', 'alias/eu', '--plaintext', 'YQ==', '--region', 'eu-west-1')).toBe(
    false,
  );
});

test('without a key, objects under KMS keys stay where they are', async () => {
  const line = await newClasseu();
  await line.ok(add);
  await put(line, 'plain', '--sse', 'AES256');
  await put(line, 'under-key', '--sse', 'aws:kms');
  expect(await replicated(line)).toBe('replicate: s3://reports/plain to s3://classeu/plain\n');
});

test('a second rule is added, the same one is replaced, and the role serves all of them', async () => {
  const line = await newClasseu();
  await line.ok(['bucket', 'versioning', 'enable', 'drafts']);
  await line.ok([...add, '--kms-key', 'alias/eu']);
  await line.ok([...add, '--prefix', '2026/', '--delete-markers']);
  await line.ok([...add.slice(0, -1), 's3://drafts']);
  await line.ok([...add, '--kms-key', 'alias/eu']);
  const { json } = await line.ok(['bucket', 'replication', 'get', 'reports']);
  expect(json).toMatchObject({ Role: ROLE });
  const rules = await line.ok([
    'bucket',
    'replication',
    'get',
    'reports',
    '--query',
    'Rules[].[ID, Priority, Filter.Prefix]',
  ]);
  expect(rules.json).toEqual([
    ['to-classeu-2026/', 2, '2026/'],
    ['to-drafts', 3, null],
    ['to-classeu', 1, null],
  ]);
  await put(line, 'under-key', '--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app');
  expect(await replicated(line)).toContain('replicate: s3://reports/under-key to s3://classeu/under-key');
});

test('rules that are added at the same moment all stay', async () => {
  const place = await samplePlace();
  for (const bucket of ['photos', 'drafts']) await place.ok(['bucket', 'versioning', 'enable', bucket]);
  const prefixes = ['a/', 'b/', 'c/', 'd/'];
  await Promise.all(
    ['photos', 'drafts'].flatMap((to) =>
      prefixes.map((prefix) => place.ok(['bucket', 'replication', 'add', 'reports', '--to', to, '--prefix', prefix])),
    ),
  );
  const { out } = await place.ok(['bucket', 'replication', 'get', 'reports', '--query', 'sort(Rules[].ID)']);
  expect(JSON.parse(out)).toEqual([
    ...prefixes.map((prefix) => `to-drafts-${prefix}`),
    ...prefixes.map((prefix) => `to-photos-${prefix}`),
  ]);
});

test('a refused rule is in the audit log', async () => {
  const line = await newClasseu();
  await line.ssebox(['bucket', 'replication', 'add', 'reports', '--to', 'reports']);
  const { json } = await line.ok(['explain', 'last']);
  expect(json).toMatchObject({ Call: 's3 PutBucketReplication', Refusal: { Code: 'InvalidRequest' } });
  const attribute = 'AttributeKey=EventName,AttributeValue=CreateRole';
  const found = await line.ok(['cloudtrail', 'lookup-events', '--lookup-attributes', attribute]);
  expect(JSON.stringify(found.json)).toContain('s3-replication-reports');
});

test('rules whose ids would read the same are kept apart', async () => {
  const line = await newClasseu();
  await line.ok(['bucket', 'create', 'classeu-eu']);
  await line.ok(['bucket', 'versioning', 'enable', 'classeu-eu']);
  const long = 'p'.repeat(300);
  const added = [
    [...add, '--prefix', 'eu'],
    [...add.slice(0, -1), 'classeu-eu'],
    [...add, '--prefix', `${long}a`],
    [...add, '--prefix', `${long}b`],
  ];
  // The second time around, each replaces itself.
  for (const words of [...added, ...added]) await line.ok(words);
  const { json } = await line.ok([
    'bucket',
    'replication',
    'get',
    'reports',
    '--query',
    'Rules[].[Destination.Bucket, Filter.Prefix]',
  ]);
  expect(json).toEqual([
    ['arn:aws:s3:::classeu', 'eu'],
    ['arn:aws:s3:::classeu-eu', null],
    ['arn:aws:s3:::classeu', `${long}a`],
    ['arn:aws:s3:::classeu', `${long}b`],
  ]);
});

test('a rule that somebody else has named is replaced under its name, one with tags is another', async () => {
  const line = await newClasseu();
  const { json } = await line.ok([...add, '--query', 'Role']);
  const rule = (ID: string, Priority: number, Filter: object) => ({
    ID,
    Priority,
    Status: 'Disabled',
    Filter,
    DeleteMarkerReplication: { Status: 'Disabled' },
    Destination: { Bucket: 'arn:aws:s3:::classeu' },
  });
  const own = rule('own', 7, { Prefix: 'a/' });
  const tagged = rule('tagged', 9, { Tag: { Key: 'a', Value: 'b' } });
  const configuration = JSON.stringify({ Role: json, Rules: [own, tagged] });
  const set = ['s3api', 'put-bucket-replication', '--bucket', 'reports', '--replication-configuration', configuration];
  await line.ok(set);
  expect((await line.ok([...add, '--prefix', 'a/'])).json).toMatchObject({ Rule: { ID: 'own', Priority: 7 } });
  expect((await line.ok(add)).json).toMatchObject({ Rule: { ID: 'to-classeu', Priority: 10 } });
});

test('a role that is named, or that the other rules have, is used as it is', async () => {
  const line = await newClasseu();
  for (const name of ['reader', 'role/reader', 'arn:aws:iam::111122223333:role/reader']) {
    const { json } = await line.ok([...add, '--role', name, '--query', 'Role']);
    expect(json).toBe('arn:aws:iam::111122223333:role/reader');
  }
  const again = await line.ok([...add, '--prefix', 'a'], { terminal: 100 });
  expect(again.err).toContain('hint: arn:aws:iam::111122223333:role/reader is used as it is');
  expect(await roleExists(line)).toBe(false);
});

test.for<[words: string[], code: number, says: string]>([
  [['--to', 'nowhere'], 254, '(NoSuchBucket)'],
  [['--to', 'drafts'], 252, 'replication needs versioning, which is not enabled on the bucket "drafts"'],
  [
    ['--to', 'classeu', '--kms-key', 'alias/app'],
    254,
    'Alias arn:aws:kms:eu-west-1:111122223333:alias/app is not found.',
  ],
  [['--to', 'classeu', '--role', 'nobody'], 252, 'there is no role "nobody"'],
  [['--to', 'reports'], 254, 'Destination bucket cannot be the same as the source bucket.'],
])('add reports %j ends with %d and leaves nothing behind', async ([words, code, says]) => {
  const line = await newClasseu();
  const refused = await line.ssebox(['bucket', 'replication', 'add', 'reports', ...words]);
  expect([refused.code, refused.out]).toEqual([code, '']);
  expect(refused.err).toContain(says);
  expect(await roleExists(line)).toBe(false);
  expect((await line.ssebox(['bucket', 'replication', 'get', 'reports'])).code).toBe(254);
});

test('a refused rule leaves the role that was there with what it had', async () => {
  const line = await newClasseu();
  await line.ok(add);
  await line.ssebox(['bucket', 'replication', 'add', 'reports', '--to', 'reports']);
  const { json } = await line.ok(['iam', 'list-role-policies', '--role-name', 's3-replication-reports']);
  expect(json).toEqual({ PolicyNames: ['to-classeu'] });
});

test('a long bucket name gets a role with a name that IAM takes', async () => {
  const line = await newClasseu();
  const bucket = 'b'.repeat(63);
  await line.ok(['bucket', 'create', bucket]);
  await line.ok(['bucket', 'versioning', 'enable', bucket]);
  const { json } = await line.ok(['bucket', 'replication', 'add', bucket, '--to', 'classeu', '--query', 'Role']);
  expect(json).toMatch(/^arn:aws:iam::111122223333:role\/s3-replication-b{40}-[0-9a-f]{8}$/);
});
