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
import { hasValues, isEnforced, type PlacedQuota, valueInForce } from './settings.ts';
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
interface Checked extends Demand {
  readonly rate: number;
  readonly window: Window;
  readonly use: QuotaUse | undefined;
  readonly isOver: boolean;
  readonly isEnforced: boolean;
}

/** Counts a request. @throws AwsError in the service's words, if it is over a rate that is enforced. */
export function countRequest(call: Call, asked: AskedFor): void {
  const { tx } = call;
  const checked: Checked[] = [];
  for (const demand of demandsOf(asked, tx)) {
    const known = checkedOf(demand, asked.machineMs, tx);
    if (known) checked.push(known);
  }
  const refusing = checked.filter(({ isOver, isEnforced }) => isOver && isEnforced);
  // A request that is refused uses up nothing of its other rates.
  for (const each of refusing.length > 0 ? refusing : checked) count(each, asked.machineMs, tx);
  const [first] = refusing;
  if (first) throw throttled(asked.service, first);
  for (const { isOver, quota, rate } of checked) {
    if (!isOver) continue;
    asked.noteOver({ quota: quota.name, region: quota.region, account: quota.account });
    call.afterwards({ kind: 'over-rate', ...quota, rate });
  }
}

/** What it needs of each quota; nothing for a caller without an account. */
function demandsOf({ service, operation, input, rates, drawn }: AskedFor, tx: Tx): readonly Demand[] {
  const demands: Demand[] = [];
  const owner = quotaService(service);
  for (const { quota: name, account, region } of rates) {
    if (!owner || account === '') continue;
    const same = demands.find(({ row }) => row[3] === name && row[1] === region && row[0] === account);
    if (same) same.requests += 1;
    else demands.push(newDemand({ service: owner, name, account, region }));
  }
  if (!hasValues(tx)) return demands;
  const keys = new Map(drawn.map(({ key }) => [key?.keyId, key]));
  for (const key of keys.values()) if (key) demands.push({ ...newDemand(keyRate(key)), isOptional: true });
  const prefix = service === 's3' ? prefixRate({ service, operation, input }, tx) : undefined;
  if (prefix) demands.push({ ...prefix, isOptional: true, requests: 1 });
  return demands;
}

function newDemand(quota: PlacedQuota): Demand {
  const { account, region, service, name } = quota;
  return { quota, row: [account, region, service, name], isOptional: false, requests: 1 };
}

const quotaService = (service: string): QuotaService | undefined =>
  service === 'kms' || service === 'cloudtrail' || service === 's3' ? service : undefined;

/** Undefined for a rate that does not hold. */
function checkedOf(demand: Demand, machineMs: number, tx: Tx): Checked | undefined {
  const { quota, row, isOptional, requests } = demand;
  const found = valueInForce(quota, tx);
  if (!found || (isOptional && !found.isByHand)) return undefined;
  const { value: rate, isByHand } = found;
  const window = windowAt(machineMs, rate);
  const use = tx.quotaUses.get(row);
  const isOver = !hasRoom(use, requests, window);
  return { ...demand, rate, window, use, isOver, isEnforced: isOver && (isByHand || isEnforced(tx)) };
}

function count({ quota, row, requests, use, window, isOver }: Checked, machineMs: number, tx: Tx): void {
  if (!use && quota.service === 's3') forgetOldPrefixes(row, machineMs, tx);
  const [granted, over] = isOver ? [0, requests] : [requests, 0];
  tx.quotaUses.put(row, counted(use, { granted, over }, window));
}

/**
 * AWS KMS Developer Guide, "Throttling AWS KMS requests"; Amazon S3 API Reference, "Error responses", SlowDown; CloudTrail
 * and other services say the same.
 */
function throttled(service: AskedFor['service'], { quota, rate }: Checked): AwsError {
  const reason = `the rate ${quota.name} in ${quota.region} allows ${rateText(rate)}`;
  return new AwsError(serviceFacts[service].throttledCode, words[service] ?? 'Rate exceeded', {}, reason);
}

const words: Readonly<Record<string, string>> = {
  kms: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  s3: 'Please reduce your request rate.',
};
