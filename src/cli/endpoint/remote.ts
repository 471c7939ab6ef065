/** The calls of a command to one endpoint: signed, made again where that helps, and told to --debug. */

import type { ServiceName } from '../../api/model/operations.ts';
import type { Region } from '../../api/regions.ts';
import { version } from '../../version.ts';
import { newClient } from '../../wire/client/client.ts';
import { newTransport } from '../../wire/client/transport.ts';
import type { AwsSources, CallOptions } from '../aws.ts';
import { newRetries } from '../retries.ts';
import type { ChosenEndpoint } from './chosen.ts';
import { endpointCredentials } from './credentials.ts';

export interface Remote {
  /** @throws AwsError, EndpointError, StoreError without credentials */
  call(service: ServiceName, name: string, input: unknown, options: CallOptions): Promise<unknown>;
}

/** What the AWS CLI waits, in milliseconds: AWS CLI User Guide, "Command line options". */
const USUAL_MS = 60_000;

export async function openRemote(chosen: ChosenEndpoint, sources: AwsSources, region: Region): Promise<Remote> {
  const { globals, environment } = sources;
  const transport = newTransport({
    connectMs: milliseconds(globals['cli-connect-timeout']),
    readMs: milliseconds(globals['cli-read-timeout']),
    verifies: globals['no-verify-ssl'] !== true,
  });
  const client = newClient({
    endpoint: chosen.endpoint,
    transport,
    credentials: endpointCredentials(chosen, sources),
    now: environment.now,
    userAgent: `ssebox/${version}`,
  });
  const retries = newRetries(sources);
  return {
    call(service, name, input, options) {
      const make = () =>
        client.call({ service, name, input, region: options.region ?? region, signal: sources.signal });
      return sources.isMadeOnce ? make() : retries.attempt({ service, name, input }, make);
    },
  };
}

const milliseconds = (seconds: string | undefined): number =>
  seconds === undefined ? USUAL_MS : Number(seconds) * 1000;
