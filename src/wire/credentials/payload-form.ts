/** How the body of a request is protected: Amazon S3 API Reference, "Authenticating Requests", `x-amz-content-sha256`. */

import { invalidPayloadForm } from './s3-credential-refusals.ts';

export type PayloadForm =
  /** The whole body is signed, and nothing says so: the services besides S3, whose bodies are short. */
  | { readonly kind: 'body' }
  /** The SHA-256 of the body is signed, in hex in lower case; the body has yet to be compared with it. */
  | { readonly kind: 'hash'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  /** In chunks within the body (`aws-chunked`), each with a signature if `isSigned`. */
  | { readonly kind: 'chunked'; readonly isSigned: boolean; readonly hasTrailer: boolean };

export const UNSIGNED: PayloadForm = { kind: 'unsigned' };

const forms = new Map<string, PayloadForm>([
  ['UNSIGNED-PAYLOAD', UNSIGNED],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { kind: 'chunked', isSigned: false, hasTrailer: true }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { kind: 'chunked', isSigned: true, hasTrailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { kind: 'chunked', isSigned: true, hasTrailer: true }],
]);

/** @param text the value of `x-amz-content-sha256`. @throws AwsError InvalidArgument for anything else */
export function payloadForm(text: string): PayloadForm {
  const form = forms.get(text);
  if (form) return form;
  if (!/^[0-9a-f]{64}$/.test(text)) throw invalidPayloadForm(text);
  return { kind: 'hash', sha256: text };
}
