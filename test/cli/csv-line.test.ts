import { expect, test } from 'vitest';
import { csvLine } from '../../src/cli/commands/metrics/values.ts';

test.each([
  [[5.295000000000002, 0.1 + 0.2, 1e-7], '5.295,0.3,1e-7'],
  [[123456789012345, 0, -2.5], '123456789012345,0,-2.5'],
  [['a,b', undefined, 'say "x"', 7], '"a,b",,"say ""x""",7'],
])('%j is a line of CSV without the dust of arithmetic', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
