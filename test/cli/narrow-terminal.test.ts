import { expect, test } from 'vitest';
import { displayWidth } from '../../src/cli/output/display-width.ts';
import { newSample } from '../support/command-line.ts';

const widths = (out: string): number[] => out.trimEnd().split('\n').map(displayWidth);

test.for([
  ['kms', 'ls'],
  ['trail', 'lookup'],
  ['trail', 'tail'],
])('%s %s fits in a terminal of 80 columns, and marks what is shortened', async (words) => {
  const line = await newSample();
  const { out } = await line.ok(words, { terminal: 80 });
  expect(Math.max(...widths(out))).toBeLessThanOrEqual(80);
  expect(out).toContain('…');
});

test('a wide terminal and a pipe have everything', async () => {
  const line = await newSample();
  for (const words of [
    ['kms', 'ls'],
    ['trail', 'tail'],
  ]) {
    expect((await line.ok(words, { terminal: 300 })).out).not.toContain('…');
    expect((await line.ok(words)).out).not.toContain('…');
  }
});

test("a key's alias and id stay complete if there is room for them", async () => {
  const line = await newSample();
  const { out } = await line.ok(['kms', 'ls'], { terminal: 80 });
  expect(out).toMatch(/^alias\/app +[0-9a-f-]{36} +Enabled /m);
});
