import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

const MIB = 1024 ** 2;
const bytes = randomFillSync(Buffer.alloc(10 * MIB + 3));
const SOURCE = 's3://photos/a folder/ü +%.bin';

/** The sample with an object that is copied in three parts, with properties and tags. */
async function newPlace(more: readonly string[] = []): Promise<CommandLine> {
  const line = await newSample();
  await line.ok(['config', 'set', 's3.multipart_threshold', '6MB']);
  await line.ok(['config', 'set', 's3.multipart_chunksize', '5MiB']);
  writeFileSync(line.path('file'), bytes);
  const facts = ['--content-type', 'text/plain', '--cache-control', 'no-store', '--metadata', 'a=b'];
  await line.ok(['s3', 'put', line.path('file'), SOURCE, ...facts, '--tagging', 'team=blue%20%2B%20red&x=', ...more]);
  return line;
}

const headOf = async (line: CommandLine, bucket: string, key: string, more: readonly string[] = []) =>
  (await line.ok(['s3api', 'head-object', '--bucket', bucket, '--key', key, ...more])).json;

async function tagsOf(line: CommandLine, bucket: string, key: string): Promise<unknown> {
  const { json } = await line.ok(['s3api', 'get-object-tagging', '--bucket', bucket, '--key', key]);
  return (json as { readonly TagSet: unknown }).TagSet;
}

async function expectBytes(line: CommandLine, uri: string, more: readonly string[] = []): Promise<void> {
  await line.ok(['s3', 'get', uri, line.path('back'), ...more]);
  expect(readFileSync(line.path('back')).equals(bytes)).toBe(true);
}

