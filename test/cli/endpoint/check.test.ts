import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type CommandLine, type Ended, newCommandLine, type RunOptions } from '../../support/command-line.ts';
import { type Endpoint, newCredentials, startEndpoint } from '../../support/endpoint.ts';
import { newWorld, type World } from '../../support/harness.ts';

interface Row {
  readonly Group: string;
  readonly Check: string;
  readonly Result: 'works' | 'refused' | 'wrong' | 'not tried';
  readonly Code?: string;
  readonly Answered?: string;
  readonly Reason?: string;
}

interface Checked {
  readonly Works: number;
  readonly Checks: readonly Row[];
  readonly KmsKeysPendingDeletion: readonly { readonly KeyArn: string }[];
  readonly NotRemoved: readonly { readonly Name: string; readonly Reason: string }[];
}

const checkedOf = ({ json }: Ended): Checked => json as Checked;

const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMIK7MDENGbPxRfiCY',
};

/** A command line that signs with credentials of a world whose endpoint runs. */
async function newServed(): Promise<{ world: World; endpoint: Endpoint; line: CommandLine; options: RunOptions }> {
  const world = newWorld();
  const { accessKeyId, secretAccessKey } = await newCredentials(world);
  const endpoint = await startEndpoint(world);
  onTestFinished(() => endpoint.server.close(0));
  const variables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return { world, endpoint, line: newCommandLine(), options: { variables } };
}

