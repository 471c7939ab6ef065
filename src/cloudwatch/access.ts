/** What the operations of CloudWatch ask permission for: Service Authorization Reference, "Amazon CloudWatch". */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Region } from '../api/regions.ts';
import type { Call } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { callerAccount } from '../policy/caller.ts';

/** Whose metrics and alarms a call is about. */
export interface Place {
  readonly account: AccountId;
  readonly region: Region;
}

/** The caller's account, and the region that is called. @throws AccessDenied for a caller without an account. */
export function placeOf({ caller, region }: Pick<Call, 'caller' | 'region'>): Place {
  const account = callerAccount(caller);
  if (account === undefined) throw new AwsError('AccessDenied', 'Only an account has metrics and alarms.');
  return { account, region };
}

/** The permission `cloudwatch:NAME`, on all resources if none is named. */
export const cloudwatchAccess = (name: string, call: Call, resource = '*', context: ConditionContext = {}): Access => ({
  action: `cloudwatch:${name}`,
  resource,
  owner: placeOf(call).account,
  context,
});
