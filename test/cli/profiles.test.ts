/** Profiles of the AWS CLI's config file and of ssebox's own: what they set, and who calls with them. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';

const iam = (rest: string) => `arn:aws:iam::111122223333:${rest}`;
const session = (rest: string) => `arn:aws:sts::111122223333:assumed-role/${rest}`;

/** Writes the AWS CLI's config file, and beside it credentials that nobody may read. */
function writeAws(line: CommandLine, text: string): void {
  mkdirSync(line.path('.aws'), { recursive: true });
  writeFileSync(line.path('.aws/config'), text);
  // Reading a folder as a file fails.
  mkdirSync(line.path('.aws/credentials'), { recursive: true });
}

async function sampleWith(text: string): Promise<CommandLine> {
  const line = await newSample();
  writeAws(line, text);
  return line;
}

const trust = (principal: string | readonly string[], condition: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...condition }],
  });

const createRole = (line: CommandLine, name: string, document: string) =>
  line.ok(['iam', 'create-role', '--role-name', name, '--assume-role-policy-document', document]);

const trustInReader = (line: CommandLine, users: readonly string[]) =>
  line.ok(['iam', 'update-assume-role-policy', '--role-name', 'reader', '--policy-document', trust(users.map(iam))]);

const whoIs = async (line: CommandLine, words: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  (
    await line.ok(['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text', ...words], { variables })
  ).out.trim();

const eventsOf = async (line: CommandLine, name: string): Promise<unknown[]> => {
  const lookup = [
    'cloudtrail',
    'lookup-events',
    '--lookup-attributes',
    `AttributeKey=EventName,AttributeValue=${name}`,
  ];
  const { json } = await line.ok([...lookup, '--query', 'Events[].CloudTrailEvent', '--region', 'us-east-1']);
  return (json as string[]).map((event) => JSON.parse(event));
};

const FILE = `
[default]
region = eu-west-1
output = yaml

[profile dev]
region=us-west-2
s3 =
  multipart_threshold = 64MB
  addressing_style = path
cli_pager =

[profile "with blank"]
region = eu-west-3

[plugins]
region = eu-north-1
`;

interface Layered {
  readonly config?: readonly (readonly string[])[];
  readonly words?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly setting: string;
  readonly value: string | undefined;
}

// The environment, the profile in ssebox's config, in the AWS CLI's, then what ssebox has for all profiles.
const layers: readonly Layered[] = [
  { setting: 'region', value: 'eu-west-1' },
  { setting: 'output', value: 'yaml' },
  { setting: 'region', value: 'eu-west-1', words: ['--profile', 'default'] },
  { setting: 'region', value: 'us-west-2', words: ['--profile', 'dev'] },
  { setting: 'region', value: 'us-west-2', variables: { AWS_PROFILE: 'dev' } },
  { setting: 'region', value: 'us-west-2', variables: { AWS_DEFAULT_PROFILE: 'dev' } },
  { setting: 'region', value: 'us-west-2', variables: { AWS_PROFILE: 'default' }, words: ['--profile', 'dev'] },
  { setting: 'region', value: 'eu-west-3', words: ['--profile', 'with blank'] },
  { setting: 'output', value: undefined, words: ['--profile', 'dev'] },
  { setting: 's3.multipart_threshold', value: '64MB', words: ['--profile', 'dev'] },
  { setting: 'region', value: 'sa-east-1', words: ['--profile', 'dev'], variables: { AWS_REGION: 'sa-east-1' } },
  { config: [['region', 'us-east-2']], setting: 'region', value: 'us-east-2' },
  { config: [['output', 'text']], setting: 'region', value: 'eu-west-1' },
  { config: [['region', 'us-east-2']], setting: 'region', value: 'us-west-2', words: ['--profile', 'dev'] },
  { config: [['output', 'text']], setting: 'output', value: 'text', words: ['--profile', 'dev'] },
  {
    config: [['region', 'ca-central-1', '--profile', 'dev']],
    setting: 'region',
    value: 'ca-central-1',
    words: ['--profile', 'dev'],
  },
  {
    config: [['output', 'text', '--profile', 'dev']],
    setting: 'region',
    value: 'us-west-2',
    words: ['--profile', 'dev'],
  },
  { config: [['role_arn', iam('role/reader')]], setting: 'role_arn', value: undefined, words: ['--profile', 'dev'] },
];

test.for(layers)('$setting is $value with $config, $words and $variables', async (row) => {
  const line = newCommandLine();
  writeAws(line, FILE);
  for (const words of row.config ?? []) await line.ok(['config', 'set', ...words]);
  const { variables = {} } = row;
  const { code, out } = await line.ssebox(['config', 'get', row.setting, ...(row.words ?? [])], { variables });
  expect([code, out]).toEqual(row.value === undefined ? [1, ''] : [0, `${row.value}\n`]);
  expect(readFileSync(line.path('.aws/config'), 'utf8')).toBe(FILE);
});

test('cli_binary_format is how binary values are given where no option says it', async () => {
  const line = await sampleWith('[default]\ncli_binary_format = raw-in-base64-out\n[profile plain]\n');
  const generate = [
    'kms',
    'generate-mac',
    '--key-id',
    'alias/mac',
    '--mac-algorithm',
    'HMAC_SHA_256',
    '--query',
    'Mac',
  ];
  const create = ['kms', 'create-key', '--key-spec', 'HMAC_256', '--key-usage', 'GENERATE_VERIFY_MAC'];
  const { json: id } = await line.ok([...create, '--query', 'KeyMetadata.KeyId']);
  await line.ok(['kms', 'create-alias', '--alias-name', 'alias/mac', '--target-key-id', String(id)]);
  const macOf = async (...words: readonly string[]) => (await line.ok([...generate, '--message', ...words])).json;
  const raw = await macOf('aGk=');
  expect(await macOf('YUdrPQ==', '--cli-binary-format', 'base64')).toBe(raw);
  expect(await macOf('YUdrPQ==', '--profile', 'plain')).toBe(raw);
});

test('cli_error_format is how refusals are shown where no option says it', async () => {
  const line = await sampleWith('[default]\ncli_error_format = json\n[profile plain]\n');
  const errorOf = async (...words: readonly string[]) =>
    (await line.ssebox(['kms', 'describe-key', '--key-id', 'alias/none', ...words])).err;
  expect(JSON.parse(await errorOf())).toMatchObject({ Code: 'NotFoundException' });
  const usual = expect.stringMatching(/^An error occurred \(NotFoundException\)/);
  expect(await errorOf('--profile', 'plain')).toEqual(usual);
  expect(await errorOf('--cli-error-format', 'legacy')).toEqual(usual);
  expect(JSON.parse(await errorOf('--error-format', 'json'))).toHaveProperty('Error.Code', 'NotFoundException');
});

// As the services send them: KMS's numbers, S3's milliseconds and header, IAM's seconds.
const wire: readonly (readonly [words: string, query: string, time: unknown])[] = [
  ['kms describe-key --key-id alias/app', 'KeyMetadata.CreationDate', expect.any(Number)],
  ['iam get-user --user-name bob', 'User.CreateDate', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)],
  [
    's3api list-objects-v2 --bucket reports',
    'Contents[0].LastModified',
    expect.stringMatching(/T\d\d:\d\d:\d\d\.000Z$/),
  ],
  [
    's3api head-object --bucket reports --key 2026/q1.csv',
    'LastModified',
    expect.stringMatching(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/),
  ],
];

