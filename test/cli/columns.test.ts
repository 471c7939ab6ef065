import { expect, test } from 'vitest';
import { columns, type GivesWay, rowLines } from '../../src/cli/commands/columns.ts';
import { painterOf } from '../../src/cli/output/painter.ts';

const ID = '3cdfddd2-a289-4fb5-affa-4ddb6b7eebb4';

function drawn(
  width: number,
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  giveWay: readonly GivesWay[] = [],
  isTerminal = true,
): string[] {
  const painter = painterOf({ color: false, width, isTerminal });
  return columns(headers, rows, 'nothing', painter, giveWay).map((line) =>
    typeof line === 'object' ? line.painted : `${line}`,
  );
}

const headers = ['NAME', 'ID', 'NOTE'];
const row = ['app', ID, 'for the application'];

test.for<[string, number, readonly GivesWay[], string[]]>([
  ['wide enough', 63, [[2, 'dropped']], [`NAME  ${'ID'.padEnd(36)}  NOTE`, `app   ${ID}  for the application`]],
  ['shortened', 56, [[2, 'shortened', 10]], [`NAME  ${'ID'.padEnd(36)}  NOTE`, `app   ${ID}  for the app…`]],
  [
    'wrapped between words',
    56,
    [[2, 'wrapped', 10]],
    [`NAME  ${'ID'.padEnd(36)}  NOTE`, `app   ${ID}  for the`, `${' '.repeat(44)}application`],
  ],
  [
    'dropped as a whole, which is said',
    50,
    [
      [2, 'shortened', 10],
      [2, 'dropped'],
    ],
    ['NAME  ID', `app   ${ID}`, '… and NOTE: on a wider terminal, or with --output', 'json'],
  ],
  [
    'shortened no further than is needed once another column is gone',
    27,
    [
      [2, 'shortened', 10],
      [1, 'dropped'],
    ],
    ['NAME  NOTE', 'app   for the application', '… and ID: on a wider', 'terminal, or with --output', 'json'],
  ],
  ['on lines of their own', 42, [], ['NAME  ID', '  NOTE', `app   ${ID}`, '  for the application']],
  [
    'beyond the terminal if one is too wide',
    20,
    [],
    ['NAME', '  ID', '  NOTE', 'app', `  ${ID}`, '  for the application'],
  ],
])('columns are %s', ([, width, giveWay, lines]) => {
  expect(drawn(width, headers, [row], giveWay)).toEqual(lines);
});

test('a pipe has everything', () => {
  expect(drawn(20, headers, [row], [[2, 'dropped']], false)).toEqual([
    `NAME  ${'ID'.padEnd(36)}  NOTE`,
    `app   ${ID}  for the application`,
  ]);
});

test('a column without content is left out without a word, and a line without content, too', () => {
  expect(drawn(45, headers, [['app', ID, '']], [[2, 'dropped']])).toEqual(['NAME  ID', `app   ${ID}`]);
  expect(
    drawn(
      42,
      ['A', 'ID', 'LONG'],
      [
        ['a', ID, ''],
        ['b', ID, 'long'],
      ],
    ),
  ).toEqual(['A  ID', '  LONG', `a  ${ID}`, `b  ${ID}`, '  long']);
});

test('wide characters take two columns', () => {
  expect(drawn(12, ['NAME', 'N'], [['漢字漢字漢字', '1']], [[0, 'shortened', 6]])).toEqual([
    'NAME       N',
    '漢字漢字…  1',
  ]);
});

test('names that differ in the id at their end do so when they are shortened', () => {
  const names = [`access-denied-${ID}`, `access-denied-${ID.replace(/....$/, '0000')}`];
  const rows = names.map((name) => [name, '1']);
  expect(drawn(27, ['NAME', 'N'], rows, [[0, 'shortened', 12]]).slice(1)).toEqual([
    'access-denied-3cd…7eebb4  1',
    'access-denied-3cd…7e0000  1',
  ]);
});

test('control characters are spelled out before they are measured', () => {
  expect(drawn(80, ['A', 'B'], [['x\u001b[2J', 'y']]).at(-1)).toBe('x\\x1b[2J  y');
});

test('a row alone is as wide as its text, without its empty cells', () => {
  const giveWay: readonly GivesWay[] = [
    [2, 'shortened', 6],
    [1, 'dropped'],
  ];
  expect(rowLines(['call', '', ID], 80, giveWay)).toEqual([`call  ${ID}`]);
  expect(rowLines(['call', 'resource', ID], 30, giveWay)).toEqual(['call  resource  …-4ddb6b7eebb4']);
  expect(rowLines(['call', 'resource', ID], 14, giveWay)).toEqual(['call  …b7eebb4']);
  expect(rowLines(['a-very-long-call', 'resource', ID], 18, giveWay)).toEqual([
    'a-very-long-call',
    '  resource  …eebb4',
  ]);
});
