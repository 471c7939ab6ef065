import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowed, didYouMean, nearest, oneOf } from '../../src/api/nearest.ts';

const commands = ['create-key', 'rotate', 'rotate-key-on-demand', 'get-key-rotation-status', 'list-keys', 'ls'];

test.for<[string, readonly string[], readonly string[]]>([
  ['rotate-key', commands, ['rotate', 'rotate-key-on-demand']],
  ['creat-key', commands, ['create-key']],
  ['craete-key', commands, ['create-key']],
  ['CreateKey', commands, ['create-key']],
  ['create_key', commands, ['create-key']],
  ['key-rotation-status', commands, ['get-key-rotation-status']],
  ['get-rotation-status', commands, ['get-key-rotation-status']],
  ['keys', commands, ['list-keys']],
  ['frobnicate', commands, []],
  ['x', commands, []],
  ['', commands, []],
  ['RSA_2047', ['RSA_2048', 'RSA_3072', 'RSA_4096'], ['RSA_2048']],
  ['symmetric_default', ['SYMMETRIC_DEFAULT', 'HMAC_256'], ['SYMMETRIC_DEFAULT']],
  ['Actoin', ['Action', 'NotAction'], ['Action']],
])('%s: %j', ([typed, names, near]) => {
  expect(nearest(typed, names)).toEqual(near);
});

/** As long as the key of an object can be. */
const long = '/0123456789abcdef'.repeat(60);

test.for<[string, string, readonly string[], readonly string[]]>([
  ['with a letter too few', `${long}.txt`, [`${long}.text`, `${long.slice(50)}.txt`, 'a.txt'], [`${long}.text`]],
  ['with two letters swapped', `ab${long}`, [`ba${long}`, long], [`ba${long}`]],
  ['with other letters', `${long}x`, [long.replaceAll('0', 'x'), long.replaceAll('0', 'y')], []],
  ['that share words, by name', 'a-key', [`y${long}-a-key`, `x${long}-a-key`], [`x${long}-a-key`, `y${long}-a-key`]],
])('long names %s', ([, typed, names, near]) => {
  expect(nearest(typed, names)).toEqual(near);
});

test('a name is nearest to itself, and with one letter dropped it is still among the near ones', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{4,12}$/), { minLength: 1 }),
      fc.nat(),
      fc.nat(),
      (names, which, at) => {
        const name = names[which % names.length] ?? '';
        expect(nearest(name, names)).toEqual([name]);
        const dropped = name.slice(0, at % name.length) + name.slice((at % name.length) + 1);
        if (!names.includes(dropped)) expect(nearest(dropped, names, names.length)).toContain(name);
      },
    ),
  ));

test('as clauses', () => {
  expect(didYouMean('Actoin', ['Action'])).toBe('did you mean "Action"?');
  expect(didYouMean('zzz', ['Action'])).toBeUndefined();
  expect(allowed('b', ['aa', 'bb'])).toBe('the allowed values are aa and bb');
  expect(allowed('bbc', ['aaa', 'bbb'])).toBe('the allowed values are aaa and bbb: did you mean "bbb"?');
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((words) => oneOf(words))).toEqual([
    '',
    'a',
    'a or b',
    'a, b or c',
  ]);
});
