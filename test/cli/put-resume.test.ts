import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { testEnvironment } from '../support/harness.ts';
import { looseEnds } from '../support/loose-ends.ts';

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

test('a large file is uploaded in parts, and is one object', async () => {
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
test('an interrupted upload resumes: parts that still match the file are kept', async () => {
  const line = await newPlace();
  const broken = await line.ssebox([...command(line), '--as', 'user/bob']);
  expect(broken.code).toBe(254);
  expect(broken.err).toContain('the stored parts are kept: run the same command again to resume');
  const [upload = ''] = await uploadsOf(line);
  const bytes = readFileSync(line.path('big'));
  await uploadPart(line, upload, 1, bytes.subarray(0, 8 * MIB));
  await uploadPart(line, upload, 2, bytes.subarray(0, 8 * MIB));
  expect(await uploadsOf(line)).toEqual([upload]);
  // On a terminal the line of the progress, which is shown after a second, is free before something is told on it.
  let ms = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => (ms += 1000));
  const { err } = await line.ok(command(line), { terminal: 100 });
  now.mockRestore();
  expect(err).toMatch(/ 1 file\(s\) remaining/);
  expect(err).toContain('\r\u001b[Kresuming: 1 of 3 parts are already stored\n');
  await expectSame(line);
});

test('other settings, or an aborted upload, start again', async () => {
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

test('parts with a customer-provided key and with another checksum are compared, too', async () => {
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

test('a small file is put in one piece, and standard input cannot be resumed', async () => {
  const line = await newPlace();
  writeFileSync(line.path('small'), 'small');
  await line.ok(['s3', 'put', line.path('small'), 's3://photos/small', '--resume']);
  const head = await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'small']);
  expect(head.json).toMatchObject({ ETag: expect.not.stringContaining('-') });
  const { code, err } = await line.ssebox(['s3', 'put', '-', 's3://photos/k', '--resume']);
  expect([code, err]).toEqual([252, expect.stringContaining('--resume needs a file')]);
});

/** A place where parts are small, and two of them are under way at once. */
async function newPlaceOfParts(count: number): Promise<CommandLine> {
  const line = await newPlace();
  await line.ok(['config', 'set', 's3.multipart_chunksize', '5MB']);
  await line.ok(['config', 'set', 's3.max_concurrent_requests', '2']);
  writeFileSync(line.path('big'), randomFillSync(new Uint8Array((count - 1) * 5 * MIB + 1)));
  return line;
}

const finishesPart = / s3 UploadPart: finish /;

/** Runs the command as a process of its own and kills it when a part is about to be stored as the so-manieth. */
async function kill(line: CommandLine, part: number): Promise<void> {
  const words = ['bin/ssebox.js', ...command(line), '--store', line.store, '--debug'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'], env: { HOME: line.folder } });
  const ended = once(child, 'exit');
  let count = 0;
  for await (const text of createInterface({ input: child.stderr })) {
    if (finishesPart.test(text) && ++count === part) child.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
}

function inStore<T>(line: CommandLine, look: (assembly: ReturnType<typeof assemble>) => T): Promise<T> {
  const assembly = assemble({ folder: line.store, environment: testEnvironment(() => Date.now()) });
  const seen = look(assembly);
  return assembly.close().then(() => seen);
}

const resumable = (line: CommandLine) =>
  inStore(line, ({ store }) => store.transact<number>((tx) => [...tx.resumableUploads.range()].length));

/** Runs the command to its end; how many parts were there, and how many it has sent. */
async function resume(line: CommandLine): Promise<{ readonly stored: number; readonly sent: number }> {
  const { err } = await line.ok([...command(line), '--debug']);
  const [, stored = 'none'] = /^resuming: (\d+) of \d+ parts are already stored$/m.exec(err) ?? [];
  return { stored: Number(stored), sent: err.split('\n').filter((text) => finishesPart.test(text)).length };
}

test('killed half-way, and killed again, it resumes with the stored parts', async () => {
  const line = await newPlaceOfParts(10);
  await kill(line, 3);
  const [upload = ''] = await uploadsOf(line);
  await kill(line, 3);
  expect(await uploadsOf(line)).toEqual([upload]);
  const { stored, sent } = await resume(line);
  expect(stored).toBeGreaterThanOrEqual(4);
  expect(stored + sent).toBe(10);
  await expectSame(line);
  expect(await inStore(line, looseEnds)).toEqual([]);
  expect(await resumable(line)).toBe(0);
});

test('a file that has changed since the kill is sent again where it has changed', async () => {
  const line = await newPlaceOfParts(6);
  await kill(line, 3);
  const bytes = readFileSync(line.path('big'));
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(line.path('big'), bytes);
  const { stored, sent } = await resume(line);
  expect(stored).toBeGreaterThanOrEqual(1);
  expect(stored + sent).toBe(6);
  await expectSame(line);
});

test('a file of another size is another upload, and the first one remains to be aborted', async () => {
  const line = await newPlaceOfParts(4);
  await kill(line, 3);
  const [upload = ''] = await uploadsOf(line);
  appendFileSync(line.path('big'), 'more');
  expect(await resume(line)).toEqual({ stored: Number.NaN, sent: 4 });
  expect(await uploadsOf(line)).toEqual([upload]);
  const abort = ['s3api', 'abort-multipart-upload', '--bucket', 'photos', '--key', 'big', '--upload-id', upload];
  await line.ok(abort);
  expect(await resumable(line)).toBe(0);
  await expectSame(line);
  expect(await inStore(line, looseEnds)).toEqual([]);
});

test('an upload that is aborted while in progress does not claim that it can resume', async () => {
  const line = await newPlaceOfParts(24);
  const words = ['bin/ssebox.js', ...command(line), '--store', line.store, '--debug'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'], env: { HOME: line.folder } });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  let isAborted = false;
  for await (const text of createInterface({ input: child.stderr })) {
    lines.push(text);
    if (isAborted || !finishesPart.test(text)) continue;
    isAborted = true;
    const [upload = ''] = await uploadsOf(line);
    const abort = ['s3api', 'abort-multipart-upload', '--bucket', 'photos', '--key', 'big', '--upload-id', upload];
    await line.ok(abort);
  }
  expect(await ended).toEqual([254, null]);
  expect(lines.join('\n')).toContain('(NoSuchUpload)');
  expect(lines.join('\n')).not.toContain('run the same command again to resume');
  expect(await inStore(line, looseEnds)).toEqual([]);
  expect((await resume(line)).sent).toBe(24);
});

test('deleting a bucket with its uploads leaves nothing to remember', async () => {
  const line = await newPlace();
  await line.ok(['s3', 'rm', 's3://photos', '--recursive']);
  await line.ssebox([...command(line), '--as', 'user/bob']);
  expect(await resumable(line)).toBe(1);
  expect((await line.ok(['s3', 'rb', 's3://photos', '--force'])).out).toBe('remove_bucket: photos\n');
  expect(await resumable(line)).toBe(0);
  expect(await inStore(line, looseEnds)).toEqual([]);
});

test('an upload ended by other means is not resumed, and leaves nothing to remember', async () => {
  const line = await newPlace();
  for (const verb of ['abort-multipart-upload', 'complete-multipart-upload']) {
    await line.ssebox([...command(line), '--as', 'user/bob']);
    expect(await resumable(line)).toBe(1);
    const [upload = ''] = await uploadsOf(line);
    const bytes = readFileSync(line.path('big'));
    await uploadPart(line, upload, 1, bytes.subarray(0, 8 * MIB));
    const at = ['s3api', verb, '--bucket', 'photos', '--key', 'big', '--upload-id', upload];
    const listed = await line.ok(['s3api', 'list-parts', '--bucket', 'photos', '--key', 'big', '--upload-id', upload]);
    const { Parts } = listed.json as { readonly Parts: readonly Record<string, unknown>[] };
    const kept = Parts.map(({ PartNumber, ETag, ChecksumCRC64NVME }) => ({ PartNumber, ETag, ChecksumCRC64NVME }));
    const isAborted = verb.startsWith('abort');
    await line.ok([...at, ...(isAborted ? [] : ['--multipart-upload', JSON.stringify({ Parts: kept })])]);
    expect(await resumable(line)).toBe(0);
  }
  const { err } = await line.ok(command(line));
  expect(err).toBe('');
  await expectSame(line);
});
