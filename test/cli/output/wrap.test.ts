import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from '../../../src/cli/output/display-width.ts';
import { wrapped } from '../../../src/cli/output/wrap.ts';

test.for<[string, number, number, string[]]>([
  ['a b c', 3, 3, ['a b', 'c']],
  ['a b c', 5, 5, ['a b c']],
  ['a b c', 1, 3, ['a', 'b c']],
  ['arn:aws:kms:us-east-1 is a-b', 8, 8, ['arn:aws:kms:us-east-1', 'is a-b']],
  ['two  spaces stay', 11, 11, ['two  spaces', 'stay']],
  ['and  go at the end', 5, 5, ['and', 'go at', 'the', 'end']],
  ['  at the beginning', 9, 9, ['  at the', 'beginning']],
  ['鍵 鍵 鍵', 5, 5, ['鍵 鍵', '鍵']],
  ['a\u001b[31m b', 7, 7, ['a\\x1b[31m', 'b']],
  ['', 5, 5, ['']],
  ['a b', 0, 0, ['a', 'b']],
  ['a b', -3, -3, ['a', 'b']],
])('%j in %i and then %i columns', ([text, width, others, lines]) => {
  expect(wrapped(text, width, others)).toEqual(lines);
});

test('every line fits or is one word, and no word is lost', () => {
  const word = fc.string({ unit: fc.constantFrom('a', ':', '-', '鍵', '"'), minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (words, width) => {
      const lines = wrapped(words.join(' '), width);
      expect(lines.join(' ')).toBe(words.join(' '));
      for (const line of lines) expect(displayWidth(line) <= width || !line.includes(' ')).toBe(true);
    }),
  );
});
