/** An endpoint that answers AWS's protocols from a store. */

import type { Workplace } from '../assemble.ts';
import type { Effect } from '../call/answer.ts';
import type { Environment } from '../env.ts';
import type { CredentialRules } from './credentials/authentication.ts';
import { exchange, type Ground, type Noted, plainRefusal } from './exchange.ts';
import { hostNames } from './http/host-names.ts';
import { type Exchanged, type Limits, listen, type ServerIdentity } from './http/listener.ts';

export interface ServerOptions {
  readonly place: Workplace;
  readonly environment: Environment;
  /** An address or a name of this machine. */
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Further names of the server, before which a bucket may stand. */
  readonly hostNames?: readonly string[] | undefined;
  /** What it shows of itself over TLS; without it, it speaks plain HTTP. */
  readonly tls?: ServerIdentity | undefined;
  readonly credentials: Omit<CredentialRules, 'rootKey' | 'now' | 'hosts'>;
  /** Empties the store when a client asks for it; absent: nobody may ask. */
  readonly reset?: (() => void) | undefined;
  /** Takes what calls leave to be done. */
  readonly after?: ((effects: readonly Effect[]) => void) | undefined;
  /** Absent: those of an endpoint of AWS. */
  readonly limits?: Limits | undefined;
  /** Told of each exchange at its end. */
  readonly observe?: ((exchange: Exchanged, noted: Noted) => void) | undefined;
  /** Told of errors that are not the clients'. */
  readonly failed: (error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  /** `http://127.0.0.1:4566`: an address, since many machines cannot resolve the names below `localhost`. */
  readonly url: string;
  /** Takes no new connections, waits for what runs at most so long, then cuts it off. The place stays open. */
  close(graceMs?: number): Promise<void>;
}

/** @throws Error as Node has it, such as EADDRINUSE for a port that is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { place, environment, host, tls, observe, failed, after = () => {} } = options;
  const hosts = hostNames(options.hostNames);
  const ground: Ground = {
    place,
    environment,
    hosts,
    credentials: { ...options.credentials, hosts, rootKey: place.rootKey, now: environment.now },
    reset: options.reset,
    after,
    failed,
  };
  const listener = await listen({
    host,
    port: options.port,
    tls,
    environment,
    limits: options.limits,
    newNote: (): Noted => ({}),
    respond: (incoming, signal, noted) => exchange(incoming, ground, noted, signal),
    refuse: (error) => plainRefusal(error, environment),
    ended: observe,
    failed,
  });
  return {
    port: listener.port,
    url: `${tls ? 'https' : 'http'}://${addressIn(host)}:${listener.port}`,
    close: (graceMs = 10_000) => listener.close(graceMs),
  };
}

/** A host as it stands in a URL; every address of this machine is one at which it answers itself. */
function addressIn(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
