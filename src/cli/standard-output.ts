/**
 * Standard output and error of the process. Node takes some 3 ms to make a stream of a pipe or a file, which is longer
 * than most calls take: a short text is written without one.
 */

import { fstatSync, writeSync } from 'node:fs';
import { systemCode } from '../api/file-error.ts';
import type { OutputStream } from './io.ts';

/** A pipe takes as many bytes at once or none (`PIPE_BUF`, pipe(7)). */
const SHORT_BYTES = 4096;

export interface ProcessOutput extends OutputStream {
  /** Whether all of it has left this process. Of Node's stream that cannot be known. */
  readonly isWritten?: boolean;
}

/** An output of this process: a terminal's is Node's stream itself, any other becomes one when it is needed. */
export function standardOutput(name: 'stdout' | 'stderr'): ProcessOutput {
  const descriptor = name === 'stdout' ? 1 : 2;
  let opened: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => {
    // Errors are handled where they are written.
    opened ??= process[name].on('error', () => {});
    return opened;
  };
  if (mayBeTerminal(descriptor)) return stream();
  return {
    get isWritten() {
      return opened === undefined;
    },
    write(data, done) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      if (opened || bytes.length > SHORT_BYTES || isSignalHeld()) return stream().write(bytes, done);
      let written = 0;
      try {
        written = writeSync(descriptor, bytes);
      } catch (error) {
        // Whoever made the pipe may have made it one that is not waited for.
        if (systemCode(error) !== 'EAGAIN') return done?.(error as Error);
      }
      if (written < bytes.length) return stream().write(bytes.subarray(written), done);
      return done?.();
    },
  };
}

function mayBeTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return true;
  }
}

/** Whether this program handles signals: a full pipe must not keep it from that, as a write outside of a stream would. */
const isSignalHeld = (): boolean => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM') > 0;
