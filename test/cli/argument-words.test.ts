import { expect, test } from 'vitest';
import { dealtOut } from '../../src/cli/argument-words.ts';
import type { CommandSpec } from '../../src/cli/command.ts';
import { takeGlobals } from '../../src/cli/globals.ts';
import { newCommandLine } from '../support/command-line.ts';

const options: CommandSpec['options'] = {
  name: { about: '', type: 'string' },
  keys: { about: '', type: 'list' },
  sure: { about: '', type: 'boolean-pair' },
};

/** What argparse hands on, run with the AWS CLI's parser for one text, one list and one pair of switches. */
test.for<[words: string[], dealt: string[], emptyLists?: string[]]>([
  [
    ['--name', 'a', '--sure'],
    ['--name=a', '--sure'],
  ],
  [['--name', '-'], ['--name=-']],
  [['--name', '-1'], ['--name=-1']],
  [['--name', '-.5'], ['--name=-.5']],
  [['--name', '- a b'], ['--name=- a b']],
  [['--name', '-----BEGIN CERTIFICATE-----\nAA'], ['--name=-----BEGIN CERTIFICATE-----\nAA']],
  [['--name=--sure'], ['--name=--sure']],
  [['--name', ''], ['--name=']],
  [
    ['--keys', 'a', 'b', '--name', 'c'],
    ['--keys=a', '--keys=b', '--name=c'],
  ],
  [
    ['--keys', '-1', '-x', 'b'],
    ['--keys=-1', '-x', 'b'],
  ],
  [['--keys', 'a', 'b', '--keys', 'c'], ['--keys=c']],
  [
    ['--keys=a', 'b'],
    ['--keys=a', 'b'],
  ],
  [['--keys', '--name', 'c'], ['--name=c'], ['keys']],
  [['--keys', 'a', '--keys'], [], ['keys']],
  [
    ['--keys', 'a', '--', '--name'],
    ['--keys=a', '--', '--name'],
  ],
  [
    ['--unknown', '-x'],
    ['--unknown', '-x'],
  ],
])('%j is dealt out', ([words, dealt, emptyLists = []]) => {
  expect(dealtOut(words, { options }, 'help')).toEqual({ words: dealt, emptyLists });
});

test.for([['--name', '--sure'], ['--name', '--'], ['--name', '-x'], ['--name', '--keys=a b'], ['--name']])(
  '%j lacks a value',
  (words) => {
    expect(() => dealtOut(words, { options }, 'help')).toThrow('--name needs a value: VALUE');
  },
);

test.for([
  ['--region', '--output', 'json'],
  ['--query', '-x'],
  ['--profile', '--'],
])('%j lacks a value, too', (words) => {
  expect(() => takeGlobals(words)).toThrow(`${words[0]} needs a value: `);
});

test('the way out for a value that begins with a dash is shown, and works', async () => {
  const line = newCommandLine();
  const words = ['kms', 'create-key', '--description', '-x'];
  const refused = await line.ssebox(words, { terminal: 100 });
  expect(refused).toMatchObject({ code: 252, out: '' });
  expect(refused.err).toContain('--description needs a value: VALUE');
  expect(refused.err).toContain('the value "-x" is written --description=-x');
  const made = await line.ok(['kms', 'create-key', '--description=-x']);
  expect(made.json).toMatchObject({ KeyMetadata: { Description: '-x' } });
});

test('a list may be empty, and of two lists the last one counts', async () => {
  const line = newCommandLine();
  await line.ok(['iam', 'create-user', '--user-name', 'ann', '--tags', 'Key=a,Value=1', 'Key=b,Value=2']);
  const tags = async () =>
    (await line.ok(['iam', 'list-user-tags', '--user-name', 'ann', '--query', 'Tags[].Key'])).json;
  await line.ok(['iam', 'untag-user', '--user-name', 'ann', '--tag-keys']);
  expect(await tags()).toEqual(['a', 'b']);
  await line.ok(['iam', 'untag-user', '--user-name', 'ann', '--tag-keys', 'a', '--tag-keys', 'b']);
  expect(await tags()).toEqual(['a']);
});
