/** Commands at an endpoint: what they say is what the endpoint says, and the store on this machine has no part in it. */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type EndpointLine, newEndpointLine } from '../../support/endpoint-line.ts';
import { ACCOUNT } from '../../support/harness.ts';

const terminal = { terminal: 100 } as const;

/** A bucket with two objects, a key with an alias, and a role. */
async function filled(): Promise<EndpointLine> {
  const line = await newEndpointLine();
  const { call } = line.world;
  await call('s3', 'CreateBucket', { Bucket: 'letters' });
  for (const Key of ['may.txt', 'june.txt']) await call('s3', 'PutObject', { Bucket: 'letters', Key });
  const { KeyMetadata } = await call('kms', 'CreateKey', {});
  await call('kms', 'CreateAlias', { AliasName: 'alias/there', TargetKeyId: KeyMetadata?.KeyId ?? '' });
  await call('iam', 'CreateRole', {
    RoleName: 'reader',
    Path: '/people/',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
    }),
  });
  return line;
}

const hintIn = (err: string): string =>
  err
    .split('\n')
    .filter((each) => each.startsWith('hint: '))
    .join('\n');

/** What is shown below a refusal to a person. */
const hints: readonly (readonly [words: string, hint: string])[] = [
  ['s3api head-object --bucket letters --key nope', ''],
  ['s3api get-object --bucket letters --key mai.txt -', 'hint: did you mean may.txt? there are june.txt, may.txt'],
  ['s3api list-objects-v2 --bucket leters', 'hint: did you mean letters?'],
  ['kms describe-key --key-id alias/ther', 'hint: did you mean alias/there? there are alias/aws/s3, alias/there'],
  ['iam get-user --user-name sam2', 'hint: did you mean sam? the users are admin, sam'],
  // Nobody is told to explain what the store knows nothing of.
  ['kms cancel-key-deletion --key-id alias/there', ''],
];

test('below a refusal stand names from the endpoint, and no advice to explain it', async () => {
  const line = await filled();
  for (const [words, hint] of hints) {
    const { code, err } = await line.ssebox(words.split(' '), terminal);
    expect([words, code, hintIn(err)]).toEqual([words, 254, hint]);
  }
  expect(line.home()).toEqual([]);
  expect(line.endpoint.failures).toEqual([]);
});

test('refused credentials are shown with where they come from and where they went', async () => {
  const line = await newEndpointLine();
  const wrong = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' };
  for (const service of ['s3api list-buckets', 'kms list-keys', 'iam list-users']) {
    const { code, err } = await line.ssebox(service.split(' '), { ...terminal, variables: wrong });
    expect(code).toBe(254);
    expect(err).toContain(
      `hint: the credentials come from AWS_ACCESS_KEY_ID, and the call was made at ${line.url} (AWS_ENDPOINT_URL)`,
    );
    expect(err).not.toContain('wJalr');
  }
  const byOption = await line.ssebox(['kms', 'list-keys', '--endpoint-url', line.url], {
    ...terminal,
    variables: wrong,
  });
  expect(byOption.err).toContain(`the call was made at ${line.url}\n`);
});

