/**
 * What trails deliver before a call that could see whether they have: CloudTrail does it as time passes, and a store has
 * no other process, unless it is served. It costs a call nothing as long as there is no trail.
 */

import { StoreError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { operationFacts } from '../../api/operation-facts.ts';
import type { AskedOf } from '../../call/request.ts';
import type { PipelineParts } from '../../call/scope.ts';
import { AuthenticationError } from '../../crypto/authentication-error.ts';
import type { Environment } from '../../env.ts';
import { storeNow } from '../../store/clock.ts';
import type { TrailRecord } from '../../store/records/trail.ts';
import type { Tx } from '../../store/tables.ts';
import { isOutstanding } from '../trail.ts';
import { dueDigest } from './chain.ts';
import type { DeliveryPlace } from './deliver-trails.ts';
import { FILE_MS } from './file-time.ts';

export interface DueParts extends Pick<DeliveryPlace, 'store' | 'rootKey'> {
  readonly environment: Pick<Environment, 'now' | 'elapsed'>;
  pipeline(): DeliveryPlace['pipeline'];
  load(service: ServiceName): Promise<void>;
}

/** How long calls that read a bucket do not try again what has failed in this process; a trail's status always does. */
const RETRY_MS = 60_000;

/** What has to be delivered before a call, or without one, if anything is due. */
export function dueDeliveries(parts: DueParts): NonNullable<PipelineParts['beforehand']> {
  const failedMs = new Map<number, number>();
  let running: Promise<void> = Promise.resolve();

  async function deliver(numbers: readonly number[], all: boolean, signal: AbortSignal | undefined): Promise<void> {
    const [{ deliverTrails }] = await Promise.all([import('./deliver-trails.ts'), parts.load('s3')]);
    const place = { ...parts, pipeline: parts.pipeline() };
    for (const each of numbers) {
      try {
        const which = (number: number) => number === each;
        const { failed } = await deliverTrails(place, { which, all, isShown: false, signal });
        if (failed.length > 0) failedMs.set(each, parts.environment.elapsed());
        else failedMs.delete(each);
      } catch (error) {
        // What the disk or damage keeps from being delivered waits on: the call itself may still be possible.
        if (!(error instanceof StoreError || error instanceof AuthenticationError)) throw error;
        failedMs.set(each, parts.environment.elapsed());
      }
    }
  }

  const isTriedAgain = (number: number): boolean => {
    const atMs = failedMs.get(number);
    return atMs === undefined || parts.environment.elapsed() - atMs >= RETRY_MS;
  };

  return (asked, tx) => {
    const looked = asked ? lookOf(asked) : EVERYTHING;
    // The first trail ever leaves its number behind.
    if (!looked || tx.facts.get(['lastTrail']) === undefined) return undefined;
    const nowMs = storeNow(tx, parts.environment.now());
    const numbers: number[] = [];
    for (const { key, value } of tx.trails.range()) {
      const [number] = key;
      if (!looked.isAbout(value)) continue;
      const all = looked.isRestart && !value.isLogging;
      if (all ? isOutstanding(number, tx) : isDue(number, value, nowMs, tx)) numbers.push(number);
    }
    const tried = looked.isReading ? numbers.filter(isTriedAgain) : numbers;
    if (tried.length === 0) return undefined;
    return (signal) => {
      const mine = running.then(() =>
        deliver(looked.isReading ? tried.filter(isTriedAgain) : tried, looked.isRestart, signal),
      );
      // The error of one call, such as that it was stopped, is not that of the calls behind it.
      running = mine.catch(() => {});
      return mine;
    };
  };
}

/** What a call could see of trails, or changes about them. */
interface Look {
  /** A bucket's content; otherwise the trail itself. */
  readonly isReading: boolean;
  /** Whether logging starts again, so that what is left of the time before has to be delivered first. */
  readonly isRestart: boolean;
  isAbout(trail: TrailRecord): boolean;
}

const EVERYTHING: Look = { isReading: true, isRestart: false, isAbout: () => true };

const trailCalls: ReadonlySet<string> = new Set([
  'GetTrailStatus',
  'StartLogging',
  'StopLogging',
  'UpdateTrail',
  'DeleteTrail',
]);

function lookOf({ service, name, input }: AskedOf): Look | undefined {
  if (service === 'cloudtrail') {
    if (!trailCalls.has(name)) return undefined;
    const named = input instanceof Object && 'Name' in input ? String(input.Name) : '';
    const wanted = named.slice(named.lastIndexOf('/') + 1);
    const isAbout = (trail: TrailRecord) => trail.name === wanted;
    return { isReading: false, isRestart: name === 'StartLogging', isAbout };
  }
  if (service !== 's3') return undefined;
  const { reads, isData } = operationFacts(service, name);
  if (!reads || !isData || !(input instanceof Object) || !('Bucket' in input)) return undefined;
  return { isReading: true, isRestart: false, isAbout: ({ bucket }) => bucket === input.Bucket };
}

/** Whether a file of the trail is due by the store's clock. */
function isDue(number: number, trail: TrailRecord, nowMs: number, tx: Tx): boolean {
  let nextLogMs: number | undefined;
  for (const { value } of tx.trailQueue.under([number], { limit: 1 })) {
    const [, , timeMs] = value;
    nextLogMs = timeMs + FILE_MS;
    if (nextLogMs <= nowMs || timeMs > nowMs) return true;
  }
  for (const { value } of tx.trailDeliveries.under([number])) {
    if (value.chain && (value.chain.startMs > nowMs || dueDigest(trail, value, { nowMs, nextLogMs }))) return true;
  }
  return false;
}
