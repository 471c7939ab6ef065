/** `ssebox configure`, as scripts for the AWS CLI use it. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { keys, newPlace } from '../support/place.ts';

const FILE = `[default]
region = eu-west-1
s3 =
  max_concurrent_requests = 20
  multipart_threshold = 64MB
  addressing_style = path
custom = value
empty =
[profile dev]
region=us-west-2
role_arn = arn:aws:iam::111122223333:role/x
source_profile = default
aws_secret_access_key = wJalrXUtnFEMI
`;

function lineWith(text: string, line: CommandLine = newCommandLine()): CommandLine {
  mkdirSync(line.path('.aws'), { recursive: true });
  writeFileSync(line.path('.aws/config'), text);
  return line;
}

interface Got {
  readonly get: string;
  readonly words?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly out: string;
  readonly err?: string;
}

// What the AWS CLI prints with this file, except for the profile that is nowhere, with which it ends with 255.
const got: readonly Got[] = [
  { get: 'region', code: 0, out: 'eu-west-1\n' },
  { get: 'region', variables: { AWS_REGION: 'sa-east-1' }, code: 0, out: 'eu-west-1\n' },
  { get: 'region', words: ['--profile', 'dev'], code: 0, out: 'us-west-2\n' },
  { get: 'region', variables: { AWS_PROFILE: 'dev' }, code: 0, out: 'us-west-2\n' },
  { get: 'default.region', variables: { AWS_PROFILE: 'dev' }, code: 0, out: 'eu-west-1\n' },
  { get: 'profile.dev.region', code: 0, out: 'us-west-2\n' },
  { get: 'profile.default.region', code: 0, out: 'eu-west-1\n' },
  { get: 'dev.region', code: 0, out: 'us-west-2\n' },
  { get: 'profile.dev.role_arn', code: 0, out: 'arn:aws:iam::111122223333:role/x\n' },
  { get: 's3.multipart_threshold', code: 0, out: '64MB\n' },
  { get: 'default.s3.addressing_style', code: 0, out: 'path\n' },
  { get: 'profile.dev.s3.addressing_style', code: 1, out: '' },
  { get: 's3', code: 1, out: '', err: 'varname (s3) must reference a value, not a section or sub-section.\n' },
  { get: 'custom', code: 0, out: 'value\n' },
  { get: 'empty', code: 0, out: '\n' },
  { get: 'nothing', code: 1, out: '' },
  { get: 'constructor', code: 1, out: '' },
  { get: 'nobody.region', code: 1, out: '' },
  { get: 'profile.nobody.region', code: 1, out: '' },
  { get: 'output', words: ['--profile', 'dev'], code: 1, out: '' },
  { get: 'region', words: ['--profile', 'nobody'], code: 1, out: '' },
  { get: 'aws_secret_access_key', words: ['--profile', 'dev'], code: 1, out: '' },
];

test.for(got)(
  'get $get $words with $variables prints $out',
  async ({ get, words = [], variables = {}, code, out, err = '' }) => {
    const line = lineWith(FILE);
    const ended = await line.ssebox(['configure', 'get', get, ...words], { variables });
    expect([ended.code, ended.out, ended.err]).toEqual([code, out, err]);
  },
);

interface Put {
  readonly set: readonly [name: string, value: string];
  readonly words?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** The name under which another profile does not hide it. */
  readonly as: string;
}

const put: readonly Put[] = [
  { set: ['region', 'eu-west-3'], as: 'default.region' },
  { set: ['default.region', 'eu-west-3'], variables: { AWS_PROFILE: 'dev' }, as: 'default.region' },
  { set: ['region', 'eu-west-3'], words: ['--profile', 'dev'], as: 'profile.dev.region' },
  { set: ['region', 'eu-west-3'], variables: { AWS_PROFILE: 'dev' }, as: 'profile.dev.region' },
  { set: ['profile.new.region', 'eu-west-3'], as: 'profile.new.region' },
  { set: ['profile.two words.region', 'eu-west-3'], as: 'profile.two words.region' },
  { set: ['s3.multipart_threshold', '5MB'], as: 'default.s3.multipart_threshold' },
  { set: ['default.s3.max_concurrent_requests', '3'], as: 'default.s3.max_concurrent_requests' },
  { set: ['profile.new.s3.multipart_chunksize', '16MB'], as: 'profile.new.s3.multipart_chunksize' },
  { set: ['s3.multipart_threshold', '5MB'], words: ['--profile', 'dev'], as: 'profile.dev.s3.multipart_threshold' },
  { set: ['as', 'user/bob'], words: ['--profile', 'bob'], as: 'profile.bob.as' },
  { set: ['kms.grant-delay', '5m'], as: 'kms.grant-delay' },
  { set: ['cli_pager', ''], as: 'default.cli_pager' },
  { set: ['preview.cloudfront', 'true'], as: 'preview.cloudfront' },
  { set: ['constructor', 'x'], words: ['--profile', '__proto__'], as: 'profile.__proto__.constructor' },
  { set: ['s3.addressing_style', 'path'], words: ['--profile', 'new'], as: 'profile.new.s3.addressing_style' },
];

