import { expect, test } from 'vitest';
import { containerOf, oneResource, withResource } from '../../src/policy/several-resources.ts';

const several = (first: string, ...others: readonly string[]) => others.reduce(withResource, oneResource(first));

test('a resource counts once', () => {
  expect(several('arn:aws:s3:::b/a', 'arn:aws:s3:::b/a')).toEqual(oneResource('arn:aws:s3:::b/a'));
});

test.for<[readonly [string, ...string[]], string]>([
  [['b/x/1', 'b/x/2'], 'b/x/'],
  [['b/x/1', 'b/y/1'], 'b/'],
  [['b/x/1', 'b/x/1.old'], 'b/x/1'],
  [['b/x/1.old', 'b/x/1'], 'b/x/'],
  [['b/x/1', 'b/x/2', 'b/3'], 'b/'],
  [['b/ä', 'b/ö'], 'b/'],
  [['b/😀', 'b/😁'], 'b/'],
])('%j begin with %s', ([names, common]) => {
  expect(several(...names).common).toBe(common);
});

test('ten are listed', () => {
  const names = Array.from({ length: 12 }, (_, i) => `b/${i}`);
  const [first = '', ...others] = names;
  expect(several(first, ...others.slice(0, 9))).toMatchObject({ listed: names.slice(0, 10), hasMore: false });
  expect(several(first, ...others)).toMatchObject({ listed: names.slice(0, 10), hasMore: true, common: 'b/' });
});

test('a bucket contains its objects, and anything else itself', () => {
  expect(containerOf('s3:GetObject', 'arn:aws:s3:::b/x/y')).toBe('arn:aws:s3:::b');
  expect(containerOf('s3:ListBucket', 'arn:aws:s3:::b')).toBe('arn:aws:s3:::b');
  expect(containerOf('kms:Decrypt', 'arn:aws:kms:us-east-1:111122223333:key/k')).toMatch(/:key\/k$/);
});
