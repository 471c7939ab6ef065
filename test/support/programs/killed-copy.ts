/**
 * A process that runs a command line, as `store backup` and `store restore`, and is sent a signal at one of the points
 * that it passes: steps on files. When it lives to the end it says which points it passed, and its exit code.
 */

import { writeSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { program } from '../../../src/cli/run.ts';
import { commandTree } from '../../../src/cli/tree.ts';
import { processEnvironment } from '../../../src/env.ts';
import { newPoints, type Point, watchFiles, watchTransactions } from '../points.ts';

/** What the process is to do. */
export interface CopyJob {
  /** Where the stores are that the command line names. */
  readonly folder: string;
  readonly words: readonly string[];
  /** Absent: it is sent none. */
  readonly signalAt?: Point | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  /** Whether transactions are points, too. */
  readonly atTransactions?: boolean;
}

export interface CopyEnd {
  readonly passed: readonly Point[];
  readonly code: number;
  readonly err: string;
}

const { folder, words, signalAt, signal, atTransactions } = JSON.parse(process.argv[2] ?? '{}') as CopyJob;
const points = newPoints(signalAt, signal);
const said: string[] = [];
const streamOf = (lines: string[]) =>
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
await watchFiles(points, folder);
if (atTransactions) watchTransactions(points);
const code = await program(commandTree, { name: 'ssebox', file: 'bin/ssebox.js' }).run(words, processEnvironment(), {
  stdin: Readable.from([]),
  stdout: streamOf([]),
  stderr: streamOf(said),
});
points.pass('ended');
const end: CopyEnd = { passed: points.passed, code, err: said.join('') };
writeSync(1, JSON.stringify(end));
