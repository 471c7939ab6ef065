/** Sends requests over HTTP and receives answers: one pool of sockets for one run of the program. */

import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { systemCode } from '../../api/file-error.ts';
import { type AnswerMessage, type Body, type HeaderFields, rawHeaderFields } from '../http/message.ts';
import { requireUnrelayed } from './customer-key.ts';
import { type Exchange, exchange, type WaitLimits } from './exchange.ts';
import { type Progress, unanswered } from './unanswered.ts';

export interface TransportOptions extends WaitLimits {
  /** Whether certificates are checked. */
  readonly verifies: boolean;
  /** Authorities that are trusted instead of the usual ones, in PEM. */
  readonly authorities?: string | undefined;
  /** The proxy on the way to an origin, if there is one. */
  readonly proxyFor?: ((origin: string) => HttpProxy | undefined) | undefined;
}

/** A proxy of HTTP. */
export interface HttpProxy {
  /** Without credentials. */
  readonly url: string;
  /** The value of `Proxy-Authorization`, which is secret. */
  readonly authorization: string | undefined;
}

/** A request with all that it needs to be sent. */
export interface SentRequest {
  readonly origin: string;
  readonly method: string;
  /** Path and query as they are sent. */
  readonly target: string;
  /** A byte a character. With `expect`, the body is sent once the other side asks for it, or after a second. */
  readonly headers: HeaderFields;
  readonly body: Body | undefined;
}

/** An answer whose body is still on its way. */
export interface TransportAnswer extends AnswerMessage {
  /** @throws EndpointError if it is cut, AbortError */
  readonly body: AsyncIterable<Uint8Array>;
  /** Whether bytes of the request's body were taken from a stream. */
  readonly isBegun: boolean;
}

export interface Transport {
  /**
   * @throws EndpointError when no answer comes, AbortError, whatever the stream of the body throws; UsageError for a
   * customer's key that a proxy would read
   */
  send(request: SentRequest, signal: AbortSignal): Promise<TransportAnswer>;
  /** Closes what is still open. */
  close(): void;
}

/** What requests of one scheme are sent by. */
interface Sockets {
  readonly agent: HttpAgent;
  readonly request: typeof httpRequest;
}

export function newTransport({ verifies, authorities, proxyFor, ...limits }: TransportOptions): Transport {
  const tls = { rejectUnauthorized: verifies, ca: authorities };
  const plain: Sockets = { agent: watchingIdle(new HttpAgent({ keepAlive: true })), request: httpRequest };
  let secure: Promise<Sockets> | undefined;
  const socketsFor = (protocol: string): Sockets | Promise<Sockets> => {
    if (protocol !== 'https:') return plain;
    secure ??= openSecure(tls);
    return secure;
  };
  const tunnels = new Map<string, Promise<HttpAgent>>();
  const tunnelThrough = (proxy: HttpProxy): Promise<HttpAgent> => {
    const known = tunnels.get(proxy.url);
    if (known) return known;
    const opened = openTunnels(proxy, tls);
    tunnels.set(proxy.url, opened);
    return opened;
  };

  /** Plain requests name their whole URL to the proxy; those over TLS go through a tunnel. */
  const start = async ({ origin, method, target, headers, body }: SentRequest, signal: AbortSignal) => {
    const url = new URL(origin);
    const isTls = url.protocol === 'https:';
    const proxy = proxyFor?.(origin);
    const isRelayed = proxy !== undefined && !isTls;
    if (isRelayed) requireUnrelayed(headers, proxy.url);
    const next = isRelayed ? new URL(proxy.url) : url;
    const { agent: usual, request } = await socketsFor(next.protocol);
    const agent = proxy && isTls ? await tunnelThrough(proxy) : usual;
    const fields = [...headers].flatMap(([name, values]) => values.flatMap((value) => [name, value]));
    if (isRelayed && proxy.authorization !== undefined) fields.push('proxy-authorization', proxy.authorization);
    const sent = request({
      agent,
      ...hostOf(next),
      port: next.port || (next.protocol === 'https:' ? 443 : 80),
      method,
      path: isRelayed ? `${origin}${target}` : target,
      headers: fields,
      setHost: false,
      signal,
    });
    sent.once('socket', (socket) => socket.off('data', closeUnasked));
    const waits = headers.has('expect');
    return { agent, sent, proxy, under: exchange(sent, body, { ...limits, waits }) };
  };

  return {
    async send(request, signal) {
      signal.throwIfAborted();
      // Any number of requests may be ended by one signal, which Node takes for a leak.
      setMaxListeners(0, signal);
      const url = `${request.origin}${request.target}`;
      for (;;) {
        const { agent, sent, proxy, under } = await start(request, signal);
        const fail = (error: unknown): never => {
          signal.throwIfAborted();
          throw under.isOwn(error) ? error : unanswered(error, progressOf(under, url, proxy));
        };
        try {
          const received = await under.answer;
          return {
            status: received.statusCode ?? 0,
            headers: rawHeaderFields(received.rawHeaders),
            body: failing(under.bytes(received), fail),
            get isBegun() {
              return under.isBegun;
            },
          };
        } catch (error) {
          // The other side has closed a connection that nothing was asked on for a while.
          if (!sent.reusedSocket || !isClosed(error) || under.isBegun || signal.aborted) fail(error);
          closeIdle(agent);
        }
      }
    },
    close() {
      plain.agent.destroy();
      void secure?.then(({ agent }) => agent.destroy());
      for (const tunnel of tunnels.values()) void tunnel.then((agent) => agent.destroy());
    },
  };
}

/** Node's TLS is loaded only here: it takes longer than many a call. */
async function openSecure(tls: object): Promise<Sockets> {
  const { Agent, request } = await import('node:https');
  return { agent: watchingIdle(new Agent({ keepAlive: true, ...tls })), request };
}

/** The library is loaded only here: few have a proxy. */
async function openTunnels({ url, authorization }: HttpProxy, tls: object): Promise<HttpAgent> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  // The URL has no credentials in it, since the library shows it to whoever debugs it.
  const headers = authorization === undefined ? {} : { 'Proxy-Authorization': authorization };
  return watchingIdle(new HttpsProxyAgent(url, { keepAlive: true, headers, ...tls }));
}

async function* failing(
  bytes: AsyncIterable<Uint8Array>,
  fail: (error: unknown) => never,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* bytes;
  } catch (error) {
    fail(error);
  }
}

const progressOf = ({ isConnected, isBegun }: Exchange, url: string, proxy: HttpProxy | undefined): Progress => ({
  url,
  proxyUrl: proxy?.url,
  isConnected,
  isBegun,
});

/**
 * What to connect to, and the name that its certificate has to have. Names below localhost are this machine, which not
 * every resolver knows: RFC 6761, section 6.3.
 */
function hostOf({ hostname }: URL): { readonly host: string; readonly servername: string } {
  const name = hostname.replace(/^\[|\]$/g, '');
  return { host: name.endsWith('.localhost') ? 'localhost' : name, servername: isIP(name) === 0 ? name : '' };
}

const isClosed = (error: unknown): boolean => ['ECONNRESET', 'EPIPE'].includes(systemCode(error) ?? '');

function closeIdle({ freeSockets }: HttpAgent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

/** What comes on a connection that nothing is asked on must not be the answer to what is asked next, nor half of it. */
function watchingIdle<T extends HttpAgent>(agent: T): T {
  agent.on('free', (socket: Socket) => socket.on('data', closeUnasked));
  return agent;
}

function closeUnasked(this: Socket): void {
  this.destroy();
}
