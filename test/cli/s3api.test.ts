import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

const on = (operation: string, ...more: string[]) => ['s3api', operation, '--bucket', 'photos', ...more];

async function put(line: CommandLine): Promise<void> {
  writeFileSync(line.path('body'), 'hello');
  await line.ok(on('put-object', '--key', 'k', '--body', line.path('body')));
}

// S3 gives times in whole seconds, in headers and in documents: S3 API Reference, Object, LastModified.
test('an object has the same time in every answer, without a fraction', async () => {
  const line = await newSample();
  line.advance(1_234);
  const time = '2026-05-04T09:00:01+00:00';
  await put(line);
  const copied = await line.ok(on('copy-object', '--key', 'copy', '--copy-source', 'photos/k'));
  expect(copied.json).toMatchObject({ CopyObjectResult: { LastModified: time } });
  for (const operation of ['list-objects', 'list-objects-v2'])
    expect((await line.ok(on(operation, '--prefix', 'k'))).json).toMatchObject({ Contents: [{ LastModified: time }] });
  const versions = await line.ok(on('list-object-versions', '--prefix', 'k'));
  expect(versions.json).toMatchObject({ Versions: [{ LastModified: time }] });
  expect((await line.ok(on('head-object', '--key', 'k'))).json).toMatchObject({ LastModified: time });
});

test('get-object writes the bytes to its file or to standard output, and shows the rest', async () => {
  const line = await newSample();
  await put(line);
  const { json } = await line.ok(on('get-object', '--key', 'k', line.path('out')));
  expect(readFileSync(line.path('out'), 'utf8')).toBe('hello');
  expect(json).toMatchObject({ ContentLength: 5 });
  expect(json).not.toHaveProperty('Body');
  expect((await line.ok(on('get-object', '--key', 'k', '-'))).out).toBe('hello');
  expect(await line.ssebox(on('get-object', '--key', 'k', 's3://photos/copy'))).toMatchObject({
    code: 252,
    err: '"s3://photos/copy" is not a file: write an object with ssebox s3 copy\n',
  });
});

// AWS SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3": the AWS CLI asks for the checksum.
test('get-object shows the checksum of a whole object, not for a range of it', async () => {
  const line = await newSample();
  await put(line);
  const checksum = { ChecksumCRC64NVME: 'M3eFcAZSQlc=', ChecksumType: 'FULL_OBJECT' };
  const get = (...more: string[]) => line.ok(on('get-object', '--key', 'k', ...more, line.path('out')));
  expect((await get()).json).toMatchObject(checksum);
  expect((await get('--range', 'bytes=0-1')).json).not.toHaveProperty('ChecksumType');
  expect((await line.ok(on('head-object', '--key', 'k'))).json).not.toHaveProperty('ChecksumType');
});

// botocore's paginators keep these of a list beside its items.
test('a list assembled from pages shows the members that describe the whole list', async () => {
  const line = await newSample();
  await put(line);
  const whole = async (words: readonly string[]) => (await line.ok(words)).json;
  const owner = { Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) } };
  expect(await whole(['s3api', 'list-buckets'])).toMatchObject({ ...owner, Prefix: null });
  for (const operation of ['list-objects', 'list-objects-v2', 'list-object-versions'])
    expect(await whole(on(operation, '--prefix', 'k'))).toMatchObject({ Prefix: 'k', RequestCharged: null });
  const { UploadId } = Object(await whole(on('create-multipart-upload', '--key', 'k')));
  const parts = await whole(on('list-parts', '--key', 'k', '--upload-id', UploadId));
  expect(parts).toMatchObject({ ...owner, ChecksumAlgorithm: null, StorageClass: 'STANDARD' });
  expect(parts).toHaveProperty('Initiator.ID');
});

// botocore, handlers.py, parse_get_bucket_location: what S3 leaves out for us-east-1 is null, and "None" as text.
test('get-bucket-location shows null for us-east-1, and the region of any other bucket', async () => {
  const line = await newSample();
  const location = async (...more: string[]) => (await line.ok(['s3api', 'get-bucket-location', ...more])).out;
  expect(await location('--bucket', 'photos')).toBe('{\n    "LocationConstraint": null\n}\n');
  expect(await location('--bucket', 'photos', '--query', 'LocationConstraint')).toBe('null\n');
  expect(await location('--bucket', 'photos', '--output', 'text')).toBe('None\n');
  await line.ok(['s3', 'mb', 's3://letters', '--region', 'eu-west-1']);
  expect(await location('--bucket', 'letters')).toBe('{\n    "LocationConstraint": "eu-west-1"\n}\n');
});
