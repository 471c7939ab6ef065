/** Whether a command could go to an endpoint, which is asked of every command before anything is loaded for that. */

import type { Environment } from '../../env.ts';
import type { Globals } from '../globals.ts';
import type { RunSettings } from '../profiles.ts';

type Variables = Environment['variables'];

/** Whether the option or a variable names an endpoint, for all that is known before the profile is read. */
export const namesEndpoint = (globals: Globals, variables: Variables): boolean =>
  globals['endpoint-url'] !== undefined || (!isLocal(globals, variables) && hasEndpointVariable(variables));

/** Whether any of the option, the variables and the profile names an endpoint that counts. */
export const hasEndpoint = (settings: RunSettings, globals: Globals, variables: Variables): boolean =>
  globals['endpoint-url'] !== undefined ||
  (!isLocal(globals, variables) &&
    !areIgnored(variables, settings) &&
    (settings.endpoints !== undefined || hasEndpointVariable(variables)));

/** Whoever names a store or a principal of it means the store. */
const isLocal = (globals: Globals, { SSEBOX_AS, SSEBOX_STORE }: Variables): boolean =>
  globals.as !== undefined || globals.store !== undefined || Boolean(SSEBOX_AS) || Boolean(SSEBOX_STORE);

/**
 * Whether no endpoint of a variable or a profile counts, which either can say: AWS SDKs and Tools Reference Guide,
 * "Service-specific endpoints", ignore_configured_endpoint_urls.
 */
export const areIgnored = (
  { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: ignored }: Variables,
  { ignore_configured_endpoint_urls: ofProfile }: RunSettings = {},
): boolean => ofProfile === true || ignored?.toLowerCase() === 'true';

/** Whether a variable names one that is not to be ignored. */
export const hasEndpointVariable = (variables: Variables): boolean =>
  !areIgnored(variables) &&
  Object.keys(variables).some((name) => name.startsWith('AWS_ENDPOINT_URL') && variables[name]);
