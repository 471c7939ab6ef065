/** Requests that a web page may have sent, which is open in a browser on this machine and may be anybody's. */

import { type HeaderFields, headerValue } from './message.ts';

/**
 * Why a request may come from a page: it says so, or its host is a name that somebody lets resolve to this machine.
 * Undefined if it does not. The reason goes on with "a request that".
 */
export function foreignBecause(headers: HeaderFields, isOwnHost: (host: string) => boolean): string | undefined {
  if (headers.has('origin')) return 'has an Origin header, as those of web pages have';
  // Browsers say it of what has no origin, too: `none` is what a person asked for.
  const site = headers.get('sec-fetch-site') ?? [];
  if (site.some((value) => value !== 'none')) return 'has a Sec-Fetch-Site header, as those of web pages have';
  if (isOwnHost(headerValue(headers, 'host') ?? '')) return undefined;
  return 'has a Host header other than an address, localhost or a name of --host-name';
}
