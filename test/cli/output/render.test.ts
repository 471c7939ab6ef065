import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { operationModel } from '../../../src/api/model/loader.ts';
import { displayWidth } from '../../../src/cli/output/display-width.ts';
import { renderJson } from '../../../src/cli/output/json.ts';
import { type Plain, plainOf } from '../../../src/cli/output/plain.ts';
import { rawBytes } from '../../../src/cli/output/raw.ts';
import { renderTable } from '../../../src/cli/output/table.ts';
import { renderText } from '../../../src/cli/output/text.ts';
import { renderYaml } from '../../../src/cli/output/yaml.ts';

const pipe = { width: 80, color: false, isTerminal: false };

const outputOf = (operation: string) => {
  const model = operationModel('kms', operation);
  if (!model?.output) throw new Error(`${operation} has no output`);
  return { shapes: model.shapes, name: model.output.shape };
};

test('members come in the order of the model, unknown ones last, undefined ones not at all', () => {
  const value = {
    extra: 1,
    PendingWindowInDays: 30,
    KeyState: 'PendingDeletion',
    DeletionDate: new Date('2026-04-01T10:11:36.564Z'),
    Nothing: undefined,
    KeyId: 'k',
  };
  expect(renderJson(plainOf(value, outputOf('ScheduleKeyDeletion')))).toBe(
    [
      '{',
      '    "KeyId": "k",',
      '    "DeletionDate": "2026-04-01T10:11:36.564000+00:00",',
      '    "KeyState": "PendingDeletion",',
      '    "PendingWindowInDays": 30,',
      '    "extra": 1',
      '}',
      '',
    ].join('\n'),
  );
});

test('bytes are base64, in nested members too', () => {
  const value = { Plaintext: Uint8Array.of(104, 105), KeyId: 'k', deep: [{ bytes: Uint8Array.of(0) }] };
  expect(plainOf(value, outputOf('Decrypt'))).toEqual({ KeyId: 'k', Plaintext: 'aGk=', deep: [{ bytes: 'AA==' }] });
});

test('a result without members prints nothing', () => {
  expect([renderJson({}), renderText({}), renderTable({}, 'DeleteAlias', pipe), renderYaml({})]).toEqual([
    '',
    '',
    '',
    '',
  ]);
});

// What the AWS CLI prints for these values.
const texts: readonly (readonly [Plain, string])[] = [
  ['a', 'a\n'],
  [null, 'None\n'],
  [true, 'True\n'],
  [['a', 'b'], 'a\tb\n'],
  [{ KeyId: 'k', Enabled: true, Arn: 'a' }, 'a\tTrue\tk\n'],
  [
    {
      Keys: [
        { KeyId: '1', KeyArn: 'x' },
        { KeyId: '2', KeyArn: 'y' },
      ],
    },
    'KEYS\tx\t1\nKEYS\ty\t2\n',
  ],
  [{ Tags: [{ TagKey: 'a' }, { TagKey: 'b', TagValue: 'c' }] }, 'TAGS\ta\t\nTAGS\tb\tc\n'],
  [{ Rows: [{ a: 'x' }, { a: ['y', 1, null, true] }] }, "ROWS\tx\nROWS\t['y', 1, None, True]\n"],
  [
    { Rows: [{ a: 'x' }, { a: { b: "it's", c: 'z\r\n\x07\\' } }] },
    `ROWS\tx\nROWS\t{'b': "it's", 'c': 'z\\r\\n\\x07\\\\'}\n`,
  ],
  [{ GrantId: 'g', Operations: ['Encrypt', 'Decrypt'] }, 'g\nOPERATIONS\tEncrypt\nOPERATIONS\tDecrypt\n'],
  [
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    'a\tb\nc\td\n',
  ],
  [
    { KeyMetadata: { KeyId: 'k', MultiRegionConfiguration: { Type: 'PRIMARY' } } },
    'KEYMETADATA\tk\nMULTIREGIONCONFIGURATION\tPRIMARY\n',
  ],
];

test.for(texts)('as text, %j is what the AWS CLI prints', ([value, text]) => {
  expect(renderText(value)).toBe(text);
});

