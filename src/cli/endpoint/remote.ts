/** The calls of a command to one endpoint: signed, made again where that helps, and told to --debug. */

import type { ServiceName } from '../../api/model/operations.ts';
import { version } from '../../version.ts';
import { type Client, newClient } from '../../wire/client/client.ts';
import type { Endpoint } from '../../wire/client/endpoint.ts';
import { newTransport, type Transport } from '../../wire/client/transport.ts';
import type { Credentials } from '../../wire/signature/signing.ts';
import type { AwsSources, CallOptions } from '../aws.ts';
import { newRetries, type Tried } from '../retries.ts';
import type { ChosenEndpoint } from './chosen.ts';
import { connectionOptions } from './connection.ts';
import { endpointCredentials } from './credentials.ts';
import { ASIDE_MS, withinTime } from './within-time.ts';

export interface Remote {
  /** @throws AwsError, EndpointError, StoreError without credentials */
  call(service: ServiceName, name: string, input: unknown, options: CallOptions): Promise<unknown>;
}

/** What calls to an endpoint are made of, for whoever also sends requests that no client would. */
export interface RemoteParts {
  readonly client: Client;
  readonly transport: Transport;
  /** @throws StoreError if there are none */
  readonly credentials: () => Promise<Credentials | undefined>;
  /** A client at the same endpoint that signs with other credentials. */
  clientAs(credentials: Credentials): Client;
}

/** How long what a failed or interrupted command has begun is being undone, in milliseconds. */
const UNDOING_MS = 10_000;

export async function openRemote(chosen: ChosenEndpoint, sources: AwsSources, region: string): Promise<Remote> {
  const { client } = await openParts(chosen, sources, region);
  const retries = newRetries(sources);
  return {
    call(service, name, input, options) {
      const invocationId = sources.environment.uuid();
      const made = (signal: AbortSignal, tried: Tried) => {
        const attempt = { invocationId, ...tried };
        return client.call({ service, name, input, region: options.region ?? region, signal, attempt });
      };
      const once = { number: 1, max: 1 };
      if (options.isAside) return withinTime(ASIDE_MS, sources.signal, (either) => made(either, once));
      const signal = options.undoes ? AbortSignal.timeout(UNDOING_MS) : sources.signal;
      if (sources.isMadeOnce) return made(signal, once);
      return retries.attempt({ service, name, input }, (tried) => made(signal, tried));
    },
  };
}

export async function openParts(chosen: ChosenEndpoint, sources: AwsSources, region: string): Promise<RemoteParts> {
  const { globals, environment } = sources;
  const isTls = [chosen.endpoint, chosen.roles].some(usesTls);
  const transport = await shownOn(sources, newTransport(await connectionOptions(sources, isTls)));
  const debug = globals.debug ? (line: string) => sources.tell(`debug: ${line}`) : undefined;
  const clientOf = (endpoint: Endpoint, credentials: () => Promise<Credentials | undefined>) =>
    newClient({
      endpoint,
      transport,
      credentials,
      now: environment.now,
      userAgent: `ssebox/${version}`,
      addressing: sources.settings['s3.addressing_style'],
      checksums: {
        requests: sources.settings.request_checksum_calculation,
        answers: sources.settings.response_checksum_validation,
      },
      pause: environment.pause,
      debug,
    });
  const roles = {
    endpoint: chosen.roles,
    region,
    client: (caller: Credentials | undefined) => clientOf(chosen.roles, async () => caller),
  };
  const credentials = endpointCredentials(roles, sources);
  return {
    client: clientOf(chosen.endpoint, credentials),
    transport,
    credentials,
    clientAs: (other) => clientOf(chosen.endpoint, async () => other),
  };
}

/** With --debug, the transport says what it sends. */
async function shownOn({ globals, environment, tell }: AwsSources, transport: Transport): Promise<Transport> {
  if (!globals.debug) return transport;
  const { withRequestsShown } = await import('./shown-requests.ts');
  return withRequestsShown(transport, (line) => tell(`debug: ${line}`), environment.elapsed);
}

const usesTls = (endpoint: Endpoint): boolean => endpoint.kind === 'aws' || endpoint.origin.startsWith('https:');
