/** The standard input of one run: bytes as they arrive, or all of them. */

import { fstatSync, readSync } from 'node:fs';
import { UsageError } from '../api/errors.ts';
import { systemCode } from '../api/file-error.ts';
import { MAX_WHOLE_BYTES, readable, unreadable } from '../files.ts';
import type { Streams } from './io.ts';

export interface StandardInput {
  /** Whether it is a terminal; asking takes Node some milliseconds. */
  readonly isTerminal: boolean;
  /**
   * The bytes as they arrive.
   * @throws UsageError when it is a folder or a disk, which Node treats as an empty stream.
   */
  stream(): AsyncIterable<Uint8Array>;
  /** All of the input; the same bytes at every call. @throws UsageError when it is too long to be read as a whole. */
  readAll(): Promise<Uint8Array>;
}

/** Nothing is opened until something is read. */
export function standardInputOf(streams: Pick<Streams, 'stdin' | 'stdinDescriptor'>): StandardInput {
  const { stdinDescriptor: descriptor } = streams;
  let all: Promise<Uint8Array> | undefined;
  return {
    get isTerminal() {
      return streams.stdin.isTTY === true;
    },
    stream() {
      if (descriptor !== undefined) requireStream(descriptor);
      return readable('standard input', streams.stdin);
    },
    readAll() {
      all ??= descriptor === undefined ? joined(streams.stdin) : readDescriptor(descriptor);
      return all;
    },
  };
}

function requireStream(descriptor: number): void {
  const facts = fstatSync(descriptor);
  if (facts.isDirectory() || facts.isBlockDevice()) {
    throw new UsageError(`standard input is a ${facts.isDirectory() ? 'folder' : 'disk'}, not a file or a pipe`);
  }
}

async function joined(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of readable('standard input', stream)) {
    size += piece.length;
    requireLength(size);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/**
 * Reads the descriptor directly, since Node takes 4 ms to make a stream of it. It waits and retries, because a pipe
 * that Node has inspected returns EAGAIN until its writer has written something.
 */
async function readDescriptor(descriptor: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const piece = new Uint8Array(65_536);
  let total = 0;
  while (true) {
    try {
      const size = readSync(descriptor, piece);
      if (size === 0) return Buffer.concat(pieces);
      total += size;
      requireLength(total);
      pieces.push(piece.slice(0, size));
    } catch (error) {
      if (systemCode(error) !== 'EAGAIN') throw unreadable('standard input', error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
}

function requireLength(size: number): void {
  if (size > MAX_WHOLE_BYTES) throw new UsageError(`standard input has more than ${MAX_WHOLE_BYTES} bytes`);
}

const WAIT_MS = 5;
