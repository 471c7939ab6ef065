import type { Tx } from '../../../src/store/tables.ts';
import { ACCOUNT } from '../../support/one-of-everything.ts';
import { type Breaks, change, rowIn } from './break.ts';

const ownPolicy = (tx: Tx) => rowIn(tx.organizationPolicies);
const unitIn = (tx: Tx) => rowIn(tx.organizationUnits);
const memberIn = (tx: Tx) => rowIn(tx.organizationMembers, ({ key }) => key[0] !== ACCOUNT);

export const organizationBreaks: Breaks = {
  'every organization has its management account': [
    (tx) => {
      const row = rowIn(tx.organizations);
      change(tx.organizations, row, { managementAccount: '444455556666' });
      return [`the organization ${row.key[0]} lacks its management account 444455556666`];
    },
    (tx) => {
      const row = rowIn(tx.organizations);
      change(tx.organizations, row, { id: 'o-0000000000' });
      return [`the organization ${row.key[0]} is stored under the id of another one`];
    },
  ],
  'every account of an organization is in its root or a unit of it': [
    (tx) => {
      const row = memberIn(tx);
      const { organization, parent } = row.value;
      tx.organizationChildren.remove([organization, parent, 'ACCOUNT', row.key[0]]);
      return [`the account ${row.key[0]} is not among the children of ${parent}, in which it is`];
    },
    (tx) => {
      const row = memberIn(tx);
      const { organization, parent } = row.value;
      change(tx.organizationMembers, row, { parent: 'ou-none-00000000' });
      tx.organizationChildren.remove([organization, parent, 'ACCOUNT', row.key[0]]);
      tx.organizationChildren.put([organization, 'ou-none-00000000', 'ACCOUNT', row.key[0]], true);
      return [`the account ${row.key[0]} is in ou-none-00000000, which does not exist`];
    },
  ],
  'every unit is in the root or another unit': [
    (tx) => {
      const { key, value } = unitIn(tx);
      tx.organizationChildren.remove([key[0], value.parent, 'ORGANIZATIONAL_UNIT', key[1]]);
      return [`the unit ${key[1]} is not among the children of ${value.parent}, in which it is`];
    },
    (tx) => {
      const row = unitIn(tx);
      tx.organizationUnits.put([row.key[0], 'ou-none-00000000'], row.value);
      return ['the unit ou-none-00000000 is stored under the id of another one'];
    },
  ],
  'every child is in its parent': (tx) => {
    const { id, root } = rowIn(tx.organizations).value;
    const [account] = memberIn(tx).key;
    tx.organizationChildren.put([id, root, 'ACCOUNT', account], true);
    return [`${root} has the child ${account}, which is not in it`];
  },
  'every policy of an organization stands under its own id': (tx) => {
    const { key, value } = ownPolicy(tx);
    tx.organizationPolicies.put([key[0], 'p-00000000'], value);
    return ['the policy p-00000000 is stored under the id of another one'];
  },
  'every attached policy exists, and its target': [
    (tx) => {
      const { key } = ownPolicy(tx);
      const target = unitIn(tx).key[1];
      tx.organizationPolicies.remove(key);
      return [
        `${target} has the policy ${key[1]} attached, which does not exist`,
        `the policy ${key[1]} has the target ${target}, to which it is not attached`,
      ];
    },
    (tx) => {
      const { key } = ownPolicy(tx);
      const target = unitIn(tx).key[1];
      tx.organizationTargets.remove([key[0], key[1], target]);
      return [`${target} is not among the targets of the policy ${key[1]}, which is attached to it`];
    },
    (tx) => {
      const { key } = ownPolicy(tx);
      tx.organizationAttachments.put([key[0], 'ou-none-00000000', 'SERVICE_CONTROL_POLICY', key[1]], true);
      return [`the policy ${key[1]} is attached to ou-none-00000000, which does not exist`];
    },
  ],
  'every target of a policy has it attached': (tx) => {
    const { key } = ownPolicy(tx);
    tx.organizationTargets.put([key[0], key[1], ACCOUNT], true);
    return [`the policy ${key[1]} has the target ${ACCOUNT}, to which it is not attached`];
  },
  'every target has a policy of each type that is enabled': (tx) => {
    const row = rowIn(tx.organizations);
    const { id } = row.value;
    tx.organizationAttachments.remove([id, ACCOUNT, 'SERVICE_CONTROL_POLICY', 'p-FullAWSAccess']);
    tx.organizationTargets.remove([id, 'p-FullAWSAccess', ACCOUNT]);
    return [`${ACCOUNT} has no policy of the type SERVICE_CONTROL_POLICY attached`];
  },
  'every request for an account is that of an organization': (tx) => {
    const { key, value } = rowIn(tx.accountRequests);
    tx.accountRequests.put([key[0], 'car-00000000'], value);
    return ['the request car-00000000 is stored under the id of another one'];
  },
};
