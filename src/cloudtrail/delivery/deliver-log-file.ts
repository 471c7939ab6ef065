/** Delivers one log file: its events leave the queue in the transaction in which the object is written. */

import { AwsError } from '../../api/errors.ts';
import { randomName } from '../../api/random-name.ts';
import type { Call } from '../../call/operation.ts';
import { task } from '../../call/task.ts';
import type { TrailDelivery, TrailRecord } from '../../store/records/trail.ts';
import type { TransactionalStore } from '../../store/store.ts';
import { trailArn } from '../trail.ts';
import { chainAt } from './chain.ts';
import { beginObject } from './delivered-object.ts';
import { type BegunFile, type DeliveryPlan, deliverySteps } from './delivery-steps.ts';
import { FILE_MS } from './file-time.ts';
import { longLog, READ_AT_ONCE, smallLog, type WaitingFile, type WrittenLog } from './log-file.ts';
import { logFileKey } from './object-key.ts';
import { failed, type Outcome } from './outcome.ts';

export interface LogFileInput {
  /** The trail's number. */
  readonly trail: number;
  readonly file: WaitingFile;
  /** When it is delivered, by the store's clock. */
  readonly atMs: number;
  /** The machine's clock, by which what cannot be delivered is dropped. */
  readonly machineMs: number;
  /** Where the events of a file are read that is too long for one transaction. */
  readonly store: Pick<TransactionalStore, 'transact'>;
}

/** How long an event waits that cannot be delivered: CloudTrail User Guide, "Redelivery of log files". */
export const LONGEST_WAIT_MS = 30 * 86_400_000;

interface LogFile {
  /** The trail as it was when the file was begun. */
  readonly trail: TrailRecord;
  readonly key: string;
  readonly written: () => WrittenLog;
}

const steps = deliverySteps<LogFileInput, LogFile>({ begin, finish, parameters: ({ trail }) => ({ trail }) });

export const deliverLogFile = task('cloudtrail', 'DeliverLogFile', steps);

function begin(trail: TrailRecord | undefined, input: LogFileInput, call: Call): DeliveryPlan<LogFile> {
  if (!trail || !isWaiting(input, call)) return { kind: 'done', outcome: { status: 'gone' } };
  const { file, atMs, store } = input;
  // A file is called after the end of its five minutes, or after its delivery if that is later.
  const nameMs = Math.max(file.windowMs + FILE_MS, Math.floor(atMs / FILE_MS) * FILE_MS);
  const key = logFileKey({ ...trail, region: file.region }, nameMs, randomName(16, call.random));
  const isSmall = file.positions.length <= READ_AT_ONCE;
  try {
    if (isSmall) {
      const { body, written } = smallLog(input.trail, file.positions, call.tx);
      if (written.events === 0) return { kind: 'done', outcome: passOver(input, call) };
      return { kind: 'file', trail, key, put: beginObject(trail, key, { Body: body }, call), written: () => written };
    }
    const { body, written } = longLog(input.trail, file.positions, store);
    return { kind: 'file', trail, key, put: beginObject(trail, key, { Body: body }, call), written };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { kind: 'done', outcome: noteFailure(trail, error, input, call) };
  }
}

/** A file begins with the first event of its region, so that nobody has delivered any if this one waits. */
const isWaiting = ({ trail, file }: LogFileInput, { tx }: Call): boolean =>
  tx.trailQueue.get([trail, file.positions[0] ?? 0]) !== undefined;

/** None of the events are on record any more. */
function passOver({ trail, file }: LogFileInput, { tx }: Call): Outcome {
  for (const position of file.positions) tx.trailQueue.remove([trail, position]);
  return { status: 'gone' };
}

function finish(plan: BegunFile<LogFile>, input: LogFileInput, call: Call): Outcome {
  const { key, put } = plan;
  const { trail: number, file, atMs } = input;
  const { region } = file;
  const trail = call.tx.trails.get([number]);
  const isAsBegun = trail?.bucket === plan.trail.bucket && trail.prefix === plan.trail.prefix;
  if (!trail || !isAsBegun || !isWaiting(input, call)) {
    call.giveUp(put);
    return { status: 'gone' };
  }
  try {
    call.complete(put);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    call.giveUp(put);
    return noteFailure(trail, error, input, call);
  }
  const { covered, events, ...log } = plan.written();
  for (const position of file.positions.slice(0, covered)) call.tx.trailQueue.remove([number, position]);
  const { error: _mended, dropped: _told, chain: begun, ...delivery } = deliveryOf(input, call);
  const chain = begun ?? (trail.validatesFiles ? chainAt(trail, atMs) : undefined);
  call.tx.trailDeliveries.put([number, region], {
    ...delivery,
    deliveredMs: atMs,
    attemptedMs: atMs,
    ...(chain && { chain: { ...chain, logFiles: [...chain.logFiles, { bucket: trail.bucket, key, ...log }] } }),
  });
  return {
    status: 'delivered',
    kind: 'log',
    trailArn: trailArn(trail),
    region,
    bucket: trail.bucket,
    key,
    events,
    isPart: covered < file.positions.length,
  };
}

const deliveryOf = ({ trail, file }: LogFileInput, { tx }: Call): TrailDelivery =>
  tx.trailDeliveries.get([trail, file.region]) ?? { v: 1 };

/**
 * The events wait on; those that have done so for too long are dropped, though not by the first attempt: nobody may have
 * looked in all that time.
 */
function noteFailure(trail: TrailRecord, error: AwsError, input: LogFileInput, call: Call): Outcome {
  const { region } = input.file;
  const delivery = deliveryOf(input, call);
  const dropped = delivery.error === undefined ? 0 : dropOld(input, call);
  call.tx.trailDeliveries.put([input.trail, region], {
    ...delivery,
    attemptedMs: call.now.getTime(),
    error: error.code,
    ...(dropped > 0 && { dropped: (delivery.dropped ?? 0) + dropped }),
  });
  return failed('log', trail, region, error, dropped);
}

/** Takes the events out of the queue that are too old. @returns how many */
function dropOld({ trail, file, machineMs }: LogFileInput, { tx }: Call): number {
  let dropped = 0;
  for (const position of file.positions) {
    const [, , , , queuedMs] = tx.trailQueue.get([trail, position]) ?? [];
    if (queuedMs === undefined || queuedMs + LONGEST_WAIT_MS > machineMs) break;
    tx.trailQueue.remove([trail, position]);
    dropped += 1;
  }
  return dropped;
}
