import { expect, test } from 'vitest';
import {
  AbsenceError,
  AwsError,
  CallRefused,
  HiddenAbsence,
  StoreError,
  UsageError,
  WaitError,
} from '../../src/api/errors.ts';
import { failureOf } from '../../src/cli/exit-codes.ts';

const pipe = { width: 80, color: false, isTerminal: false };
const terminal = { width: 80, color: false, isTerminal: true };
const named = (name: string) => Object.assign(new Error('x'), { name });
const coded = (code: string) => Object.assign(new Error('x'), { code });
const denied = new AwsError('AccessDeniedException', 'User: u is not authorized');

// AWS CLI User Guide, "Command line return codes".
const codes: readonly (readonly [string, unknown, number, boolean])[] = [
  ['a bad command line', new UsageError('bad'), 252, true],
  ['a locked store', new StoreError('locked'), 253, true],
  ['a full disk', coded('ENOSPC'), 253, true],
  ['a refusal', denied, 254, true],
  ['a wait in vain', new WaitError('UserExists', 'Max attempts exceeded'), 255, true],
  ['a check that lacks something', new AbsenceError('No public keys found'), 255, true],
  ['a defect', new TypeError('x is not a function'), 255, true],
  ['a thrown text', 'oops', 255, true],
  ['Ctrl-C at a prompt', named('ExitPromptError'), 130, false],
  ['an aborted call', named('AbortError'), 130, false],
  ['a reader that went away', coded('EPIPE'), 0, false],
];

test.for(codes)('%s', ([, error, code, speaks]) => {
  const failure = failureOf(error, { screen: pipe });
  expect(failure.code).toBe(code);
  expect(failure.text.painted !== '').toBe(speaks);
});

test('a refusal is one line in the AWS CLI’s form, with a hint on a terminal only', () => {
  const call = { service: 'kms', operation: 'Decrypt' };
  const line =
    'An error occurred (AccessDeniedException) when calling the Decrypt operation: User: u is not authorized\n';
  expect(failureOf(denied, { screen: pipe, call }).text.painted).toBe(line);
  expect(failureOf(denied, { screen: terminal, call }).text.painted).toBe(`${line}hint: ssebox explain last --fix\n`);
});

test.for<[string, AwsError, readonly string[] | undefined, string]>([
  ['a denial', new AwsError('AccessDenied', 'm'), undefined, 'ssebox explain last --fix'],
  ['a refusal with a reason', new AwsError('NoSuchKey', 'm', {}, 'because'), undefined, 'because'],
  [
    'a trail whose bucket denies CloudTrail',
    new AwsError('InsufficientS3BucketPolicyException', 'm', {}, 'because'),
    undefined,
    'because: ssebox explain last --fix',
  ],
  [
    'a trail whose key denies CloudTrail',
    new AwsError('InsufficientEncryptionPolicyException', 'm', {}, 'because'),
    ['--store', '/tmp/s'],
    'because: ssebox explain last --fix --store /tmp/s',
  ],
  ['a denial that hides an absence', new HiddenAbsence('AccessDenied', 'm'), undefined, 'ssebox explain last'],
  [
    'a denial in a store that the command names',
    denied,
    ['--store', '/tmp/my store'],
    "ssebox explain last --fix --store '/tmp/my store'",
  ],
])('the hint after %s', ([, error, sameStore, hint]) => {
  const call = { service: 's3', operation: 'GetObject', requestId: 'r' };
  for (const each of [error, new CallRefused(error, call)]) {
    expect(failureOf(each, { screen: terminal, call, sameStore }).text.painted).toMatch(
      new RegExp(`\\nhint: ${hint}\\n$`),
    );
  }
});

test('there is no hint after a refusal of which explain would say no more', () => {
  const refusal = new AwsError('NoSuchKey', 'm');
  const call = { service: 's3', operation: 'GetObject', requestId: 'r' };
  const line = 'An error occurred (NoSuchKey) when calling the GetObject operation: m\n';
  expect(failureOf(new CallRefused(refusal, call), { screen: terminal, call }).text.painted).toBe(line);
});

test('as JSON it is one line with the members that scripts read', () => {
  const call = { service: 'kms', operation: 'Decrypt', requestId: 'r' };
  const { text } = failureOf(denied, { screen: terminal, call, format: 'json' });
  expect(text.painted).toBe(
    '{"Error":{"Code":"AccessDeniedException","Message":"User: u is not authorized","Operation":"Decrypt","Service":"kms","HttpStatusCode":400,"RequestId":"r"}}\n',
  );
  expect(JSON.parse(failureOf(new UsageError('bad'), { screen: pipe, format: 'json' }).text.painted)).toEqual({
    Error: { Code: 'UsageError', Message: 'bad' },
  });
});

test('the status of a code that services share is that of the service that was called', () => {
  const expired = new AwsError('ExpiredToken', 'The security token included in the request is expired');
  const statusOf = (call: { service: string; operation: string } | undefined) =>
    JSON.parse(failureOf(expired, { screen: pipe, call, format: 'json' }).text.painted).Error.HttpStatusCode;
  expect(statusOf({ service: 's3', operation: 'ListBuckets' })).toBe(400);
  expect(statusOf({ service: 'sts', operation: 'GetCallerIdentity' })).toBe(403);
  expect(statusOf(undefined)).toBe(403);
});

test('the location of a bug is shown only with --debug', () => {
  const defect = new TypeError('x is not a function');
  expect(failureOf(defect, { screen: pipe }).text.painted).toBe('this is a bug in ssebox: x is not a function\n');
  expect(failureOf(defect, { screen: pipe, debug: true }).text.painted).toContain('exit-codes.test.ts');
});

test('the hint of a bad command line is shown to a person', () => {
  const error = new UsageError('bad', 'ssebox --help');
  expect(failureOf(error, { screen: terminal }).text.painted).toBe('bad\nhint: ssebox --help\n');
  expect(failureOf(error, { screen: pipe }).text.painted).toBe('bad\n');
});

test('what a check lacks is told in one line, with a hint on a terminal', () => {
  const error = new AbsenceError('A trail could not be found for x', 'ssebox cloudtrail describe-trails');
  expect(failureOf(error, { screen: pipe }).text.painted).toBe('A trail could not be found for x\n');
  expect(failureOf(error, { screen: terminal }).text.painted).toBe(
    'A trail could not be found for x\nhint: ssebox cloudtrail describe-trails\n',
  );
  expect(JSON.parse(failureOf(error, { screen: pipe, format: 'json' }).text.painted)).toEqual({
    Error: { Code: 'AbsenceError', Message: 'A trail could not be found for x' },
  });
});