test('a refusal in JSON has the status and the request id of the endpoint', async () => {
  const line = await newEndpointLine();
  const { code, err } = await line.ssebox(['iam', 'get-user', '--user-name', 'nobody', '--error-format', 'json']);
  expect(code).toBe(254);
  expect(JSON.parse(err)).toEqual({
    Error: {
      Code: 'NoSuchEntity',
      Message: 'The user with name nobody cannot be found.',
      Operation: 'GetUser',
      Service: 'iam',
      HttpStatusCode: 404,
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
});

test('a principal becomes the ARN that the endpoint has for it', async () => {
  const line = await filled();
  const grant = (to: string) =>
    line.ssebox(['kms', 'grant', 'alias/there', '--to', to, '--may', 'decrypt', '--output', 'json']);
  const { json: KeyId } = await line.ok([
    'kms',
    'describe-key',
    '--key-id',
    'alias/there',
    '--query',
    'KeyMetadata.KeyId',
  ]);
  for (const to of ['role/reader', 'root', `${ACCOUNT}:user/sam`]) expect(await grant(to)).toMatchObject({ code: 0 });
  const list = ['kms', 'list-grants', '--key-id', String(KeyId), '--query', 'Grants[].GranteePrincipal'];
  expect(new Set((await line.ok(list)).json as string[])).toEqual(
    new Set(['role/people/reader', 'root', 'user/sam'].map((name) => `arn:aws:iam::${ACCOUNT}:${name}`)),
  );
  expect(await grant('user/nobody')).toMatchObject({
    code: 252,
    err: `there is no user "nobody" in account ${ACCOUNT}\n`,
  });
  expect(line.home()).toEqual([]);
});

test('a key is shown without what only a store can count', async () => {
  const line = await filled();
  const { json } = await line.ok(['kms', 'ls', 'alias/there', '--output', 'json']);
  expect(json).toEqual({ Key: expect.objectContaining({ Aliases: ['alias/there'], KeyState: 'Enabled' }) });
  const { code, err } = await line.ssebox(['kms', 'ls', 'alias/there', '--objects']);
  expect([code, err]).toEqual([252, `--objects looks into the store on this machine, and the key is at ${line.url}\n`]);
});

test('with an endpoint for S3 alone, the other services stay with the store', async () => {
  const line = await filled();
  const store = line.path('own');
  const variables = { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: line.url, XDG_DATA_HOME: store };
  expect((await line.ok(['s3', 'ls'], { variables })).out).toContain('letters');
  expect(line.home()).toEqual([]);
  const aliases = ['kms', 'list-aliases', '--query', 'Aliases[].AliasName'];
  expect((await line.ok(aliases, { variables })).json).not.toContain('alias/there');
  const { code, err } = await line.ssebox(
    ['bucket', 'replication', 'add', 'letters', '--to', 'letters', '--kms-key', 'alias/x'],
    { variables },
  );
  expect(code).toBe(252);
  expect(err).not.toContain('bug');
});

test('with when_required, neither parts nor their upload have a checksum', async () => {
  const line = await newEndpointLine();
  await line.world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  for (const name of ['threshold', 'chunksize']) await line.ok(['config', 'set', `s3.multipart_${name}`, '5MB']);
  const file = line.path('f');
  writeFileSync(file, Buffer.alloc((5 << 20) + 1));
  const sent = async (when: string) => {
    const variables = { AWS_REQUEST_CHECKSUM_CALCULATION: when };
    const { err } = await line.ok(['s3', 'cp', file, 's3://letters/f', '--debug'], { variables });
    const requests = err.split('debug: request: ').filter((each) => each.startsWith('P'));
    const operations = requests.map((each) => /[?&](uploads|partNumber|uploadId)/.exec(each)?.[1]).sort();
    expect(operations).toEqual(['partNumber', 'partNumber', 'uploadId', 'uploads']);
    return requests.map((each) => each.split('debug: answer: ')[0]).join('');
  };
  const carried = /x-amz-checksum|x-amz-sdk-checksum|trailer/i;
  expect(await sent('when_required')).not.toMatch(carried);
  expect(await sent('when_supported')).toMatch(carried);
});

test('what a server lacks is marked, and the rest is shown', async () => {
  const answers: Readonly<Record<string, string>> = {
    location: '<LocationConstraint>eu-west-1</LocationConstraint>',
    versioning: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  };
  const server = createServer(({ url = '' }, answer) => {
    const name = new URL(url, 'http://x').search.replace(/^\?([^=&]*).*$/, '$1');
    const known = answers[name];
    answer.statusCode = known === undefined ? (name === 'tagging' ? 405 : 501) : 200;
    const code = name === 'tagging' ? 'MethodNotAllowed' : 'NotImplemented';
    answer.end(known ?? `<Error><Code>${code}</Code><Message>not here</Message></Error>`);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const line = await newEndpointLine();
  const variables = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_MAX_ATTEMPTS: '1',
  };
  const { json } = await line.ok(['bucket', 'show', 'letters', '--output', 'json'], { variables });
  expect(json).toEqual({
    Name: 'letters',
    Arn: 'arn:aws:s3:::letters',
    Region: 'eu-west-1',
    Encryption: {},
    Versioning: 'Enabled',
    NotAvailable: ['Encryption', 'PublicAccessBlock', 'Tags', 'Policy', 'Replication'],
  });
  const { out } = await line.ok(['bucket', 'show', 'letters'], { ...terminal, variables });
  expect(out).toMatch(/versioning +Enabled\n/);
  expect(out).toMatch(/public access +not available there\n/);
});

test('nothing appears in the home, whatever becomes of a command', async () => {
  const line = await filled();
  const file = line.path('f');
  writeFileSync(file, 'x');
  const runs: readonly (readonly string[])[] = [
    ['s3', 'cp', file, 's3://letters/f'],
    ['s3', 'sync', 's3://letters', line.path('down')],
    ['s3', 'rm', 's3://letters/', '--recursive'],
    ['s3', 'rb', 's3://letters', '--force'],
    ['bucket', 'create', 'more'],
    ['bucket', 'delete', 'more', '--force', '--yes'],
    ['kms', 'rotate', 'alias/there'],
    ['kms', 'ls'],
    ['iam', 'delete-role', '--role-name', 'reader'],
    ['s3api', 'wait', 'bucket-not-exists', '--bucket', 'more'],
    ['alarm', 'list'],
    ['alarm', 'history', '--since', '1h'],
  ];
  for (const words of runs) expect([words, (await line.ssebox(words, terminal)).code]).toEqual([words, 0]);
  expect(line.home()).toEqual([]);
});
