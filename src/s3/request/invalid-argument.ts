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
