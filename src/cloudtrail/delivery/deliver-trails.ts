/**
 * Delivers what trails have waiting: log files and digests, each in the order in which CloudTrail would have delivered
 * them if it had looked at the clock all the time.
 */

import type { Region } from '../../api/regions.ts';
import type { Pipeline } from '../../call/pipeline.ts';
import type { RootKey } from '../../crypto/root-key.ts';
import type { Environment } from '../../env.ts';
import { storeNow } from '../../store/clock.ts';
import type { DigestChain, TrailDelivery, TrailRecord } from '../../store/records/trail.ts';
import type { TransactionalStore } from '../../store/store.ts';
import type { Tx } from '../../store/tables.ts';
import { forgetTrail, isOutstanding } from '../trail.ts';
import { chainNow, type DigestEnd, dueDigest, startChain } from './chain.ts';
import { deliverDigest } from './deliver-digest.ts';
import { deliverLogFile, LONGEST_WAIT_MS } from './deliver-log-file.ts';
import { FILE_MS } from './file-time.ts';
import { type WaitingFile, waitingFiles } from './log-file.ts';
import type { Outcome } from './outcome.ts';
import { ensureSigningKey } from './signing-key.ts';

/** Where trails are delivered; the operations of S3 have to be loaded. */
export interface DeliveryPlace {
  readonly store: Pick<TransactionalStore, 'transact'>;
  readonly pipeline: Pick<Pipeline, 'perform'>;
  readonly rootKey: RootKey;
  /** For the machine's clock. */
  readonly environment: Pick<Environment, 'now'>;
}

export interface DeliveryOptions {
  /** Which trails, by their numbers and rows; deleted ones, too, that still have something to deliver. */
  readonly which: (number: number, trail: TrailRecord) => boolean;
  /** Whether every event is delivered that waits now; otherwise those that are five minutes old. */
  readonly all: boolean;
  /** Whether a person sees the failures; otherwise they only stand in the trail's status. */
  readonly isShown: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with each file as it is delivered, or could not be. */
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined;
}

/** What was delivered, and what could not be. */
export interface DeliveryReport {
  readonly delivered: readonly Extract<Outcome, { status: 'delivered' }>[];
  readonly failed: readonly Extract<Outcome, { status: 'failed' }>[];
}

/**
 * Delivers trails one after the other. What fails waits on, and does not hold up other trails; everything that was
 * delivered stays delivered when this is stopped.
 * @throws StoreError if the store cannot be written.
 */
export async function deliverTrails(place: DeliveryPlace, options: DeliveryOptions): Promise<DeliveryReport> {
  const report = { delivered: [], failed: [] } satisfies DeliveryReport as Collected;
  const numbers = place.store.transact<number[]>((tx) =>
    [...tx.trails.range()].filter(({ key, value }) => options.which(key[0], value)).map(({ key }) => key[0]),
  );
  for (const number of numbers) await deliverTrail(number, place, options, report);
  return report;
}

interface Collected {
  readonly delivered: Extract<Outcome, { status: 'delivered' }>[];
  readonly failed: Extract<Outcome, { status: 'failed' }>[];
}

async function deliverTrail(
  number: number,
  place: DeliveryPlace,
  options: DeliveryOptions,
  report: Collected,
): Promise<void> {
  const { store, environment } = place;
  // Events that come in meanwhile, also by delivering, are for the next time.
  const { before, hasFailed } = store.transact<{ before: number; hasFailed: boolean }>((tx) => {
    begin(number, storeNow(tx, environment.now()), tx);
    const deliveries = [...tx.trailDeliveries.under([number])];
    return {
      before: tx.trailQueueEnds.get([number]) ?? 0,
      hasFailed: deliveries.some(({ value: { digestError } }) => digestError !== undefined),
    };
  });
  const stuck = new Map<Region, Set<Step['kind']>>();
  for (let goesOn = true; goesOn; ) {
    goesOn = false;
    const files = waitingFiles(number, before, store);
    const regions = store.transact<Region[]>((tx) => [
      ...new Set([...files.keys(), ...[...tx.trailDeliveries.under([number])].map(({ key }) => key[1])]),
    ]);
    for (const region of regions) {
      const ofRegion = stuck.get(region) ?? new Set();
      stuck.set(region, ofRegion);
      const work: RegionWork = { number, region, files: files.get(region) ?? [], stuck: ofRegion };
      if ((await deliverRegion(work, place, options, report)) === 'more') goesOn = true;
    }
  }
  store.transact<void>((tx) => forgetIfDone(number, hasFailed, storeNow(tx, environment.now()), tx));
}

