import { expect, test } from 'vitest';
import { UsageError } from '../../src/api/errors.ts';
import { compileQuery } from '../../src/cli/aws-input/query.ts';

const keys = {
  Keys: [
    { KeyId: 'a', Size: 2 },
    { KeyId: 'b', Size: 1 },
  ],
};

// AWS CLI User Guide, "Filtering output in the AWS CLI".
test.for([
  ['Keys[].KeyId', ['a', 'b']],
  ['Keys[?Size==`1`].KeyId | [0]', 'b'],
  ['length(Keys)', 2],
  ['sort_by(Keys, &Size)[0].{id: KeyId}', { id: 'b' }],
  ['Nothing', null],
] as const)('%s', async ([expression, value]) => {
  expect((await compileQuery(expression))(keys)).toEqual(value);
});

// As the AWS CLI's own JMESPath, a Python package, answers.
test.for([
  ['length(@.Keys)', 2],
  ['length(@.Keys[?Size>`1`])', 1],
  ['sort_by(@.Keys, &Size)[].KeyId', ['b', 'a']],
  ['join(`,`, @.Keys[*].KeyId)', 'a,b'],
  ['Keys[?contains(@.KeyId, `a`)].Size', [2]],
  ["Keys[?KeyId!='@'] | length( @[*] )", 2],
  ["'@'", '@'],
  ["'it\\'s @'", "it's @"],
  ['{"a@": `"@"`}', { 'a@': '@' }],
  ['@ && length(Keys)', 2],
  ['Keys[0] || `1`', { KeyId: 'a', Size: 2 }],
  ['!@', false],
  ['Keys[?@].Size', [2, 1]],
  ['not_null(@.Nothing, @.Keys[1].Size)', 1],
  ['avg(Keys[?Size>`2`].Size)', null],
] as const)('%s has the value that it has for the AWS CLI', async ([expression, value]) => {
  expect((await compileQuery(expression))(keys)).toEqual(value);
});

test.for(['Keys[', 'foo bar', 'nope(@)', '#'])('%j does not parse, before anything is called', async (expression) => {
  await expect(compileQuery(expression)).rejects.toThrow(UsageError);
  await expect(compileQuery(expression)).rejects.toThrow(`Bad value for --query ${expression}: `);
});

// What every object of JavaScript inherits is not in the result.
test.for([
  ['constructor', null],
  ['__proto__', null],
  ['Keys[0].toString', null],
  ['Keys[?constructor]', []],
  ['{a: Keys[0].KeyId}.constructor', null],
  ['[{a: Keys}.__proto__]', [null]],
] as const)('%s', async ([expression, value]) => {
  expect((await compileQuery(expression))(keys)).toEqual(value);
});

test('a member of that name is found where the result has one', async () => {
  const query = await compileQuery('[constructor, "__proto__"]');
  expect(query(JSON.parse('{"constructor": 1, "__proto__": 2}'))).toEqual([1, 2]);
});

test.for<[expression: string, reason: string]>([
  ['constructor(@)', 'Unknown function'],
  [`${'['.repeat(5000)}${']'.repeat(5000)}`, 'it is nested too deep'],
  [`${'('.repeat(5000)}a${')'.repeat(5000)}`, 'it is nested too deep'],
  [`${'!'.repeat(50_000)}a`, 'it is nested too deep'],
  [`a${'.a'.repeat(50_000)}`, 'it is nested too deep'],
])('%.40s is refused: %s', async ([expression, reason]) => {
  await expect(compileQuery(expression)).rejects.toThrow(UsageError);
  await expect(compileQuery(expression)).rejects.toThrow(`: ${reason}`);
});

test('a result that is nested deeper than JSON is read is refused', async () => {
  const query = await compileQuery(`${'[@,'.repeat(1100)}a${']'.repeat(1100)}`);
  expect(() => query({})).toThrow('it is nested too deep');
});

test('a function on a value of the wrong type is the query’s fault', async () => {
  const query = await compileQuery('sum(Keys)');
  expect(() => query(keys)).toThrow(UsageError);
});
