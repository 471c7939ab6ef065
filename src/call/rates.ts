/** The request rates that a call counts against: its operation's own, or those in the operation's facts. */

import { operationFacts } from '../api/operation-facts.ts';
import { callerAccount } from '../policy/caller.ts';
import type { Rate } from '../store/records/call.ts';
import type { Call } from './operation.ts';
import type { AnyWork } from './task.ts';

/** Empty for a call without a known rate. */
export function ratesOf(work: AnyWork, target: unknown, input: unknown, call: Call): readonly Rate[] {
  if (work.kind === 'task') return [];
  if (work.rates) return work.rates(target, input, call);
  const { quota } = operationFacts(work.service, work.name);
  if (quota === undefined) return [];
  return [rateOf(quota === 'own' ? work.name : quota, call)];
}

/**
 * A rate of the caller's account, whichever account owns the key: AWS KMS Developer Guide, "Throttling AWS KMS
 * requests", cross-account requests.
 */
export const rateOf = (quota: string, call: Call, region = call.region): Rate => ({
  quota,
  region,
  account: callerAccount(call.caller) ?? '',
});
