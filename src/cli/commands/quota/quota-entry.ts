/** A quota as `quota list` shows it, with its use in the last minute. */

import type { Quota } from '../../../quotas/aws-quotas.ts';
import type { QuotaService } from '../../../quotas/aws-values.ts';
import { changedValue, type PlacedQuota, profileOf, valueInForce } from '../../../quotas/settings.ts';
import { type RateUse, useOf } from '../../../quotas/use.ts';
import { rateText } from '../../../quotas/windows.ts';
import type { Tx } from '../../../store/tables.ts';
import type { Painter } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { columns } from '../columns.ts';

/** Where a value comes from: AWS, AWS before 2024, a request that Service Quotas granted, or somebody who set it. */
type Source = 'AWS' | 'historic' | 'granted' | 'set';

export interface QuotaEntry {
  readonly Service: QuotaService;
  readonly Name: string;
  /** AWS's, where it is known. */
  readonly Code?: string | undefined;
  readonly Title: string;
  readonly Kind: 'rate' | 'resource';
  /** For a rate, requests in a second; null for a rate that holds only once it is set. */
  readonly Value: number | null;
  readonly Source?: Source | undefined;
  /** Of a rate: what is over it is refused; otherwise it is only observed. */
  readonly Enforced?: boolean | undefined;
  /** Of a rate: the requests, the most in one second, and those that AWS would have throttled, or that were. */
  readonly LastMinute?: { readonly Requests: number; readonly PeakSecond: number; readonly Throttled: number };
  /** Of a rate: how many requests were over it since the store counts them, and when the last one was. */
  readonly ThrottledEver?: number | undefined;
  readonly LastThrottled?: Date | undefined;
}

/** What is known of a quota at a time of the machine's clock, in milliseconds. */
export function quotaEntry(
  placed: PlacedQuota,
  quota: Quota | undefined,
  { tx, machineMs, isEnforced }: { readonly tx: Tx; readonly machineMs: number; readonly isEnforced: boolean },
): QuotaEntry {
  const changed = changedValue(placed, tx);
  const isByHand = changed !== undefined && !changed.isGranted;
  // AWS has none of a key, and promises none of a prefix in so many numbers.
  const isOptional = quota === undefined || quota.per === 'prefix';
  const holds = isByHand || !isOptional;
  const Source: Source = isByHand ? 'set' : changed ? 'granted' : profileOf(tx) === 'historic' ? 'historic' : 'AWS';
  const named: QuotaEntry = {
    Service: placed.service,
    Name: placed.name,
    ...(quota?.code !== undefined && { Code: quota.code }),
    Title: quota?.title ?? 'Cryptographic operations with one KMS key',
    Kind: quota?.kind ?? 'rate',
    Value: holds ? (valueInForce(placed, tx)?.value ?? null) : null,
    ...(holds && { Source }),
  };
  if (named.Kind === 'resource') return named;
  const use = useMembers(useOf(placed, machineMs, tx));
  return { ...named, Enforced: isByHand || (holds && isEnforced), ...use };
}

const useMembers = ({ lastMinute: { granted, over, peak }, overEver, lastOverMs }: RateUse) => ({
  LastMinute: { Requests: granted + over, PeakSecond: peak, Throttled: over },
  ThrottledEver: overEver,
  ...(lastOverMs !== undefined && { LastThrottled: new Date(lastOverMs) }),
});

/** Whether somebody who lists quotas wants to see it among those in use: it has another value than AWS's, or was used. */
export const isNotable = ({ Source, LastMinute, ThrottledEver = 0 }: QuotaEntry): boolean =>
  Source === 'set' || Source === 'granted' || (LastMinute?.Requests ?? 0) > 0 || ThrottledEver > 0;

/** The table for people. */
export function quotaTable(entries: readonly QuotaEntry[], empty: string, painter: Painter): readonly Shown[] {
  const rows = entries.map((entry) => [
    entry.Service,
    entry.Name,
    valueText(entry),
    fromText(entry),
    countText(entry.LastMinute?.Requests),
    countText(entry.LastMinute?.PeakSecond),
    countText(entry.LastMinute?.Throttled),
    countText(entry.ThrottledEver),
    timeText(entry.LastThrottled),
  ]);
  const headers = ['SERVICE', 'QUOTA', 'VALUE', 'FROM', 'MINUTE', 'PEAK', 'THROTTLED', 'EVER', 'LAST'];
  return columns(headers, rows, empty, painter, GIVE_WAY);
}

/** What was used of a rate stays. */
const GIVE_WAY = [
  [8, 'dropped'],
  [7, 'dropped'],
  [0, 'dropped'],
  [3, 'dropped'],
] as const;

const valueText = ({ Kind, Value }: QuotaEntry): string => {
  if (Value === null) return 'none';
  return Kind === 'rate' ? rateText(Value) : String(Value);
};

const fromText = ({ Source, Enforced }: QuotaEntry): string =>
  [...(Source ? [Source] : []), ...(Enforced ? ['enforced'] : [])].join(', ');

const countText = (count: number | undefined): string => (count === undefined || count === 0 ? '' : String(count));
