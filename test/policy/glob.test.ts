import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatches, parseGlob } from '../../src/policy/glob.ts';
import { longPatternMatches } from '../../src/policy/long-pattern.ts';

/** IAM User Guide, "IAM JSON policy elements: Resource", wildcards: as the words say it, one character after the other. */
function matches([first, ...pattern]: readonly string[], [char, ...rest]: readonly string[]): boolean {
  if (first === undefined) return char === undefined;
  if (first === '*') {
    const text = char === undefined ? rest : [char, ...rest];
    return matches(pattern, text) || (char !== undefined && matches([first, ...pattern], rest));
  }
  return char !== undefined && (first === '?' || first === char) && matches(pattern, rest);
}

// Few letters, so that there is often more than one way to match; one of them takes two positions of a string.
const letters = fc.constantFrom('a', 'b', '🔑');
const text = fc.array(letters, { maxLength: 10 });
const pattern = fc.array(fc.oneof(letters, fc.constantFrom('*', '?')), { maxLength: 8 });

test('a glob matches what its characters say', () => {
  fc.assert(
    fc.property(pattern, text, (characters, subject) => {
      const glob = parseGlob(characters.join(''));
      const expected = matches(characters, subject);
      expect(globMatches(glob, subject.join(''))).toBe(expected);
      expect(globMatches(glob, `b${subject.join('')}`, 1)).toBe(expected);
      if (glob.kind !== 'pattern') return;
      expect(longPatternMatches(glob.text, glob.wild, subject.join(''), 0)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

// Each would take a billion steps and more, one position after the other.
const LONG = 100_000;
test.for([
  ['a literal that nearly matches everywhere', `*${'a'.repeat(10_000)}b`, 'a'.repeat(LONG), false],
  ['the same, which matches at the end', `*${'a'.repeat(10_000)}b`, `${'a'.repeat(LONG)}b`, true],
  ['a start that matches nearly everywhere', `*b${'?'.repeat(10_000)}c*`, 'b'.repeat(LONG), false],
  ['one wildcard after the other', `${'*?'.repeat(10_000)}b`, 'a'.repeat(LONG), false],
  ['as many characters as there are', `${'*?'.repeat(10_000)}b`, `${'a'.repeat(10_000)}b`, true],
  ['one character less', `${'*?'.repeat(10_000)}b`, `${'a'.repeat(9999)}b`, false],
  ['a star before every letter', `${'*a'.repeat(10_000)}*b`, 'a'.repeat(LONG), false],
] as const)('a hostile pattern is matched: %s', ([, hostile, subject, expected]) => {
  expect(globMatches(parseGlob(hostile), subject)).toBe(expected);
  expect(globMatches(parseGlob(hostile), `arn:${subject}`, 4)).toBe(expected);
});
