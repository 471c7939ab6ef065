/** IAM's quotas and the refusal when one is exceeded: IAM User Guide, "IAM and AWS STS quotas". */

import { AwsError } from '../api/errors.ts';

export const limitExceeded = (quota: string, limit: number) =>
  new AwsError('LimitExceeded', `Cannot exceed quota for ${quota}: ${limit}`);

/** The number of characters in a policy that count; white space does not. */
export const countedSize = (document: string): number => document.replace(/\s/g, '').length;
