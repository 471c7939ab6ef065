import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { openStore } from '../support/open-store.ts';
import { ROLE, roleActions, trust } from '../support/replication-role.ts';

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const allow = (Action: readonly string[]) => document({ Effect: 'Allow', Action, Resource: '*' });

const rules = JSON.stringify({
  Role: ROLE,
  Rules: [
    {
      ID: 'all',
      Priority: 1,
      Status: 'Enabled',
      Filter: {},
      DeleteMarkerReplication: { Status: 'Disabled' },
      Destination: { Bucket: 'arn:aws:s3:::there' },
    },
  ],
});

const permit = (line: CommandLine, policy: string) =>
  line.ok(['iam', 'put-role-policy', '--role-name', 'replicator', '--policy-name', 'p', '--policy-document', policy]);

/** Buckets `here` and `there`, in two regions, a role, and a file to put. */
async function newBuckets(hasRules = true): Promise<CommandLine> {
  const line = newCommandLine();
  await line.ok(['bucket', 'create', 'here']);
  await line.ok(['bucket', 'create', 'there', '--region', 'eu-west-1']);
  for (const bucket of ['here', 'there']) await line.ok(['bucket', 'versioning', 'enable', bucket]);
  await line.ok(['iam', 'create-role', '--role-name', 'replicator', '--assume-role-policy-document', trust]);
  await permit(line, allow(roleActions));
  if (hasRules) await line.ok(['bucket', 'replication', 'put', 'here', rules]);
  writeFileSync(line.path('a.txt'), 'a');
  return line;
}

const put = (line: CommandLine, key: string, more: Parameters<CommandLine['ok']>[1] = {}) =>
  line.ok(['s3', 'put', line.path('a.txt'), `s3://here/${key}`], more);

const there = async (line: CommandLine) => (await line.ok(['s3', 'ls', 's3://there', '--recursive'])).out;

test('a put is queued, replicated once, and reported', async () => {
  const line = await newBuckets();
  for (const key of ['x', 'y']) await put(line, key);
  const { out, err } = await line.ok(['s3', 'replicate']);
  expect(out).toBe('replicate: s3://here/x to s3://there/x\nreplicate: s3://here/y to s3://there/y\n');
  expect(err).toBe('');
  expect(await there(line)).toMatch(/ x\n.* y\n$/);
  const second = await line.ok(['s3', 'replicate', 'here']);
  expect([second.out, second.err]).toEqual(['', 'nothing is waiting to be replicated\n']);
});

test('after a put a person gets a hint about what is left to do; a script does not', async () => {
  const line = await newBuckets();
  expect((await put(line, 'x')).err).toBe('');
  expect((await put(line, 'y', { terminal: 80 })).err).toBe(
    'hint: 2 versions are waiting to be replicated: ssebox s3 replicate here\n',
  );
  await line.ok(['s3', 'replicate', '--quiet']);
  expect((await line.ok(['s3', 'ls', 's3://here'], { terminal: 80 })).err).toBe('');
});

test('a denied version is reported with its denial, exits with 1, and is retried on request', async () => {
  const line = await newBuckets();
  await permit(line, allow(roleActions.filter((action) => action !== 's3:ReplicateObject')));
  await put(line, 'x');
  const failed = await line.ssebox(['s3', 'replicate', 'here']);
  expect([failed.code, failed.out]).toEqual([1, '']);
  expect(failed.err).toContain(
    'replicate failed: s3://here/x to s3://there/x DstPutObjectNotPermitted: User: arn:aws:sts::111122223333:assumed-role/replicator/s3-replication is not authorized to perform: s3:ReplicateObject',
  );
  expect(failed.err).toContain(
    '1 failed, 0 done; once the cause is fixed, retry with ssebox s3 replicate here --existing',
  );
  const again = await line.ssebox(['s3', 'replicate', 'here', '--existing'], { terminal: 80 });
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(/\nhint: ssebox explain last\n$/)]);
  expect((await line.ok(['explain', 'last'])).json).toMatchObject({
    Call: 's3 ReplicateObject',
    Allowed: false,
  });
  await permit(line, allow(roleActions));
  expect((await line.ok(['s3', 'replicate', 'here'])).out).toBe('');
  expect((await line.ok(['s3', 'replicate', 'here', '--existing'])).out).toContain('replicate: s3://here/x');
});

test('versions older than the rule are replicated with --existing, of one bucket or of all', async () => {
  const line = await newBuckets(false);
  for (const key of ['x', 'y', 'z']) await put(line, key);
  const { code, err } = await line.ssebox(['s3', 'replicate', 'here', '--existing']);
  expect([code, err]).toEqual([254, expect.stringContaining('ReplicationConfigurationNotFoundError')]);
  await line.ok(['bucket', 'replication', 'put', 'here', rules]);
  expect((await line.ok(['s3', 'replicate'])).out).toBe('');
  expect((await line.ok(['s3', 'replicate', '--existing'])).out.split('\n')).toHaveLength(4);
});