test.for(put)('set $set $words with $variables is $as', async ({ set, words = [], variables = {}, as }) => {
  const line = lineWith(FILE);
  const ended = await line.ok(['configure', 'set', ...set, ...words], { variables });
  expect([ended.out, ended.err]).toEqual(['', '']);
  expect((await line.ok(['configure', 'get', as])).out).toBe(`${set[1]}\n`);
  expect(readdirSync(line.path('.aws'))).toEqual(['config']);
  expect(readFileSync(line.path('.aws/config'), 'utf8')).toBe(FILE);
});

test('what is set beside a value leaves the others of the profile', async () => {
  const line = lineWith(FILE);
  await line.ok(['configure', 'set', 'output', 'text', '--profile', 'dev']);
  expect((await line.ok(['configure', 'get', 'profile.dev.role_arn'])).out).toBe('arn:aws:iam::111122223333:role/x\n');
  await line.ok(['configure', 'set', 'output', '', '--profile', 'dev']);
  expect((await line.ssebox(['configure', 'get', 'profile.dev.output'])).code).toBe(1);
  await line.ok(['configure', 'set', 'output', '', '--profile', 'nobody']);
  expect((await line.ok(['configure', 'list-profiles'])).out).toBe('dev\ndefault\n');
});

const refused: readonly (readonly [words: readonly string[], message: string])[] = [
  [['profile.dev', 'x'], '"profile.dev" does not name a value'],
  [['a.b.c', 'x'], '"a.b.c" does not name a value'],
  [['default..x', 'x'], '"default..x" does not name a value'],
  [['profile..region', 'x'], '"profile..region" does not name a value'],
  [['region', 'mars'], 'region must be the name of an AWS region, such as eu-west-1, not "mars"'],
  [['default.s3.multipart_threshold', 'much'], 's3.multipart_threshold must be a number of bytes'],
  [['profile.dev.role_arn', 'x'], 'role_arn must be the ARN of a role'],
  [['profile.dev.duration_seconds', '1h'], 'duration_seconds must be a whole number'],
  [['profile.dev.kms.grant-delay', '5m'], '"kms.grant-delay" applies to all profiles'],
  [['region'], 'the following arguments are required: value'],
];

test.for(refused)('set %j is refused', async ([words, message]) => {
  const line = newCommandLine();
  const { code, out, err } = await line.ssebox(['configure', 'set', ...words]);
  expect([code, out, err]).toEqual([252, '', expect.stringContaining(message)]);
  expect((await line.ok(['config', 'profiles'])).json).toEqual({ Profiles: [] });
});

test('secrets are not kept, and an access key calls by its id', async () => {
  const line = await newSample();
  const create = [
    'iam',
    'create-access-key',
    '--user-name',
    'bob',
    '--query',
    'AccessKey.[AccessKeyId,SecretAccessKey]',
  ];
  const [id = '', secret = ''] = (await line.ok([...create, '--output', 'text'])).out.trim().split('\t');
  const set = (name: string, value: string) => line.ok(['configure', 'set', name, value, '--profile', 'ci']);
  await set('aws_access_key_id', id);
  for (const name of ['aws_secret_access_key', 'aws_session_token', 'AWS_SECRET_ACCESS_KEY', 'dev.aws_session_token']) {
    const { err } = await set(name, secret);
    expect(err).toBe(
      `${name} is not kept: ssebox keeps no secrets, and finds a profile's caller by its aws_access_key_id\n`,
    );
  }
  expect(readFileSync(line.path('.config/ssebox/config.json'), 'utf8')).not.toContain(secret);
  const whoami = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text', '--profile', 'ci'];
  expect((await line.ok(whoami)).out).toBe('arn:aws:iam::111122223333:user/bob\n');
  await set('aws_access_key_id', 'test');
  expect((await line.ok(whoami)).out).toBe('arn:aws:iam::111122223333:user/admin\n');
});

