import { PassThrough } from 'node:stream';
import { expect, expectTypeOf, test } from 'vitest';
import { command, group } from '../../src/cli/command.ts';
import { program } from '../../src/cli/run.ts';
import { START, testEnvironment } from '../support/harness.ts';

const show = command({
  name: 'show',
  summary: 'Show what was typed',
  args: { file: { about: 'a file' }, other: { about: 'another', optional: true } },
  options: {
    mode: { about: 'one of two', type: 'string', choices: ['fast', 'slow'] },
    name: { about: 'any', type: 'string', required: true },
    all: { about: 'a switch', type: 'boolean' },
    links: { about: 'a pair', type: 'boolean-pair' },
    limit: { about: 'a number', type: 'integer' },
    pair: { about: 'some', type: 'repeat' },
  },
  examples: [],
  async run({ args, options }) {
    // What the compiler knows of them; that it is true, the tests below show.
    expectTypeOf(args).toEqualTypeOf<{ readonly file: string; readonly other: string | undefined }>();
    expectTypeOf(options).toEqualTypeOf<{
      readonly mode: 'fast' | 'slow' | undefined;
      readonly name: string;
      readonly all: boolean;
      readonly links: boolean | undefined;
      readonly limit: number | undefined;
      readonly pair: readonly string[] | undefined;
    }>();
    return { kind: 'value', value: { args, options } };
  },
});

const gather = command({
  name: 'gather',
  summary: 'Take all words',
  args: { words: { about: 'words', many: true, optional: true } },
  examples: [],
  async run({ args: { words }, options }) {
    expectTypeOf(words).toEqualTypeOf<readonly string[]>();
    // @ts-expect-error: it has no options.
    return { kind: 'value', value: { words, all: options.all } };
  },
});

async function typed(...words: readonly string[]): Promise<unknown> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const tree = group({ name: 'ssebox', summary: 'two commands', load: async () => [show, gather] });
  const environment = testEnvironment(() => START, '/nowhere');
  const code = await program(tree, { name: 'ssebox', file: '' }).run([...words, '--output', 'json'], environment, {
    stdin,
    stdout,
    stderr,
  });
  if (code !== 0) throw new Error(String(stderr.read()));
  return JSON.parse(String(stdout.read()));
}

test('what is absent is undefined, and a switch is off', async () => {
  expect(await typed('show', 'a.txt', '--name', 'n')).toEqual({
    args: { file: 'a.txt' },
    options: { name: 'n', all: false },
  });
});

test('what is typed has the type of its option', async () => {
  const words = [
    '--name',
    '7',
    '--all',
    '--no-links',
    '--limit',
    '7',
    '--pair',
    'a=1',
    '--pair',
    'b=2',
    '--mode',
    'slow',
  ];
  expect(await typed('show', 'a.txt', 'b.txt', ...words)).toEqual({
    args: { file: 'a.txt', other: 'b.txt' },
    options: { name: '7', all: true, links: false, limit: 7, pair: ['a=1', 'b=2'], mode: 'slow' },
  });
});

test('words that may be many are a list, which may be empty', async () => {
  expect(await typed('gather')).toEqual({ words: [] });
  expect(await typed('gather', 'a')).toEqual({ words: ['a'] });
});

test('what a command requires is there before it runs, and a choice is one of its own', async () => {
  await expect(typed('show', '--name', 'n')).rejects.toThrow('the following arguments are required: file');
  await expect(typed('show', 'a.txt')).rejects.toThrow('the following arguments are required: --name');
  await expect(typed('show', 'a.txt', '--name', 'n', '--mode', 'odd')).rejects.toThrow('fast, slow');
});
