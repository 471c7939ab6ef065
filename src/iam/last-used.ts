/**
 * When access keys were last used: IAM API Reference, AccessKeyLastUsed. Uses that follow one another within a quarter
 * of an hour are one.
 */

import type { ServiceName } from '../api/model/operations.ts';
import { serviceFacts } from '../api/service-facts.ts';
import type { Tx } from '../store/tables.ts';

export interface KeyUse {
  readonly service: ServiceName;
  readonly region: string;
  /** By the store's clock. */
  readonly now: Date;
}

const ONE_USE_MS = 15 * 60_000;

/** Notes that a request was made with an access key, if the id is that of one and not of a session. */
export function noteKeyUse(accessKeyId: string, use: KeyUse, tx: Tx): void {
  const record = tx.accessKeys.get([accessKeyId]);
  if (record?.kind !== 'long-term') return;
  const { lastUsed } = record;
  const { isGlobal, host: service } = serviceFacts[use.service];
  const region = isGlobal ? 'us-east-1' : use.region;
  const timeMs = use.now.getTime();
  const isSame = lastUsed?.service === service && lastUsed.region === region;
  if (isSame && timeMs < lastUsed.timeMs + ONE_USE_MS) return;
  tx.accessKeys.put([accessKeyId], { ...record, lastUsed: { timeMs, region, service } });
}
