/** The range of bytes in a request: RFC 9110 section 14, as S3 implements it (S3 API Reference, GetObject). */

import { AwsError } from '../../api/errors.ts';
import { invalidArgument } from './invalid-argument.ts';

/** Half-open: from `start` up to but excluding `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range in a `Range` header; undefined for the whole object, which S3 also returns for a header that it does not
 * understand, or one with several ranges.
 * @throws AwsError InvalidRange if it contains no byte of the object.
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
  new AwsError(
    'InvalidRange',
    'The requested range is not satisfiable',
    {
      RangeRequested: header,
      ActualObjectSize: String(size),
    },
    size === 0 ? 'the object is empty' : `the object has ${size} bytes: a range begins at 0 to ${size - 1}`,
  );

const COPY_RANGE = 'x-amz-copy-source-range';

/**
 * The range in `x-amz-copy-source-range`, which has only one form: S3 API Reference, UploadPartCopy.
 * @throws AwsError InvalidArgument for another form or an end beyond the source, InvalidRequest for a start beyond it.
 */
export function parseCopyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [start, last] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || last < start) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      COPY_RANGE,
      header,
    );
  }
  if (start >= size) {
    throw new AwsError(
      'InvalidRequest',
      'The specified copy range is invalid for the source object size',
      {},
      `the source has ${size} bytes`,
    );
  }
  if (last >= size) {
    throw invalidArgument(`Range specified is not valid for source object of size: ${size}`, COPY_RANGE, header);
  }
  return { start, end: last + 1 };
}

/** The value of `Content-Range`. */
export const contentRange = ({ start, end }: ByteRange, size: number): string => `bytes ${start}-${end - 1}/${size}`;
