import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatches, parseGlob } from '../../src/policy/glob.ts';
import { joinedGlob } from '../../src/policy/joined-glob.ts';

test.for([
  ['*:deploy-*', 'AROA:*', 'AROA:deploy-*'],
  ['*', 'AROA:*', 'AROA:*'],
  ['AROA?:*', 'AROA1:*', 'AROA1:*'],
  ['*aws-cli*', '*linux*', '*aws-clinux*'],
  ['a', 'a', 'a'],
  ['a*', 'b*', undefined],
  ['a?c', 'a*', 'a?c'],
  ['', '*', ''],
  ['abc', 'ab', undefined],
  ['*a', 'ab*', 'ab*a'],
  ['x'.repeat(600), '*', undefined],
] as const)('%s and %s', ([one, other, joined]) => {
  expect(joinedGlob(one, other)).toBe(joined);
});

const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 7 });
const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });

test('what a joined pattern covers, both cover, and there is one where a text is covered by both', () => {
  const covers = (pattern: string, text: string) => globMatches(parseGlob(pattern), text);
  fc.assert(
    fc.property(patterns, patterns, texts, (one, other, text) => {
      const joined = joinedGlob(one, other);
      if (covers(one, text) && covers(other, text)) expect(joined).toBeDefined();
      if (joined === undefined) return;
      for (const fill of ['', 'a', text]) {
        const made = joined.replaceAll('?', 'b').replaceAll('*', fill);
        expect([made, covers(one, made), covers(other, made)]).toEqual([made, true, true]);
      }
    }),
    { numRuns: 2000 },
  );
});
