import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { regions } from '../../src/api/regions.ts';
import { command, group } from '../../src/cli/command.ts';
import { complete, completionLines } from '../../src/cli/docs/complete.ts';
import { completionScript } from '../../src/cli/docs/completion-scripts.ts';
import { memberChoices } from '../../src/cli/member-choices.ts';
import type { Session } from '../../src/cli/session.ts';

const keys = async () => [{ value: 'alias/app', about: 'key one' }, { value: '1234' }];
const nothing = async () => ({ kind: 'none' }) as const;
const tree = group({
  name: 'ssebox',
  summary: 'all',
  load: async () => [
    group({
      name: 'kms',
      summary: 'keys',
      load: async () => [
        command({
          name: 'create-grant',
          summary: 'allow something',
          options: {
            'key-id': { about: 'KeyId', type: 'string', choices: keys },
            operations: { about: 'Operations', type: 'list', choices: ['Decrypt', 'Encrypt'] },
            'dry-run': { about: 'DryRun', type: 'boolean-pair' },
            constraints: { about: 'Constraints', type: 'string' },
            marker: { about: 'Marker', type: 'string', hidden: true },
          },
          examples: [],
          run: nothing,
        }),
        command({ name: 'connect-store', summary: 'no', unavailable: true, examples: [], run: nothing }),
      ],
    }),
    command({
      name: 'show',
      hasPage: true,
      summary: 'show a key',
      args: { key: { about: 'which', choices: keys }, file: { about: 'where to' } },
      examples: [],
      run: nothing,
    }),
  ],
});

// The choices of this tree are their own; a session is only handed through.
const session = {} as Session;
const valuesFor = async (...words: string[]) => {
  const { choices, files } = await complete(words, tree, async () => session);
  return [...choices.map(({ value }) => value), ...(files ? ['FILES'] : [])];
};

const table: readonly (readonly [readonly string[], readonly string[]])[] = [
  [[''], ['kms', 'show']],
  [['k'], ['kms']],
  [['kms', ''], ['create-grant']],
  [['--region', 'eu-west-1', 'kms', 'c'], ['create-grant']],
  [
    ['--region', 'eu-central'],
    ['eu-central-1', 'eu-central-2'],
  ],
  [
    ['kms', 'create-grant', '--key-id', ''],
    ['alias/app', '1234'],
  ],
  [['kms', 'create-grant', '--key-id', 'al'], ['alias/app']],
  [['kms', 'create-grant', '--operations', 'Decrypt', 'E'], ['Encrypt']],
  [
    ['kms', 'create-grant', '--key-id', 'k', '--d'],
    ['--dry-run', '--debug'],
  ],
  [['kms', 'create-grant', '--dry-run', '--no-d'], ['--no-dry-run']],
  [['kms', 'create-grant', '--mark'], []],
  [['kms', 'create-grant', '--constraints', ''], ['FILES']],
  [['kms', 'nonsense', ''], []],
  [
    ['--output', ''],
    ['json', 'table', 'text', 'yaml', 'yaml-stream', 'off', 'tree'],
  ],
  [
    ['show', '--output', ''],
    ['json', 'table', 'text', 'yaml', 'yaml-stream', 'off', 'tree'],
  ],
  [
    ['kms', 'create-grant', '--output', ''],
    ['json', 'table', 'text', 'yaml', 'yaml-stream', 'off'],
  ],
  [
    ['show', ''],
    ['alias/app', '1234'],
  ],
  [['show', '--dry', 'alias/app', ''], ['FILES']],
  [['show', 'alias/app', 'x', ''], []],
  [
    ['show', '--', ''],
    ['alias/app', '1234'],
  ],
];

test.for(table)('after %j come %j', async ([words, values]) => {
  expect(await valuesFor(...words)).toEqual(values);
});

test('without a store there are commands and flags, and no names', async () => {
  const without = (...words: string[]) => complete(words, tree, async () => undefined);
  expect((await without('sh')).choices.map(({ value }) => value)).toEqual(['show']);
  expect((await without('show', '')).choices).toEqual([]);
});

test('a line is a value and its description', async () => {
  const completion = await complete(['show', ''], tree, async () => session);
  expect(completionLines(completion, { shell: undefined })).toEqual(['alias/app\tkey one', '1234']);
  expect(completionLines(completion, { shell: 'zsh' })).toEqual(['alias/app\talias/app  -- key one', '1234\t1234']);
  expect(completionLines({ choices: [], files: true }, { shell: 'fish' })).toEqual([':files']);
});

test('a member’s choices are its enum’s values or existing names; there are none for what is about to be created', async () => {
  const values = async (operation: string, member: string) =>
    (await memberChoices('kms', operation, member)?.(session))?.map(({ value }) => value);
  expect(await values('CreateKey', 'KeyUsage')).toContain('SIGN_VERIFY');
  expect(await values('CreateGrant', 'Operations')).toContain('GenerateDataKey');
  expect(await values('ReplicateKey', 'ReplicaRegion')).toEqual(regions);
  expect(memberChoices('kms', 'CreateKey', 'Description')).toBeUndefined();
  expect(memberChoices('kms', 'CreateAlias', 'AliasName')).toBeUndefined();
  expect(memberChoices('kms', 'DeleteAlias', 'AliasName')).toBeDefined();
  expect(memberChoices('s3', 'CreateBucket', 'Bucket')).toBeUndefined();
  expect(memberChoices('s3', 'GetObject', 'Bucket')).toBeDefined();
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssebox-complete-'));
  writeFileSync(join(folder, 'script.bash'), completionScript('bash', 'ssebox'));
  writeFileSync(join(folder, 'photo.jpg'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash would offer for a line, when `ssebox` answers with these lines; the words it was asked with come first. */
function inBash(line: string, answer: readonly string[]): string[] {
  const program = `
    source script.bash
    ssebox() { printf '%s|' "$@" >&3; printf '%s\n' ${answer.map((each) => `$'${each}'`).join(' ')}; }
    COMP_LINE='${line}' COMP_POINT=${line.length} COMP_WORDBREAKS=':='
    _ssebox ssebox 3> asked
    cat asked; echo; printf '%s\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', program], { cwd: folder, encoding: 'utf8' }).trimEnd().split('\n');
}

const asked = (line: string) => `completion|query|--shell|bash|--breaks|:=|--|${line}|`;

test('bash queries with the line up to the cursor and offers the answers', () => {
  expect(inBash('ssebox kms cre', ['create-key', 'create-grant'])).toEqual([
    asked('ssebox kms cre'),
    'create-key',
    'create-grant',
  ]);
  expect(inBash('ssebox kms ', ['create-key'])).toEqual([asked('ssebox kms '), 'create-key']);
});

test('bash completes files itself', () => {
  expect(inBash('ssebox s3 put ph', [':files\\t0\\tph'])).toEqual([asked('ssebox s3 put ph'), 'photo.jpg']);
  expect(inBash('ssebox s3 put a:ph', [':files\\t2\\tph'])).toEqual([asked('ssebox s3 put a:ph'), 'oto.jpg']);
});
