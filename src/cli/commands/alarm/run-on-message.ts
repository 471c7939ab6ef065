/** Runs a shell command of the user's with a message on its standard input. */

import { spawn } from 'node:child_process';
import type { Session } from '../../session.ts';

/**
 * Resolves when the command has ended; that it failed is reported on standard error. Its output goes where this
 * program's goes. An interrupt ends it, too.
 * @throws AbortError when the user interrupts
 */
export async function runOnMessage(
  command: string,
  { line, alarm }: { readonly line: string; readonly alarm: string },
  { environment, signal, tell }: Pick<Session, 'environment' | 'signal' | 'tell'>,
): Promise<void> {
  signal.throwIfAborted();
  const failure = await new Promise<string | undefined>((resolve, reject) => {
    // The message only goes in by standard input: text from the store must not become a part of a command.
    const child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: environment.variables });
    const stop = () => {
      child.kill('SIGTERM');
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop);
    const settle = (text: string | undefined) => {
      signal.removeEventListener('abort', stop);
      resolve(text);
    };
    // Not every command reads its input to the end.
    child.stdin.on('error', () => {}).end(`${line}\n`);
    child
      .on('error', (error) => settle(`could not be started: ${error.message}`))
      .on('exit', (code, endedBy) => {
        settle(endedBy ? `was ended by ${endedBy}` : code === 0 ? undefined : `ended with exit code ${code}`);
      });
  });
  if (failure !== undefined) tell(`the command of --exec ${failure}, on a message of the alarm "${alarm}"`);
}
