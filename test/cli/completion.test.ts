/** `ssebox completion query`: the caller, the region and the store are those of the line that is completed. */

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { OTHER_ACCOUNT } from '../support/harness.ts';

const CALLER = `${OTHER_ACCOUNT}:user/admin`;

let line: CommandLine;
beforeEach(async () => {
  line = await newSample();
});

const completed = async (words: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  (await line.ok(['completion', 'query', '--', ...words], { variables })).out
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => each.split('\t')[0]);

async function makeAlias(name: string, ...where: readonly string[]): Promise<void> {
  const made = await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.KeyId', ...where]);
  await line.ok(['kms', 'create-alias', '--alias-name', name, '--target-key-id', String(made.json), ...where]);
}

const lineWith = (options: readonly string[], form: (typeof forms)[number]): string[] => {
  const [first, ...others] = ['kms', 'describe-key'];
  switch (form) {
    case 'before the command':
      return [...options, 'kms', 'describe-key', '--key-id', 'alias/'];
    case 'within it':
      return [first ?? '', ...options, ...others, '--key-id', 'alias/'];
    case 'after it':
      return ['kms', 'describe-key', ...options, '--key-id', 'alias/'];
  }
};
const forms = ['before the command', 'within it', 'after it'] as const;

test.for(forms)('the options %s decide whose names, in which region and in which store', async (form) => {
  const store = line.path('second');
  await makeAlias('alias/second', '--store', store);
  await makeAlias('alias/other', '--as', CALLER);
  await makeAlias('alias/far', '--as', CALLER, '--region', 'ap-south-1');
  await line.ok(['config', 'set', '--profile', 'other', 'as', CALLER]);
  await line.ok(['config', 'set', '--profile', 'far', 'as', CALLER]);
  await line.ok(['config', 'set', '--profile', 'far', 'region', 'ap-south-1']);
  const table = [
    [{}, ['alias/app']],
    [{ region: 'eu-west-1' }, ['alias/backup']],
    [{ as: CALLER }, ['alias/other']],
    [{ as: CALLER, region: 'ap-south-1' }, ['alias/far']],
    [{ profile: 'other' }, ['alias/other']],
    [{ profile: 'far' }, ['alias/far']],
    [{ store }, ['alias/second']],
  ] as const;
  for (const [options, offered] of table) {
    const named = Object.entries(options);
    const apart = named.flatMap(([name, value]) => [`--${name}`, value]);
    const joined = named.map(([name, value]) => `--${name}=${value}`);
    expect(await completed(lineWith(apart, form)), apart.join(' ')).toEqual(offered);
    expect(await completed(lineWith(joined, form)), joined.join(' ')).toEqual(offered);
  }
});

test('an option on the line overrides the environment', async () => {
  await makeAlias('alias/other', '--as', CALLER);
  const words = ['kms', 'describe-key', '--key-id', 'alias/'];
  const variables = { SSEBOX_AS: CALLER, AWS_REGION: 'eu-west-1' };
  expect(await completed(words, variables)).toEqual([]);
  expect(await completed(['--region', 'us-east-1', ...words], variables)).toEqual(['alias/other']);
  expect(await completed(['--as', 'user/admin', ...words], variables)).toEqual(['alias/backup']);
});

test('the word being typed does not count yet', async () => {
  expect(await completed(['--as', 'user/b'])).toEqual(['user/bob']);
  expect(await completed(['--region', 'eu-central'])).toEqual(['eu-central-1', 'eu-central-2']);
  expect(await completed(['config', 'set', '--profile', 'new', 'reg'])).toEqual(['region']);
});

test('a missing caller, profile, region or store has no names, and is not an error', async () => {
  const made = await line.ok(['iam', 'create-access-key', '--query', 'AccessKey.AccessKeyId', '--output', 'text']);
  const describe = ['kms', 'describe-key', '--key-id', ''];
  const empty = line.path('empty');
  mkdirSync(empty);
  for (const options of [
    ['--as', 'user/nobody'],
    ['--as', 'nonsense'],
    ['--profile', 'none'],
    ['--region', 'atlantis-1'],
    ['--output', 'parchment'],
    ['--store', ''],
    ['--store', line.path('none')],
    ['--store', empty],
    ['--no-sign-request'],
  ]) {
    expect(await completed([...options, ...describe]), options.join(' ')).toEqual([]);
  }
  const wrong = { AWS_ACCESS_KEY_ID: made.out.trim(), AWS_SECRET_ACCESS_KEY: 'not the secret' };
  expect(await completed(describe, wrong)).toEqual([]);
  expect(await completed(['kms', 'describe-k'], wrong)).toEqual(['describe-key']);
  expect(existsSync(line.path('none'))).toBe(false);
  expect(readdirSync(empty)).toEqual([]);
});

test('completing a line creates nothing: no account and no record', async () => {
  const facts = async () => (await line.ok(['store', 'info'])).json;
  const before = await facts();
  expect(await completed(['--as', CALLER, 'iam', 'get-user', '--user-name', ''])).toEqual([]);
  expect(await completed(['--as', `${OTHER_ACCOUNT}:root`, 'kms', 'grant', 'k', '--to', 'user/'])).toEqual([
    'user/admin',
  ]);
  expect(await facts()).toEqual(before);
});
