import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTooDeep, MAX_JSON_DEPTH } from '../../src/api/json-depth.ts';
import { parseJson } from '../../src/policy/json-text.ts';

/** Strings made of what JSON is written with. */
const texts = fc.string({
  unit: fc.constantFrom('a', ':', '"', '\\', '{', '}', '[', ']', ',', ' ', '\n', 'é', '\u2028'),
});
const values = fc.jsonValue({ maxDepth: 4, stringUnit: fc.constantFrom('a', ':', '"', '\\', '{', ']', ' ') });
const indents = fc.constantFrom(undefined, 1, '\t');

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(values, texts, indents, (value, text, indent) => {
      const json = JSON.stringify({ [text]: value, list: [text, value] }, undefined, indent);
      expect(parseJson(json)).toEqual(JSON.parse(json));
    }),
    { numRuns: 500 },
  );
});

test('refuses a name that an object repeats, wherever it is and however it is spelled', () => {
  fc.assert(
    fc.property(values, texts, indents, fc.boolean(), (value, name, indent, isEscaped) => {
      const json = JSON.stringify(value, undefined, indent);
      const spelled = isEscaped ? `"${[...name].map(unicodeEscape).join('')}"` : JSON.stringify(name);
      const twice = `{"list": [${json}, {${JSON.stringify(name)}: ${json},\n${spelled} : ${json}}]}`;
      expect(() => parseJson(twice), twice).toThrow(SyntaxError);
    }),
    { numRuns: 500 },
  );
});

const unicodeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

test.each(['{"__proto__": 1, "__proto__": 2}', '{"constructor": 1, "constructor": 2}', '[{"a": {"b": 1, "b": 1}}]'])(
  'refuses %s',
  (json) => expect(() => parseJson(json)).toThrow(/appears twice/),
);

test.each(['{"__proto__": {"a": 1}, "a": 2}', '{"a": {"a": {"a": 1}}}', '{"a": ":", "b": "\\":"}', '""', '":"'])(
  'reads %s',
  (json) => expect(parseJson(json)).toEqual(JSON.parse(json)),
);

test('a text is too deep by its brackets outside of strings, whether it is JSON or not', () => {
  const deep = '['.repeat(MAX_JSON_DEPTH + 1);
  expect(isTooDeep(deep)).toBe(true);
  expect(isTooDeep(`${deep.slice(1)}${']'.repeat(MAX_JSON_DEPTH)}`)).toBe(false);
  expect(isTooDeep(JSON.stringify(deep))).toBe(false);
  expect(isTooDeep(JSON.stringify(`\\"${deep}`))).toBe(false);
  expect(isTooDeep(`"${deep}`)).toBe(false);
  expect(isTooDeep(`"\\"${deep}`)).toBe(false);
});
