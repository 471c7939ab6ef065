import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { waitersOf } from '../../src/api/model/waiters.ts';
import { commandName } from '../../src/cli/aws-input/flags.ts';
import { serviceGroups } from '../../src/cli/service-groups.ts';
import { changePassphrase } from '../../src/store/root-key-change.ts';
import { type CommandLine, newSample, type RunOptions } from '../support/command-line.ts';
import { type Documented, documentedCommands } from '../support/examples.ts';
import { leastInput } from '../support/least-input.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { parseLine, runLine } from '../support/shell-line.ts';

const PASSPHRASE = 'open sesame';

const noPassphrase = ({ store }: CommandLine) =>
  `the store "${store}" is sealed with a passphrase, and none was given\n`;

const home = process.cwd();
afterEach(() => process.chdir(home));

let sealedKey: Buffer | undefined;

/** All samples are copies of one store, and sealing is slow on purpose: it is done once. */
function seal({ store }: CommandLine): void {
  const file = join(store, 'root.key');
  if (sealedKey) writeFileSync(file, sealedKey);
  else changePassphrase(store, seededRandom(), { from: undefined, to: PASSPHRASE });
  sealedKey ??= readFileSync(file);
}

/** The sample in the current folder, with a file. */
async function sampleHere(): Promise<CommandLine> {
  const line = await newSample();
  process.chdir(line.folder);
  writeFileSync('report.csv', 'month,revenue\nJuly,12900\nAugust,13400\n');
  return line;
}

async function sealedSample(): Promise<CommandLine> {
  const line = await sampleHere();
  seal(line);
  return line;
}

interface Asked extends RunOptions {
  readonly words: readonly string[];
}

/** Commands whose examples need a shell, or are about another store. */
const askedOtherwise: Readonly<Record<string, Asked>> = {
  'store init': { words: ['store', 'init'] },
  's3 put': { words: ['s3', 'put', 'report.csv', 's3://photos/x'] },
  's3 presign': {
    words: ['s3', 'presign', 's3://photos/harbour.txt'],
    variables: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
  },
  'store passphrase set': { words: ['store', 'passphrase', 'set', '-'], stdin: 'mine' },
  compare: { words: ['compare', 'report.csv'] },
  import: { words: ['import', '-', '--account', '123456789012'], stdin: '{"Buckets":[{"Name":"logs-of-us"}]}' },
  shim: { words: ['shim', 'bin'] },
  serve: { words: ['serve', '--port', '0'] },
  exec: { words: ['exec', '--', 'true'] },
  'configure ask': { words: ['configure'], stdin: 'eu-west-1\njson\n' },
  'configure export-credentials': {
    words: ['configure', 'export-credentials'],
    variables: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
  },
};

/** Commands that run without the passphrase. */
const open: ReadonlySet<string> = new Set([
  'store info',
  'store backup',
  // Of another folder: what it restores to is not opened with a key either.
  'store restore',
  'store compact',
  // These have a store of their own, which is not sealed.
  'demo',
  'compare',
  // What its example needs is in it.
  'check',
  // Without a store's rates or prices it needs none.
  'simulate',
  // It says that it does without.
  'iam validate',
]);
const isOpen = (path: string): boolean => open.has(path) || /^(config|configure|completion|shim)\b/.test(path);

const commands = await documentedCommands();

describe('every command on a sealed store, with nobody to ask', () => {
  // These ask an endpoint that runs.
  const asking = new Set(['env', 'endpoint check']);
  const own = commands.filter(({ path, spec }) => !spec.isOperation && !asking.has(path));
  test.for(own.map((each) => [each.path, each] as const))('%s', async ([path, command]) => {
    const line = await sampleHere();
    const { words, ...options } = askedOtherwise[path] ?? (await wordsOf(command, line));
    seal(line);
    await expectAnswer(path, line, words, options);
  });

  const services = Object.entries(serviceGroups).map(([group, { service }]) => [group, service] as const);
  test.for(services)('%s, with each of its operations', { timeout: 60_000 }, async ([group, service]) => {
    const line = await sealedSample();
    const operations = commands.filter(
      ({ path, spec }) => spec.isOperation && path.replace(/^explain /, '').startsWith(`${group} `),
    );
    expect(operations.length).toBeGreaterThanOrEqual(operationNames(service).length);
    for (const { path } of operations) await expectAnswer(path, line, wordsOfOperation(path, service));
  });
});

