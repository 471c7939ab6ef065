import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';
import { samplePlace } from '../support/place.ts';

const get = ['explain', 's3', 'get', 's3://photos/harbour.txt', '--as', 'user/bob'];

test('in a pipe --output tree is the page of a terminal', async () => {
  const line = await newSample();
  const shown = await line.ok(get, { terminal: 80 });
  expect(shown.out).toMatch(/^✗ DENIED: /);
  expect((await line.ok([...get, '--output', 'tree'])).out).toBe(shown.out);
});

test('the page in a pipe has colours only where they are asked for', async () => {
  const line = await newSample();
  const tree = [...get, '--output', 'tree'];
  const variables = { NO_COLOR: '' };
  expect((await line.ok(tree, { variables })).out).not.toContain('\u001b[');
  expect((await line.ok([...tree, '--color', 'on'], { variables })).out).toContain('\u001b[31m');
  expect((await line.ok(tree, { variables, terminal: 80 })).out).toContain('\u001b[31m');
});

test('--output tree works before the command and beats the settings', async () => {
  const line = await newSample();
  const variables = { AWS_DEFAULT_OUTPUT: 'yaml' };
  expect((await line.ok(get, { variables })).out).toMatch(/^Call: s3 get s3:\/\/photos\/harbour\.txt\n/);
  expect((await line.ok(['--output', 'tree', ...get], { variables })).out).toMatch(/^✗ DENIED: /);
});

test.for([
  ['trail', 'lookup'],
  ['kms', 'ls'],
  ['bucket', 'list'],
  ['store', 'info'],
  ['config', 'list'],
  ['s3', 'inspect', 's3://photos/harbour.txt'],
])('every command with a page has it in a pipe: %j', async (words) => {
  const line = await newSample();
  const shown = await line.ok(words, { terminal: 400 });
  expect((await line.ok([...words, '--output', 'tree'])).out).toBe(shown.out);
});

test('a command without a page is refused before it does anything', async () => {
  const line = await newSample();
  const keys = async () => (await line.ok(['kms', 'list-keys'])).out;
  const before = await keys();
  const { code, out, err } = await line.ssebox(['kms', 'create-key', '--output', 'tree']);
  expect({ code, out, err }).toEqual({
    code: 252,
    out: '',
    err: '--output tree only works with commands that have a page for people, such as those of ssebox explain\n',
  });
  expect(await keys()).toBe(before);
});

test('a CI log has the page and below it the verdict', async () => {
  const place = await samplePlace();
  const log = place.path('log');
  const variables = { CI: 'true' };
  const { code } = await place.shell(`ssebox ${get.join(' ')} --output tree --expect allow >${log} 2>&1`, variables);
  expect(code).toBe(1);
  expect(readFileSync(log, 'utf8')).toMatch(
    /^✗ DENIED: .*\ns3 get s3:\/\/photos\/harbour\.txt would be refused at s3 GetObject with\sAccessDenied: .*\nexpected allow, but denied at s3 GetObject: no [^\n]*\n$/s,
  );
});
