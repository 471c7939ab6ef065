import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { partSize } from '../../src/cli/commands/s3/multipart-settings.ts';
import { humanSize, progressLine } from '../../src/cli/progress.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { START } from '../support/harness.ts';

const MIB = 1024 ** 2;

/** A path as the AWS CLI prints it. */
const printed = (path: string): string => join(relative('.', dirname(path)), path.slice(path.lastIndexOf('/') + 1));

function write(line: CommandLine, name: string, content: string | Uint8Array = name): string {
  const path = line.path(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The keys in a bucket, one a line of `ls`. */
async function keysIn(line: CommandLine, place: string): Promise<readonly string[]> {
  const { out } = await line.ssebox(['s3', 'ls', place, '--recursive']);
  return out.split('\n').flatMap((text) => (text === '' ? [] : [text.slice(31)]));
}

describe('put and get', () => {
  test('return the same bytes, whatever they are', async () => {
    const line = await newSample();
    for (const size of [0, 1, 65_536, 65_537, 1_500_000]) {
      const bytes = createHash('shake256', { outputLength: size }).update(String(size)).digest();
      const file = write(line, `file-${size}`, bytes);
      const put = await line.ok(['s3', 'put', file, 's3://reports/bin/']);
      expect(put.out).toBe(`upload: ${printed(file)} to s3://reports/bin/file-${size}\n`);
      const copy = line.path(`copy-${size}`);
      const get = await line.ok(['s3', 'get', `s3://reports/bin/file-${size}`, copy]);
      expect(get.out).toBe(`download: s3://reports/bin/file-${size} to ${printed(copy)}\n`);
      expect(readFileSync(copy).equals(bytes)).toBe(true);
    }
  });

  test.for([
    [
      ['get', 's3://photos/harbour.txt', 's3://drafts/y'],
      '"s3://drafts/y" is an object, not a file: use ssebox s3 copy s3://photos/harbour.txt s3://drafts/y',
    ],
    [
      ['get', 'f', 's3://drafts/a b'],
      '"s3://drafts/a b" is an object, not a file: use ssebox s3 put f \'s3://drafts/a b\'',
    ],
    [['get', 'f', 'g'], '"f" is not an S3 URI: write s3://BUCKET/KEY'],
    [
      ['put', 's3://photos/harbour.txt', 's3://drafts/y'],
      '"s3://photos/harbour.txt" is an object, not a file: use ssebox s3 copy s3://photos/harbour.txt s3://drafts/y',
    ],
    [
      ['put', 's3://photos/harbour.txt', 'f'],
      '"s3://photos/harbour.txt" is an object, not a file: use ssebox s3 get s3://photos/harbour.txt f',
    ],
    [['put', 'f', 'g'], '"g" is not an S3 URI: write s3://BUCKET/KEY'],
  ] as const)('refuse %j, and name the right command', async ([words, message]) => {
    const line = await newSample();
    const events = async () => (await line.ok(['trail', 'lookup', '--query', 'length(@)'])).out;
    const before = await events();
    const { code, out, err } = await line.ssebox(['s3', ...words]);
    expect([code, out, err, await events()]).toEqual([252, '', `${message}\n`, before]);
    expect(existsSync('s3:')).toBe(false);
  });

  test('use the encryption, the metadata and the type given by the options', async () => {
    const line = await newSample();
    const file = write(line, 'note.json', '{}');
    const more = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app', '--bucket-key-enabled', '--metadata', 'a=1,b=2'];
    await line.ok(['s3', 'put', file, 's3://photos/', ...more, '--encryption-context', 'team=web']);
    const { json } = await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'note.json']);
    expect(json).toMatchObject({
      ContentType: 'application/json',
      ServerSideEncryption: 'aws:kms',
      BucketKeyEnabled: true,
      Metadata: { a: '1', b: '2' },
    });
    const inspected = await line.ok(['s3', 'inspect', 's3://photos/note.json']);
    expect(inspected.json).toMatchObject({
      BucketKeyEnabled: true,
      Keys: [{ EncryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::photos', team: 'web' } }, { Name: 'data key' }],
    });
  });

  test('work with a customer-provided key, and only with it', async () => {
    const line = await newSample();
    const blocked = ['s3api', 'put-bucket-encryption', '--bucket', 'photos', '--server-side-encryption-configuration'];
    const rules = { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] };
    await line.ok([...blocked, JSON.stringify(rules)]);
    const key = write(line, 'key.bin', createHash('sha256').update('k').digest());
    const other = write(line, 'other.bin', createHash('sha256').update('o').digest());
    const file = write(line, 'a.txt');
    await line.ok(['s3', 'put', file, 's3://photos/', '--sse-c', '--sse-c-key', `fileb://${key}`]);
    await line.ok(['s3', 'get', 's3://photos/a.txt', line.path('b.txt'), '--sse-c', '--sse-c-key', `fileb://${key}`]);
    expect(readFileSync(line.path('b.txt'), 'utf8')).toBe('a.txt');
    const wrong = ['s3', 'get', 's3://photos/a.txt', line.path('c.txt'), '--sse-c', 'AES256', '--sse-c-key'];
    expect((await line.ssebox([...wrong, `fileb://${other}`])).code).toBe(254);
    expect(existsSync(line.path('c.txt'))).toBe(false);
    const half = await line.ssebox(['s3', 'get', 's3://photos/a.txt', '--sse-c']);
    expect([half.code, half.err]).toEqual([252, 'If --sse-c is specified, --sse-c-key must be specified as well.\n']);
  });

  test('create the folders for a downloaded file', async () => {
    const line = await newSample();
    const { bytes } = await line.ok(['s3', 'get', 's3://photos/harbour.txt', '-']);
    await line.ok(['s3', 'get', 's3://photos/harbour.txt', line.path('2026/may/copy.txt')]);
    expect(statSync(line.path('2026/may')).isDirectory()).toBe(true);
    expect(readdirSync(line.path('2026/may'))).toEqual(['copy.txt']);
    expect(readFileSync(line.path('2026/may/copy.txt')).equals(bytes)).toBe(true);
    expect(bytes.length).toBeGreaterThan(0);
  });

  test('leave an old file as it was, and no new one, if the object may not or cannot be read', async () => {
    const line = await newSample();
    const old = write(line, 'q1.csv', 'old');
    const denied = await line.ssebox(['s3', 'get', 's3://reports/2026/q1.csv', old, '--as', 'user/bob']);
    expect(denied.code).toBe(254);
    expect(denied.err).toMatch(/^An error occurred \(AccessDenied\) when calling the GetObject operation: User: /);
    expect((await line.ssebox(['s3', 'get', 's3://reports/none', old])).err).toContain('(NoSuchKey)');
    expect(readFileSync(old, 'utf8')).toBe('old');
    expect(readdirSync(line.folder).sort()).toEqual(['q1.csv', 'store']);
  });

  test('a missing file, a folder and an invalid name are usage errors', async () => {
    const line = await newSample();
    const missing = await line.ssebox(['s3', 'put', line.path('none'), 's3://photos/']);
    expect([missing.code, missing.err]).toEqual([252, `The user-provided path ${line.path('none')} does not exist.\n`]);
    expect((await line.ssebox(['s3', 'put', line.folder, 's3://photos/'])).code).toBe(252);
    expect((await line.ssebox(['s3', 'put', write(line, 'a'), 'photos/a'])).err).toContain('"photos/a"');
    expect((await line.ssebox(['s3', 'get', 's3://photos'])).err).toContain('"s3://photos"');
  });

  test('an older version is read by its id', async () => {
    const line = await newSample();
    const { json } = await line.ok(['s3', 'versions', 's3://reports/2026/q1.csv']);
    const { Versions } = json as { Versions: readonly { readonly VersionId: string; readonly IsLatest: boolean }[] };
    expect(Versions.map(({ IsLatest }) => IsLatest)).toEqual([true, false]);
    const older = ['--version-id', Versions[1]?.VersionId ?? ''];
    await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', line.path('old'), ...older]);
    expect(readFileSync(line.path('old'), 'utf8')).not.toContain('March');
  });
});

test('streams come from standard input and go to standard output', async () => {
  const line = await newSample();
  const options = {
    maxBuffer: 32 * 1024 ** 2,
    env: { PATH: process.env.PATH, HOME: line.folder, SSEBOX_STORE: line.store },
  };
  const run = (words: readonly string[], input: string | Uint8Array = '') =>
    execFileSync(process.execPath, ['bin/ssebox.js', ...words], { ...options, input });
  run(['s3', 'put', '-', 's3://photos/put.txt'], 'through put');
  run(['s3', 'cp', '-', 's3://photos/cp.txt'], 'through cp');
  expect(run(['s3', 'get', 's3://photos/cp.txt', '-']).toString()).toBe('through cp');
  expect(run(['s3', 'cp', 's3://photos/put.txt', '-']).toString()).toBe('through put');
  const large = createHash('shake256', { outputLength: 9 * 1024 ** 2 })
    .update('large')
    .digest();
  run(['s3', 'cp', '-', 's3://photos/large'], large);
  expect(run(['s3', 'get', 's3://photos/large', '-']).equals(large)).toBe(true);
  const refused = spawnSync(process.execPath, ['bin/ssebox.js', 's3', 'cp', '-', 's3://photos/'], {
    ...options,
    input: '',
  });
  expect(refused.status).toBe(252);
});

describe('cp', () => {
  test('copies a tree there and back by the patterns, of which the last match decides', async () => {
    const line = await newSample();
    for (const name of ['tree/a.txt', 'tree/b.csv', 'tree/sub/c.txt', 'tree/sub/d.csv', 'tree/sub.csv'])
      write(line, name);
    const filters = ['--exclude', '*', '--include', '*.csv', '--exclude', 'sub/*'];
    const up = await line.ok(['s3', 'cp', line.path('tree'), 's3://drafts/t', '--recursive', ...filters]);
    expect(up.out.trim().split('\n').sort()).toEqual([
      `upload: ${printed(line.path('tree/b.csv'))} to s3://drafts/t/b.csv`,
      `upload: ${printed(line.path('tree/sub.csv'))} to s3://drafts/t/sub.csv`,
    ]);
    await line.ok(['s3', 'cp', line.path('tree'), 's3://drafts/', '--recursive', '--quiet']);
    expect(await keysIn(line, 's3://drafts')).toEqual([
      'a.txt',
      'b.csv',
      'sub.csv',
      'sub/c.txt',
      'sub/d.csv',
      't/b.csv',
      't/sub.csv',
    ]);
    const down = await line.ok(['s3', 'cp', 's3://drafts', line.path('back'), '--recursive', '--exclude', 't/*']);
    expect(down.out.trim().split('\n')).toHaveLength(5);
    expect(readFileSync(line.path('back/sub/d.csv'), 'utf8')).toBe('tree/sub/d.csv');
    expect(statSync(line.path('back/a.txt')).mtimeMs).toBe(START);
  });

  test('between buckets keeps metadata and encrypts as the target says', async () => {
    const line = await newSample();
    await line.ok(['s3', 'put', write(line, 'a.txt'), 's3://photos/', '--metadata', 'by=ana']);
    const { out } = await line.ok(['s3', 'cp', 's3://photos/a.txt', 's3://reports/']);
    expect(out).toBe('copy: s3://photos/a.txt to s3://reports/a.txt\n');
    const { json } = await line.ok(['s3api', 'head-object', '--bucket', 'reports', '--key', 'a.txt']);
    expect(json).toMatchObject({ ServerSideEncryption: 'aws:kms', Metadata: { by: 'ana' } });
  });

  // AWS CLI User Guide, "Command line return codes": 1, some transfers failed.
  test('reports a refused transfer and exits with 1', async () => {
    const line = await newSample();
    const file = write(line, 'a.txt');
    const { code, err, out } = await line.ssebox(['s3', 'cp', file, 's3://photos/', '--as', 'user/bob']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^upload failed: \S+a\.txt to s3:\/\/photos\/a\.txt An error occurred \(AccessDenied\) when calling the PutObject operation: /,
    );
    const missing = await line.ssebox(['s3', 'cp', 's3://photos/none', line.folder]);
    expect([missing.code, missing.err]).toEqual([
      1,
      'fatal error: An error occurred (404) when calling the HeadObject operation: Key "none" does not exist\n',
    ]);
  });

  // The same page: 2, files were skipped.
  test('skips what cannot be read, says so and exits with 2', async () => {
    const line = await newSample();
    write(line, 'tree/a.txt');
    symlinkSync(line.path('nowhere'), line.path('tree/broken'));
    const { code, err } = await line.ssebox(['s3', 'cp', line.path('tree'), 's3://drafts', '--recursive']);
    expect([code, err]).toEqual([2, `warning: Skipping file ${line.path('tree/broken')}. File does not exist.\n`]);
    expect(await keysIn(line, 's3://drafts')).toEqual(['a.txt']);
    const without = ['s3', 'cp', line.path('tree'), 's3://drafts', '--recursive', '--no-follow-symlinks'];
    expect((await line.ssebox(without)).code).toBe(0);
  });

  test('does not write outside of the folder that it copies into', async () => {
    const line = await newSample();
    await line.ok(['s3', 'put', write(line, 'a'), 's3://drafts/x/../../escaped']);
    const { code, err } = await line.ssebox(['s3', 'cp', 's3://drafts', line.path('in/side'), '--recursive']);
    expect([code, err]).toEqual([2, 'warning: Skipping file x/../../escaped. File references a parent directory.\n']);
    expect(existsSync(line.path('escaped'))).toBe(false);
  });

  test('uploads files larger than 8 MiB in parts, for which SSE-KMS also needs kms:Decrypt', async () => {
    const line = await newSample();
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['s3:PutObject', 's3:AbortMultipartUpload', 'kms:GenerateDataKey'], Resource: '*' },
      ],
    };
    const put = ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'write', '--policy-document'];
    await line.ok([...put, JSON.stringify(policy)]);
    const large = write(line, 'large', Buffer.alloc(9 * 1024 ** 2, 7));
    const refused = await line.ssebox(['s3', 'cp', large, 's3://reports/', '--as', 'user/bob']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('when calling the UploadPart operation');
    expect(refused.err).toContain('kms:Decrypt');
    expect((await line.ok(['s3api', 'list-multipart-uploads', '--bucket', 'reports', '--query', 'Uploads'])).out).toBe(
      'null\n',
    );
    await line.ok(['s3', 'put', large, 's3://reports/', '--as', 'user/bob']);
    await line.ok(['s3', 'cp', large, 's3://photos/']);
    const head = await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'large']);
    expect(head.json).toMatchObject({ ETag: expect.stringMatching(/^"[0-9a-f]{32}-2"$/) });
  });

  test('a dry run says what it would do and does nothing', async () => {
    const line = await newSample();
    const { out } = await line.ok(['s3', 'cp', write(line, 'a.txt'), 's3://drafts/', '--dryrun']);
    expect(out).toBe(`(dryrun) upload: ${printed(line.path('a.txt'))} to s3://drafts/a.txt\n`);
    expect(await keysIn(line, 's3://drafts')).toEqual([]);
  });

  test('needs its source or target in a bucket', async () => {
    const line = newCommandLine();
    const { code, err } = await line.ssebox(['s3', 'cp', 'a', 'b']);
    expect(code).toBe(252);
    expect(err).toBe(
      'usage: ssebox s3 cp <LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>\nError: Invalid argument type\n',
    );
    const stream = await line.ssebox(['s3', 'cp', '-', 's3://b', '--recursive']);
    expect(stream.err).toBe('Streaming currently is only compatible with non-recursive cp commands\n');
  });
});

