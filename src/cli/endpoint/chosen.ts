/**
 * The endpoint that calls of a command go to, if it is not the store on this machine: AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints". Only the option can name AWS itself: what is meant for the laptop must not reach a real
 * account because of a variable.
 */

import { StoreError, UsageError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { Environment } from '../../env.ts';
import { AWS_ITSELF, type Endpoint, isAwsHost, parseEndpoint } from '../../wire/client/endpoint.ts';
import type { Globals } from '../globals.ts';
import type { ProfileEndpoints, RunSettings } from '../profiles.ts';
import { EXAMPLE_URL, endpointFault } from './endpoint-text.ts';
import { areIgnored, hasEndpoint } from './named.ts';

/** An endpoint, and how it came to be chosen. */
export interface ChosenEndpoint {
  readonly endpoint: Endpoint;
  /** Where roles are assumed for calls to it: there, or where calls to STS go. */
  readonly roles: Endpoint;
  /** As it was written. */
  readonly text: string;
  /** What names it: the option, a variable, or the setting of a profile. */
  readonly by: string;
  readonly isByOption: boolean;
}

/** Where the calls of a command go. */
export interface Endpoints {
  /** Undefined: to the store on this machine. @throws StoreError for a variable or a profile that names no endpoint */
  of(service: ServiceName): ChosenEndpoint | undefined;
  /** The one for every service that has none of its own; then the store has no part in the command. */
  readonly general: ChosenEndpoint | undefined;
}

/** A command, as far as it matters for endpoints. The last two are members of `CommandSpec` in `command.ts`. */
interface EndpointUser {
  /** The words that lead to it. */
  readonly path: readonly string[];
  readonly callsEndpoint?: boolean | undefined;
  readonly usesEndpoint?: boolean | undefined;
}

type Variables = Environment['variables'];

const OPTION = '--endpoint-url';

/**
 * The endpoints of a command that calls them; undefined if all of its calls are made in the store on this machine.
 * @throws StoreError for a variable or a profile that names no endpoint, or AWS itself
 */
export function endpointsFor(globals: Globals, variables: Variables, settings: RunSettings): Endpoints | undefined {
  const option = globals['endpoint-url'];
  if (option !== undefined) {
    const chosen = endpointByOption(OPTION, option);
    return { general: chosen, of: () => chosen };
  }
  if (!hasEndpoint(settings, globals, variables)) return undefined;
  const ofProfile = settings.endpoints;
  // Its own are looked at before that of all services, whatever names either: botocore, configprovider.py.
  const general = byVariable('AWS_ENDPOINT_URL', variables) ?? byProfile(ofProfile);
  const found = new Map<ServiceName, ChosenEndpoint | undefined>();
  const find = (service: ServiceName) =>
    byVariable(variableOf(service), variables) ??
    byVariable('AWS_ENDPOINT_URL', variables) ??
    byServices(service, ofProfile) ??
    general;
  const of = (service: ServiceName) => {
    if (!found.has(service)) {
      const own = find(service);
      found.set(service, own && { ...own, roles: find('sts')?.endpoint ?? own.endpoint });
    }
    return found.get(service);
  };
  return { general, of };
}

/**
 * Refuses what does not fit together before anything is looked for.
 * @throws UsageError for an option that the command does not take, or that names no endpoint
 */
export function checkEndpointOption(
  { path, callsEndpoint, usesEndpoint }: EndpointUser,
  { 'endpoint-url': text, ...globals }: Globals,
): void {
  if (text === undefined || usesEndpoint) return;
  if (!callsEndpoint) {
    // What explains any command is a command of its own, which nobody types.
    const words = path.join(' ') === 'explain command' ? 'explain' : path.join(' ');
    throw new UsageError(
      `ssebox ${words} works with the store on this machine, and not with an endpoint: leave out ${OPTION}`,
    );
  }
  endpointByOption(OPTION, text);
  for (const name of ['store', 'as'] as const) {
    if (globals[name] === undefined) continue;
    throw new UsageError(`--${name} is about the store on this machine, and ${OPTION} is not: use one of them`);
  }
}

/** @throws UsageError that says what is wrong with the value of the option */
export function endpointByOption(option: string, text: string): ChosenEndpoint {
  const fault = text === AWS_ITSELF ? undefined : endpointFault(text);
  const endpoint = fault === undefined ? parseEndpoint(text) : undefined;
  if (!endpoint) {
    throw new UsageError(
      `${option} takes a URL such as ${EXAMPLE_URL}, or ${AWS_ITSELF}: ${fault ?? `"${text}" is neither`}`,
    );
  }
  // A host of AWS's own answers for one service, and not for STS.
  const isAws = endpoint.kind === 'url' && isAwsHost(endpoint.origin);
  return { endpoint, roles: isAws ? { kind: 'aws' } : endpoint, text, by: option, isByOption: true };
}

/** @throws StoreError for what is no URL, and for AWS's own endpoints */
function byVariable(name: string, variables: Variables): ChosenEndpoint | undefined {
  const text = variables[name];
  return text ? configured(text, name, `unset ${name}`) : undefined;
}

function byProfile(profile: ProfileEndpoints | undefined): ChosenEndpoint | undefined {
  if (profile?.url === undefined) return undefined;
  return configured(profile.url, `endpoint_url of the profile (${profile.name})`, IGNORE);
}

/** @throws StoreError in the AWS CLI's words for a section that is not there: botocore, configprovider.py */
function byServices(service: ServiceName, profile: ProfileEndpoints | undefined): ChosenEndpoint | undefined {
  if (!profile) return undefined;
  const { services, byService } = profile;
  if (!byService) {
    throw new StoreError(
      `The profile is configured to use the services section but the "${services}" services configuration does not exist.`,
    );
  }
  const id = serviceId(service);
  const text = byService[`${id}.endpoint_url`];
  return text ? configured(text, `endpoint_url of ${id} in the services (${services})`, IGNORE) : undefined;
}

const IGNORE = 'set AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true';

/** @param otherwise how it does not count */
function configured(text: string, by: string, otherwise: string): ChosenEndpoint {
  const isAws = text.toLowerCase() === AWS_ITSELF;
  const fault = isAws ? undefined : endpointFault(text);
  const endpoint = fault === undefined ? parseEndpoint(text) : undefined;
  if (isAws || (endpoint?.kind === 'url' && isAwsHost(endpoint.origin))) {
    throw new StoreError(
      `${by} is "${text}", which is AWS itself: to go there, use ${OPTION} ${AWS_ITSELF}; to use the store on this machine, ${otherwise}`,
    );
  }
  if (!endpoint) throw new StoreError(`${by} must be a URL such as ${EXAMPLE_URL}: ${fault ?? `"${text}" is not`}`);
  return { endpoint, roles: endpoint, text, by, isByOption: false };
}

/** A service's id in lower case, as in the files of the AWS CLI: the same guide, "List of service-specific identifiers". */
const serviceId = (service: ServiceName): string =>
  service === 's3control' ? 's3_control' : service.replaceAll('-', '_');

const variableOf = (service: ServiceName): string => `AWS_ENDPOINT_URL_${serviceId(service).toUpperCase()}`;

/** The endpoint of S3 that the environment or the profile sets, and what names it, for a command that writes it down. */
export function s3Endpoint(
  variables: Variables,
  settings: RunSettings,
): { readonly name: string; readonly url: string } | undefined {
  if (areIgnored(variables, settings)) return undefined;
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const url = variables[name];
    if (url) return { name, url };
  }
  const { endpoints } = settings;
  const url = endpoints?.byService?.['s3.endpoint_url'] || endpoints?.url;
  return endpoints && url ? { name: `endpoint_url of the profile (${endpoints.name})`, url } : undefined;
}
