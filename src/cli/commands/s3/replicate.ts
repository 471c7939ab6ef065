/**
 * `ssebox s3 replicate`: the work that S3 does by itself and in batch jobs, Amazon S3 User Guide, "Replicating
 * objects".
 */

import { shellWord } from '../../../api/shell-word.ts';
import { queueExistingObjects } from '../../../s3/replication/queue-existing.ts';
import type { ReplicationOutcome } from '../../../s3/replication/replicate-object.ts';
import { replicateQueue } from '../../../s3/replication/replicate-queue.ts';
import { replicationFailureText, replicationText } from '../../../s3/replication/replication-lines.ts';
import { replicatedBuckets, waitingReplications } from '../../../s3/replication/waiting.ts';
import { bucketChoices } from '../../choices.ts';
import { command, type Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { nameIn } from '../bucket/bucket-argument.ts';
import { DAMAGED } from './transfer.ts';
import { untilDone } from './until-done.ts';

export const replicate = command({
  name: 'replicate',
  summary: 'Replicate the queued object versions, as the role of the replication rules',
  description:
    'Every version that matches a rule is queued when it is written, and leaves the queue once replicated, so the next run continues after an interruption. A version that fails gets the status FAILED; retry it with --existing.',
  args: {
    bucket: { about: 'the source bucket (default: all)', optional: true, choices: bucketChoices },
  },
  options: {
    existing: { about: 'also replicate versions that are older than their rule, or failed before', type: 'boolean' },
    watch: { about: 'keep replicating new versions until interrupted', type: 'boolean' },
    quiet: { about: 'print only failures', type: 'boolean' },
  },
  examples: ['ssebox s3 replicate', 'ssebox s3 replicate reports', 'ssebox s3 replicate --existing'],
  async run(values, session): Promise<Result> {
    const { bucket: named } = values.args;
    const bucket = named === undefined ? undefined : nameIn(named);
    if (bucket !== undefined) await session.aws.call('s3', 'GetBucketLocation', { Bucket: bucket });
    if (values.options.existing) await queueExisting(bucket, session);
    const totals = { done: 0, failed: 0, putOff: 0, throttled: 0, damaged: 0 };
    const run: Run = { bucket, isQuiet: values.options.quiet, totals, reported: new Set() };
    // Nothing new comes into the queue while calls are only tried.
    const isWatched = values.options.watch && !session.rehearses;
    // With `--watch`, a reader that stops reading ends it; otherwise the queue is finished without a reader.
    const lines = isWatched ? watched(run, session) : untilDone(once(run, session));
    return { kind: 'lines', lines, exitCode: () => exitCodeOf(run) };
  },
});

function exitCodeOf({ totals: { damaged, failed, putOff } }: Run): number {
  if (damaged > 0) return DAMAGED;
  return failed + putOff > 0 ? 1 : 0;
}

interface Run {
  readonly bucket: string | undefined;
  readonly isQuiet: boolean;
  /**
   * `putOff`, `throttled` and `damaged` count in the last round: the versions still waiting, and those of them waiting
   * for KMS or because of damage in the store.
   */
  readonly totals: { done: number; failed: number; putOff: number; throttled: number; damaged: number };
  /** A waiting version is reported once, however often it is retried. */
  readonly reported: Set<string>;
}

/** Queues all versions that are due, a thousand keys at a time. */
async function queueExisting(bucket: string | undefined, session: Session): Promise<void> {
  const buckets = bucket === undefined ? await ownReplicatedBuckets(session) : [bucket];
  for (const Bucket of buckets) {
    let After: string | undefined;
    do {
      session.signal.throwIfAborted();
      After = (await session.aws.perform(queueExistingObjects, { Bucket, After })).Next;
    } while (After !== undefined);
  }
}

/** The buckets with rules in the caller's account: other accounts replicate their own. */
async function ownReplicatedBuckets({ aws, store }: Session): Promise<string[]> {
  const { Account } = await aws.call('sts', 'GetCallerIdentity', {});
  return Account === undefined ? [] : store.transact((tx) => replicatedBuckets(Account, tx));
}

/** How often a throttled version is retried. */
const ROUNDS = 4;
const PAUSE_MS = 500;

async function* once(run: Run, session: Session): AsyncGenerator<string> {
  const { totals } = run;
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await session.environment.pause(PAUSE_MS * 2 ** round, session.signal);
    yield* replicated(run, session);
    if (totals.throttled === 0) break;
  }
  tellTotals(run, session);
}

