/**
 * The queues of trails: an event that a trail wants is put into its queue in the transaction that writes the record, in
 * order of writing. A cursor by time would lose the events that services write with an earlier time.
 */

import type { AccountId } from '../api/arn.ts';
import { operationFacts } from '../api/operation-facts.ts';
import type { Region } from '../api/regions.ts';
import { serviceFactsOf } from '../api/service-facts.ts';
import type { Shown } from '../call/view.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { SeriesName } from '../store/records/tally.ts';
import type { TrailRecord } from '../store/records/trail.ts';
import type { Tx } from '../store/tables.ts';
import { countOne } from '../tally/count-calls.ts';
import { OWN_NAMESPACE } from '../tally/metric-facts.ts';
import { dimensionsOf } from '../tally/series.ts';
import { CLOUDTRAIL, isIn } from './trail.ts';
import { type Filter, filterOf } from './wanted-events.ts';

/** Queues a record for the trails of its account that want it. @returns whether any does */
export function queueForTrails(record: CallRecord, tx: Tx, { machineMs }: Shown): boolean {
  const wanting = trailsWanting(record, tx);
  for (const [i, number] of wanting.entries()) {
    const { recipient, region, timeMs, eventId } = record;
    countPaidEvent(record, number, i === 0, tx);
    const at = tx.trailQueueEnds.get([number]) ?? 1;
    const queued = [recipient, region, timeMs, eventId, machineMs] as const;
    const under = isGlobal(record) ? tx.trails.get([number])?.homeRegion : undefined;
    tx.trailQueue.put([number, at], under === undefined || under === region ? queued : [...queued, under]);
    tx.trailQueueEnds.put([number], at + 1);
  }
  return wanting.length > 0;
}

/**
 * Counts an event that is paid for: each data event, and a management event for every trail but the first.
 * AWS CloudTrail pricing.
 */
function countPaidEvent(record: CallRecord, number: number, isFirst: boolean, tx: Tx): void {
  const { isData } = operationFacts(record.service, record.operation);
  if (isFirst && !isData) return;
  const trail = tx.trails.get([number]);
  if (!trail) return;
  const { recipient, region, timeMs } = record;
  const usageType = isData ? 'DataEventsRecorded' : 'PaidEventsRecorded';
  countOne(seriesOf(trail, usageType, recipient, region), timeMs, tx);
}

/** Names by what they are about: a name that is passed again is found without being written down. */
const names = new Map<string, SeriesName>();
const MOST_NAMES = 1000;

function seriesOf({ name: TrailName }: TrailRecord, UsageType: string, account: AccountId, region: Region): SeriesName {
  const key = `${account} ${region} ${UsageType} ${TrailName}`;
  let name = names.get(key);
  if (!name) {
    if (names.size >= MOST_NAMES) names.clear();
    const dimensions = dimensionsOf({ TrailName, UsageType });
    name = { account, region, namespace: OWN_NAMESPACE, metric: 'TrailEvents', dimensions };
    names.set(key, name);
  }
  return name;
}

const NONE: readonly number[] = [];

/** The numbers of the trails that want the event of a record. */
function trailsWanting(record: CallRecord, tx: Tx): readonly number[] {
  const logging = tx.loggingTrails.get([record.recipient]);
  if (!logging) return NONE;
  const facts = operationFacts(record.service, record.operation);
  if (facts.isTask || isOwnDelivery(record, facts)) return NONE;
  return logging.filter((number) => {
    const trail = tx.trails.get([number]);
    return trail !== undefined && isFromItsPlace(record, trail) && filterFor(trail)(record, facts);
  });
}

/**
 * What CloudTrail does to deliver, and S3 for it in KMS. Each file would otherwise be an event of the next one, so that
 * a delivery would never end.
 */
const isOwnDelivery = ({ caller, service }: CallRecord, { isData }: { readonly isData: boolean }): boolean =>
  caller.type === 'AWSService' && caller.principalId === CLOUDTRAIL && (isData || service === 'kms');

/** From a region of the trail; those of global services only if it includes them. */
function isFromItsPlace({ service, region }: CallRecord, trail: TrailRecord): boolean {
  return isIn(trail, region) && (trail.includesGlobalServices || !isGlobal({ service }));
}

/** Their events are delivered in the home region: CloudTrail User Guide, "Global service events". */
const isGlobal = ({ service }: Pick<CallRecord, 'service'>): boolean => serviceFactsOf(service)?.isGlobal === true;

/** By the stored value, which is the same one as long as the trail does not change. */
const filters = new WeakMap<TrailRecord, Filter>();

function filterFor(trail: TrailRecord): Filter {
  let filter = filters.get(trail);
  if (!filter) {
    filter = filterOf(trail.selectors);
    filters.set(trail, filter);
  }
  return filter;
}
