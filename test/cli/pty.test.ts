import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { keys, newPlace, type Place, samplePlace } from '../support/place.ts';

/** What a command answers without a terminal. */
async function json(place: Place, ...words: readonly string[]): Promise<unknown> {
  const { code, out, err } = await place.ssebox(words);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

test('a missing key is chosen from those in the store', async () => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(['kms', 'describe-key', '--query', 'KeyMetadata.Description']);
  await shows(/--key-id: .*alias\/app .*Application data/s);
  type(keys.enter);
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toMatch(/\|\s+Application data\s+\|/);
});

test('the keys are those of the region', async () => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(['kms', 'disable-key', '--region', 'eu-west-1']);
  await shows(/alias\/backup/);
  type(keys.enter);
  await shows('(y/N)');
  type(`y${keys.enter}`);
  expect((await ended).code).toBe(0);
});

test('a missing bucket is chosen from those of the account', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['bucket', 'delete']);
  await shows(/drafts.*photos.*reports/s);
  type('draf');
  await shows(/❯ drafts.*as typed:\n {2}draf\n/s);
  type(keys.enter);
  expect((await ended).code).toBe(0);
  expect(await json(place, 'bucket', 'list', '--query', 'Buckets[].Name')).toEqual(['photos', 'reports']);
});

test('the arrow keys move among the choices', async () => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal(['bucket', 'show']);
  await shows('❯ drafts');
  type(keys.down);
  await shows('❯ photos');
  type(keys.enter);
  expect((await ended).text).toContain('arn:aws:s3:::photos');
});

test('a missing principal is chosen from those of the account', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['iam', 'delete-user']);
  await shows(/admin.*ana.*bob/s);
  type('bob');
  await shows('❯ bob');
  type(keys.enter);
  await shows('(y/N)');
  type(`y${keys.enter}`);
  expect((await ended).code).toBe(0);
  expect(await json(place, 'iam', 'list-users', '--query', 'Users[].UserName')).toEqual(['admin', 'ana']);
});

test('several missing arguments are prompted for one after the other', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['kms', 'create-alias']);
  await shows('--alias-name');
  type(`alias/second${keys.enter}`);
  await shows('--target-key-id');
  type(keys.enter);
  expect((await ended).code).toBe(0);
  expect(await json(place, 'kms', 'list-aliases', '--query', 'Aliases[].AliasName')).toContain('alias/second');
});

test('a value that only some words can be is chosen from them', async () => {
  const { terminal } = await samplePlace();
  const words = ['kms', 'generate-data-key-pair-without-plaintext', '--key-id', 'alias/app', '--query', 'KeyPairSpec'];
  const { shows, type, ended } = terminal(words);
  await shows('RSA_2048');
  type('ECC_NIST_P256');
  await shows('❯ ECC_NIST_P256');
  type(keys.enter);
  expect((await ended).text).toMatch(/\|\s+ECC_NIST_P256\s+\|/);
});

test('the arguments that were typed are used beside the answers', async () => {
  const place = await samplePlace();
  const names = async () => json(place, 's3api', 'list-objects-v2', '--bucket', 'photos', '--query', 'Contents[].Key');
  const before = await names();
  const { shows, type, ended } = place.terminal(['s3', 'rm', '--recursive', '--exclude', '*', '--include', 'harbour*']);
  await shows('path:');
  type('s3://photos');
  await shows(/❯ s3:\/\/photos\/.*as typed:\n {2}s3:\/\/photos\n/s);
  type(keys.enter);
  await shows('(y/N)');
  type(`y${keys.enter}`);
  expect((await ended).code).toBe(0);
  expect(before).toContain('harbour.txt');
  expect(await names()).toEqual(Array.isArray(before) && before.filter((name) => name !== 'harbour.txt'));
});

test('an argument of several words is prompted for as one', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['bucket', 'tags', 'set', 'photos']);
  await shows('tags:');
  type(`team=blue and green${keys.enter}`);
  expect((await ended).code).toBe(0);
  expect(await json(place, 'bucket', 'tags', 'get', 'photos', '--query', 'TagSet')).toEqual([
    { Key: 'team', Value: 'blue and green' },
  ]);
});

test('an answer that does not fit is refused at once, and can be mended', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['bucket', 'default-encryption', 'set', 'photos']);
  await shows('--sse:');
  type('AES25');
  await shows('❯ AES256');
  type('x');
  await shows('❯ AES25x');
  type(keys.enter);
  await shows('--sse takes one of AES256, aws:kms, aws:kms:dsse, not "AES25x"');
  type(`${keys.backspace}6`);
  await shows('❯ AES256');
  type(keys.enter);
  expect((await ended).code).toBe(0);
});

test('Ctrl-C at a prompt ends with 130, and nothing is done', async () => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(['kms', 'disable-key']);
  await shows('alias/app');
  type(keys.interrupt);
  expect((await ended).code).toBe(130);
  const state = ['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyState'];
  expect(await json(place, ...state)).toBe('Enabled');
});

