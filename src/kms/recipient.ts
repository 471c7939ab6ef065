/** Responses for Nitro enclaves. They need an attestation document signed by AWS, which cannot be verified here. */

import { AwsError } from '../api/errors.ts';

/** @throws ValidationException for a request whose response must be encrypted for an enclave. */
export function refuseRecipient({ Recipient }: { readonly Recipient?: object | undefined }): void {
  if (Recipient === undefined) return;
  throw new AwsError('ValidationException', 'The attestation document in Recipient cannot be verified.');
}
