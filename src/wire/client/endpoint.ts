/**
 * Where the requests of a client go: to AWS's own endpoints, or to one URL for all services. AWS SDKs and Tools Reference
 * Guide, "Service-specific endpoints"; AWS General Reference, "Service endpoints".
 */

import type { ServiceName } from '../../api/model/operations.ts';
import type { Region } from '../../api/regions.ts';
import { serviceFacts } from '../../api/service-facts.ts';

export type Endpoint = { readonly kind: 'aws' } | UrlEndpoint;

export interface UrlEndpoint {
  readonly kind: 'url';
  /** `https://HOST` or `http://HOST:PORT`, as a URL has it. */
  readonly origin: string;
  /** What comes before the path of every request; empty or with a leading slash and without one at its end. */
  readonly path: string;
}

/** The word that stands for AWS's own endpoints. */
export const AWS_ITSELF = 'aws';

/** The endpoint that a text names; undefined if it is no URL of HTTP, or has a query, a fragment or credentials in it. */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (text === AWS_ITSELF) return { kind: 'aws' };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text)) return undefined;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return undefined;
  return { kind: 'url', origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

/** Whether a host is AWS's own. */
export const isAwsHost = (origin: string): boolean =>
  /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|on\.aws)$/.test(new URL(origin).hostname);

/** Where one request goes, and what it is signed for. */
export interface Address {
  readonly origin: string;
  readonly path: string;
  readonly signingRegion: string;
  /** As in credential scopes. */
  readonly signingService: string;
}

/** The address of a service in a region. */
export function addressOf(endpoint: Endpoint, service: ServiceName, region: Region): Address {
  const { host, isGlobal } = serviceFacts[service];
  const signing = {
    signingRegion: isGlobal && service !== 'sts' ? 'us-east-1' : region,
    signingService: SIGNING_NAMES[service] ?? service,
  };
  if (endpoint.kind === 'url') return { origin: endpoint.origin, path: endpoint.path, ...signing };
  const name = isGlobal && service !== 'sts' ? host : `${host}.${region}`;
  return { origin: `https://${name}.amazonaws.com`, path: '', ...signing };
}

/** Where it is not the service's own name. */
const SIGNING_NAMES: Partial<Record<ServiceName, string>> = {
  cloudwatch: 'monitoring',
  s3control: 's3',
  'service-quotas': 'servicequotas',
};