/** The words of an example, which are taken when it comes to the command itself. */
async function wordsOf({ path, spec }: Documented, line: CommandLine): Promise<Asked> {
  for (const parsed of spec.examples.map((example) => parseLine(example))) {
    let words: readonly string[] | undefined;
    if (!parsed) continue;
    await runLine(parsed, async (each) => {
      if (!each.join(' ').startsWith(path)) return line.ssebox(each);
      words ??= each;
      return { code: 1, bytes: Buffer.of(), err: '' };
    });
    if (words) return { words };
  }
  return expect.fail(`no example of ${path} runs without a shell`);
}

function wordsOfOperation(path: string, service: ServiceName): readonly string[] {
  const name = path.split(' ').at(-1);
  const polled =
    path.includes(' wait ') && (service === 's3' || service === 'iam' || service === 'cloudwatch')
      ? waitersOf(service)
      : {};
  const waiter = Object.entries(polled).find(([each]) => commandName(each) === name)?.[1];
  const operation =
    waiter?.operation ?? operationNames(service).find((each) => commandName(each) === name) ?? expect.fail(path);
  return [...path.split(' '), ...leastInput(service, operation, 'report.csv')];
}

async function expectAnswer(
  path: string,
  line: CommandLine,
  words: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  const { code, out, err } = await line.ssebox(words, options);
  const answer = [words.join(' '), code, out, err];
  if (isOpen(path))
    expect(answer).toEqual([words.join(' '), 0, expect.anything(), expect.not.stringContaining('sealed')]);
  else expect(answer).toEqual([words.join(' '), 253, '', noPassphrase(line)]);
}

test.for([
  ['s3', 'cp', '.', 's3://photos/', '--recursive'],
  ['s3', 'cp', 's3://photos/', 'new', '--recursive'],
  ['s3', 'mv', 's3://photos/', 's3://drafts/', '--recursive'],
  ['s3', 'sync', '.', 's3://photos'],
  ['s3', 'sync', 's3://photos', 's3://drafts', '--quiet'],
  ['s3', 'rm', 's3://photos/', '--recursive'],
  ['s3', 'rb', 's3://photos', '--force'],
])('%s %s … ends at once, and not file by file', async (words) => {
  const line = await sealedSample();
  writeFileSync('other.csv', 'another file');
  await expectAnswer(words.join(' '), line, words);
});

test.for([
  ['kms', 'list-keys'],
  ['iam', 'list-users'],
  ['trail', 'lookup'],
  ['explain', 'last'],
  ['store', 'info'],
  ['store', 'passphrase', 'remove'],
])('%s %s with a wrong passphrase is refused', async (words) => {
  const line = await sealedSample();
  const { code, out, err } = await line.ssebox(words, { variables: { SSEBOX_PASSPHRASE: 'open barley' } });
  const message = `the passphrase does not open the root key of the store "${line.store}"\n`;
  expect([code, out, err]).toEqual([253, '', message]);
});

test('an empty variable counts as unset', async () => {
  const line = await sealedSample();
  const { code, err } = await line.ssebox(['kms', 'ls'], { variables: { SSEBOX_PASSPHRASE: '' } });
  expect([code, err]).toEqual([253, noPassphrase(line)]);
});

test('with the passphrase in the variable everything is as before', async () => {
  const line = await sealedSample();
  const given = { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } };
  expect((await line.ok(['kms', 'ls'], given)).json).toMatchObject({ Keys: [{}] });
  expect((await line.ok(['store', 'info'], given)).json).toMatchObject({ Sealed: true, Counts: { Buckets: 3 } });
});