test('mv leaves nothing behind, and does not move anything onto itself', async () => {
  const line = await newSample();
  const { out } = await line.ok(['s3', 'mv', 's3://photos/harbour.txt', 's3://drafts/']);
  expect(out).toBe('move: s3://photos/harbour.txt to s3://drafts/harbour.txt\n');
  expect(await keysIn(line, 's3://photos')).toEqual(['2026/pier.txt']);
  const file = write(line, 'a.txt');
  await line.ok(['s3', 'mv', file, 's3://drafts/']);
  expect(existsSync(file)).toBe(false);
  const self = await line.ssebox(['s3', 'mv', 's3://drafts/a.txt', 's3://drafts/']);
  expect([self.code, self.err]).toEqual([252, 'Cannot mv a file onto itself: s3://drafts/a.txt - s3://drafts/\n']);
});

// AWS CLI Command Reference, s3 sync: by size, then by time.
test('sync transfers what is missing or differs, and nothing else', async () => {
  const line = await newSample();
  for (const name of ['tree/a', 'tree/b', 'tree/sub/c']) utimesSync(write(line, name), START / 1000, START / 1000);
  const up = ['s3', 'sync', line.path('tree'), 's3://drafts/t'];
  expect((await line.ok(up)).out.trim().split('\n')).toHaveLength(3);
  expect((await line.ok(up)).out).toBe('');
  writeFileSync(line.path('tree/a'), 'longer than before');
  utimesSync(line.path('tree/a'), START / 1000, START / 1000);
  utimesSync(line.path('tree/b'), START / 1000 + 60, START / 1000 + 60);
  const changed = (await line.ok([...up, '--size-only'])).out;
  expect(changed).toBe(`upload: ${printed(line.path('tree/a'))} to s3://drafts/t/a\n`);
  expect((await line.ok(up)).out).toContain('/b to s3://drafts/t/b');
  await line.ok(['s3', 'put', line.path('tree/a'), 's3://drafts/t/extra']);
  expect((await line.ok([...up, '--delete', '--exclude', 'b'])).out).toBe('delete: s3://drafts/t/extra\n');
  const down = ['s3', 'sync', 's3://drafts/t', line.path('back')];
  expect((await line.ok(down)).out.trim().split('\n')).toHaveLength(3);
  expect((await line.ok(down)).out).toBe('');
  write(line, 'back/stale');
  expect((await line.ok([...down, '--delete'])).out).toBe(`delete: ${printed(line.path('back/stale'))}\n`);
});

