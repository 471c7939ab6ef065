/** What a person is asked before something is destroyed, and that nobody else is. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import { commandName } from '../../src/cli/aws-input/flags.ts';
import type { CommandNode, CommandSpec } from '../../src/cli/command.ts';
import { destructiveCommands } from '../../src/cli/destructive.ts';
import { serviceGroups } from '../../src/cli/service-groups.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { keys, type Place, samplePlace } from '../support/place.ts';

const small = { columns: 80, rows: 24 };

async function commandAt(path: readonly string[]): Promise<CommandSpec | undefined> {
  let nodes: readonly CommandNode[] = [commandTree];
  for (const [i, name] of ['ssebox', ...path].entries()) {
    const node = nodes.find((each) => each.name === name);
    if (node?.kind === 'command') return i === path.length ? node : undefined;
    if (!node) return undefined;
    nodes = await node.load({ prose: false, word: path[i] });
  }
  return undefined;
}

test.for(Object.entries(destructiveCommands))(
  '%s is a command, and has what its question names',
  async ([words, row]) => {
    const spec = await commandAt(words.split(' '));
    const names = [...Object.keys(spec?.options ?? {}), ...Object.keys(spec?.args ?? {})];
    expect(names).toEqual(expect.arrayContaining([...row.asks.matchAll(/\{(.*?)\}/g)].map(([, name]) => name)));
    if (row.with !== undefined) expect(spec?.options?.[row.with]?.type).toBe('boolean');
  },
);

/** Deletions that nobody is asked about, with the reason. */
const unasked: Readonly<Record<string, string>> = {
  's3api delete-bucket': 'only an empty bucket can be deleted',
  's3api delete-bucket-encryption': 'one command sets it again',
  's3api delete-bucket-ownership-controls': 'one command sets it again',
  's3api delete-bucket-tagging': 'one command sets it again',
  's3api delete-object': 'it is named by its key',
  's3api delete-object-tagging': 'one command sets it again',
};

test('every deletion is asked about, or has a reason not to be', async () => {
  const open: string[] = [];
  for (const [group, { service }] of Object.entries(serviceGroups)) {
    for (const operation of operationNames(service).filter((name) => name.startsWith('Delete'))) {
      const words = `${group} ${commandName(operation)}`;
      const nodes = await serviceNodes(group);
      const isThere = !nodes.find(({ name }) => name === commandName(operation))?.unavailable;
      if (isThere && !(words in destructiveCommands) && !(words in unasked)) open.push(words);
    }
  }
  expect(open.filter((words) => !/-configuration$|-cors$|-lifecycle$|-website$/.test(words))).toEqual([]);
});

async function serviceNodes(name: string): Promise<readonly CommandSpec[]> {
  const groups = await commandTree.load({ prose: true, word: name });
  const group = groups.find((each) => each.name === name);
  const nodes = group?.kind === 'group' ? await group.load({ prose: true }) : [];
  return nodes.filter((node) => node.kind === 'command');
}

const keyId = async (place: Place) =>
  (
    await place.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyId', '--output', 'text'])
  ).out.trim();

const stateOf = async (place: Place, id: string) =>
  (
    await place.ok(['kms', 'describe-key', '--key-id', id, '--query', 'KeyMetadata.KeyState', '--output', 'text'])
  ).out.trim();

test('whoever schedules the deletion of a key is told what is lost, and can leave it', async () => {
  const place = await samplePlace();
  const id = await keyId(place);
  const { shows, type, ended } = place.terminal(['kms', 'schedule-key-deletion', '--key-id', id], small);
  await shows(/unreadable without it: 2 objects\s+and 1 older version in reports/);
  await shows(`Schedule the deletion of the KMS key ${id}?`);
  type(keys.enter);
  const { code, text } = await ended;
  expect(code).toBe(252);
  expect(text).toContain('cancelled: nothing was changed');
  expect(text).not.toContain('without questions');
  expect(await stateOf(place, id)).toBe('Enabled');
});

