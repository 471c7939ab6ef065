/**
 * Who sends a request. All that authenticates one is looked at here, whatever the form of its body and wherever its
 * signature is, and before anything of the body.
 */

import { AwsError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { HttpOrigin } from '../../api/origin.ts';
import { serviceFacts } from '../../api/service-facts.ts';
import type { Caller } from '../../policy/caller.ts';
import type { Tx } from '../../store/tables.ts';
import type { FormClaim } from '../forms/post-form.ts';
import { foreignBecause } from '../http/foreign-request.ts';
import { type HostNames, labelBefore } from '../http/host-names.ts';
import { type HeaderFields, type HttpRequest, headerValue } from '../http/message.ts';
import { decoded, queryValue, type RequestTarget } from '../http/request-target.ts';
import { UNSIGNED_PAYLOAD } from '../signature/canonical-request.ts';
import type { ChunkKey } from '../signature/chunk-signatures.ts';
import { signatureV2, stringToSignV2 } from '../signature/v2.ts';
import { type CredentialScope, isSameSignature, signatureOf } from '../signature/v4.ts';
import { claimWords } from './claim-words.ts';
import { type CredentialSources, claimedCaller, type FindCaller } from './claimed-caller.ts';
import { hoistedHeaders } from './hoisted-headers.ts';
import { originOf } from './origin.ts';
import { type PayloadForm, payloadForm, UNSIGNED } from './payload-form.ts';
import { regionOfBucket } from './region.ts';
import * as s3 from './s3-credential-refusals.ts';
import { signingKeyOf } from './signing-keys.ts';
import { hasV2Query, isV2Header, type V2Claim, v2HeaderClaim, v2QueryClaim } from './v2-claim.ts';
import {
  credentialIn,
  hasV4Query,
  headerClaim,
  isV4Header,
  queryClaim,
  scopeOfCredential,
  type V4Claim,
} from './v4-claim.ts';
import { provenKey } from './v4-proof.ts';
import { wrongSignature } from './wrong-signature.ts';

/** What decides about credentials, as the server was told. */
export interface CredentialRules extends CredentialSources {
  /** The machine's clock, in milliseconds: a client knows no other. */
  readonly now: () => number;
  /** Whether a connection without TLS counts as one to AWS's endpoint, which has it. */
  readonly secureTransport: 'assumed' | 'actual';
  /** The names of the server, before which a bucket may stand. */
  readonly hosts: HostNames;
  /** Set where any credentials do. */
  readonly anyCredentials?: AnyCredentials | undefined;
}

/** Whom credentials stand for that the store never knew. */
export interface AnyCredentials {
  /** Undefined if the principal that they stand for does not exist. */
  readonly caller: (accessKeyId: string, tx: Tx, now: Date) => Caller | undefined;
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
   * Verifies the signature and finds the caller, once: when it is asked again it answers the same. The hash of the body
   * is needed for a payload of the kind `body`.
   * @throws AwsError in the words of the service
   */
  readonly caller: FindCaller;
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
  const inQueryV2 = isS3(service) && hasV2Query(target.query);
  if (authorizations.length > 1) throw words.severalMechanisms('the request has several Authorization headers');
  if (Number(authorizations.length > 0) + Number(inQuery) + Number(inQueryV2) > 1) {
    throw words.severalMechanisms('the request has several signatures');
  }
  const asked: Asked = { request, service, rules, now: rules.now() };
  if (inQuery) return v4Authentication(queryClaim(request, service, asked.now), asked);
  if (inQueryV2) {
    const hoisted = hoistedHeaders(request, 2);
    return v2Authentication(v2QueryClaim(request, hoisted, asked.now), hoisted, asked);
  }
  const [authorization] = authorizations;
  if (authorization === undefined) return anonymous(asked);
  if (!isS3(service) || isV4Header(authorization)) {
    return v4Authentication(headerClaim(authorization, request, service, asked.now), asked);
  }
  if (!isV2Header(authorization)) throw s3.unsupportedScheme();
  return v2Authentication(v2HeaderClaim(authorization, request, asked.now), headers, asked);
}

const isS3 = (service: ServiceName): boolean => serviceFacts[service].host === 's3';

/**
 * Where any credentials do, any web page that is open on this machine could make calls with some of its own invention:
 * with a form or an image at an address, or at a name of its own that it lets resolve to this machine.
 */
function requireOwnClient({ headers }: HttpRequest, service: ServiceName, { anyCredentials }: CredentialRules): void {
  if (!anyCredentials) return;
  const why = foreignBecause(headers, anyCredentials.isOwnHost);
  if (why === undefined) return;
  throw new AwsError(
    serviceFacts[service].deniedCode,
    `Access Denied: this endpoint takes any credentials, and so no request that ${why}`,
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

function anonymous({ request, service, rules }: Asked): Authentication {
  return {
    kind: 'anonymous',
    place: 'none',
    accessKeyId: undefined,
    scope: undefined,
    payload: isS3(service) ? payloadWithoutV4(request) : UNSIGNED,
    headers: request.headers,
    origin: originOf(request, { auth: 'none' }, rules.secureTransport),
    caller: () => ({ kind: 'anonymous' }),
    chunkKey: () => undefined,
  };
}

/** What is said of a body that no signature of version 4 covers. */
function payloadWithoutV4({ headers }: HttpRequest): PayloadForm {
  const stated = headerValue(headers, 'x-amz-content-sha256');
  const payload = stated === undefined ? UNSIGNED : payloadForm(stated);
  if (payload.kind === 'chunked' && payload.isSigned) {
    throw s3.unsupportedMechanism('the chunks of the body are signed, but not the request with version 4');
  }
  return payload;
}

function v4Authentication(claim: V4Claim, { request, service, rules, now }: Asked): Authentication {
  const { place, accessKeyId, sessionToken, scope } = claim;
  const stated = isS3(service) ? statedPayload(claim, request) : undefined;
  const payload = stated === undefined ? BODY : payloadForm(stated);
  const isChunkSigned = payload.kind === 'chunked' && payload.isSigned;
  let chunkKey: ChunkKey | 'unverified' | undefined;
  const caller = claimedCaller({ accessKeyId, sessionToken, service, region: scope.region }, rules, {
    verify(secret, { bodyHash }) {
      const payloadHash = stated ?? bodyHash;
      if (payloadHash === undefined) throw new Error('the hash of the body must be known before the caller is');
      const key = provenKey(claim, request, service, payloadHash, { rootKey: rules.rootKey, secret });
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
    headers: place === 'query' && isS3(service) ? hoistedHeaders(request, 4) : request.headers,
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

/** @param headers the request's, and those that its URL has instead of them */
function v2Authentication(claim: V2Claim, headers: HeaderFields, { request, service, rules }: Asked): Authentication {
  const { place, accessKeyId, sessionToken, signature, expires } = claim;
  const hostBucket = labelBefore(headerValue(request.headers, 'host') ?? '', rules.hosts);
  const caller = claimedCaller({ accessKeyId, sessionToken, service, region: V2_REGION }, rules, {
    verify(secret, { tx }) {
      requireV2Region(hostBucket ?? bucketInPath(request.target), tx);
      const stringToSign = stringToSignV2({ ...request, hostBucket, expires });
      if (!isSameSignature(signatureV2(secret(), stringToSign), signature)) {
        throw wrongSignature(service, { accessKeyId, signature, stringToSign });
      }
    },
    unverified: () => {},
  });
  return {
    kind: 'v2',
    place,
    accessKeyId,
    scope: undefined,
    payload: payloadWithoutV4(request),
    headers,
    origin: originOf(request, { auth: place, signatureVersion: 2 }, rules.secureTransport),
    caller,
    chunkKey: () => undefined,
  };
}

/** The only region where S3 still takes version 2. */
const V2_REGION = 'us-east-1';

const bucketInPath = ({ rawPath }: RequestTarget): string => decoded(rawPath.split('/', 2)[1] ?? '');

/** Amazon S3 User Guide, "Signature Version 2 turned off". @throws AwsError InvalidRequest for a bucket of another region */
function requireV2Region(bucket: string, tx: Tx): void {
  const home = regionOfBucket(bucket, tx);
  if (home !== undefined && home !== V2_REGION) {
    throw s3.unsupportedMechanism(`the bucket is in ${home}, where signatures must be of version 4`);
  }
}

/**
 * What a form says of who has filled it in: Amazon S3 API Reference, "Authenticating Requests in Browser-Based Uploads
 * Using POST". Its signature covers its policy, which has yet to be compared with the other fields.
 * @param bucket the one of the URL
 * @throws AwsError for a request that has a signature beside the form's
 */
export function readFormAuthentication(
  claim: FormClaim,
  bucket: string,
  request: HttpRequest,
  rules: CredentialRules,
): Authentication {
  const service = 's3';
  const outside = readAuthentication(request, service, rules);
  if (outside.kind !== 'anonymous') throw s3.severalMechanisms('the form is signed, and so is the request');
  if (claim.kind === 'anonymous') return outside;
  const { kind, accessKeyId, sessionToken, signature, policy } = claim;
  const scope = kind === 'v4' ? { date: claim.date, region: claim.region, service: 's3' } : undefined;
  const caller = claimedCaller({ accessKeyId, sessionToken, service, region: scope?.region ?? V2_REGION }, rules, {
    verify(secret, { tx }) {
      if (!scope) requireV2Region(bucket, tx);
      const found = scope && signingKeyOf(rules.rootKey, accessKeyId, scope, secret);
      const right = found ? signatureOf(found.key, policy) : signatureV2(secret(), policy);
      if (!isSameSignature(right, signature)) {
        throw wrongSignature(service, { accessKeyId, signature, stringToSign: policy });
      }
      found?.keep();
    },
    unverified: () => {},
  });
  return {
    ...outside,
    kind,
    place: 'form',
    accessKeyId,
    scope,
    origin: originOf(request, { auth: 'form', signatureVersion: kind === 'v4' ? 4 : 2 }, rules.secureTransport),
    caller,
  };
}