test.for(wire)('with cli_timestamp_format = wire, %s has its %s as it was sent', async ([words, query, time]) => {
  const line = await sampleWith(
    '[profile wire]\ncli_timestamp_format = wire\n[profile iso]\ncli_timestamp_format = iso8601\n',
  );
  const shown = async (profile: string): Promise<unknown> =>
    (await line.ok([...words.split(' '), '--query', query, '--profile', profile])).json;
  const sent = await shown('wire');
  expect(sent).toEqual(time);
  const ms = typeof sent === 'number' ? sent * 1000 : Date.parse(String(sent));
  expect(Math.abs(Date.parse(String(await shown('iso'))) - ms)).toBeLessThan(1000);
});

test('AWS_CONFIG_FILE names another file, or none', async () => {
  const line = newCommandLine();
  writeAws(line, FILE);
  writeFileSync(line.path('other'), '[default]\nregion = eu-north-1\n');
  const region = async (AWS_CONFIG_FILE: string) =>
    (await line.ssebox(['config', 'get', 'region'], { variables: { AWS_CONFIG_FILE } })).out;
  expect(await region(line.path('other'))).toBe('eu-north-1\n');
  expect(await region('~/other')).toBe('eu-north-1\n');
  expect(await region('/dev/null')).toBe('');
  expect(await region(line.path('missing'))).toBe('');
});

