/** Names that try to act on a terminal: on every page and with every command they are only shown. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CommandNode, CommandSpec } from '../../src/cli/command.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { keys, samplePlace } from '../support/place.ts';

/** Escape sequences of seven and of eight bits, a bell, a title, directions, separators and line breaks. */
const HOSTILE = 'a\u001b[31mb\u009b2Jc\u0007\u001b]0;title\u0007d\u202egpj.\u2066e\u2028f\u007f\rg\nFORGED \u200bz';
const SPELLED = 'a\\x1b[31mb\\x9b2Jc\\x07\\x1b]0;title\\x07d\\u202egpj.\\u2066e\\u2028f\\x7f\\x0dg';

/** What is not a line break and acts on a terminal; and a line that a name has made. */
const RAW = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}\u200b]|^FORGED/mu;

/** For `--output text`, in which tabs stand between fields. */
const RAW_IN_TEXT = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\p{Bidi_Control}\u200b]/u;

/** JSON in ASCII, since KMS takes no other letters in a policy. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const policy = (resource: string, sid: string) =>
  asciiJson({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: sid,
        Effect: 'Deny',
        Principal: { AWS: 'arn:aws:iam::111122223333:user/bob' },
        Action: '*',
        Resource: resource,
        Condition: { StringNotEquals: { 'aws:UserAgent': HOSTILE } },
      },
      {
        Sid: 'Own',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: '*',
        Resource: resource,
      },
    ],
  });

/** The sample with hostile names, descriptions, tags, contexts, policies, metadata and files in it. */
async function hostileSample(): Promise<CommandLine> {
  const line = await newSample();
  const call = (service: string, operation: string, input: unknown, ...more: readonly string[]) =>
    line.ok([service, operation, '--cli-input-json', JSON.stringify(input), ...more]);
  const tags = [{ TagKey: HOSTILE.slice(0, 100), TagValue: HOSTILE.slice(0, 200) }];
  const KeyId = String(
    (await call('kms', 'create-key', { Description: HOSTILE, Tags: tags }, '--query', 'KeyMetadata.KeyId')).json,
  );
  await call('kms', 'create-alias', { AliasName: 'alias/hostile', TargetKeyId: KeyId });
  await call('kms', 'put-key-policy', { KeyId, Policy: policy('*', HOSTILE) });
  const context = Buffer.from(JSON.stringify({ [HOSTILE]: HOSTILE })).toString('base64');
  await call('s3api', 'put-bucket-versioning', { Bucket: 'drafts', VersioningConfiguration: { Status: 'Enabled' } });
  await call('s3api', 'put-object', {
    Bucket: 'drafts',
    Key: `${HOSTILE}/${HOSTILE}`,
    Body: 'aGk=',
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KeyId,
    SSEKMSEncryptionContext: context,
    // S3 takes no control characters where answers have headers.
    ContentType: HOSTILE.replaceAll(/\p{Cc}/gu, ''),
  });
  await call('s3api', 'put-object', { Bucket: 'drafts', Key: HOSTILE, Body: 'aGk=' });
  await call('s3api', 'delete-object', { Bucket: 'drafts', Key: HOSTILE });
  await call('s3api', 'put-object', { Bucket: 'drafts', Key: HOSTILE, Body: 'aGk=' });
  await call('s3api', 'put-bucket-policy', { Bucket: 'drafts', Policy: policy('arn:aws:s3:::drafts/*', HOSTILE) });
  mkdirSync(line.path('files'));
  writeFileSync(line.path(`files/${HOSTILE.replaceAll('/', '')}`), 'content');
  writeFileSync(line.path(HOSTILE), 'content');
  return line;
}

let made: CommandLine | undefined;
const file = () => made?.path(HOSTILE) ?? '';
const object = `s3://drafts/${HOSTILE}/${HOSTILE}`;
const context = ['--context', `aws:UserAgent=${HOSTILE}`];
const bob = ['--as', 'user/bob'];

