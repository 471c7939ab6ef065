/** What a command runs with: its settings, and the endpoints that its calls go to. */

import type { Environment } from '../env.ts';
import type { CommandSpec } from './command.ts';
import type { Endpoints } from './endpoint/chosen.ts';
import { hasEndpoint, namesEndpoint } from './endpoint/named.ts';
import type { Globals } from './globals.ts';
import { loadSettings, type RunSettings } from './profiles.ts';

/** What says where the calls of a command go. */
interface Whereabouts {
  readonly globals: Globals;
  readonly variables: Environment['variables'];
}

/** The same where one side of a command is the store: what names that, and who is calling there, says nothing more. */
export function withoutStore(globals: Globals, environment: Environment): Whereabouts {
  const { store, as, ...others } = globals;
  const { SSEBOX_STORE, SSEBOX_AS, ...variables } = environment.variables;
  return { globals: others, variables };
}

/** Whether a command says by itself which endpoint it means, as `endpoint check` does, so that nothing else names it. */
export const takesForeignRegion = ({ callsEndpoint, makesNoCalls, usesEndpoint }: CommandSpec): boolean =>
  usesEndpoint === true || (callsEndpoint === true && makesNoCalls === true);

/**
 * The settings of a command, and the endpoints that it calls; undefined if it only calls the store on this machine.
 * @throws UsageError, StoreError for what does not fit or is no endpoint
 */
export async function configured(
  path: readonly string[],
  spec: CommandSpec,
  { globals, variables }: Whereabouts,
): Promise<{ readonly settings: RunSettings; readonly endpoints: Endpoints | undefined }> {
  const { callsEndpoint, usesEndpoint, ignoresSettings, profileMayLack } = spec;
  const isNamed = namesEndpoint(globals, variables);
  if (globals['endpoint-url'] !== undefined) {
    const { checkEndpointOption } = await import('./endpoint/chosen.ts');
    checkEndpointOption({ path, callsEndpoint, usesEndpoint }, globals);
  }
  if (ignoresSettings) return { settings: {}, endpoints: undefined };
  const isForEndpoint = isNamed && callsEndpoint;
  const foreignRegion = takesForeignRegion(spec) ? 'allowed' : callsEndpoint ? 'with an endpoint' : undefined;
  const settings = await loadSettings(globals, { variables }, { profileMayLack, isForEndpoint, foreignRegion });
  if (!callsEndpoint || !hasEndpoint(settings, globals, variables)) return { settings, endpoints: undefined };
  const { endpointsFor } = await import('./endpoint/chosen.ts');
  return { settings, endpoints: endpointsFor(globals, variables, settings) };
}
