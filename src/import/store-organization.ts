/** Stores an organization with its accounts, units and policies, in place of the one that the store had. */

import { attach } from '../organizations/attached.ts';
import type { OrganizationRecord } from '../store/records/organizations.ts';
import type { Table, TableKey } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';
import type { OrganizationDraft } from './configuration.ts';

export interface OrganizationSite {
  readonly tx: Tx;
  readonly now: Date;
  /** The machine's time, in milliseconds. */
  readonly machineMs: number;
}

/** Its accounts that the store does not have are stored, too, without anybody in them. */
export function storeOrganization(draft: OrganizationDraft, { tx, now, machineMs }: OrganizationSite): void {
  const nowMs = now.getTime();
  const { id, managementAccount, root, featureSet, policyTypes, units, members, policies, attachments } = draft;
  const organization: OrganizationRecord = {
    v: 1,
    id,
    managementAccount,
    root,
    rootTags: {},
    featureSet,
    createdMs: nowMs,
    policyTypes,
  };
  tx.organizations.put([id], organization);
  for (const unit of units) {
    tx.organizationUnits.put([id, unit.id], { v: 1, organization: id, ...unit, tags: {} });
    tx.organizationChildren.put([id, unit.parent, 'ORGANIZATIONAL_UNIT', unit.id], true);
  }
  for (const { account, isClosed, joinedMs = nowMs, ...member } of members) {
    if (!tx.accounts.get([account])) {
      tx.accounts.put([account], { v: 1, account, createdMs: nowMs, importedMs: machineMs });
    }
    const closed = isClosed ? { closedMs: nowMs } : {};
    tx.organizationMembers.put([account], { v: 1, organization: id, ...member, joinedMs, ...closed, tags: {} });
    tx.organizationChildren.put([id, member.parent, 'ACCOUNT', account], true);
  }
  for (const policy of policies) {
    tx.organizationPolicies.put([id, policy.id], { v: 1, organization: id, ...policy, tags: {} });
  }
  for (const attachment of attachments) attach(attachment, organization, tx);
}

/** Removes an organization; its accounts stay, in none. */
export function clearOrganization(id: string, tx: Tx): void {
  const clear = <K extends TableKey>(table: Table<K, unknown>) => {
    for (const { key } of [...table.under([id])]) table.remove(key);
  };
  for (const { key, value } of [...tx.organizationMembers.range()]) {
    if (value.organization === id) tx.organizationMembers.remove(key);
  }
  clear(tx.organizationUnits);
  clear(tx.organizationChildren);
  clear(tx.organizationPolicies);
  clear(tx.organizationAttachments);
  clear(tx.organizationTargets);
  clear(tx.accountRequests);
  tx.organizations.remove([id]);
}
