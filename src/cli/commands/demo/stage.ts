/** Runs a command line inside this process, with a store, a home and a screen of its own. */

import { Readable, Writable } from 'node:stream';
import type { Program } from '../../command.ts';
import { program as programCalled } from '../../run.ts';
import type { Session } from '../../session.ts';

export interface Outcome {
  readonly code: number;
  /** The output that a person sees: results and errors in order. */
  readonly text: string;
}

/**
 * As if the words had been typed after `ssebox`, on a terminal of so many columns and without colour, on a machine where
 * nothing is configured.
 */
export async function runIn(
  program: Program,
  store: string,
  home: string,
  words: readonly string[],
  { environment }: Session,
  columns: number,
): Promise<Outcome> {
  const pieces: Buffer[] = [];
  const screen = () =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          pieces.push(Buffer.from(chunk));
          done();
        },
      }),
      { isTTY: true, columns },
    );
  const variables = { HOME: home, NO_COLOR: '1', SSEBOX_STORE: store };
  const streams = { stdin: Readable.from([]), stdout: screen(), stderr: screen() };
  const { run } = programCalled(program.tree, { ...program, name: 'ssebox' });
  const code = await run(words, { ...environment, variables }, streams);
  return { code, text: Buffer.concat(pieces).toString() };
}
