/** Makes the organization that is given to tests: its units and accounts, and their control policies. */

import { type AccountId, isAccountId } from '../../../api/arn.ts';
import { isRecord } from '../../../api/message.ts';
import { randomName, SMALL_LETTERS_AND_DIGITS } from '../../../api/random-name.ts';
import { ensureAccount } from '../../../iam/accounts.ts';
import { attachEverywhere } from '../../../organizations/attached.ts';
import { firstPolicyOf } from '../../../policy/organization-policies.ts';
import type { ControlPolicyType, OrganizationRecord } from '../../../store/records/organizations.ts';
import type { Tx } from '../../../store/tables.ts';
import type { GivenDocument, GivenLevel, GivenMember, GivenOrganization, GivenUnit } from './given.ts';
import { type Laying, type Maker, made, make, textOf } from './laying.ts';
import type { Named } from './reading.ts';

/** A level with the policies that are attached to it. */
interface Target {
  readonly id: string;
  readonly name: string;
  readonly level: GivenLevel;
}

/** Units and accounts stand in the file under ids that the calls of AWS would choose; their policies are made by calls. */
export async function layOrganization(
  { at, value }: { readonly at: number; readonly value: GivenOrganization },
  laying: Laying,
): Promise<void> {
  const { management } = value;
  if (!management) {
    laying.faults.add(at, 'the organization needs "management", the account that manages it');
    return;
  }
  const targets = await laying.session.store.transact<Target[]>((tx) => putTree(value, management, laying, tx));
  const policies = new Map<string, string>();
  const maker = { account: management.value, region: laying.region, at };
  for (const target of targets) await layLevel(target, { maker, policies, laying });
}

/** Puts everything but the policies. @returns the levels */
function putTree(
  given: GivenOrganization,
  management: { readonly at: number; readonly value: AccountId },
  { session, faults }: Laying,
  tx: Tx,
): Target[] {
  const { random, now } = session.environment;
  const named = (length: number) => randomName(length, random, SMALL_LETTERS_AND_DIGITS);
  const createdMs = now();
  const organization: OrganizationRecord = {
    v: 1,
    id: given.id ?? `o-${named(10)}`,
    managementAccount: management.value,
    root: given.root ?? `r-${named(4)}`,
    rootTags: {},
    featureSet: 'ALL',
    createdMs,
    policyTypes: hasResourcePolicies(given)
      ? ['RESOURCE_CONTROL_POLICY', 'SERVICE_CONTROL_POLICY']
      : ['SERVICE_CONTROL_POLICY'],
  };
  const targets: Target[] = [{ id: organization.root, name: 'root', level: given }];
  tx.organizations.put([organization.id], organization);
  putMember({ name: management.value, at: management.at, value: { name: 'management' } }, organization.root);
  putLevel(given, organization.root);
  for (const type of organization.policyTypes) attachEverywhere(type, organization, tx);
  return targets;

  function putLevel({ accounts = [], units = [] }: Pick<GivenUnit, 'accounts' | 'units'>, parent: string): void {
    for (const account of accounts) putMember(account, parent);
    for (const { name, value } of units) {
      const id = value.id ?? `ou-${organization.root.slice('r-'.length)}-${named(8)}`;
      tx.organizationUnits.put([organization.id, id], {
        v: 1,
        organization: organization.id,
        id,
        name,
        parent,
        tags: {},
      });
      tx.organizationChildren.put([organization.id, parent, 'ORGANIZATIONAL_UNIT', id], true);
      targets.push({ id, name, level: value });
      putLevel(value, id);
    }
  }

  function putMember({ name: account, at, value }: Named<GivenMember>, parent: string): void {
    if (!isAccountId(account)) {
      faults.add(at, `"${account}" is not an account: write its 12 digits in quotes`);
      return;
    }
    const known = tx.organizationMembers.get([account]);
    if (known && account !== organization.managementAccount) {
      faults.add(at, `the account ${account} is in the organization twice`);
      return;
    }
    // The management account may stand at its level, too.
    if (known) tx.organizationChildren.remove([organization.id, known.parent, 'ACCOUNT', account]);
    ensureAccount(account, { tx, now: new Date(createdMs), random });
    tx.organizationMembers.put([account], {
      v: 1,
      organization: organization.id,
      parent,
      name: value.name ?? account,
      email: `root+${account}@example.com`,
      joinedMs: createdMs,
      joinedBy: account === organization.managementAccount ? 'INVITED' : 'CREATED',
      tags: {},
    });
    tx.organizationChildren.put([organization.id, parent, 'ACCOUNT', account], true);
    if (!known || Object.keys(value).length > 0)
      targets.push({ id: account, name: value.name ?? account, level: value });
  }
}

const hasResourcePolicies = (level: GivenLevel & Pick<GivenUnit, 'accounts' | 'units'>): boolean =>
  level['resource-control-policies'] !== undefined ||
  (level.accounts ?? []).some(({ value }) => value['resource-control-policies'] !== undefined) ||
  (level.units ?? []).some(({ value }) => hasResourcePolicies(value));

interface LevelMaking {
  readonly maker: Maker;
  /** The ids of the policies that were made, by type, name and text. */
  readonly policies: Map<string, string>;
  readonly laying: Laying;
}

async function layLevel(target: Target, making: LevelMaking): Promise<void> {
  const { level } = target;
  const { maker, laying } = making;
  const all = [
    ...(level['service-control-policies'] ?? []).map((policy) => ['SERVICE_CONTROL_POLICY', policy] as const),
    ...(level['resource-control-policies'] ?? []).map((policy) => ['RESOURCE_CONTROL_POLICY', policy] as const),
  ];
  for (const [type, policy] of all) {
    const PolicyId = await policyId(type, policy, target, making);
    const input = { PolicyId, TargetId: target.id };
    if (PolicyId !== undefined)
      await make(['organizations', 'AttachPolicy'], input, { ...maker, at: policy.at }, laying);
  }
  const full = level['full-access'];
  if (full?.value === false) {
    const input = { PolicyId: firstPolicyOf('SERVICE_CONTROL_POLICY').id, TargetId: target.id };
    await make(['organizations', 'DetachPolicy'], input, { ...maker, at: full.at }, laying);
  }
}

/** The id of a policy, which is created once for all levels that have it; undefined if it cannot be, which is noted. */
async function policyId(
  Type: ControlPolicyType,
  { name, at, value }: Named<GivenDocument>,
  target: Target,
  { maker, policies, laying }: LevelMaking,
): Promise<string | undefined> {
  const document = await textOf(value, laying);
  if (!document) return undefined;
  // Without a name of its own, it would have the same one at every level.
  const Name = /^policy-\d+$/.test(name) ? `${target.name}-${name}` : name;
  const known = policies.get(`${Type} ${Name} ${document.text}`);
  if (known !== undefined) return known;
  const input = { Name, Description: '', Content: document.text, Type };
  const done = await made(['organizations', 'CreatePolicy'], input, { ...maker, at }, laying, document);
  if (!isRecord(done?.output) || !isRecord(done.output.Policy) || !isRecord(done.output.Policy.PolicySummary)) {
    return undefined;
  }
  const id = String(done.output.Policy.PolicySummary.Id);
  policies.set(`${Type} ${Name} ${document.text}`, id);
  return id;
}
