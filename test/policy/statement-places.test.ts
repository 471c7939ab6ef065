// IAM API Reference, Statement: positions as AWS's simulator reports them for documents that are written in many ways.

import { expect, test } from 'vitest';
import { awsManagedPolicy } from '../../src/policy/aws-managed-policies.ts';
import { statementPlaces } from '../../src/policy/statement-places.ts';

const ADMINISTRATOR = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": "*"
    }
  ]
}`;

test.each([
  // Each was an answer of AWS: https://docs.aws.amazon.com/cli/latest/reference/iam/simulate-custom-policy.html
  ['one line, no list', '{"Version":"2012-10-17","Statement":{"Effect":"Allow"}}', [[1, 38, 1, 55]]],
  ['one line, a list', '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}', [[1, 38, 1, 56]]],
  ['AdministratorAccess', ADMINISTRATOR, [[3, 17, 8, 6]]],
  [
    'a second statement starts behind the first',
    '{"Statement":[{"A":1},{"B":2}]}',
    [
      [1, 15, 1, 22],
      [1, 22, 1, 30],
    ],
  ],
  ['lines of other systems', '{\r\n"Statement":\r{\n}}', [[3, 2, 4, 2]]],
  ['nothing', '{}', []],
])('%s', (_what, text, places) => {
  expect(
    statementPlaces(text).map(({ StartPosition: from, EndPosition: to }) => [
      from.Line,
      from.Column,
      to.Line,
      to.Column,
    ]),
  ).toEqual(places);
});

test('every statement of a policy of AWS has a place', () => {
  const document = awsManagedPolicy('arn:aws:iam::aws:policy/PowerUserAccess')?.document ?? '';
  expect(statementPlaces(document)).toHaveLength(JSON.parse(document).Statement.length);
});