test('--existing for all buckets leaves out those of other accounts', async () => {
  const line = await newBuckets(false);
  await put(line, 'x');
  await line.ok(['bucket', 'replication', 'put', 'here', rules]);
  const other = ['--as', '444455556666:user/admin'];
  for (const bucket of ['a-other', 'b-other']) {
    await line.ok(['bucket', 'create', bucket, ...other]);
    await line.ok(['bucket', 'versioning', 'enable', bucket, ...other]);
  }
  await line.ok(['iam', 'create-role', '--role-name', 'replicator', '--assume-role-policy-document', trust, ...other]);
  await line.ok(['s3', 'put', line.path('a.txt'), 's3://a-other/y', ...other]);
  const theirs = rules.replace('111122223333', '444455556666').replace(':there', ':b-other');
  await line.ok(['bucket', 'replication', 'put', 'a-other', theirs, ...other]);
  const { out, err } = await line.ok(['s3', 'replicate', '--existing']);
  expect([out, err]).toEqual(['replicate: s3://here/x to s3://there/x\n', '']);
});

test('with the setting it happens at once, and its failure does not fail the put', async () => {
  const line = await newBuckets();
  await line.ok(['config', 'set', 's3.replication', 'inline']);
  expect((await put(line, 'x', { terminal: 80 })).err).toBe('');
  expect(await there(line)).toMatch(/ x\n$/);
  const object = ['--bucket', 'here', '--key', 'x'];
  const tag = ['s3api', 'put-object-tagging', ...object, '--tagging', 'TagSet=[{Key=a,Value=b}]'];
  expect((await line.ok(tag, { terminal: 80 })).err).toBe('');
  expect((await line.ok(['s3api', 'get-object-tagging', '--bucket', 'there', '--key', 'x'])).json).toMatchObject({
    TagSet: [{ Key: 'a', Value: 'b' }],
  });
  await permit(line, allow(['s3:ListBucket']));
  const second = await put(line, 'y');
  expect(second.code).toBe(0);
  expect(second.err).toMatch(/^replicate failed: s3:\/\/here\/y to s3:\/\/there\/y SrcHeadObjectNotPermitted: /);
});

test('a missing bucket is refused', async () => {
  const { code, err } = await newCommandLine().ssebox(['s3', 'replicate', 'nowhere']);
  expect([code, err]).toEqual([254, expect.stringContaining('(NoSuchBucket)')]);
});

test('rules are put from JSON or a file, shown, and deleted', async () => {
  const line = await newBuckets(false);
  writeFileSync(line.path('rules.json'), rules);
  await line.ok(['bucket', 'replication', 'put', 'here', `file://${line.path('rules.json')}`]);
  expect((await line.ok(['bucket', 'replication', 'get', 'here'])).json).toMatchObject({
    Role: ROLE,
    Rules: [{ ID: 'all', Destination: { Bucket: 'arn:aws:s3:::there' } }],
  });
  await line.ok(['bucket', 'replication', 'delete', 'here']);
  const { code, err } = await line.ssebox(['bucket', 'replication', 'get', 'here']);
  expect([code, err]).toEqual([254, expect.stringContaining('The replication configuration was not found')]);
});

test.for([
  ['{"Role":', 252, 'Invalid JSON'],
  ['{"Role":"r","Rulez":[]}', 252, 'Rulez'],
  [rules.replace('"Priority":1,', ''), 254, 'Priority must be specified'],
] as const)('%s is refused', async ([text, expected, words]) => {
  const line = await newBuckets(false);
  const { code, err } = await line.ssebox(['bucket', 'replication', 'put', 'here', text]);
  expect([code, err]).toEqual([expected, expect.stringContaining(words)]);
});

test('a bucket without rules is left alone', async () => {
  const line = await newSample();
  writeFileSync(line.path('a.txt'), 'a');
  expect((await line.ok(['s3', 'put', line.path('a.txt'), 's3://photos/a.txt'], { terminal: 80 })).err).toBe('');
});

test('what S3 does by itself is not shown as an event of CloudTrail, and whoever has its id learns why', async () => {
  const line = await newBuckets();
  await put(line, 'x');
  await line.ok(['s3', 'replicate']);
  const store = openStore(line.store);
  const done = store.transact(allCalls).find(({ operation }) => operation === 'ReplicateObject');
  await store.close();
  const { code, err } = await line.ssebox(['trail', 'show', done?.eventId ?? '', '--region', done?.region ?? '']);
  expect([code, err]).toEqual([
    252,
    `"${done?.eventId}" is s3 ReplicateObject, which the service does by itself; CloudTrail has no event of it\n`,
  ]);
  expect((await line.ssebox(['explain', done?.eventId ?? ''])).code).toBe(0);
});
