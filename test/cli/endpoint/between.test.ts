/** Copies between the store on this machine and an endpoint, and between two endpoints. */

import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { newCredentials } from '../../support/endpoint.ts';
import { newMeddlingProxy } from '../../support/meddling-proxy.ts';
import { bytesOf, keysOf, newFarSide, newTwoSides, smallParts, type TwoSides } from '../../support/two-sides.ts';

/** In two parts, by the settings of `newTwoSides`. */
const BIG = 5 * 1024 ** 2 + 7;

const sizes = [
  ['one request', 1000],
  ['parts', BIG],
  ['nothing', 0],
] as const;

/** What belongs to an object, and to its copy. */
const told = {
  CacheControl: 'no-cache',
  ContentDisposition: 'inline',
  ContentEncoding: 'br',
  ContentLanguage: 'de',
  ContentType: 'text/x-harbour',
  Metadata: { team: 'blau', empty: '' },
};
const TagSet = [
  { Key: 'team', Value: 'blue: green' },
  { Key: 'ümlaut', Value: '' },
];
const Tagging = TagSet.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join('&');

async function putNear({ line }: TwoSides, key: string, bytes: Uint8Array): Promise<void> {
  const input = { Bucket: 'near', Key: key, ...told, Tagging };
  const json = ['--cli-input-json', JSON.stringify(input)];
  await line.ok(['s3api', 'put-object', ...json, '--body', '-'], { stdin: bytes });
}

const ofFar = async ({ far }: TwoSides, Key: string) => {
  const { Body, ...facts } = await far.world.call('s3', 'GetObject', { Bucket: 'far', Key, ChecksumMode: 'ENABLED' });
  return {
    bytes: await bytesOf(Body),
    facts,
    tags: await far.world.call('s3', 'GetObjectTagging', { Bucket: 'far', Key }),
  };
};

describe('from the store to the endpoint', () => {
  test.for(sizes)('an object that takes %s arrives with all that belongs to it', async ([, size]) => {
    const two = await newTwoSides();
    const bytes = randomBytes(size);
    await putNear(two, 'k', bytes);
    const { code, out, err } = await two.across(['cp', 's3://near/k', 's3://far/dir/', '--from-store']);
    expect({ code, out, err }).toEqual({ code: 0, out: 'copy: s3://near/k to s3://far/dir/k\n', err: '' });
    const got = await ofFar(two, 'dir/k');
    expect(got.bytes.equals(bytes)).toBe(true);
    expect(got.facts).toMatchObject({ ...told, ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: expect.any(String) });
    expect(got.tags).toMatchObject({ TagSet });
  });
});

/** The names in a bucket at the endpoint, and the uploads that have not ended. */
const left = async ({ far }: Pick<TwoSides, 'far'>) => {
  const { Contents = [] } = await far.world.call('s3', 'ListObjectsV2', { Bucket: 'far' });
  const { Uploads = [] } = await far.world.call('s3', 'ListMultipartUploads', { Bucket: 'far' });
  return { keys: Contents.map(({ Key }) => Key), uploads: Uploads.length };
};

const putFar = ({ far }: Pick<TwoSides, 'far'>, Key: string, Body: Uint8Array, more = {}) =>
  far.world.call('s3', 'PutObject', { Bucket: 'far', Key, Body, ...more });

