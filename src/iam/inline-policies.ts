/** Inline policies of users, groups and roles: IAM User Guide, "Managed policies and inline policies". */

import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import { checkIdentityPolicy } from '../policy/identity-policy-check.ts';
import type { Tx } from '../store/tables.ts';
import { asGroup, asRole, asUser, changePolicies, type Holder, type HolderKind, holderAccess } from './holder.ts';
import { pageOfNames } from './listing.ts';
import { countedSize } from './quota.ts';

/** IAM User Guide, "IAM and AWS STS quotas": the sum of all inline policies, white space not counted. */
const MAX_SIZE = { user: 2048, group: 5120, role: 10_240 } as const satisfies Record<HolderKind, number>;

function put(holder: Holder, name: string, document: string, tx: Tx): void {
  checkIdentityPolicy(document);
  const inlinePolicies = { ...holder.record.inlinePolicies, [name]: document };
  const size = Object.values(inlinePolicies).reduce((sum, text) => sum + countedSize(text), 0);
  const limit = MAX_SIZE[holder.kind];
  if (size > limit) {
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${limit} bytes exceeded for ${holder.kind} ${holder.record.name}`,
    );
  }
  changePolicies(holder, { inlinePolicies }, tx);
}

function get(holder: Holder, name: string): { PolicyName: string; PolicyDocument: string } {
  const document = holder.record.inlinePolicies[name];
  if (document === undefined) throw noSuchInlinePolicy(holder.kind, name);
  return { PolicyName: name, PolicyDocument: document };
}

function remove(holder: Holder, name: string, tx: Tx): void {
  const { [name]: document, ...inlinePolicies } = holder.record.inlinePolicies;
  if (document === undefined) throw noSuchInlinePolicy(holder.kind, name);
  changePolicies(holder, { inlinePolicies }, tx);
}

function list(
  holder: Holder,
  request: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
) {
  const { items, ...more } = pageOfNames(request, Object.keys(holder.record.inlinePolicies).sort());
  return { PolicyNames: items, ...more };
}

const noSuchInlinePolicy = (kind: HolderKind, name: string) =>
  new AwsError('NoSuchEntity', `The ${kind} policy with name ${name} cannot be found.`);

export const PutUserPolicy = operation('iam', 'PutUserPolicy', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (holder) => holderAccess('PutUserPolicy', holder),
  run: (holder, { PolicyName, PolicyDocument }, { tx }) => put(holder, PolicyName, PolicyDocument, tx),
});

export const GetUserPolicy = operation('iam', 'GetUserPolicy', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (holder) => holderAccess('GetUserPolicy', holder),
  run: (holder, { PolicyName }) => ({ UserName: holder.record.name, ...get(holder, PolicyName) }),
});

export const DeleteUserPolicy = operation('iam', 'DeleteUserPolicy', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (holder) => holderAccess('DeleteUserPolicy', holder),
  run: (holder, { PolicyName }, { tx }) => remove(holder, PolicyName, tx),
});

export const ListUserPolicies = operation('iam', 'ListUserPolicies', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (holder) => holderAccess('ListUserPolicies', holder),
  run: list,
});

export const PutGroupPolicy = operation('iam', 'PutGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (holder) => holderAccess('PutGroupPolicy', holder),
  run: (holder, { PolicyName, PolicyDocument }, { tx }) => put(holder, PolicyName, PolicyDocument, tx),
});

export const GetGroupPolicy = operation('iam', 'GetGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (holder) => holderAccess('GetGroupPolicy', holder),
  run: (holder, { PolicyName }) => ({ GroupName: holder.record.name, ...get(holder, PolicyName) }),
});

export const DeleteGroupPolicy = operation('iam', 'DeleteGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (holder) => holderAccess('DeleteGroupPolicy', holder),
  run: (holder, { PolicyName }, { tx }) => remove(holder, PolicyName, tx),
});

export const ListGroupPolicies = operation('iam', 'ListGroupPolicies', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (holder) => holderAccess('ListGroupPolicies', holder),
  run: list,
});

export const PutRolePolicy = operation('iam', 'PutRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (holder) => holderAccess('PutRolePolicy', holder),
  run: (holder, { PolicyName, PolicyDocument }, { tx }) => put(holder, PolicyName, PolicyDocument, tx),
});

export const GetRolePolicy = operation('iam', 'GetRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (holder) => holderAccess('GetRolePolicy', holder),
  run: (holder, { PolicyName }) => ({ RoleName: holder.record.name, ...get(holder, PolicyName) }),
});

export const DeleteRolePolicy = operation('iam', 'DeleteRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (holder) => holderAccess('DeleteRolePolicy', holder),
  run: (holder, { PolicyName }, { tx }) => remove(holder, PolicyName, tx),
});

export const ListRolePolicies = operation('iam', 'ListRolePolicies', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (holder) => holderAccess('ListRolePolicies', holder),
  run: list,
});
