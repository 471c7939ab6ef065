/** IAM's quotas and the refusal when one is exceeded: IAM User Guide, "IAM and AWS STS quotas". */

import { AwsError } from '../api/errors.ts';

/** What is held here, and what get-account-summary says. Sizes are characters without white space. */
export const iamQuotas = {
  accessKeysPerUser: 2,
  attachedPolicies: { user: 10, group: 10, role: 20 },
  groupsPerUser: 10,
  /** All inline policies of an entity together. */
  inlinePolicySize: { user: 2048, group: 5120, role: 10_240 },
  policySize: 6144,
  trustPolicySize: 2048,
  versionsPerPolicy: 5,
} as const;

export const limitExceeded = (quota: string, limit: number) =>
  new AwsError('LimitExceeded', `Cannot exceed quota for ${quota}: ${limit}`);

/** The number of characters in a policy that count; white space does not. */
export const countedSize = (document: string): number => document.replace(/\s/g, '').length;
