import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

/** The page of an object; of rows of hexadecimal bytes only how many bytes they have, of ids only that there is one. */
async function page(line: CommandLine, name: string): Promise<string[]> {
  const { out } = await line.ok(['s3', 'inspect', `s3://photos/${name}`], { terminal: 120 });
  const bytes = (rows: string) => ` (${rows.trim().split(/\s+/).length} bytes)`;
  return out
    .replace(/(?<= )(?:\s*\b[0-9a-f]{2}\b(?![.\w]))+$/gm, bytes)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}/g, 'ID')
    .split('\n')
    .map((row) => row.replace(/ {2,}\(/, '  ('));
}

/** The sample, with a bucket that takes every kind of encryption, and files of 60 bytes and of 6 MiB. */
async function newFiles(): Promise<CommandLine> {
  const line = await newSample();
  writeFileSync(line.path('small'), 'small '.repeat(10));
  writeFileSync(line.path('large'), Buffer.alloc(6 * 1024 * 1024, 'large '));
  writeFileSync(line.path('key'), '0123456789abcdef0123456789abcdef');
  const rules = JSON.stringify({ Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] });
  const put = ['s3api', 'put-bucket-encryption', '--bucket', 'photos', '--server-side-encryption-configuration'];
  await line.ok([...put, rules]);
  return line;
}

const copy = (line: CommandLine, file: string, ...words: readonly string[]) =>
  line.ok(['s3', 'cp', line.path(file), 's3://photos/k', ...words]);

const end = ['', 'authentication', '  metadata  (32 bytes)', '  row  (16 bytes)', ''];

test('the page of an object under two layers names the key of each', async () => {
  const line = await newFiles();
  await copy(line, 'small', '--sse', 'aws:kms:dsse');
  expect(await page(line, 'k')).toEqual([
    's3://photos/k',
    '  encryption  DSSE-KMS, 2 layers',
    '  cipher      AES-256-GCM, in segments of 256 KiB',
    '  plaintext   60 bytes (never stored)',
    '',
    'inner data key, wrapped',
    '  by          arn:aws:kms:us-east-1:111122223333:key/ID',
    '  generation  1 of the key material',
    '  context     aws:s3:arn = arn:aws:s3:::photos/k',
    '  87 bytes  (87 bytes)',
    '',
    'outer data key, wrapped',
    '  by          the S3 key of bucket photos',
    '  60 bytes  (60 bytes)',
    '',
    'ciphertext',
    '  stored      92 bytes for 60, in a row of the database',
    '  segments    1 of up to 256.0 KiB, each with a tag of 16 bytes, in 2 layers',
    '  salt 1  (32 bytes)',
    '  salt 2  (32 bytes)',
    '  begins  (32 bytes)',
    ...end,
  ]);
});

test("the page of an object under a customer's key says that the key is not stored", async () => {
  const line = await newFiles();
  await copy(line, 'small', '--sse-c', 'AES256', '--sse-c-key', `fileb://${line.path('key')}`);
  expect(await page(line, 'k')).toEqual([
    's3://photos/k',
    '  encryption  SSE-C',
    '  cipher      AES-256-GCM, in segments of 256 KiB',
    '  plaintext   60 bytes (never stored)',
    '',
    "the caller's key",
    '  stored      not stored; only a value that recognizes it',
    '  salt  (32 bytes)',
    '  hash  (32 bytes)',
    '',
    'ciphertext',
    '  stored      76 bytes for 60, in a row of the database',
    '  segments    1 of up to 256.0 KiB, each with a tag of 16 bytes, in one layer',
    '  salt  (32 bytes)',
    '  begins  (32 bytes)',
    ...end,
  ]);
});

test('the page of an object in parts shows them one by one, with a salt each', async () => {
  const line = await newFiles();
  await line.ok(['config', 'set', 's3.multipart_threshold', '5MB']);
  await line.ok(['config', 'set', 's3.multipart_chunksize', '5MB']);
  await copy(line, 'large');
  const part = (name: string, stored: string, segments: number) => [
    '',
    `ciphertext of ${name}`,
    `  stored      ${stored}, in the file blobs/…/ID`,
    `  segments    ${segments} of up to 256.0 KiB, each with a tag of 16 bytes, in one layer`,
    '  salt  (32 bytes)',
    '  begins  (32 bytes)',
  ];
  expect(await page(line, 'k')).toEqual([
    's3://photos/k',
    '  encryption  SSE-S3',
    '  cipher      AES-256-GCM, in segments of 256 KiB',
    '  plaintext   6291456 bytes (never stored)',
    '',
    'data key, wrapped',
    '  by          the S3 key of bucket photos',
    '  60 bytes  (60 bytes)',
    ...part('part 1', '5243200 bytes for 5242880', 20),
    ...part('part 2', '1048640 bytes for 1048576', 4),
    ...end,
  ]);
});