describe('to the store from the endpoint', () => {
  test('sync copies what is missing or differs, and deletes what the source does not have', async () => {
    const two = await newTwoSides();
    await putFar(two, 'a/1', Buffer.from('one'));
    await putFar(two, 'a/2', Buffer.from('two'));
    await two.line.ok(['s3', 'cp', '-', 's3://near/b/3'], { stdin: 'three' });
    const words = ['sync', 's3://far/a', 's3://near/b', '--to-store', '--delete'];
    expect((await two.across([...words, '--dryrun'])).out).toContain('(dryrun) delete: s3://near/b/3');
    const { code, out, err } = await two.across(words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').sort().slice(1)).toEqual([
      'copy: s3://far/a/1 to s3://near/b/1',
      'copy: s3://far/a/2 to s3://near/b/2',
      'delete: s3://near/b/3',
    ]);
    expect((await two.across(words)).out).toBe('');
    await putFar(two, 'a/2', Buffer.from('longer'));
    expect((await two.across([...words, '--exclude', '2'])).out).toBe('');
    expect((await two.across(words)).out).toBe('copy: s3://far/a/2 to s3://near/b/2\n');
    expect((await two.line.ok(['s3', 'cp', 's3://near/b/2', '-'])).out).toBe('longer');
  });

  test('mv deletes the source, and keeps it if the target is not overwritten', async () => {
    const two = await newTwoSides();
    await putFar(two, 'k', Buffer.from('new'));
    await two.line.ok(['s3', 'cp', '-', 's3://near/k'], { stdin: 'old' });
    const kept = await two.across(['mv', 's3://far/k', 's3://near/k', '--to-store', '--no-overwrite']);
    expect({ code: kept.code, out: kept.out }).toEqual({ code: 0, out: '' });
    expect((await left(two)).keys).toEqual(['k']);
    const moved = await two.across(['mv', 's3://far/k', 's3://near/moved', '--to-store']);
    expect(moved.out).toBe('move: s3://far/k to s3://near/moved\n');
    expect((await left(two)).keys).toEqual([]);
    expect((await two.line.ok(['s3', 'cp', 's3://near/moved', '-'])).out).toBe('new');
  });
});

test('a completion whose answer is lost is complete if the object is, and the move deletes its source', async () => {
  const two = await newTwoSides();
  await putNear(two, 'k', randomBytes(BIG));
  let isLost = false;
  const target = await newMeddlingProxy(two.far.url, {
    after({ method, url }, answer) {
      if (isLost || method !== 'POST' || !url.includes('uploadId=')) return answer;
      isLost = true;
      return 'cut';
    },
  });
  const words = ['mv', 's3://near/k', 's3://far/k', '--from-store', '--endpoint-url', target.url];
  const { code, err } = await two.across(words, { pause: async () => {} });
  expect({ code, err, isLost }).toEqual({ code: 0, err: '', isLost: true });
  expect(await left(two)).toEqual({ keys: ['k'], uploads: 0 });
  expect((await two.line.ok(['s3', 'ls', 's3://near'])).out).toBe('');
});

describe('encryption is that of each side', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const SSECustomerKeyMD5 = createHash('md5').update(Buffer.from(key, 'base64')).digest('base64');
  const ofCustomer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key, SSECustomerKeyMD5 };
  /** Lays the key into a file, and lets the bucket at the endpoint have such objects. */
  async function takeCustomerKey({ line, far }: TwoSides): Promise<void> {
    writeFileSync(line.path('KEY'), Buffer.from(key, 'base64'));
    const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } }];
    await far.world.call('s3', 'PutBucketEncryption', {
      Bucket: 'far',
      ServerSideEncryptionConfiguration: { Rules },
    });
  }
  const rows = [
    ['--sse AES256', {}, { ServerSideEncryption: 'AES256' }],
    ['--sse aws:kms --sse-kms-key-id alias/aws/s3', {}, { ServerSideEncryption: 'aws:kms' }],
    [`--sse-c AES256 --sse-c-key fileb://KEY`, ofCustomer, { SSECustomerAlgorithm: 'AES256' }],
    ['--storage-class STANDARD_IA --copy-props none', {}, { StorageClass: 'STANDARD_IA', Metadata: {} }],
    ['--copy-props metadata-directive', {}, { ...told, TagCount: undefined }],
    [
      '--metadata-directive REPLACE --cache-control private',
      {},
      { CacheControl: 'private', ContentLanguage: undefined },
    ],
    ['--content-language fr --tags a b', {}, { ...told, ContentLanguage: 'fr', TagCount: 1 }],
    ['--checksum-algorithm SHA256', {}, { ChecksumSHA256: expect.any(String) }],
  ] as const;

  test('of the target, with what else the options say', async () => {
    const two = await newTwoSides();
    await takeCustomerKey(two);
    const small = randomBytes(100);
    const big = randomBytes(BIG);
    await putNear(two, 'small', small);
    await putNear(two, 'big', big);
    for (const [options, read, facts] of rows) {
      const words = options.replace('KEY', two.line.path('KEY')).split(' ');
      // In parts, too, what parts have for themselves.
      const inParts = /sse-c|SHA256|fr/.test(options) ? [['big', big] as const] : [];
      for (const [name, bytes] of [['small', small] as const, ...inParts]) {
        const ended = await two.across(['cp', `s3://near/${name}`, `s3://far/${name}`, '--from-store', ...words]);
        expect({ code: ended.code, err: ended.err }, options).toEqual({ code: 0, err: '' });
        const at = { Bucket: 'far', Key: name, ChecksumMode: 'ENABLED', ...read } as const;
        const { Body, ...got } = await two.far.world.call('s3', 'GetObject', at);
        expect({ TagCount: undefined, ContentLanguage: undefined, ...got }, `${name} ${options}`).toMatchObject(facts);
        expect((await bytesOf(Body)).equals(bytes)).toBe(true);
      }
    }
  });

  test("of the source, with a customer's key", async () => {
    const two = await newTwoSides();
    await takeCustomerKey(two);
    await putFar(two, 'k', randomBytes(BIG), ofCustomer);
    const words = ['cp', 's3://far/k', 's3://near/k', '--to-store'];
    expect((await two.across(words)).code).toBe(1);
    const given = ['--sse-c-copy-source', 'AES256', '--sse-c-copy-source-key', `fileb://${two.line.path('KEY')}`];
    expect(await two.across([...words, ...given])).toMatchObject({ code: 0, err: '' });
    expect((await two.line.ok(['s3', 'ls', 's3://near/k'])).out).toContain(` ${BIG} k`);
  });
});

