import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';
import { ROLE, roleActions, trust } from '../support/replication-role.ts';

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const RULES = JSON.stringify({
  Role: ROLE,
  Rules: [
    {
      ID: 'all',
      Priority: 1,
      Status: 'Enabled',
      Filter: {},
      DeleteMarkerReplication: { Status: 'Enabled' },
      Destination: { Bucket: 'arn:aws:s3:::there' },
    },
  ],
});

const permit = (line: CommandLine, actions: readonly string[]) => {
  const policy = document({ Effect: 'Allow', Action: actions, Resource: '*' });
  return line.ok([
    'iam',
    'put-role-policy',
    '--role-name',
    'replicator',
    '--policy-name',
    'p',
    '--policy-document',
    policy,
  ]);
};

/** Buckets `here` and `there` with a rule from one to the other, and a file to put. */
async function newBuckets(): Promise<CommandLine> {
  const line = newCommandLine();
  await line.ok(['bucket', 'create', 'here']);
  await line.ok(['bucket', 'create', 'there', '--region', 'eu-west-1']);
  for (const bucket of ['here', 'there']) await line.ok(['bucket', 'versioning', 'enable', bucket]);
  await line.ok(['iam', 'create-role', '--role-name', 'replicator', '--assume-role-policy-document', trust]);
  await permit(line, roleActions);
  await line.ok(['bucket', 'replication', 'put', 'here', RULES]);
  writeFileSync(line.path('a'), 'a');
  return line;
}

/** The built program as a process of its own that watches, line by line. What else is done is done by this process. */
function startWatching({ folder, store }: CommandLine, ...words: readonly string[]) {
  const child = execa(process.execPath, ['bin/ssebox.js', 's3', 'replicate', '--watch', ...words], {
    env: { PATH: process.env.PATH ?? '', HOME: folder, SSEBOX_STORE: store },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const linesOf = (stream: NodeJS.ReadableStream) => {
    const lines = createInterface(stream)[Symbol.asyncIterator]();
    return async () => (await lines.next()).value;
  };
  return { child, out: linesOf(child.stdout), err: linesOf(child.stderr) };
}

const put = (line: CommandLine, key: string) => line.ok(['s3', 'put', line.path('a'), `s3://here/${key}`, '--quiet']);

const jsonOf = async (line: CommandLine, words: string): Promise<unknown> => (await line.ok(words.split(' '))).json;

const keysThere = (line: CommandLine) => jsonOf(line, 's3api list-objects-v2 --bucket there --query Contents[].Key');

const statusOf = (line: CommandLine, key: string) =>
  jsonOf(line, `s3api head-object --bucket here --key ${key} --query ReplicationStatus`);

test('what other processes put while it watches is replicated and reported, until Ctrl-C', async () => {
  const line = await newBuckets();
  await put(line, 'before');
  const { child, out } = startWatching(line, 'here');
  expect(await out()).toBe('replicate: s3://here/before to s3://there/before');
  await put(line, 'x');
  expect(await out()).toBe('replicate: s3://here/x to s3://there/x');
  await Promise.all([put(line, 'y'), put(line, 'z')]);
  expect([await out(), await out()].sort()).toEqual([
    'replicate: s3://here/y to s3://there/y',
    'replicate: s3://here/z to s3://there/z',
  ]);
  await line.ok(['s3', 'rm', 's3://here/x', '--quiet']);
  expect(await out()).toBe('replicate: s3://here/x to s3://there/x');
  child.kill('SIGINT');
  expect(await child).toMatchObject({ exitCode: 130, stderr: '' });
  expect(await keysThere(line)).toEqual(['before', 'y', 'z']);
  expect((await line.ok(['s3', 'replicate'])).err).toBe('nothing is waiting to be replicated\n');
});

test('a denied version is reported once with its denial, and not retried until requested', async () => {
  const line = await newBuckets();
  await permit(
    line,
    roleActions.filter((action) => action !== 's3:ReplicateObject'),
  );
  const { child, out, err } = startWatching(line);
  await put(line, 'x');
  expect(await err()).toMatch(
    /^replicate failed: s3:\/\/here\/x to s3:\/\/there\/x DstPutObjectNotPermitted: User: \S+:assumed-role\/replicator\/s3-replication is not authorized to perform: s3:ReplicateObject/,
  );
  expect(await statusOf(line, 'x')).toBe('FAILED');
  await permit(line, roleActions);
  await put(line, 'y');
  expect(await out()).toBe('replicate: s3://here/y to s3://there/y');
  expect(await keysThere(line)).toEqual(['y']);
  await line.ok(['s3', 'replicate', '--existing', '--quiet']);
  expect(await keysThere(line)).toEqual(['x', 'y']);
  child.kill('SIGINT');
  expect(await err()).toMatch(
    /^1 failed, [12] done; once the cause is fixed, retry with ssebox s3 replicate --existing$/,
  );
  expect((await child).exitCode).toBe(130);
});

test('the queue is finished, by command or at once, even if nobody reads the lines about it', async () => {
  const line = await newBuckets();
  mkdirSync(line.path('many'));
  for (let i = 0; i < 100; i++) writeFileSync(line.path(`many/${i}`), 'x');
  await line.ok(['s3', 'cp', line.path('many'), 's3://here/by-command', '--recursive', '--quiet']);
  const env = { PATH: process.env.PATH ?? '', HOME: line.folder, SSEBOX_STORE: line.store };
  const shell = async (text: string) => {
    const script = `ssebox() { '${process.execPath}' bin/ssebox.js "$@"; }; ${text}`;
    return (await execa('bash', ['-c', script], { env, extendEnv: false })).stdout;
  };
  expect(await shell('ssebox s3 replicate | head -1')).toMatch(/^replicate: s3:\/\/here\/by-command\/\d+ to \S+$/);
  expect(await keysThere(line)).toHaveLength(100);
  await shell('ssebox config set s3.replication inline');
  await shell(`ssebox s3 cp '${line.path('many')}' s3://here/at-once --recursive | head -1`);
  expect(await keysThere(line)).toHaveLength(200);
});

test('SIGTERM ends it as it ends any program, and a large object in transit is complete or still queued', async () => {
  const line = await newBuckets();
  writeFileSync(line.path('large'), Buffer.alloc(64 * 1024 * 1024, 'large '));
  await put(line, 'x');
  await line.ok(['s3', 'put', line.path('large'), 's3://here/large', '--quiet']);
  const { child, out } = startWatching(line, 'here');
  expect(await out()).toBe('replicate: s3://here/x to s3://there/x');
  child.kill('SIGTERM');
  expect(await child).toMatchObject({ signal: 'SIGTERM', stderr: '' });
  const isWhole = (await statusOf(line, 'large')) === 'COMPLETED';
  expect(await keysThere(line)).toEqual(isWhole ? ['large', 'x'] : ['x']);
  expect((await line.ok(['s3', 'replicate'])).out).toBe(
    isWhole ? '' : 'replicate: s3://here/large to s3://there/large\n',
  );
  expect(await statusOf(line, 'large')).toBe('COMPLETED');
  const files = readdirSync(`${line.store}/blobs`, { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => name.includes('/'))).toHaveLength(2);
});
