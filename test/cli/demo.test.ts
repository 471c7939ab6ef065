import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { shellWord } from '../../src/api/shell-word.ts';
import { demoSteps } from '../../src/cli/commands/demo/steps.ts';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';

/** A folder for what is thrown away, which no other run looks into. */
function ownTemporary(line: CommandLine): string {
  const before = tmpdir();
  const folder = line.path('temporary');
  mkdirSync(folder);
  process.env.TMPDIR = folder;
  onTestFinished(() => {
    process.env.TMPDIR = before;
  });
  return folder;
}

test('the story succeeds with the user’s own file, and leaves nothing behind', async () => {
  const line = newCommandLine();
  const file = line.path('my letter.txt');
  writeFileSync(file, 'It was a bright cold day in April.\n'.repeat(3000));
  const temporary = ownTemporary(line);
  const { code, out, err } = await line.ssebox(['demo', file]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`$ export SSEBOX_STORE=${temporary}/ssebox-demo-`);
  expect(out).toContain("$ ssebox s3 put '");
  expect(out).toContain('✓ the same 105000 bytes');
  expect(out).toContain('✗ DENIED: arn:aws:iam::111122223333:user/eve may not kms:Decrypt');
  expect(out.trimEnd().split('\n').at(-1)).toBe('✓ Everything went as it should.');
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(line.folder)).toEqual(['my letter.txt', 'temporary']);
});

test('without a file there is a default, even an empty file will do, and a missing one is named', async () => {
  const line = newCommandLine();
  expect((await line.ssebox(['demo'])).code).toBe(0);
  const empty = line.path('empty');
  writeFileSync(empty, '');
  expect((await line.ssebox(['demo', empty])).code).toBe(0);
  const { code, err } = await line.ssebox(['demo', line.path('none')]);
  expect([code, err]).toEqual([252, expect.stringContaining(line.path('none'))]);
});

describe('a step that does not go as expected is reported', () => {
  const file = { path: 'f', name: 'f', bytes: Buffer.from('some words that are long enough') };
  const steps = demoSteps(file, '/nowhere', '/nowhere');
  // The result of the step with these words when its command ends like this.
  const verdict = (word: string, outcome: { readonly code: number; readonly text: string }) =>
    steps.find(({ words }) => words?.join(' ').includes(word))?.check(outcome);

  test.for([
    ['create-alias', { code: 254, text: '' }],
    ['s3 inspect', { code: 0, text: 'nothing' }],
    ['--as user/eve', { code: 0, text: 'download: …' }],
    ['--as user/eve', { code: 254, text: 'An error occurred (NoSuchKey) …' }],
    ['explain last', { code: 0, text: 'ALLOWED' }],
    ['trail lookup', { code: 0, text: 'CreateKey' }],
  ] as const)('%s that exits with %o', ([word, outcome]) => {
    expect(verdict(word, outcome)).toMatchObject({ isWrong: true });
  });
});

test.for([
  ['a/b.txt', 'a/b.txt'],
  ['two words', "'two words'"],
  ["it's", "'it'\\''s'"],
  ['', "''"],
] as const)('%s is typed as %s', ([word, typed]) => {
  expect(shellWord(word)).toBe(typed);
});
