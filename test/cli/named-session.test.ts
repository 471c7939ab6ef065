/** `--as` with the id of an access key: the very session or user of it, however it is given; and who is nobody. */

import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { DAY, MINUTE, START } from '../support/harness.ts';
import { samplePlace } from '../support/place.ts';

const ROLE = 'arn:aws:iam::111122223333:role/night';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/night/shift';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const trust = document({
  Effect: 'Allow',
  Principal: { AWS: '111122223333' },
  Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
});

/** A role that may do everything, and the id of a session of it that was assumed with these options. */
async function assumed(line: CommandLine, ...options: string[]): Promise<string> {
  await line.ok(['iam', 'create-role', '--role-name', 'night', '--assume-role-policy-document', trust]);
  const all = document({ Effect: 'Allow', Action: '*', Resource: '*' });
  await line.ok(['iam', 'put-role-policy', '--role-name', 'night', '--policy-name', 'all', '--policy-document', all]);
  return assumedAgain(line, ...options);
}

const assumedAgain = (line: CommandLine, ...options: string[]) =>
  text(
    line,
    'sts',
    'assume-role',
    '--role-arn',
    ROLE,
    '--role-session-name',
    'shift',
    ...options,
    '--query',
    'Credentials.AccessKeyId',
  );

const text = async (line: CommandLine, ...words: string[]) =>
  (await line.ok([...words, '--output', 'text'])).out.trim();

const newKey = (line: CommandLine) =>
  text(line, 'iam', 'create-access-key', '--user-name', 'ana', '--query', 'AccessKey.AccessKeyId');

const whoami = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];

const onlyAliases = document({ Effect: 'Allow', Action: ['kms:ListAliases', 'sts:AssumeRole'], Resource: '*' });
const limited = ['--policy', onlyAliases, '--tags', 'Key=team,Value=red', '--source-identity', 'ann'];

/** The context of a call, as `explain` shows it. */
async function contextOf(line: CommandLine, as: string): Promise<unknown> {
  const { json } = await line.ok(['explain', 'kms', 'list-aliases', '--as', as]);
  return (json as { Decisions: { Context: unknown }[] }).Decisions[0]?.Context;
}

test('--as with the id of a session is that session: its policy, tags, source identity and time of issue', async () => {
  const line = await newSample();
  const id = await assumed(line, ...limited);
  line.advance(10 * MINUTE);
  expect((await line.ok([...whoami, '--as', id])).out).toBe(`${SESSION}\n`);
  await line.ok(['kms', 'list-aliases', '--as', id]);
  const refused = await line.ssebox(['kms', 'list-keys', '--as', id]);
  expect(refused.err).toContain(`User: ${SESSION} is not authorized to perform: kms:ListKeys`);
  expect(refused.err).toContain('because no session policy allows the kms:ListKeys action');
  expect(await contextOf(line, id)).toMatchObject({
    'aws:PrincipalTag/team': 'red',
    'aws:SourceIdentity': 'ann',
    'aws:TokenIssueTime': '2026-05-04T09:00:00Z',
  });
  const events = await line.ok([
    'cloudtrail',
    'lookup-events',
    '--lookup-attributes',
    `AttributeKey=AccessKeyId,AttributeValue=${id}`,
  ]);
  const { Events } = events.json as { Events: { EventName: string }[] };
  expect(Events.map(({ EventName }) => EventName).toSorted()).toEqual(['GetCallerIdentity', 'ListAliases', 'ListKeys']);
});

test('--as role/NAME/SESSION is a plain session, whatever was assumed under that name', async () => {
  const line = await newSample();
  await assumed(line);
  const asked = async () => [
    await contextOf(line, 'role/night/shift'),
    (await line.ssebox(['kms', 'list-keys', '--as', 'role/night/shift'])).code,
    (await line.ok(['sts', 'get-caller-identity', '--as', 'role/night/shift'])).json,
  ];
  const before = await asked();
  await assumedAgain(line, ...limited, '--transitive-tag-keys', 'team', '--duration-seconds', '900');
  expect(await asked()).toEqual(before);
  expect(before).toMatchObject([{ 'aws:TokenIssueTime': '2026-05-04T09:00:00Z' }, 0, { Arn: SESSION }]);
  expect(before[0]).not.toHaveProperty(['aws:PrincipalTag/team']);
  expect(before[0]).not.toHaveProperty(['aws:SourceIdentity']);
  line.advance(DAY);
  expect(await contextOf(line, 'role/night/shift')).toMatchObject({ 'aws:TokenIssueTime': '2026-05-05T09:00:00Z' });
  const chained = ['sts', 'assume-role', '--role-arn', ROLE, '--role-session-name', 'next', '--as', 'role/night/shift'];
  expect((await line.ok(chained)).json).not.toHaveProperty('SourceIdentity');
  const last = ['cloudtrail', 'lookup-events', '--max-items', '1', '--query', 'Events[0].CloudTrailEvent'];
  const { userIdentity } = JSON.parse(String((await line.ok(last)).json));
  expect(userIdentity).toMatchObject({
    arn: SESSION,
    sessionContext: { attributes: { creationDate: '2026-05-05T09:00:00Z' } },
  });
  expect(userIdentity).not.toHaveProperty('accessKeyId');
});

