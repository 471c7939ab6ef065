/** OpenSSL's command line, as the independent implementation that ssebox is checked against. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface OpenSsl {
  /** Writes a file and gives its path. */
  file(name: string, bytes: Uint8Array): string;
  /** The path of a file that a command shall write. */
  path(name: string): string;
  read(name: string): Buffer;
  /** Runs a command. @returns its standard output. @throws when it fails. */
  run(...args: string[]): Buffer;
  /** Whether a command succeeds. */
  succeeds(...args: string[]): boolean;
}

/** A folder of its own for one test. */
export function openssl(): OpenSsl {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-openssl-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const run = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    path,
    run,
    file(name, bytes) {
      writeFileSync(path(name), bytes);
      return path(name);
    },
    read: (name) => readFileSync(path(name)),
    succeeds(...args) {
      try {
        run(...args);
        return true;
      } catch {
        return false;
      }
    },
  };
}
