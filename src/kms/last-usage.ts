/** GetKeyLastUsage: AWS KMS API Reference. */

import { operation } from '../call/operation.ts';
import type { KeyRecord, KeyUse } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { auditMembers } from './audit-text.ts';
import { findKey } from './key-id.ts';
import { requireState } from './key-state.ts';
import { lastUse } from './key-use.ts';
import { keyAccess } from './permissions.ts';

/** Tells the last successful cryptographic operation; ssebox has watched every key since it was made. */
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

/** The record of the use, which got its event id after the key was used. */
function eventIdOf({ timeMs, requestId }: KeyUse, key: KeyRecord, tx: Tx): string | undefined {
  for (const { value } of tx.calls.under([key.account, key.region, timeMs])) {
    if (value.requestId === requestId) return value.eventId;
  }
  return undefined;
}
