/** The condition keys that every request has: IAM User Guide, "AWS global condition context keys". */

import type { AccountId } from '../api/arn.ts';
import type { ConditionContext, ContextValue } from '../api/operation.ts';
import type { Region } from '../api/regions.ts';
import type { Caller, Tags } from './caller.ts';

export interface Circumstances {
  readonly caller: Caller;
  readonly owner: AccountId;
  readonly region: Region;
  readonly now: Date;
  /** A service that calls on the caller's behalf. */
  readonly viaService?: string | undefined;
}

export function globalContext({ caller, owner, region, now, viaService }: Circumstances): ConditionContext {
  return {
    ...principalContext(caller),
    'aws:ResourceAccount': owner,
    'aws:RequestedRegion': region,
    'aws:CurrentTime': now,
    'aws:EpochTime': Math.floor(now.getTime() / 1000),
    'aws:SecureTransport': true,
    'aws:ViaAWSService': viaService !== undefined,
    // What a service asks on the caller's behalf does not come from the caller's address.
    'aws:SourceIp': viaService === undefined && caller.kind !== 'service' ? '127.0.0.1' : undefined,
    'aws:UserAgent': viaService ?? 'ssebox',
  };
}

/** Who calls: the table "Information available in all requests" of IAM User Guide, "IAM policy elements: Variables". */
function principalContext(caller: Caller): ConditionContext {
  switch (caller.kind) {
    case 'user':
      return {
        ...identified(caller.arn, caller.account, 'User', caller.userId),
        'aws:username': caller.name,
        ...tagContext(caller.tags),
        ...temporary(caller.issuedAt),
      };
    case 'role-session':
      return {
        // The role's ARN with its path, never the session's.
        ...identified(caller.roleArn, caller.account, 'AssumedRole', `${caller.roleId}:${caller.sessionName}`),
        'aws:SourceIdentity': caller.sourceIdentity,
        ...tagContext(caller.tags),
        ...temporary(caller.issuedAt),
      };
    case 'federated-user':
      return {
        ...identified(caller.arn, caller.account, 'FederatedUser', `${caller.account}:${caller.name}`),
        ...tagContext(caller.tags),
        ...temporary(caller.issuedAt),
      };
    case 'root':
      return { ...identified(caller.arn, caller.account, 'Account', caller.account), ...temporary(caller.issuedAt) };
    case 'service':
      return {
        'aws:PrincipalIsAWSService': true,
        'aws:PrincipalServiceName': caller.name,
        'aws:PrincipalServiceNamesList': [caller.name],
      };
    case 'anonymous':
      return { 'aws:PrincipalAccount': 'anonymous', 'aws:PrincipalType': 'Anonymous', 'aws:userid': 'anonymous' };
  }
}

const identified = (arn: string, account: AccountId, type: string, userId: string): ConditionContext => ({
  'aws:PrincipalArn': arn,
  'aws:PrincipalAccount': account,
  'aws:PrincipalType': type,
  'aws:PrincipalIsAWSService': false,
  'aws:userid': userId,
});

function tagContext(tags: Tags): ConditionContext {
  const context: Record<string, ContextValue> = {};
  for (const key in tags) context[`aws:PrincipalTag/${key}`] = tags[key] ?? '';
  return context;
}

/** What only temporary credentials have. */
const temporary = (issuedAt: Date | undefined): ConditionContext =>
  issuedAt ? { 'aws:TokenIssueTime': issuedAt, 'aws:MultiFactorAuthPresent': false } : {};
