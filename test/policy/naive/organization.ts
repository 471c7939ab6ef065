/**
 * What an organization means for a request, worked out from AWS Organizations User Guide, "SCP evaluation" and "Resource
 * control policies (RCPs)", without the program's code: its levels for the naive evaluator, and its condition keys.
 */

import type { Caller } from '../../../src/policy/caller.ts';
import type { DocumentJson, Keys, PoliciesJson } from './situation.ts';

/** A root, a unit or an account. */
export interface NodeJson {
  readonly id: string;
  /** Absent for the root. */
  readonly parent?: string;
  readonly serviceControl: readonly DocumentJson[];
  readonly resourceControl: readonly DocumentJson[];
}

export interface OrganizationJson {
  readonly id: string;
  readonly managementAccount: string;
  readonly nodes: readonly NodeJson[];
  /** Which types of policies are enabled. */
  readonly enabled: { readonly serviceControl: boolean; readonly resourceControl: boolean };
}

export interface Asked {
  readonly caller: Caller;
  readonly owner: string;
  readonly isAwsManagedKey: boolean;
}

/** The control policies that bear on a request, level by level. */
export function controlPolicies(
  organization: OrganizationJson,
  { caller, owner, isAwsManagedKey }: Asked,
): Pick<PoliciesJson, 'serviceControl' | 'resourceControl'> {
  const account = 'account' in caller ? caller.account : undefined;
  const isLinked = caller.kind === 'role-session' && caller.roleArn.includes('/aws-service-role/');
  const isMember = (one: string | undefined) =>
    organization.managementAccount !== one && organization.nodes.some(({ id }) => id === one);
  const { enabled } = organization;
  return {
    // "SCPs do not affect users or roles in the management account", nor service-linked roles.
    ...(enabled.serviceControl &&
      isMember(account) &&
      !isLinked && { serviceControl: above(organization, account).map((node) => node.serviceControl) }),
    // "RCPs do not affect resources in the management account", nor what service-linked roles do, nor AWS managed keys.
    ...(enabled.resourceControl &&
      isMember(owner) &&
      !isLinked &&
      !isAwsManagedKey && { resourceControl: above(organization, owner).map((node) => node.resourceControl) }),
  };
}

/** IAM User Guide, "AWS global condition context keys": of the caller's account and of the resource's. */
export function organizationKeys(organization: OrganizationJson, { caller, owner }: Asked): Keys {
  const account = 'account' in caller ? caller.account : undefined;
  return { ...keysOf('Principal', organization, account), ...keysOf('Resource', organization, owner) };
}

function keysOf(whose: 'Principal' | 'Resource', organization: OrganizationJson, account: string | undefined): Keys {
  const path = above(organization, account).slice(0, -1);
  if (path.length === 0) return {};
  const ids = [organization.id, ...path.map(({ id }) => id)];
  return { [`aws:${whose}OrgID`]: organization.id, [`aws:${whose}OrgPaths`]: [`${ids.join('/')}/`] };
}

/** From the root down to the account; empty if it is not in the organization. */
function above(organization: OrganizationJson, id: string | undefined): readonly NodeJson[] {
  const node = organization.nodes.find((one) => one.id === id);
  return node ? [...(node.parent === undefined ? [] : above(organization, node.parent)), node] : [];
}