test('on a terminal, a value without effect has a hint', async () => {
  const line = newCommandLine();
  const hint = async (name: string) => (await line.ok(['configure', 'set', name, '1'], { terminal: 80 })).err;
  expect(await hint('tcp_keepalive')).toBe('hint: tcp_keepalive is kept, and has no effect in ssebox\n');
  expect(await hint('s3.max_concurrent_requests')).toBe('');
});

const HEAD = `      Name                    Value             Type    Location
      ----                    -----             ----    --------
`;
const key = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'abcdefgh' };

// Rows as the AWS CLI prints them.
const listed: readonly (readonly [
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
  rows: string,
])[] = [
  [
    [],
    {},
    `   profile                <not set>             None    None
access_key                <not set>             None    None
secret_key                <not set>             None    None
    region                eu-west-1      config-file    ~/.aws/config
`,
  ],
  [
    [],
    { ...key, AWS_DEFAULT_REGION: 'x' },
    `   profile                <not set>             None    None
access_key     ****************MPLE              env    \nsecret_key     ****************efgh              env    
    region                        x              env    AWS_DEFAULT_REGION
`,
  ],
  [
    [],
    { AWS_PROFILE: 'dev' },
    `   profile                      dev              env    AWS_PROFILE
access_key                <not set>             None    None
secret_key                <not set>             None    None
    region                us-west-2      config-file    ~/.aws/config
`,
  ],
  [
    ['--profile', 'nobody', '--region', 'eu-west-2'],
    key,
    `   profile                   nobody           manual    --profile
access_key                <not set>             None    None
secret_key                <not set>             None    None
    region                eu-west-2           manual    --region
`,
  ],
  [
    ['--profile', 'ours'],
    {},
    `   profile                     ours           manual    --profile
access_key     ****************MPLE      config-file    ~/.config/ssebox/config.json
secret_key                <not set>             None    None
    region               eu-north-1      config-file    ~/.config/ssebox/config.json
`,
  ],
];

test.for(listed)('list %j with %j', async ([words, variables, rows]) => {
  const line = lineWith(FILE);
  await line.ok(['configure', 'set', 'profile.ours.region', 'eu-north-1']);
  await line.ok(['configure', 'set', 'profile.ours.aws_access_key_id', key.AWS_ACCESS_KEY_ID]);
  const { out } = await line.ok(['configure', 'list', ...words], { variables });
  expect(out).toBe(HEAD + rows);
});

test('profiles are listed by name, each once', async () => {
  const line = lineWith(FILE);
  expect((await line.ok(['configure', 'list-profiles'])).out).toBe('default\ndev\n');
  await line.ok(['configure', 'set', 'profile.new.cli_pager', 'less']);
  await line.ok(['configure', 'set', 'profile.dev.region', 'eu-west-3']);
  const { out } = await line.ok(['configure', 'list-profiles', '--profile', 'nobody']);
  expect(out.trim().split('\n').sort()).toEqual(['default', 'dev', 'new']);
});

const odd = 'a"b\'c$(d)`e\\f g';
const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJ/a+=',
  AWS_SESSION_TOKEN: 'IQo=',
};

// AWS CLI Command Reference, configure export-credentials.
const exported = {
  process: `{
  "Version": 1,
  "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
  "SecretAccessKey": "wJ/a+=",
  "SessionToken": "IQo="
}
`,
  env: 'export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=wJ/a+=\nexport AWS_SESSION_TOKEN=IQo=\n',
  'env-no-export': 'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJ/a+=\nAWS_SESSION_TOKEN=IQo=\n',
  powershell:
    '$Env:AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE"\n$Env:AWS_SECRET_ACCESS_KEY="wJ/a+="\n$Env:AWS_SESSION_TOKEN="IQo="\n',
  'windows-cmd':
    'set AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nset AWS_SECRET_ACCESS_KEY=wJ/a+=\nset AWS_SESSION_TOKEN=IQo=\n',
  fish: 'set -gx AWS_ACCESS_KEY_ID AKIAIOSFODNN7EXAMPLE\nset -gx AWS_SECRET_ACCESS_KEY wJ/a+=\nset -gx AWS_SESSION_TOKEN IQo=\n',
} as const;

test.for(Object.entries(exported))('credentials are exported as %s', async ([format, out]) => {
  const line = newCommandLine();
  const words = ['configure', 'export-credentials', '--format', format];
  expect((await line.ok(words, { variables: credentials })).out).toBe(out);
});

test('a shell takes each exported value as it is', async () => {
  const line = newCommandLine();
  const variables = { ...credentials, AWS_SECRET_ACCESS_KEY: odd };
  const { out } = await line.ok(['configure', 'export-credentials', '--format', 'env'], { variables });
  const { stdout } = execaSync('sh', ['-c', `${out}printf %s "$AWS_SECRET_ACCESS_KEY"`]);
  expect(stdout).toBe(odd);
});

