/** The trust policies of roles as they are stored: IAM API Reference, CreateRole and UpdateAssumeRolePolicy. */

import { checkTrustPolicy } from '../policy/trust-policy-check.ts';
import type { Tx } from '../store/tables.ts';
import { principalCheck, withArns, withIds } from './principal-bindings.ts';
import { countedSize, iamQuotas, limitExceeded } from './quota.ts';

/** IAM User Guide, "IAM and AWS STS quotas": role trust policy length, by default; counted like every IAM policy. */
const MAX_SIZE = iamQuotas.trustPolicySize;

/**
 * A trust policy in its stored form, with unique ids for users and roles.
 * @throws MalformedPolicyDocument, LimitExceeded
 */
export function acceptTrustPolicy(text: string, tx: Tx): string {
  checkTrustPolicy(text, principalCheck(tx));
  if (countedSize(text) > MAX_SIZE) throw limitExceeded('ACLSizePerRole', MAX_SIZE);
  return withIds(text, tx);
}

/** A stored trust policy as IAM shows it: with ARNs, except that deleted users and roles are shown by their ids. */
export const shownTrustPolicy = (kept: string, tx: Tx): string => withArns(kept, tx);
