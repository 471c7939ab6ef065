/** The role that S3 replicates as: Amazon S3 User Guide, "Setting up permissions for live replication". */

import { parseArn } from '../../api/arn.ts';
import type { Call } from '../../call/operation.ts';
import { decide } from '../../iam/authorize.ts';
import { findRole } from '../../iam/entities.ts';
import { roleSessionCaller } from '../../iam/principal.ts';
import type { Caller } from '../../policy/caller.ts';
import type { Tx } from '../../store/tables.ts';

const s3: Caller = { kind: 'service', name: 's3.amazonaws.com' };

/** Who replicates a bucket's objects: a session of its configuration's role, or S3 itself where there is none. */
export function replicationCaller(bucket: string, tx: Tx, now: Date): Caller {
  const stored = tx.replicationConfigurations.get([bucket]);
  const role = stored && roleOf(stored.configuration.Role, tx);
  return role ? roleSessionCaller(role, 's3-replication', now) : s3;
}

/** Whether the role lets S3 assume it. */
export function mayAssume(roleArn: string, call: Call): boolean {
  const role = roleOf(roleArn, call.tx);
  if (!role) return false;
  const access = {
    action: 'sts:AssumeRole',
    resource: roleArn,
    owner: role.account,
    resourcePolicy: { kind: 'trust-policy', document: role.trustPolicy },
  } as const;
  return decide(access, { ...call, caller: s3 }).allowed;
}

function roleOf(roleArn: string, tx: Tx) {
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) return undefined;
  return findRole(tx, arn.account, arn.resource.slice(arn.resource.lastIndexOf('/') + 1));
}
