/** Keys of customers that come in the clear: Amazon S3 User Guide, "Using server-side encryption with customer-provided keys". */

import type { AwsError } from '../../api/errors.ts';
import type { HttpOrigin } from '../../api/origin.ts';
import { invalidArgument } from '../../s3/request/invalid-argument.ts';
import type { HeaderFields } from '../http/message.ts';

/** The refusal of a request to S3 that shows a customer's key to whoever listens; undefined for all others. */
export function insecureKey(headers: HeaderFields, { isTls }: HttpOrigin): AwsError | undefined {
  if (isTls || !customerKeyHeaders.some((name) => headers.has(name))) return undefined;
  return invalidArgument(
    'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.',
    'x-amz-server-side-encryption',
    undefined,
    'the server has no TLS: start it with --tls, or with --secure-transport assumed',
  );
}

const customerKeyHeaders = ['', 'copy-source-'].flatMap((whose) =>
  ['algorithm', 'key', 'key-md5'].map((part) => `x-amz-${whose}server-side-encryption-customer-${part}`),
);
