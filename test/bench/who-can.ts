/** How long it takes to ask about every principal, as a multiple of what Node takes for nothing. */

import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, median } from './measure.ts';
import type { Programs } from './program.ts';
import { manyAtOnce, openStage, request } from './stage.ts';

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const trust = policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' });

/** What a user or role may do: nothing that matters here, everything with the key, or that through S3 from an office. */
const documents: readonly string[] = [
  policy({ Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' }),
  policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' }),
  policy(
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Resource: 'arn:aws:kms:us-east-1:111122223333:key/*',
    },
    { Effect: 'Deny', Action: 'kms:ScheduleKeyDeletion', Resource: '*' },
  ),
  policy({
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
      IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
    },
  }),
];

const KEY = 'alias/asked';

/** A store with a key and so many users and roles, beside the first user and the root user. */
async function fill(folder: string, principals: number): Promise<void> {
  const stage = await openStage(folder, 'kms', 'iam');
  try {
    const from = request({ grouped: true });
    const { output } = await stage.pipeline.invoke('kms', 'CreateKey', {}, from);
    const TargetKeyId = output.KeyMetadata?.KeyId ?? '';
    await stage.pipeline.invoke('kms', 'CreateAlias', { AliasName: KEY, TargetKeyId }, from);
    let made = 0;
    await manyAtOnce(32, principals - 2, async () => {
      const number = made++;
      const name = `p${number}`;
      const inline = { PolicyName: 'p', PolicyDocument: documents[number % documents.length] ?? '' };
      if (number % 2 === 0) {
        await stage.pipeline.invoke('iam', 'CreateUser', { UserName: name }, from);
        await stage.pipeline.invoke('iam', 'PutUserPolicy', { UserName: name, ...inline }, from);
      } else {
        await stage.pipeline.invoke('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust }, from);
        await stage.pipeline.invoke('iam', 'PutRolePolicy', { RoleName: name, ...inline }, from);
      }
    });
  } finally {
    await stage.close();
  }
}

export async function whoCan(folder: string, { ssebox, node }: Programs): Promise<Figure[]> {
  const [many, few] = [join(folder, 'many'), join(folder, 'few')];
  await fill(many, 1000);
  await fill(few, 200);
  const works = {
    node: () => node('-e', '0'),
    one: () => ssebox(many, 'who-can', 'kms:Decrypt', KEY),
    matrix: () => ssebox(few, 'who-can', '--matrix', KEY),
  };
  // What V8 compiled is kept at the first run of a command.
  await inTurns(3, works);
  const times = await inTurns(20, works);
  const base = median(times.node);
  return [
    {
      name: 'who-can of 1,000 principals and one action ÷ node -e 0',
      value: median(times.one) / base,
      unit: '÷',
      aim: { atMost: 10 },
    },
    {
      name: 'who-can of 200 principals and 20 actions ÷ node -e 0',
      value: median(times.matrix) / base,
      unit: '÷',
      aim: { atMost: 10 },
    },
  ];
}
