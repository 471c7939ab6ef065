/** What the options of `ssebox serve` ask for, checked before anything is opened. */

import { isIP } from 'node:net';
import { UsageError } from '../../../api/errors.ts';
import { isHostName } from '../../../wire/http/host-names.ts';
import { USUAL_PORT } from './credentials-socket.ts';
import { isLoopback, type OwnFiles } from './endpoint.ts';

export interface ServeOptions {
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly 'host-name': readonly string[] | undefined;
  readonly tls: boolean;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly 'secure-transport': 'assumed' | 'actual' | undefined;
  readonly 'any-credentials': string | undefined;
  readonly temporary: boolean;
  readonly log: 'json' | 'text' | 'none' | undefined;
  readonly 'log-keys': 'on' | 'off' | undefined;
  readonly quiet: boolean;
}

export interface PlannedServer {
  readonly host: string;
  readonly port: number;
  readonly hostNames: readonly string[];
  readonly tls: 'made' | OwnFiles | undefined;
  readonly secureTransport: 'assumed' | 'actual';
  /** Whom unknown access keys stand for: undefined for nobody, an empty text for the caller. */
  readonly anyCredentials: string | undefined;
  readonly isTemporary: boolean;
  readonly log: 'json' | 'text' | 'none';
  readonly namesKeys: boolean;
  readonly isQuiet: boolean;
}

/** @throws UsageError that names the option */
export function plannedServer(options: ServeOptions): PlannedServer {
  const { port = USUAL_PORT, host = '127.0.0.1', 'host-name': hostNames = [], cert, key } = options;
  if (port < 0 || port > 65535) throw new UsageError(`--port takes a number from 0 to 65535, not ${port}`);
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0 && !isHostName(address)) {
    throw new UsageError(`--host takes an address or a name of this machine, not "${host}"`);
  }
  for (const name of hostNames) {
    if (!isHostName(name)) {
      throw new UsageError(`--host-name takes a name such as s3.example.test, not "${name}"`);
    }
  }
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ['--key', '--cert'] : ['--cert', '--key'];
    throw new UsageError(`${given} needs ${missing}: a certificate works with its private key only`);
  }
  const anyCredentials = options['any-credentials'];
  if (anyCredentials !== undefined && !isLoopback(address)) {
    throw new UsageError(
      `--any-credentials works on loopback only, since whoever reaches ${host} could do anything: leave out --host`,
    );
  }
  return {
    host: address,
    port,
    hostNames,
    tls: cert !== undefined && key !== undefined ? { cert, key } : options.tls ? 'made' : undefined,
    secureTransport: options['secure-transport'] ?? (isLoopback(address) ? 'assumed' : 'actual'),
    anyCredentials,
    isTemporary: options.temporary,
    log: options.log ?? 'text',
    namesKeys: options['log-keys'] !== 'off',
    isQuiet: options.quiet,
  };
}
