import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { endpointCredentials } from '../../../src/cli/endpoint/credentials.ts';
import type { RoleClients } from '../../../src/cli/endpoint/found-credentials.ts';
import type { Client, ClientCall } from '../../../src/wire/client/client.ts';
import type { Credentials } from '../../../src/wire/signature/signing.ts';
import { type CommandLine, newCommandLine } from '../../support/command-line.ts';
import { newCredentials, startEndpoint } from '../../support/endpoint.ts';
import { newWorld, START, testEnvironment } from '../../support/harness.ts';

// The SDK reads the environment of the process.
beforeEach(() => {
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** An endpoint that notes which access keys sign, and what the metadata service is asked. */
let noting: Server;
let url: string;
let signers: (string | undefined)[] = [];
let metadata: string[] = [];

const keyIn = ({ headers }: IncomingMessage): string | undefined =>
  /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1];

const ISSUED = {
  Code: 'Success',
  AccessKeyId: 'ASIAMACHINE',
  SecretAccessKey: 's',
  Token: 't',
  Expiration: '2099-01-01T00:00:00Z',
};

beforeAll(async () => {
  noting = createServer((request, response) => {
    if (request.url !== '/') metadata.push(`${request.url}`);
    else signers.push(keyIn(request));
    if (request.url === '/latest/api/token') response.end('token');
    else if (request.url?.endsWith('/security-credentials/')) response.end('role');
    else if (request.url?.includes('security-credentials')) response.end(JSON.stringify(ISSUED));
    else response.setHeader('content-type', 'application/x-amz-json-1.1').end('{"Keys":[]}');
  });
  await new Promise<void>((resolve) => noting.listen(0, '127.0.0.1', resolve));
  const address = noting.address();
  url = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
});

afterAll(() => void noting.close());

const FILES = {
  config: `[default]
region = us-east-1
[profile both]
aws_access_key_id = AKIACONFIG
aws_secret_access_key = hunter2
[profile process]
credential_process = cat PROCESS
[profile broken]
credential_process = echo refused hunter3 >&2; exit 3
[profile nonsense]
credential_process = echo hunter2
[profile alone]
region = us-east-1
[profile half]
aws_access_key_id = AKIAHALF
[profile lost]
role_arn = arn:aws:iam::111122223333:role/app
source_profile = nowhere
[profile round]
role_arn = arn:aws:iam::111122223333:role/app
source_profile = back
[profile back]
role_arn = arn:aws:iam::111122223333:role/app
source_profile = round
[profile bare]
role_arn = arn:aws:iam::111122223333:role/app
source_profile = default
[profile sso]
sso_start_url = https://example.org/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = r
`,
  credentials: `[both]
aws_access_key_id = AKIABOTH
aws_secret_access_key = hunter2
[only]
aws_access_key_id = AKIAONLY
aws_secret_access_key = hunter2
aws_session_token = token
`,
  process: JSON.stringify({ Version: 1, AccessKeyId: 'AKIAPROCESS', SecretAccessKey: 'hunter2' }),
};

function lineWithFiles(): CommandLine {
  const line = newCommandLine();
  mkdirSync(line.path('.aws'));
  writeFileSync(line.path('process.json'), FILES.process);
  writeFileSync(line.path('.aws/config'), FILES.config.replace('PROCESS', line.path('process.json')));
  writeFileSync(line.path('.aws/credentials'), FILES.credentials);
  return line;
}

const ENV = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'hunter2' };

async function run(line: CommandLine, words: readonly string[], variables: Readonly<Record<string, string>>) {
  [signers, metadata] = [[], []];
  const ended = await line.ssebox(['kms', 'list-keys', ...words], {
    variables: { SSEBOX_STORE: '', AWS_ENDPOINT_URL: url, ...variables },
  });
  expect(ended.err).not.toContain('hunter2');
  return ended;
}

// AWS CLI User Guide, "Configure the AWS CLI", "Configuration settings and precedence".
test('calls are signed with what the AWS CLI would sign them with', async () => {
  const line = lineWithFiles();
  const table = [
    [[], ENV, 'AKIAENV'],
    [[], { ...ENV, AWS_PROFILE: 'only' }, 'AKIAENV'],
    [['--profile', 'only'], ENV, 'AKIAONLY'],
    [[], { AWS_PROFILE: 'only' }, 'AKIAONLY'],
    [['--profile', 'both'], {}, 'AKIABOTH'],
    [['--profile', 'both'], { AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }, 'AKIACONFIG'],
    [['--profile', 'process'], {}, 'AKIAPROCESS'],
    [['--no-sign-request'], ENV, undefined],
    [['--no-sign-request', '--profile', 'lost'], {}, undefined],
  ] as const;
  for (const [words, variables, key] of table) {
    const { code, err } = await run(line, words, variables);
    expect([words, code, err, signers]).toEqual([words, 0, '', [key]]);
  }
});

