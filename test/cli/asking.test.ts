/** What a person is asked for, on a terminal of 80 columns and 24 lines: each answer can be chosen and is checked at once. */

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CommandNode, CommandSpec } from '../../src/cli/command.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { keys, type Place, samplePlace } from '../support/place.ts';

const small = { columns: 80, rows: 24 };

test.for<[words: string[], shown: string | RegExp]>([
  [['s3', 'get'], 'download: s3://photos/harbour.txt to ./harbour.txt'],
  [['s3', 'inspect'], 'plaintext'],
  [['s3', 'rm'], 'delete: s3://photos/harbour.txt'],
  [['explain', 's3', 'get'], 'ALLOWED'],
  [['explain', 's3', 'head'], 'ALLOWED'],
  [['explain', 's3', 'rm'], 'ALLOWED'],
])('%j goes from the buckets to what is below the chosen one', async ([words, shown]) => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(words, small);
  await shows('❯ s3://drafts/');
  type('photos');
  await shows('❯ s3://photos/');
  type(keys.enter);
  await shows('s3://photos/harbour.txt');
  type('har');
  await shows(/❯ s3:\/\/photos\/harbour.txt/);
  type(keys.enter);
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text.split('navigate').at(-1)).toContain(shown);
});

test('Tab goes below a folder where Enter would take it', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['s3', 'rm', '--recursive', '--dryrun'], small);
  await shows('❯ s3://drafts/');
  type('repo');
  await shows('❯ s3://reports/');
  type(keys.tab);
  await shows('❯ s3://reports/2026/');
  type(keys.enter);
  expect((await ended).text).toContain('(dryrun) delete: s3://reports/2026/q1.csv');
});

test('a new name can be typed where a file is put, though another begins like it', async () => {
  const place = await samplePlace();
  await place.shell('date > now.txt');
  const { shows, type, ended } = place.terminal(['s3', 'put', 'now.txt'], small);
  await shows('❯ s3://drafts/');
  type('s3://photos/harb');
  await shows(/❯ s3:\/\/photos\/harb\n {2}s3:\/\/photos\/harbour\.txt/);
  type(keys.enter);
  expect((await ended).text).toContain('upload: ./now.txt to s3://photos/harb\n');
});

test('the objects of the bucket that was named are offered to an operation', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['s3api', 'get-object'], small);
  await shows('❯ drafts');
  type('photos');
  await shows('❯ photos');
  type(keys.enter);
  await shows(/--key: .*❯ /s);
  type('harbour');
  await shows('❯ harbour.txt');
  type(keys.enter);
  await shows('outfile:');
  type(`copy.txt${keys.enter}`);
  expect((await ended).code).toBe(0);
  expect(existsSync(place.path('copy.txt'))).toBe(true);
});

/** Answers that cannot be right, and what is said of them. */
test.for<[words: string[], answer: string, fault: string]>([
  [['bucket', 'show'], 'nowhere', '"nowhere" is not a bucket'],
  [['bucket', 'create'], 'No', '"No" cannot be the name of a bucket: it takes 3 to 63'],
  [['s3', 'get'], 's3://photos/none', '"s3://photos/none" is not an object in the store'],
  [['s3', 'put'], 'none.txt', 'there is no file "none.txt"'],
  [['kms', 'rotate'], 'alias/none', '"alias/none" is not a KMS key of this region'],
  [['kms', 'describe-key'], 'alias/none', '"alias/none" is not a KMS key of this region'],
  [['kms', 'disable-key'], 'alias/none', '"alias/none" is not the id or ARN of a key that DisableKey'],
  [['kms', 'create-alias'], 'photos', 'an alias begins with alias/'],
  [['kms', 'generate-data-key', '--key-id', 'alias/app'], 'AES_512', '"AES_512" is not one of AES_256, AES_128'],
  [['iam', 'delete-user'], 'eve', '"eve" is not a user'],
  [['iam', 'get-role-policy'], 'eve', '"eve" is not a role'],
  [['config', 'get'], 'regoin', 'regoin'],
  [['kms', 'decrypt'], 'no base64!', 'base64'],
  [['clock', 'advance'], 'soon', 'soon'],
  [['clock', 'set'], 'noon', '"noon" is not a time'],
  [['bucket', 'tags', 'set', 'photos'], 'team', '"team" is not a tag: write KEY=VALUE'],
  [['bucket', 'policy', 'put', 'photos'], 'none.json', 'there is no file "none.json"'],
  [['check'], 'none.yaml', 'there is no file "none.yaml"'],
  [['import'], 'none', 'there is no file "none"'],
  [['bucket', 'replication', 'put', 'photos'], '{', 'Invalid JSON'],
  [['iam', 'create-role', '--role-name', 'one'], 'file://none.json', 'none.json'],
  [
    ['iam', 'create-policy', '--policy-name', 'one'],
    '{"Statement": []}',
    'An error occurred (MalformedPolicyDocument)',
  ],
  [['kms', 'grant', 'alias/app', '--may', 'decrypt'], 'user/eve', 'there is no user "eve" in account'],
])('%j does not take the answer %s', async ([words, answer, fault]) => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(words, small);
  await shows(/\? .*: /);
  type(answer);
  await shows(answer);
  type(keys.enter);
  await shows(fault);
  type(keys.interrupt);
  expect((await ended).code).toBe(130);
});