test('a value that ssebox does not have stops commands, until the config of ssebox has another', async () => {
  const line = await sampleWith('[default]\nregion = mars-1\n');
  const list = ['kms', 'list-keys', '--query', 'length(Keys)'];
  const { code, err } = await line.ssebox(list);
  expect([code, err]).toEqual([
    253,
    `region of the profile (default) in ${line.path('.aws/config')} must be the name of an AWS region, such as eu-west-1, not "mars-1"\n`,
  ]);
  await line.ok(['config', 'set', 'region', 'us-east-1']);
  await line.ok(list);
});

test('a file that cannot be read is named with the line', async () => {
  const line = await sampleWith('[default]\nregion eu-west-1\n');
  const { code, err } = await line.ssebox(['kms', 'list-keys']);
  expect([code, err]).toEqual([
    253,
    `the AWS config file ${line.path('.aws/config')} cannot be used: line 2: it is not a section such as [default], and not NAME = VALUE\n`,
  ]);
});

const ROLES = `
[profile dev]
role_arn = ${iam('role/reader')}
source_profile = default
[profile named]
role_arn = ${iam('role/reader')}
source_profile = bob
role_session_name = night
[profile bob]
[profile ext]
role_arn = ${iam('role/ext')}
source_profile = default
external_id = 42
duration_seconds = 900
role_session_name = short
[profile chain]
role_arn = ${iam('role/two')}
source_profile = ext
role_session_name = last
[profile other]
role_arn = arn:aws:iam::444455556666:role/far
source_profile = default
role_session_name = far
`;

async function withRoles(): Promise<CommandLine> {
  const line = await sampleWith(ROLES);
  await line.ok(['config', 'set', '--profile', 'bob', 'as', 'user/bob']);
  const condition = { Condition: { StringEquals: { 'sts:ExternalId': '42' } } };
  await createRole(line, 'ext', trust(iam('root'), condition));
  await createRole(line, 'two', trust(iam('role/ext')));
  return line;
}

test('a role is assumed by the source’s caller, and the audit log shows both', async () => {
  const line = await withRoles();
  expect(await whoIs(line, ['--profile', 'dev'])).toMatch(/:assumed-role\/reader\/botocore-session-\d{10}$/);
  const [assumed] = await eventsOf(line, 'AssumeRole');
  expect(assumed).toMatchObject({
    userIdentity: { arn: iam('user/admin') },
    requestParameters: { roleArn: iam('role/reader') },
  });
  const [identity] = await eventsOf(line, 'GetCallerIdentity');
  expect(identity).toMatchObject({
    userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: iam('role/reader') } } },
  });
});

test('session name, external id, duration and chains are the profile’s', async () => {
  const line = await withRoles();
  expect(await whoIs(line, [], { AWS_PROFILE: 'ext' })).toBe(session('ext/short'));
  expect(await whoIs(line, ['--profile', 'chain'])).toBe(session('two/last'));
  const events = await eventsOf(line, 'AssumeRole');
  expect(events).toEqual([
    expect.objectContaining({
      userIdentity: expect.objectContaining({ arn: session('ext/short') }),
      requestParameters: { roleArn: iam('role/two'), roleSessionName: 'last' },
    }),
    ...[1, 2].map(() =>
      expect.objectContaining({
        userIdentity: expect.objectContaining({ arn: iam('user/admin') }),
        requestParameters: expect.objectContaining({
          durationSeconds: 900,
          externalId: '42',
          roleSessionName: 'short',
        }),
      }),
    ),
  ]);
});

test('the trust policy decides', async () => {
  const line = await withRoles();
  await trustInReader(line, ['user/ana']);
  const { code, err } = await line.ssebox(['sts', 'get-caller-identity', '--profile', 'named']);
  expect(code).toBe(254);
  expect(err).toContain(
    `An error occurred (AccessDenied) when calling the AssumeRole operation: User: ${iam('user/bob')} is not authorized to perform: sts:AssumeRole on resource: ${iam('role/reader')}`,
  );
  await line.ok(['config', 'set', '--profile', 'bob', 'as', 'user/ana']);
  expect(await whoIs(line, ['--profile', 'named'])).toBe(session('reader/night'));
});

test('a role of another account is assumed across accounts', async () => {
  const line = await withRoles();
  const far = ['--as', '444455556666:user/admin'];
  const create = [
    'iam',
    'create-role',
    '--role-name',
    'far',
    '--assume-role-policy-document',
    trust(iam('user/admin')),
  ];
  await line.ok([...create, ...far]);
  expect(await whoIs(line, ['--profile', 'other'])).toBe('arn:aws:sts::444455556666:assumed-role/far/far');
});

