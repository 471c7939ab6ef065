/** Answers that S3 begins before it is done, with white space after the declaration. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { inTime } from '../../src/wire/long-answer.ts';
import { type Endpoint, newCredentials, type Received, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, type SigningCredentials } from '../support/signed-request.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'here' });
  await world.call('s3', 'PutObject', { Bucket: 'here', Key: 'source', Body: Buffer.from('abc') });
  // The first wait is over before anything is done.
  let isFirst = true;
  const pause = (): Promise<void> => {
    if (!isFirst) return new Promise((resolve) => void setImmediate(resolve));
    isFirst = false;
    return Promise.resolve();
  };
  endpoint = await startEndpoint(world, { environment: { ...world.environment, pause } });
});
afterEach(() => endpoint.server.close(0));

function copy(source: string): Promise<Received> {
  const headers = { 'x-amz-copy-source': source };
  const at = world.environment.now();
  return endpoint.send(headerSigned({ method: 'PUT', target: '/here/copy', headers, credentials, at }));
}

test('white space stands between the declaration and the root, and the headers are those of the call', async () => {
  const { status, headers, text } = await copy('/here/source');
  expect(status).toBe(200);
  expect(text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n *<CopyObjectResult /);
  expect(headers).toMatchObject({ 'content-type': 'application/xml', server: 'AmazonS3' });
  expect(headers['x-amz-id-2']).toBeDefined();
  expect(headers['x-amz-request-id']).toBe(endpoint.exchanges[0]?.requestId);
});

test('a refusal that comes late stands in an answer with status 200', async () => {
  const { status, headers, text } = await copy('/here/nothing');
  expect(status).toBe(200);
  expect(text).toMatch(/^<\?xml [^>]*>\n *<Error><Code>NoSuchKey<\/Code>/);
  expect(text).toContain(`<RequestId>${headers['x-amz-request-id']}</RequestId>`);
  expect(endpoint.exchanges).toMatchObject([{ status: 200, code: 'NoSuchKey' }]);
});

const asked = { service: 's3', operation: 'CompleteMultipartUpload', headers: () => new Map() } as const;

test('nobody waits any longer for an answer that is there, or has failed', async () => {
  let waiting = 0;
  const pause = (_: number, signal?: AbortSignal) => {
    waiting += 1;
    return new Promise<void>((_resolve, reject) =>
      signal?.addEventListener('abort', () => {
        waiting -= 1;
        reject(signal.reason);
      }),
    );
  };
  const options = { ...asked, environment: { pause }, signal: new AbortController().signal };
  const answer = { status: 200, headers: new Map(), body: Buffer.from(`${DECLARATION}<a/>`) };
  expect(await inTime(options, Promise.resolve(answer))).toBe(answer);
  expect(waiting).toBe(0);
  await expect(inTime(options, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(waiting).toBe(0);
});
