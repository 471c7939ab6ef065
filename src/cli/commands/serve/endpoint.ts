/** An endpoint over the store of a session, with credentials for its caller. */

import { isIP } from 'node:net';
import { join } from 'node:path';
import { StoreError, UsageError } from '../../../api/errors.ts';
import { systemCode, systemReason } from '../../../api/file-error.ts';
import type { Assembly } from '../../../assemble.ts';
import type { Effect } from '../../../call/answer.ts';
import { callerArn } from '../../../policy/caller.ts';
import type { Background } from '../../../wire/background.ts';
import type { CredentialRules } from '../../../wire/credentials/authentication.ts';
import { lastingPrincipal, type RunCredentials, runCredentials } from '../../../wire/credentials/run-credentials.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../../wire/server.ts';
import type { Credentials } from '../../../wire/signature/signing.ts';
import { dataFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import type { EndpointFacts } from './client-variables.ts';

export interface EndpointOptions {
  readonly host: string;
  readonly port: number;
  readonly hostNames?: readonly string[] | undefined;
  /** `made`: with the certificate that this machine has for its endpoints. */
  readonly tls?: 'made' | OwnFiles | undefined;
  readonly secureTransport: CredentialRules['secureTransport'];
  /** Whom access keys stand for that the store never had: a caller in the forms of `--as`, or empty for its own. */
  readonly anyCredentials?: string | undefined;
  readonly observe?: ServerOptions['observe'];
  /** Whether the store is the endpoint's own, so that clients may empty it. */
  readonly isTemporary: boolean;
}

/** The files of a certificate and its key. */
export interface OwnFiles {
  readonly cert: string;
  readonly key: string;
}

/** Credentials that an endpoint made, and the ARN of the caller that they are for. */
interface OwnCredentials {
  readonly credentials: Credentials;
  readonly as: string;
}

export interface Endpoint extends EndpointFacts {
  readonly port: number;
  /** Whose ARN access keys have that the store never had; undefined if these are refused. */
  readonly strangersAre: string | undefined;
  /** Whether the certificate that it shows was made just now. */
  readonly isNewlyCertified: boolean;
  /** Credentials that it knows: of its own caller, or of another one in the forms of `--as`. @throws UsageError */
  credentials(as?: string): Promise<OwnCredentials>;
  /** Begins with what AWS does besides answering, which is not needed before the first call. */
  startBackground(): Promise<void>;
  /** Ends it, and the credentials that it made. What runs has so long to end, in milliseconds. */
  close(graceMs?: number): Promise<void>;
}

/** @throws StoreError for a port or an address that cannot be used, and whatever is wrong with the store or a certificate. */
export async function openEndpoint(session: Session, options: EndpointOptions): Promise<Endpoint> {
  const { environment, region, settings } = session;
  const place = await session.store.assembly();
  const run = runCredentials({ random: environment.random, rootKey: place.rootKey });
  const certified = await certificateFor(options, session);
  const stranger = await standIn(options, session);
  let background: Promise<Background> | undefined;
  const startBackground = () => {
    background ??= import('../../../wire/background.ts').then(({ startBackground: start }) =>
      start({
        place,
        environment,
        region,
        replicates: settings['s3.replication'] !== 'queue',
        tell: session.tell,
      }),
    );
    return background;
  };
  const after = (effects: readonly Effect[]) => {
    if (effects.length > 0) void startBackground().then((started) => started.after(effects));
  };
  // The module is only needed where clients may ask for it.
  const { emptyStore } = options.isTemporary ? await import('../../../upkeep/empty.ts') : {};
  const reset = () => {
    emptyStore?.(place);
    run.emptied();
    stranger?.emptied();
  };
  const server = await listening(options, {
    place,
    environment,
    host: options.host,
    port: options.port,
    hostNames: options.hostNames,
    tls: certified?.identity,
    credentials: {
      secureTransport: options.secureTransport,
      temporary: run.find,
      anyCredentials: stranger?.rules,
    },
    after,
    observe: options.observe,
    reset: options.isTemporary ? reset : undefined,
    failed: (error) => session.tell(`a request failed: ${error instanceof Error ? error.message : String(error)}`),
  });
  return {
    port: server.port,
    url: server.url,
    strangersAre: stranger?.arn,
    authorityFile: certified?.authorityFile,
    isNewlyCertified: certified?.isNew ?? false,
    credentials: (as) => credentialsOf(as, run, place, session),
    startBackground: async () => void (await startBackground()),
    async close(graceMs) {
      run.revoke();
      await server.close(graceMs);
      await (await background)?.close();
    },
  };
}

async function credentialsOf(
  as: string | undefined,
  run: RunCredentials,
  { store }: Assembly,
  { aws }: Session,
): Promise<OwnCredentials> {
  const caller = await aws.principal(as);
  const issued = store.transact<Credentials | undefined>((tx) => run.issue(caller, tx));
  if (issued) return { credentials: issued, as: callerArn(caller) };
  throw new UsageError(NO_CREDENTIALS);
}

const NO_CREDENTIALS = 'an anonymous caller has no credentials: name a caller with --as';

async function standIn(
  { anyCredentials: as, hostNames = [] }: EndpointOptions,
  { aws, environment: { random } }: Session,
): Promise<{ readonly rules: CredentialRules['anyCredentials']; readonly arn: string; emptied(): void } | undefined> {
  if (as === undefined) return undefined;
  const { anyCredentials } = await import('../../../wire/credentials/any-credentials.ts');
  const caller = await aws.principal(as || undefined);
  const principal = lastingPrincipal(caller, random);
  if (!principal) throw new UsageError(NO_CREDENTIALS);
  return {
    rules: anyCredentials({ principal, random, hostNames }),
    arn: callerArn(caller),
    emptied: principal.emptied,
  };
}

interface Certified {
  readonly identity: NonNullable<ServerOptions['tls']>;
  readonly authorityFile: string | undefined;
  readonly isNew: boolean;
}

async function certificateFor(
  { tls, host, hostNames = [] }: EndpointOptions,
  { environment }: Session,
): Promise<Certified | undefined> {
  if (tls === undefined) return undefined;
  const { keptCertificate, ownCertificate } = await import('../../../wire/tls/kept-certificates.ts');
  if (tls !== 'made') return { identity: ownCertificate(tls.cert, tls.key), authorityFile: undefined, isNew: false };
  const names = hostNames.map((name) => name.toLowerCase());
  const own = isIP(host) && !EVERYWHERE.has(host) && !isLoopback(host) ? [host] : [];
  const kept = await keptCertificate(join(dataFolder(environment), 'tls'), [...names, ...own], environment);
  return { identity: kept, ...kept };
}

/** Stands for all addresses of a machine. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Whether only programs on this machine can reach an address or name: RFC 1122, section 3.2.1.3, and RFC 6761, 6.3. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** What the system refuses, as an error with the way out. */
async function listening({ host, port }: EndpointOptions, options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    const code = systemCode(error);
    const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    switch (code) {
      case 'EADDRINUSE':
        throw new StoreError(`${at} is in use by another program: choose another port, or 0 for a free one`, {
          hint: 'ssebox serve --port 0',
          cause: error,
        });
      case 'EACCES':
        throw new StoreError(`${at} may not be used by this user: choose a port from 1024 on`, { cause: error });
      case 'EADDRNOTAVAIL':
        throw new StoreError(`this machine does not have the address ${host}`, { cause: error });
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        throw new StoreError(`the host "${host}" is not known`, { cause: error });
      default:
        if (code === undefined) throw error;
        throw new StoreError(`cannot listen at ${at}: ${systemReason(error) ?? code}`, { cause: error });
    }
  }
}
