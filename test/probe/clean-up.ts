/** Removes what the calls of the probe have made, also after calls that were answered otherwise than expected. */

import type { ServiceName } from '../../src/api/model/operations.ts';
import { type ProbeResult, type ProbeTarget, unanswered } from './run-probe.ts';

type Input = Readonly<Record<string, unknown>>;
type Listed = readonly Readonly<Record<string, string>>[];

/**
 * Removes all that a run with this name has made. Keys cannot be removed at once: they are scheduled for deletion.
 * @returns what could not be removed, and why
 */
export async function cleanUp(
  target: ProbeTarget,
  name: string,
  results: readonly ProbeResult[],
): Promise<readonly string[]> {
  const left: string[] = [];
  const call = async (service: ServiceName, operation: string, input: Input): Promise<Input> => {
    const answer = await target.call(service, operation, input, 'self').catch(unanswered);
    if ('output' in answer) return answer.output;
    if (answer.status !== 404 && !/NotFound|InvalidState/.test(answer.code ?? '')) {
      left.push(`${operation} ${JSON.stringify(input)}: ${answer.code} ${answer.message}`);
    }
    return {};
  };
  const list = async (service: ServiceName, operation: string, input: Input, member: string): Promise<Listed> =>
    ((await call(service, operation, input))[member] ?? []) as Listed;

  await call('cloudtrail', 'DeleteTrail', { Name: name });
  for (const Bucket of [name, `${name}-versions`, `${name}-trail`, `${name}-none`]) {
    for (const { Key, UploadId } of await list('s3', 'ListMultipartUploads', { Bucket }, 'Uploads')) {
      await call('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId });
    }
    for (const member of ['Versions', 'DeleteMarkers']) {
      for (const { Key, VersionId } of await list('s3', 'ListObjectVersions', { Bucket }, member)) {
        await call('s3', 'DeleteObject', { Bucket, Key, VersionId });
      }
    }
    await call('s3', 'DeleteBucket', { Bucket });
  }

  const role = { RoleName: name };
  for (const { PolicyArn } of await list('iam', 'ListAttachedRolePolicies', role, 'AttachedPolicies')) {
    await call('iam', 'DetachRolePolicy', { ...role, PolicyArn });
    for (const version of await list('iam', 'ListPolicyVersions', { PolicyArn }, 'Versions')) {
      if (version.VersionId !== 'v1')
        await call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: version.VersionId });
    }
    await call('iam', 'DeletePolicy', { PolicyArn });
  }
  for (const PolicyName of (await list(
    'iam',
    'ListRolePolicies',
    role,
    'PolicyNames',
  )) as unknown as readonly string[]) {
    await call('iam', 'DeleteRolePolicy', { ...role, PolicyName });
  }
  await call('iam', 'DeleteRole', role);
  const user = { UserName: name };
  for (const { AccessKeyId } of await list('iam', 'ListAccessKeys', user, 'AccessKeyMetadata')) {
    await call('iam', 'DeleteAccessKey', { ...user, AccessKeyId });
  }
  await call('iam', 'RemoveUserFromGroup', { ...user, GroupName: name });
  await call('iam', 'DeleteUser', user);
  await call('iam', 'DeleteGroup', { GroupName: name });

  await call('kms', 'DeleteAlias', { AliasName: `alias/${name}` });
  for (const { keyId } of results) {
    if (keyId !== undefined) await call('kms', 'ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: 7 });
  }
  return left;
}
