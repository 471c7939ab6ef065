/** `ssebox serve` from its first line to the signal that ends it. */

import { constants } from 'node:os';
import { StoreError } from '../../../api/errors.ts';
import { shellWord } from '../../../api/shell-word.ts';
import { requestLog } from '../../../wire/request-log.ts';
import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import { answerAt, USUAL_PORT } from './credentials-socket.ts';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import type { PlannedServer } from './planned-server.ts';
import { temporaryStore } from './temporary-store.ts';

/** Serves until a signal. Its one line is for scripts, once the endpoint answers: the URL. */
export async function* serveUntilEnded(plan: PlannedServer, outer: Session): AsyncGenerator<string, void> {
  const ending = firstSignal();
  const temporary = plan.isTemporary ? temporaryStore(outer) : undefined;
  try {
    const { globals, environment, settings } = outer;
    const folder = temporary?.folder ?? storeFolder(globals, environment, settings);
    yield* served(plan, { session: temporary?.session ?? outer, outer, folder, ended: ending.ended });
  } finally {
    await temporary?.close();
    ending.release();
  }
}

interface Parts {
  readonly session: Session;
  /** Of the command line, whose environment is not only that of a temporary store. */
  readonly outer: Session;
  readonly folder: string;
  /** Settled by the signal that ends it. */
  readonly ended: Promise<void>;
}

async function* served(plan: PlannedServer, { session, outer, folder, ended }: Parts): AsyncGenerator<string, void> {
  const { log: form, namesKeys } = plan;
  const { random, now } = session.environment;
  const observe =
    form === 'none' ? undefined : requestLog({ form, namesKeys, random, now, write: (line) => session.tell(line) });
  const endpoint = await openEndpoint(session, { ...plan, observe });
  try {
    // Found here, not by the first who asks.
    await endpoint.credentials();
    await endpoint.startBackground();
    const socket = await findable(endpoint, folder, outer);
    try {
      for (const line of introduction(plan, endpoint, folder)) session.tell(line);
      yield endpoint.url;
      await ended;
    } finally {
      socket?.close();
    }
    if (!plan.isQuiet) session.tell('ending: what runs has 10 s; a second signal ends it at once');
  } finally {
    await endpoint.close();
  }
}

/** Lets `ssebox env` find it, without which it serves, too. */
async function findable(endpoint: Endpoint, folder: string, { environment, tell }: Session) {
  const { port, url, authorityFile } = endpoint;
  try {
    const answer = async (named: string | undefined) => {
      const { credentials, as } = await endpoint.credentials(named);
      return { url, authorityFile, credentials, behind: { folder, as } };
    };
    return await answerAt(port, environment, answer);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    tell(`ssebox env will not find this endpoint: ${error.message}`);
    return undefined;
  }
}

/** What a person wants to know of it; a warning cannot be turned off. */
function introduction(plan: PlannedServer, endpoint: Endpoint, folder: string): readonly string[] {
  const { url, port, strangersAre, authorityFile, isNewlyCertified } = endpoint;
  const warning =
    strangersAre === undefined
      ? []
      : [
          `warning: any program on this machine is let in as ${strangersAre}: access keys that the store never had are not verified`,
        ];
  if (plan.isQuiet) return warning;
  const to = port === USUAL_PORT ? '' : ` --port ${port}`;
  return [
    `serving ${plan.isTemporary ? 'a temporary store' : `the store "${folder}"`} at ${url}`,
    ...warning,
    ...(authorityFile === undefined
      ? []
      : [
          `${isNewlyCertified ? 'a certificate was made; ' : ''}clients trust it by AWS_CA_BUNDLE=${shellWord(authorityFile)} or NODE_EXTRA_CA_CERTS=${shellWord(authorityFile)}`,
        ]),
    `to call it from a shell: eval "$(ssebox env${to})"`,
  ];
}

/** Signals that end an endpoint. The first lets it end what runs; a second one ends the process. */
function firstSignal(): { readonly ended: Promise<void>; release(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let take = (_: NodeJS.Signals): void => {};
  const ended = new Promise<void>((resolve) => {
    let isSecond = false;
    take = (signal) => {
      if (isSecond) process.exit(128 + constants.signals[signal]);
      isSecond = true;
      resolve();
    };
  });
  for (const signal of signals) process.on(signal, take);
  return {
    ended,
    release() {
      for (const signal of signals) process.removeListener(signal, take);
    },
  };
}
