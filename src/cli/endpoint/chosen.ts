/**
 * The endpoint that calls of a command go to, if it is not the store on this machine: AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints". Only the option can name AWS itself: what is meant for the laptop must not reach a real
 * account because of a variable.
 */

import { StoreError, UsageError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { AWS_ITSELF, type Endpoint, isAwsHost, parseEndpoint } from '../../wire/client/endpoint.ts';
import type { Globals } from '../globals.ts';

/** An endpoint, and how it came to be chosen. */
export interface ChosenEndpoint {
  readonly endpoint: Endpoint;
  /** As it was written. */
  readonly text: string;
  /** What names it: the option, or a variable. */
  readonly by: string;
  readonly isByOption: boolean;
}

/** Where the calls of a command go. */
export interface Endpoints {
  /** Undefined: to the store on this machine. */
  of(service: ServiceName): ChosenEndpoint | undefined;
  /** The one for every service that has none of its own; then the store has no part in the command. */
  readonly general: ChosenEndpoint | undefined;
}

/** What a command does with an endpoint: members of `CommandSpec` in `command.ts`. */
interface EndpointUse {
  readonly callsEndpoint?: boolean | undefined;
  readonly usesEndpoint?: boolean | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

const EXAMPLE_URL = 'http://127.0.0.1:4566';

const OPTION = '--endpoint-url';

/**
 * The endpoints of a command; undefined if all of its calls are made in the store on this machine.
 * @throws UsageError for an option that the command does not take, or that names no endpoint; StoreError for a variable
 */
export function endpointsFor(
  path: readonly string[],
  { callsEndpoint, usesEndpoint }: EndpointUse,
  globals: Globals,
  variables: Variables,
): Endpoints | undefined {
  if (usesEndpoint) return undefined;
  const option = globals['endpoint-url'];
  if (option !== undefined) {
    const chosen = byOption(path, option, { callsEndpoint }, globals);
    return { general: chosen, of: () => chosen };
  }
  if (!callsEndpoint || isLocal(globals, variables) || areIgnored(variables)) return undefined;
  const general = byVariable('AWS_ENDPOINT_URL', variables);
  const found = new Map<ServiceName, ChosenEndpoint | undefined>();
  const of = (service: ServiceName) => {
    if (!found.has(service)) found.set(service, byVariable(variableOf(service), variables) ?? general);
    return found.get(service);
  };
  const isAny = Object.keys(variables).some((name) => name.startsWith('AWS_ENDPOINT_URL') && variables[name]);
  return isAny ? { general, of } : undefined;
}

function byOption(
  path: readonly string[],
  text: string,
  { callsEndpoint }: EndpointUse,
  globals: Globals,
): ChosenEndpoint {
  const endpoint = parseEndpoint(text);
  if (!endpoint) throw new UsageError(`${OPTION} takes a URL such as ${EXAMPLE_URL}, or ${AWS_ITSELF}, not "${text}"`);
  if (!callsEndpoint) {
    throw new UsageError(`ssebox ${path.join(' ')} works with the store on this machine: leave out ${OPTION}`);
  }
  for (const name of ['store', 'as'] as const) {
    if (globals[name] === undefined) continue;
    throw new UsageError(`--${name} is about the store on this machine, and ${OPTION} is not: use one of them`);
  }
  return { endpoint, text, by: OPTION, isByOption: true };
}

/** @throws StoreError for what is no URL, and for AWS's own endpoints */
function byVariable(name: string, variables: Variables): ChosenEndpoint | undefined {
  const text = variables[name];
  if (!text) return undefined;
  const endpoint = parseEndpoint(text);
  if (!endpoint) throw new StoreError(`${name} must be a URL such as ${EXAMPLE_URL}, not "${text}"`);
  if (endpoint.kind === 'aws' || isAwsHost(endpoint.origin)) {
    throw new StoreError(`${name} is "${text}", which is AWS itself: to go there, use ${OPTION} ${AWS_ITSELF}`);
  }
  return { endpoint, text, by: name, isByOption: false };
}

/** Whoever names a store or a principal of it means the store. */
const isLocal = (globals: Globals, { SSEBOX_AS, SSEBOX_STORE }: Variables): boolean =>
  globals.as !== undefined || globals.store !== undefined || Boolean(SSEBOX_AS) || Boolean(SSEBOX_STORE);

const areIgnored = ({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: ignored }: Variables): boolean =>
  ignored?.toLowerCase() === 'true';

/** By the service's id, in capitals. */
const variableOf = (service: ServiceName): string =>
  `AWS_ENDPOINT_URL_${service === 's3control' ? 'S3_CONTROL' : service.toUpperCase().replaceAll('-', '_')}`;

/** The endpoint of S3 that the environment sets, and its variable, for a command that only writes it down. */
export function s3Endpoint(variables: Variables): { readonly name: string; readonly url: string } | undefined {
  if (areIgnored(variables)) return undefined;
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const url = variables[name];
    if (url) return { name, url };
  }
  return undefined;
}