test('a list of records is one table, a record with a list in it has the list below it', () => {
  const value = {
    Grants: [
      { GrantId: 'g1', Name: '', Operations: ['Encrypt', 'Decrypt'] },
      { GrantId: 'g2', Name: 'n', Operations: ['Sign'] },
    ],
  };
  expect(renderTable(value, 'ListGrants', pipe)).toBe(
    [
      '-----------------------',
      '|     ListGrants      |',
      '+---------------------+',
      '||      Grants       ||',
      '|+----------+--------+|',
      '||  GrantId | Name   ||',
      '|+----------+--------+|',
      '||  g1      |        ||',
      '|+----------+--------+|',
      '|||   Operations    |||',
      '||+-----------------+||',
      '|||  Encrypt        |||',
      '|||  Decrypt        |||',
      '||+-----------------+||',
      '||      Grants       ||',
      '|+----------+--------+|',
      '||  GrantId | Name   ||',
      '|+----------+--------+|',
      '||  g2      |  n     ||',
      '|+----------+--------+|',
      '|||   Operations    |||',
      '||+-----------------+||',
      '|||  Sign           |||',
      '||+-----------------+||',
      '',
    ].join('\n'),
  );
});

test('a record that is wider than the screen is shown vertically', () => {
  const Arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  expect(renderTable({ KeyMetadata: { Arn, Enabled: true, KeyId: 'k' } }, 'DescribeKey', pipe)).toBe(
    [
      '----------------------------------------------------------------------------------------------',
      '|                                         DescribeKey                                        |',
      '+--------------------------------------------------------------------------------------------+',
      '||                                        KeyMetadata                                       ||',
      '|+---------+--------------------------------------------------------------------------------+|',
      '||  Arn    |  arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab   ||',
      '||  Enabled|  True                                                                          ||',
      '||  KeyId  |  k                                                                             ||',
      '|+---------+--------------------------------------------------------------------------------+|',
      '',
    ].join('\n'),
  );
});

const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('plain'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), tie('plain'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test('no cell is cut and no control character gets through, whatever script or emoji it contains', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'é', '鍵', 'ｱ', 'Ａ', '한', '🔑', '́', '\t', '\u001b', '‍') });
  const records = fc.array(fc.record({ Key: word, Value: word }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(records, (Tags) => {
      const lines = renderTable({ Tags }, 'ListTags', { ...pipe, width: 1000 }).split('\n');
      expect(lines.filter((line) => line.includes('…'))).toEqual([]);
      expect(lines.some((line) => line.includes('\u001b') || line.includes('\t'))).toBe(false);
    }),
  );
});

const key = {
  Arn: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  Description: 'the letters of the year before last, and of the last',
  KeyId: 'k',
};

test.for([
  [
    'beside its name, between words',
    { Description: key.Description, KeyId: 'k' },
    [
      '--------------------------------------------------',
      '|                      Show                      |',
      '+-------------+----------------------------------+',
      '|  Description|  the letters of the year before  |',
      '|             |  last, and of the last           |',
      '|  KeyId      |  k                               |',
      '+-------------+----------------------------------+',
    ],
  ],
  [
    'below its name, where a word is wider than what is left',
    { Alias: 'alias/the-letters-of-the-year-before', Description: 'two words', KeyId: 'k' },
    [
      '--------------------------------------------------',
      '|                      Show                      |',
      '+------------------------------------------------+',
      '|  Alias                                         |',
      '|    alias/the-letters-of-the-year-before        |',
      '|  Description |  two words                      |',
      '|  KeyId       |  k                              |',
      '+------------------------------------------------+',
    ],
  ],
  [
    'out of the frame, where it is wider than the terminal',
    { Arn: key.Arn },
    [
      '--------------------------------------------------',
      '|                      Show                      |',
      '+------------------------------------------------+',
      '|  Arn                                           |',
      `|  ${key.Arn}`,
      '+------------------------------------------------+',
    ],
  ],
  [
    'row by row, where columns are too wide',
    [
      { Arn: 'arn:aws:iam::111122223333:user/ana', UserId: 'AIDA1EXAMPLE' },
      { Arn: 'arn:aws:iam::111122223333:user/bob', UserId: 'AIDA2EXAMPLE' },
    ],
    [
      '--------------------------------------------------',
      '|                      Show                      |',
      '+------------------------------------------------+',
      '|  Arn    |  arn:aws:iam::111122223333:user/ana  |',
      '|  UserId |  AIDA1EXAMPLE                        |',
      '+------------------------------------------------+',
      '|  Arn    |  arn:aws:iam::111122223333:user/bob  |',
      '|  UserId |  AIDA2EXAMPLE                        |',
      '+------------------------------------------------+',
    ],
  ],
] as const)('on a narrow terminal a value is shown %s', ([, value, lines]) => {
  expect(renderTable(value, 'Show', { ...pipe, isTerminal: true, width: 50 })).toBe(`${lines.join('\n')}\n`);
});

