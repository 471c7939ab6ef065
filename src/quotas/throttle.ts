/**
 * Counts requests against their quotas, and refuses those over a rate that is enforced: AWS KMS Developer Guide,
 * "Throttling AWS KMS requests". A request over a rate that is only observed is noted, and continues.
 */

import { AwsError } from '../api/errors.ts';
import { serviceFacts } from '../api/service-facts.ts';
import type { Call } from '../call/operation.ts';
import type { AskedFor } from '../call/scope.ts';
import type { QuotaUse } from '../store/records/quota.ts';
import type { QuotaKey, Tx } from '../store/tables.ts';
import type { QuotaService } from './aws-values.ts';
import { forgetOldPrefixes, keyRate, prefixRate } from './optional-rates.ts';
import { type PlacedQuota, type QuotaSettings, settingsOf, valueInForce } from './settings.ts';
import { counted, hasRoom, rateText, type Window, windowAt } from './windows.ts';

/** Requests against one quota. */
interface Demand {
  readonly quota: PlacedQuota;
  /** The row with what was used of it. */
  readonly row: QuotaKey;
  /** Whether it counts only where somebody set it. */
  readonly isOptional: boolean;
  requests: number;
}

/** A demand with what is left for it. */
interface Checked {
  readonly demand: Demand;
  readonly rate: number;
  readonly window: Window;
  readonly use: QuotaUse | undefined;
  readonly isOver: boolean;
  readonly isRefused: boolean;
}

// Every call comes through here: it makes few objects, of one shape each.

/** Counts a request. @throws AwsError in the service's words, if it is over a rate that is enforced. */
export function countRequest(call: Call, asked: AskedFor): void {
  const { tx } = call;
  const settings = settingsOf(tx);
  const checked: Checked[] = [];
  let refusing: Checked | undefined;
  for (const demand of demandsOf(asked, settings, tx)) {
    const each = check(demand, asked.machineMs, settings, tx);
    if (!each) continue;
    checked.push(each);
    if (each.isRefused) refusing ??= each;
  }
  for (const each of checked) {
    // A request that is refused uses up nothing of its other rates.
    if (refusing && !each.isRefused) continue;
    count(each, asked.machineMs, tx);
    if (each.isOver && !refusing) noteOver(each, call, asked);
  }
  if (refusing) throw throttled(asked.service, refusing);
}

function noteOver({ demand: { quota }, rate }: Checked, call: Call, asked: AskedFor): void {
  asked.noteOver({ quota: quota.name, region: quota.region, account: quota.account });
  call.afterwards({ kind: 'over-rate', ...quota, rate });
}

/** What it needs of each quota; nothing for a caller without an account. */
function demandsOf(asked: AskedFor, { hasValues }: QuotaSettings, tx: Tx): readonly Demand[] {
  const { service, rates, drawn } = asked;
  const demands: Demand[] = [];
  const owner = quotaService(service);
  for (const { quota: name, account, region } of rates) {
    if (!owner || account === '') continue;
    const same = demands.length > 0 ? find(demands, [account, region, owner, name]) : undefined;
    if (same) same.requests += 1;
    else demands.push(newDemand({ service: owner, name, account, region }));
  }
  if (!hasValues) return demands;
  for (const { key } of drawn) {
    const quota = key && keyRate(key);
    if (quota && !find(demands, rowOf(quota))) demands.push({ ...newDemand(quota), isOptional: true });
  }
  const prefix = service === 's3' ? prefixRate(asked, tx) : undefined;
  if (prefix) demands.push({ ...prefix, isOptional: true, requests: 1 });
  return demands;
}

const newDemand = (quota: PlacedQuota): Demand => ({ quota, row: rowOf(quota), isOptional: false, requests: 1 });

const rowOf = ({ account, region, service, name }: PlacedQuota): QuotaKey => [account, region, service, name];

const find = (demands: readonly Demand[], row: QuotaKey): Demand | undefined =>
  demands.find((demand) => demand.row.every((part, i) => part === row[i]));

const quotaService = (service: string): QuotaService | undefined =>
  service === 'kms' || service === 'cloudtrail' || service === 's3' ? service : undefined;

/** Undefined for a rate that does not hold. */
function check(demand: Demand, machineMs: number, settings: QuotaSettings, tx: Tx): Checked | undefined {
  const found = valueInForce(demand.quota, tx, settings);
  if (!found || (demand.isOptional && !found.isByHand)) return undefined;
  const { value: rate, isByHand } = found;
  const window = windowAt(machineMs, rate);
  const use = tx.quotaUses.get(demand.row);
  const isOver = !hasRoom(use, demand.requests, window);
  return { demand, rate, window, use, isOver, isRefused: isOver && (isByHand || (settings.isEnforced ?? false)) };
}

function count({ demand: { quota, row, requests }, use, window, isOver }: Checked, machineMs: number, tx: Tx): void {
  if (!use && quota.service === 's3') forgetOldPrefixes(row, machineMs, tx);
  tx.quotaUses.put(row, counted(use, requests, isOver, window));
}

/**
 * AWS KMS Developer Guide, "Throttling AWS KMS requests"; Amazon S3 API Reference, "Error responses", SlowDown; CloudTrail
 * and other services say the same.
 */
function throttled(service: AskedFor['service'], { demand: { quota }, rate }: Checked): AwsError {
  const reason = `the rate ${quota.name} in ${quota.region} allows ${rateText(rate)}: ssebox quota list`;
  return new AwsError(serviceFacts[service].throttledCode, words[service] ?? 'Rate exceeded', {}, reason);
}

const words: Readonly<Record<string, string>> = {
  kms: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  s3: 'Please reduce your request rate.',
};
