/** What holds between the rows of IAM. */

import type { AccountId } from '../../api/arn.ts';
import { unwrapSecret } from '../../iam/access-secret.ts';
import { policyKey } from '../../iam/caller-policies.ts';
import { findGroup, findRole, findUser } from '../../iam/entities.ts';
import type { IdentityKind } from '../../iam/identity.ts';
import { awsManagedPolicy } from '../../policy/aws-managed-policies.ts';
import type { GroupRecord, RoleRecord, UserRecord } from '../../store/records/iam.ts';
import type { Tx } from '../../store/tables.ts';
import { type Evidence, opens, type Rule, rule } from './rule.ts';

const entityAt = (kind: IdentityKind, account: AccountId, name: string): string =>
  `the ${kind} "${name}" of account ${account}`;

export const principalRules: readonly Rule[] = [
  ...entityRules('user', 'users'),
  ...entityRules('role', 'roles'),
  ...entityRules('group', 'groups'),
  foundById('user', 'users'),
  foundById('role', 'roles'),
  rule(
    'principalIds',
    'every id is that of a user or role',
    ['users', 'roles'],
    function* ({ key: [id], value }, { tx }) {
      const { kind, account, name } = value;
      const entity = kind === 'user' ? findUser(tx, account, name) : findRole(tx, account, name);
      if (entity?.id !== id) yield `the id "${id}" is that of ${entityAt(kind, account, name)}, which does not have it`;
    },
  ),
  rule('users', 'every user is a member of its groups', ['groups', 'groupMembers'], function* ({ key, value }, { tx }) {
    const [account, user] = key;
    for (const group of value.groups) {
      const isMember = tx.groupMembers.get([account, group.toLowerCase(), user]);
      if (isMember && findGroup(tx, account, group)) continue;
      yield `${entityAt('user', ...key)} is in the group "${group}", which does not have it`;
    }
  }),
  rule(
    'groupMembers',
    'every member of a group is in it',
    ['users'],
    function* ({ key: [account, group, user] }, { tx }) {
      const groups = findUser(tx, account, user)?.groups ?? [];
      if (groups.some((name) => name.toLowerCase() === group)) return;
      yield `${entityAt('group', account, group)} has the member "${user}", who is not in it`;
    },
  ),
  rule('managedPolicies', 'every policy stands under its own name', [], function* ({ key, value }) {
    const [account, name] = policyKey(value.arn);
    if (account !== key[0] || name !== key[1])
      yield `the policy "${value.arn}" is stored under the name of another one`;
    else if (!value.versions[value.defaultVersion.slice(1)])
      yield `the policy "${value.arn}" lacks its default version`;
  }),
  rule('policyUses', 'every use of a policy is one', ['users', 'roles', 'groups'], function* ({ key, value }, { tx }) {
    const [arn, kind, place] = key;
    const name = place.slice(value.account.length + 1);
    const entity = entityOf(kind, value.account, name, tx);
    const isUsed = entity?.attachedPolicies.includes(arn) || boundaryOf(entity) === arn;
    if (!isUsed) yield `the policy "${arn}" is not used by ${entityAt(kind, value.account, name)}, as is recorded`;
  }),
  rule('accessKeys', 'every access key is that of a user', ['userAccessKeys', 'principalIds'], function* (row, { tx }) {
    const { key, value } = row;
    if (value.kind !== 'long-term') return;
    const isFound = tx.userAccessKeys.get([value.userId, value.accessKeyId]) && tx.principalIds.get([value.userId]);
    if (!isFound) yield `the access key ${key[0]} is not found by its user`;
  }),
  rule('accessKeys', 'every secret opens under the root key', [], function* ({ key, value }, { rootKey }) {
    if (!('wrappedSecret' in value) || opens(() => unwrapSecret(rootKey, value.wrappedSecret, key[0]))) return;
    yield `the secret of the access key ${key[0]}`;
  }),
  rule(
    'userAccessKeys',
    'every access key of a user is there',
    ['accessKeys'],
    function* ({ key: [user, id] }, { tx }) {
      const record = tx.accessKeys.get([id]);
      if (record?.kind !== 'long-term' || record.userId !== user) yield `the access key ${id} of a user is missing`;
    },
  ),
  rule('iamReports', 'every report stands under its own id', [], function* ({ key: [account, id], value }) {
    const own = value.kind === 'credentials' ? 'credentials' : value.jobId;
    if (value.account !== account || own !== id) yield `the report "${id}" is stored under the id of another one`;
  }),
];

type Entity = UserRecord | RoleRecord | GroupRecord;

/** What holds for users, roles and groups alike. */
function entityRules(kind: IdentityKind, table: 'users' | 'roles' | 'groups'): Rule[] {
  return [
    rule(table, `every ${kind} stands under its own name`, ['accounts'], function* ({ key, value }, { tx }) {
      const [account, name] = key;
      if (value.account !== account || value.name.toLowerCase() !== name) {
        yield `${entityAt(kind, account, name)} is stored under the name of another one`;
      } else if (!tx.accounts.get([account]))
        yield `${entityAt(kind, account, name)} is in an account that does not exist`;
    }),
    rule(table, `every policy of a ${kind} is in use`, ['policyUses', 'managedPolicies'], ({ key, value }, evidence) =>
      policyFindings(kind, key, value, evidence),
    ),
  ];
}

/** What holds for those who have a unique id. */
function foundById(kind: 'user' | 'role', table: 'users' | 'roles'): Rule {
  return rule(table, `every ${kind} is found by its id`, ['principalIds'], function* ({ key, value }, { tx }) {
    const place = tx.principalIds.get([value.id]);
    const isFound = place?.kind === kind && place.account === key[0] && place.name.toLowerCase() === key[1];
    if (!isFound) yield `${entityAt(kind, ...key)} is not found by its id`;
  });
}

function* policyFindings(
  kind: IdentityKind,
  [account, name]: readonly [AccountId, string],
  entity: Entity,
  { tx }: Evidence,
): Iterable<string> {
  const boundary = boundaryOf(entity);
  for (const arn of new Set([...entity.attachedPolicies, ...(boundary === undefined ? [] : [boundary])])) {
    if (!tx.policyUses.get([arn, kind, `${account}/${name}`])) {
      yield `${entityAt(kind, account, name)} is not among those who use the policy "${arn}"`;
    }
    const place = policyKey(arn);
    // The owner of a policy may delete it although it bounds a user of another account.
    const isMissing = place[0] === account && !awsManagedPolicy(arn) && !tx.managedPolicies.get(place);
    if (isMissing) yield `${entityAt(kind, account, name)} has the policy "${arn}", which does not exist`;
  }
}

const boundaryOf = (entity: Entity | undefined): string | undefined =>
  entity && 'boundary' in entity ? entity.boundary : undefined;

function entityOf(kind: IdentityKind, account: AccountId, name: string, tx: Tx): Entity | undefined {
  return { user: findUser, group: findGroup, role: findRole }[kind](tx, account, name);
}
