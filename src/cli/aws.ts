/** The calls of a command: who makes them, and the pipeline that runs them, opened by the first. */

import type { AccountId } from '../api/arn.ts';
import { AwsError, UsageError } from '../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Region } from '../api/regions.ts';
import type { Workplace } from '../assemble.ts';
import type { Answer, Effect } from '../call/answer.ts';
import type { Request } from '../call/request.ts';
import type { Task } from '../call/task.ts';
import type { Environment } from '../env.ts';
import type { CredentialCheck } from '../iam/credentials.ts';
import { type Caller, callerAccount } from '../policy/caller.ts';
import type { Tx } from '../store/tables.ts';
import type { Credentials } from '../wire/signature/signing.ts';
import { DEFAULT_PROFILE } from './config.ts';
import type { Globals } from './globals.ts';
import { withSignalOf } from './late-signal.ts';
import type { SettledCaller } from './profile-session.ts';
import { foundFor, namedProfile, type RunSettings } from './profiles.ts';
import type { Retries, TriedCall } from './retries.ts';

export interface CallOptions {
  readonly region?: Region | undefined;
  /** Another caller than the command's own, in the forms of `--as`. */
  readonly as?: string | undefined;
  /** Shares its commit with the other calls under way. */
  readonly grouped?: boolean | undefined;
  /**
   * Whether nobody waits for it, as for the names below a prompt: an endpoint is asked once, and has two seconds to
   * answer.
   */
  readonly isAside?: boolean | undefined;
  /** Whether it is also made after the user has interrupted the command: it undoes what the command began. */
  readonly undoes?: boolean | undefined;
  /** Whether the command overlooks this refusal: nobody is shown it, and `explain last` passes over it. */
  readonly overlooks?: ((refusal: AwsError) => boolean) | undefined;
}

/** AWS as a command sees it: the calls, and nothing of the store behind them. */
export interface Aws {
  /**
   * The caller of this command's calls, found once and in the same way as each call finds it. Nothing is created for
   * it: an account that its first call has yet to create will have other unique ids than these.
   * @param service what the calls that follow are for, in whose words invalid credentials are refused
   * @throws UsageError when there is no such principal, AwsError when the credentials are not valid.
   */
  caller(service: ServiceName): Promise<Caller>;
  /**
   * The account of the caller of calls to a service; undefined for an anonymous one. An endpoint is asked once.
   * @throws what `caller` throws; EndpointError
   */
  account(service: ServiceName): Promise<AccountId | undefined>;
  /**
   * The same caller, or another one in the forms of `--as`, for credentials that are to represent it: its account is
   * created if it has yet to be, and the role of a profile is a session that does not end.
   * @throws what `caller` throws
   */
  principal(as?: string): Promise<Caller>;
  /**
   * What the profile signs with, if it makes this command's calls with a role or an access key.
   * @throws AwsError when its role may not be assumed.
   */
  credentialsOfProfile(): Promise<Credentials | undefined>;
  /** Makes a call as this command's caller. @throws AwsError when it is refused. */
  call<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options?: CallOptions,
  ): Promise<Output<S, N>>;
  /** The same for an operation given by name. */
  callByName(service: ServiceName, name: string, input: unknown, options?: CallOptions): Promise<unknown>;
  /** Performs a task on behalf of this command's caller. @throws AwsError when it is refused. */
  perform<I, O>(task: Task<I, O, Request>, input: I): Promise<O>;
  /** Why the access key in the environment has not made these calls; undefined if it has, or there is none to consider. */
  ignoredKey(): string | undefined;
  /** What these calls have left to be done, each thing once. */
  readonly effects: Iterable<Effect>;
}

/** Where the facts of a command's calls come from. */
export interface AwsSources {
  readonly globals: Globals;
  readonly environment: Environment;
  /** Settings of the config file and the profile, merged. */
  readonly settings: RunSettings;
  readonly signal: AbortSignal;
  /** Which refusals are overlooked where a call does not say; absent: none. */
  readonly overlooks?: CallOptions['overlooks'];
  /** Whether a throttled call is not made again: it is only tried, or nobody should have to wait. */
  readonly isMadeOnce?: boolean | undefined;
  /** Lines for people, on standard error. */
  readonly tell: (line: string) => void;
}

