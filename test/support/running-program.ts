/** The built program as a process that goes on while a test watches it. */

import { resolve } from 'node:path';
import { execa, type Options } from 'execa';
import { onTestFinished } from 'vitest';
import type { Place } from './place.ts';

export interface RunningProgram {
  /** The lines that it writes to standard output, one after the other. */
  line(): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** The code by which it ends or the signal that ends it, and what it has written. */
  readonly ended: Promise<{ readonly code: number | NodeJS.Signals; readonly out: string; readonly err: string }>;
}

/** Starts `ssebox` in a place; it is killed when the test ends. */
export function startProgram(
  { folder, variables }: Place,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): RunningProgram {
  const options = {
    cwd: folder,
    env: { ...variables, ...more },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
  } as const satisfies Options;
  const child = execa(process.execPath, [resolve('bin/ssebox.js'), ...words], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = child.iterable()[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${words.join(' ')} ended before it wrote a line: ${(await child).stderr}`);
      return String(value);
    },
    signal: (name) => void child.kill(name),
    ended: child.then(({ exitCode, signal, stdout, stderr }) => ({
      code: exitCode ?? (signal as NodeJS.Signals),
      out: stdout,
      err: stderr,
    })),
  };
}

/** A call of KMS's ListKeys, which is allowed to who may anything: its status, or what kept it from being answered. */
export async function listKeys(variables: Readonly<Record<string, string | undefined>>): Promise<number | string> {
  const { headerSigned } = await import('./signed-request.ts');
  const url = new URL(variables.AWS_ENDPOINT_URL ?? '');
  const { headers } = headerSigned({
    method: 'POST',
    service: 'kms',
    region: variables.AWS_REGION ?? '',
    at: Date.now(),
    body: '{}',
    headers: { host: url.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' },
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: variables.AWS_SESSION_TOKEN,
    },
  });
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body: '{}',
      headers: headers.filter(([name]) => name !== 'host').map(([name, value]) => [name, value]),
    });
    await answer.text();
    return answer.status;
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error && 'code' in error.cause
      ? String(error.cause.code)
      : String(error);
  }
}
