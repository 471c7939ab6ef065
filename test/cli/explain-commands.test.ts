import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { destinationsOf, newReplication } from '../support/replicated-bucket.ts';
import { openSession } from '../support/store-session.ts';

const MIB = 1024 ** 2;

interface Explained {
  readonly Allowed: boolean;
  readonly Refusal?: { readonly Code: string; readonly Operation?: string };
  readonly Calls?: readonly { readonly Operation: string; readonly Times?: number }[];
  readonly Decisions: readonly { readonly Action: string; readonly Allowed: boolean; readonly Times?: number }[];
}

/** How often each operation was called. */
type Counts = Readonly<Record<string, number>>;

function counted(names: readonly (readonly [name: string, times: number])[]): Counts {
  const counts: Record<string, number> = {};
  for (const [name, times] of names) counts[name] = (counts[name] ?? 0) + times;
  return counts;
}

const explainedCalls = ({ Calls = [] }: Explained): Counts =>
  counted(Calls.map(({ Operation, Times = 1 }) => [Operation, Times]));

/** The calls in the record that were not made by other calls, nor are events that a service caused itself. */
async function recordedCalls(line: CommandLine): Promise<{ readonly counts: Counts; readonly count: number }> {
  const session = await openSession(line.store);
  try {
    const all = session.assembly.store.transact((tx) => allCalls(tx));
    const calls = all.filter(
      ({ within, caller, operation }) =>
        within === undefined && (caller.type !== 'AWSService' || operation === 'ReplicateObject'),
    );
    return {
      counts: counted(calls.map(({ service, operation }) => [`${service} ${operation}`, 1])),
      count: all.length,
    };
  } finally {
    await session.close();
  }
}

const without = (all: Counts, before: Counts): Counts =>
  counted(
    Object.entries(all).flatMap(([name, times]) => {
      const left = times - (before[name] ?? 0);
      return left === 0 ? [] : [[name, left] as const];
    }),
  );

/** Everything below a folder, with sizes, contents and times. */
function stateOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const facts = statSync(path);
    // The lock file counts readers, and the data file is checked by what is in it.
    if (/store\.mdb(?:-lock)?$/.test(name)) continue;
    const content = facts.isDirectory() ? '' : createHash('sha256').update(readFileSync(path)).digest('hex');
    found[name] = `${facts.size} ${facts.mtimeMs} ${content}`;
  }
  return found;
}

/** A store with small and large objects, tags, versions and files, and users who may do less. */
async function prepared(): Promise<CommandLine> {
  const line = newCommandLine();
  made ??= prepare();
  cpSync((await made).folder, line.folder, { recursive: true, preserveTimestamps: true });
  return line;
}

let made: Promise<{ readonly folder: string }> | undefined;

afterAll(async () => {
  if (made) rmSync((await made).folder, { recursive: true, force: true });
});

async function prepare(): Promise<{ readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-explain-'));
  const line = await newSample();
  mkdirSync(line.path('files/sub'), { recursive: true });
  writeFileSync(line.path('little'), 'little');
  writeFileSync(line.path('big'), Buffer.alloc(9 * MIB, 'big'));
  for (const name of ['a', 'b', 'sub/c']) writeFileSync(line.path(`files/${name}`), name);
  for (const name of ['files/a', 'files/b', 'files/sub/c', 'little', 'big']) utimesSync(line.path(name), 1, 1);
  await line.ok([
    's3',
    'cp',
    line.path('big'),
    's3://photos/large',
    '--sse',
    'aws:kms',
    '--sse-kms-key-id',
    'alias/app',
  ]);
  for (const Key of ['harbour.txt', 'large']) {
    const tags = ['--bucket', 'photos', '--key', Key, '--tagging', 'TagSet=[{Key=a,Value=b}]'];
    await line.ok(['s3api', 'put-object-tagging', ...tags]);
  }
  await line.ok(['bucket', 'versioning', 'enable', 'drafts']);
  for (const _ of [1, 2]) await line.ok(['s3', 'cp', line.path('little'), 's3://drafts/twice']);
  for (const [user, actions] of Object.entries(users)) {
    await line.ok(['iam', 'create-user', '--user-name', user]);
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
    const policy = ['--policy-name', 'some', '--policy-document', JSON.stringify(document)];
    await line.ok(['iam', 'put-user-policy', '--user-name', user, ...policy]);
  }
  cpSync(line.folder, folder, { recursive: true, preserveTimestamps: true });
  return { folder };
}

