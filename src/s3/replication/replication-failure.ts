/** Reasons for failed replications: Amazon S3 User Guide, "Amazon S3 replication failure reasons". */

import type { AwsErrorCode } from '../../api/error-codes.ts';
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

/** Ends a replication permanently, or for now. */
export class ReplicationFailure extends Error {
  readonly reason: FailureReason;
  /** The code of the refusal behind it; without one, the reason. */
  readonly code: AwsErrorCode | FailureReason;
  constructor(reason: FailureReason, message: string, code: AwsErrorCode | FailureReason = reason) {
    super(message);
    this.name = 'ReplicationFailure';
    this.reason = reason;
    this.code = code;
  }
  /** Throttling is temporary: the version stays in the queue. */
  get isTransient(): boolean {
    return this.code === 'SlowDown';
  }
}

/**
 * Requires a permission of the role; without it, the replication fails for the given reason. @throws ReplicationFailure
 * with the message of the denial.
 */
export function requirePermission(access: Access, reason: FailureReason, call: Call): void {
  try {
    call.require(access);
  } catch (error) {
    throw error instanceof AwsError ? new ReplicationFailure(reason, error.message, error.code) : error;
  }
}

/** Runs work that uses a KMS key on one side. @throws ReplicationFailure for KMS's refusals. */
export function withKey<T>(side: 'Src' | 'Dst', work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message } = error;
    if (code === 'KMS.NotFoundException') throw new ReplicationFailure(`${side}KmsKeyNotFound`, message, code);
    if (code.startsWith('KMS.')) throw new ReplicationFailure(`${side}KmsKeyInvalidState`, message, code);
    const reason = side === 'Src' ? 'SrcGetObjectNotPermitted' : 'DstPutObjectNotPermitted';
    throw new ReplicationFailure(reason, message, code);
  }
}
