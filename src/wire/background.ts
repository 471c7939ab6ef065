/**
 * What AWS does besides answering calls, for as long as a store is served: it replicates what was written, and does as
 * time passes what a command does before its own work: changes of keys that are due, log files and digests of trails,
 * alarms, and the removal of what is old. Several processes may do so over one store.
 */

import type { Region } from '../api/regions.ts';
import type { Workplace } from '../assemble.ts';
import type { Effect } from '../call/answer.ts';
import type { Environment } from '../env.ts';
import type { ReplicationOutcome } from '../s3/replication/replicate-object.ts';
import { replicateQueue } from '../s3/replication/replicate-queue.ts';
import { replicationFailureText } from '../s3/replication/replication-lines.ts';
import { bucketsWithTasks } from '../s3/replication/waiting.ts';
import { getFact } from '../store/facts.ts';

export interface BackgroundParts {
  readonly place: Workplace;
  readonly environment: Pick<Environment, 'elapsed' | 'pause'>;
  /** The region of the requests that replicate. */
  readonly region: Region;
  /** Whether what is written is replicated; otherwise it waits in the queue. */
  readonly replicates: boolean;
  /** Shows a line to people; each is shown once. */
  readonly tell: (line: string) => void;
}

export interface Background {
  /** Takes what a call has left to be done once it was committed. It does not wait for it. */
  after(effects: readonly Effect[]): void;
  /**
   * Replicates what was written, as far as there is time, and ends. The rest stays in the queue.
   * @param graceMs how long it may take, in milliseconds; 10 s when absent
   */
  close(graceMs?: number): Promise<void>;
}

/** How often it looks at the clock, in milliseconds. */
const ROUND_MS = 1000;

/** How long replication that was put off, such as by a throttled key, is left alone, in milliseconds. */
const RETRY_MS = 30_000;

/** How many pieces of what is old are removed in a round, and the time for calls in between in milliseconds. */
const PIECES_A_ROUND = 40;
const PIECE_REST_MS = 15;

/** Begins the work. A failure is told once, and tried again later: it ends nothing. */
export function startBackground({ place, environment, region, replicates, tell }: BackgroundParts): Background {
  const ending = new AbortController();
  const stopped = new AbortController();
  const told = new Set<string>();

  function tellOnce(line: string): void {
    if (told.has(line)) return;
    if (told.size >= MOST_TOLD) told.clear();
    told.add(line);
    tell(line);
  }

  /** Does a part of the work, whose failure is not that of the others. */
  async function attempt(what: string, work: () => Promise<void>, ended: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (ended.aborted) return;
      tellOnce(`${what} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  const replication = newReplication();

  function newReplication() {
    const buckets = new Set<string>();
    let working: Promise<void> | undefined;
    let lookedMs = environment.elapsed();

    /** One bucket after the other, each in the order in which it was written to. */
    async function work(): Promise<void> {
      await place.load('s3');
      for (const bucket of buckets) {
        buckets.delete(bucket);
        for await (const outcome of replicateQueue(place, { bucket, region, signal: stopped.signal })) report(outcome);
      }
    }

    function report(outcome: ReplicationOutcome): void {
      const failure = replicationFailureText(outcome);
      if (failure !== undefined) tellOnce(failure);
    }

    function add(more: Iterable<string>): void {
      for (const bucket of more) buckets.add(bucket);
      if (buckets.size === 0 || working) return;
      working = attempt('replication', work, stopped.signal).finally(() => {
        working = undefined;
        // What came in while it failed.
        if (!stopped.signal.aborted) add([]);
      });
    }

    return {
      add,
      /** Continues what was put off, or what another process has left behind. */
      lookAgain(): void {
        if (working || environment.elapsed() - lookedMs < RETRY_MS) return;
        lookedMs = environment.elapsed();
        add(place.store.transact<string[]>(bucketsWithTasks));
      },
      async done(): Promise<void> {
        while (working) await working;
      },
    };
  }

  async function round(): Promise<void> {
    // Its operations come with what time does to keys.
    await place.load('kms');
    for (let piece = 0; piece < PIECES_A_ROUND; piece++) {
      await place.pipeline.catchUp(ending.signal);
      const isSwept = place.store.transact<boolean>((tx) => getFact(tx, 'sweep')?.standing === undefined);
      if (isSwept) break;
      await environment.pause(PIECE_REST_MS, ending.signal);
    }
    place.pipeline.flush();
    if (replicates) replication.lookAgain();
  }

  async function rounds(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        await environment.pause(ROUND_MS, ending.signal);
      } catch {
        return;
      }
      await attempt('background work', round, ending.signal);
    }
  }

  const running = rounds();
  return {
    after(effects) {
      if (!replicates) return;
      replication.add(effects.flatMap((effect) => (effect.kind === 'replication-queued' ? [effect.bucket] : [])));
    },
    async close(graceMs = GRACE_MS) {
      ending.abort();
      const done = new AbortController();
      const stop = () => stopped.abort();
      if (graceMs === 0) stop();
      else environment.pause(graceMs, done.signal).then(stop, () => {});
      await running;
      await replication.done();
      done.abort();
    },
  };
}

const MOST_TOLD = 1000;
const GRACE_MS = 10_000;
