import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { headRefusal, isHead } from '../../src/s3/head-refusal.ts';

// S3 API Reference, HeadObject: errors have no body, so that the AWS CLI shows the status.
test.for([
  ['NoSuchKey', '404', 'Not Found'],
  ['AccessDenied', '403', 'Forbidden'],
  ['InvalidRequest', '400', 'Bad Request'],
  ['PreconditionFailed', '412', 'Precondition Failed'],
  ['MethodNotAllowed', '405', 'Method Not Allowed'],
  ['304', '304', 'Not Modified'],
] as const)('%s of a HEAD request is seen as %s %s', ([name, code, message]) => {
  expect(headRefusal(new AwsError(name, 'x'))).toEqual({ code, message });
});

test('two operations are HEAD requests', () => {
  expect(['HeadObject', 'HeadBucket', 'GetObject'].map(isHead)).toEqual([true, true, false]);
});
