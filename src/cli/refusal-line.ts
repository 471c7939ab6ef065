/** A service's refusal in the words of the AWS CLI. */

import { type AwsError, CallRefused, statusOf } from '../api/errors.ts';

/**
 * `An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.`, with
 * `(reached max retries: 2)` after the operation where it may not be made again: botocore, exceptions.py, `ClientError`.
 */
export function refusalLine(error: AwsError, operation: string | undefined = operationOf(error)): string {
  const { code, message } = shownRefusal(error, operation);
  const retries = error instanceof CallRefused ? error.call.retries : undefined;
  const reached = retries === undefined ? '' : ` (reached max retries: ${retries})`;
  return `An error occurred (${code})${operation ? ` when calling the ${operation} operation${reached}` : ''}: ${message}`;
}

const operationOf = (error: AwsError): string | undefined =>
  error instanceof CallRefused ? error.call.operation : undefined;

/**
 * Code and message as a client sees them. The response to a HEAD request has no body, so only its status is known: S3
 * API Reference, HeadObject and HeadBucket.
 */
export function shownRefusal(
  refusal: AwsError,
  operation: string | undefined,
): { readonly code: string; readonly message: string } {
  const { code, message } = refusal;
  if (operation !== 'HeadObject' && operation !== 'HeadBucket') return { code, message };
  const httpStatus = statusOf(refusal, 's3');
  return { code: String(httpStatus), message: reasons[httpStatus] ?? 'Unknown' };
}

/** The reason phrases of HTTP: RFC 9110, section 15. */
const reasons: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  304: 'Not Modified',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  412: 'Precondition Failed',
  416: 'Requested Range Not Satisfiable',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};
