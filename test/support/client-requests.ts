/** The requests of our own client and of the AWS SDK for JavaScript, caught before they are sent. */

import { createHash } from 'node:crypto';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { makeRootKey } from '../../src/crypto/root-key.ts';
import { type ClientOptions, newClient } from '../../src/wire/client/client.ts';
import { parseEndpoint } from '../../src/wire/client/endpoint.ts';
import { headerClaim } from '../../src/wire/credentials/v4-claim.ts';
import { provenKey } from '../../src/wire/credentials/v4-proof.ts';
import { parseTarget } from '../../src/wire/http/request-target.ts';
import { encodeText } from '../../src/wire/signature/uri-encoding.ts';
import { httpRequest } from './http-request.ts';

export const clientCredentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a-secret' } as const;

const NOW = Date.parse('2030-01-01T00:00:00Z');

/** A request as it would be sent. */
export interface CaughtRequest {
  /** What is connected to; undefined for the SDK's, which connects to its host. */
  readonly origin: string | undefined;
  readonly method: string;
  /** As they are sent. */
  readonly target: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A byte a character. */
  readonly body: string;
}

/** The request that our client makes of a call. @param endpoint as in `--endpoint-url` */
export async function ourRequest(
  call: { readonly service: ServiceName; readonly name: string; readonly input: unknown },
  endpoint: string,
  options: Partial<Pick<ClientOptions, 'addressing' | 'checksums' | 'credentials'>> = {},
): Promise<CaughtRequest> {
  const parsed = parseEndpoint(endpoint);
  if (!parsed) throw new Error(`no endpoint: ${endpoint}`);
  let caught: CaughtRequest | undefined;
  const client = newClient({
    endpoint: parsed,
    credentials: async () => clientCredentials,
    now: () => NOW,
    userAgent: 'ours',
    transport: {
      async send({ origin, method, target, headers, body }) {
        const fields = Object.fromEntries([...headers].map(([field, values]) => [field, values.join(',')]));
        caught = { origin, method, target, headers: fields, body: await textOf(body) };
        throw new Stopped();
      },
      close: () => undefined,
    },
    ...options,
  });
  try {
    await client.call({ ...call, region: 'us-east-1', signal: new AbortController().signal });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  if (!caught) throw new Error(`${call.name} made no request`);
  return caught;
}

class Stopped extends Error {}

/** What a client of the SDK gives to the handler of its requests. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A handler for clients of the SDK, and what it catches of one call. */
export function catching() {
  let caught: SdkRequest | undefined;
  const handle = async (request: unknown): Promise<never> => {
    caught = request as SdkRequest;
    throw new Stopped();
  };
  return {
    handler: { handle },
    /** @param send makes the call */
    async caughtFrom(send: () => Promise<unknown>): Promise<CaughtRequest> {
      caught = undefined;
      try {
        await send();
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
      }
      if (!caught) throw new Error('the SDK made no request');
      const { method, path, query, headers, body } = caught as SdkRequest;
      const pairs = Object.entries(query).flatMap(([name, value]) =>
        [value].flat().map((each) => `${encodeText(name)}=${encodeText(typeof each === 'string' ? each : '')}`),
      );
      const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      return {
        origin: undefined,
        method,
        target: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
        headers: Object.fromEntries(fields),
        body: await textOf(body),
      };
    },
  };
}

/** @returns a byte a character */
async function textOf(body: unknown): Promise<string> {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return Buffer.from(body).toString('latin1');
  if (body instanceof Uint8Array) return Buffer.from(body).toString('latin1');
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('latin1');
}

/** Fields that say who sends, when, and for the how-manieth time. */
const own = /^(authorization|x-amz-date|amz-sdk-invocation-id|amz-sdk-request|user-agent|x-amz-user-agent)$/;

/** What two clients have to agree about. What has no order in a body is sorted, and hashes depend on it. */
export function agreed({ method, target, headers, body }: CaughtRequest) {
  const { rawPath, query } = parseTarget(target);
  const sorted = sortedBody(body);
  const signed = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '')?.[1]?.split(';');
  return {
    method,
    path: rawPath,
    query: query
      .filter(({ name }) => name !== 'x-id')
      .map(({ name, value }) => `${name}=${value}`)
      .sort(),
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name, value]) => {
        if (own.test(name)) return false;
        if (sorted !== undefined && /^x-amz-(checksum-crc32|content-sha256)$/.test(name)) return false;
        // Node adds it where no body is sent.
        return !(name === 'content-length' && value === '0');
      }),
    ),
    signed: signed?.filter((name) => !own.test(name) && !(name === 'content-length' && body === '')).sort(),
    body: sorted ?? body,
  };
}

/** Undefined for bytes, which have an order. */
function sortedBody(body: string): string | undefined {
  if (body.startsWith('<?xml')) return sortedXml(body);
  if (body.startsWith('Action=')) return body.split('&').sort().join('&');
  return body.startsWith('{') ? JSON.stringify(sortedJson(JSON.parse(body))) : undefined;
}

function sortedJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, sortedJson(each)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sortedXml(text: string): string {
  const tokens = text.match(/<[^>]*>|[^<]+/g) ?? [];
  const elementFrom = (at: number): readonly [text: string, next: number] => {
    const open = tokens[at] ?? '';
    const [, name = '', attributes = '', end] = /^<([^\s>/]+)([^>]*?)(\/?)>$/.exec(open) ?? [];
    const head = [name, ...(attributes.match(/[^\s=]+="[^"]*"/g) ?? []).sort()].join(' ');
    if (end === '/') return [`<${head}></${name}>`, at + 1];
    const children: string[] = [];
    let next = at + 1;
    while (next < tokens.length && !tokens[next]?.startsWith('</')) {
      const token = tokens[next] ?? '';
      const [child, after] = token.startsWith('<') ? elementFrom(next) : [token, next + 1];
      children.push(child);
      next = after;
    }
    const nameOf = (child: string): string => /^<([^\s>]+)/.exec(child)?.[1] ?? '';
    children.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
    return [`<${head}>${children.join('')}</${name}>`, next + 1];
  };
  const declaration = tokens[0] ?? '';
  return declaration + elementFrom(1)[0];
}

/** The store's root key, with which signing keys are kept. */
const rootKey = makeRootKey(new Uint8Array(32), (size) => new Uint8Array(size));

/** Verifies a signature as an endpoint does. @throws AwsError */
export function verifySignature({ method, target, headers, body }: CaughtRequest, service: ServiceName): void {
  const { host = '', authorization = '', ...rest } = headers;
  const request = httpRequest(method, target, { host, headers: rest });
  const claim = headerClaim(authorization, request, service, NOW);
  const hash = rest['x-amz-content-sha256'] ?? createHash('sha256').update(body, 'latin1').digest('hex');
  provenKey(claim, request, service, hash, { rootKey, secret: () => clientCredentials.secretAccessKey });
}
