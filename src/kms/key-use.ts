/** The last use of a key in a cryptographic operation: KMS API Reference, GetKeyLastUsage. */

import { DAY_MS } from '../api/duration.ts';
import type { KeyLastUsageTrackingOperation } from '../api/model/kms.types.ts';
import { managementCalls } from '../call/call-log.ts';
import { type Call, operation } from '../call/operation.ts';
import type { ConditionContext } from '../policy/access.ts';
import type { KeyRecord, KeyUse } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { auditMembers } from './audit-text.ts';

import { findKey } from './key-id.ts';
import { requireState } from './key-state.ts';
import { keyAccess } from './permissions.ts';

/** Records that a key was used. A later refusal undoes it. */
export function noteUse(key: KeyRecord, operation: KeyLastUsageTrackingOperation, call: Call): void {
  const use: KeyUse = { v: 1, operation, timeMs: call.now.getTime(), requestId: call.requestId };
  call.tx.kmsKeyUses.put([key.account, key.region, key.keyId], use);
}

const lastUse = (tx: Tx, key: KeyRecord): KeyUse | undefined => tx.kmsKeyUses.get([key.account, key.region, key.keyId]);

/** Whole days since the key was last used, or created: AWS KMS Developer Guide, kms:TrailingDaysWithoutKeyUsage. */
export function trailingDaysContext(key: KeyRecord, call: Call): ConditionContext {
  const sinceMs = lastUse(call.tx, key)?.timeMs ?? key.createdMs;
  return { 'kms:TrailingDaysWithoutKeyUsage': Math.floor((call.now.getTime() - sinceMs) / DAY_MS) };
}

/** Returns the last successful cryptographic operation; ssebox has tracked every key since its creation. */
export const GetKeyLastUsage = operation('kms', 'GetKeyLastUsage', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'GetKeyLastUsage', call),
  authorize: (found, _input, call) => [keyAccess('GetKeyLastUsage', found, call)],
  run({ key }, _input, { tx }) {
    requireState(key, 'GetKeyLastUsage');
    const use = lastUse(tx, key);
    const eventId = use && eventIdOf(use, key, tx);
    return {
      KeyId: key.keyId,
      KeyLastUsage: use
        ? {
            Operation: use.operation,
            Timestamp: new Date(use.timeMs),
            ...(eventId !== undefined && { CloudTrailEventId: eventId }),
            KmsRequestId: use.requestId,
          }
        : {},
      TrackingStartDate: new Date(key.createdMs),
      KeyCreationDate: new Date(key.createdMs),
    };
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
});

/** The event id in the record of the use, which was assigned after the key was used. */
function eventIdOf({ timeMs, requestId }: KeyUse, key: KeyRecord, tx: Tx): string | undefined {
  for (const { value } of managementCalls({ under: [key.account, key.region, timeMs] }, tx)) {
    if (value.requestId === requestId) return value.eventId;
  }
  return undefined;
}