/** Users by what they may do. */
const users = {
  // Enough for a small object under a KMS key, but not for parts.
  writer: ['s3:*', 'kms:GenerateDataKey'],
  reader: ['s3:GetObject', 's3:ListBucket'],
  tagless: ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 'kms:*'],
} as const satisfies Record<string, readonly string[]>;

const commands: readonly (readonly [words: string, allowed: boolean])[] = [
  ['s3 put little s3://photos/', true],
  ['s3 put big s3://photos/', true],
  ['s3 put big s3://photos/ --resume', true],
  ['s3 put little s3://photos/ --as user/bob', false],
  ['s3 get s3://photos/harbour.txt here', true],
  ['s3 get s3://photos/large -', true],
  ['s3 get s3://photos/large here --as user/bob', false],
  ['s3 ls', true],
  ['s3 ls s3://photos/', true],
  ['s3 ls s3://photos/ --recursive', true],
  ['s3 ls s3://photos/ --as user/bob', false],
  ['s3 versions s3://drafts/twice', true],
  ['s3 cp little s3://photos/', true],
  ['s3 cp big s3://photos/new', true],
  ['s3 cp big s3://photos/new --sse aws:kms --sse-kms-key-id alias/app', true],
  ['s3 cp big s3://photos/new --as user/bob', false],
  ['s3 cp files s3://photos/files --recursive', true],
  ['s3 cp s3://photos/harbour.txt s3://drafts/', true],
  ['s3 cp s3://photos/harbour.txt s3://drafts/ --copy-props none', true],
  ['s3 cp s3://photos/large s3://drafts/', true],
  ['s3 cp s3://photos/large s3://drafts/ --metadata-directive REPLACE', true],
  ['s3 cp s3://photos/large s3://drafts/ --as user/bob', false],
  ['s3 put little s3://photos/ --sse aws:kms --sse-kms-key-id alias/app --as user/writer', true],
  ['s3 cp big s3://photos/new --sse aws:kms --sse-kms-key-id alias/app --as user/writer', false],
  ['s3 put big s3://photos/new --resume --sse aws:kms --sse-kms-key-id alias/app --as user/writer', false],
  ['s3 cp s3://photos/large s3://drafts/ --as user/writer', false],
  ['s3 cp s3://photos/large s3://drafts/ --as user/tagless', false],
  ['s3 cp s3://photos/large here --as user/reader', false],
  ['s3 cp s3://photos down --recursive --as user/reader', false],
  ['s3 cp s3://photos/harbour.txt .', true],
  ['s3 cp s3://photos/large down', true],
  ['s3 cp s3://photos down --recursive', true],
  ['s3 copy s3://photos down --recursive --as user/bob', false],
  ['s3 mv little s3://photos/moved', true],
  ['s3 mv big s3://photos/moved', true],
  ['s3 mv s3://photos/harbour.txt s3://drafts/', true],
  ['s3 mv s3://photos/large s3://drafts/large', true],
  ['s3 mv s3://photos/harbour.txt here.txt', true],
  ['s3 mv s3://photos down --recursive', true],
  ['s3 rm s3://photos/harbour.txt', true],
  ['s3 rm s3://photos --recursive', true],
  ['s3 rm s3://photos --recursive --exclude 2026/*', true],
  ['s3 rm s3://photos/harbour.txt --as user/bob', false],
  ['s3 sync files s3://photos/files', true],
  ['s3 sync s3://photos down', true],
  ['s3 sync s3://photos files --delete', true],
  ['s3 sync s3://photos s3://drafts --delete', true],
  ['s3 sync s3://photos s3://drafts --as user/bob', false],
  ['s3 mb s3://newly-made', true],
  ['s3 rb s3://photos --force', true],
  ['s3 rb s3://photos', false],
  ['s3 website s3://photos --index-document index.html', true],
  ['bucket list', true],
  ['bucket delete drafts --yes', false],
  ['bucket policy get reports', true],
  ['kms ls', true],
  ['kms rotate alias/app', true],
  ['kms encrypt --key-id alias/app --plaintext aGVsbG8=', true],
  ['kms create-key --key-spec RSA_2048 --key-usage SIGN_VERIFY', true],
  ['iam create-user --user-name carl', true],
  ['iam create-user --user-name carl --as user/bob', false],
  ['sts get-caller-identity', true],
  ['s3api get-object --bucket photos --key large out', true],
  ['s3api put-object --bucket photos --key p --body big', true],
  ['s3api delete-objects --bucket photos --delete Objects=[{Key=harbour.txt},{Key=large}]', true],
];