describe('ls and rm', () => {
  test('list folders first, then objects with their size', async () => {
    const line = await newSample();
    const { out } = await line.ok(['s3', 'ls', 's3://photos', '--summarize']);
    expect(out.split('\n')).toEqual([
      '                           PRE 2026/',
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {9}51 harbour\.txt$/),
      '',
      'Total Objects: 1',
      '   Total Size: 51',
      '',
    ]);
    expect((await line.ok(['s3', 'ls'])).out).toMatch(/^\S+ \S+ drafts\n\S+ \S+ photos\n\S+ \S+ reports\n$/);
  });

  test('exit with 1 for an empty prefix, and with 0 for an empty bucket', async () => {
    const line = await newSample();
    expect((await line.ssebox(['s3', 'ls', 's3://photos/none'])).code).toBe(1);
    expect((await line.ssebox(['s3', 'ls', 's3://drafts'])).code).toBe(0);
    expect((await line.ssebox(['s3', 'ls', 's3://no-such-bucket'])).code).toBe(254);
  });

  test('delete one object, or those that the patterns select', async () => {
    const line = await newSample();
    expect((await line.ok(['s3', 'rm', 's3://photos/harbour.txt'])).out).toBe('delete: s3://photos/harbour.txt\n');
    await line.ok(['s3', 'put', write(line, 'keep.csv'), 's3://photos/2026/']);
    await line.ok(['s3', 'rm', 's3://photos', '--recursive', '--exclude', '*.csv']);
    expect(await keysIn(line, 's3://photos')).toEqual(['2026/keep.csv']);
    const denied = await line.ssebox(['s3', 'rm', 's3://photos/2026/keep.csv', '--as', 'user/bob']);
    expect(denied.code).toBe(1);
    expect(denied.err).toMatch(/^delete failed: s3:\/\/photos\/2026\/keep\.csv An error occurred \(AccessDenied\)/);
  });
});