test('Ctrl-C at a text ends with 130, and no store is made', async () => {
  const place = newPlace();
  const { shows, type, ended } = place.terminal(['bucket', 'create']);
  await shows('bucket: the name of the new bucket');
  type(`phot${keys.interrupt}`);
  expect(await ended).toMatchObject({ code: 130 });
});

test.for<[string, string[], Record<string, string>]>([
  ['--no-input', ['--no-input'], {}],
  ['CI=1', [], { CI: '1' }],
  ['CI=true', [], { CI: 'true' }],
])('with %s there are no prompts, even on a terminal', async ([, words, variables]) => {
  const { terminal } = newPlace();
  expect(await terminal(['kms', 'create-alias', ...words], { variables }).ended).toEqual({
    code: 252,
    text: 'the following arguments are required: --alias-name, --target-key-id\n',
  });
  expect(await terminal(['bucket', 'show', ...words], { variables }).ended).toEqual({
    code: 252,
    text: 'the following arguments are required: bucket\n',
  });
});

test('CI=false prompts', async () => {
  const { terminal } = newPlace();
  const { shows, type, ended } = terminal(['bucket', 'create'], { variables: { CI: 'false' } });
  await shows('bucket: the name of the new bucket');
  type(keys.interrupt);
  await ended;
});

test('results are tables on a terminal and JSON in a pipe', async () => {
  const { terminal, terminalShell, ssebox } = await samplePlace();
  const words = ['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.{State: KeyState}'];
  const value = '{\n    "State": "Enabled"\n}\n';
  expect((await terminal(words).ended).text).toMatch(/^-+\n\|\s+DescribeKey\s+\|\n/);
  expect(await ssebox(words)).toEqual({ code: 0, out: value, err: '' });
  expect((await terminal([...words, '--output', 'json']).ended).text).toBe(value);
  expect((await terminalShell("ssebox bucket list --query 'length(Buckets)' | cat").ended).text).toBe('3\n');
});

test('prompts go to standard error, so that a pipe has only the result', async () => {
  const { terminalShell } = await samplePlace();
  const { shows, type, ended } = terminalShell('answer=$(ssebox bucket show --query Name); echo "<$answer>"');
  await shows('❯ drafts');
  type(keys.enter);
  expect((await ended).text).toContain('<"drafts">');
});

test('a table that is wider than the terminal is shown vertically', async () => {
  const { terminal } = await samplePlace();
  const words = [
    'kms',
    'describe-key',
    '--key-id',
    'alias/app',
    '--query',
    'KeyMetadata.{KeyId: KeyId, Of: AWSAccountId}',
  ];
  expect((await terminal(words, { columns: 100 }).ended).text).toMatch(/KeyId\s+\|\s+Of/);
  expect((await terminal(words, { columns: 50 }).ended).text).toMatch(/\|\s+KeyId\s*\|\s+[0-9a-f-]{36}\s+\|\n/);
});

test('after a refusal a person is shown which command to try next', async () => {
  const { terminal, ssebox } = await samplePlace();
  const words = ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'aGVsbG8=', '--as', 'user/bob'];
  const { code, text } = await terminal(words).ended;
  const lines = text.trimEnd().split('\n');
  expect(code).toBe(254);
  expect(lines[0]).toMatch(/^An error occurred \(AccessDeniedException\) when calling the Encrypt operation: /);
  expect(lines.slice(1)).toEqual(['hint: ssebox explain last --fix']);
  const inPipe = await ssebox(words);
  expect(inPipe).toEqual({ code: 254, out: '', err: `${lines[0]}\n` });
});

test.for([
  [['s3', 'cp', 's3://photos', '/nowhere/down', '--recursive'], 1],
  [['s3', 'rm', 's3://photos/harbour.txt'], 1],
  [['s3', 'rm', 's3://photos/harbour.txt', '--quiet'], 0],
  [['s3', 'cp', 's3://photos/harbour.txt', '-'], 1],
  [['s3', 'cp', 's3://photos/harbour.txt', '/nowhere/down'], 1],
  [['s3', 'mb', 's3://another-bucket'], 1],
] as const)('so they are after transfers that were refused: %j', async ([words, hints]) => {
  const { terminal, ssebox } = await samplePlace();
  const command = [...words, '--as', 'user/bob'];
  const { code, text } = await terminal(command).ended;
  expect([code, text.split('hint: ssebox explain last --fix').length - 1]).toEqual([1, hints]);
  expect((await ssebox(command)).err).not.toContain('hint:');
});

const deletion = ['bucket', 'delete', 'photos', '--force'];
const question = 'Delete the bucket "photos" and every object in it?';

