import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

interface Case {
  /** What is there before. */
  readonly before?: (line: CommandLine) => Promise<readonly string[]>;
  /** Words to explain; those that `before` returns come after them. */
  readonly words: readonly string[];
  readonly code: string;
  /** The cause, as the hint below the refusal of the call itself has it. */
  readonly cause: RegExp;
}

const keyArn = async (line: CommandLine): Promise<string> => {
  const { json } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app']);
  return (json as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
};

const cases: Readonly<Record<string, Case>> = {
  'a key in another region than the bucket': {
    before: async (line) => {
      await line.ok(['s3', 'mb', 's3://euro', '--region', 'eu-west-1']);
      return ['--sse', 'aws:kms', '--sse-kms-key-id', await keyArn(line), '--region', 'eu-west-1'];
    },
    words: ['--', 's3', 'put', '-', 's3://euro/x'],
    code: 'KMS.NotFoundException',
    cause: /^the key is in us-east-1, the bucket in eu-west-1$/,
  },
  'a key in another region than the call': {
    before: async (line) => [await keyArn(line), '--region', 'eu-west-1'],
    words: ['kms', 'describe-key'],
    code: 'NotFoundException',
    cause: /^the key is in us-east-1, the call in eu-west-1$/,
  },
  'a disabled key': {
    before: async (line) => {
      const arn = await keyArn(line);
      await line.ok(['kms', 'disable-key', '--key-id', arn]);
      return [];
    },
    words: ['s3', 'get', 's3://reports/2026/q1.csv'],
    code: 'KMS.DisabledException',
    cause:
      /^enable it with ssebox kms enable-key --key-id [0-9a-f-]{36}, which arn:aws:iam::111122223333:user\/admin may; for others: ssebox who-can kms:EnableKey arn:aws:kms:us-east-1:111122223333:key\/[0-9a-f-]{36}$/,
  },
  'an alias that is not there': {
    words: ['kms', 'decrypt', 'alias/ap'],
    code: 'NotFoundException',
    cause: /^did you mean alias\/app\? there are alias\/app, /,
  },
  'a bucket that is not there': {
    words: ['s3', 'ls', 's3://report'],
    code: 'NoSuchBucket',
    cause: /^did you mean reports\? the buckets are drafts, photos, reports$/,
  },
  'an object that is not there': {
    words: ['s3', 'head', 's3://reports/2026/q9.csv'],
    code: 'NoSuchKey',
    cause: /^did you mean 2026\/q1\.csv or 2026\/q2\.csv\?/,
  },
  'an object that is not there, in a command that checks it first': {
    words: ['--', 's3', 'cp', 's3://reports/2026/q9.csv', 'q9'],
    code: 'NoSuchKey',
    cause: /^did you mean 2026\/q1\.csv or 2026\/q2\.csv\?/,
  },
  'a user that is not there': {
    words: ['iam', 'get-user', '--user-name', 'bo'],
    code: 'NoSuchEntity',
    cause: /^did you mean bob\? the users are admin, ana, bob$/,
  },
  'a policy that is malformed': {
    before: async (line) => {
      const file = line.path('policy.json');
      writeFileSync(
        file,
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow",\n "Actoin": "s3:*", "Resource": "*"}}',
      );
      return ['--policy-document', `file://${file}`];
    },
    words: ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p'],
    code: 'MalformedPolicyDocument',
    cause: /^"Actoin" is not an element of a statement \(line 2, column 2\): did you mean "Action"\?$/,
  },
};

test.for(Object.entries(cases))('no policy helps against %s', async ([, { before, words, code, cause }]) => {
  const line = await newSample();
  const all = ['explain', ...words, ...((await before?.(line)) ?? [])];
  const { json } = await line.ok(all, { stdin: 'x' });
  expect(json).toMatchObject({
    Allowed: false,
    Refusal: { Code: code, NoPolicyHelps: true, Reason: expect.stringMatching(cause) },
  });
  // What comes after -- is the command's own.
  const at = Math.max(all.indexOf('--'), 0) || all.length;
  const { out } = await line.ok(all.toSpliced(at, 0, '--fix'), { stdin: 'x', terminal: 1000 });
  const [told = ''] = out.split('\n').filter((each) => each.startsWith('! '));
  expect(told).toMatch(/ \(no policy helps\)$/);
  expect(told.slice('! '.length, -' (no policy helps)'.length)).toMatch(cause);
  expect(out).not.toContain('add to ');
});

test('a denial says nothing of the kind, and one that hides an absence says so', async () => {
  const line = await newSample();
  const denied = await line.ok(['explain', 's3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/bob']);
  expect(denied.out).not.toContain('NoPolicyHelps');
  const key = '11111111-2222-3333-4444-555555555555';
  const foreign = ['explain', 'kms', 'describe-key', `arn:aws:kms:us-east-1:444455556666:key/${key}`];
  expect((await line.ok(foreign)).json).toMatchObject({ Refusal: { NoPolicyHelps: true } });
  expect((await line.ok(foreign, { terminal: 1000 })).out).toContain(
    '! it hides that something does not exist (no policy helps)\n',
  );
});

test('a call that was made is explained with the same cause, by its place and by its id', async () => {
  const line = await newSample();
  await line.ssebox(['s3api', 'head-bucket', '--bucket', 'photos']);
  await line.ssebox(['kms', 'describe-key', '--key-id', 'alias/ap']);
  const { json: last } = await line.ok(['explain', 'last']);
  const { Event } = last as { Event: { Id: string } };
  for (const words of [['last'], ['event', Event.Id], [Event.Id]]) {
    expect((await line.ok(['explain', ...words])).json).toMatchObject({
      Refusal: { NoPolicyHelps: true, Reason: 'did you mean alias/app? there are alias/app, alias/aws/s3' },
    });
  }
});

test('whoever may not enable a disabled key is told so, also of a call that was made', async () => {
  const line = await newSample();
  await line.ok(['kms', 'disable-key', '--key-id', await keyArn(line)]);
  const get = [
    's3api',
    'get-object',
    '--bucket',
    'reports',
    '--key',
    '2026/q1.csv',
    line.path('x'),
    '--as',
    'user/ana',
  ];
  const Reason = expect.stringMatching(
    /, which arn:aws:iam::111122223333:user\/ana may not; for others: ssebox who-can kms:EnableKey arn:aws:kms:us-east-1:111122223333:key\/[0-9a-f-]{36}$/,
  );
  expect((await line.ok(['explain', ...get])).json).toMatchObject({ Refusal: { NoPolicyHelps: true, Reason } });
  expect((await line.ssebox(get)).code).toBe(254);
  expect((await line.ok(['explain', 'last', '--as', 'user/ana'])).json).toMatchObject({ Refusal: { Reason } });
});
