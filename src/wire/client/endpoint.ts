/**
 * Where the requests of a client go: to AWS's own endpoints, or to one URL for all services. AWS SDKs and Tools Reference
 * Guide, "Service-specific endpoints".
 */

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

/**
 * Whether a host is AWS's own, in any of its partitions: AWS General Reference, "Service endpoints"; botocore,
 * data/partitions.json and data/endpoints.json.
 */
export const isAwsHost = (origin: string): boolean => AWS_HOST.test(new URL(origin).hostname);

const AWS_HOST = new RegExp(
  `(^|\\.)(${[
    'amazonaws.com',
    'amazonaws.com.cn',
    'amazonaws.eu',
    'amazonwebservices.com.cn',
    'amazonwebservices.eu',
    'api.aws',
    'on.aws',
    'c2s.ic.gov',
    'api.aws.ic.gov',
    'sc2s.sgov.gov',
    'api.aws.scloud',
    'cloud.adc-e.uk',
    'api.cloud-aws.adc-e.uk',
    'csp.hci.ic.gov',
    'api.aws.hci.ic.gov',
  ]
    .map((name) => name.replaceAll('.', '\\.'))
    .join('|')})\\.?$`,
);