describe('nothing half arrives', () => {
  const isPart = (url: string) => url.includes('partNumber=');

  test('of a source that changes while it is read', async () => {
    const far = await newFarSide();
    const two = await newTwoSides();
    await putFar({ far }, 'k', randomBytes(BIG));
    let reads = 0;
    const source = await newMeddlingProxy(far.url, {
      async before({ headers }) {
        if (headers.range !== undefined && ++reads === 2) await putFar({ far }, 'k', randomBytes(BIG));
        return undefined;
      },
    });
    const variables = { ...keysOf(far.credentials), ...smallParts(two.line) };
    const words = ['s3', 'cp', 's3://far/k', 's3://near/k', '--endpoint-url', source.url, '--to-store'];
    const { code, err } = await two.line.ssebox(words, { variables });
    expect(code).toBe(1);
    expect(err).toContain('s3://far/k was changed while it was being read: run the command again');
    expect((await two.line.ok(['s3', 'ls', 's3://near'])).out).toBe('');
    expect((await two.line.ok(['s3api', 'list-multipart-uploads', '--bucket', 'near'])).json).not.toHaveProperty(
      'Uploads',
    );
  });

  test.for([
    ['whole', 1000],
    ['in parts', BIG],
  ] as const)('of a source that sends other bytes %s', async ([, size]) => {
    const two = await newTwoSides();
    await putFar(two, 'k', randomBytes(size));
    const liar = await newMeddlingProxy(two.far.url, {
      after({ method, headers }, answer) {
        if (method !== 'GET' || (headers.range === undefined && size > 1000) || answer.body.length < 1000)
          return undefined;
        const body = Buffer.from(answer.body);
        body[7] = (body[7] ?? 0) ^ 1;
        return { ...answer, body };
      },
    });
    const words = ['cp', 's3://far/k', 's3://near/k', '--to-store', '--endpoint-url', liar.url];
    const { code, err } = await two.across(words, { pause: async () => {} });
    expect(code).toBe(1);
    expect(err).toMatch(/checksum/i);
    expect((await two.line.ok(['s3', 'ls', 's3://near'])).out).toBe('');
  });

  test('at a target that ends the connection, and a cut that ends is made good', async () => {
    const two = await newTwoSides();
    await putNear(two, 'k', randomBytes(BIG));
    let cuts = 1;
    const target = await newMeddlingProxy(two.far.url, {
      before: async ({ url }) => (isPart(url) && cuts-- > 0 ? 'cut' : undefined),
    });
    const words = ['cp', 's3://near/k', 's3://far/k', '--from-store', '--endpoint-url', target.url];
    const options = { pause: async () => {} };
    expect(await two.across(words, options)).toMatchObject({ code: 0 });
    cuts = Number.POSITIVE_INFINITY;
    const { code, err } = await two.across([...words.slice(0, 2), 's3://far/other', ...words.slice(3)], options);
    expect(code).toBe(1);
    expect(err).toContain('copy failed: s3://near/k to s3://far/other');
    expect(await left(two)).toEqual({ keys: ['k'], uploads: 0 });
  });

  test('if a person interrupts it', async () => {
    const two = await newTwoSides();
    await putNear(two, 'k', randomBytes(BIG));
    const target = await newMeddlingProxy(two.far.url, {
      async before({ url }) {
        if (/partNumber=2/.test(url)) process.emit('SIGINT');
        return undefined;
      },
    });
    const { code } = await two.across([
      'mv',
      's3://near/k',
      's3://far/k',
      '--from-store',
      '--endpoint-url',
      target.url,
    ]);
    expect(code).toBe(130);
    expect(await left(two)).toEqual({ keys: [], uploads: 0 });
    expect((await two.line.ok(['s3', 'ls', 's3://near'])).out).toContain('k');
  });

  test('of a move whose target confirms no checksum: the source stays', async () => {
    const two = await newTwoSides();
    await putNear(two, 'k', randomBytes(1000));
    const target = await newMeddlingProxy(two.far.url, {
      after: (_, { headers, ...answer }) => ({
        ...answer,
        headers: headers.flatMap((name, i) =>
          i % 2 === 1 || /^x-amz-checksum/i.test(name) ? [] : [name, headers[i + 1] ?? ''],
        ),
      }),
    });
    const { code, err } = await two.across([
      'mv',
      's3://near/k',
      's3://far/k',
      '--from-store',
      '--endpoint-url',
      target.url,
    ]);
    expect(code).toBe(1);
    expect(err).toContain('the target confirms no checksum of it: s3://near/k was kept');
    expect((await two.line.ok(['s3', 'ls', 's3://near'])).out).toContain('k');
  });

  test('of tags, at a target without them, is told once', async () => {
    const two = await newTwoSides();
    for (const key of ['1', '2', '3']) await putNear(two, key, randomBytes(10));
    const body = Buffer.from('<Error><Code>NotImplemented</Code><Message>No tags</Message></Error>');
    const target = await newMeddlingProxy(two.far.url, {
      before: async ({ headers }) => (headers['x-amz-tagging'] ? { status: 501, headers: [], body } : undefined),
    });
    const { code, err } = await two.across([
      'sync',
      's3://near',
      's3://far',
      '--from-store',
      '--endpoint-url',
      target.url,
    ]);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'warning: the target has no tags for objects (NotImplemented): they are copied without them\n',
    });
    expect((await left(two)).keys).toEqual(['1', '2', '3']);
  });
});

