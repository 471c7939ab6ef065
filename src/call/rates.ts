/** The request rates that a call counts against: those in the facts of its operation, of the caller's account. */

import { operationFacts } from '../api/operation-facts.ts';
import type { Drawn } from '../api/request-quota.ts';
import { type Caller, callerAccount } from '../policy/caller.ts';
import type { Rate } from '../store/records/call.ts';
import type { Call } from './operation.ts';
import type { AnyWork } from './task.ts';

/** The quotas that a call draws on, one entry each time; none for a task, or where AWS states no rate. */
export function drawnBy(work: AnyWork, target: unknown, input: unknown): readonly Drawn[] {
  return work.kind === 'task' ? [] : operationFacts(work.service, work.name).rates(target, input);
}

/**
 * A rate of the caller's account, whichever account owns the key: AWS KMS Developer Guide, "Throttling AWS KMS
 * requests", cross-account requests. A service that calls for a resource draws on the account of the resource.
 */
export function rateOf({ quota, region, spec }: Drawn, call: Pick<Call, 'caller' | 'region'>): Rate {
  const account = chargedAccount(call.caller) ?? '';
  const rate = { quota, region: region ?? call.region, account };
  return spec === undefined ? rate : { ...rate, spec };
}

const chargedAccount = (caller: Caller) =>
  callerAccount(caller) ?? (caller.kind === 'service' ? caller.source?.account : undefined);

/** Whether both are the same rate of the same account in the same region. */
export const isSameRate = (one: Rate, other: Rate): boolean =>
  one.quota === other.quota && one.region === other.region && one.account === other.account;
