/** What the AWS CLI says of a refused HeadObject: an answer to HEAD has no body, and so no words of its own. */

import type { AwsError } from '../../../api/errors.ts';

/** `missing`: what is said where there is no such object. */
export function headRefusal({ httpStatus, message }: AwsError, missing = 'Not Found'): Error {
  const words: Readonly<Record<number, string>> = {
    400: 'Bad Request',
    403: 'Forbidden',
    404: missing,
    405: 'Method Not Allowed',
    412: 'Precondition Failed',
  };
  const text = words[httpStatus] ?? message;
  return new Error(`An error occurred (${httpStatus}) when calling the HeadObject operation: ${text}`);
}
