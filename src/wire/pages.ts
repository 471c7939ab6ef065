/**
 * Pages of the server itself, for people and scripts that come from emulators: whether it runs, and a way to begin anew.
 * They take no credentials, so that no page of a browser may reach them.
 */

import { serviceNames } from '../api/model/service-names.ts';
import { version } from '../version.ts';
import { foreignBecause } from './http/foreign-request.ts';
import { type HostNames, isOwnHost } from './http/host-names.ts';
import { type AnswerMessage, type HttpRequest, headerFields } from './http/message.ts';

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
  const why = foreignBecause(request.headers, (host) => isOwnHost(host, hosts));
  if (why !== undefined) return json(403, { error: `this page answers no request that ${why}` });
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

const json = (status: number, value: unknown): AnswerMessage => ({
  status,
  headers: headerFields([['content-type', 'application/json']]),
  body: Buffer.from(`${JSON.stringify(value)}\n`),
});
