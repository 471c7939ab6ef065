/**
 * Where an account is in an organization, and the policies that control it from there: AWS Organizations User Guide,
 * "SCP evaluation" and "Resource control policies (RCPs)".
 */

import type { AccountId } from '../api/arn.ts';
import { StoreError } from '../api/errors.ts';
import type { ControlTarget } from '../policy/decision.ts';
import type { ControlLevel, NamedPolicy } from '../policy/gates.ts';
import { awsOrganizationPolicy } from '../policy/organization-policies.ts';
import { loadPolicy } from '../policy/policy-document.ts';
import type { ControlPolicyType, OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';

/** An account's place. */
export interface Standing {
  readonly organization: OrganizationRecord;
  /** Neither SCPs nor RCPs limit the management account. */
  readonly isManagement: boolean;
  /** From the organization's root down to the account. */
  readonly targets: readonly ControlTarget[];
  /** The value of `aws:PrincipalOrgPaths`: IAM User Guide, "AWS global condition context keys". */
  readonly path: string;
}

/** Finds an account's place; undefined if it is in no organization. @throws StoreError if a unit's row is missing. */
export function standingOf(account: AccountId, tx: Tx): Standing | undefined {
  const member = tx.organizationMembers.get([account]);
  const organization = member && tx.organizations.get([member.organization]);
  if (!organization) return undefined;
  const units: ControlTarget[] = [];
  for (let id = member.parent; id !== organization.root; ) {
    const unit = tx.organizationUnits.get([organization.id, id]);
    if (!unit) throw new StoreError(`the unit ${id} of the organization ${organization.id} is missing`);
    units.unshift({ kind: 'unit', id, name: unit.name });
    id = unit.parent;
  }
  const above: readonly ControlTarget[] = [{ kind: 'root', id: organization.root, name: 'Root' }, ...units];
  return {
    organization,
    isManagement: account === organization.managementAccount,
    targets: [...above, { kind: 'account', id: account, name: member.name }],
    path: `${[organization.id, ...above.map(({ id }) => id)].join('/')}/`,
  };
}

/**
 * The policies of a type at each level above an account, from the root down; undefined if none control it: the type is
 * not enabled, or it is the management account.
 */
export function controlLevels(
  { organization, isManagement, targets }: Standing,
  type: ControlPolicyType,
  tx: Tx,
): readonly ControlLevel[] | undefined {
  if (isManagement || !organization.policyTypes.includes(type)) return undefined;
  return targets.map((target) => {
    const attached = [...tx.organizationAttachments.under([organization.id, target.id, type])];
    return { target, policies: attached.map(({ key: [, , , id] }) => controlPolicy(organization, id, tx)) };
  });
}

/** @throws StoreError without its row: one that is passed over may be the one that denies. */
function controlPolicy(organization: OrganizationRecord, id: string, tx: Tx): NamedPolicy {
  const own = awsOrganizationPolicy(id);
  if (own) return { name: own.name, arn: own.arn, document: loadPolicy(own.document) };
  const record = tx.organizationPolicies.get([organization.id, id]);
  if (!record) throw new StoreError(`the policy ${id} of the organization ${organization.id} is missing`);
  return { name: record.name, arn: policyArn(organization, record), document: loadPolicy(record.content) };
}

/** The ARN of a policy of the organization's own: AWS Organizations API Reference, PolicySummary. */
export const policyArn = (
  { id, managementAccount }: Pick<OrganizationRecord, 'id' | 'managementAccount'>,
  policy: { readonly id: string; readonly type: ControlPolicyType },
): string => `arn:aws:organizations::${managementAccount}:policy/${id}/${policy.type.toLowerCase()}/${policy.id}`;
