/**
 * The chain of a trail's digests in a region: when it starts, and how far the next digest reaches. CloudTrail User
 * Guide, "Digest file chaining": one an hour, also when no log file was delivered. The clock of a store may be moved: a
 * long time without events has one digest, and a chain cannot go on before its last one.
 */

import type { Region } from '../../api/regions.ts';
import type { DigestChain, TrailDelivery, TrailRecord } from '../../store/records/trail.ts';
import type { Tx } from '../../store/tables.ts';

const HOUR_MS = 3_600_000;

/** A time without events that is longer than this has one digest. */
const LONGEST_EMPTY_MS = 48 * HOUR_MS;

const wholeSecond = (timeMs: number): number => Math.floor(timeMs / 1000) * 1000;
const hourOf = (timeMs: number): number => Math.floor(timeMs / HOUR_MS) * HOUR_MS;

/** A chain without a digest yet. */
const newChain = (startMs: number): DigestChain => ({ startMs: wholeSecond(startMs), logFiles: [] });

/** The chain of a region in which the trail has had no events yet: from the hour of the first ones. */
export const chainAt = ({ startedMs = 0 }: TrailRecord, timeMs: number): DigestChain =>
  newChain(Math.max(startedMs, hourOf(timeMs)));

/**
 * Starts or ends the chains of a trail whose files are validated from now on, or no longer: switching it off breaks
 * the chain, and log files that are delivered until it is on again are in no digest.
 */
export function changeValidation(number: number, trail: TrailRecord, nowMs: number, tx: Tx): void {
  for (const { key, value } of [...tx.trailDeliveries.under([number])]) {
    const { chain, ...delivery } = value;
    if (chain) tx.trailDeliveries.put(key, delivery);
  }
  if (trail.validatesFiles && trail.isLogging) startChain(number, trail.homeRegion, nowMs, tx);
}

/** Starts a chain, if there is none: in the home region with the logging, elsewhere with the first events. */
export function startChain(number: number, region: Region, nowMs: number, tx: Tx): void {
  const delivery = tx.trailDeliveries.get([number, region]) ?? { v: 1 };
  if (!delivery.chain) tx.trailDeliveries.put([number, region], { ...delivery, chain: newChain(nowMs) });
}

/** The end of a digest, and whether it is the last one of its chain. */
export interface DigestEnd {
  readonly endMs: number;
  readonly isFinal: boolean;
}

/**
 * The digest that is due: the next one of the hour, or the one that ends the chain of a trail that does not log any
 * more. Log files that will be delivered at `nextLogMs` or later belong to a later one.
 */
export function dueDigest(
  trail: Pick<TrailRecord, 'isLogging' | 'stoppedMs'>,
  { chain, deliveredMs = 0 }: TrailDelivery,
  { nowMs, nextLogMs }: { readonly nowMs: number; readonly nextLogMs: number | undefined },
): DigestEnd | undefined {
  if (!chain) return undefined;
  const { startMs, logFiles } = chain;
  const hourly = hourOf(startMs) + HOUR_MS;
  const quietMs = Math.min(nowMs, nextLogMs ?? nowMs);
  if (!trail.isLogging && nextLogMs === undefined) {
    const stopMs = Math.max(trail.stoppedMs ?? 0, deliveredMs, startMs + 1000);
    const endMs = Math.ceil(stopMs / 1000) * 1000;
    // A second more than now, at a clock that stands still.
    if (endMs <= hourly || isLongEmpty(chain, endMs))
      return endMs <= nowMs + 1000 ? { endMs, isFinal: true } : undefined;
  }
  if (hourly > quietMs) return undefined;
  const endMs = logFiles.length === 0 && isLongEmpty(chain, quietMs) ? hourOf(quietMs) : hourly;
  return { endMs, isFinal: false };
}

const isLongEmpty = ({ startMs, logFiles }: DigestChain, untilMs: number): boolean =>
  logFiles.length === 0 && untilMs - startMs > LONGEST_EMPTY_MS;

/**
 * The chain that digests continue now. When the clock was set back before the end of the last digest, that one cannot
 * be followed: a new chain starts.
 */
export const chainNow = (chain: DigestChain, nowMs: number): DigestChain =>
  wholeSecond(nowMs) < chain.startMs ? { startMs: wholeSecond(nowMs), logFiles: chain.logFiles } : chain;
