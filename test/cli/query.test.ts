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

test.for(['Keys[', 'foo bar', 'nope(@)', '#'])('%j does not parse, before anything is called', async (expression) => {
  await expect(compileQuery(expression)).rejects.toThrow(UsageError);
  await expect(compileQuery(expression)).rejects.toThrow(`Bad value for --query ${expression}: `);
});

test('a function on a value of the wrong type is the query’s fault', async () => {
  const query = await compileQuery('sum(Keys)');
  expect(() => query(keys)).toThrow(UsageError);
});
