/** Requests over HTTP as values. */

import { type HttpRequest, headerFields } from '../../src/wire/http/message.ts';
import { parseTarget } from '../../src/wire/http/request-target.ts';

export interface Parts {
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** A request with this line, from loopback. */
export function httpRequest(
  method: string,
  target: string,
  { host = '127.0.0.1:4566', headers = {}, body }: Parts = {},
): HttpRequest {
  return {
    method,
    target: parseTarget(target),
    headers: headerFields([['Host', host], ...Object.entries(headers)]),
    body: bytes(body),
    connection: { address: '127.0.0.1', tls: undefined },
  };
}

async function* bytes(body: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (body) yield body;
}
