import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IniError, type IniSections, parseIni } from '../../src/cli/ini.ts';

const plain = (sections: IniSections) =>
  Object.fromEntries(
    [...sections].map(([name, options]) => [
      name,
      Object.fromEntries([...options].map(([key, value]) => [key, inner(value)])),
    ]),
  );
const inner = (value: string | ReadonlyMap<string, string>) =>
  typeof value === 'string' ? value : Object.fromEntries(value);

// What Python's configparser and the AWS CLI make of the same text.
const read: readonly (readonly [text: string, sections: object])[] = [
  ['', {}],
  ['[a]\nk = v\nK2:w\n', { a: { k: 'v', k2: 'w' } }],
  ['[a]x\nk=1\n', { a: { k: '1' } }],
  ['[a]b]\nx=1', { 'a]b': { x: '1' } }],
  ['\uFEFF[a]\r\nk = v\r\n', { a: { k: 'v' } }],
  ['[a]\n# c\n; c\nk = v ; c\nl=# x\n', { a: { k: 'v ; c', l: '# x' } }],
  ['[a]\n k=1\nl=2\n', { a: { k: '1', l: '2' } }],
  ['[a]\n  k=1\n   m=2\n', { a: { k: '1\nm=2' } }],
  ['[a]\nk=1\n\n  c\n[b]', { a: { k: '1\n\nc' }, b: {} }],
  ['[a]\nk=1\n  [b]\nx=1', { a: { k: '1\n[b]', x: '1' } }],
  ['[a]\nk =\n\n[b]\n', { a: { k: '' }, b: {} }],
  [
    '[a]\nS3 =\n  Max = 1\n\n  # c\n  url = http://h:1/?x=y\nl = 2',
    { a: { s3: { Max: '1', url: 'http://h:1/?x=y' }, l: '2' } },
  ],
  ['[DEFAULT]\nz = 1\nk = 1\n[a]\nk = 2\n[b]\n', { a: { z: '1', k: '2' }, b: { z: '1', k: '1' } }],
  ['[a]\n__proto__ = 1\nconstructor = 2\n', { a: { ['__proto__']: '1', constructor: '2' } }],
];

test.for(read)('%j is read', ([text, sections]) => {
  expect(plain(parseIni(text))).toEqual(sections);
});

const refused: readonly (readonly [text: string, line: number, message: string])[] = [
  ['k = v\n', 1, 'a section such as [default] must come first'],
  ['[]\nk = v', 1, 'a section such as [default] must come first'],
  ['[a]\nsecret\n', 2, 'it is not a section such as [default], and not NAME = VALUE'],
  ['[a]\n= v\n', 2, 'it is not a section such as [default], and not NAME = VALUE'],
  ['[a]\n\ns3 =\n  # c\n  secret\n', 5, 'it is not a section such as [default], and not NAME = VALUE'],
  ['[a]\nk=1\n[b]\n[a]\n', 4, 'the section [a] is there twice'],
  ['[a]\nk=1\nK=2\n', 3, 'k is set twice in one section'],
  ['[DEFAULT]\nz=1\n[DEFAULT]\nz=2\n[a]\n', 4, 'z is set twice in one section'],
];

test.for(refused)('%j is refused with its line', ([text, line, message]) => {
  let thrown: unknown;
  try {
    parseIni(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(IniError);
  expect(thrown).toMatchObject({ line, message });
});

const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
const text = fc.stringMatching(/^[!-~]([ -~]{0,12}[!-~])?$/);
const options = fc.dictionary(word, fc.oneof(text, fc.dictionary(word, text, { minKeys: 1 })), {
  noNullPrototype: true,
});
const sections = fc.dictionary(fc.stringMatching(/^[a-z]( ?[a-z0-9"]){0,8}$/), options, { noNullPrototype: true });
const layout = fc.record({
  indent: fc.constantFrom(' ', '\t', '    '),
  end: fc.constantFrom('\n', '\r\n'),
  delimiter: fc.constantFrom('=', ' = ', ' =\t'),
  between: fc.constantFrom([], [''], ['# c', ''], ['  ; c']),
});

test('what is written as sections is read as the same, whatever its layout', () => {
  fc.assert(
    fc.property(sections, layout, (written, { indent, end, delimiter, between }) => {
      const lines = Object.entries(written).flatMap(([name, all]) => [
        `[${name}]`,
        ...Object.entries(all).flatMap(([key, value]) =>
          typeof value === 'string'
            ? [`${key}${delimiter}${value}`, ...between]
            : [
                `${key} =`,
                ...Object.entries(value).flatMap(([below, each]) => [
                  ...between,
                  `${indent}${below}${delimiter}${each}`,
                ]),
              ],
        ),
      ]);
      expect(plain(parseIni(lines.join(end)))).toEqual(written);
    }),
  );
});

test('any text is read or refused with a line that it has', () => {
  const piece = fc.constantFrom(
    '[a]',
    '[DEFAULT]',
    'k',
    's3 =',
    '=',
    ':',
    '\n',
    '\n  ',
    ' ',
    '#',
    'v',
    '\r\n',
    'é',
    ']',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const whole = pieces.join('');
      try {
        parseIni(whole);
      } catch (error) {
        if (!(error instanceof IniError)) throw error;
        expect(error.line).toBeGreaterThan(0);
        expect(error.line).toBeLessThanOrEqual(whole.split(/\r\n|\n/).length);
      }
    }),
  );
});