interface Precedence {
  readonly words: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly arn: string;
}

test('the caller is the option’s, the environment’s, the profile’s', async () => {
  const line = await withRoles();
  await trustInReader(line, ['user/ana', 'user/bob']);
  const create = ['iam', 'create-access-key', '--user-name', 'ana', '--output', 'text'];
  const { out } = await line.ok([...create, '--query', 'AccessKey.[AccessKeyId,SecretAccessKey]']);
  const [AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = ''] = out.trim().split('\t');
  const key = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  const table: readonly Precedence[] = [
    { words: ['--profile', 'named', '--as', 'user/ana'], variables: {}, arn: iam('user/ana') },
    { words: ['--profile', 'named'], variables: { SSEBOX_AS: 'user/ana' }, arn: iam('user/ana') },
    { words: [], variables: { AWS_PROFILE: 'named', ...key }, arn: iam('user/ana') },
    { words: ['--profile', 'named'], variables: key, arn: session('reader/night') },
    {
      words: [],
      variables: { AWS_PROFILE: 'named', ...key, AWS_ACCESS_KEY_ID: 'foreign' },
      arn: session('reader/night'),
    },
  ];
  for (const { words, variables, arn } of table) expect(await whoIs(line, words, variables)).toBe(arn);
  // An access key in a profile is its caller, and assumes the profile's own role.
  await line.ok(['config', 'set', '--profile', 'keyed', 'aws_access_key_id', AWS_ACCESS_KEY_ID]);
  expect(await whoIs(line, ['--profile', 'keyed'])).toBe(iam('user/ana'));
  for (const [name, value] of [
    ['role_arn', iam('role/reader')],
    ['source_profile', 'keyed'],
    ['role_session_name', 'own'],
  ] as const) {
    await line.ok(['config', 'set', '--profile', 'keyed', name, value]);
  }
  expect(await whoIs(line, ['--profile', 'keyed'])).toBe(session('reader/own'));
  expect(await eventsOf(line, 'AssumeRole')).toContainEqual(
    expect.objectContaining({ userIdentity: expect.objectContaining({ arn: iam('user/ana') }) }),
  );
  await line.ok(['config', 'set', '--profile', 'keyed', 'as', 'user/bob']);
  expect(await whoIs(line, ['--profile', 'keyed'])).toBe(iam('user/bob'));
});

test('the default profile’s role calls where no profile is named', async () => {
  const line = await sampleWith(
    `[default]\nrole_arn = ${iam('role/reader')}\nsource_profile = base\nrole_session_name = me\n[profile base]\n[profile plain]\n`,
  );
  expect(await whoIs(line, [])).toBe(session('reader/me'));
  expect(await whoIs(line, ['--profile', 'plain'])).toBe(iam('user/admin'));
  await line.ok(['config', 'set', 'as', 'user/bob']);
  expect(await whoIs(line, [])).toBe(iam('user/bob'));
});

test('a role is assumed once for a command, and again before its session ends', async () => {
  const line = await withRoles();
  await line.ok([
    'iam',
    'attach-role-policy',
    '--role-name',
    'ext',
    '--policy-arn',
    'arn:aws:iam::aws:policy/AdministratorAccess',
  ]);
  mkdirSync(line.path('many'));
  for (const name of ['a', 'b', 'c']) writeFileSync(line.path(`many/${name}`), name);
  await line.ok(['s3', 'sync', line.path('many'), 's3://drafts/many', '--profile', 'ext']);
  expect(await eventsOf(line, 'AssumeRole')).toHaveLength(1);
  let pauses = 0;
  const waiting = ['s3api', 'wait', 'object-exists', '--bucket', 'drafts', '--key', 'none', '--profile', 'ext'];
  const ended = await line.ssebox(waiting, {
    pause: async () => {
      pauses += 1;
      line.advance(300_000);
    },
  });
  expect(ended.code).toBe(255);
  // A session of 15 minutes serves three calls that are five minutes apart.
  expect(await eventsOf(line, 'AssumeRole')).toHaveLength(1 + Math.ceil((pauses + 1) / 3));
});

