/**
 * When access keys were last used: IAM API Reference, AccessKeyLastUsed. Uses that follow one another within a quarter
 * of an hour are one.
 */

import type { AccessKeyRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';

export interface KeyUse {
  /** The name with which the service is signed for. */
  readonly service: string;
  readonly region: string;
  /** By the store's clock. */
  readonly now: Date;
}

const ONE_USE_MS = 15 * 60_000;

/** Notes that a request was made with a long-term access key. */
export function noteKeyUse(record: AccessKeyRecord, { service, region, now }: KeyUse, tx: Tx): void {
  const { lastUsed } = record;
  const timeMs = now.getTime();
  const isSame = lastUsed?.service === service && lastUsed.region === region;
  if (isSame && timeMs < lastUsed.timeMs + ONE_USE_MS) return;
  tx.accessKeys.put([record.accessKeyId], { ...record, lastUsed: { timeMs, region, service } });
}
