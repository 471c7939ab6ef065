import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from './command-line.ts';

const MIB = 1024 ** 2;
const SIZE = 20 * MIB + 17;

/** The sample with a file of three parts, and a user who may write and not yet decrypt. */
async function newPlace(): Promise<CommandLine> {
  const line = await newSample();
  writeFileSync(line.path('big'), randomFillSync(new Uint8Array(SIZE)));
  const policy = (Action: readonly string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  const words = ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
  await line.ok([...words, policy(['s3:*', 'kms:GenerateDataKey'])]);
  return line;
}

const kms = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app'];
const command = (line: CommandLine, more: readonly string[] = kms) => [
  's3',
  'put',
  line.path('big'),
  's3://photos/big',
  '--resume',
  '--content-type',
  'text/plain',
  ...more,
];

const uploadsOf = async (line: CommandLine) => {
  const { out } = await line.ok(['s3api', 'list-multipart-uploads', '--bucket', 'photos']);
  const { Uploads = [] } = JSON.parse(out || '{}') as { Uploads?: readonly { UploadId: string }[] };
  return Uploads.map(({ UploadId }) => UploadId);
};

async function expectSame(line: CommandLine, more: readonly string[] = []): Promise<void> {
  await line.ok(['s3', 'get', 's3://photos/big', line.path('copy'), ...more]);
  expect(readFileSync(line.path('copy')).equals(readFileSync(line.path('big')))).toBe(true);
  expect(await uploadsOf(line)).toEqual([]);
}

async function uploadPart(line: CommandLine, UploadId: string, number: number, bytes: Uint8Array): Promise<void> {
  writeFileSync(line.path('part'), bytes);
  const at = ['--bucket', 'photos', '--key', 'big', '--upload-id', UploadId, '--part-number', `${number}`];
  await line.ok(['s3api', 'upload-part', ...at, '--body', line.path('part')]);
}

test('a large file goes in parts, and is one object', async () => {
  const line = await newPlace();
  const { out, err } = await line.ok(command(line));
  expect(out).toMatch(/^upload: .*big to s3:\/\/photos\/big\n$/);
  expect(err).toBe('');
  await expectSame(line);
  const head = await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'big']);
  expect(head.json).toMatchObject({
    ContentLength: SIZE,
    ContentType: 'text/plain',
    ServerSideEncryption: 'aws:kms',
    ETag: expect.stringMatching(/-3"$/),
  });
});

// Under SSE-KMS a part needs kms:Decrypt, the beginning does not: AWS KMS Developer Guide, "How Amazon S3 uses AWS KMS".
test('what was broken off goes on with the same upload: parts that are as the file has them stay', async () => {
  const line = await newPlace();
  const broken = await line.ssebox([...command(line), '--as', 'user/bob']);
  expect(broken.code).toBe(254);
  expect(broken.err).toContain('the parts that are stored stay: the same command goes on with them');
  const [upload = ''] = await uploadsOf(line);
  const bytes = readFileSync(line.path('big'));
  await uploadPart(line, upload, 1, bytes.subarray(0, 8 * MIB));
  await uploadPart(line, upload, 2, bytes.subarray(0, 8 * MIB));
  expect(await uploadsOf(line)).toEqual([upload]);
  const { err } = await line.ok(command(line));
  expect(err).toBe('going on: 1 of 3 parts are stored already\n');
  await expectSame(line);
});

test('other settings, or an upload that was given up, begin anew', async () => {
  const line = await newPlace();
  await line.ssebox([...command(line), '--as', 'user/bob']);
  const [first = ''] = await uploadsOf(line);
  expect((await line.ok(command(line, ['--sse', 'AES256']))).err).toBe('');
  expect(await uploadsOf(line)).toEqual([first]);
  const abort = ['s3api', 'abort-multipart-upload', '--bucket', 'photos', '--key', 'big', '--upload-id', first];
  await line.ok(abort);
  expect((await line.ok(command(line))).err).toBe('');
  await expectSame(line);
});

test("parts under the caller's own key and with another checksum are compared too", async () => {
  const line = await newPlace();
  const rules = { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] };
  const configuration = ['--server-side-encryption-configuration', JSON.stringify(rules)];
  await line.ok(['s3api', 'put-bucket-encryption', '--bucket', 'photos', ...configuration]);
  writeFileSync(line.path('key'), Buffer.alloc(32, 7));
  const own = ['--sse-c', 'AES256', '--sse-c-key', `fileb://${line.path('key')}`];
  expect((await line.ok(command(line, [...own, '--checksum-algorithm', 'SHA256']))).err).toBe('');
  await expectSame(line, own);
  expect((await line.ok(command(line, [...own, '--checksum-algorithm', 'XXHASH128']))).err).toBe('');
  await expectSame(line, own);
});

test('a small file is put in one piece, and standard input cannot be gone on with', async () => {
  const line = await newPlace();
  writeFileSync(line.path('small'), 'small');
  await line.ok(['s3', 'put', line.path('small'), 's3://photos/small', '--resume']);
  const head = await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'small']);
  expect(head.json).toMatchObject({ ETag: expect.not.stringContaining('-') });
  const { code, err } = await line.ssebox(['s3', 'put', '-', 's3://photos/k', '--resume']);
  expect([code, err]).toEqual([252, expect.stringContaining('--resume takes a file')]);
});
