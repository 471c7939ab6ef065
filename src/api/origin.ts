/**
 * Where a call comes from. Conditions and the audit log show its connection; a call inside this machine has none, and
 * shows what it would have on AWS: signed in the header, encrypted in transit.
 */

/** A call of this process, or a request over HTTP. */
export type Origin = { readonly kind: 'process' } | HttpOrigin;

export interface HttpOrigin {
  readonly kind: 'http';
  /** The client's address. */
  readonly sourceIp: string;
  /** Headers of these names; undefined if absent from the request. */
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
  readonly isTls: boolean;
  /** Whether a connection without TLS stands for one to AWS's endpoint, which has it. */
  readonly isTlsAssumed?: boolean | undefined;
  /** The negotiated version, if this side knows it. */
  readonly tlsVersion?: TlsVersion | undefined;
  /** The IANA name of the cipher suite. */
  readonly cipher?: string | undefined;
  /** The `Host` header. */
  readonly host: string;
  /** Where the signature is: `form` in the fields of a form that a browser sent, `none` for an anonymous request. */
  readonly auth: 'header' | 'query' | 'form' | 'none';
  /** The version of the signature; absent from an anonymous request, and where it is 4 in records of older versions of ssebox. */
  readonly signatureVersion?: 2 | 4 | undefined;
  /** How old the signature of a presigned URL is, in milliseconds. */
  readonly signatureAgeMs?: number | undefined;
  /** What was signed for the body: its SHA-256 in hex, or a word such as `UNSIGNED-PAYLOAD`. Only version 4 has it. */
  readonly contentSha256?: string | undefined;
}

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** A connection as conditions and the audit log show it. */
export interface Connection {
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
  /** Undefined if the connection is not encrypted. */
  readonly tls: Tls | undefined;
  readonly auth: HttpOrigin['auth'];
  /** Undefined for an anonymous request. */
  readonly signatureVersion: 2 | 4 | undefined;
  readonly signatureAgeMs: number | undefined;
  readonly contentSha256: string | undefined;
  /** Undefined for the name of the service's endpoint. */
  readonly host: string | undefined;
}

export interface Tls {
  readonly version: TlsVersion | undefined;
  readonly cipherSuite: string | undefined;
  readonly keyExchange?: string | undefined;
}

export const PROCESS: Origin = { kind: 'process' };

/** The connection of a call, or the equivalent for a call inside this machine. */
export function connectionOf(origin: Origin, service: string): Connection {
  if (origin.kind === 'http') {
    const { sourceIp, userAgent, referer, isTls, isTlsAssumed, tlsVersion, cipher, auth, host } = origin;
    const tls = isTls ? { version: tlsVersion, cipherSuite: cipher } : undefined;
    return {
      sourceIp,
      userAgent,
      referer,
      tls: isTlsAssumed ? tlsOfAws(service) : tls,
      auth,
      signatureVersion: auth === 'none' ? undefined : (origin.signatureVersion ?? 4),
      signatureAgeMs: origin.signatureAgeMs,
      contentSha256: origin.contentSha256,
      host,
    };
  }
  return {
    sourceIp: '127.0.0.1',
    userAgent: 'ssebox',
    referer: undefined,
    tls: tlsOfAws(service),
    auth: 'header',
    signatureVersion: 4,
    signatureAgeMs: undefined,
    contentSha256: undefined,
    host: undefined,
  };
}

/** As in the example records of the CloudTrail User Guide and the Amazon S3 User Guide. */
const tlsOfAws = (service: string): Tls => ({
  version: 'TLSv1.3',
  cipherSuite: service === 's3' || service === 's3control' ? 'TLS_AES_128_GCM_SHA256' : 'TLS_AES_256_GCM_SHA384',
  keyExchange: service === 'kms' ? 'X25519MLKEM768' : undefined,
});
