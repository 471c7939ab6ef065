/** Keys of objects that look like something else, from the request line to the store and back. */

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { objectKey, sentText } from '../support/sent-request.ts';
import { headerSigned } from '../support/signed-request.ts';

const Bucket = 'bucket';

/** The path of a key as clients sign it: every byte but the unreserved ones and slashes escaped, once. */
const signedPath = (key: string): string =>
  [...Buffer.from(key)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9._~/-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

async function newSender(world: World) {
  const credentials = await newCredentials(world);
  const endpoint = await startEndpoint(world);
  onTestFinished(() => endpoint.server.close(0));
  await world.call('s3', 'CreateBucket', { Bucket });
  /** Sends a request whose path is signed in one form and written in another; the bucket is in the host or in the path. */
  return (method: string, signed: string, text: string, inHost: boolean, body = '') => {
    const start = inHost ? '/' : `/${Bucket}/`;
    const headers = { host: inHost ? `${Bucket}.localhost:4566` : '127.0.0.1:4566' };
    const raw = headerSigned({
      method,
      target: start + signed,
      headers,
      body,
      credentials,
      at: world.environment.now(),
    });
    return endpoint.send({ ...raw, target: start + text }, body);
  };
}

const keysIn = async (world: World): Promise<readonly (string | undefined)[]> =>
  ((await world.call('s3', 'ListObjectsV2', { Bucket })).Contents ?? []).map(({ Key }) => Key);

test('an object has the key that was signed, byte by byte, however its path was written', async () => {
  const world = newWorld();
  const send = await newSender(world);
  const sent = objectKey.filter((key) => !key.includes('\0') && Buffer.byteLength(key) <= 1024);
  await fc.assert(
    fc.asyncProperty(
      // An escaped slash is signed as it is written.
      sent.chain((key) => sentText(key).map((text) => ({ key, text: text.replaceAll(/%2f/gi, '/') }))),
      fc.boolean(),
      async ({ key, text }, inHost) => {
        expect(await send('PUT', signedPath(key), text, inHost, 'content')).toMatchObject({ status: 200 });
        expect(await keysIn(world)).toEqual([key]);
        expect(await send('GET', signedPath(key), signedPath(key), !inHost)).toMatchObject({
          status: 200,
          text: 'content',
        });
        expect(await send('DELETE', signedPath(key), text, inHost)).toMatchObject({ status: 204 });
        expect(await keysIn(world)).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  '.',
  '..',
  '/',
  '//',
  '/a',
  'a/',
  'a//b',
  '../a',
  'a/../b',
  './a',
  'a+b',
  'a b',
  'a%2Fb',
  '%',
  '?',
  '#',
  'a\\b',
  '~',
  "!'()*",
  'é',
  '🔑',
  '_localstack/health',
])('the key %j is itself, and nothing else is', async (key) => {
  const world = newWorld();
  const send = await newSender(world);
  await send('PUT', signedPath(key), signedPath(key), false, 'content');
  expect(await keysIn(world)).toEqual([key]);
  expect((await send('GET', signedPath(key), signedPath(key), true)).text).toBe('content');
});

test('a path is signed as it is: one that another path would be folded to is refused', async () => {
  const world = newWorld();
  const send = await newSender(world);
  for (const [signed, written] of [
    ['b', 'a/../b'],
    ['a/b', 'a//b'],
    ['a/b', 'a%252Fb'],
    ['a%20b', 'a+b'],
    ['b', './b'],
  ] as const) {
    const answer = await send('PUT', signed, written, false, 'content');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>SignatureDoesNotMatch</Code>');
  }
  expect(await keysIn(world)).toEqual([]);
});

test('an escaped slash stays one in the signature, and is a slash in the key', async () => {
  const world = newWorld();
  const send = await newSender(world);
  expect(await send('PUT', 'a%2Fb', 'a%2fb', true, 'content')).toMatchObject({ status: 200 });
  expect(await keysIn(world)).toEqual(['a/b']);
  expect(await send('PUT', 'a%2Fb', 'a/b', true, 'content')).toMatchObject({ status: 403 });
});
