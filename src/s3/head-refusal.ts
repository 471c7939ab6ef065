/** Refusals of HEAD requests as a client sees them: there is no body, so that only the status is known. */

import type { AwsError } from '../api/errors.ts';

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

/** Whether the operation is a HEAD request. */
export const isHead = (operation: string): boolean => operation === 'HeadObject' || operation === 'HeadBucket';

/** Code and message that the AWS CLI shows: the status and its reason phrase. */
export function headRefusal({ httpStatus }: AwsError): { readonly code: string; readonly message: string } {
  return { code: String(httpStatus), message: reasons[httpStatus] ?? 'Unknown' };
}
