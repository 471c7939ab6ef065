/** Which bytes of an object a request wants: RFC 9110 section 14, as S3 reads it (S3 API Reference, GetObject). */

import { AwsError } from '../../api/errors.ts';

/** Half-open: from `start` up to `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range that a `Range` header asks of an object; undefined: the whole object, which S3 also gives for a header it
 * does not understand, or one of several ranges.
 * @throws AwsError InvalidRange when no byte of the object is in it.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Number(last);
    if (length === 0 || size === 0) throw invalidRange(header, size);
    return { start: Math.max(0, size - length), end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Number(last) + 1;
  if (end <= start && last !== '') return undefined;
  if (start >= size) throw invalidRange(header, size);
  return { start, end: Math.min(end, size) };
}

const invalidRange = (header: string, size: number) =>
  new AwsError('InvalidRange', 'The requested range is not satisfiable', {
    RangeRequested: header,
    ActualObjectSize: String(size),
  });

/**
 * The range of `x-amz-copy-source-range`, which has one form only: S3 API Reference, UploadPartCopy.
 * @throws AwsError InvalidArgument for another form or an end beyond the source, InvalidRequest for a start beyond it.
 */
export function parseCopyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [start, last] = [Number(match?.[1]), Number(match?.[2])];
  const detail = { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header };
  if (!match || last < start) {
    throw new AwsError(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      detail,
    );
  }
  if (start >= size) {
    throw new AwsError('InvalidRequest', 'The specified copy range is invalid for the source object size');
  }
  if (last >= size) {
    throw new AwsError('InvalidArgument', `Range specified is not valid for source object of size: ${size}`, detail);
  }
  return { start, end: last + 1 };
}

/** The value of `Content-Range`. */
export const contentRange = ({ start, end }: ByteRange, size: number): string => `bytes ${start}-${end - 1}/${size}`;
