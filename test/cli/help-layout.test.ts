import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/cli/output/display-width.ts';
import { newCommandLine, newSample } from '../support/command-line.ts';
import { documentedCommands } from '../support/examples.ts';
import { newPlace } from '../support/place.ts';

const commands = await documentedCommands();
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

test.for([40, 60, 80, 120])('the help of every command is wrapped once in %i columns, between words', async (width) => {
  const line = newCommandLine();
  for (const { path, spec } of commands) {
    const { out } = await line.ok([...path.split(' '), '--help'], { terminal: width });
    const [text = '', examples = ''] = out.split('\nExamples:\n');
    for (const each of text.split('\n')) {
      // A word that is wider than its column has a line of its own.
      if (displayWidth(each) > width) expect(each, path).toMatch(/^ *\S+$/);
    }
    for (const each of examples.split('\n')) {
      // What is wider is in quotes, or is one option with its value.
      if (displayWidth(each) > width) expect(each.replace(/ \\$/, ''), path).toMatch(/^ +(\$ )?\S+( \S+)?$|["'()]/);
    }
    if (spec.unavailable) continue;
    for (const paragraph of spec.description?.split(/\n\s*\n/) ?? []) {
      expect(inOneLine(text)).toContain(inOneLine(paragraph));
      const [first = ''] = inOneLine(paragraph).split(' ');
      const lines =
        text
          .split('\n\n')
          .find((shown) => inOneLine(shown) === inOneLine(paragraph))
          ?.split('\n') ?? [];
      expect(lines[0]?.split(' ')[0]).toBe(first);
      // Each line has all the words that fit.
      for (const [i, next] of lines.slice(1).entries())
        expect(displayWidth(`${lines[i]} ${next.split(' ')[0]}`)).toBeGreaterThan(width);
    }
  }
});

test('a switch and its opposite are one line, and an option with a value is not one of them', async () => {
  const line = newCommandLine();
  const { out } = await line.ok(['kms', 'encrypt', '--help']);
  expect(out).toContain('  --[no-]dry-run ');
  expect(out).not.toContain('--no-dry-run');
  const program = (await line.ok(['--help'])).out;
  expect(program).toContain('  --color <WHEN> ');
  expect(program).toContain('  --no-color ');
});

describe('an example that is broken on a terminal', () => {
  const lines = commands.flatMap(({ path, spec }) => (spec.examples.length > 0 ? [path] : []));

  test('reads like the whole one once a shell has joined its lines', async () => {
    const line = newCommandLine();
    for (const path of lines) {
      const { out } = await line.ok([...path.split(' '), '--help'], { terminal: 60 });
      const whole = (await line.ok([...path.split(' '), '--help'])).out;
      const examplesOf = (text: string) => text.slice(text.indexOf('\nExamples:\n'));
      // A shell drops a backslash with the line break behind it; the blanks of the indent are one.
      expect(
        examplesOf(out)
          .replace(/\\\n {6}/g, '')
          .replace(/ {2,}/g, ' '),
      ).toBe(examplesOf(whole).replace(/ {2,}/g, ' '));
    }
  });
});

describe('a line without a command', () => {
  test('the program alone shows its help', async () => {
    const line = newCommandLine();
    const help = await line.ok(['--help']);
    expect(await line.ssebox([])).toMatchObject({ code: 0, err: '', out: help.out });
  });

  test.for(['kms', 's3', 'bucket policy', 's3api wait', 'explain', 'trail'])(
    '%s alone shows its help on standard error, and is an error',
    async (group) => {
      const line = await newSample();
      const help = await line.ok([...group.split(' '), '--help']);
      const alone = await line.ssebox(group.split(' '));
      expect(alone).toMatchObject({ code: 252, out: '', err: `${help.out}\na command is missing\n` });
    },
  );

  test('a program that reads errors as JSON gets the error alone', async () => {
    const { code, out, err } = await newCommandLine().ssebox(['s3', '--error-format', 'json']);
    expect({ code, out, error: JSON.parse(err) }).toEqual({
      code: 252,
      out: '',
      error: { Error: { Code: 'UsageError', Message: 'a command is missing' } },
    });
  });

  test('the help of a group is as wide as the terminal that it is shown on', async () => {
    const { code, text } = await newPlace().terminal(['s3'], { columns: 60 }).ended;
    expect(code).toBe(252);
    for (const each of text.split(/\r?\n/)) expect(displayWidth(each)).toBeLessThanOrEqual(60);
  });
});
