/** A run reads the standard input that it was given, and no other: the process's may be a server's or a page's. */

import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { ACCOUNT } from '../support/harness.ts';

let line: CommandLine;
beforeEach(async () => {
  line = await newSample();
});

const TEXT = 'what somebody typed';

// Small ones are stored in one transaction, others piece by piece, and others again in parts.
const sizes = [0, 3, 64 * 1024 + 1, 9 * 1024 * 1024];

test.for(sizes)('s3 put and s3 cp store the %i bytes of it', async (size) => {
  const stdin = randomBytes(size);
  await line.ok(['s3', 'put', '-', 's3://drafts/put'], { stdin });
  await line.ok(['s3', 'cp', '-', 's3://drafts/cp'], { stdin });
  for (const key of ['put', 'cp']) {
    const { bytes } = await line.ok(['s3', 'get', `s3://drafts/${key}`, '-']);
    expect(bytes.equals(stdin), key).toBe(true);
  }
});

test('s3api put-object stores it as a body', async () => {
  await line.ok(['s3api', 'put-object', '--bucket', 'drafts', '--key', 'k', '--body', '-'], { stdin: TEXT });
  expect((await line.ok(['s3', 'get', 's3://drafts/k', '-'])).out).toBe(TEXT);
});

test('a binary parameter is read from it', async () => {
  const encrypt = ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', '-', '--raw', '--query', 'CiphertextBlob'];
  const { bytes: stdin } = await line.ok(encrypt, { stdin: TEXT });
  const decrypt = ['kms', 'decrypt', '--ciphertext-blob', '-', '--raw', '--query', 'Plaintext'];
  expect((await line.ok(decrypt, { stdin })).out).toBe(TEXT);
});

test('an explanation reads it', async () => {
  const words = ['explain', 'kms', 'encrypt', 'alias/app', '--plaintext', '-'];
  expect((await line.ok(words, { stdin: TEXT })).json).toMatchObject({ Allowed: true });
  expect((await line.ok(words, { stdin: Buffer.alloc(4097) })).out).toContain('less than or equal to 4096');
});

test('a bucket policy is read from it', async () => {
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/ana` },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::drafts/*',
  };
  const stdin = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  await line.ok(['bucket', 'policy', 'put', 'drafts', '-'], { stdin });
  expect((await line.ok(['bucket', 'policy', 'get', 'drafts'])).out).toContain('arn:aws:s3:::drafts/*');
});

test('a passphrase is read from it', async () => {
  await line.ok(['store', 'passphrase', 'set', '-'], { stdin: `${TEXT}\n` });
  const words = ['s3', 'get', 's3://photos/harbour.txt', '-'];
  expect((await line.ssebox(words, { variables: { SSEBOX_PASSPHRASE: 'another' } })).code).toBe(253);
  expect((await line.ok(words, { variables: { SSEBOX_PASSPHRASE: TEXT } })).out).toMatch(/^Boats/);
});

test('all of it is the same each time', async () => {
  const stdin = standardInputOf({ stdin: Readable.from([Buffer.from('ab'), Buffer.from('c')]) });
  expect(Buffer.from(await stdin.readAll()).toString()).toBe('abc');
  expect(Buffer.from(await stdin.readAll()).toString()).toBe('abc');
});