test('a session named by its id passes on its transitive tags and source identity', async () => {
  const line = await newSample();
  const id = await assumed(line, ...limited, '--transitive-tag-keys', 'team');
  const chain = ['sts', 'assume-role', '--role-arn', ROLE, '--role-session-name', 'next', '--as', id];
  const chained = await line.ssebox(chain);
  expect(chained.err).toContain('sts:TagSession');
  const free = await assumedAgain(
    line,
    '--tags',
    'Key=team,Value=red',
    '--transitive-tag-keys',
    'team',
    '--source-identity',
    'ann',
  );
  const { json } = await line.ok([...chain.slice(0, -1), free]);
  expect(json).toMatchObject({ SourceIdentity: 'ann' });
  const { AccessKeyId } = (json as { Credentials: { AccessKeyId: string } }).Credentials;
  expect(await contextOf(line, AccessKeyId)).toMatchObject({
    'aws:PrincipalTag/team': 'red',
    'aws:SourceIdentity': 'ann',
  });
});

test('--as with the id of a long-term key is its user, renamed or not', async () => {
  const line = await newSample();
  const id = await newKey(line);
  await line.ok(['iam', 'update-user', '--user-name', 'ana', '--new-user-name', 'anna']);
  expect((await line.ok([...whoami, '--as', id])).out).toBe('arn:aws:iam::111122223333:user/anna\n');
  const events = await line.ok([
    'cloudtrail',
    'lookup-events',
    '--lookup-attributes',
    `AttributeKey=AccessKeyId,AttributeValue=${id}`,
  ]);
  expect(events.json).toMatchObject({ Events: [{ EventName: 'GetCallerIdentity', Username: 'anna' }] });
  expect(await contextOf(line, id)).not.toHaveProperty(['aws:TokenIssueTime']);
});

test.for([
  ['SSEBOX_AS', (id: string) => [[], { SSEBOX_AS: id }] as const],
  [
    'the config file',
    async (id: string, line: CommandLine) => {
      await line.ok(['config', 'set', 'as', id]);
      return [[], {}] as const;
    },
  ],
  [
    'a profile',
    async (id: string, line: CommandLine) => {
      await line.ok(['config', 'set', '--profile', 'night', 'as', id]);
      return [['--profile', 'night'], {}] as const;
    },
  ],
  [
    '--as beside other credentials',
    (id: string) => [['--as', id], { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }] as const,
  ],
] as const)('%s takes the id of a session', async ([, way]) => {
  const line = await newSample();
  const id = await assumed(line, '--policy', onlyAliases);
  const [words, variables] = await way(id, line);
  expect((await line.ok([...whoami, ...words], { variables })).out).toBe(`${SESSION}\n`);
  const explained = await line.ok(['explain', 'kms', 'list-keys', ...words, '--query', 'Refusal.Message'], {
    variables,
  });
  expect(explained.json).toContain('because no session policy allows');
});

const deleteNight = async (line: CommandLine) => {
  await line.ok(['iam', 'delete-role-policy', '--role-name', 'night', '--policy-name', 'all']);
  await line.ok(['iam', 'delete-role', '--role-name', 'night']);
};

const nobodies: readonly (readonly [
  state: string,
  make: (line: CommandLine) => Promise<string>,
  said: RegExp,
  hint: RegExp,
])[] = [
  ['an unknown session', async () => 'ASIAIOSFODNN7EXAMPLE', /^has never belonged to this store$/, /sts assume-role/],
  ['an unknown key', async () => 'AKIAIOSFODNN7EXAMPLE', /^has never belonged to this store$/, /create-access-key/],
  [
    'a deleted key',
    async (line) => {
      const id = await newKey(line);
      await line.ok(['iam', 'delete-access-key', '--user-name', 'ana', '--access-key-id', id]);
      return id;
    },
    /^has been deleted$/,
    /create-access-key/,
  ],
  [
    'an inactive key',
    async (line) => {
      const id = await newKey(line);
      await line.ok(['iam', 'update-access-key', '--user-name', 'ana', '--access-key-id', id, '--status', 'Inactive']);
      return id;
    },
    /^is inactive$/,
    /update-access-key --user-name ana --access-key-id AKIA\w+ --status Active/,
  ],
  [
    'a session of a deleted role',
    async (line) => {
      const id = await assumed(line);
      await deleteNight(line);
      return id;
    },
    /^is of a session that has ended: its role has been deleted$/,
    /sts assume-role/,
  ],
  [
    'a session of a role that was created again',
    async (line) => {
      const id = await assumed(line);
      await deleteNight(line);
      await assumed(line);
      return id;
    },
    /^is of a session that has ended: its role has been deleted$/,
    /sts assume-role/,
  ],
];