test('what is missing or wrong is said in one line, and nothing is sent', async () => {
  const line = lineWithFiles();
  const table = [
    [[], { AWS_ACCESS_KEY_ID: 'AKIA' }, 'Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY'],
    [[], { AWS_SECRET_ACCESS_KEY: 'hunter2' }, 'Partial credentials found in env, missing: AWS_ACCESS_KEY_ID'],
    [[], {}, 'Unable to locate credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    [
      ['--profile', 'alone'],
      ENV,
      'Unable to locate credentials of the profile (alone): write aws_access_key_id and aws_secret_access_key below [alone] in ~/.aws/credentials',
    ],
    [
      [],
      { AWS_PROFILE: 'alone' },
      'Unable to locate credentials of the profile (alone): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ],
    [['--profile', 'none'], {}, 'The config profile (none) could not be found'],
    [[], { AWS_PROFILE: 'none' }, 'The config profile (none) that AWS_PROFILE names could not be found'],
    [
      ['--profile', 'half'],
      ENV,
      'Partial credentials found in shared-credentials-file, missing: aws_secret_access_key',
    ],
    [['--profile', 'lost'], ENV, 'The source_profile "nowhere" referenced in the profile "lost" does not exist'],
    [['--profile', 'round'], ENV, 'the source profiles form a circle: round → back → round'],
    [['--profile', 'bare'], ENV, 'The source profile "default" must have credentials.'],
    [['--profile', 'broken'], {}, 'Error when retrieving credentials from custom-process: refused hunter3'],
    [
      ['--profile', 'nonsense'],
      {},
      'Error when retrieving credentials from custom-process: Profile nonsense credential_process returned invalid JSON',
    ],
    [
      ['--profile', 'sso'],
      {},
      `the profile (sso) takes its credentials from AWS by sso_start_url, and calls go to ${url}`,
    ],
  ] as const;
  for (const [words, variables, message] of table) {
    const { code, out, err } = await run(line, words, variables);
    expect([code, out, err, signers, metadata]).toEqual([253, '', expect.stringContaining(message), [], []]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  }
});

test('the metadata service is asked where nothing else is there, unless that is disabled', async () => {
  const line = lineWithFiles();
  vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', url);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false');
  const { code } = await run(line, [], {});
  expect([code, signers]).toEqual([0, ['ASIAMACHINE']]);
  const failed = await run(line, ['--profile', 'broken'], {});
  expect([failed.code, metadata]).toEqual([253, []]);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  expect((await run(line, [], {})).code).toBe(253);
  expect(metadata).toEqual([]);
});

describe('a role of a profile', () => {
  test('is assumed at the endpoint, by the access key of its source', async () => {
    const world = newWorld();
    const { accessKeyId, secretAccessKey } = await newCredentials(world);
    const trust = (effect: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: effect, Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' }],
      });
    for (const [RoleName, effect] of [
      ['app', 'Allow'],
      ['shut', 'Deny'],
    ] as const) {
      await world.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trust(effect) });
    }
    const { server, exchanges } = await startEndpoint(world);
    const line = newCommandLine();
    const path = line.path('.aws/credentials');
    mkdirSync(dirname(path));
    writeFileSync(path, `[source]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
    const role = (name: string) =>
      `[profile ${name}]\nrole_arn = arn:aws:iam::111122223333:role/${name}\nsource_profile = source\nrole_session_name = night\n`;
    writeFileSync(join(dirname(path), 'config'), `${role('app')}${role('shut')}`);
    const words = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];
    const options = { variables: { SSEBOX_STORE: '' } };
    try {
      const at = ['--endpoint-url', server.url, '--profile'];
      const { out } = await line.ok([...words, ...at, 'app'], options);
      expect(out).toBe('arn:aws:sts::111122223333:assumed-role/app/night\n');
      expect(exchanges.map(({ operation }) => operation)).toEqual(['AssumeRole', 'GetCallerIdentity']);
      const refused = await line.ssebox([...words, ...at, 'shut'], options);
      expect([refused.code, refused.out, refused.err]).toEqual([
        254,
        '',
        expect.stringContaining('An error occurred (AccessDenied) when calling the AssumeRole operation: '),
      ]);
    } finally {
      await server.close(0);
    }
  });

  test('is assumed again before its session ends, once for all calls under way', async () => {
    const line = lineWithFiles();
    writeFileSync(
      line.path('.aws/config'),
      '[profile app]\nrole_arn = arn:aws:iam::111122223333:role/app\nsource_profile = only\nduration_seconds = 900\n',
    );
    const callers: (string | undefined)[] = [];
    const inputs: ClientCall[] = [];
    const client = (caller: Credentials | undefined): Client => ({
      async call(call) {
        callers.push(caller?.accessKeyId);
        inputs.push(call);
        const AccessKeyId = `ASIA${callers.length}`;
        // By a clock that is far behind this machine's.
        return { Credentials: { AccessKeyId, SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(0) } };
      },
      close: () => {},
    });
    const roles: RoleClients = { endpoint: { kind: 'url', origin: url, path: '' }, region: 'eu-west-1', client };
    let now = START;
    const environment = { ...testEnvironment(() => now), variables: { HOME: line.folder } };
    const { signal } = new AbortController();
    const globals = { profile: 'app' };
    const credentials = endpointCredentials(roles, { globals, environment, settings: {}, signal, tell: () => {} });
    const keys = async () =>
      (await Promise.all([credentials(), credentials()])).map((each) => each?.accessKeyId).join(' ');
    expect(await keys()).toBe('ASIA1 ASIA1');
    now += 839_000;
    expect(await keys()).toBe('ASIA1 ASIA1');
    now += 1000;
    expect(await keys()).toBe('ASIA2 ASIA2');
    expect(callers).toEqual(['AKIAONLY', 'AKIAONLY']);
    expect(inputs[0]).toMatchObject({ service: 'sts', name: 'AssumeRole', region: 'eu-west-1' });
    expect(inputs[0]?.input).toMatchObject({ DurationSeconds: 900 });
    expect(readFileSync(line.path('.aws/credentials'), 'utf8')).toBe(FILES.credentials);
  });
});
