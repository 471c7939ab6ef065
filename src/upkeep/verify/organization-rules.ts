/** What holds between the rows of organizations. */

import { awsOrganizationPolicy } from '../../policy/organization-policies.ts';
import type { Tx } from '../../store/tables.ts';
import { type Rule, rule } from './rule.ts';

export const organizationRules: readonly Rule[] = [
  rule(
    'organizations',
    'every organization has its management account',
    ['organizationMembers'],
    function* ({ key: [id], value }, { tx }) {
      if (value.id !== id) yield `the organization ${id} is stored under the id of another one`;
      else if (tx.organizationMembers.get([value.managementAccount])?.organization !== id) {
        yield `the organization ${id} lacks its management account ${value.managementAccount}`;
      }
    },
  ),
  rule(
    'organizationMembers',
    'every account of an organization is in its root or a unit of it',
    ['organizations', 'organizationUnits', 'organizationChildren', 'accounts'],
    function* ({ key: [account], value: { organization, parent } }, { tx }) {
      if (!tx.accounts.get([account])) yield `the account ${account} of an organization does not exist`;
      yield* placeFindings(`the account ${account}`, { organization, parent, kind: 'ACCOUNT', id: account }, tx);
    },
  ),
  rule(
    'organizationUnits',
    'every unit is in the root or another unit',
    ['organizations', 'organizationChildren'],
    function* ({ key: [organization, id], value }, { tx }) {
      if (value.organization !== organization || value.id !== id) {
        yield `the unit ${id} is stored under the id of another one`;
        return;
      }
      const { parent } = value;
      yield* placeFindings(`the unit ${id}`, { organization, parent, kind: 'ORGANIZATIONAL_UNIT', id }, tx);
    },
  ),
  rule(
    'organizationChildren',
    'every child is in its parent',
    ['organizationMembers', 'organizationUnits'],
    function* ({ key: [organization, parent, kind, id] }, { tx }) {
      const child =
        kind === 'ACCOUNT' ? tx.organizationMembers.get([id]) : tx.organizationUnits.get([organization, id]);
      if (child?.organization !== organization || child.parent !== parent) {
        yield `${parent} has the child ${id}, which is not in it`;
      }
    },
  ),
  rule(
    'organizationPolicies',
    'every policy of an organization stands under its own id',
    ['organizations'],
    function* ({ key: [organization, id], value }, { tx }) {
      if (value.organization !== organization || value.id !== id) {
        yield `the policy ${id} is stored under the id of another one`;
      } else if (!tx.organizations.get([organization])) {
        yield `the policy ${id} is that of the organization ${organization}, which does not exist`;
      }
    },
  ),
  rule(
    'organizationAttachments',
    'every attached policy exists, and its target',
    ['organizations', 'organizationPolicies', 'organizationUnits', 'organizationMembers', 'organizationTargets'],
    function* ({ key: [id, target, type, policy] }, { tx }) {
      const organization = tx.organizations.get([id]);
      if (!organization || !isTarget(target, id, organization.root, tx)) {
        yield `the policy ${policy} is attached to ${target}, which does not exist`;
        return;
      }
      const found = awsOrganizationPolicy(policy) ?? tx.organizationPolicies.get([id, policy]);
      if (found?.type !== type) yield `${target} has the policy ${policy} attached, which does not exist`;
      else if (!organization.policyTypes.includes(type)) {
        yield `${target} has the policy ${policy} attached, whose type is not enabled`;
      }
      if (!tx.organizationTargets.get([id, policy, target])) {
        yield `${target} is not among the targets of the policy ${policy}, which is attached to it`;
      }
    },
  ),
  rule(
    'organizationTargets',
    'every target of a policy has it attached',
    ['organizationPolicies', 'organizationAttachments'],
    function* ({ key: [id, policy, target] }, { tx }) {
      const type = (awsOrganizationPolicy(policy) ?? tx.organizationPolicies.get([id, policy]))?.type;
      if (type && tx.organizationAttachments.get([id, target, type, policy])) return;
      yield `the policy ${policy} has the target ${target}, to which it is not attached`;
    },
  ),
  rule(
    'organizations',
    'every target has a policy of each type that is enabled',
    ['organizationChildren', 'organizationAttachments'],
    function* ({ key: [id], value: { root, policyTypes } }, { tx }) {
      for (const target of [root, ...childrenOf(id, tx)]) {
        for (const type of policyTypes) {
          const [first] = tx.organizationAttachments.under([id, target, type], { limit: 1 });
          if (!first) yield `${target} has no policy of the type ${type} attached`;
        }
      }
    },
  ),
  rule(
    'accountRequests',
    'every request for an account is that of an organization',
    ['organizations'],
    function* ({ key: [organization, id], value }, { tx }) {
      if (value.id !== id) yield `the request ${id} is stored under the id of another one`;
      else if (!tx.organizations.get([organization])) {
        yield `the request ${id} is that of the organization ${organization}, which does not exist`;
      }
    },
  ),
];

interface Place {
  readonly organization: string;
  readonly parent: string;
  readonly kind: 'ACCOUNT' | 'ORGANIZATIONAL_UNIT';
  readonly id: string;
}

/** What is wrong with where something is. */
function* placeFindings(what: string, { organization: id, parent, kind, id: child }: Place, tx: Tx): Iterable<string> {
  const organization = tx.organizations.get([id]);
  if (!organization) yield `${what} is in the organization ${id}, which does not exist`;
  else if (parent !== organization.root && !tx.organizationUnits.get([id, parent])) {
    yield `${what} is in ${parent}, which does not exist`;
  }
  if (!tx.organizationChildren.get([id, parent, kind, child])) {
    yield `${what} is not among the children of ${parent}, in which it is`;
  }
}

const isTarget = (target: string, id: string, root: string, tx: Tx): boolean =>
  target === root ||
  tx.organizationUnits.get([id, target]) !== undefined ||
  tx.organizationMembers.get([target])?.organization === id;

function* childrenOf(organization: string, tx: Tx): Iterable<string> {
  for (const { key } of tx.organizationChildren.under([organization])) yield key[3];
}
