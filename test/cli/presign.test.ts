import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { usualSettings } from '../../src/call/settings.ts';
import { presignedUrl } from '../../src/wire/signature/signing.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { START, testEnvironment } from '../support/harness.ts';

const session = 'arn:aws:sts::111122223333:assumed-role/reader/night';

interface Key {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
}

const variablesOf = ({ AccessKeyId, SecretAccessKey, SessionToken }: Key) => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
  ...(SessionToken !== undefined && { AWS_SESSION_TOKEN: SessionToken }),
});

async function keyOf(line: CommandLine): Promise<Key> {
  const { json } = await line.ok(['iam', 'create-access-key', '--user-name', 'ana']);
  return (json as { AccessKey: Key }).AccessKey;
}

test('the URL is signed with the access key in the environment, by the clock of the machine', async () => {
  const line = await newSample();
  const key = await keyOf(line);
  await line.ok(['clock', 'advance', '1d']);
  const { out } = await line.ok(['s3', 'presign', 's3://photos/2026/pier.txt', '--expires-in', '60'], {
    variables: variablesOf(key),
  });
  const request = {
    method: 'GET',
    origin: 'https://photos.s3.us-east-1.amazonaws.com',
    path: '/2026/pier.txt',
    region: 'us-east-1',
    expiresSeconds: 60,
  } as const;
  const credentials = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
  expect(out).toBe(`${presignedUrl(request, credentials, new Date(START))}\n`);
});

test('temporary credentials sign with their token', async () => {
  const line = await newSample();
  const words = [
    'sts',
    'assume-role',
    '--role-arn',
    'arn:aws:iam::111122223333:role/reader',
    '--role-session-name',
    'night',
  ];
  const { Credentials } = (await line.ok(words)).json as { Credentials: Key };
  const { out } = await line.ok(['s3', 'presign', 's3://reports/k'], { variables: variablesOf(Credentials) });
  const { searchParams } = new URL(out);
  expect(searchParams.get('X-Amz-Security-Token')).toBe(Credentials.SessionToken);
  expect(searchParams.get('X-Amz-Expires')).toBe('3600');
});

test.for([
  ['s3://photos/k', [], 'https://photos.s3.us-east-1.amazonaws.com/k'],
  ['s3://europe/k', [], 'https://europe.s3.eu-west-1.amazonaws.com/k'],
  ['s3://my.photos/k', [], 'https://s3.us-east-1.amazonaws.com/my.photos/k'],
  ['s3://photos/k', ['--region', 'eu-west-1'], 'https://photos.s3.eu-west-1.amazonaws.com/k'],
  ['s3://photos/a b', ['--endpoint-url', 'http://127.0.0.1:8080/'], 'http://127.0.0.1:8080/photos/a%20b'],
  ['s3://photos/k', ['--endpoint-url', 'https://host/base/'], 'https://host/base/photos/k'],
  ['s3://photos/k', ['--endpoint-url', 'aws'], 'https://photos.s3.us-east-1.amazonaws.com/k'],
] as const)('the URL of %s with %j is %s', async ([object, options, url]) => {
  const line = await newSample();
  await line.ok(['bucket', 'create', 'europe', '--region', 'eu-west-1']);
  const { out } = await line.ok(['s3', 'presign', object, ...options], { variables: variablesOf(await keyOf(line)) });
  expect(out.slice(0, out.indexOf('?'))).toBe(url);
});

test('an access key that is not the store’s does not sign, nor one with a wrong secret', async () => {
  const line = await newSample();
  const variables = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
  const foreign = await line.ssebox(['s3', 'presign', 's3://photos/k'], { variables, terminal: 80 });
  expect([foreign.code, foreign.out]).toEqual([253, '']);
  expect(foreign.err).toContain('Unable to locate credentials: the access key "AKIAIOSFODNN7EXAMPLE" does not belong');
  expect(foreign.err).toContain('hint: ssebox iam create-access-key --user-name NAME');
  const named = await line.ok(['s3', 'presign', 's3://photos/k', '--as', 'user/bob'], { variables });
  expect(await signerOf(line, named.out)).toBe('arn:aws:iam::111122223333:user/bob');
  const key = await keyOf(line);
  const wrong = await line.ssebox(['s3', 'presign', 's3://photos/k'], {
    variables: { ...variablesOf(key), AWS_SECRET_ACCESS_KEY: 'x' },
  });
  expect([wrong.code, wrong.out, wrong.err]).toEqual([254, '', expect.stringContaining('(SignatureDoesNotMatch)')]);
});