/** A line for each command of our own, with hostile words in it or a hostile store to show. */
const lines: Readonly<Record<string, () => readonly string[]>> = {
  'kms ls': () => [],
  'kms grant': () => [
    'alias/hostile',
    '--to',
    'user/bob',
    '--may',
    'decrypt',
    '--only-with-context',
    `${HOSTILE}=${HOSTILE}`,
  ],
  'kms rotate': () => ['alias/hostile'],
  's3 ls': () => ['s3://drafts', '--recursive'],
  's3 cp': () => ['s3://drafts', made?.path('copied') ?? '', '--recursive'],
  's3 copy': () => [object, `s3://photos/${HOSTILE}`],
  's3 rm': () => [`s3://drafts/${HOSTILE}`, '--recursive', '--dryrun'],
  's3 sync': () => [made?.path('files') ?? '', 's3://drafts/files'],
  's3 mb': () => [`s3://${HOSTILE}`],
  's3 rb': () => [`s3://${HOSTILE}`],
  's3 put': () => [file(), `s3://drafts/put/${HOSTILE}`],
  's3 get': () => [object, `${file()}-got`],
  's3 presign': () => [object],
  's3 website': () => ['s3://drafts', '--index-document', HOSTILE],
  's3 inspect': () => [object],
  's3 versions': () => ['s3://drafts'],
  's3 replicate': () => [HOSTILE],
  'bucket create': () => [HOSTILE],
  'bucket list': () => [],
  'bucket show': () => ['drafts'],
  'bucket delete': () => [HOSTILE, '--force'],
  'bucket default-encryption get': () => [HOSTILE],
  'bucket default-encryption set': () => ['photos', '--sse', HOSTILE],
  'bucket default-encryption delete': () => [HOSTILE],
  'bucket bucket-key enable': () => [HOSTILE],
  'bucket bucket-key disable': () => [HOSTILE],
  'bucket policy get': () => ['drafts'],
  'bucket policy put': () => ['photos', `${file()}-missing`],
  'bucket policy delete': () => [HOSTILE],
  'bucket versioning get': () => [HOSTILE],
  'bucket versioning enable': () => [HOSTILE],
  'bucket versioning suspend': () => [HOSTILE],
  'bucket replication add': () => ['photos', '--to', 'reports', '--role', HOSTILE],
  'bucket replication get': () => [HOSTILE],
  'bucket replication put': () => ['photos', HOSTILE],
  'bucket replication delete': () => [HOSTILE],
  'bucket public-access-block get': () => [HOSTILE],
  'bucket public-access-block set': () => [HOSTILE],
  'bucket public-access-block delete': () => [HOSTILE],
  'bucket tags get': () => [HOSTILE],
  'bucket tags set': () => ['photos', `${HOSTILE}=${HOSTILE}`],
  'bucket tags delete': () => [HOSTILE],
  'explain last': () => ['--all', '--fix', '--show-context'],
  'trail lookup': () => [],
  'trail tail': () => ['--limit', '40'],
  'trail show': () => [HOSTILE],
  'trail export': () => [],
  'trail deliver': () => [HOSTILE],
  'trail verify': () => [HOSTILE],
  'trail data-events enable': () => [HOSTILE],
  'trail data-events disable': () => [HOSTILE],
  'iam least-privilege': () => ['--denied', '--generalize'],
  'who-can': () => ['read', object],
  'iam validate': () => [file(), '--resource', `s3://${HOSTILE}`],
  'cloudtrail validate-logs': () => [
    ...['--trail-arn', `arn:aws:cloudtrail:us-east-1:111122223333:trail/${HOSTILE}`, '--start-time', '2026-05-04'],
    ...['--s3-bucket', 'drafts', '--s3-prefix', HOSTILE],
  ],
  'alarm put': () => [
    'hostile',
    '--metric',
    'Calls',
    '--above',
    '1',
    '--description',
    HOSTILE,
    '--dimensions',
    `a=${HOSTILE}`,
  ],
  'alarm list': () => [],
  'alarm show': () => ['hostile'],
  'alarm history': () => [],
  'alarm delete': () => [HOSTILE, HOSTILE],
  'alarm watch': () => ['--once'],
  'metrics overview': () => [],
  'metrics list': () => [HOSTILE],
  'metrics get': () => [HOSTILE, '--dimensions', `${HOSTILE}=${HOSTILE}`],
  'metrics plot': () => ['latency', '--bucket', HOSTILE],
  'quota list': () => [HOSTILE],
  'quota set': () => [HOSTILE],
  'quota reset': () => [HOSTILE],
  'quota enforce': () => [HOSTILE],
  'clock show': () => [],
  'clock advance': () => [HOSTILE],
  'clock set': () => [HOSTILE],
  'clock reset': () => [],
  'store init': () => ['--store', made?.path('new') ?? ''],
  'store info': () => [],
  'store verify': () => [],
  'store rekey': () => ['--yes'],
  'store compact': () => [],
  'store backup': () => [`${file()}-backup`],
  'store restore': () => [`${file()}-none`, '--yes'],
  'store passphrase set': () => [HOSTILE],
  'store passphrase remove': () => [],
  'config list': () => [],
  'config get': () => [HOSTILE],
  'config set': () => ['region', HOSTILE],
  'config unset': () => [HOSTILE],
  'config profiles': () => [],
  'configure ask': () => [],
  'configure get': () => [HOSTILE],
  'configure set': () => [HOSTILE, HOSTILE],
  'configure list': () => ['--profile', HOSTILE],
  'configure list-profiles': () => [],
  'configure export-credentials': () => ['--profile', HOSTILE],
  shim: () => [],
  'completion bash': () => [],
  'completion zsh': () => [],
  'completion fish': () => [],
  'completion query': () => ['--', 's3', 'ls', 's3://drafts/'],
  'cost report': () => ['--by', 'key'],
  'cost estimate': () => [HOSTILE],
  'cost compare': () => [`s3://drafts/${HOSTILE}`],
  'cost prices': () => ['--from', HOSTILE],
  check: () => [HOSTILE],
  simulate: () => [HOSTILE],
  import: () => [HOSTILE],
  serve: () => ['--host', HOSTILE],
  exec: () => ['--', HOSTILE],
  env: () => ['--port', '1', '--as', HOSTILE],
  'endpoint check': () => [HOSTILE],
  demo: () => [`${file()}-missing`],
  compare: () => [file(), '--times', '1'],
  // At the end, since it takes an object away.
  's3 mv': () => [object, 's3://photos/'],
};