const FAULTS = `
[default]
credential_process = /bin/credentials
[profile plain]
[profile a]
role_arn = ${iam('role/reader')}
source_profile = b
[profile b]
role_arn = ${iam('role/reader')}
source_profile = a
[profile self]
role_arn = ${iam('role/reader')}
source_profile = self
[profile gone]
role_arn = ${iam('role/gone')}
source_profile = plain
[profile elsewhere]
role_arn = arn:aws:iam::444455556666:role/reader
source_profile = plain
[profile wrong-path]
role_arn = ${iam('role/team/reader')}
source_profile = plain
[profile lost]
role_arn = ${iam('role/reader')}
source_profile = nowhere
[profile alone]
role_arn = ${iam('role/reader')}
[profile ec2]
role_arn = ${iam('role/reader')}
credential_source = Ec2InstanceMetadata
[profile web]
role_arn = ${iam('role/reader')}
web_identity_token_file = /token
[profile sso]
sso_session = corp
[profile old-sso]
sso_start_url = https://example.awsapps.com/start
[profile process]
credential_process = /bin/credentials
[profile from-default]
role_arn = ${iam('role/reader')}
source_profile = default
[profile from-sso]
role_arn = ${iam('role/reader')}
source_profile = sso
[profile bad-arn]
role_arn = reader
source_profile = default
`;

const notHere = (arn: string, profile: string) =>
  `the role ${arn} of the profile (${profile}) is not in this store: create it with ssebox iam create-role, or name another caller with --as`;
const foreign = (profile: string, option: string) =>
  `the profile (${profile}) takes its credentials from ${option}, which ssebox does not have: name its caller with ssebox configure set as user/NAME --profile ${profile}`;
const circle = (path: string, first: string) =>
  `the source profiles form a circle, ${path}: end it with ssebox configure set source_profile default --profile ${first}`;

const faults: readonly (readonly [profile: string, message: string])[] = [
  ['a', circle('a → b → a', 'a')],
  ['self', circle('self → self', 'self')],
  ['gone', notHere(iam('role/gone'), 'gone')],
  ['elsewhere', notHere('arn:aws:iam::444455556666:role/reader', 'elsewhere')],
  ['wrong-path', notHere(iam('role/team/reader'), 'wrong-path')],
  [
    'lost',
    'The source_profile "nowhere" referenced in the profile "lost" does not exist: create it with ssebox configure set as user/NAME --profile nowhere',
  ],
  [
    'alone',
    'the profile (alone) has a role_arn but no source_profile: set it with ssebox configure set source_profile default --profile alone',
  ],
  ['ec2', foreign('ec2', 'credential_source')],
  ['web', foreign('web', 'web_identity_token_file')],
  ['sso', foreign('sso', 'sso_session')],
  ['old-sso', foreign('old-sso', 'sso_start_url')],
  ['process', foreign('process', 'credential_process')],
  ['from-sso', foreign('sso', 'sso_session')],
  [
    'from-default',
    'the profile (default) takes its credentials from credential_process, which ssebox does not have: name its caller with ssebox configure set default.as user/NAME',
  ],
];

test.for(faults)('the profile %s is never replaced by user/admin', async ([profile, message]) => {
  const line = await sampleWith(FAULTS);
  const call = ['kms', 'list-keys', '--region', 'us-east-1', '--profile', profile];
  const { code, out, err } = await line.ssebox(call);
  expect([code, out, err]).toEqual([253, '', `${message}\n`]);
  expect(await eventsOf(line, 'ListKeys')).toEqual([]);
  // What calls nothing is not stopped, and another caller can be named.
  await line.ok(['store', 'info', '--profile', profile]);
  await line.ok(['config', 'list', '--profile', profile]);
  await line.ok([...call, '--as', 'user/admin']);
});

const nobody = 'there is no user "nobody" in account 111122223333: choose one of ';

test.for([
  ['nb', ['as', 'user/nobody'], nobody],
  ['nb', ['as', 'anyone'], '"anyone" is not a caller: write user/NAME'],
  ['nb', ['as', 'AKIAIOSFODNN7EXAMPLE'], 'the access key AKIAIOSFODNN7EXAMPLE has never belonged to this store'],
  ['default', ['as', 'user/nobody'], nobody],
] as const)('the profile %s with %j is named where its caller does not exist', async ([name, setting, message]) => {
  const line = await newSample();
  await line.ok(['config', 'set', ...setting, ...(name === 'default' ? [] : ['--profile', name])]);
  const words = name === 'default' ? [] : ['--profile', name];
  const ways = name === 'default' ? [{ words }] : [{ words }, { words: [], variables: { AWS_PROFILE: name } }];
  for (const way of ways) {
    const { code, out, err } = await line.ssebox(['s3', 'ls', ...way.words], way);
    const expected = `the caller of the profile (${name}) cannot be used: ${message}`;
    expect([code, out, err]).toEqual([253, '', expect.stringContaining(expected)]);
  }
  // Another caller is not the profile's.
  const other = await line.ssebox(['s3', 'ls', ...words, '--as', 'user/nobody']);
  expect([other.code, other.err]).toEqual([252, expect.stringMatching(/^there is no user "nobody"/)]);
});

