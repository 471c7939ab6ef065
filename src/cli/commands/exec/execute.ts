/** One run of `ssebox exec`: the endpoint, the program, and what is left to say. */

import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import { clientVariables } from '../serve/client-variables.ts';
import { openEndpoint } from '../serve/endpoint.ts';
import type { HeldSignals } from './held-signals.ts';
import { codeOf, runProgram } from './run-program.ts';
import type { TrustedAuthorities } from './trusted-authorities.ts';

interface Options {
  readonly temporary: boolean;
  readonly tls: boolean;
  readonly 'deny-report': boolean;
}

/** Runs the program to its end, and returns its exit code. */
export async function execute(
  words: readonly string[],
  options: Options,
  session: Session,
  signals: HeldSignals,
): Promise<number> {
  const { globals, environment, settings } = session;
  const parts = { words, options, signals, variables: environment.variables };
  if (!options.temporary) return runOn(session, storeFolder(globals, environment, settings), parts);
  const { temporaryStore } = await import('../serve/temporary-store.ts');
  const temporary = temporaryStore(session);
  try {
    return await runOn(temporary.session, temporary.folder, parts);
  } finally {
    await temporary.close();
  }
}

interface Parts {
  readonly words: readonly string[];
  readonly options: Options;
  readonly signals: HeldSignals;
  /** The environment of this process. */
  readonly variables: Session['environment']['variables'];
}

async function runOn(session: Session, folder: string, { words, options, signals, variables }: Parts): Promise<number> {
  const report = options['deny-report'] ? await import('./deny-report.ts') : undefined;
  const refused = report?.refusedRequests();
  const endpoint = await openEndpoint(session, {
    host: '127.0.0.1',
    port: 0,
    tls: options.tls ? 'made' : undefined,
    secureTransport: 'assumed',
    isTemporary: options.temporary,
    observe:
      refused &&
      ((_, { requestId, service, operation, code }) => {
        if (requestId !== undefined && code !== undefined) refused.add({ requestId, service, operation, code });
      }),
  });
  let both: TrustedAuthorities | undefined;
  try {
    const { credentials, as } = await endpoint.credentials();
    const made = { credentials, behind: { folder, as } };
    const own = clientVariables(endpoint, made, session.region, variables);
    const { NODE_EXTRA_CA_CERTS: named } = variables;
    if (named && endpoint.authorityFile !== undefined) {
      const { bothAuthorities } = await import('./trusted-authorities.ts');
      both = bothAuthorities(named, endpoint.authorityFile);
    }
    const trusted = both && { NODE_EXTRA_CA_CERTS: both.file };
    if (signals.early !== undefined) return codeOf(signals.early);
    const running = runProgram(words, { ...variables, ...own, ...trusted, SSEBOX_PASSPHRASE: undefined }, signals);
    await endpoint.startBackground();
    const end = await running;
    if (end.kind === 'not-run') session.tell(end.message);
    return end.code;
  } finally {
    both?.remove();
    await endpoint.close();
    if (refused) await report?.reportRefusals(refused, session);
  }
}
