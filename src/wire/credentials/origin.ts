/** Where a request came from, as conditions and the audit log have it. What proxies say of its past is not believed. */

import type { HttpOrigin } from '../../api/origin.ts';
import { type HttpRequest, headerValue } from '../http/message.ts';

/** What a request's signature adds to its origin. */
export type SignatureOrigin = Pick<HttpOrigin, 'auth' | 'signatureVersion' | 'signatureAgeMs' | 'contentSha256'>;

/** @param secureTransport `assumed`: a connection without TLS stands for one to AWS's endpoint, which has it */
export function originOf(
  { headers, connection }: HttpRequest,
  signature: SignatureOrigin,
  secureTransport: 'assumed' | 'actual',
): HttpOrigin {
  const { address, tls } = connection;
  const isAssumed = !tls && secureTransport === 'assumed';
  const userAgent = headerValue(headers, 'user-agent');
  const referer = headerValue(headers, 'referer');
  const version = tls?.version;
  return {
    kind: 'http',
    sourceIp: address,
    ...(userAgent !== undefined && { userAgent }),
    ...(referer !== undefined && { referer }),
    isTls: tls !== undefined || isAssumed,
    ...(isAssumed && { isTlsAssumed: true }),
    ...((version === 'TLSv1.2' || version === 'TLSv1.3') && { tlsVersion: version }),
    ...(tls?.cipher !== undefined && { cipher: tls.cipher }),
    host: headerValue(headers, 'host') ?? '',
    ...signature,
  };
}
