/** Command lines whose calls go to an endpoint over the store of a test's world, all in the process of the test. */

import { existsSync, readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { parseEndpoint } from '../../src/wire/client/endpoint.ts';
import { type CommandLine, type Ended, newCommandLine, type RunOptions } from './command-line.ts';
import { type Endpoint, newCredentials, startEndpoint } from './endpoint.ts';
import { newWorld, type World } from './harness.ts';
import type { SigningCredentials } from './signed-request.ts';

export interface EndpointLine extends Omit<CommandLine, 'store'> {
  /** The world behind the endpoint. */
  readonly world: World;
  readonly endpoint: Endpoint;
  readonly url: string;
  /** Those of an administrator of the world. */
  readonly credentials: SigningCredentials;
  /** The environment by which commands find the endpoint, and no store. */
  readonly variables: Readonly<Record<string, string>>;
  /** What is in the home of the commands, besides the files of the test. */
  home(): readonly string[];
  /**
   * The session of a command whose calls go to endpoints; the store has no part in it.
   * @param remote the services that have one; absent: all
   */
  session(remote?: readonly ServiceName[]): Session;
}

/** An endpoint, and a home without a store. */
export async function newEndpointLine(): Promise<EndpointLine> {
  const world = newWorld();
  const credentials = await newCredentials(world);
  const endpoint = await startEndpoint(world);
  onTestFinished(() => endpoint.server.close(0));
  return endpointLine(newCommandLine(), endpoint, credentials, world);
}

function endpointLine(
  line: CommandLine,
  endpoint: Endpoint,
  credentials: SigningCredentials,
  world: World,
): EndpointLine {
  const { url } = endpoint.server;
  const home = line.path('home');
  const variables = {
    HOME: home,
    SSEBOX_STORE: '',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const withVariables = (options: RunOptions = {}): RunOptions => ({
    ...options,
    variables: { ...variables, ...options.variables },
  });
  const run = (words: readonly string[], options?: RunOptions): Promise<Ended> =>
    line.ssebox(words, withVariables(options));
  return {
    ...line,
    world,
    endpoint,
    url,
    credentials,
    variables,
    ssebox: run,
    ok: (words, options) => line.ok(words, withVariables(options)),
    home: () => (existsSync(home) ? readdirSync(home) : []),
    session(remote) {
      const parsed = parseEndpoint(url) ?? expect.fail(`${url} is no endpoint`);
      const chosen = { endpoint: parsed, roles: parsed, text: url, by: '--endpoint-url', isByOption: true };
      const of = (service: ServiceName) => (remote?.includes(service) === false ? undefined : chosen);
      return newSession({
        globals: {},
        environment: { ...world.environment, variables },
        settings: {},
        endpoints: { general: remote ? undefined : chosen, of },
        signal: new AbortController().signal,
        openStore: async () => expect.fail('the store was opened'),
        stdin: standardInputOf({ stdin: Readable.from([]) }),
        tell: () => {},
        confirm: async () => {},
      });
    },
  };
}
