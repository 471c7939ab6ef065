/** Completion where the command on the line calls an endpoint: its names, or none, and never an error. */

import { expect, test } from 'vitest';
import { type EndpointLine, newEndpointLine } from '../../support/endpoint-line.ts';

async function completed(
  { ok }: EndpointLine,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { out, err } = await ok(['completion', 'query', '--', ...words], { variables });
  expect(err).toBe('');
  return out
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => each.split('\t')[0] ?? '');
}

test('names are those of the endpoint that a variable or the option of the line names', async () => {
  const line = await newEndpointLine();
  await line.world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  await line.world.call('s3', 'PutObject', { Bucket: 'letters', Key: '2026/may.txt' });
  expect(await completed(line, ['iam', 'get-user', '--user-name', 's'])).toEqual(['sam']);
  const words = ['s3', 'rm', '--endpoint-url', line.url, 's3://letters/'];
  expect(await completed(line, words, { AWS_ENDPOINT_URL: '' })).toEqual(['s3://letters/2026/']);
  expect(line.home()).toEqual([]);
});

test.for<[why: string, variables: Record<string, string>]>([
  ['the credentials are refused', { AWS_SECRET_ACCESS_KEY: 'wrong' }],
  ['there are no credentials', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }],
  ['nothing listens', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }],
  ['the variable names no URL', { AWS_ENDPOINT_URL: 'nonsense' }],
])('there are no names, and no error, where %s', async ([, variables]) => {
  const line = await newEndpointLine();
  expect(await completed(line, ['s3api', 'list-objects-v2', '--bucket', ''], variables)).toEqual([]);
  expect(line.home()).toEqual([]);
});

test('the names for --as, and those for commands that need a store, are the store\u2019s', async () => {
  const line = await newEndpointLine();
  expect(await completed(line, ['iam', 'list-users', '--as', ''])).toEqual([]);
  expect(await completed(line, ['trail', 'data-events', 'enable', '--bucket', ''])).toEqual([]);
  expect(line.endpoint.exchanges).toEqual([]);
});
