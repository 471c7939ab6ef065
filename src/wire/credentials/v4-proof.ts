/** The proof of a claim with a signature of version 4: that it was made with the secret of the access key. */

import type { ServiceName } from '../../api/model/operations.ts';
import type { RootKey } from '../../crypto/root-key.ts';
import type { HttpRequest } from '../http/message.ts';
import { canonicalRequest } from '../signature/canonical-request.ts';
import { isSameSignature, type SigningKey, signatureOf, stringToSign } from '../signature/v4.ts';
import { signingKeyOf } from './signing-keys.ts';
import type { V4Claim } from './v4-claim.ts';
import { wrongSignature } from './wrong-signature.ts';

/** What a proof takes. */
export interface ProofOf {
  readonly rootKey: RootKey;
  /** The secret access key, which is only asked for if none of its signing keys is at hand. */
  readonly secret: () => string;
}

/**
 * The key that has signed the request.
 * @param payloadHash the SHA-256 of the body in hex, or what was signed in its place
 * @throws AwsError if none of this secret has
 */
export function provenKey(
  { accessKeyId, scope, signedHeaders, signature, time }: V4Claim,
  { method, target, headers }: HttpRequest,
  service: ServiceName,
  payloadHash: string,
  { rootKey, secret }: ProofOf,
): SigningKey {
  const canonical = canonicalRequest({ method, target, headers, signedHeaders, payloadHash, service: scope.service });
  const text = stringToSign(time, scope, canonical);
  const found = signingKeyOf(rootKey, accessKeyId, scope, secret);
  const isRight = isSameSignature(signatureOf(found.key, text), signature);
  // One that is signed as absent must have been there when it was signed.
  if (!isRight || !signedHeaders.every((name) => headers.has(name))) {
    throw wrongSignature(service, { accessKeyId, signature, stringToSign: text, canonicalRequest: canonical });
  }
  found.keep();
  return found.key;
}