/** Of these, the ones that have a name to show and not only a refusal. */
const shownNames = [
  ...[
    'kms ls',
    'kms grant',
    's3 ls',
    's3 cp',
    's3 copy',
    's3 mv',
    's3 rm',
    's3 sync',
    's3 put',
    's3 get',
    's3 inspect',
  ],
  ...[
    'iam least-privilege',
    'who-can read',
    's3 versions',
    'bucket show',
    'explain s3',
    'explain kms',
    'store backup',
    'config profiles',
    'configure list',
  ],
];

/** The same for what `explain` explains: decisions with hostile policies, and for operations that are given anything. */
const explained: readonly (readonly string[])[] = [
  ['explain', 's3', 'get', object, ...bob, ...context, '--all', '--fix', '--show-context'],
  ['explain', 's3', 'put', `s3://drafts/new/${HOSTILE}`, ...bob, '--all', '--fix', '--show-context'],
  ['explain', 'kms', 'decrypt', 'alias/hostile', ...bob, ...context, '--all', '--fix', '--show-context'],
  ['explain', 'kms', 'decrypt', HOSTILE, ...bob],
];

async function commandsOf(
  nodes: readonly CommandNode[],
  path: readonly string[] = [],
): Promise<[string, CommandSpec][]> {
  const found: [string, CommandSpec][] = [];
  for (const node of nodes) {
    const here = [...path, node.name];
    if (node.kind === 'command') found.push([here.join(' '), node]);
    else found.push(...(await commandsOf(await node.load({ prose: true }), here)));
  }
  return found;
}

let all: [string, CommandSpec][] = [];
beforeAll(async () => {
  all = await commandsOf(await commandTree.load({ prose: true }));
});

/** The first thing that acts on the terminal. Shorthand is shown line by line, above a caret at the place that is wrong. */
const rawIn = (shown: string): string | undefined =>
  (shown.includes(' for input:') ? RAW_IN_TEXT : RAW).exec(shown)?.[0];

/** What a run showed on its terminal, both streams. */
async function shownBy(line: CommandLine, words: readonly string[]): Promise<string> {
  const { out, err } = await line.ssebox(words, { terminal: 400 });
  return out + err;
}

