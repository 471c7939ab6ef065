/** What a command works with: who calls from where, and the door to the operations, opened at the first call. */

import type { AccountId } from '../api/arn.ts';
import { UsageError } from '../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import { isRegion, type Region, regions } from '../api/regions.ts';
import type { Assembly } from '../assemble.ts';
import type { Answer, Effect } from '../call/answer.ts';
import type { Explanation } from '../call/explanation.ts';
import type { Request } from '../call/request.ts';
import type { Task } from '../call/task.ts';
import type { Environment } from '../env.ts';
import type { Caller } from '../policy/caller.ts';
import type { StatedContext } from '../policy/stated-context.ts';
import type { Tx } from '../store/tables.ts';
import type { Globals } from './globals.ts';
import type { Settings } from './settings.ts';
import type { StandardInput } from './standard-input.ts';

/** Something to choose from: what is typed, and what a person reads beside it. */
export interface Choice {
  readonly value: string;
  readonly about?: string | undefined;
}

export interface CallOptions {
  readonly region?: Region | undefined;
  /** Another caller than the command's own, in the forms of `--as`. */
  readonly as?: string | undefined;
  /** Shares its commit with the other calls under way. */
  readonly grouped?: boolean | undefined;
}

export interface ExplainOptions extends CallOptions {
  /** Condition keys that count in place of what the request shows. */
  readonly stated?: StatedContext | undefined;
}

