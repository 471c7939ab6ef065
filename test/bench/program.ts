/** Node programs, among them the built ssebox, as processes of their own. */

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

/** Runs programs for one folder, which is their home too: no configuration of the user's counts. */
export interface Programs {
  /** Runs the built ssebox on a store and answers what it prints. @throws Error when it fails. */
  ssebox(store: string, ...args: readonly string[]): string;
  /** Runs the built ssebox with these variables and no store. @throws Error when it fails. */
  sseboxWith(variables: Variables, ...args: readonly string[]): string;
  /** The same; answers the peak of the process's memory in MiB. */
  peakWith(variables: Variables, ...args: readonly string[]): number;
  /** Runs the built ssebox on a store; answers the peak of the process's memory in MiB. */
  peakOf(store: string, ...args: readonly string[]): number;
  /** Starts the built ssebox on a store, and does not wait. */
  start(store: string, ...args: readonly string[]): ChildProcessByStdio<null, Readable, null>;
  /** Runs Node and answers what it prints. */
  node(...args: readonly string[]): string;
  /** The same; answers the peak of the process's memory in MiB. */
  peakOfNode(...args: readonly string[]): number;
}

type Variables = Readonly<Record<string, string>>;

/** The program that is shipped does without msgpackr's compiled part; the bench, when it runs itself, has to ask for that. */
const SHIPPED = { MSGPACKR_NATIVE_ACCELERATION_DISABLED: 'true' };

const SSEBOX = resolve('bin', 'ssebox.js');

/** Tells the peak of the process's own memory in KiB when it ends: `maxRSS` counts what its parent had, too. */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => {
    let kib = process.resourceUsage().maxRSS;
    try { kib = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]; } catch {}
    writeSync(3, String(kib));
  });
`)}`;

export function programsIn(home: string): Programs {
  const variables = (own: Variables) => ({ ...SHIPPED, PATH: process.env.PATH, HOME: home, CI: '1', ...own });
  const on = (store: string): Variables => ({ SSEBOX_STORE: store });

  function run(args: readonly string[], own: Variables = {}): { output: string; peak: number } {
    const { status, output, error } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
      env: variables(own),
    });
    if (error) throw error;
    const [, printed, complaint, peak] = output;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${complaint}`);
    return { output: printed ?? '', peak: Number(peak) / 1024 };
  }
  return {
    ssebox: (store, ...args) => run([SSEBOX, ...args], on(store)).output,
    start: (store, ...args) =>
      spawn(process.execPath, [SSEBOX, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: variables(on(store)) }),
    sseboxWith: (own, ...args) => run([SSEBOX, ...args], own).output,
    peakWith: (own, ...args) => run(['--import', TELL_PEAK, SSEBOX, ...args], own).peak,
    peakOf: (store, ...args) => run(['--import', TELL_PEAK, SSEBOX, ...args], on(store)).peak,
    node: (...args) => run(args).output,
    peakOfNode: (...args) => run(['--import', TELL_PEAK, ...args]).peak,
  };
}
