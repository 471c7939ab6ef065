/** Why a request got no answer, in the AWS CLI's words: botocore, exceptions.py. */

import { EndpointError } from '../../api/errors.ts';
import { systemCode } from '../../api/file-error.ts';

/** A time-out of ours, which ended a request. */
export class TimedOut extends Error {
  readonly phase: 'connect' | 'read';
  constructor(phase: 'connect' | 'read') {
    super(`timed out: ${phase}`);
    this.phase = phase;
  }
}

/** How far a request came. */
export interface Progress {
  /** Of the request, as it is shown. */
  readonly url: string;
  /** Without credentials; undefined: none is used. */
  readonly proxyUrl: string | undefined;
  readonly isConnected: boolean;
  /** Whether bytes of its body were taken from a stream. */
  readonly isBegun: boolean;
}

/** The error for a request without an answer, or with one that ended early. */
export function unanswered(error: unknown, { url, proxyUrl, isConnected, isBegun }: Progress): unknown {
  if (error instanceof EndpointError) return error;
  const because = (message: string, hint: string | undefined, isTransient = true) =>
    new EndpointError(message, { hint, isTransient, isBegun, cause: error });
  if (error instanceof TimedOut && error.phase === 'connect') {
    return because(`Connect timeout on endpoint URL: "${url}"`, 'a longer wait can be set with --cli-connect-timeout');
  }
  if (error instanceof TimedOut) {
    return because(`Read timeout on endpoint URL: "${url}"`, 'a longer wait can be set with --cli-read-timeout');
  }
  const code = systemCode(error) ?? '';
  const { host, hostname, origin } = new URL(url);
  if (!isConnected && isAboutTls(code)) {
    const words = error instanceof Error ? saidByTls(error.message) : code;
    return because(`SSL validation failed for ${url} ${words}`, hintAboutTls(code, origin), false);
  }
  if (!isConnected) {
    const { message, target } =
      proxyUrl === undefined
        ? { message: `Could not connect to the endpoint URL: "${url}"`, target: { host, hostname } }
        : { message: `Failed to connect to proxy URL: "${proxyUrl}"`, target: new URL(proxyUrl) };
    return because(message, reasonOf(code, target), code !== 'ENOTFOUND');
  }
  const hint = code.startsWith('HPE_')
    ? `what ${host} sends is not HTTP`
    : `${host} closed the connection ${isBegun ? 'while it was in use' : 'without a complete answer'}`;
  return because(
    `Connection was closed before we received a valid response from endpoint URL: "${url}".`,
    reasonOf(code, { host, hostname }, hint),
  );
}

/** By the names of OpenSSL's verification and of Node's own check of host names. */
const isAboutTls = (code: string): boolean =>
  /^(ERR_SSL_|ERR_TLS_|EPROTO$|ERR_OSSL)|CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE|CRL|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/.test(
    code,
  );

function hintAboutTls(code: string, origin: string): string {
  if (/WRONG_VERSION|EPROTO|PACKET_LENGTH|HTTP_REQUEST/.test(code)) {
    return `if the endpoint does not speak TLS, use ${origin.replace('https:', 'http:')}`;
  }
  if (code === 'CERT_HAS_EXPIRED') return 'the certificate of the endpoint has expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'use a host name that the certificate of the endpoint names';
  return 'name the authority to trust with --ca-bundle FILE, or accept any certificate with --no-verify-ssl';
}

/** The reason, which in OpenSSL's own words stands among a code, a library, and a place in its source. */
function saidByTls(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/.exec(line)?.[1] ?? line;
}

/** The reason of the system in words; otherwise what is said instead. */
function reasonOf(code: string, { host, hostname }: { host: string; hostname: string }, otherwise?: string) {
  switch (code) {
    case 'ECONNREFUSED':
      return `connection refused: nothing listens at ${host}`;
    case 'ENOTFOUND':
      return `host name not found: ${hostname}`;
    case 'EAI_AGAIN':
      return `the host name ${hostname} could not be looked up: try again`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no way to ${host} from this machine`;
    case 'ETIMEDOUT':
      return `${host} does not answer`;
    default:
      return otherwise ?? (code === 'ECONNRESET' ? `${host} closed the connection` : undefined);
  }
}
