/** `ssebox completion query`: the caller, the region and the store are those of the line that is completed. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test.for([
  ['a role that a profile assumes', ['--profile', 'reading', 's3', 'ls', 's3://ph'], ['s3://photos/']],
  [
    'a role in a command with a profile',
    ['kms', 'describe-key', '--profile', 'reading', '--key-id', ''],
    ['alias/app'],
  ],
  ['events', ['trail', 'show', ''], [expect.stringMatching(/^[0-9a-f-]{36}$/)]],
  ['events to explain', ['explain', 'event', ''], []],
] as const)('names found by calls leave nothing in the store: %s', async ([, words, offered]) => {
  await line.ok(['config', 'set', '--profile', 'reading', 'role_arn', 'arn:aws:iam::111122223333:role/reader']);
  await line.ok(['config', 'set', '--profile', 'reading', 'source_profile', 'default']);
  const before = readFileSync(join(line.store, 'store.mdb'));
  expect(await completed(words)).toEqual(expect.arrayContaining([...offered]));
  expect(readFileSync(join(line.store, 'store.mdb')).equals(before)).toBe(true);
});

test('values after = and after a comma, settings, and ARNs are completed', async () => {
  const arn = 'arn:aws:kms:us-east-1:111122223333:';
  const table = [
    [['kms', 'describe-key', '--key-id=alias/'], ['--key-id=alias/app']],
    [
      ['kms', 'describe-key', '--region=eu-central-'],
      ['--region=eu-central-1', '--region=eu-central-2'],
    ],
    [['kms', 'describe-key', '--dry-run='], []],
    [['kms', 'describe-key', '--nonsense='], []],
    [
      ['kms', 'grant', 'alias/app', '--may', 'sign,ver'],
      ['sign,verify', 'sign,verify-mac'],
    ],
    [['kms', 'grant', 'alias/app', '--may', 'verify,verify-'], ['verify,verify-mac']],
    [['kms', 'grant', 'alias/app', '--may=verify,verify-'], ['--may=verify,verify-mac']],
    [['kms', 'describe-key', '--key-id', `${arn}alias/`], [`${arn}alias/app`]],
    [
      ['config', 'set', 's3.replication', ''],
      ['inline', 'queue'],
    ],
    [
      ['config', 'set', 'region', 'eu-central-'],
      ['eu-central-1', 'eu-central-2'],
    ],
    [['config', 'set', 'as', 'role/'], ['role/reader']],
    [['config', 'set', 'account', ''], []],
    [['config', 'set', 'store', ''], [':files']],
    [
      ['s3', 'cp', ''],
      ['s3://drafts/', 's3://photos/', 's3://reports/', ':files'],
    ],
    [['s3', 'cp', 's3://pho'], ['s3://photos/']],
    [['iam', 'validate', 'p.json', '--resource', 'alias/a'], ['alias/app']],
    [['iam', 'validate', 'p.json', '--resource', 's3://pho'], ['s3://photos/']],
    [['iam', 'least-privilege', '--prefix', 's3://reports/2'], ['s3://reports/2026/']],
    [
      ['s3', 'rm', ''],
      ['s3://drafts/', 's3://photos/', 's3://reports/'],
    ],
  ] as const;
  for (const [words, offered] of table) expect(await completed(words), words.join(' ')).toEqual(offered);
  const keys = await completed(['kms', 'describe-key', '--key-id', `${arn}key/`]);
  expect(keys).toEqual([expect.stringMatching(/:key\/[0-9a-f-]{36}$/)]);
});

test('files after file:// are completed by name, folders with a slash, hidden ones only by their dot', async () => {
  mkdirSync(line.path('folder'));
  for (const name of ['two words.json', 'there.json', '.hidden']) writeFileSync(line.path(name), '');
  writeFileSync(join(line.path('folder'), 'inner.json'), '');
  const after = async (typed: string) =>
    (await completed(['iam', 'create-policy', '--policy-document', `file://${line.folder}/${typed}`])).map((value) =>
      value?.slice(`file://${line.folder}/`.length),
    );
  expect(await after('t')).toEqual(['there.json']);
  expect(await after('f')).toEqual(['folder/']);
  expect(await after('folder/')).toEqual(['folder/inner.json']);
  expect(await after('.h')).toEqual(['.hidden']);
  expect(await after('')).not.toContain('.hidden');
  expect(await after('absent/')).toEqual([]);
});
