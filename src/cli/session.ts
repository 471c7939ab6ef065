/** The session of a command: AWS, the store, and the person or script that runs it. */

import { UsageError } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';
import { isRegion, isRegionName, type Region, regions, saidOfPartition } from '../api/regions.ts';
import type { Assembly, TrialPlace, Workplace } from '../assemble.ts';
import type { Rehearsal } from '../call/scope.ts';
import type { Environment } from '../env.ts';
import type { Tx } from '../store/tables.ts';
import { type Aws, type AwsSources, localAws } from './aws.ts';
import type { ChosenEndpoint, Endpoints } from './endpoint/chosen.ts';
import { routedAws } from './endpoint/routed-aws.ts';
import type { Globals } from './globals.ts';
import { withSignalOf } from './late-signal.ts';
import type { Painted } from './output/painted.ts';
import type { RunSettings } from './profiles.ts';
import type { StandardInput } from './standard-input.ts';

/** A choice: the text to type, and a description for people. */
export interface Choice {
  readonly value: string;
  readonly about?: string | undefined;
}

/** The store in its folder on this machine, for what is the store's own and no operation's. */
export interface LocalStore {
  /** Reads or changes such things as the clock or the last refusals. */
  transact<T>(work: (tx: Tx) => T): Promise<T>;
  /** What calls are made with, for work that makes calls of its own. */
  workplace(): Promise<Workplace>;
  /** The open store, for what is about it as a whole. @throws UsageError in a session that only tries calls. */
  assembly(): Promise<Assembly>;
}

export interface Session {
  readonly globals: Globals;
  /** AWS's region of the calls; us-east-1 where they are signed for one that only an endpoint has. */
  readonly region: Region;
  /** The region that calls to an endpoint are signed for, which need not be one of AWS's. */
  readonly signingRegion: string;
  readonly settings: RunSettings;
  readonly environment: Environment;
  /** Ends the work in progress when the user interrupts. */
  readonly signal: AbortSignal;
  readonly aws: Aws;
  /** Where its calls go, if not to the store; absent: all of them go there. */
  readonly endpoints?: Endpoints | undefined;
  /** The calls to the store on this machine, wherever the others go. */
  readonly localAws: Aws;
  /** The calls to another endpoint than that of the command. @throws UsageError for a region that there is not */
  awsAt(chosen: ChosenEndpoint, by: EndpointCaller): Aws;
  readonly store: LocalStore;
  readonly stdin: StandardInput;
  /** Lines for people, on standard error: progress and hints. */
  tell(line: string | Painted): void;
  /** Standard error if it is a terminal, for progress that is redrawn. */
  readonly terminal: Terminal | undefined;
  /** The width of standard output if it is a terminal. */
  readonly outputWidth: number | undefined;
  /** Its lines. */
  readonly outputHeight: number | undefined;
  /** Shows a line until Enter; throws an AbortError on Ctrl-C and Ctrl-D. Absent if there is nobody to ask. */
  readonly waitForEnter?: ((message: string) => Promise<void>) | undefined;
  /** Asks before something is destroyed; without a terminal, `--yes` must have been given. */
  confirm(question: string): Promise<void>;
  /** Asks for a secret without showing it; undefined if there is nobody to ask. */
  askSecret(question: string): Promise<string | undefined>;
  /**
   * Asks for a text until `fault` has nothing against it: it returns the reason, or undefined. Absent if there is
   * nobody to ask.
   */
  readonly askText?: ((question: string, fault: (text: string) => string | undefined) => Promise<string>) | undefined;
  /** Has a person choose among several things by their names. Absent if there is nobody to ask. */
  readonly askChoice?:
    | ((asked: { readonly name: string; readonly about: string }, choices: readonly Choice[]) => Promise<string>)
    | undefined;
  /** Whether calls are only tried: then nothing else may be changed either, such as the files of a person. */
  readonly rehearses: boolean;
  /**
   * A session whose calls are only tried, one after the other over the store as it is now. Until it is closed, this
   * one's store must not be used.
   * @param tell takes the lines for people
   * @param prepare brings about what is assumed, before the first call
   */
  rehearse(
    rehearsal: Rehearsal,
    tell: (line: string) => void,
    prepare?: ((place: TrialPlace) => Promise<void>) | undefined,
  ): Session;
  /** Has the store looked at before it is used, once it is needed. What this throws, every use of the store throws. */
  requireOfStore(look: (tx: Tx) => void): void;
  close(): Promise<void>;
}

