/** What is decided about a request that is signed as it should be: who may, for how long, and what a refusal tells. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { codeIn, requestBytes, sendBytes, statusesIn } from '../support/raw-http.ts';
import { headerSigned, presigned, type RawRequest, type SigningCredentials } from '../support/signed-request.ts';
import { stateOf } from '../support/store-state.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;
let stranger: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  stranger = await newKeyOf('eve');
  endpoint = await startEndpoint(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  await world.call('s3', 'PutObject', { Bucket: 'letters', Key: 'k', Body: Buffer.from('dear reader') });
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

async function newKeyOf(UserName: string, as?: string): Promise<SigningCredentials> {
  await world.call('iam', 'CreateUser', { UserName }, { ...(as !== undefined && { as }) });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName }, { ...(as !== undefined && { as }) });
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

type Wanted = Partial<Parameters<typeof headerSigned>[0]>;
const signed = (wanted: Wanted) => headerSigned({ credentials, at: world.environment.now(), ...wanted });
const url = (wanted: Wanted) => presigned({ credentials, at: world.environment.now(), ...wanted });
const ways = [signed, url];

const sent = (raw: RawRequest, body = ''): Promise<string> => sendBytes(endpoint.server.port, requestBytes(raw, body));

async function answerTo(raw: RawRequest, body = ''): Promise<string> {
  const answer = await sent(raw, body);
  return `${statusesIn(answer)[0]} ${codeIn(answer) ?? ''}`.trim();
}

describe('the source of a copy', () => {
  beforeEach(async () => {
    const as = `${OTHER_ACCOUNT}:user/admin`;
    await world.call('s3', 'CreateBucket', { Bucket: 'theirs' }, { as });
    await world.call('s3', 'PutObject', { Bucket: 'theirs', Key: 'k', Body: Buffer.from('theirs') }, { as });
    await world.call('s3', 'CreateBucket', { Bucket: 'closed' });
    await world.call('s3', 'PutObject', { Bucket: 'closed', Key: 'k', Body: Buffer.from('closed') });
    const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::closed/*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await world.call('s3', 'PutBucketPolicy', { Bucket: 'closed', Policy });
    await answerTo(signed({ target: '/letters/k' }));
  });
  const copy = (source: string, more = '') =>
    signed({ method: 'PUT', target: `/letters/copy${more}`, headers: { 'x-amz-copy-source': source } });

  test.for([
    // A path is bytes: nothing of it leads anywhere else.
    ['/letters/../closed/k', '404 NoSuchKey'],
    ['/letters/%2e%2e/closed/k', '404 NoSuchKey'],
    ['letters/..%2Fclosed%2Fk', '404 NoSuchKey'],
    ['/letters/./k', '404 NoSuchKey'],
    ['/letters//k', '404 NoSuchKey'],
    ['/letters%2Fk?versionId=../closed', '400 InvalidArgument'],
    ['../closed/k', '400 InvalidBucketName'],
    ['/../closed/k', '400 InvalidBucketName'],
    ['%2e%2e/closed/k', '400 InvalidBucketName'],
    ['//closed/k', '400 InvalidArgument'],
    ['', '400 InvalidArgument'],
    ['/', '400 InvalidArgument'],
    ['letters', '400 InvalidArgument'],
    ['/letters/', '400 InvalidArgument'],
    ['/letters/%ff', '400 InvalidArgument'],
    ['/letters/%', '400 InvalidArgument'],
    ['/nowhere/k', '404 NoSuchBucket'],
    // Decided by what the source says, whatever the target does.
    ['/theirs/k', '403 AccessDenied'],
    ['/theirs/missing', '403 AccessDenied'],
    ['/closed/k', '403 AccessDenied'],
    ['/closed%2Fk', '403 AccessDenied'],
    ['closed/%6b', '403 AccessDenied'],
  ] as const)('%s is answered with %s, and nothing is copied', async ([source, expected]) => {
    const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket: 'letters', Key: 'copy' });
    const before = stateOf(world);
    expect(await answerTo(copy(source))).toBe(expected);
    expect(await answerTo(copy(source, `?partNumber=1&uploadId=${encodeURIComponent(UploadId)}`))).toBe(expected);
    expect(stateOf(world)).toEqual(before);
  });

  test('may be one’s own', async () => {
    for (const source of ['/letters/k', 'letters/k', '/letters%2Fk', 'letters/%6B']) {
      expect(await answerTo(copy(source))).toBe('200');
    }
  });
});

test('what a condition would tell of an object is not told to those who may not read it', async () => {
  const { ETag = '' } = await world.call('s3', 'HeadObject', { Bucket: 'letters', Key: 'k' });
  const long = new Date(world.environment.now() - DAY).toUTCString();
  const soon = new Date(world.environment.now() + DAY).toUTCString();
  const conditions: readonly Readonly<Record<string, string>>[] = [
    {},
    { 'if-match': ETag },
    { 'if-match': '"0"' },
    { 'if-none-match': ETag },
    { 'if-none-match': '*' },
    { 'if-modified-since': soon },
    { 'if-unmodified-since': long },
    { range: 'bytes=0-0' },
    { range: 'bytes=999-' },
    { 'x-amz-checksum-mode': 'ENABLED' },
    { 'x-amz-copy-source': '/letters/k', 'x-amz-copy-source-if-match': '"0"' },
  ];
  const targets = [
    '/letters/KEY',
    '/letters/KEY?partNumber=9',
    '/letters/KEY?versionId=null',
    '/letters/KEY?attributes',
  ];
  const nobody = ({ method, target, headers }: RawRequest): RawRequest => ({
    method,
    target,
    headers: headers.filter(([name]) => !/^(authorization|x-amz-(date|content-sha256))$/.test(name)),
  });
  for (const condition of conditions) {
    for (const method of condition['x-amz-copy-source'] === undefined ? ['GET', 'HEAD'] : ['PUT']) {
      for (const target of targets) {
        const told = await Promise.all(
          ['k', 'missing'].flatMap((key) => {
            const headers = {
              ...condition,
              ...(target.endsWith('attributes') && { 'x-amz-object-attributes': 'ETag' }),
            };
            const raw = signed({ method, target: target.replace('KEY', key), headers, credentials: stranger });
            return [raw, nobody(raw)].map(async (each) => {
              const answer = await sent(each);
              return answer
                .replace(/(RequestId>|HostId>|x-amz-request-id: |x-amz-id-2: |Date: )[^<\r]+/gi, '$1')
                .replace(/content-length: \d+/i, '')
                .replaceAll('letters/missing', 'letters/k');
            });
          }),
        );
        const [ofEve, ofNobody, ofEveMissing, ofNobodyMissing] = told;
        // A request that S3 does not take is refused for that, of an object that is there or not.
        expect([condition, method, target, ofEve]).toEqual([condition, method, target, ofEveMissing]);
        expect([condition, method, target, ofNobody]).toEqual([condition, method, target, ofNobodyMissing]);
        expect(ofEve).toMatch(/^HTTP\/1\.1 (403|400|405) /);
        expect(ofEve).not.toMatch(/etag|last-modified|x-amz-version-id|x-amz-delete-marker/i);
      }
    }
  }
  const before = stateOf(world);
  for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '"0"' }, { 'if-match': ETag }] as const) {
    for (const [method, body] of [
      ['PUT', 'x'],
      ['DELETE', ''],
    ] as const) {
      for (const key of ['k', 'missing']) {
        const wanted = { method, target: `/letters/${key}`, headers, credentials: stranger };
        if (method === 'DELETE' && 'if-none-match' in headers) continue;
        expect(await answerTo(signed({ ...wanted, body }), body)).toBe('403 AccessDenied');
      }
    }
  }
  expect(stateOf(world)).toEqual(before);
});

test.for([
  ['0', '403 AccessDenied'],
  ['1', '200'],
  ['604800', '200'],
  ['604801', '400 AuthorizationQueryParametersError'],
  ['-1', '400 AuthorizationQueryParametersError'],
  ['ten', '400 AuthorizationQueryParametersError'],
  ['', '400 AuthorizationQueryParametersError'],
  ['1e3', '400 AuthorizationQueryParametersError'],
  ['0x10', '400 AuthorizationQueryParametersError'],
  [' 60', '400 AuthorizationQueryParametersError'],
  ['60,60', '400 AuthorizationQueryParametersError'],
  ['99999999999999999999', '400 AuthorizationQueryParametersError'],
  ['Infinity', '400 AuthorizationQueryParametersError'],
] as const)('a URL that is good for "%s" seconds is answered with %s', async ([expires, expected]) => {
  expect(await answerTo(url({ target: '/letters/k', expires }))).toBe(expected);
  await answerTo(signed({ target: '/letters/k' }));
  const before = stateOf(world);
  const write = url({ target: '/letters/new', method: 'PUT', expires });
  expect(await answerTo(write, 'x')).toBe(expected);
  if (expected !== '200') expect(stateOf(world)).toEqual(before);
});

test('a request may be sent again for as long as its signature is good, by the clock of the machine', async () => {
  const raw = signed({ target: '/letters/k' });
  const kms = headerSigned({
    credentials,
    at: world.environment.now(),
    service: 'kms',
    method: 'POST',
    headers: { 'x-amz-target': 'TrentService.ListKeys', 'content-type': 'application/x-amz-json-1.1' },
    body: '{}',
  });
  const kmsAnswer = async () => statusesIn(await sent(kms, '{}'))[0];
  expect([await answerTo(raw), await kmsAnswer()]).toEqual(['200', 200]);
  // The store's clock, which nobody outside knows, does not matter.
  world.transact((tx) => tx.facts.put(['clock'], { offsetMs: 400 * DAY }));
  expect([await answerTo(raw), await kmsAnswer()]).toEqual(['200', 200]);
  world.advance(5 * MINUTE);
  expect([await answerTo(raw), await kmsAnswer()]).toEqual(['200', 200]);
  world.advance(1000);
  expect([await answerTo(raw), await kmsAnswer()]).toEqual(['200', 400]);
  world.advance(10 * MINUTE - 1000);
  expect(await answerTo(raw)).toBe('200');
  world.advance(1000);
  expect(await answerTo(raw)).toBe('403 RequestTimeTooSkewed');
  world.advance(-60 * MINUTE);
  expect(await answerTo(raw)).toBe('403 RequestTimeTooSkewed');
});

test('a session may do what its session policy allows, and no more', async () => {
  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
  };
  await world.call('iam', 'CreateRole', { RoleName: 'writer', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await world.call('iam', 'AttachRolePolicy', { RoleName: 'writer', PolicyArn });
  const session = async (Policy?: object): Promise<SigningCredentials> => {
    const { Credentials } = await world.call('sts', 'AssumeRole', {
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/writer`,
      RoleSessionName: 'session',
      ...(Policy && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: Policy }) }),
    });
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    };
  };
  const whole = await session();
  const reader = await session({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::letters/*' });
  for (const sign of ways) {
    const write = { method: 'PUT', target: '/letters/new', body: 'x', payload: 'UNSIGNED-PAYLOAD' };
    expect(await answerTo(sign({ target: '/letters/k', credentials: whole }))).toBe('200');
    expect(await answerTo(sign({ ...write, credentials: whole }), 'x')).toBe('200');
    expect(await answerTo(sign({ target: '/letters/k', credentials: reader }))).toBe('200');
    const before = stateOf(world);
    expect(await answerTo(sign({ ...write, credentials: reader }), 'x')).toBe('403 AccessDenied');
    expect(await answerTo(sign({ target: '/letters', credentials: reader }))).toBe('403 AccessDenied');
    // The token of another session does not lend its policy.
    const lent = { ...reader, sessionToken: whole.sessionToken };
    expect(await answerTo(sign({ ...write, credentials: lent }), 'x')).toBe('400 InvalidToken');
    expect(stateOf(world)).toEqual(before);
  }
});

test('keys that are deleted, inactive or of another account write nothing', async () => {
  const gone = await newCredentials(world, 'gone');
  const inactive = await newCredentials(world, 'off');
  const foreign = await newKeyOf('fay', `${OTHER_ACCOUNT}:user/admin`);
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await world.call('iam', 'AttachUserPolicy', { UserName: 'fay', PolicyArn }, { as: `${OTHER_ACCOUNT}:user/admin` });
  for (const each of [gone, inactive])
    expect(await answerTo(signed({ target: '/letters/k', credentials: each }))).toBe('200');
  expect(await answerTo(signed({ target: '/', credentials: foreign }))).toBe('200');
  await world.call('iam', 'DeleteAccessKey', { UserName: 'gone', AccessKeyId: gone.accessKeyId });
  await world.call('iam', 'UpdateAccessKey', {
    UserName: 'off',
    AccessKeyId: inactive.accessKeyId,
    Status: 'Inactive',
  });
  const before = stateOf(world);
  const unknown = { ...gone, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
  for (const [each, expected] of [
    [gone, '403 InvalidAccessKeyId'],
    [inactive, '403 InvalidAccessKeyId'],
    [unknown, '403 InvalidAccessKeyId'],
    [{ ...gone, accessKeyId: credentials.accessKeyId }, '403 SignatureDoesNotMatch'],
    [{ ...foreign, secretAccessKey: credentials.secretAccessKey }, '403 SignatureDoesNotMatch'],
    [foreign, '403 AccessDenied'],
    [stranger, '403 AccessDenied'],
  ] as const) {
    for (const sign of ways) {
      for (const [method, target] of [
        ['GET', '/letters/k'],
        ['GET', '/letters'],
        ['PUT', '/letters/new'],
        ['DELETE', '/letters?policy'],
        ['DELETE', '/letters/k'],
        ['DELETE', '/letters'],
      ] as const) {
        const body = method === 'PUT' ? 'x' : '';
        const wanted = { method, target, credentials: each, payload: 'UNSIGNED-PAYLOAD' };
        const answer = await answerTo(sign(wanted), body);
        expect([each.accessKeyId, method, target, answer]).toEqual([each.accessKeyId, method, target, expected]);
      }
    }
  }
  const told = stateOf(world).filter((line) => !before.includes(line));
  // The first use of a key is noted, and nothing else.
  expect(told.filter((line) => !line.startsWith('accessKeys '))).toEqual([]);
});