describe('explain names the calls that a command then makes, and changes nothing', () => {
  test.for(commands)('%s', async ([text, allowed]) => {
    const line = await prepared();
    const words = text
      .split(' ')
      .map((word) => (/^(?:little|big|files|down|here(?:\.txt)?|out|\.)$/.test(word) ? line.path(word) : word));
    const before = await recordedCalls(line);
    const files = stateOf(line.folder);
    const { json, err } = await line.ssebox(['explain', '--', ...words]);
    expect(stateOf(line.folder), 'nothing is changed').toEqual(files);
    expect(await recordedCalls(line)).toEqual(before);
    const { code } = await line.ssebox(words);
    const made = without((await recordedCalls(line)).counts, before.counts);
    const explained = json as Explained;
    expect(explainedCalls(explained), err).toEqual(made);
    expect([explained.Allowed, code === 0]).toEqual([allowed, allowed]);
  });
});

/** Of a file in parts, which needs kms:GenerateDataKey and kms:Decrypt. */
const copyUnderKms = (line: CommandLine): string[] => [
  ...['s3', 'cp', line.path('big'), 's3://photos/new'],
  ...['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app'],
];

describe('explain a command', () => {
  test('whose refusal comes after its first call: parts need kms:Decrypt', async () => {
    const line = await prepared();
    const words = copyUnderKms(line);
    const { code, json } = await line.ssebox(['explain', ...words, '--as', 'user/writer', '--expect', 'deny']);
    const { Refusal, Calls, Decisions } = json as Explained;
    expect(code).toBe(0);
    expect(Refusal).toMatchObject({ Code: 'AccessDenied', Operation: 's3 UploadPart' });
    expect(Calls?.map(({ Operation }) => Operation)).toEqual([
      's3 CreateMultipartUpload',
      's3 UploadPart',
      's3 AbortMultipartUpload',
    ]);
    expect(Decisions.filter(({ Allowed }) => !Allowed).map(({ Action }) => Action)).toEqual(['kms:Decrypt']);
  });

  test('with --fix as far as it would come if all were allowed', async () => {
    const line = await prepared();
    const words = copyUnderKms(line);
    const { json } = await line.ssebox(['explain', '--fix', '--', ...words, '--as', 'user/bob']);
    const { Allowed, Refusal, Decisions } = json as Explained;
    expect([Allowed, Refusal?.Operation]).toEqual([false, 's3 CreateMultipartUpload']);
    const denied = Decisions.filter((decision) => !decision.Allowed).map(({ Action }) => Action);
    expect([...new Set(denied)].sort()).toEqual(['kms:Decrypt', 'kms:GenerateDataKey', 's3:PutObject']);
  });

  test('and shows what several of its calls have in common once', async () => {
    const line = await prepared();
    const words = copyUnderKms(line);
    const { out } = await line.ok(['explain', '--fix', '--output', 'tree', '--', ...words, '--as', 'user/writer']);
    const count = (text: string) => out.split(text).length - 1;
    expect([count('"Action": "kms:Decrypt"'), count('as above')]).toEqual([1, 3]);
  });

  test('by putting explain before it, also where it names a file to write', async () => {
    const line = await prepared();
    const words = ['s3api', 'get-object', '--bucket', 'photos', '--key', 'harbour.txt', line.path('here')];
    const { code, json } = await line.ssebox(['explain', ...words, '--as', 'user/bob', '--expect', 'deny']);
    expect([code, json]).toEqual([0, expect.objectContaining({ Call: 's3 GetObject', Allowed: false })]);
    expect(existsSync(line.path('here'))).toBe(false);
  });

  test('that fails without a refusal', async () => {
    const line = await prepared();
    const none = ['s3', 'ls', 's3://photos/no-such-prefix/'];
    expect((await line.ssebox(none)).code).toBe(1);
    const allow = await line.ssebox(['explain', '--expect', 'allow', '--', ...none]);
    expect([allow.code, allow.json]).toEqual([1, expect.objectContaining({ Allowed: false })]);
    expect(allow.err).toBe('expected allow, but neither allowed nor denied: it ends with exit code 1\n');
    expect((await line.ssebox(['explain', '--expect', 'deny', '--', ...none])).code).toBe(1);

    symlinkSync(line.path('gone'), line.path('files/broken'));
    const skipping = ['s3', 'cp', line.path('files'), 's3://photos/files', '--recursive'];
    const { code, err } = await line.ssebox(skipping);
    expect(code).toBe(2);
    const { json, out } = await line.ssebox(['explain', ...skipping]);
    expect(json, out).toMatchObject({ Allowed: false, Failure: { ExitCode: 2, Lines: [err.trimEnd()] } });
    const page = await line.ssebox(['explain', '--output', 'tree', ...skipping]);
    expect(page.out.replaceAll(/\s+/g, ' ')).toContain('would not be refused, but end with exit code 2: warning: ');
  });

  test('that answers denials in its output, as DeleteObjects does', async () => {
    const line = await prepared();
    const words = ['s3api', 'delete-objects', '--bucket', 'photos', '--delete', 'Objects=[{Key=harbour.txt}]'];
    const { json } = await line.ssebox(['explain', '--', ...words, '--as', 'user/reader']);
    expect(json).toMatchObject({ Allowed: false, Calls: [{ Operation: 's3 DeleteObjects' }] });
  });

  test('as if its requests had other condition keys', async () => {
    const line = await prepared();
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: 'arn:aws:s3:::photos/*',
      Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    };
    writeFileSync(line.path('policy'), JSON.stringify({ Version: '2012-10-17', Statement: [deny] }));
    await line.ok(['bucket', 'policy', 'put', 'photos', line.path('policy')]);
    const words = ['s3', 'cp', 's3://photos/harbour.txt', line.path('here')];
    const from = (address: string) => ['explain', '--context', `aws:SourceIp=${address}`, '--', ...words];
    expect((await line.ssebox(from('203.0.113.9'))).json).toMatchObject({ Allowed: false });
    expect((await line.ssebox(from('198.51.100.9'))).json).toMatchObject({ Allowed: true });
  });

  test.for([[], ['--watch']])('that replicates, as the role of the rule: %j', async (options) => {
    const line = newCommandLine();
    const session = await openSession(line.store);
    const destinations = destinationsOf('sent');
    await newReplication(session, 'sent', destinations);
    await session.call('s3', 'PutObject', { Bucket: 'sent', Key: 'k', Body: Buffer.from('sent') });
    await session.close();
    const before = await recordedCalls(line);
    const { json } = await line.ssebox(['explain', 's3', 'replicate', 'sent', ...options]);
    const explained = json as Explained;
    expect(await recordedCalls(line)).toEqual(before);
    await line.ok(['s3', 'replicate', 'sent']);
    expect(explainedCalls(explained)).toEqual(without((await recordedCalls(line)).counts, before.counts));
    expect(explained.Decisions.map(({ Action }) => Action)).toContain('s3:ReplicateObject');
  });

  test.for([1, 9])('that writes %d MiB, which are replicated at once', async (size) => {
    const line = newCommandLine();
    const session = await openSession(line.store);
    await newReplication(session, 'sent', destinationsOf('sent'));
    await session.close();
    await line.ok(['config', 'set', 's3.replication', 'inline']);
    writeFileSync(line.path('file'), Buffer.alloc(size * MIB));
    const before = await recordedCalls(line);
    const { json } = await line.ssebox(['explain', 's3', 'cp', line.path('file'), 's3://sent/k']);
    await line.ok(['s3', 'cp', line.path('file'), 's3://sent/k']);
    expect(explainedCalls(json as Explained)).toEqual(without((await recordedCalls(line)).counts, before.counts));
    expect(explainedCalls(json as Explained)).toMatchObject({ 's3 ReplicateObject': 2 });
  });

  test.for([
    ['--', 's3', 'ls', '--as', 'user/bob'],
    ['--as', 'user/bob', '--', 's3', 'ls'],
    ['--as', 'user/bob', '--', 's3', 'ls', '--as', 'user/bob'],
    ['command', '--', 's3', 'ls', '--as', 'user/bob'],
    ['command', '--all', '--', 's3', 'ls', '--as', 'user/bob'],
    ['command', '--as', 'user/bob', '--', 's3', 'ls'],
    ['command', 's3', 'ls', '--as', 'user/bob'],
  ])('as the caller that %j names', async (words) => {
    const line = await prepared();
    const { json } = await line.ssebox(['explain', ...words]);
    expect(json).toMatchObject({ Decisions: [{ Caller: 'arn:aws:iam::111122223333:user/bob' }] });
  });

  test('that is typed at the prompt for it', async () => {
    const { json } = await (await prepared()).ok(['explain', 'command', " s3 ls 's3://photos/ a'"]);
    expect(json).toMatchObject({ Call: "s3 ls 's3://photos/ a'" });
  });

  test.for([['bucket'], ['--expect', 'allow', 's3', 'ls']])(
    'with a hint how, where only %j is typed',
    async (words) => {
      const { code, err } = await (await prepared()).ssebox(['explain', ...words], { terminal: 80 });
      expect([code, err]).toEqual([
        252,
        expect.stringMatching(/^unknown .*\nhint: ssebox explain -- COMMAND, or ssebox explain --help\n$/),
      ]);
    },
  );

  test('whose input is JSON', async () => {
    const line = await prepared();
    const input = JSON.stringify({ KeyId: 'alias/app', Plaintext: 'aGk=' });
    const { json } = await line.ok(['explain', '--', 'kms', 'encrypt', '--cli-input-json', input]);
    expect(json).toMatchObject({ Allowed: true, Decisions: [{ Action: 'kms:Encrypt' }] });
  });

  test.for(['ssebox', 'aws'])('copied with the name of the program, %s', async (name) => {
    const line = await prepared();
    const { json } = await line.ok(['explain', '--', name, 'kms', 'list-keys', '--as', 'user/admin']);
    expect(json).toMatchObject({ Call: 'kms list-keys', Allowed: true });
  });

  test.for([
    [['s3', 'cp', 'no-such-file', 's3://photos/'], 'The user-provided path no-such-file does not exist.'],
    [['--', 's3', 'cp', 'no-such-file', 's3://photos/'], 'The user-provided path no-such-file does not exist.'],
    [['--', 's3', 'cp', 'test/bench', 's3://photos/', '--recursive', '--as', 'user/none'], /^there is no user "none"/],
    [['--', 'kms', 'encrypt', '--plaintext', 'x'], 'the following arguments are required: --key-id'],
    [['--', 'kms', 'encrypt', '--cli-input-json', '{"KeyId":'], /^Error parsing parameter '--cli-input-json'/],
    [
      ['--', 'kms', 'encrypt', '--generate-cli-skeleton'],
      '"kms encrypt" made no call to an AWS service, so there is nothing to explain',
    ],
    [['--', 's3', 'ls', '--cli-input-json', '{}'], /^--cli-input-json only works with the operations of a service/],
    [['--', 's3', 'cp', '--help'], '"s3 cp --help" shows help: there is nothing to explain'],
    [['--', 's3', 'cpp', 'a', 'b'], "unknown command 'cpp' (Did you mean cp?)"],
    [
      ['--', 'store', 'verify'],
      'explain takes a command of s3, bucket, kms, s3api, iam, sts, cloudtrail, cloudwatch, organizations, service-quotas, s3control, not "store"',
    ],
    [['--'], 'the command to explain is missing after --'],
    [['--fix', '--', '--as', 'user/bob'], 'the command to explain is missing after --'],
    [['command'], 'the following arguments are required: words'],
    [
      ['--as', 'user/bob', '--', 's3', 'ls', '--as', 'user/reader'],
      '--as is "user/bob" before -- and "user/reader" after it: use one of them',
    ],
    [['--', 's3', 'presign', 's3://photos/a', '--no-sign-request'], /^Unable to locate credentials/],
    [
      ['s3', 'rm', 's3://photos/2026/', '--recursive', '--version-id', 'x'],
      '--recursive and --version-id both say what to delete: use one of them',
    ],
    [
      ['--', 's3', 'inspect', 's3://photos/harbour.txt'],
      '"s3 inspect" made no call to an AWS service, so there is nothing to explain',
    ],
  ] as const)('refuses %j', async ([words, message]) => {
    const line = await prepared();
    const { code, out, err } = await line.ssebox(['explain', ...words]);
    expect(err.split('\n')[0]).toMatch(message);
    expect([code, out]).toEqual([words.join(' ').includes('presign') ? 253 : 252, '']);
  });
});
