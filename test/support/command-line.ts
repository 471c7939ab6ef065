/** Command lines run inside the test, on a store and a home of their own, with a clock and chance that the test holds. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, onTestFinished } from 'vitest';
import { program } from '../../src/cli/run.ts';
import { commandTree } from '../../src/cli/tree.ts';
import type { ProgramName } from '../../src/program-name.ts';
import { START, testEnvironment } from './harness.ts';

/** The file that an installation calls. */
const PROGRAM = resolve('bin/ssebox.js');

export interface Ended {
  readonly code: number;
  readonly out: string;
  /** Standard output as it came. */
  readonly bytes: Buffer;
  readonly err: string;
  /** Standard output, read as JSON. */
  readonly json: unknown;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  /** Standard output and error are terminals of this width. */
  readonly terminal?: number;
  /** The name by which the program is called; `ssebox` when absent. */
  readonly calledAs?: ProgramName;
  readonly variables?: Readonly<Record<string, string>>;
  /** How far the local time zone is ahead of UTC; absent: it is UTC. */
  readonly utcOffsetMinutes?: number;
  /** Instead of a pause; it gets the milliseconds that the pause would take. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface CommandLine {
  /** For files that a test reads and writes. */
  readonly folder: string;
  readonly store: string;
  ssebox(words: readonly string[], options?: RunOptions): Promise<Ended>;
  /** The same, and it has to work. */
  ok(words: readonly string[], options?: RunOptions): Promise<Ended>;
  path(name: string): string;
  advance(ms: number): void;
  /** The clock, in milliseconds. */
  now(): number;
}

/** A place to run commands in; it is taken away when the test ends. */
export function newCommandLine(): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return commandLineIn(folder);
}

/** The same with the sample store, a copy of its own. */
export async function newSample(): Promise<CommandLine> {
  made ??= makeSample();
  const line = newCommandLine();
  cpSync(join(await made, 'store'), line.store, { recursive: true });
  return line;
}

let made: Promise<string> | undefined;

async function makeSample(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-sample-'));
  await commandLineIn(folder).ok(['store', 'init', '--sample']);
  return folder;
}

afterAll(async () => {
  if (made) rmSync(await made, { recursive: true, force: true });
});

/** The same in a folder that the caller removes. */
export function commandLineIn(folder: string): CommandLine {
  const store = join(folder, 'store');
  let now = START;
  const base = testEnvironment(() => now, folder);
  async function ssebox(
    words: readonly string[],
    { stdin, terminal, calledAs = 'ssebox', variables, utcOffsetMinutes = 0, pause }: RunOptions = {},
  ): Promise<Ended> {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const stream = (pieces: Buffer[]) =>
      Object.assign(
        new Writable({
          write(chunk: Buffer, _encoding, done) {
            pieces.push(Buffer.from(chunk));
            done();
          },
        }),
        terminal === undefined ? {} : { isTTY: true, columns: terminal },
      );
    const environment = {
      ...base,
      ...(pause && { pause }),
      utcOffsetMinutes: () => utcOffsetMinutes,
      variables: { HOME: folder, SSEBOX_STORE: store, NO_COLOR: '1', ...variables },
    };
    const streams = {
      stdin: Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]),
      stdout: stream(out),
      stderr: stream(err),
    };
    const code = await program(commandTree, { name: calledAs, file: PROGRAM }).run(words, environment, streams);
    const bytes = Buffer.concat(out);
    const text = bytes.toString();
    return {
      code,
      out: text,
      bytes,
      err: Buffer.concat(err).toString(),
      get json(): unknown {
        return JSON.parse(text);
      },
    };
  }
  return {
    folder,
    store,
    ssebox,
    async ok(words, options) {
      const ended = await ssebox(words, options);
      if (ended.code !== 0) throw new Error(`${words.join(' ')} ended with ${ended.code}: ${ended.err}`);
      return ended;
    },
    path: (name) => join(folder, name),
    advance(ms) {
      now += ms;
    },
    now: () => now,
  };
}