const unexported: readonly (readonly [
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
  err: string,
])[] = [
  [[], {}, 'Unable to retrieve credentials: no credentials found in the environment\n'],
  [[], { AWS_ACCESS_KEY_ID: 'a' }, 'Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY\n'],
  [[], { AWS_SECRET_ACCESS_KEY: 'b' }, 'Partial credentials found in env, missing: AWS_ACCESS_KEY_ID\n'],
  [['--profile', 'dev'], credentials, 'Unable to retrieve credentials: ssebox has none of the profile (dev)\n'],
];

test.for(unexported)('with %j and %j there is nothing to export', async ([words, variables, err]) => {
  const line = lineWith(FILE);
  const ended = await line.ssebox(['configure', 'export-credentials', ...words], { variables });
  expect([ended.code, ended.out, ended.err]).toEqual([253, '', err]);
});

// Two lines are the region and the format; four are what the AWS CLI asks for. An empty line changes nothing.
const piped: readonly (readonly [stdin: string, settings: object])[] = [
  ['eu-west-3\ntext\n', { region: 'eu-west-3', output: 'text' }],
  ['eu-west-3', { region: 'eu-west-3' }],
  ['\n\n', {}],
  ['\r\njson\r\n', { output: 'json' }],
  [
    'AKIAIOSFODNN7EXAMPLE\nsecret\neu-west-3\njson\n',
    { aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE', region: 'eu-west-3', output: 'json' },
  ],
  ['\n\neu-west-3\n\n', { region: 'eu-west-3' }],
];

test.for(piped)('configure reads %j', async ([stdin, settings]) => {
  const line = newCommandLine();
  for (const words of [['configure'], ['configure', 'ask'], ['--profile', 'new', 'configure']]) {
    const { out, err } = await line.ok(words, { stdin });
    expect([out, err]).toEqual(['', '']);
  }
  const isEmpty = Object.keys(settings).length === 0;
  expect((await line.ok(['config', 'profiles', '--output', 'json'])).json).toEqual({
    Profiles: isEmpty ? [] : ['default', 'new'].map((Name) => ({ Name, Settings: settings })),
  });
  expect(existsSync(line.path('.config'))).toBe(!isEmpty);
});

test('a wrong answer changes nothing, and without answers there is a way out', async () => {
  const line = newCommandLine();
  const wrong = await line.ssebox(['configure'], { stdin: 'eu-west-3\nxml\n' });
  expect([wrong.code, wrong.err]).toEqual([252, expect.stringContaining('output must be one of')]);
  const none = await line.ssebox(['configure']);
  expect([none.code, none.err]).toEqual([
    252,
    'there is nobody to ask for the region and the output format: set them with configure set\n',
  ]);
  expect(existsSync(line.path('.config'))).toBe(false);
});

test.for([
  ['configure', 'help'],
  ['help', 'configure'],
  ['configure', '--help'],
  ['configure', '-h'],
])('%j shows the commands', async (words) => {
  expect((await newCommandLine().ok(words)).out).toMatch(/^Usage: ssebox configure \[options\] \[command\]\n/);
});

test('as aws, a person is asked all the same', async () => {
  const place = newPlace();
  const { shows, type, ended } = place.terminalShell('eval "$(ssebox shim)" && aws configure');
  await shows('Default region name [None]');
  type(`eu-west-3${keys.enter}`);
  await shows('Default output format [None]');
  type(keys.enter);
  expect((await ended).code).toBe(0);
  expect((await place.ssebox(['configure', 'get', 'region'])).out).toBe('eu-west-3\n');
});

test('a person is asked for region and output, and each answer is checked when it is given', async () => {
  const place = newPlace();
  const { shows, type, ended } = place.terminal(['configure', '--profile', 'new']);
  await shows('Default region name [None]');
  type(`mars${keys.enter}`);
  await shows('region must be the name of an AWS region');
  type(`\u0015eu-west-3${keys.enter}`);
  await shows('Default output format [None]');
  type(keys.enter);
  expect((await ended).code).toBe(0);
  const again = place.terminal(['configure', '--profile', 'new']);
  await again.shows('Default region name [eu-west-3]');
  again.type(keys.enter);
  await again.shows('Default output format');
  again.type(`json${keys.enter}`);
  expect((await again.ended).code).toBe(0);
  const { out } = await place.ssebox(['config', 'profiles', '--query', 'Profiles[0].Settings']);
  expect(JSON.parse(out)).toEqual({ region: 'eu-west-3', output: 'json' });
});
