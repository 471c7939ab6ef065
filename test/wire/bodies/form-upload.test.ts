/** Browsers' forms to an endpoint over a real store. */

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  BOUNDARY,
  FORM_TYPE,
  type FormFields,
  formBytes,
  type SentFile,
  signedForm,
  type WantedForm,
} from '../../support/browser-form.ts';
import { bytesOf } from '../../support/content.ts';
import { type Endpoint, newCredentials, type Received, startEndpoint } from '../../support/endpoint.ts';
import { newWorld, type World } from '../../support/harness.ts';
import { headerSigned, type SigningCredentials } from '../../support/signed-request.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

const signed = (fields: FormFields, more: Partial<WantedForm> = {}): FormFields =>
  signedForm({ bucket: 'photos', fields, credentials, at: world.environment.now(), ...more });

const sendTo = (
  target: string,
  body: Uint8Array,
  more: readonly (readonly [string, string])[] = [],
): Promise<Received> =>
  endpoint.send(
    { method: 'POST', target, headers: [['host', '127.0.0.1:4566'], ['content-type', FORM_TYPE], ...more] },
    body,
  );

const post = (fields: FormFields, file: SentFile = { content: 'hello' }): Promise<Received> =>
  sendTo('/photos', formBytes(fields, file));

const element = (name: string, { text }: Received): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];

const codeOf = (received: Received): string => `${received.status} ${element('Code', received)}`;

const stored = async (Key: string, Bucket = 'photos') => {
  const object = await world.call('s3', 'GetObject', { Bucket, Key });
  return { ...object, text: (await bytesOf(object.Body)).toString() };
};

const keys = async () =>
  (await world.call('s3', 'ListObjectsV2', { Bucket: 'photos' })).Contents?.map(({ Key }) => Key);

// Amazon S3 API Reference, "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)".
const FILE_NAME = ['$', '{filename}'].join('');

test.for([4, 2] as const)(
  'a form that is signed with version %i stores its file and what it says of it',
  async (version) => {
    const fields = {
      key: 'user/ä b.txt',
      acl: 'bucket-owner-full-control',
      'Content-Type': 'text/plain',
      'Cache-Control': 'max-age=60',
      'x-amz-meta-Color': 'grün',
      'x-amz-storage-class': 'STANDARD_IA',
      tagging: '<Tagging><TagSet><Tag><Key>a b</Key><Value>1=2</Value></Tag></TagSet></Tagging>',
      'x-amz-checksum-sha256': createHash('sha256').update('hello').digest('base64'),
    };
    const answer = await post(signed(fields, { version }));
    expect(answer).toMatchObject({ status: 204, text: '' });
    const etag = '"5d41402abc4b2a76b9719d911017c592"';
    expect(answer.headers).toMatchObject({
      etag,
      location: 'http://127.0.0.1:4566/photos/user%2F%C3%A4%20b.txt',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-checksum-sha256': fields['x-amz-checksum-sha256'],
      'x-amz-request-id': expect.stringMatching(/./),
    });
    expect(await stored(fields.key)).toMatchObject({
      text: 'hello',
      ETag: etag,
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      StorageClass: 'STANDARD_IA',
      Metadata: { color: 'grün' },
    });
    const { TagSet } = await world.call('s3', 'GetObjectTagging', { Bucket: 'photos', Key: fields.key });
    expect(TagSet).toEqual([{ Key: 'a b', Value: '1=2' }]);
    const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {});
    expect(Events.length).toBeGreaterThan(0);
    expect(endpoint.exchanges.at(-1)).toMatchObject({
      operation: 'PutObject',
      labels: { Key: fields.key },
      status: 204,
    });
  },
);

