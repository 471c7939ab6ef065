/** The role that S3 replicates as: Amazon S3 User Guide, "Setting up permissions for live replication". */

import { bucketArn } from '../../api/arn.ts';
import { serviceRoleCaller } from '../../iam/service-role.ts';
import type { Caller, ServiceCaller } from '../../policy/caller.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';

const S3_PRINCIPAL = 's3.amazonaws.com';

/** S3 as a principal in trust policies, calling for a bucket that replicates. */
export const s3Caller = ({ name, owner }: Pick<BucketRecord, 'name' | 'owner'>): ServiceCaller => ({
  kind: 'service',
  name: S3_PRINCIPAL,
  source: { arn: bucketArn(name), account: owner },
});

/** The caller that replicates a bucket's objects: a session of its configuration's role, or S3 itself without one. */
export function replicationCaller(bucket: string, tx: Tx, now: Date): Caller {
  const stored = tx.replicationConfigurations.get([bucket]);
  const found = tx.buckets.get([bucket]);
  const s3: ServiceCaller = found ? s3Caller(found) : { kind: 'service', name: S3_PRINCIPAL };
  return serviceRoleCaller(s3, stored?.configuration.Role, 's3-replication', { tx, now });
}
