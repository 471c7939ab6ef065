import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asking, completionLines } from '../../src/cli/docs/complete.ts';
import { readLine, shellText } from '../../src/cli/docs/shell-words.ts';

/** The default of bash. */
const BREAKS = ' \t\n"\'@><=;|&(:';

/** What the program is run with when bash reads each of these lines. */
function wordsInBash(lines: readonly string[]): string[][] {
  const script = `words() { printf '%s\\0' "$@"; printf '\\1\\0'; }\n${lines.map((line) => `words ${line}\n`).join('')}`;
  const out = execFileSync('bash', ['--norc'], { input: script, encoding: 'utf8' });
  return out
    .split('\u0001\0')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

/** Letters that shells, their history and their line editors act on. */
const letter = fc.constantFrom(
  ...['a', '-', ' ', '\t', '\n', "'", '"', '\\', '$', '`', '!', '~', '#', '*', '?', '[', ']', '{', '}', '(', ')', ';'],
  ...[
    '&',
    '|',
    '<',
    '>',
    '=',
    ':',
    '^',
    '%',
    '@',
    'é',
    '鍵',
    '🔑',
    '\u001b',
    '\u009b',
    '\u202e',
    '\u007f',
    '1',
    'x',
    'f',
  ],
);
const name = fc.string({ unit: letter, maxLength: 12 });
const quote = fc.constantFrom('' as const, "'" as const, '"' as const, "$'" as const);

/** A line on which a part of a name was typed, with a quote left open, and what is offered for the rest of it. */
function offered(value: string, typed: number, open: '' | "'" | '"' | "$'"): { typed: string; whole: string } {
  const begun = `${open}${shellText(value.slice(0, typed), open)}`;
  const line = readLine(`ssebox ${begun}`, BREAKS);
  const asking: Asking = { shell: 'bash', line };
  const [insert = ''] = completionLines({ choices: [{ value }], files: false }, asking);
  // Readline replaces from where it begins, and closes the quote.
  const from = begun.length - line.replaced.length;
  return {
    typed: begun,
    whole: `${begun.slice(0, from)}${insert}${line.quote === '' ? '' : '\'"'.includes(line.quote) ? line.quote : "'"}`,
  };
}

test('what is offered is read by bash as the name, wherever the typed part ends and whatever quote is open', () => {
  const all = fc.sample(fc.tuple(name, fc.nat(12), quote), 600);
  const cases = all.map(([value, typed, open]) => {
    const at = [...value].slice(0, typed).join('').length;
    return { value, ...offered(value, at, open) };
  });
  expect(wordsInBash(cases.map(({ whole }) => `ssebox ${whole || "''"}`))).toEqual(
    cases.map(({ value }) => ['ssebox', value]),
  );
});

test('a typed line is read as bash reads it', () => {
  const words = fc.sample(fc.array(fc.tuple(name, quote), { minLength: 1, maxLength: 4 }), 300);
  const lines = words.map((each) =>
    each.map(([text, open]) => `${open}${shellText(text, open)}${open.slice(-1)}` || "''").join(' '),
  );
  expect(lines.map((line) => readLine(line, BREAKS).words)).toEqual(wordsInBash(lines));
});

// Bash Reference Manual, "Quoting"; what readline replaces begins after the last break that is not quoted, or the quote.
test.for<[line: string, word: string, replaced: string, kept: number, quote: string]>([
  ['ssebox ', '', '', 0, ''],
  ['ssebox s3 ls s3://b/a', 's3://b/a', '//b/a', 3, ''],
  ['ssebox s3 ls s3\\://b/a', 's3://b/a', 's3\\://b/a', 0, ''],
  ["ssebox s3 ls 's3://b/a b", 's3://b/a b', 's3://b/a b', 0, "'"],
  ['ssebox s3 ls "s3://b/a', 's3://b/a', 's3://b/a', 0, '"'],
  ['ssebox s3 ls s3://b/"a b', 's3://b/a b', 'a b', 7, '"'],
  ['ssebox s3 ls "s3://b/a b"c', 's3://b/a bc', '"s3://b/a b"c', 0, ''],
  ['ssebox s3 ls a\\ b', 'a b', 'a\\ b', 0, ''],
  ['ssebox s3 ls a\\', 'a', 'a', 0, ''],
  ['ssebox s3 ls "a\\', 'a', 'a', 0, '"'],
  ["ssebox s3 ls a$'\\x1b\\x", 'a\u001b', '\\x1b', 1, "$'"],
  ["ssebox s3 ls a$'\\x1b\\x0", 'a\u001b', '\\x1b', 1, "$'"],
  ["ssebox s3 ls a$'\\x1b\\", 'a\u001b', '\\x1b', 1, "$'"],
  ["ssebox s3 ls $'a\\\\x", 'a\\x', 'a\\\\x', 0, "$'"],
  ['ssebox s3 ls $(touch', '$(touch', 'touch', 2, ''],
])('of %j the word is %j, and %j is replaced', ([line, word, replaced, kept, quote]) => {
  const read = readLine(line, BREAKS);
  expect([read.words.at(-1), read.replaced, read.kept, read.quote]).toEqual([word, replaced, kept, quote]);
});

const lines = (value: string, asking: Asking) =>
  completionLines({ choices: [{ value, about: 'a\tb' }], files: false }, asking);

test.for<[name: string, zsh: string, fish: string]>([
  ['a b', 'a\\ b\ta b  -- a b', 'a\\ b\ta b'],
  [
    'x$(touch$\u007bIFS}P)',
    'x\\$\\(touch\\$\\{IFS\\}P\\)\tx$(touch$\u007bIFS}P)  -- a b',
    'x\\$\\(touch\\$\\{IFS\\}P\\)\ta b',
  ],
  ['a\nb\u001b', "a$'\\x0a'b$'\\x1b'\ta\\x0ab\\x1b  -- a b", 'a\\X0ab\\X1b\ta b'],
])('%j is quoted for zsh and fish, and spelled out where they show it', ([value, zsh, fish]) => {
  expect(lines(value, { shell: 'zsh' })).toEqual([zsh]);
  expect(lines(value, { shell: 'fish' })).toEqual([fish]);
});

test('a script that does not say its shell is given only names that need no quotes', () => {
  expect(lines('alias/app', { shell: undefined })).toEqual(['alias/app\ta b']);
  for (const value of ['x$(touch)', 'a b', 'a\nb', '~', "it's"]) expect(lines(value, { shell: undefined })).toEqual([]);
});

test('a name with NUL is offered to no shell', () => {
  for (const shell of ['zsh', 'fish', undefined] as const) expect(lines('a\0b', { shell })).toEqual([]);
});
