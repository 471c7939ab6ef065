/**
 * Who sends a request. All that authenticates one is looked at here, whatever the form of its body and wherever its
 * signature is, and before anything of the body.
 */

import { AwsError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { HttpOrigin } from '../api/origin.ts';
import { serviceFacts } from '../api/service-facts.ts';
import type { RootKey } from '../crypto/root-key.ts';
import { callerOf, credentialOf, isAccessKeyId, refusal, unknownKey } from '../iam/credentials.ts';
import { noteKeyUse } from '../iam/last-used.ts';
import type { Caller } from '../policy/caller.ts';
import type { Tx } from '../store/tables.ts';
import { claimWords } from './claim-words.ts';
import { type HeaderFields, type HttpRequest, headerValue } from './message.ts';
import { originOf } from './origin.ts';
import { type PayloadForm, payloadForm, UNSIGNED } from './payload-form.ts';
import { queryValue, type RequestTarget } from './request-target.ts';
import * as s3 from './s3-credential-refusals.ts';
import { canonicalRequest, UNSIGNED_PAYLOAD } from './signature/canonical-request.ts';
import type { ChunkKey } from './signature/chunk-signatures.ts';
import { type CredentialScope, isSameSignature, type SigningKey, signatureOf, stringToSign } from './signature/v4.ts';
import { signingKeyOf } from './signing-keys.ts';
import {
  credentialIn,
  hasV4Query,
  headerClaim,
  hoistedHeaders,
  isV4Header,
  queryClaim,
  scopeOfCredential,
  type V4Claim,
} from './v4-claim.ts';
import { wrongSignature } from './wrong-signature.ts';

/** What decides about credentials, as the server was told. */
export interface CredentialRules {
  readonly rootKey: RootKey;
  /** The machine's clock, in milliseconds: a client knows no other. */
  readonly now: () => number;
  /** Whether a connection without TLS counts as one to AWS's endpoint, which has it. */
  readonly secureTransport: 'assumed' | 'actual';
  /** Credentials that are not in the store, looked at before those that are. */
  readonly temporary?: ((accessKeyId: string, tx: Tx, now: Date) => RunCredential | undefined) | undefined;
  /** Set where any credentials do. */
  readonly anyCredentials?: AnyCredentials | undefined;
}

/** Credentials that a server has made for itself. */
export interface RunCredential {
  readonly secret: string;
  readonly sessionToken?: string | undefined;
  readonly caller: Caller;
}

/** Whom credentials stand for that the store never knew. */
export interface AnyCredentials {
  /** @throws AwsError if the principal that they stand for does not exist */
  readonly caller: (accessKeyId: string, tx: Tx, now: Date) => Caller;
  /** Whether a `Host` header names this server, and not a page of somebody who had a name resolve to this machine. */
  readonly isOwnHost: (host: string) => boolean;
}

/** What a request says of who sends it, and what is true of that. */
export interface Authentication {
  readonly kind: 'anonymous' | 'v4' | 'v2';
  /** Where the signature is: `form` in the fields of a form. */
  readonly place: HttpOrigin['auth'];
  readonly accessKeyId: string | undefined;
  /** What the signature is good for; only version 4 says so. */
  readonly scope: CredentialScope | undefined;
  readonly payload: PayloadForm;
  /** The headers of the request, and what a presigned URL says in their stead. */
  readonly headers: HeaderFields;
  readonly origin: HttpOrigin;
  /**
   * Verifies the signature and finds the caller, once: when it is asked again it answers the same.
   * @param now the store's clock
   * @param bodyHash the SHA-256 of the body in hex, for a payload of the kind `body`
   * @throws AwsError in the words of the service
   */
  caller(tx: Tx, now: Date, bodyHash?: string): Caller;
  /**
   * What signed chunks are verified with, after `caller`. `unverified`: any credentials do, so that nobody knows the
   * secret. Undefined if chunks have no signatures.
   */
  chunkKey(): ChunkKey | 'unverified' | undefined;
}

/** The scope of a request's signature, of which nothing is checked: it says which service is meant. */
export function scopeOf(request: {
  readonly headers: HeaderFields;
  readonly target: RequestTarget;
}): CredentialScope | undefined {
  const credential = credentialIn(request);
  return credential === undefined ? undefined : scopeOfCredential(credential);
}

/**
 * Reads what a request says of who sends it.
 * @throws AwsError in the words of the service, for what needs no secret to be refused
 */
export function readAuthentication(request: HttpRequest, service: ServiceName, rules: CredentialRules): Authentication {
  const { headers, target } = request;
  const words = claimWords(service, 'header');
  if (headers.get('host')?.length !== 1) throw words.ambiguousHost('the request must have exactly one Host header');
  requireOwnClient(request, service, rules);
  const authorizations = headers.get('authorization') ?? [];
  const inQuery = hasV4Query(target.query);
  if (authorizations.length > 1) throw words.severalMechanisms('the request has several Authorization headers');
  if (authorizations.length > 0 && inQuery) {
    throw words.severalMechanisms('the request has a signature in the query and an Authorization header');
  }
  const [authorization] = authorizations;
  const now = rules.now();
  if (inQuery) return v4Authentication(queryClaim(request, service, now), { request, service, rules, now });
  if (authorization === undefined) return anonymous(request, service, rules);
  if (!isS3(service) || isV4Header(authorization)) {
    const claim = headerClaim(authorization, request, service, now);
    return v4Authentication(claim, { request, service, rules, now });
  }
  throw s3.unsupportedScheme();
}

const isS3 = (service: ServiceName): boolean => serviceFacts[service].host === 's3';

/**
 * Where any credentials do, any web page that is open on this machine could make calls with some of its own invention:
 * with a form to an address, or to a name of its own that it lets resolve to this machine.
 */
function requireOwnClient({ headers }: HttpRequest, service: ServiceName, { anyCredentials }: CredentialRules): void {
  if (!anyCredentials) return;
  const host = headerValue(headers, 'host') ?? '';
  const why = headers.has('origin')
    ? 'it comes from a web page (it has an Origin header)'
    : anyCredentials.isOwnHost(host)
      ? undefined
      : 'its Host header is not an address, localhost or a name of --host-name';
  if (why === undefined) return;
  throw new AwsError(
    serviceFacts[service].deniedCode,
    `Access Denied: any credentials are accepted here, and the request is refused because ${why}`,
  );
}

/** A request, and what it is looked at with. */
interface Asked {
  readonly request: HttpRequest;
  readonly service: ServiceName;
  readonly rules: CredentialRules;
  /** The machine's clock, in milliseconds. */
  readonly now: number;
}

function anonymous(request: HttpRequest, service: ServiceName, { secureTransport }: CredentialRules): Authentication {
  const stated = isS3(service) ? headerValue(request.headers, 'x-amz-content-sha256') : undefined;
  const payload = stated === undefined ? UNSIGNED : payloadForm(stated);
  if (payload.kind === 'chunked' && payload.isSigned) {
    throw s3.unsupportedMechanism('the chunks of the body are signed, but the request is not');
  }
  return {
    kind: 'anonymous',
    place: 'none',
    accessKeyId: undefined,
    scope: undefined,
    payload,
    headers: request.headers,
    origin: originOf(request, { auth: 'none' }, secureTransport),
    caller: () => ({ kind: 'anonymous' }),
    chunkKey: () => undefined,
  };
}

function v4Authentication(claim: V4Claim, { request, service, rules, now }: Asked): Authentication {
  const { place, accessKeyId, scope } = claim;
  const stated = isS3(service) ? statedPayload(claim, request) : undefined;
  const payload = stated === undefined ? BODY : payloadForm(stated);
  const isChunkSigned = payload.kind === 'chunked' && payload.isSigned;
  let chunkKey: ChunkKey | 'unverified' | undefined;
  const caller = oneCaller({ accessKeyId, sessionToken: claim.sessionToken, scope }, service, rules, {
    verify(secret, bodyHash) {
      const payloadHash = stated ?? bodyHash;
      if (payloadHash === undefined) throw new Error('the hash of the body must be known before the caller is');
      const key = verifiedKey(claim, request, service, payloadHash, { rootKey: rules.rootKey, secret });
      if (isChunkSigned) chunkKey = { key, scope, time: claim.time, seed: claim.signature };
    },
    unverified() {
      if (isChunkSigned) chunkKey = 'unverified';
    },
  });
  return {
    kind: 'v4',
    place,
    accessKeyId,
    scope,
    payload,
    headers: place === 'query' && isS3(service) ? hoistedHeaders(request) : request.headers,
    origin: originOf(
      request,
      {
        auth: place,
        signatureVersion: 4,
        ...(place === 'query' && { signatureAgeMs: Math.max(0, now - claim.timeMs) }),
        ...(stated !== undefined && { contentSha256: stated }),
      },
      rules.secureTransport,
    ),
    caller,
    chunkKey: () => chunkKey,
  };
}

const BODY: PayloadForm = { kind: 'body' };

/** What S3 has signed for the body. @throws AwsError if a header has to say it and does not */
function statedPayload({ place }: V4Claim, { headers, target }: HttpRequest): string {
  const inHeader = headerValue(headers, 'x-amz-content-sha256');
  if (inHeader !== undefined) return inHeader;
  if (place === 'header') throw s3.noPayloadForm();
  return queryValue(target, 'X-Amz-Content-Sha256') ?? UNSIGNED_PAYLOAD;
}

/** The key that has signed the request. @throws AwsError if none of this secret has */
function verifiedKey(
  { accessKeyId, scope, signedHeaders, signature, time }: V4Claim,
  { method, target, headers }: HttpRequest,
  service: ServiceName,
  payloadHash: string,
  { rootKey, secret }: { readonly rootKey: RootKey; readonly secret: () => string },
): SigningKey {
  const canonical = canonicalRequest({
    method,
    target,
    headers,
    signedHeaders,
    payloadHash,
    service: scope.service,
  });
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

/** Who is claimed to have signed, and for what. */
interface Claimant {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  /** Where the use of a key counts. */
  readonly scope: Pick<CredentialScope, 'service' | 'region'>;
}

/** How a signature is verified. */
interface Verification {
  /** @throws AwsError if the signature is not made with this secret */
  verify(secret: () => string, bodyHash: string | undefined): void;
  /** Any credentials do, so nothing is verified. */
  unverified(): void;
}

/**
 * Finds the caller in the first transaction that asks. Later ones have the same answer: an upload must not fail in its
 * last transaction because by then the signature is old, the session is over or the key is deleted.
 */
function oneCaller(
  claimant: Claimant,
  service: ServiceName,
  rules: CredentialRules,
  verification: Verification,
): Authentication['caller'] {
  let answer: { readonly caller: Caller } | { readonly refusal: AwsError } | undefined;
  const settle = (tx: Tx, now: Date, bodyHash: string | undefined): NonNullable<typeof answer> => {
    try {
      return { caller: findCaller(claimant, service, rules, verification, { tx, now, bodyHash }) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { refusal: error };
    }
  };
  return (tx, now, bodyHash) => {
    answer ??= settle(tx, now, bodyHash);
    if ('refusal' in answer) throw answer.refusal;
    // Again in every transaction, since the one before may have been undone.
    noteUse(claimant, now, tx);
    return answer.caller;
  };
}

function findCaller(
  { accessKeyId, sessionToken }: Claimant,
  service: ServiceName,
  { rootKey, temporary, anyCredentials }: CredentialRules,
  { verify, unverified }: Verification,
  { tx, now, bodyHash }: { readonly tx: Tx; readonly now: Date; readonly bodyHash: string | undefined },
): Caller {
  const ofRun = temporary?.(accessKeyId, tx, now);
  if (ofRun) {
    verify(() => ofRun.secret, bodyHash);
    if (!isSameToken(ofRun.sessionToken, sessionToken)) throw refusal(service, 'wrongToken');
    return ofRun.caller;
  }
  const credential = credentialOf(accessKeyId, { tx, rootKey, service });
  if (!credential) {
    if (!anyCredentials) throw unknownKey(service, accessKeyId);
    unverified();
    return anyCredentials.caller(accessKeyId, tx, now);
  }
  verify(credential.secret, bodyHash);
  return callerOf(credential, sessionToken, { tx, now, service });
}

const isSameToken = (expected: string | undefined, given: string | undefined): boolean =>
  expected === undefined ? given === undefined : given !== undefined && isSameSignature(expected, given);

function noteUse({ accessKeyId, scope }: Claimant, now: Date, tx: Tx): void {
  const record = isAccessKeyId(accessKeyId) ? tx.accessKeys.get([accessKeyId]) : undefined;
  if (record?.kind === 'long-term') noteKeyUse(record, { ...scope, now }, tx);
}
