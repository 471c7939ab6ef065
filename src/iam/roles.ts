/** IAM roles: IAM User Guide, "IAM roles". */

import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import { isServiceLinkedPath } from '../policy/caller.ts';
import type { RoleRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { auditFields } from './audit-text.ts';
import { findRole, putRole, roleArn } from './entities.ts';
import { newEntityId } from './entity-id.ts';
import { tagContext, tagList, withTags } from './entity-tags.ts';
import {
  alreadyExists,
  identityAccess,
  mustFirst,
  requestAccount,
  requireModifiable,
  requireRole,
} from './identity.ts';
import { inPath, lowerName, pageOf, pageOfNames, startAfter } from './listing.ts';
import { attachedBoundary, requireBoundary } from './permissions-boundaries.ts';
import { acceptTrustPolicy, shownTrustPolicy } from './trust-policy.ts';

const DEFAULT_SESSION_SECONDS = 3600;

export const CreateRole = operation('iam', 'CreateRole', {
  resolve: ({ RoleName, Path = '/' }, call) => ({ account: requestAccount(call), name: RoleName, path: Path }),
  authorize({ account, name, path }, { Tags, PermissionsBoundary }): Access[] {
    const resource = `arn:aws:iam::${account}:role${path}${name}`;
    const context = { ...tagContext(Tags), 'iam:PermissionsBoundary': PermissionsBoundary };
    const access = (action: string): Access => ({ action, resource, owner: account, context });
    return [access('iam:CreateRole'), ...(Tags?.length ? [access('iam:TagRole')] : [])];
  },
  run({ account, name, path }, input, call) {
    const { tx, now, random } = call;
    // Organization policies do not limit these roles, so nobody may make one: IAM User Guide, "Service-linked roles".
    if (isServiceLinkedPath(path)) throw reservedPath();
    if (findRole(tx, account, name)) throw alreadyExists('role', name);
    const role: RoleRecord = {
      v: 1,
      account,
      name,
      path,
      id: newEntityId('AROA', random),
      createdMs: now.getTime(),
      inlinePolicies: {},
      attachedPolicies: [],
      tags: withTags({}, input.Tags ?? []),
      trustPolicy: acceptTrustPolicy(input.AssumeRolePolicyDocument, tx),
      description: input.Description,
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      boundary: input.PermissionsBoundary === undefined ? undefined : requireBoundary(input.PermissionsBoundary, call),
    };
    putRole(tx, role);
    call.afterwards({ kind: 'policy-accepted', document: input.AssumeRolePolicyDocument, type: 'trust' });
    tx.principalIds.put([role.id], { kind: 'role', account, name });
    if (role.boundary) {
      tx.policyUses.put([role.boundary, 'role', `${account}/${name.toLowerCase()}`], { account, as: 'boundary' });
    }
    return { Role: { ...shownRole(role, tx), MaxSessionDuration: undefined, RoleLastUsed: undefined } };
  },
  // The document stands in it as it does in the answer's XML.
  response: ({ Role: { AssumeRolePolicyDocument: document = '', ...shown } }) =>
    auditFields({ Role: { ...shown, AssumeRolePolicyDocument: encodeURIComponent(document) } }),
});

const reservedPath = () =>
  new AwsError('InvalidInput', "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles");

export const GetRole = operation('iam', 'GetRole', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record) => identityAccess('GetRole', { kind: 'role', record }),
  run: (role, _input, { tx }) => ({ Role: shownRole(role, tx) }),
});

export const ListRoles = operation('iam', 'ListRoles', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account, { PathPrefix = '/' }) => [
    { action: 'iam:ListRoles', resource: `arn:aws:iam::${account}:role${PathPrefix}`, owner: account },
  ],
  run(account, { PathPrefix = '/', ...request }, { tx }) {
    const { items, ...more } = pageOf(
      request,
      (after) => inPath(tx.roles.under([account], startAfter(account, after)), PathPrefix),
      lowerName,
    );
    const hidden = { Tags: undefined, PermissionsBoundary: undefined, RoleLastUsed: undefined };
    return { Roles: items.map((role) => ({ ...shownRole(role, tx), ...hidden })), ...more };
  },
});

export const UpdateRole = operation('iam', 'UpdateRole', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record) => identityAccess('UpdateRole', { kind: 'role', record }),
  run(role, { Description = role.description, MaxSessionDuration = role.maxSessionSeconds }, { tx }) {
    requireModifiable(role);
    putRole(tx, { ...role, description: Description, maxSessionSeconds: MaxSessionDuration });
    return {};
  },
});

export const UpdateAssumeRolePolicy = operation('iam', 'UpdateAssumeRolePolicy', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record) => identityAccess('UpdateAssumeRolePolicy', { kind: 'role', record }),
  run(role, { PolicyDocument }, { tx, afterwards }) {
    requireModifiable(role);
    putRole(tx, { ...role, trustPolicy: acceptTrustPolicy(PolicyDocument, tx) });
    afterwards({ kind: 'policy-accepted', document: PolicyDocument, type: 'trust' });
  },
});

/** Its sessions end with it. */
export const DeleteRole = operation('iam', 'DeleteRole', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record) => identityAccess('DeleteRole', { kind: 'role', record }),
  run(role, _input, call) {
    const { tx } = call;
    requireModifiable(role);
    if (role.attachedPolicies.length > 0) throw mustFirst('detach all policies');
    if (Object.keys(role.inlinePolicies).length > 0) throw mustFirst('delete policies');
    if (role.boundary) tx.policyUses.remove([role.boundary, 'role', `${role.account}/${role.name.toLowerCase()}`]);
    tx.roles.remove([role.account, role.name.toLowerCase()]);
    tx.principalIds.remove([role.id]);
    call.afterwards({ kind: 'principal-deleted', principal: { kind: 'role', name: role.name, id: role.id } });
  },
});

/** Nothing here runs on EC2, so no role has an instance profile. Tools that delete a role ask for them before. */
export const ListInstanceProfilesForRole = operation('iam', 'ListInstanceProfilesForRole', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record) => identityAccess('ListInstanceProfilesForRole', { kind: 'role', record }),
  run(_role, input) {
    const { items: _none, ...more } = pageOfNames(input, []);
    return { InstanceProfiles: [], ...more };
  },
});

/** A role in AWS's format; the trust policy's principals are shown by ARN if they still exist. */
export function shownRole(role: RoleRecord, tx: Tx) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role),
    CreateDate: new Date(role.createdMs),
    AssumeRolePolicyDocument: shownTrustPolicy(role.trustPolicy, tx),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary: attachedBoundary(role.boundary),
    Tags: Object.keys(role.tags).length > 0 ? tagList(role.tags) : undefined,
    RoleLastUsed: role.lastUsed ? { LastUsedDate: new Date(role.lastUsed.timeMs), Region: role.lastUsed.region } : {},
  };
}
