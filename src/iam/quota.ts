/** IAM's quotas and how their excess is told: IAM User Guide, "IAM and AWS STS quotas". */

import { AwsError } from '../api/errors.ts';

export const limitExceeded = (quota: string, limit: number) =>
  new AwsError('LimitExceeded', `Cannot exceed quota for ${quota}: ${limit}`);

/** How many characters of a policy count: white space does not. */
export const countedSize = (document: string): number => document.replace(/\s/g, '').length;
