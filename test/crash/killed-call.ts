/**
 * A process that makes one call and kills itself at one of the points that the call passes: steps of the pipeline,
 * pieces of the body, what is done to blob files. When it lives to the end it says which points it passed.
 */

import fs, { writeSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { StepReport } from '../../src/api/pipeline.ts';
import { processEnvironment } from '../../src/env.ts';
import { replicateQueue } from '../../src/s3/replicate-queue.ts';
import { contentOf } from './content.ts';
import { openSession } from './store-session.ts';

/** What the process is to do. */
export interface Job {
  readonly folder: string;
  /** An operation of S3, or `replicate`: everything that is in the queue. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly body?: { readonly name: string; readonly size: number } | undefined;
  /** Where it ends; absent: nowhere. */
  readonly killAt?: Point | undefined;
}

export interface Point {
  readonly name: string;
  /** Counts the points of this name, from 1. */
  readonly turn: number;
}

const PIECE_BYTES = 1024 * 1024;
/** What fits is handed over as a whole, as the command line does. */
const SMALL_BYTES = 64 * 1024;

const { folder, operation, input, body, killAt } = JSON.parse(process.argv[2] ?? '{}') as Job;
const passed: Point[] = [];
const turns = new Map<string, number>();
let isRecordNext = false;

function point(name: string): void {
  const turn = (turns.get(name) ?? 0) + 1;
  turns.set(name, turn);
  passed.push({ name, turn });
  if (name === killAt?.name && turn === killAt.turn) process.kill(process.pid, 'SIGKILL');
}

function atStep({ operation, step, depth, decision }: StepReport): void {
  if (decision || step === 'validate' || step === 'throttle' || (depth > 0 && step !== 'run')) return;
  point(`${operation} ${step}`);
  isRecordNext = depth === 0 && (step === 'run' || step === 'finish');
}

const real = processEnvironment();
const environment = {
  ...real,
  elapsed() {
    // The next look at this clock is the record's, the last thing before the commit.
    if (isRecordNext) {
      isRecordNext = false;
      point('record');
    }
    return real.elapsed();
  },
};

/** Every function of these names passes a point before it works. */
function watch(holder: object, names: readonly string[]): void {
  for (const name of names) {
    const original: unknown = Reflect.get(holder, name);
    if (typeof original !== 'function') throw new TypeError(`there is no ${name}`);
    Reflect.set(holder, name, function (this: unknown, ...given: unknown[]): unknown {
      point(name);
      return Reflect.apply(original, this, given);
    });
  }
}

async function watchFiles(): Promise<void> {
  const handle = await fsPromises.open(process.execPath);
  await handle.close();
  watch(Object.getPrototypeOf(handle), ['write', 'datasync', 'sync']);
  watch(fsPromises, ['mkdir', 'open', 'rename']);
  watch(fs, ['rmSync']);
  syncBuiltinESMExports();
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
    point('piece of the body');
  }
}

const session = await openSession(folder, { environment, onStep: atStep });
await watchFiles();
if (operation === 'replicate') {
  for await (const _ of replicateQueue(session.assembly, { region: 'us-east-1' })) point('answered');
} else {
  const bytes = body && contentOf(body.name, body.size);
  const Body = bytes && bytes.length > SMALL_BYTES ? inPieces(bytes) : bytes;
  await session.callByName('s3', operation, { ...input, Body });
  point('answered');
}
await session.close();
point('closed');
writeSync(1, JSON.stringify(passed));