test('a source profile is named where its caller does not exist', async () => {
  const line = await withRoles();
  await line.ok(['config', 'set', '--profile', 'bob', 'as', 'user/nobody']);
  const { code, err } = await line.ssebox(['s3', 'ls', '--profile', 'named']);
  const expected = `the caller of the profile (bob) cannot be used: ${nobody}`;
  expect([code, err]).toEqual([253, expect.stringContaining(expected)]);
});

test('a value of a role that is not valid is named', async () => {
  const line = await sampleWith(FAULTS);
  const { code, err } = await line.ssebox(['kms', 'list-keys', '--profile', 'bad-arn']);
  expect([code, err]).toEqual([253, expect.stringContaining('role_arn of the profile (bad-arn) in ')]);
});

test('credentials of another kind are no reason to stop where nobody names a profile', async () => {
  const line = await sampleWith('[default]\nsso_session = corp\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n');
  expect(await whoIs(line, [])).toBe(iam('user/admin'));
});

const nowhere: readonly (readonly [words: readonly string[], variables: Readonly<Record<string, string>>])[] = [
  [['--profile', 'no one'], {}],
  [['--profile', 'no one'], { CI: 'true' }],
  [[], { AWS_PROFILE: 'no one', CI: 'true' }],
];

test.for(nowhere)(
  'a profile that is nowhere stops commands that call, and others not: %j %j',
  async ([words, variables]) => {
    const line = await sampleWith(FAULTS);
    const source = variables.AWS_PROFILE === undefined ? '' : ' that AWS_PROFILE names';
    const { code, out, err } = await line.ssebox(['kms', 'list-keys', ...words], { variables });
    expect([code, out, err]).toEqual([
      253,
      '',
      `The config profile (no one)${source} could not be found: create it with ssebox configure set region us-east-1 --profile 'no one'\n`,
    ]);
    for (const calm of [
      ['config', 'list'],
      ['config', 'profiles'],
      ['store', 'info'],
      ['kms', 'list-keys', '--help'],
    ]) {
      await line.ok([...calm, ...words], { variables });
    }
    const created = /create it with ssebox (.*) 'no one'\n/.exec(err)?.[1] ?? '';
    await line.ok([...created.split(' '), 'no one']);
    await line.ok(['kms', 'list-keys', ...words], { variables });
  },
);

test('as aws, what to do is said with that name', async () => {
  const line = newCommandLine();
  const { err } = await line.ssebox(['kms', 'list-keys', '--profile', 'nobody'], { calledAs: 'aws' });
  expect(err).toBe(
    'The config profile (nobody) could not be found: create it with aws configure set region us-east-1 --profile nobody\n',
  );
});

test('completion offers the profiles of both files', async () => {
  const line = await sampleWith('[default]\n[profile dev]\n[profile day]\n');
  await line.ok(['configure', 'set', 'region', 'eu-west-1', '--profile', 'dusk']);
  const { out } = await line.ok(['completion', 'query', '--', 'kms', 'list-keys', '--profile', 'd']);
  expect(out.trim().split('\n').sort()).toEqual(['day', 'default', 'dev', 'dusk']);
});

test('explain tries the AssumeRole, too, and nothing of it stays', async () => {
  const line = await withRoles();
  await trustInReader(line, ['user/ana']);
  const { code, json } = await line.ssebox(['explain', '--profile', 'named', '--', 's3', 'ls']);
  expect(code).toBe(0);
  expect(json).toMatchObject({ Allowed: false, Calls: [{ Operation: 'sts AssumeRole' }] });
  expect(await eventsOf(line, 'AssumeRole')).toEqual([]);
});

test('secrets in the AWS CLI’s file are not shown', async () => {
  const line = await sampleWith(
    '[profile dev]\naws_secret_access_key = wJalrXUtnFEMI\naws_session_token = wJalrXUtnFEMI\n',
  );
  for (const words of [
    ['config', 'profiles'],
    ['config', 'list', '--profile', 'dev'],
  ]) {
    expect((await line.ok(words)).out).not.toContain('wJalrXUtnFEMI');
  }
  expect(existsSync(line.path('.config'))).toBe(false);
});
