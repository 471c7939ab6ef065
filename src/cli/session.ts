/** What a command works with: AWS, the store, and whoever has run it. */

import { UsageError } from '../api/errors.ts';
import { isRegion, type Region, regions } from '../api/regions.ts';
import type { Assembly } from '../assemble.ts';
import type { Environment } from '../env.ts';
import type { Tx } from '../store/tables.ts';
import { type Aws, type AwsSources, localAws } from './aws.ts';
import type { Globals } from './globals.ts';
import type { Settings } from './settings.ts';
import type { StandardInput } from './standard-input.ts';

/** Something to choose from: what is typed, and what a person reads beside it. */
export interface Choice {
  readonly value: string;
  readonly about?: string | undefined;
}

/** The store in its folder on this machine, for what is the store's own and no operation's. */
export interface LocalStore {
  /** Reads or changes such things as the clock or the last refusals. */
  transact<T>(work: (tx: Tx) => T): Promise<T>;
  /** The open store, for what is about it as a whole. */
  assembly(): Promise<Assembly>;
}

export interface Session {
  readonly globals: Globals;
  readonly region: Region;
  readonly settings: Settings;
  readonly environment: Environment;
  /** Ends what is under way when the user interrupts. */
  readonly signal: AbortSignal;
  readonly aws: Aws;
  readonly store: LocalStore;
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

/** Where a session's facts come from. */
export interface SessionSources extends AwsSources {
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

export function newSession(sources: SessionSources): Session {
  const { globals, environment, settings } = sources;
  const region = globals.region === undefined ? (settings.region ?? 'us-east-1') : regionOf(globals.region);
  let opening: Promise<Assembly> | undefined;
  const assembly = () => {
    opening ??= sources.openStore();
    return opening;
  };

  return {
    globals,
    region,
    settings,
    environment,
    get signal() {
      return sources.signal;
    },
    aws: localAws(sources, region, assembly),
    store: {
      transact: async (work) => (await assembly()).store.transact<unknown>(work) as ReturnType<typeof work>,
      assembly,
    },
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