/** Whose calls to an endpoint are made, where they are not those of the command itself. */
export interface EndpointCaller {
  readonly region?: string | undefined;
  /** Absent: that of the command, with its settings. */
  readonly profile?: string | undefined;
  readonly settings?: RunSettings | undefined;
}

/** A terminal on which a line can be redrawn. */
export interface Terminal {
  readonly width: number;
  readonly color: boolean;
  write(text: string): void;
}

/** Where a session's facts come from. */
export interface SessionSources extends AwsSources {
  readonly openStore: () => Promise<Assembly>;
  readonly endpoints?: Endpoints | undefined;
  /** Whether what the environment and the profile sign with is for endpoints alone. */
  readonly hasLocalSide?: boolean | undefined;
  /** Whether the region may be one that only an endpoint has, though `endpoints` names none. */
  readonly takesForeignRegion?: boolean | undefined;
  readonly stdin: StandardInput;
  readonly tell: (line: string | Painted) => void;
  readonly terminal?: Terminal | undefined;
  /** Of standard output, if it is a terminal. */
  readonly outputWidth?: number | undefined;
  readonly outputHeight?: number | undefined;
  readonly waitForEnter?: Session['waitForEnter'];
  readonly confirm: (question: string) => Promise<void>;
  /** Absent if there is nobody to ask. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
  readonly askText?: Session['askText'];
  readonly askChoice?: Session['askChoice'];
}

export function newSession(sources: SessionSources): Session {
  const looks: ((tx: Tx) => void)[] = [];
  let opening: Promise<Assembly> | undefined;
  let usable: Promise<Assembly> | undefined;
  const looked = async (opened: Promise<Assembly>): Promise<Assembly> => {
    const place = await opened;
    for (const look of looks) place.store.transact<void>(look);
    return place;
  };
  const assembly = () => {
    opening ??= sources.openStore();
    usable ??= looked(opening);
    return usable;
  };
  return sessionOver(sources, assembly, {
    store: {
      transact: async (work) => (await assembly()).store.transact<unknown>(work) as ReturnType<typeof work>,
      workplace: assembly,
      assembly,
    },
    rehearses: false,
    rehearse: (rehearsal, tell, prepare) =>
      rehearsingSession(sources, tell, async () => {
        const place = (await assembly()).rehearse(rehearsal);
        try {
          await prepare?.(place);
          return place;
        } catch (error) {
          place.close();
          throw error;
        }
      }),
    requireOfStore(look) {
      looks.push(look);
      usable = undefined;
    },
    close: async () => {
      if (opening) await (await opening.catch(() => undefined))?.close();
    },
  });
}

/**
 * A session whose calls are only tried, in a place that the first of them opens. Nobody is asked for anything, and
 * nothing is drawn.
 * @param tell takes the lines for people
 */
export function rehearsingSession(
  sources: TrialSources,
  tell: (line: string) => void,
  open: () => Promise<Workplace & { close(): void }>,
): Session {
  const { globals, environment, settings, overlooks, stdin, outputWidth } = sources;
  const quiet: PlacelessSources = withSignalOf(sources, {
    globals,
    environment,
    settings,
    overlooks,
    stdin,
    outputWidth,
    tell: (line: string | Painted) => tell(typeof line === 'string' ? line : line.painted),
    confirm: async () => {},
    isMadeOnce: true,
  });
  let opening: ReturnType<typeof open> | undefined;
  const workplace = () => {
    opening ??= open();
    return opening;
  };
  const refuse = (): never => {
    throw new UsageError('an explanation cannot be explained');
  };
  return sessionOver(quiet, workplace, {
    store: {
      transact: async (work) => (await workplace()).store.transact<unknown>(work) as ReturnType<typeof work>,
      workplace,
      assembly: async () => {
        throw new UsageError('a command that works on the store as a whole cannot be explained');
      },
    },
    rehearses: true,
    rehearse: refuse,
    requireOfStore: refuse,
    close: async () => {
      if (opening) (await opening.catch(() => undefined))?.close();
    },
  });
}

/** Where the facts of a session come from whose calls are only tried. */
type TrialSources = Omit<AwsSources, 'tell' | 'isMadeOnce'> & Pick<SessionSources, 'stdin' | 'outputWidth'>;

type PlacelessSources = Omit<SessionSources, 'openStore'>;

type OwnWays = Pick<Session, 'store' | 'rehearses' | 'rehearse' | 'requireOfStore' | 'close'>;

/** A session with calls over a place. */
function sessionOver(sources: PlacelessSources, place: () => Promise<Workplace>, ways: OwnWays): Session {
  const { globals, environment, settings } = sources;
  const { endpoints } = sources;
  const own = globals.region ?? settings.region ?? settings.endpointRegion ?? 'us-east-1';
  const isForeign = endpoints !== undefined || sources.takesForeignRegion;
  const signingRegion = isForeign && isRegionName(own) ? own : regionOf(own);
  const region = isRegion(signingRegion) ? signingRegion : 'us-east-1';
  // What one side of a copy is at an endpoint, has its region; no other call to the store is made in another than was named.
  const isStore = region === signingRegion || sources.hasLocalSide;
  const known = isStore ? place : async () => regionOf(signingRegion) && place();
  const local = localAws(sources.hasLocalSide ? withoutKeys(sources) : sources, region, known);
  const isWatched = sources.terminal !== undefined || Boolean(environment.variables.CI);
  return withSignalOf(sources, {
    globals,
    region,
    signingRegion,
    settings,
    environment,
    aws: endpoints ? routedAws(local, endpoints, { sources, region: signingRegion, isWatched }) : local,
    endpoints,
    localAws: local,
    awsAt: (chosen: ChosenEndpoint, by: EndpointCaller) => {
      const { profile = globals.profile, settings: own = settings } = by;
      const theirs = changed(sources, { globals: { ...globals, profile }, settings: own });
      const at = by.region ?? by.settings?.region ?? by.settings?.endpointRegion ?? signingRegion;
      if (!isRegionName(at)) regionOf(at);
      return routedAws(local, { general: chosen, of: () => chosen }, { sources: theirs, region: at, isWatched });
    },
    stdin: sources.stdin,
    tell: sources.tell,
    terminal: sources.terminal,
    outputWidth: sources.outputWidth,
    outputHeight: sources.outputHeight,
    waitForEnter: sources.waitForEnter,
    confirm: sources.confirm,
    askSecret: async (question: string) => sources.askSecret?.(question),
    askText: sources.askText,
    askChoice: sources.askChoice,
    ...ways,
  });
}

/** The same for a store beside an endpoint: what requests are signed with there says nothing of its callers. */
function withoutKeys(sources: PlacelessSources): PlacelessSources {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ...variables } = sources.environment.variables;
  const { profile, ...settings } = sources.settings;
  return changed(sources, { environment: { ...sources.environment, variables }, settings });
}

function changed(sources: PlacelessSources, changes: Partial<Omit<PlacelessSources, 'signal'>>): PlacelessSources {
  const { signal, ...others } = sources;
  return withSignalOf(sources, { ...others, ...changes });
}

/** @throws UsageError for a name that is not a commercial region, with the nearest ones. */
function regionOf(text: string): Region {
  if (isRegion(text)) return text;
  const partition = saidOfPartition(text);
  if (partition !== undefined) throw new UsageError(partition);
  const near = regions.filter((region) => region.startsWith(text.slice(0, 2))).join(', ');
  throw new UsageError(
    `"${text}" is not an AWS region${near ? `: try one of ${near}` : ''}`,
    didYouMean(text, regions),
  );
}
