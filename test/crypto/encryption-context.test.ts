import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalContext } from '../../src/crypto/encryption-context.ts';
import { anyCharacter } from '../support/any-character.ts';

const hex = (context?: Record<string, string>) => Buffer.from(canonicalContext(context)).toString('hex');
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '=') }),
);
const contexts = fc.dictionary(text, text, { maxKeys: 5 });

// Each pair was one associated data in some implementation that joined names and values without lengths.
test.for([
  [{ a: 'bc' }, { ab: 'c' }],
  [{ a: '' }, {}],
  [{ '': '' }, {}],
  [{ a: 'b', c: 'd' }, { a: 'bcd' }],
  [{ a: 'b=c' }, { 'a=b': 'c' }],
  [
    { a: 'b', c: 'd' },
    { a: 'd', c: 'b' },
  ],
  [{ A: 'b' }, { a: 'b' }],
  [{ é: '1' }, { 'e\u0301': '1' }],
  [{ a: '\ud800' }, { a: '\ud801' }],
  [{ a: '\ud800' }, { a: '\ufffd' }],
] as [Record<string, string>, Record<string, string>][])('%o and %o differ', ([a, b]) => {
  expect(hex(a)).not.toBe(hex(b));
});

test('an absent context equals the empty one', () => {
  expect(hex(undefined)).toBe(hex({}));
});

test('the order of names does not matter', () =>
  fc.assert(
    fc.property(contexts, (context) => {
      expect(hex(Object.fromEntries(Object.entries(context).reverse()))).toBe(hex(context));
    }),
  ));

test('different maps never give the same bytes', () =>
  fc.assert(
    fc.property(contexts, contexts, (a, b) => {
      const sorted = (context: Record<string, string>) => JSON.stringify(Object.entries(context).sort());
      expect(hex(a) === hex(b)).toBe(sorted(a) === sorted(b));
    }),
    { numRuns: 500 },
  ));

test('names are sorted by their UTF-8 bytes, each text after its length', () => {
  expect(hex({ '\u{10000}': '', '\uffff': 'x' })).toBe('00000003efbfbf0000000178' + '00000004f090808000000000');
});
