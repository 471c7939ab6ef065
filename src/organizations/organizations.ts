/** Organizations as a whole: AWS Organizations User Guide, "Creating and managing an organization". */

import { AwsError } from '../api/errors.ts';
import type { Organization, PolicyTypeSummary } from '../api/model/organizations.types.ts';
import { randomName, SMALL_LETTERS_AND_DIGITS } from '../api/random-name.ts';
import { operation } from '../call/operation.ts';
import { auditFields } from '../iam/audit-text.ts';
import type { ControlPolicyType, OrganizationRecord } from '../store/records/organizations.ts';
import type { Table, TableKey } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';
import { attachEverywhere, attachFirst, detachAll } from './attached.ts';
import {
  accountArn,
  accountOf,
  arnIn,
  managementMember,
  organizationOf,
  organizationsAccess,
  requireManagement,
  requireOrganization,
  resourceTags,
} from './organization.ts';
import { pageOf } from './page.ts';
import { controlPolicyType, policyTypeNotAvailable, policyTypeNotEnabled } from './policy-type.ts';
import { type Root, rootOf } from './target.ts';

export const CreateOrganization = operation('organizations', 'CreateOrganization', {
  resolve(_input, call) {
    const account = accountOf(call);
    const organization = organizationOf(account, call.tx);
    if (!organization) return account;
    throw new AwsError(
      'AlreadyInOrganizationException',
      'The provided account is already a member of an organization.',
      {},
      `the account ${account} is in the organization ${organization.id}`,
    );
  },
  authorize: (_account, _input, call) => [organizationsAccess('CreateOrganization', call)],
  run(account, { FeatureSet = 'ALL' }, { tx, now, random }) {
    const name = (length: number) => randomName(length, random, SMALL_LETTERS_AND_DIGITS);
    const organization: OrganizationRecord = {
      v: 1,
      id: `o-${name(10)}`,
      managementAccount: account,
      root: `r-${name(4)}`,
      rootTags: {},
      featureSet: FeatureSet,
      createdMs: now.getTime(),
      policyTypes: FeatureSet === 'ALL' ? ['SERVICE_CONTROL_POLICY'] : [],
    };
    const { id, root, createdMs } = organization;
    tx.organizations.put([id], organization);
    tx.organizationMembers.put([account], {
      v: 1,
      organization: id,
      parent: root,
      name: 'management',
      // Nobody gave the account one, and every account has one.
      email: `root+${account}@example.com`,
      joinedMs: createdMs,
      joinedBy: 'INVITED',
      tags: {},
    });
    tx.organizationChildren.put([id, root, 'ACCOUNT', account], true);
    attachFirst(root, organization, tx);
    attachFirst(account, organization, tx);
    return { Organization: shownOrganization(organization, tx) };
  },
  response: ({ Organization: shown }) => auditFields({ Organization: { ...shown, MasterAccountEmail: '****' } }),
});

export const DescribeOrganization = operation('organizations', 'DescribeOrganization', {
  resolve: (_input, call) => requireOrganization(call),
  authorize: (_organization, _input, call) => [organizationsAccess('DescribeOrganization', call)],
  run: (organization, _input, { tx }) => ({ Organization: shownOrganization(organization, tx) }),
});

/** The units and policies go with it. */
export const DeleteOrganization = operation('organizations', 'DeleteOrganization', {
  resolve: (_input, call) => requireManagement(call),
  authorize: (_organization, _input, call) => [organizationsAccess('DeleteOrganization', call)],
  run(organization, _input, { tx }) {
    const { id, managementAccount } = organization;
    const children = [...tx.organizationChildren.under([id])];
    const other = children.find(({ key }) => key[2] === 'ACCOUNT' && key[3] !== managementAccount);
    if (other) {
      throw new AwsError(
        'OrganizationNotEmptyException',
        "The organization isn't empty. To delete an organization, you must first remove all accounts except the management account.",
        {},
        `the account ${other.key[3]} is still in the organization`,
      );
    }
    for (const { key } of children) tx.organizationChildren.remove(key);
    removeUnder(id, tx.organizationUnits);
    removeUnder(id, tx.organizationPolicies);
    removeUnder(id, tx.organizationAttachments);
    removeUnder(id, tx.organizationTargets);
    removeUnder(id, tx.accountRequests);
    tx.organizationMembers.remove([managementAccount]);
    tx.organizations.remove([id]);
  },
});

