import { describe, expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Key = 'k';
const Body = Buffer.from('x');

async function newObject(input: object = {}): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key, Body, ...input });
  return world;
}

/** What would end a header field, or the connection: RFC 9110, section 5.5. */
const controls = ['\r', '\n', '\r\nx-amz-meta-b: c', '\0', '\x0b', '\x1f', '\x7f'];
const unreadable = 'BadRequest: An error occurred when parsing the HTTP request.';

const headers = [
  ...['CacheControl', 'ContentDisposition', 'ContentEncoding', 'ContentLanguage', 'ContentType'],
  'WebsiteRedirectLocation',
];

const writes = [
  ['PutObject', { Key: 'new', Body }],
  ['CopyObject', { Key: 'new', CopySource: `${Bucket}/${Key}`, MetadataDirective: 'REPLACE' }],
  ['CreateMultipartUpload', { Key: 'new' }],
] as const;

// Over HTTP no such header reaches S3; here it could come from a command line, and would go out in an answer.
describe.for(writes)('%s', ([operation, input]) => {
  test.for(headers)('refuses %s with a control character', async (name) => {
    const world = await newObject();
    for (const control of controls) {
      const refused = await world.refusal('s3', operation, { Bucket, ...input, [name]: `a${control}` });
      expect(refused).toBe(unreadable);
    }
    expect(await world.refusal('s3', 'HeadObject', { Bucket, Key: 'new' })).toMatch(/^NoSuchKey/);
  });

  test('refuses metadata with a control character, in a name or a value', async () => {
    const world = await newObject();
    for (const control of controls) {
      for (const Metadata of [{ [`a${control}`]: 'b' }, { a: `b${control}` }]) {
        expect(await world.refusal('s3', operation, { Bucket, ...input, Metadata })).toBe(unreadable);
      }
    }
  });
});

test('the refusal names the header', async () => {
  const world = await newObject();
  const written = world.call('s3', 'PutObject', { Bucket, Key, Body, Metadata: { Note: 'a\nb' } });
  await expect(written).rejects.toMatchObject({
    reason: 'a header cannot have a line break or another control character, and "x-amz-meta-note" has one',
  });
});

test('a tab and what is not ASCII are kept', async () => {
  const kept = { ContentType: 'text/plain;\tcharset=utf-8', Metadata: { a: 'café\tau lait ☕' } };
  const world = await newObject(kept);
  expect(await world.call('s3', 'HeadObject', { Bucket, Key })).toMatchObject(kept);
});

const overrides = [
  ['ResponseCacheControl', 'response-cache-control'],
  ['ResponseContentDisposition', 'response-content-disposition'],
  ['ResponseContentEncoding', 'response-content-encoding'],
  ['ResponseContentLanguage', 'response-content-language'],
  ['ResponseContentType', 'response-content-type'],
] as const;

// Amazon S3 API Reference, GetObject, overriding response header values; the words are the service's.
describe.for(['GetObject', 'HeadObject'] as const)('%s', (operation) => {
  test.for(overrides)('refuses a %s that cannot be a header', async ([name, ArgumentName]) => {
    const world = await newObject();
    for (const text of [...controls, '文', 'a\u{100}']) {
      await expect(world.call('s3', operation, { Bucket, Key, [name]: text })).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: 'Header value cannot be represented using ISO-8859-1.',
        detail: { ArgumentName, ArgumentValue: text },
      });
    }
  });

  test('answers with the headers that it is asked for', async () => {
    const world = await newObject({ ContentType: 'text/plain', CacheControl: 'no-cache' });
    const ResponseExpires = new Date('2030-01-01T00:00:00Z');
    const asked = Object.fromEntries(overrides.map(([name], i) => [name, `ü${i}`]));
    const answer = await world.call('s3', operation, { Bucket, Key, ...asked, ResponseExpires });
    expect(answer).toMatchObject({
      CacheControl: 'ü0',
      ContentDisposition: 'ü1',
      ContentEncoding: 'ü2',
      ContentLanguage: 'ü3',
      ContentType: 'ü4',
      Expires: ResponseExpires,
    });
  });
});
