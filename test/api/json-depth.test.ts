import { expect, test } from 'vitest';
import { isTooDeep, MAX_JSON_DEPTH } from '../../src/api/json-depth.ts';

const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test.for<[text: string, isDeep: boolean]>([
  [lists(MAX_JSON_DEPTH), false],
  [lists(MAX_JSON_DEPTH + 1), true],
  [`${'{"a":'.repeat(MAX_JSON_DEPTH + 1)}1${'}'.repeat(MAX_JSON_DEPTH + 1)}`, true],
  ['['.repeat(100_000), true],
  [`[${'[],'.repeat(5000)}[]]`, false],
  [`["${'['.repeat(5000)}"]`, false],
  [`["\\"${'['.repeat(5000)}"]`, false],
])('lists and objects that are open at the same time are counted, and letters of a text are not', ([text, isDeep]) => {
  expect(isTooDeep(text)).toBe(isDeep);
});
