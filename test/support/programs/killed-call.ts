/**
 * A process that makes one call and kills itself at one of the points that the call passes: steps of the pipeline,
 * pieces of the body, what is done to blob files. When it lives to the end it says which points it passed.
 */

import { writeSync } from 'node:fs';
import type { StepReport } from '../../../src/call/scope.ts';
import { deliverTrails } from '../../../src/cloudtrail/delivery/deliver-trails.ts';
import { processEnvironment } from '../../../src/env.ts';
import { replicateQueue } from '../../../src/s3/replication/replicate-queue.ts';
import { contentOf } from '../content.ts';
import { newPoints, type Point, watchFiles } from '../points.ts';
import { openSession } from '../store-session.ts';

/** What the process is to do. */
export interface Job {
  readonly folder: string;
  /** An operation of S3; `replicate`: everything that is in the queue; `deliver`: everything that waits for trails. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly body?: { readonly name: string; readonly size: number } | undefined;
  /** Where it ends; absent: nowhere. */
  readonly killAt?: Point | undefined;
}

const PIECE_BYTES = 1024 * 1024;
/** What fits is handed over as a whole, as the command line does. */
const SMALL_BYTES = 64 * 1024;

const { folder, operation, input, body, killAt } = JSON.parse(process.argv[2] ?? '{}') as Job;
const points = newPoints(killAt);
const point = points.pass;
let isRecordNext = false;

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

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
    point('piece of the body');
  }
}

const session = await openSession(folder, { environment, onStep: atStep });
await watchFiles(points, folder);
if (operation === 'replicate') {
  for await (const _ of replicateQueue(session.assembly, { region: 'us-east-1' })) point('answered');
} else if (operation === 'deliver') {
  const place = { ...session.assembly, environment };
  await deliverTrails(place, { which: () => true, all: true, isShown: true, onOutcome: () => point('answered') });
} else {
  const bytes = body && contentOf(body.name, body.size);
  const Body = bytes && bytes.length > SMALL_BYTES ? inPieces(bytes) : bytes;
  await session.callByName('s3', operation, { ...input, Body });
  point('answered');
}
await session.close();
point('closed');
writeSync(1, JSON.stringify(points.passed));
