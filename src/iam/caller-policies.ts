/** The policies of a caller: its own, its groups' or its role's, its boundary, its session's. */

import { rootArn } from '../api/arn.ts';
import { awsManagedPolicy } from '../policy/aws-managed-policies.ts';
import { type Caller, callerAccount, isServiceLinked } from '../policy/caller.ts';
import { type ControlLevel, type NamedPolicy, unknownPolicy } from '../policy/gates.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import type { RoleRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { findGroup, findRole, findUser } from './entities.ts';
import type { IdentityPolicies } from './identity.ts';
import { controlLevels, type Standing, standingOf } from './organization.ts';

export interface CallerPolicies {
  /** The caller's account in its organization. */
  readonly standing?: Standing | undefined;
  readonly serviceControl?: readonly ControlLevel[] | undefined;
  readonly identity?: readonly NamedPolicy[] | undefined;
  readonly boundary?: NamedPolicy | undefined;
  readonly session?: readonly NamedPolicy[] | undefined;
}

// A caller is looked up again in each transaction, so nothing cached here is older than its transaction.
const gathered = new WeakMap<Caller, CallerPolicies>();

/** Gathers them, once per caller. */
export function callerPolicies(caller: Caller, tx: Tx): CallerPolicies {
  let policies = gathered.get(caller);
  if (!policies) {
    policies = { ...gather(caller, tx), ...controlOf(caller, tx) };
    gathered.set(caller, policies);
  }
  return policies;
}

/** What the organization of the caller's account has to do with it. */
function controlOf(caller: Caller, tx: Tx): Pick<CallerPolicies, 'standing' | 'serviceControl'> | undefined {
  const account = callerAccount(caller);
  const standing = account === undefined ? undefined : standingOf(account, tx);
  if (!standing || isServiceLinked(caller)) return standing && { standing };
  return { standing, serviceControl: controlLevels(standing, 'SERVICE_CONTROL_POLICY', tx) };
}

function gather(caller: Caller, tx: Tx): CallerPolicies {
  switch (caller.kind) {
    case 'user':
      return userPolicies(caller.account, caller.name, caller.userId, tx);
    case 'federated-user': {
      const session = sessionPolicies(caller.sessionPolicies, caller.sessionPolicyArns);
      if (caller.baseUserArn === rootArn(caller.account)) return { identity: [ofRoot()], session };
      const name = caller.baseUserArn.slice(caller.baseUserArn.lastIndexOf('/') + 1);
      return { ...userPolicies(caller.account, name, caller.baseUserId, tx), session };
    }
    case 'role-session': {
      const role = findRole(tx, caller.account, caller.roleName);
      const session = sessionPolicies(caller.sessionPolicies, caller.sessionPolicyArns);
      // A role created later under the same name is a different role: the session has lost its own.
      if (role?.id !== caller.roleId) return { identity: [], session };
      return { identity: entityPolicies(role, tx), boundary: boundaryOf(role, tx), session };
    }
    case 'root':
    case 'service':
    case 'anonymous':
      return {};
  }
}

/** The root user has no policies: what a session has from it is everything. */
const ofRoot = (): NamedPolicy => ({
  name: "root user's permissions",
  document: loadPolicy('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'),
});

function userPolicies(account: string, name: string, id: string, tx: Tx): CallerPolicies {
  const user = findUser(tx, account, name);
  if (user?.id !== id) return { identity: [] };
  const identity = entityPolicies(user, tx);
  for (const groupName of user.groups) {
    const group = findGroup(tx, account, groupName);
    if (group) identity.push(...entityPolicies(group, tx, ` of group ${group.name}`));
  }
  return { identity, boundary: boundaryOf(user, tx) };
}

/** The inline policies of an entity, then its managed ones. */
function entityPolicies({ inlinePolicies, attachedPolicies }: IdentityPolicies, tx: Tx, whose = ''): NamedPolicy[] {
  const policies: NamedPolicy[] = [];
  for (const [name, document] of Object.entries(inlinePolicies)) {
    policies.push({ name: `inline policy ${name}${whose}`, document: loadPolicy(document) });
  }
  for (const arn of attachedPolicies) {
    const policy = attachedPolicy(arn, tx);
    policies.push(whose === '' ? policy : { ...policy, name: `${policy.name}${whose}` });
  }
  return policies;
}

const boundaryOf = ({ boundary }: UserRecord | RoleRecord, tx: Tx): NamedPolicy | undefined =>
  boundary === undefined ? undefined : attachedPolicy(boundary, tx);

/** A policy that an entity has, even if the store does not have it, such as one of AWS's that ssebox lacks. */
const attachedPolicy = (arn: string, tx: Tx): NamedPolicy => managedPolicy(arn, tx) ?? unknownPolicy(nameOf(arn), arn);

/** A managed one is named by its ARN. What AWS says of a denial by it does not have the ARN. */
function sessionPolicies(
  documents: readonly string[] | undefined,
  arns: readonly string[] = [],
): NamedPolicy[] | undefined {
  return documents?.map((document, i) => {
    const inline = documents.length - arns.length;
    const which = arns[i - inline] ?? (inline === 1 ? '' : String(i + 1));
    return { name: `session policy ${which}`.trimEnd(), document: loadPolicy(document) };
  });
}

/** A managed policy's default version. */
function managedPolicy(arn: string, tx: Tx): NamedPolicy | undefined {
  const text = managedPolicyText(arn, tx);
  return text === undefined ? undefined : { name: nameOf(arn), arn, document: loadPolicy(text) };
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** The document of a managed policy's default version. */
export function managedPolicyText(arn: string, tx: Tx): string | undefined {
  const own = awsManagedPolicy(arn);
  if (own) return own.document;
  const record = tx.managedPolicies.get(policyKey(arn));
  return record?.versions[record.defaultVersion.slice(1)]?.document;
}

/** The place of a customer managed policy in the store. */
export function policyKey(arn: string): [account: string, pathAndName: string] {
  const [, account = '', pathAndName = ''] = /^arn:aws:iam::([^:]*):policy(\/.*)$/s.exec(arn) ?? [];
  return [account, pathAndName];
}
