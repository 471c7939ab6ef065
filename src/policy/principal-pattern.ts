/**
 * Principals as policies name them, and how strongly a name matches a caller: directly, by the session's role, or by
 * the account. IAM User Guide, "AWS JSON policy elements: Principal".
 */

import { type AccountId, isAccountId, parseArn, rootArn } from '../api/arn.ts';
import type { Caller } from './caller.ts';

/** Whether a principal exists; `type` is `AWS`, `Service`, … as in a policy. */
export type PrincipalCheck = (type: string, name: string) => boolean;

export type PrincipalPattern =
  | { readonly kind: 'everyone' }
  /** `{"AWS": "*"}`: everyone except AWS services. */
  | { readonly kind: 'everyone-but-services' }
  | { readonly kind: 'account'; readonly account: AccountId }
  | { readonly kind: 'entity'; readonly arn: string }
  | { readonly kind: 'session'; readonly arn: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'service'; readonly name: string }
  /** An account, by S3's canonical user id for it. */
  | { readonly kind: 'canonical-user'; readonly id: string }
  /** Principals that cannot be a caller here: identity providers, malformed strings. */
  | { readonly kind: 'other'; readonly type: string; readonly text: string };

/**
 * The principals in a policy as resolved when it was saved: the unique ids of users and roles by their ARNs, accounts
 * by their canonical user ids.
 */
export type PrincipalBindings = Readonly<Record<string, string>>;

/** How strongly a statement names a caller; a larger number is stronger. */
export const strength = { none: 0, account: 1, role: 2, baseUser: 3, direct: 4 } as const;
export type Strength = (typeof strength)[keyof typeof strength];

/** Parses one principal of a policy; `type` is `AWS`, `Service`, … */
export function parsePrincipal(type: string, text: string): PrincipalPattern {
  if (type === 'Service') return { kind: 'service', name: text };
  if (type === 'CanonicalUser' && /^[0-9a-f]{64}$/.test(text)) return { kind: 'canonical-user', id: text };
  if (type !== 'AWS') return { kind: 'other', type, text };
  if (text === '*') return { kind: 'everyone-but-services' };
  if (isAccountId(text)) return { kind: 'account', account: text };
  if (/^A(?:IDA|ROA)[A-Z0-9]{12,124}$/.test(text)) return { kind: 'id', id: text };
  const arn = parseArn(text);
  if (arn?.service === 'iam' && isAccountId(arn.account)) {
    if (text === rootArn(arn.account)) return { kind: 'account', account: arn.account };
    if (/^(?:user|role)\/./s.test(arn.resource)) return { kind: 'entity', arn: text };
  }
  if (arn?.service === 'sts' && /^(?:assumed-role\/[^/]+\/[^/]+|federated-user\/[^/]+)$/.test(arn.resource)) {
    return { kind: 'session', arn: text };
  }
  return { kind: 'other', type, text };
}

/** How strongly one principal matches the caller. IAM User Guide, "Policy evaluation logic". */
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

/** A user or role. Its unique id decides, if known: an entity recreated under an old name is a different one. */
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
