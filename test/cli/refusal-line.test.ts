import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { refusalLine } from '../../src/cli/refusal-line.ts';
import { newSample } from '../support/command-line.ts';

// S3 API Reference, HeadObject: errors have no body, so that the AWS CLI shows the status.
test.for([
  ['NoSuchKey', '(404)', 'Not Found'],
  ['AccessDenied', '(403)', 'Forbidden'],
  ['InvalidRequest', '(400)', 'Bad Request'],
  ['PreconditionFailed', '(412)', 'Precondition Failed'],
  ['MethodNotAllowed', '(405)', 'Method Not Allowed'],
  ['304', '(304)', 'Not Modified'],
] as const)('%s of a HEAD request is seen as %s %s', ([name, code, message]) => {
  for (const operation of ['HeadObject', 'HeadBucket']) {
    const line = `An error occurred ${code} when calling the ${operation} operation: ${message}`;
    expect(refusalLine(new AwsError(name, 'x'), operation)).toBe(line);
  }
});

test('other refusals are seen with their own code and words', () => {
  const error = new AwsError('NoSuchKey', 'The specified key does not exist.');
  expect(refusalLine(error, 'GetObject')).toBe(
    'An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.',
  );
  expect(refusalLine(error)).toBe('An error occurred (NoSuchKey): The specified key does not exist.');
});

test('head-object and head-bucket report the status, also in JSON', async () => {
  const line = await newSample();
  const head = ['s3api', 'head-object', '--bucket', 'photos', '--key', 'none'];
  expect(await line.ssebox(head)).toMatchObject({
    code: 254,
    err: 'An error occurred (404) when calling the HeadObject operation: Not Found\n',
  });
  expect(await line.ssebox([...head, '--as', 'user/bob'])).toMatchObject({
    code: 254,
    err: 'An error occurred (403) when calling the HeadObject operation: Forbidden\n',
  });
  const { err } = await line.ssebox(['s3api', 'head-bucket', '--bucket', 'nobody', '--error-format', 'json']);
  expect(JSON.parse(err)).toMatchObject({ Error: { Code: '404', Message: 'Not Found', Operation: 'HeadBucket' } });
});
