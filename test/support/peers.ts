/** Systems that others have made and that speak AWS's protocols, where they are installed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Peer {
  readonly url: string;
  close(): Promise<void>;
}

/** What a shell, or what stands in for a program that another version of Python has, ends with. */
const NOT_FOUND = 127;

/**
 * Starts moto, whose services keep everything in memory and verify no signature.
 * @returns why it cannot be tried, if it is not installed
 */
export async function startMoto(): Promise<Peer | string> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = endOf(child);
  const lines = createInterface({ input: child.stderr });
  const said: string[] = [];
  const url = new Promise<string>((resolve) => {
    // It says so once it listens, and a line on each request, which have to be read.
    lines.on('line', (line) => {
      said.push(line);
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found) resolve(found);
    });
  });
  const first = await Promise.race([url, ended]);
  if (first === NOT_FOUND) return 'moto_server is not installed';
  if (typeof first === 'number') throw new Error(`moto_server ended with ${first}: ${said.join('\n')}`);
  const close = async () => {
    child.kill();
    await ended;
  };
  return { url: first, close };
}

/** The code that a program ends with. */
async function endOf(child: ChildProcess): Promise<number> {
  try {
    const [code] = await once(child, 'close');
    return code ?? 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NOT_FOUND;
    throw error;
  }
}
