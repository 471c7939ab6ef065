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
  /** The negotiated version, if this side knows it. */
  readonly tlsVersion?: TlsVersion | undefined;
  /** The IANA name of the cipher suite. */
  readonly cipher?: string | undefined;
  /** The `Host` header. */
  readonly host: string;
  /** Where the signature is; `none` for an anonymous request. */
  readonly auth: 'header' | 'query' | 'none';
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
    const { sourceIp, userAgent, referer, isTls, tlsVersion, cipher, auth, host } = origin;
    return {
      sourceIp,
      userAgent,
      referer,
      tls: isTls ? { version: tlsVersion, cipherSuite: cipher } : undefined,
      auth,
      host,
    };
  }
  return {
    sourceIp: '127.0.0.1',
    userAgent: 'ssebox',
    referer: undefined,
    tls: {
      version: 'TLSv1.3',
      // CloudTrail User Guide and Amazon S3 User Guide, example records.
      cipherSuite: service === 's3' ? 'TLS_AES_128_GCM_SHA256' : 'TLS_AES_256_GCM_SHA384',
      keyExchange: service === 'kms' ? 'X25519MLKEM768' : undefined,
    },
    auth: 'header',
    host: undefined,
  };
}