/** The account of callers that do not name one, if no setting does. */
const DEFAULT_ACCOUNT: AccountId = '111122223333';

/** The calls to a store on this machine, which is opened by the first. */
export function localAws(sources: AwsSources, region: Region, place: () => Promise<Workplace>): Aws {
  let ownCaller: Promise<Caller> | undefined;
  let ignoredKey: string | undefined;
  const ignore = (reason: string) => {
    if (ignoredKey === undefined && sources.globals.debug) sources.tell(`debug: ${reason}`);
    ignoredKey = reason;
  };
  const redirect = bucketRedirect(sources);
  const ofProfile = profileCalls(sources, region, place);
  const findOwnCaller = async (service: ServiceName): Promise<Caller> => {
    await requireNamedCaller(sources, undefined);
    const opened = await place();
    const findCaller = await callerFinder(sources, opened, {
      service,
      region,
      ignore,
      ofProfile: ofProfile?.caller,
    });
    const { storeNow } = await import('../store/clock.ts');
    return opened.store.rehearse<Caller>((tx) => findCaller(tx, new Date(storeNow(tx, sources.environment.now()))));
  };
  const findPrincipal = async (as: string | undefined): Promise<Caller> => {
    await requireNamedCaller(sources, as);
    const opened = await place();
    const findCaller = await callerFinder(sources, opened, {
      service: 'sts',
      region,
      as,
      ignore,
      ofProfile: ofProfile?.principal,
    });
    const { storeNow } = await import('../store/clock.ts');
    return opened.store.transact<Caller>((tx) => findCaller(tx, new Date(storeNow(tx, sources.environment.now()))));
  };
  /** The pipeline with the service's operations loaded, and the request that a call is made with. */
  const approach = async (service: ServiceName, name: string, options: CallOptions) => {
    await requireNamedCaller(sources, options.as);
    const opened = await place();
    const [caller] = await Promise.all([
      callerFinder(sources, opened, {
        service,
        region: options.region ?? region,
        as: options.as,
        ignore,
        ofProfile: ofProfile?.caller,
      }),
      opened.load(service, name),
    ]);
    const request: Request = withSignalOf(sources, {
      caller,
      region: options.region ?? region,
      redirect: service === 's3' ? redirect(options.region ?? region) : undefined,
      grouped: options.grouped,
      overlooks: options.overlooks ?? sources.overlooks,
    });
    return { pipeline: opened.pipeline, request };
  };
  const effects = new Map<string, Effect>();
  const outputOf = <O>(answer: Answer<O>): O => {
    for (const effect of answer.effects) effects.set(JSON.stringify(effect), effect);
    return answer.output;
  };

  const settled = <T>(work: () => Promise<T>): Promise<T> => (ofProfile ? ofProfile.settled(work) : work());

  let retries: Retries | undefined;
  const loadRetries = async (): Promise<Retries> => {
    const { newRetries } = await import('./retries.ts');
    // Of several calls that wait for it, the first makes it.
    retries ??= newRetries(sources);
    return retries;
  };
  /** Makes a call, and makes it again as long as it is throttled. */
  const retried = async <T>(call: TriedCall, make: () => Promise<T>): Promise<T> => {
    if (sources.isMadeOnce) return make();
    // Its rate is measured from the first call on.
    if (sources.settings.retry_mode === 'adaptive') return (await loadRetries()).attempt(call, make);
    try {
      const output = await make();
      retries?.succeeded(call.service);
      return output;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return (await loadRetries()).attempt(call, make, error);
    }
  };

  const debugRequest = async (service: ServiceName, name: string, input: unknown, options: CallOptions) => {
    const { requestLines } = await import('./request-lines.ts');
    for (const line of requestLines(service, name, input, options.region ?? region)) sources.tell(`debug: ${line}`);
  };

  const caller = (service: ServiceName): Promise<Caller> => {
    ownCaller ??= settled(() => findOwnCaller(service));
    return ownCaller;
  };

  return {
    ignoredKey: () => ignoredKey,
    effects: { [Symbol.iterator]: () => effects.values() },
    caller,
    account: async (service) => callerAccount(await caller(service)),
    principal: (as) => settled(() => findPrincipal(as)),
    async credentialsOfProfile() {
      const { globals, environment } = sources;
      const { variables } = environment;
      if (namedIn(globals, variables) !== undefined) return undefined;
      // A profile from a variable comes after the access key in the environment.
      if (variables.AWS_ACCESS_KEY_ID && globals.profile === undefined) return undefined;
      return ofProfile?.credentials();
    },
    async call(service, name, input, options = {}) {
      if (sources.globals.debug) await debugRequest(service, name, input, options);
      const { pipeline, request } = await approach(service, name, options);
      const make = () => settled(() => pipeline.invoke(service, name, input, request));
      return outputOf(await retried({ service, name, input }, make));
    },
    async callByName(service, name, input, options = {}) {
      if (sources.globals.debug) await debugRequest(service, name, input, options);
      const { pipeline, request } = await approach(service, name, options);
      const make = () => settled(() => pipeline.call(service, name, input, request));
      return outputOf(await retried({ service, name, input }, make));
    },
    async perform(task, input) {
      const { pipeline, request } = await approach(task.service, task.name, {});
      return outputOf(await settled(() => pipeline.perform(task, input, request)));
    },
  };
}

