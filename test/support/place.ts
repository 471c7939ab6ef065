/** The built program as a process of its own, in a pipe or on a pseudo-terminal, with a home and a store of its own. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { execa } from 'execa';
import { afterAll, onTestFinished } from 'vitest';

const PROGRAM = resolve('bin/ssebox.js');

type Variables = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

export interface ProcessOptions {
  readonly variables?: Variables;
  readonly stdin?: string | Uint8Array;
  /** How long it may run; 100 s when absent, which is shorter than a test may take. */
  readonly limitMs?: number | undefined;
}

export interface TerminalOptions {
  readonly variables?: Variables;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Terminal {
  /** Settles when what came after the last such text matches. Rejects when the program ends without. */
  shows(text: string | RegExp): Promise<string>;
  type(keys: string): void;
  /** Closes the terminal, as its window is closed. Resolves to the number of the signal that the program ends by, or 0. */
  hangUp(): Promise<number>;
  /** The exit code and everything that was shown, without colours. */
  readonly ended: Promise<{ readonly code: number; readonly text: string }>;
}

export interface Place {
  /** The current folder of every process. */
  readonly folder: string;
  readonly store: string;
  readonly variables: Variables;
  path(name: string): string;
  /** Runs the program without a terminal. */
  ssebox(words: readonly string[], options?: ProcessOptions): Promise<Ended>;
  /** The same, and it has to work. */
  ok(words: readonly string[], options?: ProcessOptions): Promise<Ended>;
  /** Runs a line of a shell in which `ssebox` is the program. */
  shell(line: string, variables?: Variables, limitMs?: number): Promise<Ended>;
  /** Runs the program on a terminal. */
  terminal(words: readonly string[], options?: TerminalOptions): Terminal;
  /** Runs a line of a shell on a terminal. */
  terminalShell(line: string, options?: TerminalOptions): Terminal;
}

export const keys = {
  enter: '\r',
  down: '\u001b[B',
  interrupt: '\u0003',
  tab: '\t',
  backspace: '\u007f',
  space: ' ',
} as const;

/** An empty place, which goes when the test ends. */
export function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return placeIn(folder);
}

/** A place with the sample store. */
export async function samplePlace(): Promise<Place> {
  made ??= makeSample();
  const place = newPlace();
  cpSync(join(await made, 'store'), place.store, { recursive: true });
  return place;
}

let made: Promise<string> | undefined;

async function makeSample(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-sample-'));
  const { code, err } = await placeIn(folder).ssebox(['store', 'init', '--sample']);
  if (code !== 0) throw new Error(err);
  return folder;
}

afterAll(async () => {
  if (made) rmSync(await made, { recursive: true, force: true });
});

function placeIn(folder: string): Place {
  const store = join(folder, 'store');
  const variables = { PATH: process.env.PATH ?? '', HOME: folder, SSEBOX_STORE: store, TERM: 'xterm-256color' };
  const inShell = (line: string) => ['-c', `ssebox() { '${process.execPath}' '${PROGRAM}' "$@"; }\n${line}`];
  async function run(file: string, args: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
    const { variables: more, stdin, limitMs = 100_000 } = options;
    const child = execa(file, args, {
      cwd: folder,
      env: { ...variables, ...more },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      // A group of its own, so that what a shell has begun can be ended with it.
      detached: true,
      ...(stdin === undefined ? { stdin: 'ignore' } : { input: stdin }),
    });
    let hasHung = false;
    const timer = setTimeout(() => {
      hasHung = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, limitMs);
    const { exitCode, stdout, stderr, signal } = await child;
    clearTimeout(timer);
    if (hasHung) {
      throw new Error(
        `"${args.join(' ')}" was ended, as it still ran after ${limitMs} ms; it wrote ${stdout}${stderr}`,
      );
    }
    return { code: signal === 'SIGINT' ? 130 : exitCode, out: stdout, err: stderr };
  }
  const open = (
    file: string,
    args: readonly string[],
    { variables: more, columns = 100, rows = 40 }: TerminalOptions = {},
  ) => terminalOf(spawn(file, [...args], { cwd: folder, cols: columns, rows, env: { ...variables, ...more } }));
  const ssebox: Place['ssebox'] = (words, options) => run(process.execPath, [PROGRAM, ...words], options);
  return {
    folder,
    store,
    variables,
    path: (name) => join(folder, name),
    ssebox,
    async ok(words, options) {
      const ended = await ssebox(words, options);
      if (ended.code !== 0) throw new Error(`${words.join(' ')} ended with ${ended.code}: ${ended.err}`);
      return ended;
    },
    shell: (line, more = {}, limitMs = undefined) => run('bash', inShell(line), { variables: more, limitMs }),
    terminal: (words, options) => open(process.execPath, [PROGRAM, ...words], options),
    terminalShell: (line, options) => open('bash', inShell(line), options),
  };
}

function terminalOf(pty: ReturnType<typeof spawn>): Terminal {
  let text = '';
  let seen = 0;
  let isOver = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  pty.onData((data) => {
    text += data;
    wake();
  });
  let endedBy = 0;
  const ended = new Promise<{ code: number; text: string }>((resolve) => {
    pty.onExit(({ exitCode, signal = 0 }) => {
      isOver = true;
      endedBy = signal;
      resolve({ code: exitCode, text: plain(text) });
      wake();
    });
  });
  onTestFinished(() => {
    if (!isOver) pty.kill('SIGKILL');
  });
  return {
    ended,
    type: (typed) => pty.write(typed),
    async hangUp() {
      // It is there, but its type does not say so.
      if (!('destroy' in pty) || typeof pty.destroy !== 'function') throw new Error('the terminal cannot be closed');
      pty.destroy();
      await ended;
      return endedBy;
    },
    shows: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const fresh = plain(text.slice(seen));
          const isThere = typeof wanted === 'string' ? fresh.includes(wanted) : wanted.test(fresh);
          if (!isThere && !isOver) return;
          waiting.delete(look);
          seen = text.length;
          if (isThere) resolve(fresh);
          else reject(new Error(`the program ended without showing ${wanted}; it showed:\n${fresh}`));
        };
        waiting.add(look);
        look();
      }),
  };
}

const plain = (text: string): string => stripVTControlCharacters(text).replaceAll('\r\n', '\n');
