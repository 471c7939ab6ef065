import { expect, test } from 'vitest';
import { presignedUrl } from '../../src/wire/signature/signing.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { START } from '../support/harness.ts';

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

test('the URL is signed with the access key in the environment, on the clock of the store', async () => {
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
  expect(out).toBe(`${presignedUrl(request, credentials, new Date(START + 86_400_000))}\n`);
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
] as const)('the URL of %s with %j is %s', async ([object, options, url]) => {
  const line = await newSample();
  await line.ok(['bucket', 'create', 'europe', '--region', 'eu-west-1']);
  const { out } = await line.ok(['s3', 'presign', object, ...options], { variables: variablesOf(await keyOf(line)) });
  expect(out.slice(0, out.indexOf('?'))).toBe(url);
});

test('without an access key of the store there is no URL, and the error says how to get one', async () => {
  const line = await newSample();
  const bare = await line.ssebox(['s3', 'presign', 's3://photos/k'], { terminal: 80 });
  expect([bare.code, bare.out]).toEqual([253, '']);
  expect(bare.err).toContain('Unable to locate credentials: no access key in the environment');
  expect(bare.err).toContain('hint: ssebox iam create-access-key --user-name NAME');
  const variables = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
  const foreign = await line.ssebox(['s3', 'presign', 's3://photos/k'], { variables });
  expect([foreign.code, foreign.err]).toEqual([253, expect.stringContaining('does not belong to this store')]);
  const key = await keyOf(line);
  const wrong = await line.ssebox(['s3', 'presign', 's3://photos/k'], {
    variables: { ...variablesOf(key), AWS_SECRET_ACCESS_KEY: 'x' },
  });
  expect([wrong.code, wrong.out, wrong.err]).toEqual([254, '', expect.stringContaining('(SignatureDoesNotMatch)')]);
});

test.for([
  [['s3://photos'], '"s3://photos" does not name an object'],
  [['s3://photos/k', '--expires-in', '0'], '--expires-in takes a number from 1 to 604800, not 0'],
  [['s3://photos/k', '--expires-in', '604801'], '--expires-in takes a number from 1 to 604800, not 604801'],
] as const)('%j is refused', async ([words, message]) => {
  const line = await newSample();
  const { code, err } = await line.ssebox(['s3', 'presign', ...words]);
  expect([code, err]).toEqual([252, expect.stringContaining(message)]);
});

test.for(['127.0.0.1:8080', 'ftp://host', 'http://host/path'])('%s is not an endpoint', async (url) => {
  const line = await newSample();
  const variables = variablesOf(await keyOf(line));
  const { code, err } = await line.ssebox(['s3', 'presign', 's3://photos/k', '--endpoint-url', url], { variables });
  expect([code, err]).toEqual([
    252,
    expect.stringContaining(`--endpoint-url takes a URL such as http://127.0.0.1:8080, not "${url}"`),
  ]);
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

const session = 'arn:aws:sts::111122223333:assumed-role/reader/night';

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

test('a profile whose role may not be assumed is refused, one with a caller of --as has nothing to sign with', async () => {
  const line = await sampleWithProfile({ role_arn: role, source_profile: 'bob' });
  await line.ok(['configure', 'set', 'as', 'user/bob', '--profile', 'bob']);
  await line.ok(['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'no', '--policy-document', DENY]);
  const words = ['s3', 'presign', 's3://photos/k', '--profile'];
  const refused = await line.ssebox([...words, 'p']);
  expect([refused.code, refused.out, refused.err]).toEqual([254, '', expect.stringContaining('(AccessDenied)')]);
  const bare = await line.ssebox([...words, 'bob']);
  expect([bare.code, bare.out, bare.err]).toEqual([
    253,
    '',
    expect.stringContaining('no access key in the environment. A URL is signed with'),
  ]);
});

const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }],
});