describe('the access key of another endpoint signs for it', () => {
  const variables = { AWS_ACCESS_KEY_ID: 'AKIAELSEWHERE', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'token' };
  const words = ['s3', 'presign', 's3://europe/k', '--expires-in', '60'];
  const signed = (region: string) =>
    presignedUrl(
      { method: 'GET', origin: 'http://c', path: '/europe/k', region, expiresSeconds: 60 },
      { accessKeyId: 'AKIAELSEWHERE', secretAccessKey: 'x', sessionToken: 'token' },
      new Date(START),
    );

  test('as it is, whatever the store has, which is not created for it', async () => {
    const line = await newSample();
    await line.ok(['bucket', 'create', 'europe', '--region', 'eu-west-1']);
    const option = await line.ok([...words, '--endpoint-url', 'http://c'], { variables });
    expect(option.out).toBe(`${signed('us-east-1')}\n`);
    const empty = newCommandLine();
    const named = { ...variables, AWS_ENDPOINT_URL: 'http://c', AWS_REGION: 'eu-west-1' };
    expect((await empty.ok(words, { variables: named })).out).toBe(`${signed('eu-west-1')}\n`);
    const half = { AWS_ENDPOINT_URL: 'http://c', AWS_ACCESS_KEY_ID: 'AKIAELSEWHERE' };
    expect(await empty.ssebox(words, { variables: half })).toMatchObject({
      code: 253,
      err: 'Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY\n',
    });
    expect(existsSync(empty.store)).toBe(false);
  });

  test('unless somebody of the store is named', async () => {
    const line = await newSample();
    for (const [option, extra] of [
      [['--as', 'user/bob'], {}],
      [[], { SSEBOX_AS: 'user/bob' }],
    ] as const) {
      const { out } = await line.ok([...words, '--endpoint-url', 'http://c', ...option], {
        variables: { ...variables, ...extra },
      });
      expect(await signerOf(line, out)).toBe('arn:aws:iam::111122223333:user/bob');
    }
  });
});

/** Who gets the object by a URL, over a store that nobody else uses meanwhile. */
async function statusOf(line: CommandLine, url: string): Promise<number> {
  const environment = testEnvironment(() => line.now(), url);
  const assembly = assemble({ folder: line.store, environment, settings: usualSettings });
  const place = { ...assembly, environment };
  const { server, send } = await startEndpoint({ place: () => place });
  try {
    const { host, pathname, search } = new URL(url);
    const raw = { method: 'GET', target: `${pathname}${search}`, headers: [['Host', host]] } as const;
    return (await send(raw)).status;
  } finally {
    await server.close(0);
    await assembly.close();
  }
}

const presignFor = (line: CommandLine, words: readonly string[], object = 's3://reports/2026/q1.csv') =>
  line.ok(['s3', 'presign', object, '--endpoint-url', 'http://127.0.0.1:4566', ...words]);

