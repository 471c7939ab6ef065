import { expect, test } from 'vitest';
import type { Input, OperationName, Output, ServiceName } from '../../src/api/model/operations.ts';
import type { Aws } from '../../src/cli/aws.ts';
import { pages } from '../../src/cli/pages.ts';

/** Calls that are answered with these pages, and what they asked for. */
function answering(...answers: readonly object[]) {
  const asked: unknown[] = [];
  const left = [...answers];
  const call: Aws['call'] = async <S extends ServiceName, N extends OperationName<S>>(
    _service: S,
    _name: N,
    input: Input<S, N>,
  ) => {
    asked.push(input);
    return left.shift() as Output<S, N>;
  };
  return { call, asked };
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of from) found.push(item);
  return found;
}

test('a list is requested page by page, with the rest of the input kept', async () => {
  const answers = [
    { Keys: [{ KeyId: 'a' }], Truncated: true, NextMarker: 'm' },
    { Keys: [], Truncated: false },
  ];
  const { call, asked } = answering(...answers);
  expect(await all(pages({ call }, 'kms', 'ListKeys', { Limit: 2 }))).toEqual(answers);
  expect(asked).toEqual([{ Limit: 2 }, { Limit: 2, Marker: 'm' }]);
});

test('a marker of a page that is the last one is not followed', async () => {
  const { call, asked } = answering({ Keys: [], Truncated: false, NextMarker: 'm' });
  expect(await all(pages({ call }, 'kms', 'ListKeys', {}))).toHaveLength(1);
  expect(asked).toEqual([{}]);
});

test('each of several markers goes to the member that takes it, and one that has ended is not sent again', async () => {
  const { call, asked } = answering(
    { IsTruncated: true, NextKeyMarker: 'k', NextVersionIdMarker: 'v' },
    { IsTruncated: true, NextKeyMarker: 'l' },
    { IsTruncated: false },
  );
  await all(pages({ call }, 's3', 'ListObjectVersions', { Bucket: 'b' }));
  expect(asked).toEqual([
    { Bucket: 'b' },
    { Bucket: 'b', KeyMarker: 'k', VersionIdMarker: 'v' },
    { Bucket: 'b', KeyMarker: 'l' },
  ]);
});

test('an operation without pages is a bug in the program', async () => {
  const { call } = answering({});
  await expect(all(pages({ call }, 'kms', 'DescribeKey', { KeyId: 'a' }))).rejects.toThrow('has no pages');
});