const tags = [
  { Key: 'team', Value: 'blue + red' },
  { Key: 'x', Value: '' },
];
const properties = { ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { a: 'b' } };
const inParts = { ETag: expect.stringMatching(/-3"$/) };

// AWS CLI S3 Configuration, multipart_threshold, is about copies too; AWS CLI Command Reference, s3 cp, --copy-props.
describe('a copy from the threshold on is made in parts', () => {
  test('with the bytes, properties and tags of the source, encrypted as the target says', async () => {
    const line = await newPlace(['--sse', 'AES256']);
    const { out } = await line.ok(['s3', 'cp', SOURCE, 's3://reports/copy']);
    expect(out).toBe(`copy: ${SOURCE} to s3://reports/copy\n`);
    await expectBytes(line, 's3://reports/copy');
    expect(await headOf(line, 'reports', 'copy')).toMatchObject({
      ...properties,
      ...inParts,
      ServerSideEncryption: 'aws:kms',
    });
    expect(await tagsOf(line, 'reports', 'copy')).toEqual(tags);
  });

  test('with the requested encryption and checksum', async () => {
    const line = await newPlace();
    const sse = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app', '--checksum-algorithm', 'SHA256'];
    await line.ok(['s3', 'cp', SOURCE, 's3://drafts/copy', ...sse]);
    expect(await headOf(line, 'drafts', 'copy', ['--checksum-mode', 'ENABLED'])).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: expect.stringContaining(':key/'),
      ChecksumSHA256: expect.stringMatching(/=-3$/),
    });
  });

  test('by mv and sync as well', async () => {
    const line = await newPlace();
    expect((await line.ok(['s3', 'sync', 's3://photos/a folder', 's3://drafts/s'])).out).toContain('copy: ');
    expect(await headOf(line, 'drafts', 's/ü +%.bin')).toMatchObject({ ...properties, ...inParts });
    await line.ok(['s3', 'mv', SOURCE, 's3://drafts/moved']);
    expect(await headOf(line, 'drafts', 'moved')).toMatchObject({ ...properties, ...inParts });
    expect(await tagsOf(line, 'drafts', 'moved')).toEqual(tags);
    expect((await line.ssebox(['s3', 'ls', SOURCE])).code).toBe(1);
  });

  test("with customers' keys on both sides", async () => {
    const line = await newSample();
    for (const bucket of ['photos', 'drafts']) {
      const rules = JSON.stringify({ Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] });
      const configuration = ['--server-side-encryption-configuration', rules];
      await line.ok(['s3api', 'put-bucket-encryption', '--bucket', bucket, ...configuration]);
    }
    writeFileSync(line.path('file'), bytes);
    const key = (name: string, byte: number) => {
      writeFileSync(line.path(name), Buffer.alloc(32, byte));
      return `fileb://${line.path(name)}`;
    };
    const source = ['--sse-c', 'AES256', '--sse-c-key', key('old', 1)];
    const target = ['--sse-c', 'AES256', '--sse-c-key', key('new', 2)];
    const from = ['--sse-c-copy-source', 'AES256', '--sse-c-copy-source-key', key('old', 1)];
    await line.ok(['s3', 'put', line.path('file'), SOURCE, ...source, '--metadata', 'a=b']);
    await line.ok(['s3', 'cp', SOURCE, 's3://drafts/copy', ...target, ...from]);
    await expectBytes(line, 's3://drafts/copy', target);
    await line.ok([
      's3',
      'cp',
      's3://photos',
      's3://drafts/all',
      '--recursive',
      '--exclude',
      '*.txt',
      ...target,
      ...from,
    ]);
    expect(await headOf(line, 'drafts', 'all/a folder/ü +%.bin', target.map(s3apiName))).toMatchObject({
      Metadata: { a: 'b' },
    });
  });

  test.for([
    [[], properties, tags],
    [['--copy-props', 'metadata-directive'], properties, []],
    [['--copy-props', 'none'], { ContentType: 'binary/octet-stream', Metadata: {} }, []],
    [['--content-type', 'text/css'], { ...properties, ContentType: 'text/css' }, tags],
    [['--metadata', 'c=d'], { ...properties, Metadata: { c: 'd' } }, tags],
    [['--metadata-directive', 'REPLACE', '--metadata', 'c=d'], { Metadata: { c: 'd' } }, []],
    [['--tags', 'only', 'one'], properties, [{ Key: 'only', Value: 'one' }]],
  ] as const)('%j says what it keeps', async ([words, kept, keptTags]) => {
    const line = await newPlace();
    await line.ok(['s3', 'cp', SOURCE, 's3://drafts/copy', ...words]);
    expect(await headOf(line, 'drafts', 'copy')).toMatchObject({ ...kept, ...inParts });
    expect(await tagsOf(line, 'drafts', 'copy')).toEqual(keptTags);
  });

  test('tags that are too long for a header are set afterwards', async () => {
    const line = await newPlace();
    const TagSet = Array.from({ length: 10 }, (_, i) => ({ Key: `${i}${'ü'.repeat(99)}`, Value: 'ß'.repeat(200) }));
    const tagging = ['--tagging', JSON.stringify({ TagSet })];
    await line.ok(['s3api', 'put-object-tagging', '--bucket', 'photos', '--key', SOURCE.slice(12), ...tagging]);
    await line.ok(['s3', 'cp', SOURCE, 's3://drafts/copy']);
    expect(await tagsOf(line, 'drafts', 'copy')).toEqual(TagSet);
  });

  // AWS CLI Command Reference, s3 cp: the default of --copy-props asks for the tags.
  test('a refused one leaves nothing', async () => {
    const line = await newPlace();
    const allowed = ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'];
    const policy = (Action: readonly string[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    const put = ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
    await line.ok([...put, policy(allowed)]);
    const words = ['s3', 'cp', SOURCE, 's3://drafts/copy', '--as', 'user/bob'];
    const untagged = await line.ssebox(words);
    expect([untagged.code, untagged.err]).toEqual([1, expect.stringContaining('GetObjectTagging operation')]);
    await line.ok([...put, policy([...allowed, 's3:GetObjectTagging'])]);
    expect((await line.ssebox(words)).err).toContain('s3:PutObjectTagging');
    await line.ok([...words, '--copy-props', 'none']);
    const denied = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app', '--copy-props', 'none'];
    expect((await line.ssebox([...words.slice(0, 3), 's3://drafts/other', '--as', 'user/bob', ...denied])).code).toBe(
      1,
    );
    expect((await line.ssebox(['s3', 'ls', 's3://drafts/other'])).code).toBe(1);
    const uploads = ['s3api', 'list-multipart-uploads', '--bucket', 'drafts', '--query', 'Uploads'];
    expect((await line.ok(uploads)).out).toBe('null\n');
  });
});

/** `--sse-c` of the s3 commands is `--sse-customer-algorithm` of s3api. */
const s3apiName = (word: string): string =>
  ({ '--sse-c': '--sse-customer-algorithm', '--sse-c-key': '--sse-customer-key' })[word] ?? word;

describe('a small copy', () => {
  async function newSmall(): Promise<CommandLine> {
    const line = await newSample();
    writeFileSync(line.path('small'), 'small');
    const facts = ['--content-type', 'text/plain', '--cache-control', 'no-store', '--metadata', 'a=b'];
    await line.ok(['s3', 'put', line.path('small'), 's3://photos/small', ...facts, '--tagging', 'team=blue']);
    return line;
  }
  const team = [{ Key: 'team', Value: 'blue' }];

  // S3 would drop what is not given with the others: AWS CLI Command Reference, s3 cp, --copy-props.
  test.for([
    [[], properties, team],
    [['--content-type', 'text/css'], { ...properties, ContentType: 'text/css' }, team],
    [['--copy-props', 'metadata-directive'], properties, []],
    [['--copy-props', 'none'], { ContentType: 'binary/octet-stream', Metadata: {} }, []],
    [['--metadata-directive', 'REPLACE', '--metadata', 'c=d'], { Metadata: { c: 'd' } }, team],
    [['--tags', 'only', 'one'], properties, [{ Key: 'only', Value: 'one' }]],
  ] as const)('%j says what it keeps', async ([words, kept, tags]) => {
    const line = await newSmall();
    await line.ok(['s3', 'cp', 's3://photos/small', 's3://drafts/small', ...words]);
    expect(await headOf(line, 'drafts', 'small')).toMatchObject(kept);
    expect(await tagsOf(line, 'drafts', 'small')).toEqual(tags);
  });

  test('may be of an object onto itself if a property changes', async () => {
    const line = await newSmall();
    const self = ['s3', 'cp', 's3://photos/small', 's3://photos/small'];
    expect((await line.ssebox(self)).err).toContain('(InvalidRequest)');
    await line.ok([...self, '--content-type', 'text/css']);
    expect(await headOf(line, 'photos', 'small')).toMatchObject({ ...properties, ContentType: 'text/css' });
  });
});
