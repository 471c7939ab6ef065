import { expect, test } from 'vitest';
import { isBucketName } from '../../src/s3/request/bucket-name.ts';

// Amazon S3 User Guide, "General purpose bucket naming rules".
test.for([
  ['abc', true],
  ['a'.repeat(63), true],
  ['my.bucket-1', true],
  ['1bucket', true],
  ['ab', false],
  ['a'.repeat(64), false],
  ['Photos', false],
  ['my_bucket', false],
  ['-photos', false],
  ['photos-', false],
  ['.photos', false],
  ['my..bucket', false],
  ['192.168.5.4', false],
  ['xn--bucket', false],
  ['sthree-bucket', false],
  ['amzn-s3-demo-bucket', false],
  ['photos-s3alias', false],
  ['photos--ol-s3', false],
  ['photos.mrap', false],
  ['photos--x-s3', false],
  ['photos--table-s3', false],
] as const)('%s may name a bucket: %s', ([name, expected]) => {
  expect(isBucketName(name)).toBe(expected);
});