test('after a yes the command that asks nothing is shown, and does the same', async () => {
  const place = await samplePlace();
  const id = await keyId(place);
  const { shows, type, ended } = place.terminal(['kms', 'disable-key'], small);
  await shows('❯ ');
  type(keys.enter);
  await shows(`Disable the KMS key ${id}?`);
  type(`y${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(0);
  const [, line = ''] = /^without questions: (ssebox .*(?:\n.*)?--yes)$/m.exec(text) ?? [];
  expect(line).toBe(`ssebox kms disable-key --key-id ${id} --yes`);
  expect(await stateOf(place, id)).toBe('Disabled');
  await place.ok(['kms', 'enable-key', '--key-id', id]);
  expect(await place.terminalShell(line).ended).toMatchObject({ code: 0, text: '' });
  expect(await stateOf(place, id)).toBe('Disabled');
});

test.for<[words: string[], question: string]>([
  [['iam', 'delete-user', '--user-name', 'bob'], 'Delete the user "bob"?'],
  [['s3', 'rm', 's3://photos', '--recursive'], 'Delete every object that fits below s3://photos?'],
  [['s3', 'rb', 's3://photos', '--force'], 'Delete the bucket s3://photos and every object in it?'],
  [['s3', 'sync', '.', 's3://photos', '--delete'], 'Delete what is in s3://photos and not in .?'],
  [['bucket', 'policy', 'delete', 'photos'], 'Delete the policy of the bucket "photos"?'],
  [['s3api', 'delete-public-access-block', '--bucket', 'photos'], 'Let policies make the bucket "photos" public?'],
])('%j is asked about on a terminal', async ([words, question]) => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(words, small);
  await shows(question);
  type(keys.enter);
  expect((await ended).code).toBe(252);
});

test.for<[words: string[]]>([
  [['s3', 'rm', 's3://photos/harbour.txt']],
  [['s3', 'rm', 's3://photos', '--recursive', '--dryrun']],
  [['s3', 'rm', 's3://photos', '--recursive', '--yes']],
  [['s3', 'rm', 's3://photos', '--recursive', '--no-input']],
  [['s3', 'sync', 's3://photos', 's3://drafts']],
  [['kms', 'disable-key', '--generate-cli-skeleton']],
  [['explain', 's3', 'rm', 's3://photos', '--recursive']],
])('%j is not', async ([words]) => {
  const { terminal } = await samplePlace();
  const { code, text } = await terminal(words, small).ended;
  expect(code).toBe(0);
  expect(text).not.toContain('(y/N)');
  expect(text).not.toContain('without questions');
});

test.for<[words: string[]]>([
  [['s3', 'rm', 's3://photos', '--recursive']],
  [['kms', 'delete-alias', '--alias-name', 'alias/app']],
  [['bucket', 'public-access-block', 'delete', 'photos']],
])('%j goes on as it did without a terminal', async ([words]) => {
  const { ssebox } = await samplePlace();
  expect(await ssebox(words)).toMatchObject({ code: 0, err: '' });
});

test('called as aws nothing is asked', async () => {
  const place = await samplePlace();
  const id = await keyId(place);
  const line = `eval "$(ssebox shim)" && aws kms describe-key; echo "<$?>"; aws kms disable-key --key-id ${id}; echo "<$?>"`;
  const { code, text } = await place.terminalShell(line, small).ended;
  expect(code).toBe(0);
  expect(text.match(/<\d+>/g)).toEqual(['<252>', '<0>']);
  expect(text).not.toContain('(y/N)');
  expect(text).not.toContain('without questions');
  expect(await stateOf(place, id)).toBe('Disabled');
});

test('a file that is there is replaced only where it is named, or after a yes', async () => {
  const place = await samplePlace();
  writeFileSync(place.path('harbour.txt'), 'mine');
  const words = ['s3', 'get', 's3://photos/harbour.txt'];
  const content = async () => (await place.shell('cat harbour.txt')).out;
  const err = 'to replace the file "./harbour.txt", confirm with --yes\n';
  expect(await place.ssebox(words)).toEqual({ code: 252, out: '', err });
  expect(await content()).toBe('mine');
  const { shows, type, ended } = place.terminal(words, small);
  await shows('Replace the file "./harbour.txt"?');
  type(keys.enter);
  expect((await ended).code).toBe(252);
  expect(await content()).toBe('mine');
  await place.ok([...words, '--yes']);
  expect(await content()).not.toBe('mine');
  writeFileSync(place.path('harbour.txt'), 'mine');
  await place.ok([...words, '.']);
  expect(await content()).not.toBe('mine');
});