/** A server of anything; it ends with the test. */
async function serverOf(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What is there of the kinds of things that a check makes. */
async function thingsIn({ call }: World) {
  const { Buckets = [] } = await call('s3', 'ListBuckets', {});
  const { Roles } = await call('iam', 'ListRoles', {});
  const { Aliases = [] } = await call('kms', 'ListAliases', {});
  const { Keys = [] } = await call('kms', 'ListKeys', {});
  const states = await Promise.all(
    Keys.map(async ({ KeyId = '' }) => (await call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.KeyState),
  );
  return {
    buckets: Buckets.map(({ Name }) => Name),
    roles: Roles.map(({ RoleName }) => RoleName),
    aliases: Aliases.map(({ AliasName }) => AliasName).filter((name) => !name?.startsWith('alias/aws/')),
    enabledKeys: states.filter((state) => state === 'Enabled').length,
    pendingKeys: states.filter((state) => state === 'PendingDeletion').length,
  };
}

const nothing = { buckets: [], roles: [], aliases: [], enabledKeys: 0 };

test('all rows work at our own endpoint but for Object Lock, and nothing stays but keys that go', {
  timeout: 60_000,
}, async () => {
  const { world, endpoint, line, options } = await newServed();
  const checked = checkedOf(await line.ok(['endpoint', 'check', endpoint.server.url], options));
  const others = checked.Checks.filter(({ Result }) => Result !== 'works');
  expect(others).toMatchObject([{ Group: 'Buckets', Result: 'refused', Code: 'NotImplemented' }]);
  expect(checked).toMatchObject({ Works: checked.Checks.length - 1, NotRemoved: [] });
  expect(checked.KmsKeysPendingDeletion).toHaveLength(2);
  const { enabledKeys, ...there } = await thingsIn(world);
  // The AWS managed key of S3 may have been made.
  expect({ ...there, enabledKeys: 0 }).toEqual({ ...nothing, pendingKeys: 2 });
  expect(enabledKeys).toBeLessThanOrEqual(1);
  expect(endpoint.failures).toEqual([]);
});

// What some servers answer to everything.
const LIES: Readonly<Record<string, string>> = {
  nothing: '',
  'an empty object': '{}',
  'an empty element': '<Result/>',
  'a page': '<!DOCTYPE html><html><body><p>It works!</body></html>',
  'lists that are none':
    '{"Keys":5,"Grants":{"a":1},"KeyMetadata":[],"Plaintext":7,"CiphertextBlob":{},"Signature":[]}',
};

test.for(Object.entries(LIES))('a server that answers everything with 200 and %s does nothing', async ([, body]) => {
  const url = await serverOf((request, answer) => {
    request.resume();
    answer.writeHead(200, { etag: '"00000000000000000000000000000000"' }).end(body);
  });
  const ended = await newCommandLine().ssebox(['endpoint', 'check', url], { variables: credentials });
  expect(ended).toMatchObject({ code: 0 });
  expect(checkedOf(ended).Checks.filter(({ Result }) => Result === 'works')).toEqual([]);
});

test('a server that gives back what was put is not taken for S3', async () => {
  const kept = new Map<string, Buffer>();
  const url = await serverOf(async (request, answer) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const [path = ''] = (request.url ?? '').split('?');
    if (request.method === 'PUT') kept.set(path, Buffer.concat(pieces));
    answer.writeHead(200, { 'x-amz-server-side-encryption': 'AES256' }).end(kept.get(path));
  });
  const ended = await newCommandLine().ok(['endpoint', 'check', url], { variables: credentials });
  const working = checkedOf(ended).Checks.filter(({ Result }) => Result === 'works');
  expect(working.map(({ Check }) => Check)).toEqual(['bucket in the path']);
});

test('Ctrl-C removes what was made, says which keys go, and ends with 130', async () => {
  const world = newWorld();
  const { accessKeyId, secretAccessKey } = await newCredentials(world);
  const endpoint = await startEndpoint(world, {
    observe: (_exchange, { operation }) => {
      if (operation === 'Encrypt') process.emit('SIGINT');
    },
  });
  onTestFinished(() => endpoint.server.close(0));
  const variables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const words = ['endpoint', 'check', endpoint.server.url];
  const ended = await newCommandLine().ssebox(words, { variables, terminal: 100 });
  // Nothing that showed how far the check is stands before it or after it.
  expect(ended).toMatchObject({ code: 130, out: '' });
  const told = ended.err.split('\r\u001b[K').slice(-2);
  expect(told).toEqual([expect.stringMatching(/^arn:aws:kms:\S+ is scheduled for deletion in 7 days\n$/), '']);
  expect(await thingsIn(world)).toEqual({ ...nothing, pendingKeys: 1 });
});

test('what cannot be removed is named', async () => {
  const url = await serverOf((request, answer) => {
    request.resume();
    const isBucket = request.method === 'DELETE' && /^\/ssebox-check-\w+\/?$/.test(request.url ?? '');
    if (isBucket) answer.writeHead(403).end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
    else answer.writeHead(200).end();
  });
  const ended = await newCommandLine().ok(['endpoint', 'check', url], { variables: credentials });
  expect(checkedOf(ended).NotRemoved).toMatchObject([
    { Name: expect.stringMatching(/^bucket ssebox-check-[0-9a-f]{16}$/), Reason: 'AccessDenied: no' },
  ]);
});

test('a refusal of the credentials, and silence, are no result', async () => {
  const { endpoint, line } = await newServed();
  const refused = await line.ssebox(['endpoint', 'check', endpoint.server.url], { variables: credentials });
  expect(refused).toMatchObject({ code: 254, out: '', err: expect.stringContaining('(InvalidAccessKeyId)') });
  const silent = await line.ssebox(['endpoint', 'check', 'http://127.0.0.1:1'], { variables: credentials });
  expect(silent).toMatchObject({ code: 255, out: '', err: expect.stringContaining('Could not connect') });
  const unsigned = await line.ssebox(['endpoint', 'check', endpoint.server.url]);
  expect(unsigned).toMatchObject({ code: 253, out: '', err: expect.stringContaining('credentials') });
});

const URL = 'http://127.0.0.1:1';

test.for([
  [['endpoint', 'check'], 'no endpoint is named'],
  [
    ['endpoint', 'check', 'ftp://there'],
    'ssebox endpoint check takes a URL such as http://127.0.0.1:4566, or aws: "ftp://there" begins with ftp://',
  ],
  [
    ['endpoint', 'check', URL, '--endpoint-url', URL],
    'the URL and --endpoint-url both name the endpoint: use one of them',
  ],
  [['endpoint', 'check', URL, '--as', 'user/bob'], '--as is about the store on this machine, and the URL is not'],
  [['endpoint', 'check', URL, '--store', 'x'], '--store is about the store on this machine, and the URL is not'],
  [['endpoint', 'check', URL, '--no-sign-request'], 'a check signs its requests: leave out --no-sign-request'],
  [['endpoint', 'check', 'aws'], 'to create a bucket at AWS in us-east-1, confirm with --yes'],
  [['endpoint', 'check', 'https://s3.eu-west-1.amazonaws.com', '--kms'], 'to create a bucket and KMS keys at AWS'],
] as const)('%j is refused', async ([words, message]) => {
  const ended = await newCommandLine().ssebox(words, { variables: credentials });
  expect(ended).toMatchObject({ code: 252, out: '', err: expect.stringContaining(message) });
});

test('people see a table, and without keys what needs one is not tried', async () => {
  const url = await serverOf((request, answer) => {
    request.resume();
    answer.writeHead(501).end();
  });
  const words = ['endpoint', 'check', '--no-kms', '--endpoint-url', url];
  const { out } = await newCommandLine().ok(words, { variables: credentials, terminal: 100 });
  expect(out).toMatch(/^http:\/\/\S+ in us-east-1: 0 works, \d+ refused, 0 wrong, \d+ not tried$/m);
  expect(out).toMatch(/^IAM: list users {2,}refused {4}ListUsers: 501 \(501\)/m);
  expect(out).toMatch(/^create a key {2,}not tried {2}it takes a KMS key, and --kms/m);
  expect(out).toMatch(/^put and get {2,}not tried {2}there is no bucket for it:\n {2,}CreateBucket: 501 \(501\)/m);
  expect(out).toContain('everything else that the check made has been removed');
});
