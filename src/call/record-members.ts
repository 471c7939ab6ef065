/** The caller and the resources of a call in the form of its record. */

import { parseArn } from '../api/arn.ts';
import { serviceFactsOf } from '../api/service-facts.ts';
import type { WorkTimes } from '../crypto/work-times.ts';
import type { Access } from '../policy/access.ts';
import type { Caller } from '../policy/caller.ts';
import type {
  CallerIdentity,
  CallRecord,
  ContentShare,
  RecordedResource,
  RequiredPermission,
} from '../store/records/call.ts';

/** CloudTrail User Guide, "CloudTrail userIdentity element". */
export function identityOf(caller: Caller): CallerIdentity {
  switch (caller.kind) {
    case 'root':
      return {
        type: 'Root',
        principalId: caller.account,
        arn: caller.arn,
        accountId: caller.account,
        accessKeyId: caller.accessKeyId,
        issuedAtMs: caller.issuedAt?.getTime(),
      };
    case 'user':
      return {
        type: 'IAMUser',
        principalId: caller.userId,
        arn: caller.arn,
        accountId: caller.account,
        accessKeyId: caller.accessKeyId,
        userName: caller.name,
        issuedAtMs: caller.issuedAt?.getTime(),
      };
    case 'role-session':
      return {
        type: 'AssumedRole',
        principalId: `${caller.roleId}:${caller.sessionName}`,
        arn: caller.arn,
        accountId: caller.account,
        accessKeyId: caller.accessKeyId,
        userName: caller.sessionName,
        issuer: {
          principalId: caller.roleId,
          arn: caller.roleArn,
          userName: caller.roleName,
          issuedAtMs: caller.issuedAt.getTime(),
          sourceIdentity: caller.sourceIdentity,
        },
      };
    case 'federated-user':
      return {
        type: 'FederatedUser',
        principalId: `${caller.account}:${caller.name}`,
        arn: caller.arn,
        accountId: caller.account,
        accessKeyId: caller.accessKeyId,
        issuer: {
          principalId: caller.baseUserId,
          arn: caller.baseUserArn,
          // The root user has none.
          userName: /(?<=\/)[^/]*$/.exec(caller.baseUserArn)?.[0],
          issuedAtMs: caller.issuedAt.getTime(),
        },
      };
    case 'service':
      return { type: 'AWSService', principalId: caller.name };
    case 'anonymous':
      return { type: 'AWSAccount', principalId: '', accountId: 'anonymous' };
  }
}

/** The resources of a call, each one once: CloudTrail User Guide, "CloudTrail record contents", resources. */
export function resourcesOf(accesses: readonly Access[]): RecordedResource[] {
  const seen = new Map<string, RecordedResource>();
  for (const { action, resource, owner } of accesses) {
    // Permission to pass a role is not a call about the role: IAM User Guide, "iam:PassRole actions in CloudTrail logs".
    if (action === 'iam:PassRole') continue;
    const type = resourceType(resource);
    if (type !== undefined) seen.set(resource, { arn: resource, type, account: owner });
  }
  return [...seen.values()];
}

/**
 * The permissions that a call required, each one once and in order; undefined for one with the operation's name on the
 * first of its resources, which records do not repeat. Every call comes here, so it is compared piece by piece.
 */
export function permissionsOf(
  accesses: readonly Access[],
  { service, operation }: Pick<CallRecord, 'service' | 'operation'>,
  resources: readonly RecordedResource[],
): readonly RequiredPermission[] | undefined {
  const [only] = accesses;
  if (
    only &&
    accesses.length === 1 &&
    only.action.length === service.length + 1 + operation.length &&
    only.action.startsWith(service) &&
    only.action.endsWith(operation) &&
    only.resource === (resources[0]?.arn ?? '*')
  ) {
    return undefined;
  }
  const once = new Map(accesses.map(({ action, resource }) => [`${action} ${resource}`, { action, resource }]));
  return [...once.values()];
}

/** What a call spent on the bytes of objects, as far as it is known; undefined if it had nothing to do with any. */
export const contentShare = (times: WorkTimes | undefined): ContentShare | undefined =>
  times && { encryptionMs: times.encryptionMs, diskMs: times.diskMs };

/** The CloudFormation type of the resource that an ARN names; undefined if the audit log does not list it. */
function resourceType(text: string): string | undefined {
  const arn = parseArn(text);
  return arn && serviceFactsOf(arn.service)?.resourceType(arn.resource);
}
