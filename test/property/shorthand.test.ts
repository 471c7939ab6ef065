import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseShorthand, type Shorthand, ShorthandError } from '../../src/cli/aws-input/shorthand.ts';

const key = fc.stringMatching(/^[A-Za-z0-9\-_.#/:]{1,12}$/);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', ',', '\\', '"', "'", 'a,b=c', '[x]', '\\"'),
);
const { value } = fc.letrec<{ value: Shorthand }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const structure = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

/** Shorthand for a value: every text in quotes, every list in brackets. */
function written(value: Shorthand, quote: '"' | "'"): string {
  if (typeof value === 'string') return quote + value.replace(quote === '"' ? /["\\]/g : /['\\]/g, '\\$&') + quote;
  if (Array.isArray(value)) return `[${value.map((item) => written(item, quote)).join(', ')}]`;
  return `{${pairs(value, quote)}}`;
}

const pairs = (value: object, quote: '"' | "'") =>
  Object.entries(value)
    .map(([key, item]) => `${key}=${written(item, quote)}`)
    .join(',');

test.for(['"', "'"] as const)('values written with %s are read back', (quote) => {
  fc.assert(
    fc.property(structure, (value) => {
      expect(parseShorthand(pairs(value, quote))).toEqual(value);
    }),
  );
});

const plainWord = fc.stringMatching(/^[A-Za-z0-9:/*.+_-]{1,10}$/);

test('words need no quotes: a single one is a string, several are a list', () => {
  const values = fc.array(fc.tuple(key, fc.array(plainWord, { minLength: 1, maxLength: 4 })), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(values, (entries) => {
      const unique = new Map(entries);
      const written = [...unique].map(([name, words]) => `${name}=${words.join(',')}`).join(',');
      const expected = [...unique].map(([name, words]) => [name, words.length === 1 ? words[0] : words]);
      expect(parseShorthand(written)).toEqual(Object.fromEntries(expected));
    }),
  );
});

test('any text is read or refused with a message that points into it, without taking exponential time', () => {
  const noise = fc.string({
    unit: fc.constantFrom('a', '=', ',', '[', ']', '{', '}', '"', "'", '\\', ' ', '@', '\n'),
    maxLength: 400,
  });
  fc.assert(
    fc.property(noise, (input) => {
      try {
        expect(parseShorthand(input)).toBeTypeOf('object');
      } catch (error) {
        expect(error).toBeInstanceOf(ShorthandError);
        expect(String(error)).toContain('^');
      }
    }),
    { numRuns: 500 },
  );
});