test('store info shows what the files say, and the rest only with the passphrase', async () => {
  const line = await sampleHere();
  writeFileSync('large', Buffer.alloc(700_000, 5));
  await line.ok(['s3', 'put', 'large', 's3://photos/']);
  const before = await line.ok(['store', 'info']);
  expect(before.json).toMatchObject({ Sealed: false, BlobFiles: 1, Counts: { Objects: 5 } });
  seal(line);
  const { json } = await line.ok(['store', 'info']);
  expect(json).toEqual({
    Store: line.store,
    Format: 3,
    Sealed: true,
    Bytes: expect.any(Number),
    FreeBytes: expect.any(Number),
    BlobFiles: 1,
    BlobBytes: expect.any(Number),
    Warnings: [],
  });
  const page = await line.ok(['store', 'info'], { terminal: 80 });
  expect(page.out).toContain('(format 3, sealed)');
  expect(page.out).toContain('blob files   1 with 684.0 KiB');
  expect(page.out).not.toContain('Buckets');
});

test('a backup of a sealed store is sealed, and is restored as it is', async () => {
  const line = await sealedSample();
  expect((await line.ok(['store', 'backup', './backup'])).json).toMatchObject({ RootKey: 'sealed' });
  await line.ok(['store', 'restore', './backup', '--yes']);
  await line.ok(['store', 'restore', './backup', '--store', './copy']);
  for (const store of [line.store, line.path('copy'), line.path('backup')]) {
    const words = ['s3', 'get', 's3://photos/harbour.txt', '-', '--store', store];
    expect((await line.ssebox(words)).code).toBe(253);
    const { out } = await line.ok(words, { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } });
    expect(out).toContain('Boats at the quay');
  }
});

test('completion offers nothing of a sealed store without its passphrase, and never asks', async () => {
  const line = await sealedSample();
  const words = ['completion', 'query', '--', 'bucket', 'show', ''];
  expect((await line.ok(words, { terminal: 80 })).out).toBe('');
  expect((await line.ok(['completion', 'query', '--', 'bucket', 'sh'])).out).toContain('show');
  const given = { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } };
  expect((await line.ok(words, given)).out).toContain('photos');
  expect((await line.ok(words, { variables: { SSEBOX_PASSPHRASE: 'open barley' } })).out).toBe('');
});

/** Command lines that are wrong whatever is in the store. */
const wrong: readonly (readonly [string, RunOptions?])[] = [
  ['kms list-keys --as garbage'],
  ['kms list-keys', { variables: { SSEBOX_AS: 'user/' } }],
  ['explain kms decrypt alias/app --as 12:root'],
  ['kms encrypt --key-id alias/app'],
  ['kms encrypt --key-id alias/app --plaintext fileb://nowhere'],
  ['kms list-keys --limit x'],
  ['kms list-keys --max-items x'],
  ['kms list-keys --query ['],
  ['kms list-keys --region mars'],
  ['kms grant alias/app --to role/reader --may nonsense'],
  ['s3 get s3://photos'],
  ['s3 put nowhere.txt s3://photos/x'],
  ['s3 put report.csv photos/x'],
  ['s3 mv s3://photos/a s3://photos/a'],
  ['s3 rm s3://photos'],
  ['s3 rb s3://photos/x'],
  ['s3 presign s3://photos/x --expires-in 0'],
  ['s3 inspect photos'],
  ['bucket policy put photos nowhere.json'],
  ['bucket tags set photos x'],
  ['bucket delete photos --force'],
  ['explain s3 get photos/x'],
  ['explain s3 get photos/x --expect deny'],
  ['explain kms decrypt alias/app --plain no --expect deny'],
  ['explain s3 get s3://b/k --context x'],
  ['trail lookup --since yesterday'],
  ['trail lookup --since 1h --start-time 2030-01-01'],
  ['clock set garbage'],
  ['store passphrase set mine'],
  ['store passphrase set file://nowhere'],
  ['store passphrase set -', { stdin: '' }],
];

test.for(wrong.map(([text, options]) => ({ text, options })))(
  'a mistake on the command line comes before the question: $text',
  async ({ text, options }) => {
    const line = await sealedSample();
    const { code, out, err } = await line.ssebox(text.split(' '), options);
    expect([code, out, err]).toEqual([252, '', expect.not.stringContaining('sealed')]);
  },
);

test('a path that does not exist is found before the question, with the exit code of the AWS CLI', async () => {
  const line = await sealedSample();
  const { code, out, err } = await line.ssebox(['s3', 'cp', 'nowhere.txt', 's3://photos/']);
  expect([code, out, err]).toEqual([255, '', 'The user-provided path nowhere.txt does not exist.\n']);
});