/** A question with closed choices, typed words that leave one of them, and what comes of it. */
async function chosen(place: Place, words: string[], typed: string, wanted: string) {
  const { shows, type, ended } = place.terminal(words, small);
  await shows('❯ ');
  type(typed);
  await shows(`❯ ${wanted}`);
  type(keys.enter);
  return ended;
}

/** What can be any text, is picked from a list, may be of a time that the list does not go back to, or is not asked for. */
const unchecked = [
  'configure get varname',
  'configure set value',
  'configure set varname',
  'exec program',
  'explain event id',
  'explain kms grant --may',
  'kms grant --may',
  'store backup folder',
  'trail show id',
];

test('every answer is checked as it is given, unless it can be any text', async () => {
  const found: string[] = [];
  const look = async (nodes: readonly CommandNode[], path: readonly string[]): Promise<void> => {
    for (const node of nodes) {
      const words = [...path, node.name];
      if (node.kind === 'group') await look(await node.load({ prose: false }), words);
      // The options of operations are checked by their models.
      else if (!node.isOperation) found.push(...uncheckedOf(node).map((name) => `${words.join(' ')} ${name}`));
    }
  };
  await look(await commandTree.load({ prose: false }), []);
  expect(found.sort()).toEqual(unchecked);
});

function uncheckedOf({ args = {}, options = {} }: CommandSpec): string[] {
  return [
    ...Object.entries(args).flatMap(([name, { optional, check }]) => (optional || check ? [] : [name])),
    ...Object.entries(options).flatMap(([name, { required, check, choices }]) =>
      !required || check || Array.isArray(choices) ? [] : [`--${name}`],
    ),
  ];
}

test.for<[words: string[], typed: string, wanted: string]>([
  [['kms', 'generate-data-key', '--key-id', 'alias/app', '--query', 'KeyId'], 'AES_128', 'AES_128'],
  [['iam', 'attach-user-policy', '--user-name', 'ana'], 'ReadOnly', 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
  [['sts', 'assume-role', '--role-session-name', 'one'], 'reader', 'arn:aws:iam::111122223333:role/reader'],
  [['config', 'get'], 'region', 'region'],
  [['config', 'set', 'region'], 'central-1', 'ca-central-1'],
])('%j is offered what it can be', async ([words, typed, wanted]) => {
  const place = await samplePlace();
  const { text } = await chosen(place, words, typed, wanted);
  expect(text).toContain(wanted);
});

test('several operations are picked for a grant', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['kms', 'grant', 'alias/app', '--to', 'user/bob'], small);
  await shows(/--may: .*❯◯ decrypt/s);
  type(`${keys.space}${keys.down}${keys.space}${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toContain('user/bob may now decrypt, encrypt with alias/app');
});

test('the bucket is asked for before the mode, and the key where the mode takes one', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['bucket', 'default-encryption', 'set'], small);
  await shows(/bucket: .*❯ drafts/s);
  type(keys.enter);
  await shows('--sse:');
  type('dsse');
  await shows('❯ aws:kms:dsse');
  type(keys.enter);
  await shows(/--sse-kms-key-id: .*❯ alias\/app/s);
  type(keys.enter);
  expect((await ended).code).toBe(0);
  const { out } = await place.ok(['bucket', 'default-encryption', 'get', 'drafts', '--output', 'text']);
  expect(out).toContain('alias/app');
  expect(out).toContain('aws:kms:dsse');
});

test('a mode without a key asks for none, and neither does one that was typed', async () => {
  const { terminal } = await samplePlace();
  const asked = terminal(['bucket', 'default-encryption', 'set', 'drafts'], small);
  await asked.shows('❯ AES256');
  asked.type(keys.enter);
  expect((await asked.ended).text).not.toContain('--sse-kms-key-id:');
  const typed = await terminal(['bucket', 'default-encryption', 'set', 'drafts', '--sse', 'aws:kms'], small).ended;
  expect(typed).toMatchObject({ code: 0, text: '' });
});

test('a text that is typed for bytes is encrypted as it stands', async () => {
  const place = await samplePlace();
  const words = ['kms', 'encrypt', '--key-id', 'alias/app', '--query', 'CiphertextBlob', '--output', 'text'];
  const { shows, type, ended } = place.terminal(words, { ...small, columns: 400 });
  await shows('--plaintext:');
  type(`it's a héllo${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(0);
  const blob = /^[A-Za-z0-9+/=]{60,}$/m.exec(text)?.[0] ?? '';
  const { out } = await place.ok(['kms', 'decrypt', '--ciphertext-blob', blob, '--raw']);
  expect(out).toBe("it's a héllo");
});

test('a key that cannot be deleted is not offered for it', async () => {
  const place = await samplePlace();
  await place.shell('date | ssebox s3 put - s3://drafts/x --sse aws:kms');
  const { out } = await place.ok([
    'kms',
    'list-aliases',
    '--query',
    "Aliases[?AliasName=='alias/aws/s3'].TargetKeyId",
    '--output',
    'text',
  ]);
  const { shows, type, ended } = place.terminal(['kms', 'schedule-key-deletion'], { ...small, columns: 120 });
  const shown = await shows(/❯ .*alias\/app/s);
  expect(out.trim()).toMatch(/^[0-9a-f-]{36}$/);
  expect(shown).not.toContain(out.trim());
  type(out.trim());
  await shows(out.trim());
  type(keys.enter);
  await shows('is not the id or ARN of a key that ScheduleKeyDeletion can be called for');
  type(keys.interrupt);
  await ended;
});
