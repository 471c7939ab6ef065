/** Mistakes that systems of this kind make, where no noun's own test has the whole of them. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { newCommandLine, newSample } from './support/command-line.ts';
import { ACCOUNT, newWorld } from './support/harness.ts';
import { newPlace } from './support/place.ts';

const admin = `arn:aws:iam::${ACCOUNT}:user/admin`;
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const Plaintext = Buffer.from('hello');

describe('user/admin is a principal like any other', () => {
  test('a caller stopped by a Deny in their own policy', async () => {
    const world = newWorld();
    const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
    const KeyId = KeyMetadata?.KeyId ?? '';
    await world.call('kms', 'Encrypt', { KeyId, Plaintext });
    const PolicyDocument = policy({ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' });
    await world.call('iam', 'PutUserPolicy', { UserName: 'admin', PolicyName: 'no', PolicyDocument });
    expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext })).toMatch(
      /^AccessDeniedException: User: arn:aws:iam::111122223333:user\/admin is not authorized .* explicit deny in an identity-based policy/,
    );
  });

  test('a caller stopped by a key policy that names somebody else', async () => {
    const world = newWorld();
    await world.call('iam', 'CreateUser', { UserName: 'ana' });
    const ana = `arn:aws:iam::${ACCOUNT}:user/ana`;
    const Policy = policy({ Effect: 'Allow', Principal: { AWS: ana }, Action: 'kms:*', Resource: '*' });
    const made = await world.call('kms', 'CreateKey', { Policy, BypassPolicyLockoutSafetyCheck: true });
    const KeyId = made.KeyMetadata?.KeyId ?? '';
    expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext })).toMatch(/^AccessDeniedException: /);
    await world.call('kms', 'Encrypt', { KeyId, Plaintext }, { as: 'user/ana' });
  });

  test('a caller stopped by a bucket policy', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
    const Policy = policy({
      Effect: 'Deny',
      Principal: { AWS: admin },
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::photos/*',
    });
    await world.call('s3', 'PutBucketPolicy', { Bucket: 'photos', Policy });
    expect(await world.refusal('s3', 'PutObject', { Bucket: 'photos', Key: 'k', Body: Plaintext })).toMatch(
      /^AccessDenied: User: .*user\/admin .* explicit deny in a resource-based policy/,
    );
  });
});

test.for(['test', 'AKIAIOSFODNN7EXAMPLE', 'minioadmin'])(
  "the access key %s, unknown to the store, gives no access beyond the caller's",
  async (AWS_ACCESS_KEY_ID) => {
    const line = await newSample();
    const variables = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: AWS_ACCESS_KEY_ID };
    const words = ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', 'aGVsbG8='];
    expect((await line.ssebox([...words, '--as', 'user/bob'], { variables })).code).toBe(254);
    expect((await line.ssebox(words, { variables: { ...variables, SSEBOX_AS: 'user/bob' } })).code).toBe(254);
  },
);

describe('an option without effect is refused before anything is done', () => {
  test.for([
    [
      ['kms', 'create-key', '--max-items', '1'],
      '--max-items only works with operations that return pages, and this one does not',
    ],
    [
      ['kms', 'create-key', '--page-size', '1'],
      '--page-size only works with operations that return pages, and this one does not',
    ],
    [['kms', 'create-key', '--raw'], '--raw: the result has no binary member'],
    [
      ['bucket', 'create', 'new', '--max-items', '1'],
      '--max-items only works with the operations of a service, such as those of ssebox s3api',
    ],
    [
      ['bucket', 'create', 'new', '--cli-input-json', '{}'],
      '--cli-input-json only works with the operations of a service, such as those of ssebox s3api',
    ],
  ] as const)('%s', async ([words, message]) => {
    const line = newCommandLine();
    expect(await line.ssebox(words)).toMatchObject({ code: 252, out: '', err: `${message}\n` });
    expect((await line.ok(['kms', 'list-keys', '--query', 'length(Keys)'])).out).toBe('0\n');
    expect((await line.ok(['bucket', 'list', '--query', 'length(Buckets)'])).out).toBe('0\n');
  });
});

// Amazon S3 API Reference, "Object": the ETag of objects encrypted with SSE-C or SSE-KMS is not an MD5 digest of their data.
test.for([
  ['AES256', true],
  ['aws:kms', false],
  ['aws:kms:dsse', false],
] as const)('under %s the ETag is the MD5 of the content: %s', async ([ServerSideEncryption, isMd5]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const put = () =>
    world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'k', Body: Plaintext, ServerSideEncryption });
  const md5 = `"${createHash('md5').update(Plaintext).digest('hex')}"`;
  const [one, two] = [await put(), await put()];
  expect(one.ETag === md5).toBe(isMd5);
  expect(one.ETag === two.ETag).toBe(isMd5);
  expect(one.ChecksumCRC64NVME).toBe(two.ChecksumCRC64NVME);
});

describe('bytes and base64', () => {
  test('the output of one call is the input of the next, through standard output and input', async () => {
    const { shell } = newPlace();
    const { out, err } = await shell(
      `key=$(ssebox kms create-key --query KeyMetadata.KeyId --output text)
       printf 'gr\\0ss' | ssebox kms encrypt --key-id "$key" --plaintext - --raw |
         ssebox kms decrypt --ciphertext-blob - --raw | od -An -c | tr -d ' '`,
    );
    expect({ out, err }).toEqual({ out: 'gr\\0ss\n', err: '' });
  });

  test('a person gets a hint about base64 passed as bytes', async () => {
    const place = newPlace();
    await place.shell(
      `key=$(ssebox kms create-key --query KeyMetadata.KeyId --output text)
       ssebox kms encrypt --key-id "$key" --plaintext aGVsbG8= --query CiphertextBlob --output text > blob`,
    );
    const { code, text } = await place.terminal(['kms', 'decrypt', '--ciphertext-blob', 'fileb://blob']).ended;
    expect(code).toBe(254);
    expect(text).toContain('hint: the bytes look like text: pass base64 directly or with file://');
    expect((await place.ssebox(['kms', 'decrypt', '--ciphertext-blob', 'file://blob', '--raw'])).out).toBe('hello');
  });
});

describe.skipIf(process.platform !== 'linux')('memory use does not grow with the object', () => {
  const MIB = 1024 * 1024;
  const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`
    import { readFileSync, writeSync } from 'node:fs';
    process.on('exit', () => writeSync(3, /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]));
  `)}`;

  /** The peak of the program's memory in MiB, while it is fed and its output thrown away. */
  async function peakOf(variables: Readonly<Record<string, string>>, sizeMib: number, ...words: readonly string[]) {
    const child = spawn(process.execPath, ['--import', TELL_PEAK, resolve('bin/ssebox.js'), ...words], {
      env: variables,
      stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
    });
    const [stdin, , , report] = child.stdio;
    if (!stdin || !(report instanceof Readable)) throw new Error('a pipe is missing');
    const told = report.toArray();
    const zeros = Buffer.alloc(MIB);
    await pipeline(Readable.from(Array.from({ length: sizeMib }, () => zeros)), stdin);
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    return Number(Buffer.concat(await told).toString()) / 1024;
  }

  test('up or down', { timeout: 60_000 }, async () => {
    const { variables, ssebox } = newPlace();
    await ssebox(['bucket', 'create', 'photos']);
    const up = (size: number) => peakOf(variables, size, 's3', 'put', '-', `s3://photos/${size}`);
    const down = (size: number) => peakOf(variables, 0, 's3', 'get', `s3://photos/${size}`, '-');
    const [smallUp, largeUp] = [await up(16), await up(192)];
    const [smallDown, largeDown] = [await down(16), await down(192)];
    expect(largeUp - smallUp).toBeLessThan(48);
    expect(largeDown - smallDown).toBeLessThan(48);
  });
});