function tellTotals({ bucket, isQuiet, totals: { done, failed, putOff } }: Run, session: Session): void {
  if (done + failed + putOff === 0 && !isQuiet) session.tell('nothing is waiting to be replicated');
  if (putOff > 0) session.tell(`${putOff} still waiting: run the command again`);
  if (failed === 0) return;
  const again = `ssebox s3 replicate ${bucket === undefined ? '' : `${shellWord(bucket)} `}--existing`;
  session.tell(`${failed} failed, ${done} done; once the cause is fixed, retry with ${again}`);
  if (session.terminal) session.tell('hint: ssebox explain last');
}

/** Runs until interrupted. Versions that were put off are retried again and again, failed ones are not. */
async function* watched(run: Run, session: Session): AsyncGenerator<string> {
  if (session.terminal && !run.isQuiet) session.tell('replicating new versions until Ctrl-C');
  try {
    while (true) {
      yield* replicated(run, session);
      await session.environment.pause(PAUSE_MS, session.signal);
    }
  } finally {
    if (run.totals.failed + run.totals.putOff > 0) tellTotals(run, session);
  }
}

/** Everything that is in the queue now. */
async function* replicated({ bucket, isQuiet, totals, reported }: Run, session: Session): AsyncGenerator<string> {
  const workplace = await session.store.workplace();
  await workplace.load('s3');
  const progress = progressOver(await session.store.transact((tx) => waitingReplications(bucket, tx)), session);
  const { region, signal } = session;
  totals.putOff = 0;
  totals.throttled = 0;
  totals.damaged = 0;
  try {
    for await (const outcome of replicateQueue(workplace, { bucket, region, signal })) {
      progress.step();
      count(outcome, totals);
      const failure = newFailure(outcome, reported);
      const line = isQuiet ? undefined : replicationText(outcome);
      if (failure !== undefined || line !== undefined) progress.clear();
      if (failure !== undefined) session.tell(failure);
      if (line !== undefined) yield line;
    }
  } finally {
    progress.clear();
  }
}

function newFailure(outcome: ReplicationOutcome, reported: Set<string>): string | undefined {
  const text = replicationFailureText(outcome);
  if (text === undefined || outcome.Status !== 'PENDING') return text;
  const place = `${outcome.VersionId} ${text}`;
  if (reported.has(place)) return undefined;
  reported.add(place);
  return text;
}

function count({ Status, FailureReason, isDamaged }: ReplicationOutcome, totals: Run['totals']): void {
  if (Status === 'COMPLETED') totals.done += 1;
  if (Status === 'FAILED') totals.failed += 1;
  if (Status === 'PENDING') totals.putOff += 1;
  if (isDamaged) totals.damaged += 1;
  if (Status === 'PENDING' && FailureReason !== undefined) totals.throttled += 1;
}

const REDRAW_MS = 100;

/** `Replicated 12 of 40`, redrawn in place if standard error is a terminal. */
function progressOver(total: number, { terminal, environment }: Session) {
  let done = 0;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    step() {
      done += 1;
      if (!terminal || total < 2 || environment.elapsed() - drawnMs < REDRAW_MS) return;
      drawnMs = environment.elapsed();
      isShown = true;
      terminal.write(`\rReplicated ${done} of ${total}\u001b[K`);
    },
    clear() {
      if (isShown) terminal?.write('\r\u001b[K');
      isShown = false;
    },
  };
}
