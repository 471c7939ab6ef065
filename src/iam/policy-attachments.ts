/** Managed policies attached to users, groups and roles: IAM User Guide, "Adding and removing IAM identity permissions". */

import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Tx } from '../store/tables.ts';
import { findGroup, findRole, findUser } from './entities.ts';
import {
  asGroup,
  asRole,
  asUser,
  changePolicies,
  type Identity,
  type IdentityKind,
  identityAccess,
  requestAccount,
} from './identity.ts';
import { pageOf } from './listing.ts';
import { findPolicy, policyAccess, requirePolicy, requirePolicyArn } from './managed-policies.ts';
import { iamQuotas, limitExceeded } from './quota.ts';

/** IAM User Guide, "IAM and AWS STS quotas": managed policies attached to an entity. */
const attachmentQuotas = {
  user: ['PoliciesPerUser', iamQuotas.attachedPolicies.user],
  group: ['PoliciesPerGroup', iamQuotas.attachedPolicies.group],
  role: ['PoliciesPerRole', iamQuotas.attachedPolicies.role],
} as const satisfies Record<IdentityKind, readonly [quota: string, limit: number]>;

/** The identity that a policy is attached to or detached from. @throws ValidationError when the ARN is not a policy's. */
function toChange(arn: string, identity: () => Identity): Identity {
  requirePolicyArn(arn);
  return identity();
}

function attach(identity: Identity, arn: string, call: Call): void {
  if (!findPolicy(arn, call)) {
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  }
  const { attachedPolicies } = identity.record;
  if (attachedPolicies.includes(arn)) return;
  const [quota, limit] = attachmentQuotas[identity.kind];
  if (attachedPolicies.length >= limit) throw limitExceeded(quota, limit);
  changePolicies(identity, { attachedPolicies: [...attachedPolicies, arn] }, call.tx);
  call.tx.policyUses.put(useKey(identity, arn), { account: identity.record.account, as: 'policy' });
}

