import { mkdirSync, readdirSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { pagerOf } from '../../src/cli/commands/demo/pager.ts';
import { displayWidth } from '../../src/cli/output/display-width.ts';
import { waitForEnter } from '../../src/cli/wait-for-enter.ts';
import { newCommandLine } from '../support/command-line.ts';
import { keys, newPlace } from '../support/place.ts';

const rowsOf = (lines: readonly string[], width: number): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / width)), 0);

/** Lines fit, except commands, which are there to be copied, and what is one word, such as an ARN. */
function expectWhole(text: string, width: number): void {
  const wide = text.split('\n').filter((line) => displayWidth(line) > width);
  for (const line of wide) expect(line).toMatch(/^\$ | {2}hint: |^[│├└─ |]*[^ ]+$/);
}

/** A place for what is thrown away, which no other run looks into. */
function withTemporary() {
  const place = newPlace();
  const temporary = place.path('temporary');
  mkdirSync(temporary);
  return { ...place, temporary, variables: { TMPDIR: temporary } };
}

test('on a terminal of 80 columns and 24 lines, nothing scrolls away before Enter', async () => {
  const { terminal, temporary, variables } = withTemporary();
  const { shows, type, ended } = terminal(['demo', '--step'], { columns: 80, rows: 24, variables });
  const screens: string[] = [];
  while (!screens.at(-1)?.includes('Everything went as it should.')) {
    const fresh = await shows(/\(Enter\)$|to end --$|Everything went as it should\.\n/);
    // The line break of the Enter before is on the line that is cleared.
    screens.push(fresh.replace(/^\r?\n/, ''));
    if (!fresh.includes('Everything went')) type(keys.enter);
  }
  expect((await ended).code).toBe(0);
  for (const screen of screens) expect(rowsOf(screen.trimEnd().split('\n'), 80)).toBeLessThanOrEqual(24);
  const steps = screens.filter((screen) => screen.includes('for the next step'));
  const pages = screens.filter((screen) => screen.includes('-- more --'));
  expect(steps.length).toBeGreaterThan(15);
  expect(pages.length).toBeGreaterThan(0);
  // A step ends with its verdict.
  for (const step of steps) expect(step.split('\n').filter((line) => /^[✓✗] /.test(line))).toHaveLength(1);
  // Words stay whole; a command is there to be copied.
  expectWhole(screens.join('\n'), 80);
  expect(readdirSync(temporary)).toEqual([]);
});

test.for<[string, string]>([
  ['Ctrl-C', keys.interrupt],
  ['Ctrl-D', '\u0004'],
])('%s ends it and takes the temporary store away', async ([, key]) => {
  const { terminal, temporary, variables } = withTemporary();
  const { shows, type, ended } = terminal(['demo', '--step'], { columns: 80, rows: 24, variables });
  await shows('for the next step');
  expect(readdirSync(temporary)).toHaveLength(1);
  type(keys.enter);
  await shows('for the next step');
  type(key);
  const { code, text } = await ended;
  expect(code).toBe(130);
  expect(text).not.toContain('went as it should');
  expect(readdirSync(temporary)).toEqual([]);
});

test('a signal that ends the program ends the wait, too', async () => {
  const stdin = new PassThrough();
  const output = new PassThrough();
  const controller = new AbortController();
  const streams = { stdin, stdout: output, stderr: output, questions: output };
  const waiting = waitForEnter('-- more --', { streams }, controller.signal);
  const ended = expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  controller.abort();
  // As the handler of the signal does.
  stdin.on('error', () => {}).destroy(controller.signal.reason);
  await ended;
});

test('without a terminal there is nobody to wait for', async () => {
  const { code, out, err } = await newPlace().ssebox(['demo', '--step']);
  expect([code, out]).toEqual([252, '']);
  expect(err).toContain('--step waits for Enter, which needs a terminal');
});

test.for([60, 100])('without --step its lines fit in %i columns, except commands', async (terminal) => {
  const { out } = await newCommandLine().ok(['demo'], { terminal });
  expectWhole(out, terminal);
  expect(out).toContain('Everything went as it should.');
});

describe('the pager', () => {
  // What is shown on a screen of 10 columns and 4 lines, with a dash for each pause.
  async function paged(...groups: readonly string[][]): Promise<string> {
    const shown: string[] = [];
    const pause = async () => void shown.push('-');
    const pager = pagerOf({ width: 10, height: 4, pause });
    for (const [i, lines] of groups.entries()) {
      if (i > 0) await pager.rest();
      for await (const line of pager.show(lines)) shown.push(line);
    }
    return shown.join(' ');
  }

  test.for([
    [[['a', 'b', 'c']], 'a b c'],
    [[['a', 'b', 'c', 'd']], 'a b c - d'],
    [
      [
        ['a', 'b'],
        ['c', 'd', 'e'],
      ],
      'a b - c d e',
    ],
    [[['a', 'wide'.repeat(5), 'c']], `a ${'wide'.repeat(5)} - c`],
    [[['a', 'wide'.repeat(10), 'c']], `a - ${'wide'.repeat(10)} - c`],
    [[['漢字漢字漢字', '漢字漢字漢字']], '漢字漢字漢字 - 漢字漢字漢字'],
  ] as const)('%j is %s', async ([groups, shown]) => {
    expect(await paged(...groups.map((group) => [...group]))).toBe(shown);
  });
});
