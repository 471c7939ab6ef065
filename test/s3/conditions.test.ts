import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import {
  failedReadCondition,
  requireWriteConditionForms,
  requireWriteConditions,
  type WriteConditions,
} from '../../src/s3/request/conditions.ts';

const now = new Date('2026-05-04T12:00:00Z');
const object = { etag: 'abc', lastModifiedMs: Date.parse('2026-05-04T09:00:00.500Z') };
const same = new Date('2026-05-04T09:00:00Z');
const before = new Date('2026-05-04T08:59:59Z');
const after = new Date('2026-05-04T09:00:01Z');
const future = new Date('2026-05-05T00:00:00Z');

// Amazon S3 User Guide, "How to perform conditional reads"; RFC 9110, section 13.2.2.
test.for([
  [{ IfMatch: '"abc"' }, undefined],
  [{ IfMatch: 'abc' }, undefined],
  [{ IfMatch: '*' }, undefined],
  [{ IfMatch: '"x", "abc"' }, undefined],
  [{ IfMatch: '"x"' }, 'IfMatch'],
  [{ IfMatch: '"abc"', IfUnmodifiedSince: before }, undefined],
  [{ IfUnmodifiedSince: same }, undefined],
  [{ IfUnmodifiedSince: before }, 'IfUnmodifiedSince'],
  [{ IfNoneMatch: '"x"' }, undefined],
  [{ IfNoneMatch: '"abc"' }, 'IfNoneMatch'],
  [{ IfNoneMatch: '*' }, 'IfNoneMatch'],
  [{ IfNoneMatch: '"x"', IfModifiedSince: after }, undefined],
  [{ IfNoneMatch: '"abc"', IfModifiedSince: before }, 'IfNoneMatch'],
  [{ IfModifiedSince: before }, undefined],
  [{ IfModifiedSince: same }, 'IfModifiedSince'],
  [{ IfModifiedSince: after }, 'IfModifiedSince'],
  [{ IfModifiedSince: future }, undefined],
] as const)('a read on %j fails at %s', ([conditions, expected]) => {
  expect(failedReadCondition(conditions, object, now)).toBe(expected);
});

// Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
const notImplemented = 'NotImplemented: A header you provided implies functionality that is not implemented';
const precondition = 'PreconditionFailed: At least one of the pre-conditions you specified did not hold';
test.for([
  [{}, object, 'ok'],
  [{ IfNoneMatch: '*' }, object, precondition],
  [{ IfNoneMatch: '*' }, undefined, 'ok'],
  [{ IfNoneMatch: '"abc"' }, undefined, notImplemented],
  [{ IfMatch: '*' }, object, notImplemented],
  [{ IfMatch: '"abc"', IfNoneMatch: '*' }, object, notImplemented],
  [{ IfMatch: '"abc"' }, object, 'ok'],
  [{ IfMatch: '"x"' }, object, precondition],
  [{ IfMatch: '"abc"' }, undefined, 'NoSuchKey: The specified key does not exist.'],
] as const)('a write on %j over %j: %s', ([conditions, current, expected]) => {
  expect(writeOutcome(conditions, current)).toBe(expected);
});

function writeOutcome(conditions: WriteConditions, current: typeof object | undefined): string {
  try {
    requireWriteConditionForms(conditions);
    requireWriteConditions(conditions, current, 'k');
    return 'ok';
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
