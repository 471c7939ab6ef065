/**
 * What a store says about quotas: whether AWS's rates are enforced, which values AWS has, and the values that somebody
 * set by hand. Those are enforced always.
 */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import { getFact, putFact } from '../store/facts.ts';
import type { QuotaValue } from '../store/records/quota.ts';
import type { Row } from '../store/table.ts';
import type { FactRows, QuotaKey, Tx } from '../store/tables.ts';
import { awsValue, isGlobal, type Profile, type QuotaService, type ResourceName } from './aws-values.ts';

/** The account and the region that a quota holds for. */
export interface QuotaPlace {
  readonly account: AccountId;
  readonly region: Region;
}

/** A quota of an account in a region, by our own name. */
export interface PlacedQuota extends QuotaPlace {
  readonly service: QuotaService;
  readonly name: string;
}

/** A value in force. */
export interface ValueInForce {
  readonly value: number;
  /** Whether somebody set it, and it is neither AWS's nor granted. */
  readonly isByHand: boolean;
}

/** What a store says; without values other than AWS's, a call reads no row of them. */
export type QuotaSettings = FactRows['quotas'];

export const settingsOf = (tx: Tx): QuotaSettings => getFact(tx, 'quotas') ?? nothingSaid;

const nothingSaid: QuotaSettings = {};

/** Whether calls over AWS's rates are refused; otherwise AWS's rates are only observed. */
export const isEnforced = (tx: Tx): boolean => settingsOf(tx).isEnforced ?? false;

/** Turns the enforcement of AWS's rates on or off; values set by hand are enforced either way. */
export const setEnforcement = (isEnforced: boolean, tx: Tx): void =>
  putFact(tx, 'quotas', { ...settingsOf(tx), isEnforced });

/** Which of AWS's values hold. */
export const profileOf = (tx: Tx): Profile => settingsOf(tx).profile ?? 'current';

export const setProfile = (profile: Profile, tx: Tx): void => putFact(tx, 'quotas', { ...settingsOf(tx), profile });

/** The value of a quota, or of a key's rate; undefined for a name that is not a quota here. */
export function valueInForce(quota: PlacedQuota, tx: Tx, settings = settingsOf(tx)): ValueInForce | undefined {
  const changed = changedValue(quota, tx, settings);
  if (changed) return { value: changed.value, isByHand: !changed.isGranted };
  const value = awsValue(quota, quota.region, settings.profile ?? 'current');
  return value === undefined ? undefined : { value, isByHand: false };
}

/** The value of a quota by hand or granted, or of a key's rate; undefined if it is AWS's. */
export const changedValue = (quota: PlacedQuota, tx: Tx, settings = settingsOf(tx)): QuotaValue | undefined =>
  settings.hasValues ? tx.quotaValues.get(rowOf(quota)) : undefined;

/** A global quota holds in all regions and has its row in one. */
const rowOf = ({ account, region, service, name }: PlacedQuota): QuotaKey => [
  account,
  isGlobal({ service, name }) ? 'us-east-1' : region,
  service,
  name,
];

/** How many there may be of a resource, or how large it may be, in the account and region that it is in. */
export function resourceLimit<S extends QuotaService>(
  service: S,
  name: ResourceName<S>,
  place: QuotaPlace,
  tx: Tx,
): number {
  const { account, region } = place;
  return valueInForce({ account, region, service, name }, tx)?.value ?? Number.POSITIVE_INFINITY;
}

/** Sets a value by hand, which holds from the next call on: not negative; for a rate, requests in a second. */
export function setQuota(quota: PlacedQuota, value: number, tx: Tx): void {
  if (!(value >= 0 && Number.isFinite(value))) throw new RangeError(`a quota must not be negative: ${value}`);
  putValue(quota, { v: 1, value }, tx);
}

/** Sets a value as AWS raises a quota on request: it is observed or enforced as AWS's own is. */
export const grantQuota = (quota: PlacedQuota, value: number, tx: Tx): void =>
  putValue(quota, { v: 1, value, isGranted: true }, tx);

function putValue(quota: PlacedQuota, value: QuotaValue, tx: Tx): void {
  if (!settingsOf(tx).hasValues) putFact(tx, 'quotas', { ...settingsOf(tx), hasValues: true });
  tx.quotaValues.put(rowOf(quota), value);
}

/** Goes back to AWS's value. @returns whether it had another. */
export const resetQuota = (quota: PlacedQuota, tx: Tx): boolean => tx.quotaValues.remove(rowOf(quota));

/** A quota that has another value than AWS's. */
export interface QuotaByHand extends PlacedQuota {
  readonly value: number;
  /** Whether it was granted on request, and not set by hand. */
  readonly isGranted: boolean;
}

/** Every value other than AWS's of an account in a region, also rates of keys: `key/ID`. */
export function* quotasByHand({ account, region }: QuotaPlace, tx: Tx): Generator<QuotaByHand> {
  for (const row of tx.quotaValues.under([account, region])) yield byHand(row);
}

function byHand({ key, value }: Row<QuotaKey, QuotaValue>): QuotaByHand {
  const [account, region, service, name] = key;
  return {
    account,
    region,
    service: serviceOf(service),
    name,
    value: value.value,
    isGranted: value.isGranted ?? false,
  };
}

const serviceOf = (service: string): QuotaService => (service === 's3' || service === 'cloudtrail' ? service : 'kms');
