import { ACCOUNT } from '../../support/one-of-everything.ts';
import { type Breaks, change, rowIn } from './break.ts';

export const principalBreaks: Breaks = {
  'every user stands under its own name': [
    (tx) => {
      change(
        tx.users,
        { key: [ACCOUNT, 'ana'], value: rowIn(tx.users, ({ key }) => key[1] === 'ana').value },
        { account: '444455556666' },
      );
      return [`the user "ana" of account ${ACCOUNT} is stored under the name of another one`];
    },
    (tx) => {
      tx.accounts.remove([ACCOUNT]);
      const inNone = ['user "admin"', 'user "ana"', 'role "reader"', 'role "replicator"', 'group "analysts"'].map(
        (entity) => `the ${entity} of account ${ACCOUNT} is in an account that does not exist`,
      );
      return [...inNone, `the account ${ACCOUNT} of an organization does not exist`];
    },
  ],
  'every role stands under its own name': (tx) => {
    change(
      tx.roles,
      rowIn(tx.roles, ({ key }) => key[1] === 'reader'),
      { account: '444455556666' },
    );
    return [`the role "reader" of account ${ACCOUNT} is stored under the name of another one`];
  },
  'every group stands under its own name': (tx) => {
    change(tx.groups, rowIn(tx.groups), { account: '444455556666' });
    return [`the group "analysts" of account ${ACCOUNT} is stored under the name of another one`];
  },
  'every policy of a user is in use': (tx) => {
    const { key } = rowIn(tx.policyUses, (row) => row.key[2] === `${ACCOUNT}/ana`);
    tx.policyUses.remove(key);
    return [`the user "ana" of account ${ACCOUNT} is not among those who use the policy "${key[0]}"`];
  },
  'every policy of a role is in use': [
    (tx) => {
      const { key } = rowIn(tx.policyUses, (row) => row.key[2] === `${ACCOUNT}/reader`);
      tx.policyUses.remove(key);
      return [`the role "reader" of account ${ACCOUNT} is not among those who use the policy "${key[0]}"`];
    },
    (tx) => {
      const { key, value } = rowIn(tx.managedPolicies);
      tx.managedPolicies.remove(key);
      return ['user "ana"', 'role "reader"', 'group "analysts"'].map(
        (entity) => `the ${entity} of account ${ACCOUNT} has the policy "${value.arn}", which does not exist`,
      );
    },
  ],
  'every policy of a group is in use': (tx) => {
    const { key } = rowIn(tx.policyUses, (row) => row.key[1] === 'group');
    tx.policyUses.remove(key);
    return [`the group "analysts" of account ${ACCOUNT} is not among those who use the policy "${key[0]}"`];
  },
  'every report stands under its own id': (tx) => {
    const row = rowIn(tx.iamReports);
    change(tx.iamReports, row, { account: '444455556666' });
    return [`the report "${row.key[1]}" is stored under the id of another one`];
  },
  'every user is found by its id': (tx) => {
    tx.principalIds.remove([rowIn(tx.users, ({ key }) => key[1] === 'admin').value.id]);
    return [`the user "admin" of account ${ACCOUNT} is not found by its id`];
  },
  'every role is found by its id': (tx) => {
    tx.principalIds.remove([rowIn(tx.roles).value.id]);
    return [`the role "reader" of account ${ACCOUNT} is not found by its id`];
  },
  'every id is that of a user or role': (tx) => {
    tx.principalIds.put(['AIDAGONE'], { kind: 'user', account: ACCOUNT, name: 'Ana' });
    return [`the id "AIDAGONE" is that of the user "Ana" of account ${ACCOUNT}, which does not have it`];
  },
  'every user is a member of its groups': (tx) => {
    tx.groupMembers.remove([ACCOUNT, 'analysts', 'ana']);
    return [`the user "ana" of account ${ACCOUNT} is in the group "Analysts", which does not have it`];
  },
  'every member of a group is in it': (tx) => {
    tx.groupMembers.put([ACCOUNT, 'analysts', 'admin'], true);
    return [`the group "analysts" of account ${ACCOUNT} has the member "admin", who is not in it`];
  },
  'every policy stands under its own name': [
    (tx) => {
      const { key, value } = rowIn(tx.managedPolicies);
      tx.managedPolicies.put([key[0], '/Other'], value);
      return [`the policy "${value.arn}" is stored under the name of another one`];
    },
    (tx) => {
      const row = rowIn(tx.managedPolicies);
      change(tx.managedPolicies, row, { defaultVersion: 'v2' });
      return [`the policy "${row.value.arn}" lacks its default version`];
    },
  ],
  'every use of a policy is one': (tx) => {
    const arn = rowIn(tx.managedPolicies).value.arn;
    tx.policyUses.put([arn, 'user', `${ACCOUNT}/admin`], { account: ACCOUNT, as: 'policy' });
    return [`the policy "${arn}" is not used by the user "admin" of account ${ACCOUNT}, as is recorded`];
  },
  'every access key is that of a user': (tx) => {
    const { key } = rowIn(tx.userAccessKeys);
    tx.userAccessKeys.remove(key);
    return [`the access key ${key[1]} is not found by its user`];
  },
  'every secret opens under the root key': (tx) => {
    const { key, value } = rowIn(tx.accessKeys, (row) => row.value.kind === 'session');
    if (value.kind === 'session') tx.accessKeys.put(key, { ...value, wrappedSecret: new Uint8Array(60) });
    return [`the secret of the access key ${key[0]}`];
  },
  'every access key of a user is there': (tx) => {
    const { key } = rowIn(tx.accessKeys, ({ value }) => value.kind === 'long-term');
    tx.accessKeys.remove(key);
    return [`the access key ${key[0]} of a user is missing`];
  },
};
