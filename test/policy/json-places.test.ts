import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  JsonFault,
  type JsonPath,
  lineAndColumn,
  type PlacedJson,
  placeOf,
  placesIn,
  plainValue,
  readPlaces,
} from '../../src/policy/json-places.ts';

/** Values of JSON as texts with white space of every kind. */
const text = fc
  .tuple(fc.jsonValue(), fc.constantFrom('', ' ', '\t', '\r\n', '\n\n  '))
  .map(([value, space]) => JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${space}`));

const parsed = (json: string): unknown => {
  try {
    return { value: JSON.parse(json) as unknown };
  } catch {
    return 'not JSON';
  }
};

const read = (json: string): unknown => {
  try {
    return { value: plainValue(readPlaces(json)) };
  } catch (error) {
    if (error instanceof JsonFault) return /appears twice/.test(error.message) ? 'a name twice' : 'not JSON';
    throw error;
  }
};

test('a text means what JSON.parse says that it means', () =>
  fc.assert(
    fc.property(text, (json) => {
      expect(read(json)).toEqual(parsed(json));
    }),
  ));

// One place is changed, which leaves some texts JSON and others not.
const spoilt = fc
  .tuple(text, fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]:,"\\0-.eE+tfn \u0001\u00a0\ufeffé'))
  .map(([json, at, dropped, put]) => {
    const from = at % (json.length + 1);
    return json.slice(0, from) + put + json.slice(from + dropped);
  });

test('a text is refused if JSON.parse refuses it, or if it has a name twice', () =>
  fc.assert(
    fc.property(fc.oneof(spoilt, fc.string()), (json) => {
      const got = read(json);
      // What is wrong behind the second name, the text is refused for the name.
      if (got !== 'a name twice') expect(got).toEqual(parsed(json));
    }),
    { numRuns: 1000 },
  ));

/** Every part of a document with the path that leads to it. */
function* parts(json: PlacedJson, path: JsonPath = []): Iterable<readonly [JsonPath, PlacedJson, nameAt?: number]> {
  yield [path, json];
  if (json.kind === 'list') for (const [i, item] of json.items.entries()) yield* parts(item, [...path, i]);
  if (json.kind !== 'object') return;
  for (const { name, at, value } of json.members) {
    yield [[...path, name], value, at];
    yield* parts(value, [...path, name]);
  }
}

test('every part has its place, and what stands there is the part', () =>
  fc.assert(
    fc.property(text, (json) => {
      const root = readPlaces(json);
      for (const [path, part, nameAt] of parts(root)) {
        expect(placeOf(root, path)).toBe(part.at);
        if (nameAt !== undefined) {
          expect(placeOf(root, path, 'name')).toBe(nameAt);
          expect(json.slice(nameAt).startsWith(JSON.stringify(path.at(-1)))).toBe(true);
        }
        const begins = { object: '{', list: '[', scalar: '' }[part.kind];
        expect(json.slice(part.at).startsWith(begins)).toBe(true);
        if (part.kind === 'scalar') expect(json.slice(part.at).startsWith(JSON.stringify(part.value))).toBe(true);
      }
    }),
  ));

test.for<[string, string, string]>([
  ['', 'expected a value before the end of the text', 'line 1, column 1'],
  ['{"a": 1,}', 'expected the name of a member in quotes before "}"', 'line 1, column 9'],
  ['{"a" 1}', 'expected ":" before "1"', 'line 1, column 6'],
  ['{"a": 1\n "b": 2}', 'expected "," or "}" before the name "b"', 'line 2, column 2'],
  ['{"a": 1 "b}', 'expected "," or "}" before a quotation mark', 'line 1, column 9'],
  ['[1 "b"]', 'expected "," or "]" before the text "b"', 'line 1, column 4'],
  ['[1, 2', 'expected "," or "]" before the end of the text', 'line 1, column 6'],
  ['[1,\r\n 2}', 'expected "," or "]" before "}"', 'line 2, column 3'],
  ['{"é😀": yes}', '"yes" is not a JSON value', 'line 1, column 8'],
  ['{"a": "b', 'the closing quote of a text is missing', 'line 1, column 7'],
  ['{"a": "b\\c"}', 'a text has a backslash in it that does not begin an escape of JSON', 'line 1, column 9'],
  ['{"a": "\n"}', 'a text has a line break or another control character in it', 'line 1, column 8'],
  ['{"a": 1, "a": 2}', 'the name "a" appears twice in one object', 'line 1, column 10'],
  ['{} x', '"x" follows the end of the document', 'line 1, column 4'],
])('%j: %s (%s)', ([json, message, place]) => {
  const fault = (() => {
    try {
      return readPlaces(json);
    } catch (error) {
      return error;
    }
  })();
  expect(fault).toBeInstanceOf(JsonFault);
  if (fault instanceof JsonFault) expect([fault.message, lineAndColumn(json, fault.at)]).toEqual([message, place]);
});

test('what is missing has the place of what should have it', () => {
  const root = readPlaces('{"Statement": {"Action": "a"}}');
  expect(placeOf(root, ['Statement', 0, 'Action', 0])).toBe(25);
  expect(placeOf(root, ['Statement', 0, 'Effect'])).toBe(14);
});

test.for([
  ['', 0, 1, 1],
  ['ab', 1, 1, 2],
  ['a\nb', 2, 2, 1],
  ['a\r\nb', 3, 2, 1],
  ['a\rb', 2, 2, 1],
  ['\n\n', 2, 3, 1],
  ['😀b', 2, 1, 2],
] as const)('%j, index %i', ([text, at, line, column]) => {
  expect(placesIn(text)(at)).toEqual({ line, column });
});

test('a place is behind as many breaks and characters as its text says, in whatever order places are asked for', () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '😀', '\n', '\r\n', '\r')), fc.array(fc.nat()), (pieces, asked) => {
      const place = placesIn(pieces.join(''));
      for (const number of asked) {
        const before = pieces.slice(0, number % (pieces.length + 1));
        // A lone \r before \n is one break with it.
        const text = before.join('');
        fc.pre(!(text.endsWith('\r') && pieces[before.length] === '\n'));
        const lines = text.split(/\r\n|\n|\r/);
        expect(place(text.length)).toEqual({ line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 });
      }
    }),
  ));
