/**
 * Rates that hold only where somebody set them: of one KMS key, which AWS does not have, and of the prefixes of buckets,
 * which AWS does not promise in so many numbers: it scales a prefix that is used much.
 */

import { createHash } from 'node:crypto';
import { operationModel } from '../api/model/loader.ts';
import type { RatedKey } from '../api/request-quota.ts';
import type { AskedFor } from '../call/scope.ts';
import type { QuotaKey, Tx } from '../store/tables.ts';
import type { PlacedQuota } from './settings.ts';
import { isLongAgo } from './windows.ts';

/** The rate of cryptographic operations with one KMS key, whoever calls; it is of the key's account and region. */
export const keyRate = ({ account, region, keyId }: Pick<RatedKey, 'account' | 'region' | 'keyId'>): PlacedQuota => ({
  account,
  region,
  service: 'kms',
  name: `${KEY}${keyId}`,
});

/** Removes the rate of a key that is deleted. */
export function forgetKeyRate(key: Pick<RatedKey, 'account' | 'region' | 'keyId'>, tx: Tx): void {
  const { account, region, service, name } = keyRate(key);
  tx.quotaValues.remove([account, region, service, name]);
  tx.quotaUses.remove([account, region, service, name]);
}

const KEY = 'key/';

/** A rate of one prefix of a bucket. */
export interface PrefixRate {
  /** The rate of every prefix of the account's buckets in the region. */
  readonly quota: PlacedQuota;
  /** What is used of it by this prefix. */
  readonly row: QuotaKey;
}

/**
 * The rate that a request to S3 counts against, in the account and region of the bucket; undefined if there is no such
 * bucket. The prefix is what is before the last slash: Amazon S3 User Guide, "Best practices design patterns: optimizing
 * Amazon S3 performance".
 */
export function prefixRate(asked: Pick<AskedFor, 'service' | 'operation' | 'input'>, tx: Tx): PrefixRate | undefined {
  const { service, operation } = asked;
  const { Bucket, Key, Prefix } = asked.input as Readonly<Record<'Bucket' | 'Key' | 'Prefix', unknown>>;
  const bucket = typeof Bucket === 'string' ? tx.buckets.get([Bucket]) : undefined;
  const method = operationModel(service, operation)?.http.method;
  if (!bucket || method === undefined) return undefined;
  const path = typeof Key === 'string' ? Key : typeof Prefix === 'string' ? Prefix : '';
  const prefix = path.slice(0, path.lastIndexOf('/') + 1);
  const name = method === 'GET' || method === 'HEAD' ? 'prefix-reads' : 'prefix-writes';
  const { owner: account, region } = bucket;
  // A key may be longer than the name of a row.
  const digest = createHash('sha256').update(`${bucket.name}/${prefix}`).digest('base64url');
  return { quota: { account, region, service: 's3', name }, row: [account, region, 's3', `${name}/${digest}`] };
}

/** The rows of a rate of prefixes. */
export const isOfPrefixes = (name: string, row: string): boolean => row.startsWith(`${name}/`);

/** How many rows of other prefixes are looked at for each new one, so that those of long ago do not pile up. */
const LOOKED_AT = 4;

/** Removes what was used of other prefixes before the last minute: some of it, each time there is a new prefix. */
export function forgetOldPrefixes(fresh: QuotaKey, machineMs: number, tx: Tx): void {
  const [account, region, service] = fresh;
  const next = [...tx.quotaUses.under([account, region, service], { start: fresh, after: true, limit: LOOKED_AT })];
  for (const { key, value } of next) if (isLongAgo(value, machineMs)) tx.quotaUses.remove(key);
}