/** Removes all rows of a table that belong to an organization. */
function removeUnder<K extends TableKey, V>(id: string, table: Table<K, V>): void {
  for (const { key } of [...table.under([id])]) table.remove(key);
}

export const ListRoots = operation('organizations', 'ListRoots', {
  resolve: (_input, call) => requireManagement(call),
  authorize: (_organization, _input, call) => [organizationsAccess('ListRoots', call)],
  run(organization, input) {
    const roots = [shownRoot(organization)];
    const { items, ...more } = pageOf(
      'ListRoots',
      input,
      (after) => (after === undefined ? roots : []),
      ({ Id }) => Id,
    );
    return { Roots: items, ...more };
  },
});

export const EnablePolicyType = operation('organizations', 'EnablePolicyType', {
  resolve: (input, call) => resolveType(input, requireManagement(call)),
  authorize: ({ root, type }, _input, call) => [
    organizationsAccess('EnablePolicyType', call, root.arn, {
      ...resourceTags(root.tags),
      'organizations:PolicyType': type,
    }),
  ],
  run({ organization, type }, _input, { tx }) {
    if (organization.policyTypes.includes(type)) {
      throw new AwsError('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled.');
    }
    const changed = { ...organization, policyTypes: [...organization.policyTypes, type].sort() };
    tx.organizations.put([organization.id], changed);
    attachEverywhere(type, changed, tx);
    return { Root: shownRoot(changed) };
  },
  response: (output) => auditFields(output),
});

/** Whatever is attached of the type is detached, and stays so: the same guide, "Disabling a policy type". */
export const DisablePolicyType = operation('organizations', 'DisablePolicyType', {
  resolve: (input, call) => resolveType(input, requireManagement(call)),
  authorize: ({ root, type }, _input, call) => [
    organizationsAccess('DisablePolicyType', call, root.arn, {
      ...resourceTags(root.tags),
      'organizations:PolicyType': type,
    }),
  ],
  run({ organization, type }, _input, { tx }) {
    if (!organization.policyTypes.includes(type)) throw policyTypeNotEnabled(type, organization);
    const changed = { ...organization, policyTypes: organization.policyTypes.filter((each) => each !== type) };
    tx.organizations.put([organization.id], changed);
    detachAll(type, organization, tx);
    return { Root: shownRoot(changed) };
  },
  response: (output) => auditFields(output),
});

/** @throws RootNotFoundException, NotImplemented for a type that is not built, PolicyTypeNotAvailableForOrganizationException */
function resolveType(
  { RootId, PolicyType }: { readonly RootId: string; readonly PolicyType: string },
  organization: OrganizationRecord,
): { readonly organization: OrganizationRecord; readonly root: Root; readonly type: ControlPolicyType } {
  if (RootId !== organization.root) {
    throw new AwsError(
      'RootNotFoundException',
      "You specified a root that doesn't exist.",
      {},
      `the root of the organization is ${organization.root}, not ${RootId}`,
    );
  }
  const type = controlPolicyType(PolicyType);
  if (organization.featureSet !== 'ALL') throw policyTypeNotAvailable(organization);
  return { organization, root: rootOf(organization), type };
}

/** The available types are always shown as enabled, whether the root has them or not: DescribeOrganization. */
const shownOrganization = (organization: OrganizationRecord, tx: Tx): Organization => ({
  Id: organization.id,
  Arn: arnIn(organization, 'organization'),
  FeatureSet: organization.featureSet,
  MasterAccountArn: accountArn(organization, organization.managementAccount),
  MasterAccountId: organization.managementAccount,
  MasterAccountEmail: managementMember(organization, tx).email,
  AvailablePolicyTypes:
    organization.featureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
});

function shownRoot(organization: OrganizationRecord) {
  const { id, arn, name } = rootOf(organization);
  const PolicyTypes: PolicyTypeSummary[] = organization.policyTypes.map((Type) => ({ Type, Status: 'ENABLED' }));
  return { Id: id, Arn: arn, Name: name, PolicyTypes };
}
