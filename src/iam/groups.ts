/** IAM groups: IAM User Guide, "IAM user groups". A group is not a principal; its policies apply to its members. */

import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import type { GroupRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { auditFields } from './audit-text.ts';
import { findGroup, findUser, groupArn, putGroup, putUser } from './entities.ts';
import { newEntityId } from './entity-id.ts';
import { alreadyExists, identityAccess, mustFirst, requestAccount, requireGroup, requireUser } from './identity.ts';
import { inPath, lowerName, pageOf, pageOfNames, startAfter } from './listing.ts';
import { iamQuotas, limitExceeded } from './quota.ts';
import { userOf } from './users.ts';

/** IAM User Guide, "IAM and AWS STS quotas": groups that an IAM user can be a member of. */
const MAX_GROUPS = iamQuotas.groupsPerUser;

export const CreateGroup = operation('iam', 'CreateGroup', {
  resolve: ({ GroupName, Path = '/' }, call) => ({ account: requestAccount(call), name: GroupName, path: Path }),
  authorize: ({ account, name, path }): Access[] => [
    { action: 'iam:CreateGroup', resource: `arn:aws:iam::${account}:group${path}${name}`, owner: account },
  ],
  run({ account, name, path }, _input, { tx, now, random }) {
    if (findGroup(tx, account, name)) throw alreadyExists('group', name);
    const id = newEntityId('AGPA', random);
    const createdMs = now.getTime();
    const group: GroupRecord = { v: 1, account, name, path, id, createdMs, inlinePolicies: {}, attachedPolicies: [] };
    putGroup(tx, group);
    return { Group: groupOf(group) };
  },
  response: (output) => auditFields(output),
});

/** The group and a page of its members. */
export const GetGroup = operation('iam', 'GetGroup', {
  resolve: ({ GroupName }, call) => requireGroup(GroupName, call),
  authorize: (record) => identityAccess('GetGroup', { kind: 'group', record }),
  run(group, request, { tx }) {
    const { items, ...more } = pageOf(request, (after) => membersOf(group, after, tx), lowerName);
    return { Group: groupOf(group), Users: items.map((user) => ({ ...userOf(user), Tags: undefined })), ...more };
  },
});

export const ListGroups = operation('iam', 'ListGroups', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account, { PathPrefix = '/' }) => [
    { action: 'iam:ListGroups', resource: `arn:aws:iam::${account}:group${PathPrefix}`, owner: account },
  ],
  run(account, { PathPrefix = '/', ...request }, { tx }) {
    const { items, ...more } = pageOf(
      request,
      (after) => inPath(tx.groups.under([account], startAfter(account, after)), PathPrefix),
      lowerName,
    );
    return { Groups: items.map(groupOf), ...more };
  },
});

export const ListGroupsForUser = operation('iam', 'ListGroupsForUser', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record) => identityAccess('ListGroupsForUser', { kind: 'user', record }),
  run(user, request, { tx }) {
    const { items, ...more } = pageOfNames(request, user.groups);
    const groups = items.flatMap((name) => findGroup(tx, user.account, name) ?? []);
    return { Groups: groups.map(groupOf), ...more };
  },
});

export const AddUserToGroup = operation('iam', 'AddUserToGroup', {
  resolve: ({ GroupName, UserName }, call) => ({
    group: requireGroup(GroupName, call),
    user: requireUser(UserName, call),
  }),
  authorize: ({ group }) => identityAccess('AddUserToGroup', { kind: 'group', record: group }),
  run({ group, user }, _input, { tx }) {
    if (user.groups.includes(group.name)) return;
    if (user.groups.length >= MAX_GROUPS) throw limitExceeded('GroupsPerUser', MAX_GROUPS);
    putUser(tx, { ...user, groups: [...user.groups, group.name] });
    tx.groupMembers.put([group.account, group.name.toLowerCase(), user.name.toLowerCase()], true);
  },
});

export const RemoveUserFromGroup = operation('iam', 'RemoveUserFromGroup', {
  resolve: ({ GroupName, UserName }, call) => ({
    group: requireGroup(GroupName, call),
    user: requireUser(UserName, call),
  }),
  authorize: ({ group }) => identityAccess('RemoveUserFromGroup', { kind: 'group', record: group }),
  run({ group, user }, _input, { tx }) {
    putUser(tx, { ...user, groups: user.groups.filter((name) => name !== group.name) });
    tx.groupMembers.remove([group.account, group.name.toLowerCase(), user.name.toLowerCase()]);
  },
});

export const DeleteGroup = operation('iam', 'DeleteGroup', {
  resolve: ({ GroupName }, call) => requireGroup(GroupName, call),
  authorize: (record) => identityAccess('DeleteGroup', { kind: 'group', record }),
  run(group, _input, { tx }) {
    for (const _member of membersOf(group, undefined, tx)) throw mustFirst('remove users from group');
    if (group.attachedPolicies.length > 0) throw mustFirst('detach all policies');
    if (Object.keys(group.inlinePolicies).length > 0) throw mustFirst('delete policies');
    tx.groups.remove([group.account, group.name.toLowerCase()]);
  },
});

/** A group in AWS's format. */
export function groupOf(group: GroupRecord) {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(group),
    CreateDate: new Date(group.createdMs),
  };
}

function* membersOf({ account, name }: GroupRecord, after: string | undefined, tx: Tx): Iterable<UserRecord> {
  const group = name.toLowerCase();
  const range = after === undefined ? {} : { start: [account, group, after], after: true };
  for (const { key } of tx.groupMembers.under([account, group], range)) {
    const user = findUser(tx, account, key[2]);
    if (user) yield user;
  }
}
