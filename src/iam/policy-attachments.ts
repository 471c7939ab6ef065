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
  type Holder,
  type HolderKind,
  holderAccess,
  requestAccount,
} from './holder.ts';
import { pageOf } from './listing.ts';
import { findPolicy, policyAccess, requirePolicy } from './managed-policies.ts';
import { limitExceeded } from './quota.ts';

/** IAM User Guide, "IAM and AWS STS quotas": managed policies attached to an entity. */
const MAX_ATTACHED = 10;

const quotaNames = { user: 'PoliciesPerUser', group: 'PoliciesPerGroup', role: 'PoliciesPerRole' } as const;

function attach(holder: Holder, arn: string, call: Call): void {
  if (!findPolicy(arn, call)) {
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  }
  const { attachedPolicies } = holder.record;
  if (attachedPolicies.includes(arn)) return;
  if (attachedPolicies.length >= MAX_ATTACHED) throw limitExceeded(quotaNames[holder.kind], MAX_ATTACHED);
  changePolicies(holder, { attachedPolicies: [...attachedPolicies, arn] }, call.tx);
  call.tx.policyUses.put(useKey(holder, arn), { account: holder.record.account, as: 'policy' });
}

function detach(holder: Holder, arn: string, tx: Tx): void {
  const { attachedPolicies, account } = holder.record;
  if (!attachedPolicies.includes(arn)) throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`);
  changePolicies(holder, { attachedPolicies: attachedPolicies.filter((attached) => attached !== arn) }, tx);
  const isBoundary = 'boundary' in holder.record && holder.record.boundary === arn;
  if (isBoundary) tx.policyUses.put(useKey(holder, arn), { account, as: 'boundary' });
  else tx.policyUses.remove(useKey(holder, arn));
}

const useKey = ({ kind, record }: Holder, arn: string): [string, HolderKind, string] => [
  arn,
  kind,
  `${record.account}/${record.name.toLowerCase()}`,
];

interface ListRequest {
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

function list({ record }: Holder, { PathPrefix = '/', ...request }: ListRequest, call: Call) {
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
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (holder, { PolicyArn }) => holderAccess('AttachUserPolicy', holder, policyContext(PolicyArn)),
  run: (holder, { PolicyArn }, call) => attach(holder, PolicyArn, call),
});

export const DetachUserPolicy = operation('iam', 'DetachUserPolicy', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (holder, { PolicyArn }) => holderAccess('DetachUserPolicy', holder, policyContext(PolicyArn)),
  run: (holder, { PolicyArn }, { tx }) => detach(holder, PolicyArn, tx),
});

export const ListAttachedUserPolicies = operation('iam', 'ListAttachedUserPolicies', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (holder) => holderAccess('ListAttachedUserPolicies', holder),
  run: list,
});

export const AttachGroupPolicy = operation('iam', 'AttachGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (holder, { PolicyArn }) => holderAccess('AttachGroupPolicy', holder, policyContext(PolicyArn)),
  run: (holder, { PolicyArn }, call) => attach(holder, PolicyArn, call),
});

export const DetachGroupPolicy = operation('iam', 'DetachGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (holder, { PolicyArn }) => holderAccess('DetachGroupPolicy', holder, policyContext(PolicyArn)),
  run: (holder, { PolicyArn }, { tx }) => detach(holder, PolicyArn, tx),
});

export const ListAttachedGroupPolicies = operation('iam', 'ListAttachedGroupPolicies', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (holder) => holderAccess('ListAttachedGroupPolicies', holder),
  run: list,
});

export const AttachRolePolicy = operation('iam', 'AttachRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (holder, { PolicyArn }) => holderAccess('AttachRolePolicy', holder, policyContext(PolicyArn)),
  run: (holder, { PolicyArn }, call) => attach(holder, PolicyArn, call),
});

export const DetachRolePolicy = operation('iam', 'DetachRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (holder, { PolicyArn }) => holderAccess('DetachRolePolicy', holder, policyContext(PolicyArn)),
  run: (holder, { PolicyArn }, { tx }) => detach(holder, PolicyArn, tx),
});

export const ListAttachedRolePolicies = operation('iam', 'ListAttachedRolePolicies', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (holder) => holderAccess('ListAttachedRolePolicies', holder),
  run: list,
});

/** Who has a managed policy attached, or is bounded by it. */
export const ListEntitiesForPolicy = operation('iam', 'ListEntitiesForPolicy', {
  resolve: ({ PolicyArn }, call) => requirePolicy(PolicyArn, call),
  authorize: (policy, _input, call) => policyAccess('ListEntitiesForPolicy', policy, call),
  run(policy, { EntityFilter, PathPrefix = '/', PolicyUsageFilter, ...request }, call) {
    const account = requestAccount(call);
    const isWanted = ({ kind, as, holder }: Use): boolean =>
      (EntityFilter === undefined || EntityFilter.toLowerCase() === kind) &&
      (PolicyUsageFilter === undefined || (PolicyUsageFilter === 'PermissionsBoundary') === (as === 'boundary')) &&
      holder.record.path.startsWith(PathPrefix);
    const uses = [...usesOf(policy.record.arn, account, call.tx)].filter(isWanted);
    const { items, ...more } = pageOf(
      request,
      (after) => uses.slice(uses.findIndex(({ key }) => key === after) + 1),
      ({ key }) => key,
    );
    const records = (kind: HolderKind) => items.flatMap((use) => (use.kind === kind ? [use.holder.record] : []));
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
  readonly kind: HolderKind;
  readonly as: 'policy' | 'boundary';
  readonly holder: Holder;
}

function* usesOf(arn: string, account: string, tx: Tx): Iterable<Use> {
  for (const { key, value } of tx.policyUses.under([arn])) {
    const [, kind, use] = key;
    if (value.account !== account) continue;
    const holder = holderNamed(kind, account, use.slice(account.length + 1), tx);
    if (holder) yield { key: `${kind} ${use}`, kind, as: value.as, holder };
  }
}

function holderNamed(kind: HolderKind, account: string, name: string, tx: Tx): Holder | undefined {
  const found = { user: findUser, group: findGroup, role: findRole }[kind](tx, account, name);
  // The kind says which of the three tables the record is from.
  return found && ({ kind, record: found } as Holder);
}
