/** `kms ls KEY`: what is lost with a key. */

import { expect, test } from 'vitest';
import { summary } from '../../src/cli/key-losses.ts';
import { samplePlace } from '../support/place.ts';

test('a key is shown with the buckets whose objects are lost with it', async () => {
  const { ok } = await samplePlace();
  const { out } = await ok(['kms', 'ls', 'alias/app']);
  expect(JSON.parse(out)).toEqual({
    Key: expect.objectContaining({ Aliases: ['alias/app'], KeyState: 'Enabled', KeyManager: 'CUSTOMER' }),
    Buckets: [{ Name: 'reports', Account: '111122223333', Objects: 2, OlderVersions: 1, UnfinishedUploads: 0 }],
  });
});

test('--objects lists them', async () => {
  const { ok, terminal } = await samplePlace();
  const { out } = await ok(['kms', 'ls', 'alias/app', '--objects', '--query', 'Objects[].[Kind, Bucket, Key]']);
  expect(JSON.parse(out)).toEqual([
    ['object', 'reports', '2026/q1.csv'],
    ['object', 'reports', '2026/q2.csv'],
    ['older version', 'reports', '2026/q1.csv'],
  ]);
  const { text } = await terminal(['kms', 'ls', 'alias/app', '--objects'], { columns: 80, rows: 24 }).ended;
  const lines = text.split('\n');
  expect(lines).toContain('s3://reports/2026/q2.csv');
  expect(lines).toContain('unreadable without this key: 2 objects and 1 older version in reports');
});

test('whoever may not describe the key is refused', async () => {
  const { ssebox } = await samplePlace();
  const { code, err } = await ssebox(['kms', 'ls', 'alias/app', '--as', 'user/bob']);
  expect(code).toBe(254);
  expect(err).toContain('AccessDeniedException');
});

test('--objects needs a key', async () => {
  const { ssebox } = await samplePlace();
  expect(await ssebox(['kms', 'ls', '--objects'])).toEqual({
    code: 252,
    out: '',
    err: '--objects lists the objects under one key: name the key\n',
  });
});

test('what is about the list of all keys does not go with one key', async () => {
  const { ssebox } = await samplePlace();
  expect(await ssebox(['kms', 'ls', 'alias/app', '--no-aws-managed'])).toEqual({
    code: 252,
    out: '',
    err: '--aws-managed and --no-aws-managed are for the list of all keys: leave out the key\n',
  });
});

test('it can be explained', async () => {
  const { ok } = await samplePlace();
  const { out } = await ok(['explain', '--expect', 'allow', '--', 'kms', 'ls', 'alias/app']);
  expect(out).toContain('DescribeKey');
});

const row = (bucket: string, objects: number, olderVersions = 0, uploads = 0) => ({
  bucket,
  owner: undefined,
  objects,
  olderVersions,
  uploads,
});

test.for([
  [[row('a', 1)], '1 object in a'],
  [[row('a', 2), row('b', 0, 1)], '2 objects and 1 older version in a and b'],
  [
    [row('a', 2, 3, 1), row('b', 1), row('c', 0, 0, 1)],
    '3 objects, 3 older versions and 2 unfinished uploads in a, b and c',
  ],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => row(name, 1)), '7 objects in a, b, c, d, e and 2 more buckets'],
] as const)('in a sentence: %j', ([rows, text]) => {
  expect(summary(rows)).toBe(text);
});