test.for([
  ['Enter', keys.enter, 252],
  ['n', `n${keys.enter}`, 252],
  ['Ctrl-C', keys.interrupt, 130],
] as const)('%s at the question leaves everything as it was', async ([, answer, code]) => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal(deletion);
  await shows(question);
  type(answer);
  expect((await ended).code).toBe(code);
  const objects = ['s3api', 'list-objects-v2', '--bucket', 'photos', '--query', 'length(Contents)'];
  expect(await json(place, ...objects)).toBe(2);
});

test.for([
  ['choices', ['s3', 'get'], 'object:'],
  ['the keys of a region', ['kms', 'describe-key'], '--key-id:'],
  ['a text', ['config', 'set'], 'name:'],
  ['yes or no', deletion, question],
] as const)('a terminal that is closed at a question for %s ends the program', async ([, words, asked]) => {
  const { terminal, ssebox } = await samplePlace();
  const { shows, hangUp } = terminal(words);
  await shows(asked);
  expect(await hangUp()).toBe(constants.signals.SIGHUP);
  // No hint that a command was killed.
  expect((await ssebox(['s3', 'ls'])).err).toBe('');
});

test.for([
  ['the answer is yes', [], `y${keys.enter}`],
  ['--yes was given', ['--yes'], undefined],
] as const)('deletion goes ahead when %s', async ([, words, answer]) => {
  const place = await samplePlace();
  const { shows, type, ended } = place.terminal([...deletion, ...words]);
  if (answer !== undefined) {
    await shows(question);
    type(answer);
  }
  expect((await ended).code).toBe(0);
  expect(await json(place, 'bucket', 'list', '--query', 'Buckets[].Name')).toEqual(['drafts', 'reports']);
});

test('without a terminal nothing is destroyed without --yes', async () => {
  const place = await samplePlace();
  const err = 'to delete the bucket "photos" and every object in it, confirm with --yes\n';
  expect(await place.ssebox(deletion)).toEqual({ code: 252, out: '', err });
  expect(await json(place, 'bucket', 'list', '--query', 'length(Buckets)')).toBe(3);
});

test('a store is replaced by a backup only after a yes', async () => {
  const place = await samplePlace();
  const backup = place.path('backup');
  expect((await place.ssebox(['store', 'backup', backup])).code).toBe(0);
  await place.ssebox(['bucket', 'delete', 'drafts']);
  const buckets = () => json(place, 'bucket', 'list', '--query', 'Buckets[].Name');
  const question = 'Replace the store';

  const refused = place.terminal(['store', 'restore', backup], { columns: 300 });
  await refused.shows(question);
  refused.type(keys.enter);
  expect(await refused.ended).toMatchObject({
    code: 252,
    text: expect.stringContaining('cancelled: nothing was changed'),
  });
  expect(await buckets()).toEqual(['photos', 'reports']);

  const said = place.terminal(['store', 'restore', backup], { columns: 300 });
  await said.shows(question);
  said.type(`y${keys.enter}`);
  expect(await said.ended).toMatchObject({ code: 0, text: expect.stringContaining(`(restored from ${backup})`) });
  expect(await buckets()).toEqual(['drafts', 'photos', 'reports']);
});

test('the command that a refusal names explains that refusal, in the same store', async () => {
  const place = await samplePlace();
  const words = ['s3', 'get', 's3://photos/harbour.txt', '-', '--as', 'user/bob', '--store', place.store];
  const variables = { SSEBOX_STORE: place.path('another') };
  const { text } = await place.terminal(words, { variables, columns: 400 }).ended;
  const [, command = ''] = /^hint: (ssebox .*)$/m.exec(text.replaceAll('\r', '')) ?? [];
  expect(command).toBe(`ssebox explain last --fix --store ${place.store}`);
  const { code, out } = await place.shell(`${command} --output tree`, variables);
  expect(code).toBe(0);
  expect(out).toMatch(/^✗ DENIED: .*\nadd to an identity-based policy of .*\ns3 GetObject was refused/s);
});

test('an explanation has the width of the terminal, and its verdict comes last', async () => {
  const { terminal } = await samplePlace();
  const words = ['explain', 's3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/bob', '--expect', 'deny'];
  const { code, text } = await terminal(words, { columns: 60 }).ended;
  expect(code).toBe(0);
  const lines = text.replaceAll('\r', '').trimEnd().split('\n');
  const verdict = lines.findIndex((line) => line.startsWith('as expected, denied at s3 GetObject: '));
  expect(verdict).toBeGreaterThan(20);
  // A key's ARN is wider than the terminal, and stands alone behind the strokes.
  const page = lines.slice(0, verdict);
  const wide = page.filter((line) => line.length > 60);
  expect(wide.length).toBeGreaterThan(0);
  for (const line of wide) expect(line).toMatch(/^[│ ]*arn:aws:kms:[^ ]+$/);
  expect(page).toContain('│  ├─ it does not allow this; within one account an');
  expect(page).toContain('│  │  identity-based policy is enough');
});
