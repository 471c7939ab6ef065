/**
 * Pages of the server itself, for people and scripts that come from emulators: whether it runs, and a way to begin anew.
 * They take no credentials, so that no page of a browser may reach them.
 */

import { serviceNames } from '../api/model/service-names.ts';
import { version } from '../version.ts';
import { type HostNames, isOwnHost } from './http/host-names.ts';
import { type AnswerMessage, type HttpRequest, headerFields, headerValue } from './http/message.ts';

export interface PageRules {
  readonly hosts: HostNames;
  /** Empties the store; absent where it is not the server's own. */
  readonly reset?: (() => void) | undefined;
}

/** The answer of a page. */
export function pageAnswer(
  page: 'health' | 'reset',
  request: Pick<HttpRequest, 'headers'>,
  { hosts, reset }: PageRules,
): AnswerMessage {
  const why = foreign(request, hosts);
  if (why !== undefined) return json(403, { error: why });
  if (page === 'health') return json(200, HEALTH);
  if (!reset) {
    return json(403, {
      error: 'this store is not a temporary one, so it is not reset: start the endpoint with ssebox serve --temporary',
    });
  }
  reset();
  return json(200, { status: 'ok' });
}

/** In the form of LocalStack, which scripts wait for. */
const HEALTH = {
  services: Object.fromEntries(serviceNames.map((name) => [name, 'running'])),
  edition: 'ssebox',
  version,
};

/**
 * Why a request may come from a page of a browser: it says so, or its host is a name that somebody lets resolve to this
 * machine.
 */
function foreign({ headers }: Pick<HttpRequest, 'headers'>, hosts: HostNames): string | undefined {
  if (headers.has('origin')) return 'requests of web pages, which have an Origin header, are refused here';
  // Browsers say so of what has no origin, too: `none` is what a person has asked for.
  if ((headers.get('sec-fetch-site') ?? []).some((site) => site !== 'none')) {
    return 'requests of web pages, which have a Sec-Fetch-Site header, are refused here';
  }
  if (isOwnHost(headerValue(headers, 'host') ?? '', hosts)) return undefined;
  return 'the Host header must be an address, localhost or a name of --host-name';
}

const json = (status: number, value: unknown): AnswerMessage => ({
  status,
  headers: headerFields([['content-type', 'application/json']]),
  body: Buffer.from(`${JSON.stringify(value)}\n`),
});
