/** Which policies are attached to which targets, in both directions. */

import { firstPolicyOf } from '../policy/organization-policies.ts';
import type { ControlPolicyType, OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { everyTarget } from './target.ts';

interface Attachment {
  /** The target's id. */
  readonly target: string;
  /** The policy's id. */
  readonly policy: string;
  readonly type: ControlPolicyType;
}

export const isAttached = ({ target, policy, type }: Attachment, { id }: OrganizationRecord, tx: Tx): boolean =>
  tx.organizationAttachments.get([id, target, type, policy]) !== undefined;

export function attach({ target, policy, type }: Attachment, { id }: OrganizationRecord, tx: Tx): void {
  tx.organizationAttachments.put([id, target, type, policy], true);
  tx.organizationTargets.put([id, policy, target], true);
}

export function detach({ target, policy, type }: Attachment, { id }: OrganizationRecord, tx: Tx): void {
  tx.organizationAttachments.remove([id, target, type, policy]);
  tx.organizationTargets.remove([id, policy, target]);
}

/** The ids of the policies of a type that are attached to a target, in their order. */
export const attachedTo = (
  target: string,
  type: ControlPolicyType,
  { id }: OrganizationRecord,
  tx: Tx,
  after?: string,
): Iterable<string> =>
  lastParts(tx.organizationAttachments.under([id, target, type], startAfter(id, target, type, after)));

/** The ids of the targets that a policy is attached to, in their order. */
export const targetsOf = (policy: string, { id }: OrganizationRecord, tx: Tx, after?: string): Iterable<string> =>
  lastParts(tx.organizationTargets.under([id, policy], startAfter(id, policy, after)));

/** Attaches AWS's policy of each enabled type to a new target. */
export function attachFirst(target: string, organization: OrganizationRecord, tx: Tx): void {
  for (const type of organization.policyTypes) {
    attach({ target, policy: firstPolicyOf(type).id, type }, organization, tx);
  }
}

/** Attaches AWS's policy of a type to every target. */
export function attachEverywhere(type: ControlPolicyType, organization: OrganizationRecord, tx: Tx): void {
  const policy = firstPolicyOf(type).id;
  for (const target of [...everyTarget(organization, tx)]) attach({ target, policy, type }, organization, tx);
}

/** Detaches all policies of a type from every target. */
export function detachAll(type: ControlPolicyType, organization: OrganizationRecord, tx: Tx): void {
  for (const target of [...everyTarget(organization, tx)]) detachType(target, type, organization, tx);
}

/** Detaches all policies from a target that leaves. */
export function detachFrom(target: string, organization: OrganizationRecord, tx: Tx): void {
  for (const type of organization.policyTypes) detachType(target, type, organization, tx);
}

function detachType(target: string, type: ControlPolicyType, organization: OrganizationRecord, tx: Tx): void {
  for (const policy of [...attachedTo(target, type, organization, tx)]) {
    detach({ target, policy, type }, organization, tx);
  }
}

/** The range of rows after one, which is named by all parts of its key; the whole range without its last part. */
const startAfter = (...parts: readonly (string | undefined)[]) => {
  const key = parts.filter((part) => part !== undefined);
  return key.length < parts.length ? {} : { start: key, after: true };
};

function* lastParts(rows: Iterable<{ readonly key: readonly string[] }>): Generator<string> {
  for (const { key } of rows) yield key.at(-1) ?? '';
}