test('two endpoints each see their own credentials', async () => {
  const { line } = await newTwoSides();
  const [one, other] = [await newFarSide(), await newFarSide()];
  const [source, target] = [await newMeddlingProxy(one.url), await newMeddlingProxy(other.url)];
  await putFar({ far: one }, 'k', randomBytes(BIG));
  const { accessKeyId, secretAccessKey } = one.credentials;
  const credentials = `[theirs]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  writeFileSync(line.path('credentials'), credentials);
  // Worlds of one seed have the same first key.
  const theirs = await newCredentials(other.world, 'pat');
  const own = { AWS_SHARED_CREDENTIALS_FILE: line.path('credentials'), ...smallParts(line) };
  const variables = { ...keysOf(theirs), ...own };
  const words = ['s3', 'cp', 's3://far/k', 's3://far/k', '--endpoint-url', target.url];
  const from = ['--from-endpoint-url', source.url, '--from-profile', 'theirs', '--from-region', 'us-east-1'];
  const ended = await line.ssebox([...words, ...from], { variables });
  expect(ended).toMatchObject({ code: 0, err: '' });
  // A profile has its endpoint with it.
  await putFar({ far: one }, 'small', randomBytes(10));
  writeFileSync(line.path('config'), `[profile theirs]\nendpoint_url = ${source.url}\n`);
  const small = [
    's3',
    'cp',
    's3://far/small',
    's3://far/small',
    '--endpoint-url',
    target.url,
    '--from-profile',
    'theirs',
  ];
  const asProfile = { ...variables, AWS_CONFIG_FILE: line.path('config') };
  expect(await line.ssebox(small, { variables: asProfile })).toMatchObject({ code: 0, err: '' });
  const ignoring = { ...asProfile, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
  expect(await line.ssebox(small, { variables: ignoring })).toMatchObject({
    code: 252,
    err: 'the profile (theirs) has no endpoint_url: add --from-endpoint-url URL\n',
  });
  const seen = ({ asked }: typeof source) => JSON.stringify(asked);
  expect(seen(source)).toContain(accessKeyId);
  expect(seen(source)).not.toContain(theirs.accessKeyId);
  expect(seen(target)).toContain(theirs.accessKeyId);
  expect(seen(target)).not.toContain(accessKeyId);
  expect(seen(source) + seen(target)).not.toContain(secretAccessKey);
});

test('policies of the store decide who may read there, and its trail has the read', async () => {
  const two = await newTwoSides();
  await putNear(two, 'k', randomBytes(10));
  await two.line.ok(['iam', 'create-user', '--user-name', 'bob']);
  const words = ['sync', 's3://near', 's3://far', '--from-store', '--as'];
  const { code, err } = await two.across([...words, 'user/bob'], { terminal: 80 });
  expect(code).toBe(1);
  expect(err).toContain('AccessDenied');
  expect(err).toContain('ssebox explain last');
  expect(await two.across([...words, 'user/admin'])).toMatchObject({ code: 0 });
  await two.line.ok(['trail', 'tail', '--data-events', '--event', 'GetObject', '--expect', '1']);
});

test('what does not name two sides is refused, and nothing is sent', async () => {
  const two = await newTwoSides();
  const url = 'http://127.0.0.1:1';
  const rows = [
    ['s3://a/k s3://b/k --from-store --to-store', '--from-store and --to-store are one store'],
    [`s3://a/k s3://b/k --from-store --from-endpoint-url ${url}`, 'both set the source'],
    [`s3://a/k s3://b/k --to-store --from-endpoint-url ${url} --endpoint-url ${url}`, 'both set the target'],
    ['s3://a/k s3://b/k --from-region eu-west-1', '--from-region is about the endpoint that --from-endpoint-url names'],
    [`s3://a/k s3://b/k --from-endpoint-url ${url} --from-region ma.rs`, '"ma.rs" is not an AWS region'],
    ['s3://a/k s3://b/k --from-endpoint-url nope', '--from-endpoint-url takes a URL'],
    ['file s3://b/k --from-store', 'write s3://BUCKET/KEY, not "file"'],
    ['s3://a/k - --from-store', 'write s3://BUCKET/KEY, not "-"'],
    ['s3://a/k s3://b/k --from-store', '--from-store needs an endpoint for the target'],
    ['s3://a/k s3://b/k --to-store', '--to-store needs an endpoint for the source'],
  ] as const;
  for (const [words, message] of rows) {
    const { code, err } = await two.line.ssebox(['s3', 'cp', ...words.split(' ')]);
    expect({ code, err }, words).toEqual({ code: 252, err: expect.stringContaining(message) });
  }
  const variables = {
    SSEBOX_STORE: '',
    SSEBOX_ENDPOINT_URL: two.far.url,
    SSEBOX_ENDPOINT_STORE: '/far',
    SSEBOX_ENDPOINT_AS: 'root',
  };
  const { code, err } = await two.across(['cp', 's3://a/k', 's3://b/k', '--from-store'], { variables });
  expect({ code, err }).toEqual({ code: 252, err: expect.stringContaining(`than the one that ${two.far.url} serves`) });
});
