/** AWS as a command sees it whose calls go to an endpoint, or those of some services to the store on this machine. */

import { UsageError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { Region } from '../../api/regions.ts';
import type { Aws, AwsSources, CallOptions } from '../aws.ts';
import type { ChosenEndpoint, Endpoints } from './chosen.ts';
import type { Remote } from './remote.ts';

/** @param local makes the calls to services that have no endpoint */
export function routedAws(local: Aws, endpoints: Endpoints, sources: AwsSources, region: Region): Aws {
  const remotes = new Map<string, Promise<Remote>>();
  const remoteAt = (chosen: ChosenEndpoint): Promise<Remote> => {
    const known = remotes.get(chosen.text);
    if (known) return known;
    const opened = import('./remote.ts').then(({ openRemote }) => openRemote(chosen, sources, region));
    remotes.set(chosen.text, opened);
    return opened;
  };
  const callByName = async (service: ServiceName, name: string, input: unknown, options: CallOptions = {}) => {
    const chosen = endpoints.of(service);
    if (!chosen) return local.callByName(service, name, input, options);
    return (await remoteAt(chosen)).call(service, name, input, options);
  };
  return {
    caller: (service) => (endpoints.of(service) ? inVain() : local.caller(service)),
    principal: (as) => (endpoints.of('sts') ? inVain() : local.principal(as)),
    credentialsOfProfile: () => local.credentialsOfProfile(),
    // The output is what the model says of it.
    call: (service, name, input, options) => callByName(service, name, input, options) as never,
    callByName,
    perform: (task, input) => (endpoints.of(task.service) ? inVain() : local.perform(task, input)),
    ignoredKey: () => local.ignoredKey(),
    effects: local.effects,
  };
}

const inVain = async (): Promise<never> => {
  throw new UsageError('this needs the store on this machine, and the calls go to an endpoint');
};
