/** A trail in the store: its rows, its ARN, and what the operations answer about it. */

import type { AccountId } from '../api/arn.ts';
import type { Trail } from '../api/model/cloudtrail.types.ts';
import type { Region } from '../api/regions.ts';
import type { TrailRecord } from '../store/records/trail.ts';
import type { Tx } from '../store/tables.ts';

/** A trail with its number, which is given once and never again. */
export interface NumberedTrail {
  readonly number: number;
  readonly trail: TrailRecord;
}

/** The service principal that delivers. */
export const CLOUDTRAIL = 'cloudtrail.amazonaws.com';

export const trailArn = ({ homeRegion, account, name }: Pick<TrailRecord, 'homeRegion' | 'account' | 'name'>): string =>
  `arn:aws:cloudtrail:${homeRegion}:${account}:trail/${name}`;

/** The trails of an account, by home region and name; without deleted ones. */
export function trailsOf(account: AccountId, tx: Tx): NumberedTrail[] {
  return [...tx.trailNames.under([account])].flatMap(({ value }) => numbered(value, tx) ?? []);
}

/** The trail of that name and home region. */
export function trailNamed(account: AccountId, region: Region, name: string, tx: Tx): NumberedTrail | undefined {
  const number = tx.trailNames.get([account, region, name]);
  return number === undefined ? undefined : numbered(number, tx);
}

function numbered(number: number, tx: Tx): NumberedTrail | undefined {
  const trail = tx.trails.get([number]);
  return trail && { number, trail };
}

/** Whether a trail is one of a region's: its home, or every region for a multi-Region trail. */
export const isIn = ({ homeRegion, isMultiRegion }: TrailRecord, region: Region): boolean =>
  isMultiRegion || homeRegion === region;

/** Writes a new trail. */
export function addTrail(trail: TrailRecord, tx: Tx): void {
  const last = tx.facts.get(['lastTrail']);
  const number = (last && 'number' in last ? last.number : 0) + 1;
  tx.facts.put(['lastTrail'], { number });
  tx.trails.put([number], trail);
  tx.trailNames.put([trail.account, trail.homeRegion, trail.name], number);
}

/** Writes a changed trail, which logs or no longer does. */
export function changeTrail({ number, trail }: NumberedTrail, tx: Tx): void {
  tx.trails.put([number], trail);
  const logging = tx.loggingTrails.get([trail.account]) ?? [];
  if (logging.includes(number) === trail.isLogging) return;
  const changed = trail.isLogging ? [...logging, number] : logging.filter((each) => each !== number);
  if (changed.length > 0) tx.loggingTrails.put([trail.account], changed);
  else tx.loggingTrails.remove([trail.account]);
}

/** Frees the name of a trail. Its row stays as long as something is left to deliver. */
export function deleteTrail({ number, trail }: NumberedTrail, nowMs: number, tx: Tx): void {
  tx.trailNames.remove([trail.account, trail.homeRegion, trail.name]);
  const stopped = trail.isLogging ? { isLogging: false, stoppedMs: nowMs } : {};
  changeTrail({ number, trail: { ...trail, ...stopped, deletedMs: nowMs } }, tx);
  if (!isOutstanding(number, tx)) forgetTrail(number, tx);
}

/** Whether events wait, or a chain of digests lacks its end. */
export function isOutstanding(number: number, tx: Tx): boolean {
  for (const _ of tx.trailQueue.under([number], { limit: 1 })) return true;
  for (const { value } of tx.trailDeliveries.under([number])) if (value.chain) return true;
  return false;
}

/** Removes all rows of a deleted trail, with the events that still wait for it. */
export function forgetTrail(number: number, tx: Tx): void {
  for (const { key } of [...tx.trailQueue.under([number])]) tx.trailQueue.remove(key);
  for (const { key } of [...tx.trailDeliveries.under([number])]) tx.trailDeliveries.remove(key);
  tx.trailQueueEnds.remove([number]);
  tx.trails.remove([number]);
}

/** The members of a trail that the answers of CreateTrail and UpdateTrail have, too. */
export function trailSettings(trail: TrailRecord) {
  return {
    Name: trail.name,
    S3BucketName: trail.bucket,
    ...(trail.prefix !== undefined && { S3KeyPrefix: trail.prefix }),
    IncludeGlobalServiceEvents: trail.includesGlobalServices,
    IsMultiRegionTrail: trail.isMultiRegion,
    TrailARN: trailArn(trail),
    LogFileValidationEnabled: trail.validatesFiles,
    ...(trail.keyArn !== undefined && { KmsKeyId: trail.keyArn }),
    IsOrganizationTrail: false,
  };
}

/** CloudTrail API Reference, Trail. */
export const trailDescription = (trail: TrailRecord): Trail => ({
  ...trailSettings(trail),
  HomeRegion: trail.homeRegion,
  HasCustomEventSelectors: trail.selectors !== undefined,
  HasInsightSelectors: false,
});