test('mb and rb make and remove a bucket, or say why not', async () => {
  const line = newCommandLine();
  expect((await line.ok(['s3', 'mb', 's3://letters', '--region', 'eu-west-1'])).out).toBe('make_bucket: letters\n');
  const again = await line.ssebox(['s3', 'mb', 's3://letters', '--region', 'eu-west-1']);
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/^make_bucket failed: s3:\/\/letters An error occurred \(BucketAlreadyOwnedByYou\)/);
  await line.ok(['s3', 'put', write(line, 'a'), 's3://letters/']);
  expect((await line.ssebox(['s3', 'rb', 's3://letters'])).err).toMatch(
    /^remove_bucket failed: s3:\/\/letters .*BucketNotEmpty/,
  );
  expect((await line.ok(['s3', 'rb', 's3://letters', '--force'])).out).toBe(
    'delete: s3://letters/a\nremove_bucket: letters\n',
  );
});

test('the stored bytes are shown one by one, and none of them are plaintext', async () => {
  const line = await newSample();
  const { out } = await line.ok(['s3', 'inspect', 's3://reports/2026/q1.csv'], { terminal: 120 });
  expect(out).toMatch(/^s3:\/\/reports\/2026\/q1\.csv version /);
  expect(out).toContain('encryption  SSE-KMS');
  expect(out).toContain('context     aws:s3:arn = arn:aws:s3:::reports/2026/q1.csv');
  expect(out).toMatch(/by {10}arn:aws:kms:us-east-1:111122223333:key\//);
  expect(out).not.toContain('January');
  const database = readFileSync(join(line.store, 'store.mdb'));
  for (const text of ['January', Buffer.from('January,10400').toString('base64')]) {
    expect(database.includes(text)).toBe(false);
  }
});

// AWS CLI S3 Configuration, multipart_chunksize: parts grow until there are at most 10,000.
test.for([
  [8 * MIB, 8 * MIB, 8 * MIB],
  [10_000 * 8 * MIB, 8 * MIB, 8 * MIB],
  [10_000 * 8 * MIB + 1, 8 * MIB, 16 * MIB],
  [5 * 1024 ** 4, 8 * MIB, 1024 * MIB],
  [5 * 1024 ** 4, 8 * 1024 * MIB, 5 * 1024 * MIB],
  [100 * MIB, MIB, 5 * MIB],
] as const)('%d bytes in chunks of %d are cut into parts of %d', ([size, chunk, part]) => {
  expect(partSize(size, chunk)).toBe(part);
});

test.for([
  [0, '0 Bytes'],
  [1, '1 Byte'],
  [1023, '1023 Bytes'],
  [1024, '1.0 KiB'],
  [1_572_864, '1.5 MiB'],
  [1024 ** 3 - 1, '1.0 GiB'],
] as const)('%d is %s', ([bytes, text]) => {
  expect(humanSize(bytes)).toBe(text);
});

test('progress fits its screen', () => {
  const totals = { expected: 2048, moved: 1024, pieces: 1, isKnown: true };
  expect(progressLine(totals, 1000, 120, false)).toBe(
    '━━━━━━━━━━━━────────────  50%  Completed 1.0 KiB/2.0 KiB (1.0 KiB/s) with 1 file(s) remaining',
  );
  expect(progressLine(totals, 1000, 40, false).length).toBeLessThan(40);
});

// S3 API Reference, CompleteMultipartUpload: an upload with checksums requires each part's to be repeated.
test.for(['SHA256', 'CRC32', 'CRC64NVME', 'XXHASH3'])('a file in parts has the checksum %s', async (algorithm) => {
  const line = await newSample();
  writeFileSync(line.path('big'), Buffer.alloc(9 * 1024 ** 2, 'letters '));
  await line.ok(['s3', 'cp', line.path('big'), 's3://photos/big', '--checksum-algorithm', algorithm]);
  const words = ['s3api', 'head-object', '--bucket', 'photos', '--key', 'big', '--checksum-mode', 'ENABLED'];
  expect((await line.ok(words)).json).toHaveProperty(`Checksum${algorithm}`);
});
