/** How long it takes to check a thousand policy tests, as a multiple of what Node takes for nothing. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';

const TESTS = 1000;
const USERS = 20;

export async function policyTests(folder: string, { ssebox, node }: Programs): Promise<Figure[]> {
  const store = join(folder, 'unused');
  const file = join(folder, 'policies.test.yaml');
  writeFileSync(file, `${GIVEN}tests:\n${Array.from({ length: TESTS }, (_, i) => testOf(i)).join('')}`);
  const one = join(folder, 'one.test.yaml');
  writeFileSync(one, `${GIVEN}tests:\n${testOf(0)}`);
  const works = {
    node: () => node('-e', '0'),
    one: () => ssebox(store, 'check', one),
    all: () => ssebox(store, 'check', file),
  };
  await inTurns(2, works);
  const times = await inTurns(15, works);
  const base = median(times.node);
  return [
    {
      name: `check of ${TESTS.toLocaleString('en')} policy tests ÷ node -e 0`,
      value: median(times.all) / base,
      unit: '÷',
      aim: { atMost: 20 },
    },
    { name: 'check of one ÷ node -e 0', value: median(times.one) / base, unit: '÷' },
  ];
}

/** Half of the users may read and decrypt, with a bucket whose objects are encrypted under a key. */
const GIVEN = `given:
  groups:
    readers:
      policies:
        - Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: ["s3:GetObject", "s3:ListBucket"], Resource: ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]}
            - {Effect: Allow, Action: ["kms:Decrypt", "kms:DescribeKey"], Resource: "*"}
  users:
${Array.from({ length: USERS }, (_, i) => `    user${i}: ${i % 2 === 0 ? '{groups: [readers]}' : ''}\n`).join('')}  keys:
    alias/reports:
  buckets:
    reports:
      encryption: {key: alias/reports}
      objects: [a.txt]
`;

/** What tests ask for, in turn; the users of the group may do all but the last. */
const COMMANDS = [
  's3api get-object --bucket reports --key a.txt /dev/null',
  'kms describe-key --key-id alias/reports',
  's3 ls s3://reports',
  's3api put-object --bucket reports --key b.txt',
];

function testOf(i: number): string {
  const user = i % USERS;
  const command = Math.floor(i / USERS) % COMMANDS.length;
  const expected = user % 2 === 0 && command < COMMANDS.length - 1 ? 'allow' : 'deny';
  return `  - name: test ${i}\n    as: user/user${user}\n    do: ${COMMANDS[command]}\n    expect: ${expected}\n`;
}