/** The chain of the home region starts with the logging, and one that the clock was set back behind starts anew. */
function begin(number: number, nowMs: number, tx: Tx): void {
  const trail = tx.trails.get([number]);
  if (!trail) return;
  const { isLogging, validatesFiles, homeRegion, startedMs = nowMs } = trail;
  if (isLogging && validatesFiles) startChain(number, homeRegion, Math.min(startedMs, nowMs), tx);
  for (const { key, value } of [...tx.trailDeliveries.under([number])]) {
    const chain = value.chain && chainNow(value.chain, nowMs);
    if (chain !== value.chain) tx.trailDeliveries.put(key, { ...value, chain });
  }
}

interface RegionWork {
  readonly number: number;
  readonly region: Region;
  /** In order. */
  readonly files: readonly WaitingFile[];
  /** What has failed, and is not tried again now; one kind does not hold up the other. */
  readonly stuck: Set<Step['kind']>;
}

/** `more`: the queue has to be read again, for more files or since it has changed. */
type RegionEnd = 'done' | 'more';

async function deliverRegion(
  work: RegionWork,
  place: DeliveryPlace,
  options: DeliveryOptions,
  report: Collected,
): Promise<RegionEnd> {
  const { number, region, files, stuck } = work;
  const waiting = [...files];
  let delivered = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    const step = nextStep(work, waiting[0], options.all, place);
    if (!step) return delivered > 0 && waiting.length === 0 ? 'more' : 'done';
    const outcome = await perform(step, number, region, place, options);
    options.onOutcome?.(outcome);
    if (outcome.status === 'failed') {
      report.failed.push(outcome);
      stuck.add(step.kind);
      continue;
    }
    if (outcome.status === 'gone') return 'more';
    report.delivered.push(outcome);
    if (step.kind === 'digest') continue;
    delivered += 1;
    // What did not fit in a file is the beginning of another one.
    if (outcome.isPart) return 'more';
    waiting.shift();
  }
}

type Step =
  | { readonly kind: 'log'; readonly file: WaitingFile; readonly atMs: number }
  | { readonly kind: 'digest'; readonly end: DigestEnd; readonly chain: DigestChain };

/** What is due next in a region: the first file that waits, or a digest of what was delivered before it. */
function nextStep(
  { number, region, stuck }: Pick<RegionWork, 'number' | 'region' | 'stuck'>,
  file: WaitingFile | undefined,
  all: boolean,
  { store, environment }: DeliveryPlace,
): Step | undefined {
  return store.transact<Step | undefined>((tx) => {
    const trail = tx.trails.get([number]);
    if (!trail) return undefined;
    const nowMs = storeNow(tx, environment.now());
    const delivery = tx.trailDeliveries.get([number, region]) ?? { v: 1 };
    const atMs = file && deliveryTime(file, delivery, nowMs);
    const isDue = atMs !== undefined && (all || atMs <= nowMs);
    const end = dueDigest(trail, delivery, { nowMs, nextLogMs: isDue ? Math.min(atMs, nowMs) : atMs });
    if (end && delivery.chain && !stuck.has('digest')) return { kind: 'digest', end, chain: delivery.chain };
    return file && isDue && !stuck.has('log') ? { kind: 'log', file, atMs: Math.min(atMs, nowMs) } : undefined;
  });
}

/**
 * When CloudTrail delivers a file: once its first event is five minutes old, or later if that failed, or if a digest has
 * already ended after that. An event from after the clock was set back does not wait for its time to come again.
 */
function deliveryTime({ firstMs }: WaitingFile, { chain, error }: TrailDelivery, nowMs: number): number {
  if (firstMs > nowMs || error !== undefined) return nowMs;
  return Math.max(firstMs + FILE_MS, chain?.startMs ?? 0);
}

async function perform(
  step: Step,
  trail: number,
  region: Region,
  place: DeliveryPlace,
  { signal, isShown }: DeliveryOptions,
): Promise<Outcome> {
  const { store, pipeline, environment } = place;
  const request = { region, signal, ...(!isShown && { overlooks: () => true }) };
  if (step.kind === 'log') {
    const input = { trail, file: step.file, atMs: step.atMs, machineMs: environment.now(), store };
    return (await pipeline.perform(deliverLogFile, input, request)).output;
  }
  await ensureSigningKey(region, step.end.endMs, place);
  return (await pipeline.perform(deliverDigest, { trail, region, chain: step.chain, ...step.end }, request)).output;
}

/**
 * A deleted trail is forgotten with its last delivery. The end of a chain that could not be delivered does not wait
 * longer than events do, though not by the first attempt: nobody may have looked in all that time.
 * @param hasFailed whether a digest could not be delivered in an earlier attempt
 */
function forgetIfDone(number: number, hasFailed: boolean, nowMs: number, tx: Tx): void {
  const { deletedMs } = tx.trails.get([number]) ?? {};
  if (deletedMs === undefined) return;
  for (const _ of tx.trailQueue.under([number], { limit: 1 })) return;
  if (!isOutstanding(number, tx) || (hasFailed && deletedMs + LONGEST_WAIT_MS <= nowMs)) forgetTrail(number, tx);
}
