/** The refusal of a signature that is not the one that the secret makes. */

import type { AwsError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { serviceFacts } from '../../api/service-facts.ts';
import { refusal } from '../../iam/credentials.ts';

/** What was signed, for people who look for the difference. */
export interface SignedText {
  readonly accessKeyId: string;
  /** As it came. */
  readonly signature: string;
  /** A byte a character. */
  readonly stringToSign: string;
  /** The same; absent for Signature Version 2, which does not have it. */
  readonly canonicalRequest?: string | undefined;
}

/** S3 shows what it has computed: Amazon S3 API Reference, "REST error responses". Secrets among it are left out. */
export function wrongSignature(
  service: ServiceName,
  { accessKeyId, signature, stringToSign, canonicalRequest }: SignedText,
): AwsError {
  if (serviceFacts[service].host !== 's3') return refusal(service, 'wrongSignature');
  const text = withoutSecrets(stringToSign);
  const canonical = canonicalRequest === undefined ? undefined : withoutSecrets(canonicalRequest);
  return refusal(service, 'wrongSignature', {
    AWSAccessKeyId: accessKeyId,
    StringToSign: text,
    SignatureProvided: signature,
    StringToSignBytes: bytesOf(text),
    ...(canonical !== undefined && { CanonicalRequest: canonical, CanonicalRequestBytes: bytesOf(canonical) }),
  });
}

/** Session tokens, the keys of SSE-C, and credentials of another kind that somebody has signed, in headers and in the query. */
const withoutSecrets = (text: string): string =>
  text
    .replace(/^([a-z-]*(?:security-token|customer-key|authorization|cookie)):.*$/gm, '$1:***')
    .replace(/((?:security-token|customer-key)=)[^&\n]*/gi, '$1***');

const bytesOf = (text: string): string =>
  Buffer.from(text, 'latin1')
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
