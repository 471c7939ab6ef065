/**
 * A socket beside each endpoint, in a folder that only its user can enter: there `ssebox env` asks for credentials. No
 * request over the network can reach it, and nothing secret is written down.
 */

import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { StoreError, UsageError } from '../../../api/errors.ts';
import { fileError, systemCode } from '../../../api/file-error.ts';
import type { Environment } from '../../../env.ts';
import { makeFolders } from '../../../folders.ts';
import { dataFolder } from '../../open-assembly.ts';
import type { EndpointFacts, MadeCredentials } from './client-variables.ts';

/** What is asked for: credentials of the endpoint's caller, or of another one in the forms of `--as`. */
interface Asked {
  readonly as?: string | undefined;
}

export interface Told extends EndpointFacts, MadeCredentials {}

type Answer = Told | { readonly error: string; readonly hint?: string | undefined };

type Surroundings = Pick<Environment, 'variables'>;

/** unix(7): 108 bytes on Linux, with a NUL at the end; fewer elsewhere. */
const LONGEST_PATH = 103;

/** XDG Base Directory Specification: sockets are in the runtime folder, which is the user's alone. */
function socketOf(port: number, environment: Surroundings): string {
  const { XDG_RUNTIME_DIR: runtime } = environment.variables;
  return join(runtime ? join(runtime, 'ssebox') : join(dataFolder(environment), 'endpoints'), `${port}.sock`);
}

/**
 * Answers at the socket of a port, which this process listens at, until it is closed.
 * @throws StoreError if the socket cannot be made
 */
export async function answerAt(
  port: number,
  environment: Surroundings,
  tell: (as: string | undefined) => Promise<Told>,
): Promise<{ close(): void }> {
  const path = socketOf(port, environment);
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new StoreError(`the path of the socket "${path}" is too long for the system`);
  }
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).once('close', () => open.delete(socket));
    void readLine(socket).then(async (line) => {
      socket.end(`${JSON.stringify(await answerTo(line, tell))}\n`);
    });
  });
  try {
    makeFolders(join(path, '..'), (each) => mkdirSync(each, { mode: 0o700 }));
    // One is left by a process that was killed.
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    chmodSync(path, 0o600);
  } catch (error) {
    server.close();
    throw fileError(`cannot make the socket "${path}"`, error);
  }
  return {
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function answerTo(line: string, tell: (as: string | undefined) => Promise<Told>): Promise<Answer> {
  try {
    const { as }: { as?: unknown } = JSON.parse(line);
    return await tell(typeof as === 'string' ? as : undefined);
  } catch (error) {
    const hint = error instanceof UsageError ? error.hint : undefined;
    return { error: error instanceof Error ? error.message : String(error), hint };
  }
}

/**
 * Asks the endpoint at a port.
 * @throws UsageError for what it does not answer so, StoreError if there is none.
 */
export async function askAt(port: number, environment: Surroundings, asked: Asked, signal: AbortSignal): Promise<Told> {
  const path = socketOf(port, environment);
  const line = await exchange(path, `${JSON.stringify(asked)}\n`, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (!['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(systemCode(error) ?? '')) {
      throw fileError(`cannot ask at the socket "${path}"`, error);
    }
    throw new StoreError(`no ssebox serve of this user is running at port ${port}: start it, or name its port`, {
      hint: port === USUAL_PORT ? 'ssebox serve' : `ssebox serve --port ${port}`,
      cause: error,
    });
  });
  const answer = parsed(line);
  if (!answer) throw new StoreError(`what answers at the socket "${path}" is not ssebox serve`);
  if ('error' in answer) throw new UsageError(answer.error, answer.hint);
  return answer;
}

/** The port of an endpoint that is not told another one, which is LocalStack's. */
export const USUAL_PORT = 4566;

const exchange = (path: string, line: string, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path, signal });
    socket.once('error', reject);
    socket.end(line);
    readLine(socket).then(resolve);
  });

const MOST_BYTES = 64 * 1024;

/** What a socket sends, up to a line break or its end. */
function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
      if (piece.includes('\n') || text.length > MOST_BYTES) resolve(text);
    });
    socket.once('close', () => resolve(text));
    socket.once('end', () => resolve(text));
  });
}

function parsed(line: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(line);
    const isAnswer = answer instanceof Object && ('error' in answer || ('url' in answer && 'credentials' in answer));
    return isAnswer ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}