describe('on a terminal', () => {
  test('every command of our own shows hostile names spelled out', async () => {
    const line = await hostileSample();
    made = line;
    onTestFinished(() => {
      made = undefined;
    });
    // A profile, and a refusal for `explain last`.
    await line.ok(['config', 'set', '--profile', HOSTILE, 'region', 'eu-west-1']);
    await line.ssebox(['s3api', 'get-object', '--bucket', 'drafts', '--key', HOSTILE, 'out', ...bob]);
    const own = all.filter(([name, { isOperation }]) => !isOperation && !name.startsWith('explain '));
    expect(own.map(([name]) => name).filter((name) => !Object.hasOwn(lines, name))).toEqual([]);
    const spelled = new Set<string>();
    const run = async (words: readonly string[]) => {
      const shown = await shownBy(line, words);
      expect(rawIn(shown), `${JSON.stringify(words)} showed ${JSON.stringify(shown)}`).toBeUndefined();
      if (shown.includes(SPELLED)) spelled.add(words.slice(0, 2).join(' '));
    };
    for (const words of explained) await run(words);
    for (const [name, rest] of Object.entries(lines)) await run([...name.split(' '), ...rest()]);
    expect([...spelled]).toEqual(expect.arrayContaining(shownNames));
  });

  test('every operation refuses or shows a hostile value spelled out, with the steps of --debug', async () => {
    const line = await hostileSample();
    const operations = all.filter(([, { isOperation, unavailable }]) => isOperation && !unavailable);
    expect(operations.length).toBeGreaterThan(200);
    for (const [name, { options = {}, args = {} }] of operations) {
      const given = Object.entries(options).flatMap(([option, { type, required }]) =>
        type === 'string' && (required || option === 'description') ? [`--${option}`, HOSTILE] : [],
      );
      const words = [...name.split(' '), ...given, ...Object.keys(args).map(() => 'out'), '--debug', '--no-input'];
      const shown = await shownBy(line, words);
      expect(rawIn(shown), `${name} showed ${JSON.stringify(shown)}`).toBeUndefined();
    }
  });

  test.for(['json', 'yaml', 'text', 'table'])(
    '--output %s has nothing in it that acts on the terminal',
    async (form) => {
      const line = await hostileSample();
      for (const words of [
        ['s3api', 'list-object-versions', '--bucket', 'drafts'],
        ['s3api', 'head-object', '--bucket', 'drafts', '--key', `${HOSTILE}/${HOSTILE}`],
        ['kms', 'describe-key', '--key-id', 'alias/hostile'],
        ['kms', 'list-resource-tags', '--key-id', 'alias/hostile'],
        ['kms', 'get-key-policy', '--key-id', 'alias/hostile', '--policy-name', 'default'],
        ['kms', 'ls'],
        ['bucket', 'show', 'drafts', '--query', `{"${JSON.stringify(HOSTILE).slice(1, -1)}": Name}`],
        ['trail', 'lookup'],
      ]) {
        const shown = await shownBy(line, [...words, '--output', form]);
        const raw = form === 'text' || form === 'yaml' ? RAW_IN_TEXT : RAW;
        expect(raw.exec(shown)?.[0], `${words.join(' ')} showed ${JSON.stringify(shown)}`).toBeUndefined();
      }
    },
  );

  test('JSON on a terminal means what it means in a pipe, which gets every byte as it is', async () => {
    const line = await hostileSample();
    const words = ['kms', 'describe-key', '--key-id', 'alias/hostile', '--query', 'KeyMetadata.Description'];
    const inPipe = await line.ok([...words, '--output', 'json']);
    expect(inPipe.json).toBe(HOSTILE);
    expect((await line.ok([...words, '--output', 'json'], { terminal: 100 })).json).toBe(HOSTILE);
    expect((await line.ok([...words, '--output', 'text'])).out).toBe(`${HOSTILE}\n`);
  });

  test('an error as JSON is one line whose members are exact', async () => {
    const line = await newSample();
    const { err } = await line.ssebox(['clock', 'advance', HOSTILE, '--error-format', 'json'], { terminal: 100 });
    expect(RAW.exec(err)?.[0]).toBeUndefined();
    expect(JSON.parse(err).Error.Message).toContain(HOSTILE);
  });
});

test('prompts, their choices and their answers are spelled out', async () => {
  const place = await samplePlace();
  const Description = `\u001b[2J${HOSTILE}`;
  await place.ssebox(['kms', 'create-key', '--cli-input-json', JSON.stringify({ Description })]);
  const { shows, type, ended } = place.terminal(['kms', 'describe-key'], { columns: 300 });
  await shows(`\\x1b[2J${SPELLED}`);
  type(keys.interrupt);
  expect((await ended).code).toBe(130);
});
