/** Why a replication failed: Amazon S3 User Guide, "Amazon S3 replication failure reasons". */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';

export type FailureReason =
  | 'AssumeRoleNotPermitted'
  | 'DstBucketNotFound'
  | 'DstBucketUnversioned'
  | 'DstDelObjNotPermitted'
  | 'DstKmsKeyInvalidState'
  | 'DstKmsKeyNotFound'
  | 'DstPutAclNotPermitted'
  | 'DstPutObjectNotPermitted'
  | 'DstPutTaggingNotPermitted'
  | 'DstVersionNotFound'
  | 'SrcBucketReplicationConfigMissing'
  | 'SrcGetAclNotPermitted'
  | 'SrcGetObjectNotPermitted'
  | 'SrcGetTaggingNotPermitted'
  | 'SrcHeadObjectNotPermitted'
  | 'SrcKmsKeyInvalidState'
  | 'SrcKmsKeyNotFound'
  | 'SrcObjectNotEligible';

/** Ends a replication for good, or for the time being. */
export class ReplicationFailure extends Error {
  readonly reason: FailureReason;
  /** Throttling passes: the version stays in the queue. */
  readonly isTransient: boolean;
  constructor(reason: FailureReason, message: string, isTransient = false) {
    super(message);
    this.name = 'ReplicationFailure';
    this.reason = reason;
    this.isTransient = isTransient;
  }
}

/** A permission of the role; its absence is this reason. @throws ReplicationFailure in the words of the denial. */
export function requirePermission(access: Access, reason: FailureReason, call: Call): void {
  try {
    call.require(access);
  } catch (error) {
    throw error instanceof AwsError ? new ReplicationFailure(reason, error.message) : error;
  }
}

/** Runs what uses a KMS key on one side. @throws ReplicationFailure for what KMS refuses. */
export function withKey<T>(side: 'Src' | 'Dst', work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message } = error;
    const isTransient = code === 'SlowDown';
    if (code === 'KMS.NotFoundException') throw new ReplicationFailure(`${side}KmsKeyNotFound`, message);
    if (code.startsWith('KMS.')) throw new ReplicationFailure(`${side}KmsKeyInvalidState`, message);
    const reason = side === 'Src' ? 'SrcGetObjectNotPermitted' : 'DstPutObjectNotPermitted';
    throw new ReplicationFailure(reason, message, isTransient);
  }
}
