/** The last use of a key in a cryptographic operation: KMS API Reference, GetKeyLastUsage. */

import type { KeyLastUsageTrackingOperation } from '../api/model/kms.types.ts';
import type { Call } from '../call/operation.ts';
import type { ConditionContext } from '../policy/access.ts';
import type { KeyRecord, KeyUse } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { DAY_MS } from './key.ts';

/** Notes that a key was used. A refusal afterwards undoes it. */
export function noteUse(key: KeyRecord, operation: KeyLastUsageTrackingOperation, call: Call): void {
  const use: KeyUse = { v: 1, operation, timeMs: call.now.getTime(), requestId: call.requestId };
  call.tx.kmsKeyUses.put([key.account, key.region, key.keyId], use);
}

export const lastUse = (tx: Tx, key: KeyRecord): KeyUse | undefined =>
  tx.kmsKeyUses.get([key.account, key.region, key.keyId]);

/** Whole days since the key was last used, or made: AWS KMS Developer Guide, kms:TrailingDaysWithoutKeyUsage. */
export function trailingDaysContext(key: KeyRecord, call: Call): ConditionContext {
  const sinceMs = lastUse(call.tx, key)?.timeMs ?? key.createdMs;
  return { 'kms:TrailingDaysWithoutKeyUsage': Math.floor((call.now.getTime() - sinceMs) / DAY_MS) };
}
