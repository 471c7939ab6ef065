/**
 * Events caused by KMS itself, for the audit log: AWS KMS Developer Guide, "Logging AWS KMS API calls", service events.
 */

import { eventIds } from '../call/event-id.ts';
import type { Passage } from '../call/scope.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { arnOf } from './key.ts';

type ServiceEvent = 'RotateKey' | 'DeleteKey' | 'DeleteExpiredKeyMaterial' | 'SynchronizeMultiRegionKey';

/** Records an event in the account and region of its key, with the time at which it was due. */
export function recordServiceEvent(
  name: ServiceEvent,
  key: KeyRecord,
  timeMs: number,
  details: Readonly<Record<string, unknown>>,
  { random, record }: Pick<Passage, 'random' | 'record'>,
): void {
  const eventId = eventIds(random)(timeMs);
  record({
    eventId,
    // Service events have no request id.
    requestId: '',
    timeMs,
    recipient: key.account,
    region: key.region,
    service: 'kms',
    operation: name,
    caller: { type: 'AWSService', principalId: 'AWS Internal', accountId: key.account },
    parameters: null,
    // Of these, it alone shows the key as other changes do: "SynchronizeMultiRegionKey" log entry.
    response: name === 'SynchronizeMultiRegionKey' ? { keyId: arnOf(key) } : null,
    serviceEvent: details,
    resources: [{ arn: arnOf(key), type: 'AWS::KMS::Key', account: key.account }],
    durationMs: 0,
  });
}
