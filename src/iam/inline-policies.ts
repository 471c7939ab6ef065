/** Inline policies of users, groups and roles: IAM User Guide, "Managed policies and inline policies". */

import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../call/operation.ts';
import { checkIdentityPolicy } from '../policy/identity-policy-check.ts';
import { isKeptName } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';
import {
  asGroup,
  asRole,
  asUser,
  changePolicies,
  type Identity,
  type IdentityKind,
  identityAccess,
} from './identity.ts';
import { pageOfNames } from './listing.ts';
import { countedSize, iamQuotas } from './quota.ts';

/** IAM User Guide, "IAM and AWS STS quotas": the total size of all inline policies, without white space. */
const MAX_SIZE: Readonly<Record<IdentityKind, number>> = iamQuotas.inlinePolicySize;

function put(identity: Identity, name: string, document: string, call: Call): void {
  // The store would return such a policy under another name.
  if (!isKeptName(name)) throw new AwsError('InvalidInput', `No inline policy may be named ${name}.`);
  checkIdentityPolicy(document);
  const inlinePolicies = { ...identity.record.inlinePolicies, [name]: document };
  const size = Object.values(inlinePolicies).reduce((sum, text) => sum + countedSize(text), 0);
  const limit = MAX_SIZE[identity.kind];
  if (size > limit) {
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${limit} bytes exceeded for ${identity.kind} ${identity.record.name}`,
    );
  }
  changePolicies(identity, { inlinePolicies }, call.tx);
  call.afterwards({ kind: 'policy-accepted', document, type: 'identity', holder: identity.kind });
}

function get(identity: Identity, name: string): { PolicyName: string; PolicyDocument: string } {
  const document = requirePolicy(identity, name);
  return { PolicyName: name, PolicyDocument: document };
}

/** Every object has a `constructor`, which is nobody's policy. */
function requirePolicy({ kind, record: { inlinePolicies } }: Identity, name: string): string {
  const document = Object.hasOwn(inlinePolicies, name) ? inlinePolicies[name] : undefined;
  if (document === undefined) throw noSuchInlinePolicy(kind, name);
  return document;
}

function remove(identity: Identity, name: string, tx: Tx): void {
  requirePolicy(identity, name);
  const { [name]: _document, ...inlinePolicies } = identity.record.inlinePolicies;
  changePolicies(identity, { inlinePolicies }, tx);
}

function list(
  identity: Identity,
  request: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
) {
  const { items, ...more } = pageOfNames(request, Object.keys(identity.record.inlinePolicies).sort());
  return { PolicyNames: items, ...more };
}

const noSuchInlinePolicy = (kind: IdentityKind, name: string) =>
  new AwsError('NoSuchEntity', `The ${kind} policy with name ${name} cannot be found.`);

export const PutUserPolicy = operation('iam', 'PutUserPolicy', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (identity) => identityAccess('PutUserPolicy', identity),
  run: (identity, { PolicyName, PolicyDocument }, call) => put(identity, PolicyName, PolicyDocument, call),
});

export const GetUserPolicy = operation('iam', 'GetUserPolicy', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (identity) => identityAccess('GetUserPolicy', identity),
  run: (identity, { PolicyName }) => ({ UserName: identity.record.name, ...get(identity, PolicyName) }),
});

export const DeleteUserPolicy = operation('iam', 'DeleteUserPolicy', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (identity) => identityAccess('DeleteUserPolicy', identity),
  run: (identity, { PolicyName }, { tx }) => remove(identity, PolicyName, tx),
});

export const ListUserPolicies = operation('iam', 'ListUserPolicies', {
  resolve: ({ UserName }, call) => asUser(UserName, call),
  authorize: (identity) => identityAccess('ListUserPolicies', identity),
  run: list,
});

export const PutGroupPolicy = operation('iam', 'PutGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (identity) => identityAccess('PutGroupPolicy', identity),
  run: (identity, { PolicyName, PolicyDocument }, call) => put(identity, PolicyName, PolicyDocument, call),
});

export const GetGroupPolicy = operation('iam', 'GetGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (identity) => identityAccess('GetGroupPolicy', identity),
  run: (identity, { PolicyName }) => ({ GroupName: identity.record.name, ...get(identity, PolicyName) }),
});

export const DeleteGroupPolicy = operation('iam', 'DeleteGroupPolicy', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (identity) => identityAccess('DeleteGroupPolicy', identity),
  run: (identity, { PolicyName }, { tx }) => remove(identity, PolicyName, tx),
});

export const ListGroupPolicies = operation('iam', 'ListGroupPolicies', {
  resolve: ({ GroupName }, call) => asGroup(GroupName, call),
  authorize: (identity) => identityAccess('ListGroupPolicies', identity),
  run: list,
});

export const PutRolePolicy = operation('iam', 'PutRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (identity) => identityAccess('PutRolePolicy', identity),
  run: (identity, { PolicyName, PolicyDocument }, call) => put(identity, PolicyName, PolicyDocument, call),
});

export const GetRolePolicy = operation('iam', 'GetRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (identity) => identityAccess('GetRolePolicy', identity),
  run: (identity, { PolicyName }) => ({ RoleName: identity.record.name, ...get(identity, PolicyName) }),
});

export const DeleteRolePolicy = operation('iam', 'DeleteRolePolicy', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (identity) => identityAccess('DeleteRolePolicy', identity),
  run: (identity, { PolicyName }, { tx }) => remove(identity, PolicyName, tx),
});

export const ListRolePolicies = operation('iam', 'ListRolePolicies', {
  resolve: ({ RoleName }, call) => asRole(RoleName, call),
  authorize: (identity) => identityAccess('ListRolePolicies', identity),
  run: list,
});
