/**
 * Principals as policies name them, and how strongly a name reaches a caller: by itself, by the session's role, or by
 * the account. IAM User Guide, "AWS JSON policy elements: Principal".
 */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import type { Caller } from './caller.ts';

/** Whether there is such a principal; `type` is `AWS`, `Service`, … as in a policy. */
export type PrincipalCheck = (type: string, name: string) => boolean;

export type PrincipalPattern =
  | { readonly kind: 'everyone' }
  /** `{"AWS": "*"}`: everybody but AWS services. */
  | { readonly kind: 'everyone-but-services' }
  | { readonly kind: 'account'; readonly account: AccountId }
  | { readonly kind: 'entity'; readonly arn: string }
  | { readonly kind: 'session'; readonly arn: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'service'; readonly name: string }
  /** An account, by the id that S3 has for it. */
  | { readonly kind: 'canonical-user'; readonly id: string }
  /** What no caller here can be: identity providers, malformed texts. */
  | { readonly kind: 'other'; readonly type: string; readonly text: string };

/**
 * What the policy's names stood for when it was saved: the unique ids of users and roles by their ARNs, accounts by their
 * canonical user ids.
 */
export type PrincipalBindings = Readonly<Record<string, string>>;

/** How strongly a statement names a caller; a stronger one is a greater number. */
export const strength = { none: 0, account: 1, role: 2, baseUser: 3, direct: 4 } as const;
export type Strength = (typeof strength)[keyof typeof strength];

/** Reads one principal of a policy: `type` is `AWS`, `Service`, … */
export function parsePrincipal(type: string, text: string): PrincipalPattern {
  if (type === 'Service') return { kind: 'service', name: text };
  if (type === 'CanonicalUser' && /^[0-9a-f]{64}$/.test(text)) return { kind: 'canonical-user', id: text };
  if (type !== 'AWS') return { kind: 'other', type, text };
  if (text === '*') return { kind: 'everyone-but-services' };
  if (isAccountId(text)) return { kind: 'account', account: text };
  if (/^A(?:IDA|ROA)[A-Z0-9]{12,124}$/.test(text)) return { kind: 'id', id: text };
  const arn = parseArn(text);
  if (arn?.service === 'iam' && isAccountId(arn.account)) {
    if (arn.resource === 'root') return { kind: 'account', account: arn.account };
    if (/^(?:user|role)\/./s.test(arn.resource)) return { kind: 'entity', arn: text };
  }
  if (arn?.service === 'sts' && /^(?:assumed-role\/[^/]+\/[^/]+|federated-user\/[^/]+)$/.test(arn.resource)) {
    return { kind: 'session', arn: text };
  }
  return { kind: 'other', type, text };
}

/** How strongly one name reaches the caller. IAM User Guide, "Policy evaluation logic". */
export function principalStrength(
  pattern: PrincipalPattern,
  caller: Caller,
  bindings: PrincipalBindings | undefined,
): Strength {
  switch (pattern.kind) {
    case 'everyone':
      return strength.direct;
    case 'everyone-but-services':
      return caller.kind === 'service' ? strength.none : strength.direct;
    case 'service':
      return caller.kind === 'service' && caller.name === pattern.name ? strength.direct : strength.none;
    case 'account':
      return accountStrength(pattern.account, caller);
    case 'canonical-user':
      return accountStrength(bindings?.[pattern.id], caller);
    case 'entity':
      return entityStrength(pattern.arn, bindings?.[pattern.arn], caller);
    case 'session':
      return (caller.kind === 'role-session' || caller.kind === 'federated-user') && caller.arn === pattern.arn
        ? strength.direct
        : strength.none;
    case 'id':
      return entityStrength(undefined, pattern.id, caller);
    case 'other':
      return strength.none;
  }
}

function accountStrength(account: AccountId | undefined, caller: Caller): Strength {
  if (caller.kind === 'service' || caller.kind === 'anonymous' || caller.account !== account) return strength.none;
  return caller.kind === 'root' ? strength.direct : strength.account;
}

/** A user or role. By its unique id where that is known: an entity made anew under an old name is another one. */
function entityStrength(arn: string | undefined, id: string | undefined, caller: Caller): Strength {
  const is = (callerArn: string, callerId: string) => (id === undefined ? callerArn === arn : callerId === id);
  switch (caller.kind) {
    case 'user':
      return is(caller.arn, caller.userId) ? strength.direct : strength.none;
    case 'role-session':
      return is(caller.roleArn, caller.roleId) ? strength.role : strength.none;
    case 'federated-user':
      return is(caller.baseUserArn, caller.baseUserId) ? strength.baseUser : strength.none;
    default:
      return strength.none;
  }
}

/**
 * Whether a NotPrincipal spares the caller: a user or root that is listed, a session whose role is listed beside it.
 * Nobody else is spared by a list that names the account alone: IAM User Guide, "AWS JSON policy elements:
 * NotPrincipal".
 */
export function isSpared(
  patterns: readonly PrincipalPattern[],
  caller: Caller,
  bindings: PrincipalBindings | undefined,
): boolean {
  let direct = false;
  let role = false;
  for (const pattern of patterns) {
    const reach = principalStrength(pattern, caller, bindings);
    if (reach === strength.direct) direct = true;
    if (reach === strength.role) role = true;
    if (pattern.kind === 'everyone' || pattern.kind === 'everyone-but-services') role = true;
  }
  return caller.kind === 'role-session' ? direct && role : direct;
}
