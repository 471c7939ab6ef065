/**
 * The proxy on the way to an endpoint, by the variables that the AWS CLI heeds, as it reads them: AWS CLI User Guide,
 * "Using an HTTP proxy"; Python's urllib.request, `getproxies_environment` and `proxy_bypass_environment`; botocore,
 * httpsession.py, `ProxyConfiguration`.
 */

import { StoreError } from '../../api/errors.ts';
import type { HttpProxy } from '../../wire/client/transport.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws StoreError for a variable that is not the URL of a proxy, without its value, which may have a password in it */
export function proxyFor(origin: string, variables: Variables): HttpProxy | undefined {
  const { protocol, host, hostname } = new URL(origin);
  const scheme = protocol.slice(0, -1);
  // A server that was started by a web server has a client's header in the variable of this name.
  if (scheme === 'http' && variables.REQUEST_METHOD !== undefined && !variables.http_proxy) return undefined;
  const name = set(`${scheme}_proxy`, variables);
  const text = name === undefined ? undefined : variables[name];
  if (name === undefined || !text || isBypassed({ host, hostname }, variables)) return undefined;
  const written = /^https?:/.test(text) ? text : text.startsWith('//') ? `http:${text}` : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || url.hostname === '' || !isEncoded(url)) {
    throw new StoreError(`${name} must be the URL of a proxy, such as http://proxy.example.com:3128`);
  }
  const authorization = url.username === '' && url.password === '' ? undefined : basic(url);
  return { url: `${url.origin}/`, authorization };
}

/** In lower case it takes precedence, and may take the other one back. */
function set(name: string, variables: Variables): string | undefined {
  if (variables[name] !== undefined) return name;
  return variables[name.toUpperCase()] ? name.toUpperCase() : undefined;
}

/** Names count for the hosts below them, too; with a port, for that port. */
function isBypassed({ host, hostname }: { host: string; hostname: string }, variables: Variables): boolean {
  const list = variables[set('no_proxy', variables) ?? ''] ?? '';
  if (list.trim() === '*') return true;
  const names = list.split(',').map((name) => name.trim().replace(/^\.+/, '').toLowerCase());
  return names.some((name) => {
    if (name === '') return false;
    return [host, hostname].some((each) => each === name || each.endsWith(`.${name}`));
  });
}

/** Whether what stands before an @ can be decoded. */
function isEncoded(url: URL): boolean {
  try {
    return basic(url) !== '';
  } catch {
    return false;
  }
}

function basic({ username, password }: URL): string {
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}