describe('without an access key, a session of the caller signs', () => {
  test.for([
    [[], 'arn:aws:iam::111122223333:user/admin', 200],
    [['--as', 'user/ana'], 'arn:aws:iam::111122223333:user/ana', 200],
    [['--as', 'user/bob'], 'arn:aws:iam::111122223333:user/bob', 403],
    [['--as', 'root'], 'arn:aws:iam::111122223333:root', 200],
    [['--as', 'role/reader'], /^arn:aws:sts::111122223333:assumed-role\/reader\//, 200],
    [['--as', 'arn:aws:sts::111122223333:assumed-role/reader/night'], session, 200],
  ] as const)('of %j', async ([words, signer, status]) => {
    const line = await newSample();
    const object = await reportIn(line);
    const { out, err } = await presignFor(line, words, object);
    expect(err).toBe('');
    expect(await signerOf(line, out)).toMatch(signer);
    expect(await statusOf(line, out.trim())).toBe(status);
  });

  test('that is a session itself has no more than it, and ends with it', async () => {
    const line = await newSample();
    const object = await reportIn(line);
    const { Credentials } = (
      await line.ok([
        ...['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'night', '--duration-seconds', '900'],
        ...['--policy', DENY.replace('Deny', 'Allow')],
      ])
    ).json as { Credentials: Key };
    const { out, err } = await presignFor(line, ['--as', Credentials.AccessKeyId], object);
    expect(err).toBe('the URL is valid for 900 seconds only, as long as the session that signs it\n');
    expect(await signerOf(line, out)).toBe(session);
    expect(new URL(out).searchParams.get('X-Amz-Credential')).not.toContain(Credentials.AccessKeyId);
    expect(await statusOf(line, out.trim())).toBe(403);
    line.advance(900_000);
    const ended = await line.ssebox(['s3', 'presign', object, '--as', Credentials.AccessKeyId]);
    expect([ended.code, ended.err]).toEqual([254, expect.stringContaining('ExpiredToken')]);
    expect(await statusOf(line, out.trim())).toBe(400);
  });

  test('that an explicit deny keeps from one is refused', async () => {
    const line = await newSample();
    const document = DENY.replace('sts:AssumeRole', 'sts:GetSessionToken');
    await line.ok([
      'iam',
      'put-user-policy',
      '--user-name',
      'bob',
      '--policy-name',
      'no',
      '--policy-document',
      document,
    ]);
    const refused = await line.ssebox(['s3', 'presign', 's3://photos/k', '--as', 'user/bob']);
    expect([refused.code, refused.out, refused.err]).toEqual([254, '', expect.stringContaining('sts:GetSessionToken')]);
  });

  test('for as long as the URL is valid, at most 36 hours; a root user at most an hour', async () => {
    const line = await newSample();
    const tooLong = (seconds: number) =>
      `the URL is valid for ${seconds} seconds only, as long as the session that signs it\n`;
    const table = [
      ['user/ana', '129600', ''],
      ['user/ana', '129660', ''],
      ['user/ana', '129661', tooLong(129_600)],
      ['root', '3660', ''],
      ['root', '604800', tooLong(3600)],
      ['role/reader', '60', ''],
      ['role/reader', '3600', ''],
      ['role/reader', '3661', tooLong(3600)],
    ] as const;
    for (const [as, seconds, err] of table) {
      const made = await line.ok(['s3', 'presign', 's3://photos/k', '--as', as, '--expires-in', seconds]);
      expect([as, seconds, made.err]).toEqual([as, seconds, err]);
    }
  });

  test('but nobody signs without a signature', async () => {
    const line = await newSample();
    const bare = await line.ssebox(['s3', 'presign', 's3://photos/k', '--no-sign-request']);
    expect([bare.code, bare.out, bare.err]).toEqual([
      253,
      '',
      expect.stringContaining('Unable to locate credentials: a request without a signature has no credentials'),
    ]);
  });
});

async function reportIn(line: CommandLine): Promise<string> {
  writeFileSync(line.path('q1.csv'), 'a,b\n');
  await line.ok(['s3', 'cp', line.path('q1.csv'), 's3://reports/of-this-test.csv']);
  return 's3://reports/of-this-test.csv';
}

test.for([
  [['s3://photos'], '"s3://photos" does not name an object'],
  [['s3://photos/k', '--expires-in', '0'], '--expires-in takes a number from 1 to 604800, not 0'],
  [['s3://photos/k', '--expires-in', '604801'], '--expires-in takes a number from 1 to 604800, not 604801'],
] as const)('%j is refused', async ([words, message]) => {
  const line = await newSample();
  const { code, err } = await line.ssebox(['s3', 'presign', ...words]);
  expect([code, err]).toEqual([252, expect.stringContaining(message)]);
});

test.for([
  ['127.0.0.1:8080', '"127.0.0.1:8080" does not begin with http:// or https://'],
  ['ftp://host', '"ftp://host" begins with ftp://, not with http:// or https://'],
  ['http://me:hunter2@host', 'it has credentials in it, which belong in the environment or a profile'],
] as const)('%s is not an endpoint', async ([url, fault]) => {
  const line = await newSample();
  const variables = variablesOf(await keyOf(line));
  const { code, err } = await line.ssebox(['s3', 'presign', 's3://photos/k', '--endpoint-url', url], { variables });
  expect([code, err]).toEqual([252, `--endpoint-url takes a URL such as http://127.0.0.1:4566, or aws: ${fault}\n`]);
});

test.for([
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, 'http://127.0.0.1:4566/photos/k'],
  [{ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_S3: 'https://b:1/' }, 'https://b:1/photos/k'],
  [{ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_KMS: 'http://a' }, 'https://photos.s3.us-east-1.amazonaws.com/k'],
  [
    { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    'https://photos.s3.us-east-1.amazonaws.com/k',
  ],
] as const)('the endpoint of the environment %j makes the URL %s', async ([variables, url]) => {
  const line = await newSample();
  const words = ['s3', 'presign', 's3://photos/k'];
  const { out, err } = await line.ok(words, { variables });
  expect([out.slice(0, out.indexOf('?')), err]).toEqual([url, '']);
  const option = await line.ok([...words, '--endpoint-url', 'http://c'], { variables });
  expect(option.out).toMatch(/^http:\/\/c\/photos\/k\?/);
});

test('the bucket is where the setting s3.addressing_style has it', async () => {
  const line = await newSample();
  await line.ok(['configure', 'set', 's3.addressing_style', 'virtual']);
  const { out } = await line.ok(['s3', 'presign', 's3://photos/k', '--endpoint-url', 'http://c']);
  expect(out).toMatch(/^http:\/\/photos\.c\/k\?/);
});

test('an endpoint of the environment that is none is refused by its variable', async () => {
  const line = await newSample();
  const variables = { AWS_ENDPOINT_URL_S3: 'localhost' };
  const { code, err } = await line.ssebox(['s3', 'presign', 's3://photos/k'], { variables });
  const message = 'AWS_ENDPOINT_URL_S3 must be a URL such as http://127.0.0.1:4566: "localhost" does not begin';
  expect([code, err]).toEqual([253, expect.stringContaining(message)]);
});

const role = 'arn:aws:iam::111122223333:role/reader';

async function sampleWithProfile(settings: Readonly<Record<string, string>>): Promise<CommandLine> {
  const line = await newSample();
  for (const [name, value] of Object.entries(settings)) {
    await line.ok(['configure', 'set', name, value, '--profile', 'p']);
  }
  return line;
}

/** Who has the credentials that signed a URL, by a call that they make. */
async function signerOf(line: CommandLine, url: string): Promise<string> {
  const { searchParams } = new URL(url);
  const [id = ''] = searchParams.get('X-Amz-Credential')?.split('/') ?? [];
  const { out } = await line.ok(['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text', '--as', id]);
  return out.trim();
}

test('a profile with a role signs with its session, before the access key in the environment if it is named', async () => {
  const line = await sampleWithProfile({ role_arn: role, source_profile: 'default', role_session_name: 'night' });
  const variables = variablesOf(await keyOf(line));
  const ana = 'arn:aws:iam::111122223333:user/ana';
  const named = ['--profile', 'p'];
  const table = [
    { words: named, signer: session },
    { words: named, variables, signer: session },
    { words: [], variables: { AWS_PROFILE: 'p' }, signer: session },
    { words: [], variables: { AWS_PROFILE: 'p', ...variables }, signer: ana },
    { words: [...named, '--as', 'user/bob'], variables, signer: ana },
  ];
  for (const { signer, words, ...ways } of table) {
    const { out } = await line.ok(['s3', 'presign', 's3://photos/2026/pier.txt', ...words], ways);
    expect(await signerOf(line, out)).toBe(signer);
    expect(new URL(out).searchParams.has('X-Amz-Security-Token')).toBe(signer === session);
  }
});

test('a profile with an access key of the store signs with it', async () => {
  const line = await newSample();
  const key = await keyOf(line);
  await line.ok(['configure', 'set', 'aws_access_key_id', key.AccessKeyId, '--profile', 'p']);
  const words = ['s3', 'presign', 's3://photos/2026/pier.txt'];
  const [ofProfile, ofEnvironment] = [
    await line.ok([...words, '--profile', 'p']),
    await line.ok(words, { variables: variablesOf(key) }),
  ];
  expect(ofProfile.out).toBe(ofEnvironment.out);
});

test('a profile whose role may not be assumed is refused, one with a caller of --as signs with a session of its', async () => {
  const line = await sampleWithProfile({ role_arn: role, source_profile: 'bob' });
  await line.ok(['configure', 'set', 'as', 'user/bob', '--profile', 'bob']);
  await line.ok(['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'no', '--policy-document', DENY]);
  const words = ['s3', 'presign', 's3://photos/k', '--profile'];
  const refused = await line.ssebox([...words, 'p']);
  expect([refused.code, refused.out, refused.err]).toEqual([254, '', expect.stringContaining('(AccessDenied)')]);
  const signed = await line.ok([...words, 'bob']);
  expect(await signerOf(line, signed.out)).toBe('arn:aws:iam::111122223333:user/bob');
});

const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }],
});
