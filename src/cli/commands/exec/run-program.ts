/** A program that runs with the streams of this process, and its end as an exit code. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { systemCode, systemReason } from '../../../api/file-error.ts';
import type { HeldSignals } from './held-signals.ts';

export type ProgramEnd =
  /** 128 and the number of the signal if one ended it, as in a shell. */
  | { readonly kind: 'ended'; readonly code: number }
  /** 127 if there is no such program, 126 if it cannot be run: POSIX, "Shell Command Language", 2.8.2. */
  | { readonly kind: 'not-run'; readonly code: 126 | 127; readonly message: string };

/**
 * Runs a program to its end, and passes signals on to it.
 * @param words its name or path, and its arguments
 * @param variables its whole environment
 */
export function runProgram(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  signals: HeldSignals,
): Promise<ProgramEnd> {
  const [file = '', ...args] = words;
  return new Promise((resolve) => {
    const program = spawn(file, args, { env: variables, stdio: 'inherit' });
    signals.passTo(program);
    program.once('error', (error) => {
      // What fails later, such as passing on a signal, does not end it.
      if (program.pid === undefined) resolve(notRun(file, error));
    });
    program.once('exit', (code, signal) => resolve({ kind: 'ended', code: code ?? codeOf(signal) }));
  });
}

/** The exit code by which a shell shows that a signal ended a program. */
export const codeOf = (signal: NodeJS.Signals | null): number =>
  128 + (signal === null ? 0 : constants.signals[signal]);

function notRun(file: string, error: unknown): ProgramEnd {
  const isMissing = systemCode(error) === 'ENOENT';
  const isPath = file.includes('/');
  const reason = isMissing
    ? `${isPath ? 'there is no such file' : 'no folder of PATH has it'}, or the interpreter that it names is missing`
    : (systemReason(error) ?? systemCode(error) ?? String(error));
  return { kind: 'not-run', code: isMissing ? 127 : 126, message: `"${file}" cannot be run: ${reason}` };
}
