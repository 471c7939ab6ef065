import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { newSlots } from '../../src/cli/commands/s3/at-once.ts';
import { type CopyInputs, copyInParts } from '../../src/cli/commands/s3/copy-in-parts.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { customerKeyHeaders } from '../../src/s3/customer-key.ts';
import { newWorld } from '../harness.ts';
import { bytesOf } from '../s3/modes.ts';

const PART_BYTES = 5 * 1024 ** 2;
const bytes = randomFillSync(Buffer.alloc(2 * PART_BYTES + 3));
const source = { bucket: 'from', key: 'a folder/ü +%.txt' };
const target = { bucket: 'to-there', key: 'copy' };

let session: Session;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-copy-'));
  const { environment } = newWorld();
  session = newSession({
    globals: {},
    environment,
    settings: {},
    signal: new AbortController().signal,
    openStore: async () => assemble({ folder, environment }),
    tell: () => {},
    confirm: async () => {},
  });
  onTestFinished(async () => {
    await session.close();
    rmSync(folder, { recursive: true });
  });
  for (const Bucket of [source.bucket, target.bucket]) {
    await session.call('s3', 'CreateBucket', { Bucket });
    const rule = { BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } };
    await session.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
  }
});

const put = (more: object = {}) =>
  session.call('s3', 'PutObject', {
    Bucket: source.bucket,
    Key: source.key,
    Body: bytes,
    ContentType: 'text/plain',
    Metadata: { a: 'b' },
    Tagging: 'team=blue%20%2B%20red&x=',
    ...more,
  });

async function copied(inputs: Partial<CopyInputs> = {}): Promise<number> {
  let moved = 0;
  const all = { create: {}, part: {}, metadataDirective: undefined, ...inputs };
  const add = (count: number) => {
    moved += count;
  };
  await copyInParts(source, target, { inputs: all, session, slots: newSlots(2) }, add, PART_BYTES);
  return moved;
}

const got = (more: object = {}) => session.call('s3', 'GetObject', { Bucket: target.bucket, Key: target.key, ...more });

test('bytes, metadata and tags are those of the source; the encryption is the target\u2019s', async () => {
  await put({ ServerSideEncryption: 'aws:kms' });
  expect(await copied()).toBe(bytes.length);
  const { Body, ...head } = await got();
  expect((await bytesOf(Body)).equals(bytes)).toBe(true);
  expect(head).toMatchObject({
    ContentType: 'text/plain',
    Metadata: { a: 'b' },
    TagCount: 2,
    ServerSideEncryption: 'AES256',
    ETag: expect.stringMatching(/-3"$/),
  });
  const { TagSet } = await session.call('s3', 'GetObjectTagging', { Bucket: target.bucket, Key: target.key });
  expect(TagSet).toEqual([
    { Key: 'team', Value: 'blue + red' },
    { Key: 'x', Value: '' },
  ]);
});

test('metadata are those of the options when they replace the source\u2019s', async () => {
  await put();
  await copied({ create: { Metadata: { c: 'd' }, ServerSideEncryption: 'aws:kms' }, metadataDirective: 'REPLACE' });
  const head = await got();
  expect(head).toMatchObject({ Metadata: { c: 'd' }, ServerSideEncryption: 'aws:kms', TagCount: 2 });
  expect(head.ContentType).toBe('binary/octet-stream');
});

test('customers\u2019 keys open the source and close the target', async () => {
  const [old = {}, latest = {}] = [1, 2].map((byte) => customerKeyHeaders(new Uint8Array(32).fill(byte)));
  await put(old);
  const members = Object.entries(old).map(([name, value]) => [`CopySource${name}`, value] as const);
  await copied({ create: latest, part: { ...latest, ...Object.fromEntries(members) } });
  const { Body } = await got(latest);
  expect((await bytesOf(Body)).equals(bytes)).toBe(true);
});

test('a copy that fails leaves nothing', async () => {
  const { ETag } = await put();
  const refused = copied({ part: { CopySourceIfNoneMatch: ETag } });
  await expect(refused).rejects.toMatchObject({ code: 'PreconditionFailed' });
  const { Uploads = [] } = await session.call('s3', 'ListMultipartUploads', { Bucket: target.bucket });
  expect(Uploads).toEqual([]);
  await expect(got()).rejects.toMatchObject({ code: 'NoSuchKey' });
});
