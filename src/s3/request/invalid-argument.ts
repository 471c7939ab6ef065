/** The error for a header or query parameter: S3 API Reference, "Error responses", InvalidArgument. */

import { AwsError } from '../../api/errors.ts';

/** What S3 shows in `ArgumentValue` for an argument that the request does not have. */
export const ABSENT = 'null';

/** `name` and `value` as S3 prints them in `ArgumentName` and `ArgumentValue`. */
export const invalidArgument = (message: string, name: string, value?: string | undefined, reason?: string) =>
  new AwsError(
    'InvalidArgument',
    message,
    { ArgumentName: name, ...(value !== undefined && { ArgumentValue: value }) },
    reason,
  );

/** @param name of a parameter for the size of a page or its beginning. @throws AwsError InvalidArgument */
export function requireCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= MAX_COUNT)) return;
  throw invalidArgument(`Argument ${name} must be an integer between 0 and ${MAX_COUNT}`, name, String(value));
}

const MAX_COUNT = 2 ** 31 - 1;