export interface Session {
  readonly globals: Globals;
  readonly region: Region;
  readonly settings: Settings;
  readonly environment: Environment;
  /** Ends what is under way when the user interrupts. */
  readonly signal: AbortSignal;
  /**
   * Who this command's calls come from, found once and as each call finds it. Nothing is made for it: an account that
   * its first call is yet to make gets other unique ids than these.
   * @throws UsageError when there is no such principal, AwsError when the credentials do not count.
   */
  caller(): Promise<Caller>;
  /** Makes a call as this command's caller. @throws AwsError when it is refused. */
  call<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    options?: CallOptions,
  ): Promise<Output<S, N>>;
  /** The same for an operation that is known by its name only. */
  callByName(service: ServiceName, name: string, input: unknown, options?: CallOptions): Promise<unknown>;
  /** Performs a task that this command's caller asks for. @throws AwsError when it is refused. */
  perform<I, O>(task: Task<I, O, Request>, input: I): Promise<O>;
  /** What a call would come to, with every decision; nothing is done. */
  explain(service: ServiceName, name: string, input: unknown, options?: ExplainOptions): Promise<Explanation>;
  /** Reads or changes what is the store's own and no operation's: the clock, the last refusals. */
  transact<T>(work: (tx: Tx) => T): Promise<T>;
  /** The open store, for what is about the store itself. */
  assembly(): Promise<Assembly>;
  /** What this session's calls have left to be done, each thing once. */
  readonly effects: Iterable<Effect>;
  readonly stdin: StandardInput;
  /** Lines for people, on standard error: progress and hints. */
  tell(line: string): void;
  /** Standard error where it is a terminal, for progress that is drawn over. */
  readonly terminal: Terminal | undefined;
  /** Columns of standard output where that is a terminal. */
  readonly outputWidth: number | undefined;
  /** Asks before something is destroyed; without a terminal, `--yes` must have said so. */
  confirm(question: string): Promise<void>;
  /** Asks for a secret, of which nothing is shown; undefined: nobody is there to be asked. */
  askSecret(question: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A terminal that a line can be drawn on again and again. */
export interface Terminal {
  readonly width: number;
  readonly color: boolean;
  write(text: string): void;
}

/** Where a session's facts come from, in the order of their precedence. */
export interface SessionSources {
  readonly globals: Globals;
  readonly environment: Environment;
  /** Settings of the config file and the profile, merged. */
  readonly settings: Settings;
  readonly signal: AbortSignal;
  readonly openStore: () => Promise<Assembly>;
  readonly stdin: StandardInput;
  readonly tell: (line: string) => void;
  readonly terminal?: Terminal | undefined;
  /** Of standard output, where that is a terminal. */
  readonly outputWidth?: number | undefined;
  readonly confirm: (question: string) => Promise<void>;
  /** Absent: nobody is there to be asked. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
}

/** The account of callers that name none, where no setting does. */
const DEFAULT_ACCOUNT: AccountId = '111122223333';

export function newSession(sources: SessionSources): Session {
  const { globals, environment, settings } = sources;
  const region = globals.region === undefined ? (settings.region ?? 'us-east-1') : regionOf(globals.region);
  let opening: Promise<Assembly> | undefined;
  const assembly = () => {
    opening ??= sources.openStore();
    return opening;
  };
  let ownCaller: Promise<Caller> | undefined;
  const findOwnCaller = async (): Promise<Caller> => {
    const opened = await assembly();
    const findCaller = await callerFinder(sources, opened, undefined);
    const { storeNow } = await import('../store/clock.ts');
    return opened.store.rehearse<Caller>((tx) => findCaller(tx, new Date(storeNow(tx, environment.now()))));
  };
  const request = async (options: CallOptions): Promise<Request> => {
    const findCaller = await callerFinder(sources, await assembly(), options.as);
    return { caller: findCaller, region: options.region ?? region, grouped: options.grouped, signal: sources.signal };
  };

  const effects = new Map<string, Effect>();
  const outputOf = <O>(answer: Answer<O>): O => {
    for (const effect of answer.effects) effects.set(JSON.stringify(effect), effect);
    return answer.output;
  };

  return {
    globals,
    region,
    settings,
    environment,
    get signal() {
      return sources.signal;
    },
    get effects() {
      return effects.values();
    },
    caller() {
      ownCaller ??= findOwnCaller();
      return ownCaller;
    },
    async call(service, name, input, options = {}) {
      const [{ pipeline, load }, from] = await Promise.all([assembly(), request(options)]);
      await load(service);
      return outputOf(await pipeline.invoke(service, name, input, from));
    },
    async callByName(service, name, input, options = {}) {
      const [{ pipeline, load }, from] = await Promise.all([assembly(), request(options)]);
      await load(service);
      return outputOf(await pipeline.call(service, name, input, from));
    },
    async perform(task, input) {
      const [{ pipeline, load }, from] = await Promise.all([assembly(), request({})]);
      await load(task.service);
      return outputOf(await pipeline.perform(task, input, from));
    },
    async explain(service, name, input, options = {}) {
      const [{ pipeline, load }, from] = await Promise.all([assembly(), request(options)]);
      await load(service);
      return pipeline.explain(service, name, input, { ...from, stated: options.stated });
    },
    transact: async (work) => (await assembly()).store.transact<unknown>(work) as ReturnType<typeof work>,
    assembly,
    stdin: sources.stdin,
    tell: sources.tell,
    terminal: sources.terminal,
    outputWidth: sources.outputWidth,
    confirm: sources.confirm,
    askSecret: async (question) => sources.askSecret?.(question),
    close: async () => {
      if (opening) await (await opening.catch(() => undefined))?.close();
    },
  };
}

/** @throws UsageError for a name that is no commercial region, with the nearest ones. */
function regionOf(text: string): Region {
  if (isRegion(text)) return text;
  const near = regions.filter((region) => region.startsWith(text.slice(0, 2))).join(', ');
  throw new UsageError(`"${text}" is not an AWS region${near ? `: try one of ${near}` : ''}`);
}

/** Finds the caller in the order flag, environment, access key, configuration, `user/admin`. */
async function callerFinder(
  { globals, environment: { variables, random }, settings }: SessionSources,
  { rootKey }: Assembly,
  as: string | undefined,
): Promise<(tx: Tx, now: Date) => Caller> {
  const { resolveCaller } = await import('../iam/principal.ts');
  const account = settings.account ?? DEFAULT_ACCOUNT;
  if (globals['no-sign-request'] && as === undefined) return () => ({ kind: 'anonymous' });
  const named = as ?? globals.as ?? (variables.SSEBOX_AS || undefined);
  if (named !== undefined) return (tx, now) => resolveCaller(named, account, { tx, now, random });
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = variables;
  const usual = (tx: Tx, now: Date) => resolveCaller(settings.as ?? 'user/admin', account, { tx, now, random });
  if (AWS_ACCESS_KEY_ID === undefined || globals.profile !== undefined) return usual;
  const { callerByAccessKey } = await import('../iam/credentials.ts');
  return (tx, now) =>
    callerByAccessKey(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, { tx, now, rootKey }) ??
    usual(tx, now);
}