/**
 * S3 answers a call about a bucket of another region with the region to go to, and the AWS CLI goes there by itself:
 * Amazon S3 User Guide, "Making requests", "Request redirection and the REST API". CreateBucket is about a bucket that
 * is not there yet.
 */
function bucketRedirect({ globals, tell }: AwsSources): (from: Region) => NonNullable<Request['redirect']> {
  const told = new Set<string>();
  return (from) =>
    ({ name, input }, tx) => {
      const bucket = input instanceof Object && 'Bucket' in input ? input.Bucket : undefined;
      if (name === 'CreateBucket' || typeof bucket !== 'string') return undefined;
      const to = tx.buckets.get([bucket])?.region;
      if (globals.debug && to !== undefined && to !== from && !told.has(bucket)) {
        told.add(bucket);
        tell(`debug: S3 redirects calls about the bucket ${bucket} from ${from} to ${to}`);
      }
      return to;
    };
}

/** No call was made, since its caller has yet to be settled by a profile. */
class CallerUnsettled extends Error {}

/** How calls come to the caller that the profile describes; undefined if `settings.as` does. */
function profileCalls(sources: AwsSources, region: Region, place: () => Promise<Workplace>) {
  const {
    settings: { profile },
    environment: { random, now },
  } = sources;
  if (!profile) return undefined;
  let caller: SettledCaller | undefined;
  let settling: Promise<void> | undefined;
  const settle = async () => {
    const { settleCaller } = await import('./profile-session.ts');
    const opened = await place();
    const { rootKey } = opened;
    caller = await settleCaller(profile, {
      opened,
      region,
      signal: () => sources.signal,
      named: (as, account = DEFAULT_ACCOUNT) => namedCaller(as, account, { service: 'sts', random, rootKey }),
      now,
    });
    // What failed stays: many calls of one command do not each try it again.
    settling = undefined;
  };
  const find = (tx: Tx, at: Date): Caller => {
    if (caller && at.getTime() < caller.untilMs) return caller.find(tx, at);
    throw new CallerUnsettled();
  };
  return {
    caller: find,
    principal(tx: Tx, at: Date): Caller {
      const found = find(tx, at);
      const isAssumed = caller?.untilMs !== Number.POSITIVE_INFINITY;
      return found.kind === 'role-session' && isAssumed ? { ...found, accessKeyId: undefined } : found;
    },
    async credentials(): Promise<Credentials | undefined> {
      settling ??= settle();
      await settling;
      return (await place()).store.transact<Credentials | undefined>((tx) => caller?.credentials(tx));
    },
    async settled<T>(work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof CallerUnsettled)) throw error;
      }
      settling ??= settle();
      await settling;
      return work();
    },
  };
}

interface CallerSearch {
  /** The service that the calls are for, which refuses invalid credentials. */
  readonly service: ServiceName;
  readonly region: Region;
  readonly as?: string | undefined;
  /** Takes the reason why the access key in the environment does not count. */
  readonly ignore: (reason: string) => void;
  /** Finds the caller that the profile describes otherwise than by `as`. */
  readonly ofProfile?: Request['caller'] | undefined;
}

const namedIn = (globals: Globals, { SSEBOX_AS }: Environment['variables']): string | undefined =>
  globals.as ?? (SSEBOX_AS || undefined);