function detach(identity: Identity, arn: string, tx: Tx): void {
  const { attachedPolicies, account } = identity.record;
  if (!attachedPolicies.includes(arn)) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`);
  changePolicies(identity, { attachedPolicies: attachedPolicies.filter((attached) => attached !== arn) }, tx);
  const isBoundary = 'boundary' in identity.record && identity.record.boundary === arn;
  if (isBoundary) tx.policyUses.put(useKey(identity, arn), { account, as: 'boundary' });
  else tx.policyUses.remove(useKey(identity, arn));
}

const useKey = ({ kind, record }: Identity, arn: string): [string, IdentityKind, string] => [
  arn,
  kind,
  `${record.account}/${record.name.toLowerCase()}`,
];

interface ListRequest {
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

function list({ record }: Identity, { PathPrefix = '/', ...request }: ListRequest, call: Call) {
  const attached = record.attachedPolicies.flatMap((arn) => findPolicy(arn, call) ?? []);
  const inPath = attached.filter((policy) => policy.record.path.startsWith(PathPrefix));
  const { items, ...more } = pageOf(
    request,
    (after) => inPath.slice(inPath.findIndex((policy) => policy.record.arn === after) + 1),
    (policy) => policy.record.arn,
  );
  const AttachedPolicies = items.map((policy) => ({ PolicyName: policy.record.name, PolicyArn: policy.record.arn }));
  return { AttachedPolicies, ...more };
}

const policyContext = (PolicyArn: string) => ({ 'iam:PolicyARN': PolicyArn });

export const AttachUserPolicy = operation('iam', 'AttachUserPolicy', {
  resolve: ({ UserName, PolicyArn }, call) => toChange(PolicyArn, () => asUser(UserName, call)),
  authorize: (identity, { PolicyArn }) => identityAccess('AttachUserPolicy', identity, policyContext(PolicyArn)),
  run: (identity, { PolicyArn }, call) => attach(identity, PolicyArn, call),
});

export const DetachUserPolicy = operation('iam', 'DetachUserPolicy', {
  resolve: ({ UserName, PolicyArn }, call) => toChange(PolicyArn, () => asUser(UserName, call)),
  authorize: (identity, { PolicyArn }) => identityAccess('DetachUserPolicy', identity, policyContext(PolicyArn)),
  run: (identity, { PolicyArn }, { tx }) => detach(identity, PolicyArn, tx),
});

export const ListAttachedUserPolicies = operation('iam', 'ListAttachedUserPolicies', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (identity) => identityAccess('ListAttachedUserPolicies', identity),
  run: list,
});

export const AttachGroupPolicy = operation('iam', 'AttachGroupPolicy', {
  resolve: ({ GroupName, PolicyArn }, call) => toChange(PolicyArn, () => asGroup(GroupName, call)),
  authorize: (identity, { PolicyArn }) => identityAccess('AttachGroupPolicy', identity, policyContext(PolicyArn)),
  run: (identity, { PolicyArn }, call) => attach(identity, PolicyArn, call),
});

export const DetachGroupPolicy = operation('iam', 'DetachGroupPolicy', {
  resolve: ({ GroupName, PolicyArn }, call) => toChange(PolicyArn, () => asGroup(GroupName, call)),
  authorize: (identity, { PolicyArn }) => identityAccess('DetachGroupPolicy', identity, policyContext(PolicyArn)),
  run: (identity, { PolicyArn }, { tx }) => detach(identity, PolicyArn, tx),
});

export const ListAttachedGroupPolicies = operation('iam', 'ListAttachedGroupPolicies', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (identity) => identityAccess('ListAttachedGroupPolicies', identity),
  run: list,
});

export const AttachRolePolicy = operation('iam', 'AttachRolePolicy', {
  resolve: ({ RoleName, PolicyArn }, call) => toChange(PolicyArn, () => asRole(RoleName, call)),
  authorize: (identity, { PolicyArn }) => identityAccess('AttachRolePolicy', identity, policyContext(PolicyArn)),
  run: (identity, { PolicyArn }, call) => attach(identity, PolicyArn, call),
});

export const DetachRolePolicy = operation('iam', 'DetachRolePolicy', {
  resolve: ({ RoleName, PolicyArn }, call) => toChange(PolicyArn, () => asRole(RoleName, call)),
  authorize: (identity, { PolicyArn }) => identityAccess('DetachRolePolicy', identity, policyContext(PolicyArn)),
  run: (identity, { PolicyArn }, { tx }) => detach(identity, PolicyArn, tx),
});

export const ListAttachedRolePolicies = operation('iam', 'ListAttachedRolePolicies', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (identity) => identityAccess('ListAttachedRolePolicies', identity),
  run: list,
});

/** The entities to which a managed policy is attached, or which it bounds. */
export const ListEntitiesForPolicy = operation('iam', 'ListEntitiesForPolicy', {
  resolve: ({ PolicyArn }, call) => requirePolicy(PolicyArn, call),
  authorize: (policy, _input, call) => policyAccess('ListEntitiesForPolicy', policy, call),
  run(policy, { EntityFilter, PathPrefix = '/', PolicyUsageFilter, ...request }, call) {
    const account = requestAccount(call);
    const isWanted = ({ kind, as, identity }: Use): boolean =>
      (EntityFilter === undefined || EntityFilter.toLowerCase() === kind) &&
      (PolicyUsageFilter === undefined || (PolicyUsageFilter === 'PermissionsBoundary') === (as === 'boundary')) &&
      identity.record.path.startsWith(PathPrefix);
    const uses = [...usesOf(policy.record.arn, account, call.tx)].filter(isWanted);
    const { items, ...more } = pageOf(
      request,
      (after) => uses.slice(uses.findIndex(({ key }) => key === after) + 1),
      ({ key }) => key,
    );
    const records = (kind: IdentityKind) => items.flatMap((use) => (use.kind === kind ? [use.identity.record] : []));
    return {
      PolicyGroups: records('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: records('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: records('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...more,
    };
  },
});

interface Use {
  readonly key: string;
  readonly kind: IdentityKind;
  readonly as: 'policy' | 'boundary';
  readonly identity: Identity;
}

function* usesOf(arn: string, account: string, tx: Tx): Iterable<Use> {
  for (const { key, value } of tx.policyUses.under([arn])) {
    const [, kind, use] = key;
    if (value.account !== account) continue;
    const identity = identityNamed(kind, account, use.slice(account.length + 1), tx);
    if (identity) yield { key: `${kind} ${use}`, kind, as: value.as, identity };
  }
}

function identityNamed(kind: IdentityKind, account: string, name: string, tx: Tx): Identity | undefined {
  const found = { user: findUser, group: findGroup, role: findRole }[kind](tx, account, name);
  // The kind determines which of the three tables the record comes from.
  return found && ({ kind, record: found } as Identity);
}
