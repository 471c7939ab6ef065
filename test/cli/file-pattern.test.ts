import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileMatches, parseFilePattern } from '../../src/cli/commands/s3/file-pattern.ts';

const matches = (pattern: string, path: string, foldsCase?: boolean) =>
  fileMatches(parseFilePattern(pattern, foldsCase), path, foldsCase);

// Python Standard Library, fnmatch; each row is what fnmatch.fnmatchcase answers.
test.for<[pattern: string, path: string, isMatch: boolean]>([
  ['*', 'a/b', true],
  ['*.txt', 'a/b.txt', true],
  ['a?c', 'a/c', true],
  ['a?c', 'a🔑c', true],
  ['[ab]c', 'bc', true],
  ['[!ab]c', 'bc', false],
  ['[!ab]c', '🔑c', true],
  ['[a-c]', 'b', true],
  ['[b-a]', 'a', false],
  ['[b-a]', 'b', false],
  ['[!b-a]', 'b', true],
  ['[a-]', '-', true],
  ['[-a]', '-', true],
  ['[a-c-e]', 'd', false],
  ['[a-c-e]', '-', true],
  ['[]]', ']', true],
  ['[]a]', 'a', true],
  ['[!]]', ']', false],
  ['[]', '[]', true],
  ['[!]', '[!]', true],
  ['[abc', '[abc', true],
  ['[abc', 'a', false],
  ['[^a]', '^', true],
  ['[^a]', 'b', false],
  ['[\\]', '\\', true],
  ['[*]', '*', true],
  ['[*]', 'a', false],
  ['[[]', '[', true],
  ['a\nb*', 'a\nbc', true],
  ['a.c', 'abc', false],
  ['A', 'a', false],
  ['', '', true],
  ['', 'a', false],
])('%j and %j: %s', ([pattern, path, isMatch]) => {
  expect(matches(pattern, path)).toBe(isMatch);
});

test('on Windows case and slashes make no difference', () => {
  expect(matches('Photos/*.JPG', 'photos\\a.jpg', true)).toBe(true);
  expect(matches('Photos/*.JPG', 'photos\\a.jpg', false)).toBe(false);
});

/** A part of a pattern as a person reads it. */
type Part =
  | { readonly kind: 'any' | 'one' }
  | { readonly kind: 'letter'; readonly letter: string }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

const letters = fc.constantFrom('a', 'b', 'c', 'é', '🔑', '/', '.', '^', '\\');
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.constantFrom({ kind: 'any' } as const, { kind: 'one' } as const),
  letters.map((letter) => ({ kind: 'letter', letter }) as const),
  fc.record({
    kind: fc.constant('set' as const),
    isNegated: fc.boolean(),
    ranges: fc.array(fc.tuple(letters, letters), { minLength: 1, maxLength: 3 }),
  }),
);

function written(part: Part): string {
  switch (part.kind) {
    case 'any':
      return '*';
    case 'one':
      return '?';
    case 'letter':
      return part.letter;
    case 'set':
      return `[${part.isNegated ? '!' : ''}${part.ranges.map(([low, high]) => `${low}-${high}`).join('')}]`;
  }
}

const codeOf = (letter: string) => letter.codePointAt(0) ?? 0;

function takes(part: Part, letter: string): boolean {
  if (part.kind === 'letter') return part.letter === letter;
  if (part.kind !== 'set') return true;
  const isIn = part.ranges.some(([low, high]) => codeOf(low) <= codeOf(letter) && codeOf(letter) <= codeOf(high));
  return isIn !== part.isNegated;
}

// The obvious way, which is slow: every `*` tries every length.
function slowMatch([first, ...rest]: readonly Part[], path: readonly string[]): boolean {
  if (first === undefined) return path.length === 0;
  const [letter, ...others] = path;
  if (first.kind === 'any') return slowMatch(rest, path) || (path.length > 0 && slowMatch([first, ...rest], others));
  return letter !== undefined && takes(first, letter) && slowMatch(rest, others);
}

test('a pattern matches exactly what the obvious algorithm matches', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 7 }), fc.array(letters, { maxLength: 9 }), (parts, path) => {
      expect(matches(parts.map(written).join(''), path.join(''))).toBe(slowMatch(parts, path));
    }),
    { numRuns: 2000 },
  );
});

test('no text is a pattern that fails, and none takes long', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '!', '[', ']', '*', '?', '\\', '^'), maxLength: 12 });
  fc.assert(fc.property(text, text, (pattern, path) => void matches(pattern, path)));
  expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(20_000))).toBe(false);
  expect(matches(`${'*[ab]'.repeat(200)}c`, 'a'.repeat(20_000))).toBe(false);
});
