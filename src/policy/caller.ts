/** The principal behind a call, with what policies and the audit log need to know about it. */

import type { AccountId } from '../api/arn.ts';

export type Tags = Readonly<Record<string, string>>;

interface Identity {
  readonly account: AccountId;
  /** The principal as AWS prints it: the user's ARN, the session's ARN, the root's ARN. */
  readonly arn: string;
  /** The access key that the call was made with, if any. */
  readonly accessKeyId?: string | undefined;
}

/** An IAM user. */
export interface UserCaller extends Identity {
  readonly kind: 'user';
  /** The unique id, `AIDA…`. */
  readonly userId: string;
  readonly name: string;
  readonly tags: Tags;
  /** When the user's temporary credentials were issued; absent if the user has a long-term key or none. */
  readonly issuedAt?: Date | undefined;
}

/** A session of an assumed role. */
export interface RoleSessionCaller extends Identity {
  readonly kind: 'role-session';
  /** The role's unique id, `AROA…`. */
  readonly roleId: string;
  readonly roleName: string;
  /** The role's ARN, with its path. */
  readonly roleArn: string;
  readonly sessionName: string;
  /** Role tags overridden by session tags. */
  readonly tags: Tags;
  /** When the session's credentials were issued. */
  readonly issuedAt: Date;
  readonly sourceIdentity?: string | undefined;
  /** The session policies, as document texts; absent if nothing limits the session beyond its role. */
  readonly sessionPolicies?: readonly string[] | undefined;
  /** The ARNs of those that were passed as managed policies; they are the last ones. */
  readonly sessionPolicyArns?: readonly string[] | undefined;
}

/** A session made by GetFederationToken. */
export interface FederatedUserCaller extends Identity {
  readonly kind: 'federated-user';
  readonly name: string;
  /** The IAM user who requested the session, or the root user. */
  readonly baseUserArn: string;
  /** The user's unique id; the account of the root user. */
  readonly baseUserId: string;
  readonly tags: Tags;
  readonly issuedAt: Date;
  readonly sessionPolicies?: readonly string[] | undefined;
  /** The ARNs of those that were passed as managed policies; they are the last ones. */
  readonly sessionPolicyArns?: readonly string[] | undefined;
}

/** The root user of an account. */
export interface RootCaller extends Identity {
  readonly kind: 'root';
  /** When the root user's temporary credentials were issued. */
  readonly issuedAt?: Date | undefined;
}

/** An AWS service acting as itself. */
export interface ServiceCaller {
  readonly kind: 'service';
  /** The service principal's name, such as `s3.amazonaws.com`. */
  readonly name: string;
  /** The resource whose configuration makes the service call. */
  readonly source?: CallSource | undefined;
}

/** A resource on whose behalf a service calls, and the account that owns it. */
export interface CallSource {
  readonly arn: string;
  readonly account: AccountId;
}

/** No principal: a request without a signature. */
export interface AnonymousCaller {
  readonly kind: 'anonymous';
}

export type Caller =
  | UserCaller
  | RoleSessionCaller
  | FederatedUserCaller
  | RootCaller
  | ServiceCaller
  | AnonymousCaller;

/** Which of STS's operations issued a caller's credentials; undefined for long-term credentials, or none. */
export function issuerOf(caller: Caller): 'AssumeRole' | 'GetFederationToken' | 'GetSessionToken' | undefined {
  switch (caller.kind) {
    case 'role-session':
      return 'AssumeRole';
    case 'federated-user':
      return 'GetFederationToken';
    case 'user':
    case 'root':
      return caller.issuedAt && 'GetSessionToken';
    case 'service':
    case 'anonymous':
      return undefined;
  }
}

/** The caller's name as AWS prints it in a denial. */
export function callerArn(caller: Caller): string {
  switch (caller.kind) {
    case 'service':
      return caller.name;
    case 'anonymous':
      return 'anonymous';
    default:
      return caller.arn;
  }
}

/** The caller's account; undefined for services and anonymous callers. */
export function callerAccount(caller: Caller): AccountId | undefined {
  return caller.kind === 'service' || caller.kind === 'anonymous' ? undefined : caller.account;
}

/**
 * Whether it is a session of a service-linked role, which neither SCPs nor RCPs limit: AWS Organizations User Guide,
 * "Tasks and entities not restricted by SCPs".
 */
export const isServiceLinked = (caller: Caller): boolean =>
  caller.kind === 'role-session' && isServiceLinkedPath(caller.roleArn.slice(caller.roleArn.indexOf('/')));

/** Whether the path of a role, or its path and name, is that of a service-linked role. */
export const isServiceLinkedPath = (path: string): boolean => path.startsWith('/aws-service-role/');

/** The user or role that a caller is or comes from, which policies name by its ARN and mean by its unique id. */
export function entityOf(caller: Caller): { readonly arn: string; readonly id: string } | undefined {
  switch (caller.kind) {
    case 'user':
      return { arn: caller.arn, id: caller.userId };
    case 'role-session':
      return { arn: caller.roleArn, id: caller.roleId };
    case 'federated-user':
      return { arn: caller.baseUserArn, id: caller.baseUserId };
    default:
      return undefined;
  }
}

/** The value of `aws:userid`: IAM User Guide, "IAM policy elements: Variables and tags", principal key values. */
export function callerUserId(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'user':
      return caller.userId;
    case 'role-session':
      return `${caller.roleId}:${caller.sessionName}`;
    case 'federated-user':
      return `${caller.account}:${caller.name}`;
    case 'root':
      return caller.account;
    case 'service':
      return undefined;
    case 'anonymous':
      return 'anonymous';
  }
}