test('on a terminal of any width words are whole, and only one that is wider leaves the frame', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '鍵', 'Ａ', '한', '🔑', '-', ' '), maxLength: 90 });
  const records = fc.array(fc.record({ Key: text, Value: text }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(records, fc.integer({ min: 30, max: 120 }), (Tags, width) => {
      const lines = renderTable({ Tags }, 'ListTags', { ...pipe, isTerminal: true, width })
        .trimEnd()
        .split('\n');
      expect(lines.some((line) => line.includes('…'))).toBe(false);
      for (const line of lines.filter((line) => displayWidth(line) > width)) expect(line).toMatch(/^\|\| +[^ |]+$/);
      const words = Tags.flatMap(({ Key, Value }) => [Key, Value]).flatMap((each) => each.split(/ +/));
      for (const word of words) expect(lines.join('\n')).toContain(word);
    }),
  );
});

test('the frame is even, whatever script or emoji is in it, and however deep it lies', () => {
  const unit = fc.constantFrom(
    'a',
    'é',
    '鍵',
    'Ａ',
    '한',
    '🔑',
    '👩\u200d👧',
    '🫠',
    '❤\ufe0f',
    'हिन्दी',
    '\u0301',
    '-',
    ' ',
  );
  const text = fc.string({ unit, maxLength: 60 });
  const value = fc.record({ Key: text, Empty: fc.constant([]), Names: fc.array(text, { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), value, fc.integer({ min: 40, max: 120 }), (List, Nested, width) => {
      const out = renderTable({ List, Deep: { Deeper: { Deepest: Nested } } }, 'Show', {
        ...pipe,
        isTerminal: true,
        width,
      });
      const [first = '', ...lines] = out.trimEnd().split('\n');
      expect(first.length).toBeLessThanOrEqual(width);
      const isFramed = (line: string) => /[|+]$/.test(line);
      for (const line of lines.filter(isFramed)) expect([line, displayWidth(line)]).toEqual([line, first.length]);
      for (const line of lines.filter((each) => !isFramed(each))) expect(line).toMatch(/^\|+ {2}[^ ]+$/);
    }),
  );
});

test('colour adds escape codes and nothing else', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), plain, { noNullPrototype: true }), (value) => {
      const coloured = renderTable(value, 'Title', { ...pipe, color: true });
      expect(stripVTControlCharacters(coloured)).toBe(renderTable(value, 'Title', pipe));
    }),
  );
});

test('JSON and YAML are read back as the value', () => {
  const value = fc.dictionary(fc.string(), plain, { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(value, (value) => {
      expect(JSON.parse(renderJson(value))).toEqual(value);
      expect(parse(renderYaml(value), { version: '1.1' })).toEqual(value);
    }),
  );
});

test('raw output is the only binary member, or the one that the query names', () => {
  const [Plaintext, CiphertextBlob] = [Uint8Array.of(1), Uint8Array.of(2)];
  expect(rawBytes({ KeyId: 'k', CiphertextBlob })).toBe(CiphertextBlob);
  expect(rawBytes({ CiphertextBlob, Plaintext, KeyId: 'k' }, 'Plaintext')).toBe(Plaintext);
  expect(() => rawBytes({ CiphertextBlob, Plaintext })).toThrow('choose one with --query: CiphertextBlob, Plaintext');
  expect(() => rawBytes({ KeyId: 'k' })).toThrow('no binary member');
});