test.for(nobodies)('the id of %s names nobody, which is a usage error', async ([, make, said, hint]) => {
  const line = await newSample();
  const id = await make(line);
  for (const words of [
    ['kms', 'list-keys'],
    ['s3', 'ls'],
    ['explain', 'kms', 'list-keys'],
  ]) {
    const { code, out, err } = await line.ssebox([...words, '--as', id], { terminal: 200 });
    const [message = '', advice = ''] = err.split('\n');
    expect([code, out]).toEqual([252, '']);
    expect(message.replace(`the access key ${id} `, '')).toMatch(said);
    expect(advice).toMatch(hint);
  }
});

test('a session that has expired is refused as in AWS, in each service’s words', async () => {
  const line = await newSample();
  const id = await assumed(line, '--duration-seconds', '900');
  line.advance(15 * MINUTE - 1);
  await line.ok(['kms', 'list-keys', '--as', id]);
  line.advance(1);
  const EXPIRED = 'The security token included in the request is expired';
  for (const [words, code, operation, message] of [
    [['kms', 'list-keys'], 'ExpiredTokenException', 'ListKeys', EXPIRED],
    [['sts', 'get-caller-identity'], 'ExpiredToken', 'GetCallerIdentity', EXPIRED],
    [['s3api', 'list-buckets'], 'ExpiredToken', 'ListBuckets', 'The provided token has expired.'],
  ] as const) {
    expect(await line.ssebox([...words, '--as', id], { terminal: 200 })).toMatchObject({
      code: 254,
      err: `An error occurred (${code}) when calling the ${operation} operation: ${message}\nhint: assume the role again, or name another caller with --as\n`,
    });
  }
  const explained = await line.ok(['explain', 'kms', 'list-keys', '--as', id]);
  expect(explained.json).toMatchObject({ Allowed: false, Refusal: { Code: 'ExpiredTokenException' }, Decisions: [] });
});

test.for([
  'ASIA',
  'ASIA123',
  'asiaiosfodnn7example',
  'ASIAIOSFODNN7EXAMPLE/x',
  '111122223333:ASIAIOSFODNN7EXAMPLE',
  `ASIA${'A'.repeat(200)}`,
])('%s is not the id of an access key, and the message has all forms', async (as) => {
  const line = await newSample();
  const { code, err } = await line.ssebox([...whoami, '--as', as]);
  expect([code, err]).toEqual([
    252,
    `"${as}" is not a caller: write user/NAME, role/NAME, role/NAME/SESSION, federated-user/NAME, root, ACCOUNT:…, a full IAM ARN or the id of an access key\n`,
  ]);
});

test('--as is completed with the sessions of the account that can still call', async () => {
  const line = await newSample();
  const short = await assumed(line, '--duration-seconds', '900');
  const long = await assumedAgain(line);
  const ofAna = await text(line, 'sts', 'get-session-token', '--as', 'user/ana', '--query', 'Credentials.AccessKeyId');
  const offered = async (...words: string[]) => {
    const { out } = await line.ok(['completion', 'query', '--', ...words, '--as', 'ASIA']);
    return out.trim().split('\n').toSorted();
  };
  const until = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();
  const all = [
    `${short}\trole/night/shift, until ${until(15)}`,
    `${long}\trole/night/shift, until ${until(60)}`,
    `${ofAna}\ta session of user/ana, until ${until(720)}`,
  ];
  expect(await offered('s3', 'ls')).toEqual(all.toSorted());
  expect(await offered('s3', 'ls', '--as', '444455556666:root')).toEqual(['']);
  line.advance(30 * MINUTE);
  expect(await offered('kms', 'list-keys')).toEqual(all.slice(1).toSorted());
  await deleteNight(line);
  expect(await offered('kms', 'list-keys')).toEqual(all.slice(2));
});

test('the built program is the session', async () => {
  const place = await samplePlace();
  const { out } = await place.shell(`
    id=$(ssebox sts assume-role --role-arn arn:aws:iam::111122223333:role/reader --role-session-name audit \\
      --query Credentials.AccessKeyId --output text)
    ssebox sts get-caller-identity --as $id --query Arn --output text
    SSEBOX_AS=$id ssebox s3 ls > /dev/null; echo $?
    ssebox s3 ls --as ASIAIOSFODNN7EXAMPLE 2>&1; echo $?`);
  expect(out.trim().split('\n')).toEqual([
    'arn:aws:sts::111122223333:assumed-role/reader/audit',
    '254',
    'the access key ASIAIOSFODNN7EXAMPLE has never belonged to this store',
    '252',
  ]);
});
