/** The role that S3 replicates as: Amazon S3 User Guide, "Setting up permissions for live replication". */

import { serviceRoleCaller } from '../../iam/service-role.ts';
import type { Caller } from '../../policy/caller.ts';
import type { Tx } from '../../store/tables.ts';

/** S3 as a principal in trust policies. */
export const S3_PRINCIPAL = 's3.amazonaws.com';

/** The caller that replicates a bucket's objects: a session of its configuration's role, or S3 itself without one. */
export function replicationCaller(bucket: string, tx: Tx, now: Date): Caller {
  const stored = tx.replicationConfigurations.get([bucket]);
  return serviceRoleCaller(S3_PRINCIPAL, stored?.configuration.Role, 's3-replication', { tx, now });
}
