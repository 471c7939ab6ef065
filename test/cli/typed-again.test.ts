/** The command line that a person may copy after questions: a shell reads from it what was answered, and no secret. */

import { execa } from 'execa';
import { expect, test } from 'vitest';
import { type CommandSpec, type CommandValues, command } from '../../src/cli/command.ts';
import type { Globals } from '../../src/cli/globals.ts';
import { hasHidden } from '../../src/cli/output/spelled-out.ts';
import { commandLine } from '../../src/cli/typed-again.ts';
import { keys, samplePlace } from '../support/place.ts';

const spec: CommandSpec = command({
  name: 'put',
  summary: 'Put',
  examples: [],
  args: { file: { about: 'a file' }, more: { about: 'more', many: true } },
  options: {
    name: { about: 'a name', type: 'string' },
    tags: { about: 'tags', type: 'list' },
    only: { about: 'pairs', type: 'repeat' },
    deep: { about: 'deep', type: 'boolean' },
    kept: { about: 'kept', type: 'boolean-pair' },
    count: { about: 'a number', type: 'integer' },
    'sse-c-key': { about: 'a key', type: 'string', secret: 'text' },
    plaintext: { about: 'bytes', type: 'string', secret: 'bytes' },
  },
  run: async () => ({ kind: 'none' }),
});

/** The words that bash passes on. */
async function wordsIn(line: string): Promise<string[]> {
  const { stdout } = await execa('bash', ['-c', `ssebox() { printf '%s\\0' "$@"; }\n${line}`], {
    stripFinalNewline: false,
  });
  return stdout.split('\0').slice(0, -1);
}

test.for<[values: Partial<CommandValues>, globals: Globals, words: string[]]>([
  [{ args: { file: 'a.txt', more: ['b', "it's here"] } }, {}, ['a.txt', 'b', "it's here"]],
  [{ args: { file: 'a\nb\u001b[2J\u202e', more: [''] } }, {}, ['a\nb\u001b[2J\u202e', '']],
  [{ args: { file: '$(rm -rf x)`y`!"*' } }, {}, ['$(rm -rf x)`y`!"*']],
  [{ args: { file: '-' }, options: { deep: true } }, {}, ['-', '--deep']],
  [{ args: { file: '-x' }, options: { deep: true } }, { yes: true }, ['--deep', '--yes', '--', '-x']],
  [{ options: { deep: false, kept: false, count: 7 } }, {}, ['--no-kept', '--count', '7']],
  [
    { options: { tags: ['a=1', 'b c'], only: ['x=1', 'y=2'] } },
    {},
    ['--tags', 'a=1', 'b c', '--only', 'x=1', '--only', 'y=2'],
  ],
  [{ options: { name: '{"a": [1]}' } }, { region: 'eu-west-1' }, ['--name', '{"a": [1]}', '--region', 'eu-west-1']],
  [{ options: { plaintext: 'c2VjcmV0' } }, {}, ['--plaintext', '-']],
  [
    { options: { plaintext: 'fileb://p', 'sse-c-key': 'fileb://k' } },
    {},
    ['--sse-c-key', 'fileb://k', '--plaintext', 'fileb://p'],
  ],
])('%j', async ([{ args = {}, options = {} }, globals, words]) => {
  const line = commandLine({ path: ['s3', 'put'], spec, values: { args, options }, globals });
  expect(await wordsIn(line)).toEqual(['s3', 'put', ...words]);
  expect(hasHidden(line)).toBe(false);
});

test('a secret is a variable in it', () => {
  const values = { args: {}, options: { 'sse-c-key': '0123456789abcdef' } };
  expect(commandLine({ path: ['s3', 'put'], spec, values, globals: {} })).toBe(
    'ssebox s3 put --sse-c-key "$SSE_C_KEY"',
  );
});

const small = { columns: 80, rows: 24 };

test('what was answered is done without questions by the command that is shown', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['bucket', 'tags', 'set', 'photos'], small);
  await shows('tags:');
  type(`team=blue and green${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toMatch(/\ndone: \S.*\nwithout questions: /);
  const [, line = ''] = /^without questions: (.*)$/m.exec(text) ?? [];
  await place.ok(['bucket', 'tags', 'delete', 'photos']);
  expect(await place.shell(line)).toEqual({ code: 0, out: '', err: '' });
  expect((await place.ok(['bucket', 'tags', 'get', 'photos', '--query', 'TagSet[0].Value'])).out).toContain(
    'blue and green',
  );
});

test('an operation says what it did', async () => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(['iam', 'create-user'], small);
  await shows('--user-name:');
  type(`eve${keys.enter}`);
  expect((await ended).text).toMatch(
    /\ndone: Create a user.*\nwithout questions: ssebox iam create-user --user-name eve\n$/,
  );
});

test('answers are not lost when the command is refused', async () => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(['iam', 'create-user', '--as', 'user/bob'], small);
  await shows('--user-name:');
  type(`eve${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(254);
  expect(text).toContain('to try it again: ssebox iam create-user --user-name eve --as user/bob\n');
});

test('a plaintext that was typed is not shown again', async () => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(['kms', 'encrypt', '--key-id', 'alias/app', '--query', 'KeyId'], small);
  await shows('--plaintext:');
  type(`open sesame${keys.enter}`);
  const [, after = ''] = (await ended).text.split('\ndone: ');
  expect(after).toContain('ssebox kms encrypt --key-id alias/app --plaintext - --query KeyId');
  expect(after).not.toContain('sesame');
  expect(after).not.toContain(Buffer.from('open sesame').toString('base64'));
});

test('a command that asked nothing says nothing of itself', async () => {
  const { terminal } = await samplePlace();
  expect(await terminal(['bucket', 'tags', 'delete', 'photos'], small).ended).toEqual({ code: 0, text: '' });
});
