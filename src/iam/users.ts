/** IAM users: IAM User Guide, "IAM users". */

import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import type { UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { auditFields } from './audit-text.ts';
import { findUser, putUser, userArn } from './entities.ts';
import { newEntityId } from './entity-id.ts';
import { tagContext, tagList, withTags } from './entity-tags.ts';
import { alreadyExists, identityAccess, mustFirst, requestAccount, requireUser } from './identity.ts';
import { inPath, lowerName, pageOf, startAfter } from './listing.ts';
import { attachedBoundary, requireBoundary } from './permissions-boundaries.ts';

export const CreateUser = operation('iam', 'CreateUser', {
  resolve: ({ UserName, Path = '/' }, call) => ({ account: requestAccount(call), name: UserName, path: Path }),
  authorize: ({ account, name, path }, { Tags, PermissionsBoundary }): Access[] => {
    const resource = `arn:aws:iam::${account}:user${path}${name}`;
    const context = { ...tagContext(Tags), 'iam:PermissionsBoundary': PermissionsBoundary };
    const access = (action: string): Access => ({ action, resource, owner: account, context });
    return [access('iam:CreateUser'), ...(Tags?.length ? [access('iam:TagUser')] : [])];
  },
  run({ account, name, path }, { Tags = [], PermissionsBoundary }, call) {
    const { tx, now, random } = call;
    if (findUser(tx, account, name)) throw alreadyExists('user', name);
    const user: UserRecord = {
      v: 1,
      account,
      name,
      path,
      id: newEntityId('AIDA', random),
      createdMs: now.getTime(),
      inlinePolicies: {},
      attachedPolicies: [],
      tags: withTags({}, Tags),
      groups: [],
      boundary: PermissionsBoundary === undefined ? undefined : requireBoundary(PermissionsBoundary, call),
    };
    putUser(tx, user);
    remember(user, tx);
    return { User: userOf(user) };
  },
  response: (output) => auditFields(output),
});

/** Without a name, the caller's own user. */
export const GetUser = operation('iam', 'GetUser', {
  resolve: ({ UserName }, call) => requireUser(UserName ?? ownName(call.caller), call),
  authorize: (record) => identityAccess('GetUser', { kind: 'user', record }),
  run: (user) => ({ User: userOf(user) }),
});

export const ListUsers = operation('iam', 'ListUsers', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account, { PathPrefix = '/' }) => [
    { action: 'iam:ListUsers', resource: `arn:aws:iam::${account}:user${PathPrefix}`, owner: account },
  ],
  run(account, { PathPrefix = '/', ...request }, { tx }) {
    const { items, ...more } = pageOf(
      request,
      (after) => inPath(tx.users.under([account], startAfter(account, after)), PathPrefix),
      lowerName,
    );
    return {
      Users: items.map((user) => ({ ...userOf(user), Tags: undefined, PermissionsBoundary: undefined })),
      ...more,
    };
  },
});

export const UpdateUser = operation('iam', 'UpdateUser', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record) => identityAccess('UpdateUser', { kind: 'user', record }),
  run(user, { NewPath = user.path, NewUserName = user.name }, { tx }) {
    const isTaken = NewUserName.toLowerCase() !== user.name.toLowerCase() && findUser(tx, user.account, NewUserName);
    if (isTaken) throw alreadyExists('user', NewUserName);
    const renamed: UserRecord = { ...user, name: NewUserName, path: NewPath };
    forget(user, tx);
    putUser(tx, renamed);
    remember(renamed, tx);
  },
});

export const DeleteUser = operation('iam', 'DeleteUser', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record) => identityAccess('DeleteUser', { kind: 'user', record }),
  run(user, _input, call) {
    const { tx } = call;
    if (user.attachedPolicies.length > 0) throw mustFirst('detach all policies');
    if (Object.keys(user.inlinePolicies).length > 0) throw mustFirst('delete policies');
    for (const _key of tx.userAccessKeys.under([user.id], { limit: 1 })) {
      throw mustFirst('delete access keys');
    }
    if (user.groups.length > 0) throw mustFirst('remove users from group');
    forget(user, tx);
    call.afterwards({ kind: 'principal-deleted', principal: { kind: 'user', name: user.name, id: user.id } });
  },
});

/** A user in AWS's format. */
export function userOf(user: UserRecord) {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(user),
    CreateDate: new Date(user.createdMs),
    PermissionsBoundary: attachedBoundary(user.boundary),
    Tags: Object.keys(user.tags).length > 0 ? tagList(user.tags) : undefined,
  };
}

/** Everything else stored about a user moves with its name. */
function forget(user: UserRecord, tx: Tx): void {
  const name = user.name.toLowerCase();
  for (const group of user.groups) tx.groupMembers.remove([user.account, group.toLowerCase(), name]);
  for (const arn of [...user.attachedPolicies, ...(user.boundary ? [user.boundary] : [])]) {
    tx.policyUses.remove([arn, 'user', `${user.account}/${name}`]);
  }
  tx.users.remove([user.account, name]);
  tx.principalIds.remove([user.id]);
}

function remember(user: UserRecord, tx: Tx): void {
  const name = user.name.toLowerCase();
  for (const group of user.groups) tx.groupMembers.put([user.account, group.toLowerCase(), name], true);
  if (user.boundary) {
    tx.policyUses.put([user.boundary, 'user', `${user.account}/${name}`], { account: user.account, as: 'boundary' });
  }
  // A boundary that is also attached counts as attached.
  for (const arn of user.attachedPolicies) {
    tx.policyUses.put([arn, 'user', `${user.account}/${name}`], { account: user.account, as: 'policy' });
  }
  tx.principalIds.put([user.id], { kind: 'user', account: user.account, name: user.name });
}

/** The user meant by a call without a user name. @throws ValidationError for a caller who is not a user. */
export function ownName(caller: { readonly kind: string; readonly name?: string }): string {
  if (caller.kind === 'user' && caller.name !== undefined) return caller.name;
  throw new AwsError(
    'ValidationError',
    'Must specify userName when calling with non-User credentials',
    {},
    'the caller is not a user: name one with --user-name',
  );
}
