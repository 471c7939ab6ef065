/** What services with targets answer a request for an operation that AWS does not have. */

import { AwsError } from '../../api/errors.ts';

/** AWS KMS API Reference, "Common errors", UnknownOperationException. */
export const unknownOperation = (): AwsError =>
  new AwsError(
    'UnknownOperationException',
    'The action or operation requested is invalid. Verify that the action is typed correctly.',
  );
