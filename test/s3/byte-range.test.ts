import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { parseCopyRange, parseRange } from '../../src/s3/request/byte-range.ts';

function outcome(work: () => { start: number; end: number } | undefined): string {
  try {
    const range = work();
    return range ? `${range.start}-${range.end}` : 'whole';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

// S3 API Reference, GetObject, Range; what is no range of bytes is ignored.
test.for([
  ['bytes=0-0', 10, '0-1'],
  ['bytes=2-4', 10, '2-5'],
  ['bytes=2-', 10, '2-10'],
  ['bytes=-3', 10, '7-10'],
  ['bytes=-30', 10, '0-10'],
  ['bytes=8-30', 10, '8-10'],
  ['bytes=10-', 10, 'InvalidRange'],
  ['bytes=10-20', 10, 'InvalidRange'],
  ['bytes=-0', 10, 'InvalidRange'],
  ['bytes=0-0', 0, 'InvalidRange'],
  ['bytes=-1', 0, 'InvalidRange'],
  ['bytes=1-0', 10, 'whole'],
  ['bytes=0--1', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=0-1,3-4', 10, 'whole'],
  ['lines=0-1', 10, 'whole'],
  ['nonsense', 10, 'whole'],
] as const)('%s of %i bytes: %s', ([header, size, expected]) => {
  expect(outcome(() => parseRange(header, size))).toBe(expected);
});

// S3 API Reference, UploadPartCopy, x-amz-copy-source-range.
test.for([
  ['bytes=0-9', '0-10'],
  ['bytes=3-3', '3-4'],
  ['bytes=0-10', 'InvalidArgument'],
  ['bytes=10-11', 'InvalidRequest'],
  ['bytes=-3', 'InvalidArgument'],
  ['bytes=3-', 'InvalidArgument'],
  ['bytes=1-0', 'InvalidArgument'],
  ['bytes=0-1,3-4', 'InvalidArgument'],
] as const)('a copy of %s of 10 bytes: %s', ([header, expected]) => {
  expect(outcome(() => parseCopyRange(header, 10))).toBe(expected);
});