test('the answer is the one that the form asks for', async () => {
  const location = 'http://127.0.0.1:4566/photos/a%2Fb.txt';
  const etag = '"5d41402abc4b2a76b9719d911017c592"';
  const created = await post(
    signed({ key: `a/${FILE_NAME}`, success_action_status: '201' }, { conditions: [['starts-with', '$key', 'a/']] }),
    {
      content: 'hello',
      name: 'b.txt',
    },
  );
  // The condition that the key be as it is written is not met by what it becomes.
  expect(codeOf(created)).toBe('403 AccessDenied');
  const answer = await post(signed({ key: 'a/b.txt', success_action_status: '201' }));
  expect(answer).toMatchObject({ status: 201, headers: { location, etag, 'content-type': 'application/xml' } });
  expect(answer.text).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${location}</Location><Bucket>photos</Bucket><Key>a/b.txt</Key><ETag>${etag}</ETag></PostResponse>`,
  );
  expect(await post(signed({ key: 'k', success_action_status: '200' }))).toMatchObject({ status: 200, text: '' });
  const redirected = await post(signed({ key: 'a/b.txt', success_action_redirect: 'http://page.example/done?x=1' }));
  expect(redirected).toMatchObject({ status: 303, text: '' });
  expect(redirected.headers.location).toBe(
    'http://page.example/done?x=1&bucket=photos&key=a%2Fb.txt&etag=%225d41402abc4b2a76b9719d911017c592%22',
  );
});

test('a form may leave the key to the name of the file, and is sent to a host, too', async () => {
  const { key, ...fields } = signed({}, { conditions: [['starts-with', '$key', 'in/']] }) as FormFields & {
    key?: string;
  };
  const body = formBytes(
    { key: `in/${FILE_NAME}`, ...fields },
    { content: 'x', name: 'C:\\photos\\cat.jpg' },
    { submit: 'Upload' },
  );
  const answer = await endpoint.send(
    {
      method: 'POST',
      target: '/',
      headers: [
        ['host', 'photos.localhost:4566'],
        ['content-type', FORM_TYPE],
      ],
    },
    body,
  );
  expect([answer.status, answer.headers.location]).toEqual([204, 'http://photos.localhost:4566/in%2Fcat.jpg']);
  expect((await stored('in/cat.jpg')).text).toBe('x');
});

test('a large file is stored as it is', async () => {
  const content = Buffer.from(Array.from({ length: 300_001 }, (_, at) => (at * 31 + (at >> 8)) & 0xff));
  const answer = await post(signed({ key: 'large' }, { conditions: [['content-length-range', 300_001, 300_001]] }), {
    content,
  });
  expect([answer.status, answer.headers.etag]).toEqual([204, `"${createHash('md5').update(content).digest('hex')}"`]);
  const { Body } = await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'large' });
  expect((await bytesOf(Body)).equals(content)).toBe(true);
});

test('a form may ask for every encryption, and KMS keys need version 4', async () => {
  const sse = { 'x-amz-server-side-encryption': 'aws:kms' };
  expect((await post(signed({ key: 'kms', ...sse }))).headers).toMatchObject({
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': expect.stringMatching(/^arn:aws:kms:/),
  });
  const older = await post(signed({ key: 'kms2', ...sse }, { version: 2 }));
  expect(codeOf(older)).toBe('400 InvalidArgument');
  expect(element('Message', older)).toContain('require AWS Signature Version 4');
});

test('the credentials of a session need their token', async () => {
  await world.call('iam', 'CreateRole', {
    RoleName: 'uploader',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' }],
    }),
  });
  await world.call('iam', 'PutRolePolicy', {
    RoleName: 'uploader',
    PolicyName: 'upload',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::photos/*' }],
    }),
  });
  const { Credentials } = await world.call('sts', 'AssumeRole', {
    RoleArn: 'arn:aws:iam::111122223333:role/uploader',
    RoleSessionName: 'page',
  });
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  expect((await post(signed({ key: 'k' }, { credentials: session }))).status).toBe(204);
  const { sessionToken, ...bare } = session;
  expect(codeOf(await post(signed({ key: 'k2' }, { credentials: bare })))).toBe('403 InvalidAccessKeyId');
  expect(codeOf(await post(signed({ key: 'k2' }, { credentials: { ...bare, sessionToken: 'other' } })))).toBe(
    '400 InvalidToken',
  );
  expect(await keys()).toEqual(['k']);
});

const changed = (text: string, at: number): string => {
  const char = text[at] === 'A' ? 'B' : 'A';
  return text.slice(0, at) + char + text.slice(at + 1);
};

test.for([4, 2] as const)(
  'of a form signed with version %i no byte of policy and signature can be another',
  async (version) => {
    const form = signed({ key: 'k' }, { version });
    const { policy = '' } = form;
    const field = version === 4 ? 'x-amz-signature' : 'signature';
    for (const at of [0, 1, 7, policy.length >> 1, policy.length - 5]) {
      const answer = await post({ ...form, policy: changed(policy, at) });
      expect(codeOf(answer)).toBe('403 SignatureDoesNotMatch');
      expect(element('StringToSign', answer)).toBe(changed(policy, at));
    }
    const signature = form[field] ?? '';
    for (let at = 0; at < signature.length; at += 5) {
      expect(codeOf(await post({ ...form, [field]: changed(signature, at) }))).toBe('403 SignatureDoesNotMatch');
    }
    expect(await keys()).toBeUndefined();
  },
);

test('what a form says beside its policy is refused, and nothing is stored', async () => {
  const form = signed({ key: 'k', acl: 'private' });
  const cases: readonly (readonly [string, FormFields])[] = [
    ['403 AccessDenied', { ...form, key: 'other' }],
    ['403 AccessDenied', { ...form, acl: 'public-read' }],
    ['403 AccessDenied', { ...form, 'x-amz-meta-extra': '1' }],
    ['403 AccessDenied', { ...form, 'x-amz-date': '20260504T090001Z' }],
    ['400 InvalidRequest', { ...form, bucket: 'other' }],
    ['403 AccessDenied', signed({ key: 'k' }, { bucket: 'other' })],
    ['403 AccessDenied', signed({ key: 'k' }, { at: world.environment.now() - 61_000 })],
    ['400 InvalidArgument', { ...form, signature: 'c2ln' }],
    ['400 InvalidArgument', signed({ key: 'k' }, { region: 'eu-west-1' })],
    [
      '403 InvalidAccessKeyId',
      signed({ key: 'k' }, { credentials: { ...credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } }),
    ],
    ['400 BadDigest', signed({ key: 'k', 'Content-MD5': createHash('md5').digest('base64') })],
    ['400 MalformedXML', signed({ key: 'k', tagging: 'a=1' })],
    ['400 InvalidStorageClass', signed({ key: 'k', 'x-amz-storage-class': 'COLD' })],
    ['403 AccessDenied', { key: 'k' }],
  ];
  for (const [expected, fields] of cases)
    expect([codeOf(await post(fields)), fields], expected).toEqual([expected, fields]);
  expect(await keys()).toBeUndefined();
});

test('a form that is not one is refused before who sends it is known', async () => {
  const form = signed({ key: 'k' });
  const body = formBytes(form, { content: 'hello' });
  expect(codeOf(await sendTo('/photos', body.subarray(0, -10)))).toBe('400 MalformedPOSTRequest');
  const twice = Buffer.concat([body.subarray(0, -`--${BOUNDARY}--\r\n`.length), formBytes({}, { content: 'again' })]);
  expect(codeOf(await sendTo('/photos', twice))).toBe('400 InvalidArgument');
  expect(codeOf(await sendTo('/photos', formBytes({ pad: 'p'.repeat(21_000) }, { content: '' })))).toBe(
    '400 MaxPostPreDataLengthExceeded',
  );
  expect(
    codeOf(await sendTo('/nowhere', formBytes(signed({ key: 'k' }, { bucket: 'nowhere' }), { content: '' }))),
  ).toBe('404 NoSuchBucket');
  expect(await keys()).toBeUndefined();
});

test('a large file that breaks a limit in the middle leaves nothing', async () => {
  const content = Buffer.alloc(400_000, 7);
  const ranged = (least: number, most: number) =>
    signed({ key: 'k' }, { conditions: [['content-length-range', least, most]] });
  const large = await post(ranged(0, 390_000), { content });
  expect(codeOf(large)).toBe('400 EntityTooLarge');
  expect(element('ProposedSize', large)).toBe('400000');
  expect(codeOf(await post(ranged(500_000, 600_000), { content }))).toBe('400 EntityTooSmall');
  const body = formBytes(signed({ key: 'k' }), { content });
  expect(codeOf(await sendTo('/photos', body.subarray(0, -8)))).toBe('400 MalformedPOSTRequest');
  expect(await keys()).toBeUndefined();
});

test('a form has its signature in its fields and nowhere else', async () => {
  const body = formBytes({ key: 'k' }, { content: 'hello' });
  const raw = headerSigned({
    method: 'POST',
    target: '/photos',
    headers: { host: '127.0.0.1', 'content-type': FORM_TYPE },
    payload: 'UNSIGNED-PAYLOAD',
    at: world.environment.now(),
    credentials,
  });
  expect(codeOf(await endpoint.send(raw, body))).toBe('400 InvalidArgument');
  expect(codeOf(await endpoint.send(raw, formBytes(signed({ key: 'k' }), { content: '' })))).toBe(
    '400 InvalidArgument',
  );
  expect(await keys()).toBeUndefined();
});

test('headers of the request are not those of the object', async () => {
  const body = formBytes(signed({ key: 'k' }), { content: 'hello' });
  const answer = await sendTo('/photos', body, [
    ['x-amz-acl', 'public-read'],
    ['x-amz-meta-a', '1'],
    ['x-ssebox-as', 'root'],
  ]);
  expect(answer.status).toBe(204);
  expect(await stored('k')).toMatchObject({ Metadata: {}, text: 'hello' });
  expect((await stored('k')).ContentType).toBe('binary/octet-stream');
});

test('policies of the bucket decide who may, and know that it is a form', async () => {
  await world.call('s3', 'DeletePublicAccessBlock', { Bucket: 'photos' });
  const statement = (Key: string, Principal: unknown, Condition: object, Effect = 'Allow') => ({
    Effect,
    Principal,
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::photos/${Key}`,
    Condition,
  });
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      statement('public/*', '*', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }),
      statement('forms/*', '*', { StringNotEquals: { 's3:authType': 'POST' } }, 'Deny'),
    ],
  });
  await world.call('s3', 'PutBucketPolicy', { Bucket: 'photos', Policy });
  expect((await post({ key: 'public/a' })).status).toBe(204);
  expect(codeOf(await post({ key: 'b' }))).toBe('403 AccessDenied');
  expect((await post(signed({ key: 'forms/a' }))).status).toBe(204);
  const put = headerSigned({
    method: 'PUT',
    target: '/photos/forms/b',
    body: 'x',
    at: world.environment.now(),
    credentials,
    headers: { host: '127.0.0.1' },
  });
  expect(codeOf(await endpoint.send(put, 'x'))).toBe('403 AccessDenied');
});
