/** Doubles of the model are printed as the AWS CLI prints them, which is how Python prints floats. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileQuery } from '../../../src/cli/aws-input/query.ts';
import { Double, doubleText } from '../../../src/cli/output/double.ts';
import { renderJson } from '../../../src/cli/output/json.ts';
import { type Plain, plainOf } from '../../../src/cli/output/plain.ts';
import { withDoubles } from '../../../src/cli/output/queried-doubles.ts';
import { renderText } from '../../../src/cli/output/text.ts';
import { renderYaml } from '../../../src/cli/output/yaml.ts';

test.each([
  [5, '5.0'],
  [0, '0.0'],
  [-0, '-0.0'],
  [-2.5, '-2.5'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e+16'],
  [123456789012345680, '1.2345678901234568e+17'],
  [1e22, '1e+22'],
  [1e100, '1e+100'],
  [5e-324, '5e-324'],
  [1234567.25, '1234567.25'],
])('%d is printed as %s', (value, text) => {
  expect(doubleText(value)).toBe(text);
});

const model = {
  shapes: {
    Output: { type: 'structure', members: { Points: { shape: 'Points' }, Total: { shape: 'Count' } } },
    Points: { type: 'list', member: { shape: 'Point' } },
    Point: { type: 'structure', members: { Sum: { shape: 'Value' }, Unit: { shape: 'Text' } } },
    Value: { type: 'double' },
    Count: { type: 'integer' },
    Text: { type: 'string' },
  },
  name: 'Output',
} as const;

const points = (...sums: readonly number[]) => ({ Points: sums.map((Sum) => ({ Sum, Unit: 'Count' })), Total: 5 });

test('each format has them, and whole numbers as they are', () => {
  const plain = plainOf(points(5, 1e-5), model);
  expect(renderJson(plain)).toBe(`{
    "Points": [
        {
            "Sum": 5.0,
            "Unit": "Count"
        },
        {
            "Sum": 1e-05,
            "Unit": "Count"
        }
    ],
    "Total": 5
}
`);
  expect(renderText(plain)).toBe('5\nPOINTS\t5.0\tCount\nPOINTS\t1e-05\tCount\n');
  expect(renderYaml(plain)).toBe(`Points:
- Sum: 5.0
  Unit: Count
- Sum: 1.0e-05
  Unit: Count
Total: 5
`);
  expect(renderJson(plainOf({ Points: [] }, model))).toBe('{\n    "Points": []\n}\n');
});

test.each([
  ['Points[].Sum', '[5.0,3.0]'],
  ['Points[0].Sum', '5.0'],
  ['Total', '5'],
  ['sum(Points[].Sum)', '8.0'],
  ['avg(Points[].Sum)', '4.0'],
  ['abs(Points[0].Sum)', '5.0'],
  ['[ceil(Points[0].Sum), floor(Points[0].Sum), length(Points)]', '[5,5,2]'],
  ['max_by(Points, &Sum).{S:Sum,U:Unit}', '{"S":5.0,"U":"Count"}'],
  ['sort(Points[].Sum)', '[3.0,5.0]'],
  ['Points[?Sum > `3`].Sum', '[5.0]'],
  ['Points[?Sum >= `5`].Sum', '[5.0]'],
  ['Points[?Sum == `3`].Sum', '[3.0]'],
  ['[Points[0].Sum, Total, `7`]', '[5.0,5,7]'],
])('%s selects %s', async (query, shown) => {
  const select = await compileQuery(query);
  expect(renderJson(withDoubles(select, plainOf(points(5, 3), model))).replaceAll(/\s/g, '')).toBe(shown);
});

const json: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new Double(value)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const numbers = (value: unknown): unknown => {
  if (value instanceof Double) return value.value;
  if (Array.isArray(value)) return value.map(numbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, numbers(item)]));
};

test('what is printed is read as the same, as JSON and as YAML', () => {
  fc.assert(
    fc.property(fc.array(json, { minLength: 1 }), (value) => {
      expect(JSON.parse(renderJson(value))).toEqual(numbers(value));
      expect(parse(renderYaml(value), { version: '1.1' })).toEqual(numbers(value));
    }),
  );
});

test('the least change of a double in data changes only doubles of the result of a query that selects', async () => {
  const select = await compileQuery('[Points[].Sum, Total]');
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e300, min: -1e300 })), (sums) => {
      const found = withDoubles(select, plainOf(points(...sums), model));
      expect(found).toEqual([sums.map((sum) => new Double(sum)), 5]);
    }),
  );
});
