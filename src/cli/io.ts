/** Standard input, output and error of one run: what they are connected to is decided once, here. */

import type { Readable } from 'node:stream';
import type { Environment } from '../env.ts';
import type { ProgramName } from '../program-name.ts';
import type { Globals } from './globals.ts';
import { type Interrupt, interruptible } from './interrupt.ts';
import type { Painted } from './output/painted.ts';

/** The process's own, or those of a run within it. */
export interface Streams {
  /** Bytes, not text. */
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  /** The file descriptor behind it, if it is the process's own. */
  readonly stdinDescriptor?: number;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Standard error as Node's stream, if there is one: where a person is asked. */
  readonly questions?: NodeJS.WritableStream;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** `done` is called when the data is written, or with the system's error. */
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
}

/** What a renderer needs to know about its destination. */
export interface Screen {
  /** Columns; 80 when not a terminal. */
  readonly width: number;
  readonly color: boolean;
  readonly isTerminal: boolean;
  /** Whether what is not ASCII can be shown, as far as the locale says so. */
  readonly isUtf8?: boolean | undefined;
}

export interface Io {
  readonly streams: Streams;
  readonly interrupt: Interrupt;
  /** Standard output's. */
  readonly screen: Screen;
  /** Standard error's. */
  readonly errorScreen: Screen;
  /** The name by which the program was called: as `aws` it behaves on a terminal as it does in a script. */
  readonly calledAs: ProgramName;
  /** Whether there is a person to ask what the command line left out. */
  readonly mayAsk: boolean;
  /** Whether there is a person, by whatever name the program was called: for a command that is about asking. */
  readonly isAttended: boolean;
  /** Writes to standard output; resolves when the text is written. @throws the system's error when it cannot be. */
  out(data: string | Uint8Array): Promise<void>;
  /** Writes text for people to standard error. */
  err(text: Painted): void;
  /** Moves the cursor of standard error, or redraws a line. Takes the program's own text, and never a name. */
  draw(text: string): void;
}

/** NO_COLOR and FORCE_COLOR as their web pages say; `--color` beats both. */
export function ioOf(streams: Streams, environment: Environment, globals: Globals, calledAs: ProgramName): Io {
  const { variables } = environment;
  const wantsColor = (isTerminal: boolean): boolean => {
    if (globals['no-color'] || globals.color === 'off') return false;
    if (globals.color === 'on') return true;
    if (variables.NO_COLOR) return false;
    if (variables.FORCE_COLOR !== undefined && variables.FORCE_COLOR !== '0') return true;
    return isTerminal && variables.TERM !== 'dumb';
  };
  const screenOf = (stream: OutputStream): Screen => {
    const isTerminal = stream.isTTY === true;
    // A pseudo-terminal that nobody gave a size has 0 columns.
    const width = (isTerminal && stream.columns) || 80;
    return { isTerminal, width, color: wantsColor(isTerminal), isUtf8: isUtf8(variables) };
  };
  const errorScreen = screenOf(streams.stderr);
  return {
    streams,
    interrupt: interruptible(streams),
    screen: screenOf(streams.stdout),
    errorScreen,
    calledAs,
    get mayAsk() {
      return calledAs !== 'aws' && this.isAttended;
    },
    get isAttended() {
      // Checked last and only when needed: Node takes some milliseconds to open standard input.
      if (!errorScreen.isTerminal || !streams.questions || globals['no-input'] || isSet(variables.CI)) return false;
      return streams.stdin.isTTY === true;
    },
    out: (data) =>
      new Promise((resolve, reject) => {
        streams.stdout.write(data, (error) => (error ? reject(error) : resolve()));
      }),
    err({ painted }) {
      streams.stderr.write(painted);
    },
    draw(text) {
      streams.stderr.write(text);
    },
  };
}

/** POSIX, "Environment Variables", 8.2: the first of these that is set to a text says which characters there are. */
const isUtf8 = ({ LC_ALL, LC_CTYPE, LANG }: Environment['variables']): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');

const isSet = (variable: string | undefined): boolean =>
  variable !== undefined && variable !== '' && variable !== '0' && variable !== 'false';
