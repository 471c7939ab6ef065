/**
 * The environment of a program that is to call an endpoint of ssebox, and nothing else: AWS SDKs and Tools Reference
 * Guide, "Environment variables".
 */

import { isIPv4 } from 'node:net';
import type { Region } from '../../../api/regions.ts';
import type { Credentials } from '../../../wire/signature/signing.ts';
import { type StoreBehind, storeVariables } from '../../endpoint/store-behind.ts';

/** What clients need to know of an endpoint. */
export interface EndpointFacts {
  /** `http://127.0.0.1:4566`: with an address, since many machines cannot resolve `bucket.localhost`. */
  readonly url: string;
  /** The file of the authority that clients have to trust; absent if they need none, or have it. */
  readonly authorityFile?: string | undefined;
}

/** Credentials that an endpoint has made. */
export interface MadeCredentials {
  readonly credentials: Credentials;
  /** For commands that work with the store itself; absent if it is not to be had. */
  readonly behind?: StoreBehind | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that would lead a client to other credentials or another place than those given here. */
const MISLEADING: ReadonlySet<string> = new Set([
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ACCOUNT_ID',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  // To a command of ssebox, they are another place than the endpoint.
  'SSEBOX_STORE',
  'SSEBOX_AS',
]);

/** What sends requests through a proxy, which does not know this machine's own addresses. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
const HERE = ['127.0.0.1', '::1', 'localhost'];

/**
 * What has to change in an environment, so that what runs in it calls the endpoint with these credentials.
 * @returns variables with their values; undefined for those that have to go
 */
export function clientVariables(
  endpoint: EndpointFacts,
  { credentials, behind }: MadeCredentials,
  region: Region,
  variables: Variables,
): Variables {
  const { url, authorityFile } = endpoint;
  const misleading = Object.keys(variables).filter(
    (name) => MISLEADING.has(name) || name.startsWith('AWS_ENDPOINT_URL_'),
  );
  const isProxied = PROXIES.some((name) => variables[name] || variables[name.toLowerCase()]);
  return {
    ...Object.fromEntries(misleading.map((name) => [name, undefined])),
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3_CONTROL: controlUrl(url),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(behind && storeVariables(url, behind)),
    ...(authorityFile !== undefined && { AWS_CA_BUNDLE: authorityFile, NODE_EXTRA_CA_CERTS: authorityFile }),
    ...(isProxied && { NO_PROXY: unproxied(variables.NO_PROXY), no_proxy: unproxied(variables.no_proxy) }),
  };
}

/**
 * Clients of S3 Control put the account before the host, which an address cannot have. Over TLS it has to be a name that
 * a certificate can have below an asterisk.
 */
function controlUrl(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  const isAddress = isIPv4(hostname) || hostname.startsWith('[');
  const name = protocol === 'https:' ? 's3-control.localhost' : 'localhost';
  return `${protocol}//${isAddress ? name : hostname}:${port}`;
}

const unproxied = (known = ''): string =>
  [...new Set([...known.split(',').map((name) => name.trim()), ...HERE])].filter((name) => name !== '').join(',');
