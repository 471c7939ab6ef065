/** AWS as a command sees it whose calls go to an endpoint, or those of some services to the store on this machine. */

import { type AccountId, isAccountId } from '../../api/arn.ts';
import { ReceivedRefusal, UsageError } from '../../api/errors.ts';
import { isRecord } from '../../api/message.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import type { Aws, AwsSources, CallOptions } from '../aws.ts';
import type { ChosenEndpoint, Endpoints } from './chosen.ts';
import { endpointPlace } from './place.ts';
import type { Remote } from './remote.ts';

interface Routing {
  readonly sources: AwsSources;
  /** What calls are signed for. */
  readonly region: string;
  /** Whether somebody reads what is said: a person, or whoever looks at the log of CI. */
  readonly isWatched: boolean;
}

/** @param local makes the calls to services that have no endpoint */
export function routedAws(local: Aws, endpoints: Endpoints, { sources, region, isWatched }: Routing): Aws {
  const remotes = new Map<string, Promise<Remote>>();
  const announced = new Set<string>();
  /** Says where a command writes that does not say so itself: once for each place. */
  const announce = async ({ isByOption, text, by }: ChosenEndpoint, service: ServiceName, name: string) => {
    if (isByOption || !isWatched || announced.has(text)) return;
    const { operationFacts } = await import('../../api/operation-facts.ts');
    // Of several calls under way, the first says so.
    if (operationFacts(service, name).reads || announced.has(text)) return;
    announced.add(text);
    sources.tell(`calling ${text} (${by})`);
  };
  const remoteAt = (chosen: ChosenEndpoint): Promise<Remote> => {
    const known = remotes.get(chosen.text);
    if (known) return known;
    if (sources.globals.debug) sources.tell(`debug: calls go to ${chosen.text} (${chosen.by})`);
    const opened = import('./remote.ts').then(({ openRemote }) => openRemote(chosen, sources, region));
    remotes.set(chosen.text, opened);
    return opened;
  };
  const callByName = async (service: ServiceName, name: string, input: unknown, options: CallOptions = {}) => {
    const chosen = endpoints.of(service);
    if (!chosen) return local.callByName(service, name, input, options);
    await announce(chosen, service, name);
    const remote = await remoteAt(chosen);
    try {
      return await remote.call(service, name, input, options);
    } catch (error) {
      if (!(error instanceof ReceivedRefusal)) throw error;
      const [{ withKeyHint }, { withChecksumHint }] = await Promise.all([
        import('./key-hint.ts'),
        import('./checksum-hint.ts'),
      ]);
      // What it was asked with says which names could have been meant.
      const asked = new ReceivedRefusal(error.received, { input, ...error.call }, error.hint);
      throw withChecksumHint(withKeyHint(asked, chosen, sources), sources);
    }
  };
  let account: Promise<AccountId | undefined> | undefined;
  const accountThere = async (at: ChosenEndpoint): Promise<AccountId | undefined> => {
    if (sources.globals['no-sign-request']) return undefined;
    // The store on this machine knows nothing of the credentials that its calls are signed with.
    if (!endpoints.of('sts')) {
      throw new UsageError(
        `only STS says whose account it is ${endpointPlace(at)}: set AWS_ENDPOINT_URL_STS, or write ARNs`,
      );
    }
    const answer = await callByName('sts', 'GetCallerIdentity', {});
    const said = isRecord(answer) ? answer.Account : undefined;
    return typeof said === 'string' && isAccountId(said) ? said : undefined;
  };
  return {
    caller: (service) => (endpoints.of(service) ? inVain() : local.caller(service)),
    account(service) {
      const chosen = endpoints.of(service);
      if (!chosen) return local.account(service);
      account ??= accountThere(chosen);
      return account;
    },
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