/** What names no caller is refused before a passphrase is asked for. @throws UsageError */
async function requireNamedCaller(
  { globals, environment: { variables }, settings }: AwsSources,
  as: string | undefined,
): Promise<void> {
  if (globals['no-sign-request'] && as === undefined) return;
  const named = as ?? namedIn(globals, variables);
  if (named === undefined) return;
  const { requireCallerForm } = await import('../iam/principal.ts');
  requireCallerForm(named, settings.account ?? DEFAULT_ACCOUNT);
}

/** Finds the caller that `--as` names, or what sets it otherwise. */
async function namedCaller(
  text: string,
  account: AccountId,
  { service, random, rootKey }: Pick<CredentialCheck, 'service' | 'rootKey'> & Pick<Environment, 'random'>,
): Promise<(tx: Tx, now: Date) => Caller> {
  const { namesAccessKey, resolveCaller } = await import('../iam/principal.ts');
  if (!namesAccessKey(text)) return (tx, now) => resolveCaller(text, account, { tx, now, random });
  const { callerNamedByKey } = await import('../iam/credentials.ts');
  return (tx, now) => callerNamedByKey(text, { tx, now, rootKey, service });
}

/** Finds the caller that the settings name, or the usual one. */
function callerOfSettings(
  { globals, environment: { variables }, settings: { as } }: AwsSources,
  find: Request['caller'],
): Request['caller'] {
  if (as === undefined) return find;
  const profile = namedProfile(globals, variables)?.name ?? DEFAULT_PROFILE;
  return (tx, now) => foundFor(profile, () => find(tx, now));
}

/** Finds the caller that the settings name, or `user/admin` of their account, or of the usual one. */
async function findUsual(
  { as, account }: RunSettings,
  random: Environment['random'],
  find: (text: string) => Promise<Request['caller']>,
): Promise<Request['caller']> {
  if (as !== undefined || account !== undefined) return find(as ?? 'user/admin');
  const { resolveUsualCaller } = await import('../iam/principal.ts');
  return (tx, now) => resolveUsualCaller(DEFAULT_ACCOUNT, { tx, now, random });
}

/** Finds the caller in the order flag, environment, access key, configuration, `user/admin`. */
async function callerFinder(
  sources: AwsSources,
  { rootKey }: Workplace,
  { service, region, as, ignore, ofProfile }: CallerSearch,
): Promise<(tx: Tx, now: Date) => Caller> {
  const {
    globals,
    environment: { variables, random },
    settings,
  } = sources;
  const account = settings.account ?? DEFAULT_ACCOUNT;
  if (globals['no-sign-request'] && as === undefined) return () => ({ kind: 'anonymous' });
  const named = as ?? namedIn(globals, variables);
  const find = (text: string) => namedCaller(text, account, { service, random, rootKey });
  if (named !== undefined) return find(named);
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = variables;
  const usual = ofProfile ?? callerOfSettings(sources, await findUsual(settings, random, find));
  if (!id || globals.profile !== undefined) return usual;
  const [{ callerByAccessKey, isAccessKeyId }, { noteKeyUse }, { isEndpointKeyId }] = await Promise.all([
    import('../iam/credentials.ts'),
    import('../iam/last-used.ts'),
    import('../iam/session-key-id.ts'),
  ]);
  if (isEndpointKeyId(id, rootKey)) {
    const { storeBehind } = await import('./endpoint/store-behind.ts');
    const as = storeBehind(variables)?.as;
    if (as !== undefined) return find(as);
    throw new UsageError(
      'AWS_ACCESS_KEY_ID has credentials of ssebox exec or ssebox env, which only their endpoint knows, and this command works with the store: name the caller with --as, or unset the variable',
    );
  }
  return (tx, now) => {
    // An empty variable counts as unset, as in the AWS CLI.
    const caller = callerByAccessKey(id, secret, token || undefined, { tx, now, rootKey, service });
    if (caller) {
      noteKeyUse(id, { service, region, now }, tx);
      return caller;
    }
    ignore(
      isAccessKeyId(id)
        ? `AWS_ACCESS_KEY_ID is ignored: the access key ${id} has never belonged to this store`
        : 'AWS_ACCESS_KEY_ID is ignored: its value does not have the form of an access key id',
    );
    return usual(tx, now);
  };
}
