/** The organization of accounts, with its units and the policies that decide: AWS Organizations API Reference. */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { isControlPolicyType } from '../organizations/policy-type.ts';
import { awsOrganizationPolicy, firstPolicyOf } from '../policy/organization-policies.ts';
import type { ControlPolicyType } from '../store/records/organizations.ts';
import type { Answer } from './answers.ts';
import type { AttachmentDraft, OrganizationDraft } from './configuration.ts';
import {
  type Findings,
  items,
  kindText,
  member,
  optionalText,
  optionalTime,
  type Part,
  reading,
  required,
  requiredText,
  textOf,
  Unreadable,
} from './findings.ts';
import { refuseCutList } from './iam-answers.ts';
import { policyLimits, policyText } from './policy-text.ts';

/** What the answers say of organizations: usually of one. Management accounts see all of it, members hardly any. */
export function readOrganizations(answers: readonly Answer[], findings: Findings): OrganizationDraft[] {
  const of = (kind: Answer['kind']) => answers.filter((answer) => answer.kind === kind);
  const each = (kind: Answer['kind'], list: string): { readonly item: Part; readonly answer: Answer }[] =>
    of(kind).flatMap((answer) => {
      refuseCutList(answer.part, findings);
      return (reading(findings, () => items(answer.part, list)) ?? []).map((item) => ({ item, answer }));
    });
  const all: Everything = {
    roots: each('list-roots', 'Roots').map(({ item }) => item),
    units: each('list-organizational-units-for-parent', 'OrganizationalUnits'),
    accounts: each('list-accounts', 'Accounts').map(({ item }) => item),
    parents: parentsTold(of('list-parents'), findings),
    policies: of('describe-policy'),
    targets: each('list-targets-for-policy', 'Targets'),
  };
  for (const { item } of each('list-policies', 'Policies')) tellUndescribed(item, all.policies, findings);
  return of('describe-organization').flatMap(({ part }) => {
    if (part.value === null) return [];
    return reading(findings, () => readOrganization(required(part, 'Organization'), all, findings)) ?? [];
  });
}

interface Everything {
  readonly roots: readonly Part[];
  readonly units: readonly { readonly item: Part; readonly answer: Answer }[];
  readonly accounts: readonly Part[];
  /** By the id of the child. */
  readonly parents: ReadonlyMap<string, string>;
  readonly policies: readonly Answer[];
  readonly targets: readonly { readonly item: Part; readonly answer: Answer }[];
}

/** The organization in an ARN of it or of something in it: `…:ou/o-…/ou-…`. */
const organizationIn = (item: Part): string | undefined =>
  parseArn(requiredText(item, 'Arn'))
    ?.resource.split('/')
    .find((each) => each.startsWith('o-'));

function readOrganization(part: Part, all: Everything, findings: Findings): OrganizationDraft {
  const id = idOf(part, 'Id', /^o-[a-z0-9]{10,32}$/);
  const managementAccount = accountIn(part, 'MasterAccountId');
  const isHere = (item: Part) => reading(findings, () => organizationIn(item)) === id;
  const root = all.roots.find(isHere);
  if (!root) {
    findings.add(part, `the root of the organization is missing: decisions are as if it had neither SCPs nor RCPs`);
  }
  const rootId = root ? idOf(root, 'Id', ROOT) : NO_ROOT;
  const units = all.units
    .filter(({ item }) => isHere(item))
    .flatMap(({ item, answer }) => reading(findings, () => readUnit(item, answer)) ?? []);
  const places = new Set([rootId, ...units.map((unit) => unit.id)]);
  const placed = <T extends { readonly parent: string }>(list: readonly T[], whatOf: (one: T) => string): T[] =>
    list.filter((one) => {
      if (places.has(one.parent)) return true;
      findings.add(part, `${whatOf(one)} is in ${one.parent}, which is not there, so it is left out`);
      return false;
    });
  const members = all.accounts
    .filter(isHere)
    .flatMap((item) => reading(findings, () => readMember(item, all.parents, rootId, findings)) ?? []);
  const policies = all.policies
    .filter((answer) => isHere(summaryOf(answer) ?? part))
    .flatMap((answer) => reading(findings, () => readPolicy(answer, findings)) ?? []);
  const draft = {
    id,
    managementAccount,
    root: rootId,
    featureSet: optionalText(part, 'FeatureSet') === 'CONSOLIDATED_BILLING' ? 'CONSOLIDATED_BILLING' : 'ALL',
    policyTypes: root ? enabledTypes(root) : [],
    units: placed(units, (unit) => `the unit ${unit.id}`),
    members: placed(members, ({ account }) => `the account ${account}`),
    policies,
  } as const;
  return { ...draft, attachments: root ? attachmentsOf(part, draft, all, findings) : [] };
}

function summaryOf({ part }: Answer): Part | undefined {
  const policy = member(part, 'Policy');
  return policy && member(policy, 'PolicySummary');
}

const ROOT = /^r-[a-z0-9]{4,32}$/;
/** Stands for a root whose id is not known. */
const NO_ROOT = 'r-0000';

function enabledTypes(root: Part): ControlPolicyType[] {
  return items(root, 'PolicyTypes').flatMap((type) => {
    const name = requiredText(type, 'Type');
    return requiredText(type, 'Status') === 'ENABLED' && isControlPolicyType(name) ? [name] : [];
  });
}

function readUnit(item: Part, { asked, part }: Answer): OrganizationDraft['units'][number] {
  const parent = asked.input.ParentId;
  if (typeof parent !== 'string') {
    throw new Unreadable(
      part,
      `the answer does not say whose units these are: use the script of ssebox import --print-script`,
    );
  }
  return { id: idOf(item, 'Id', /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/), name: requiredText(item, 'Name'), parent };
}

function readMember(
  item: Part,
  parents: ReadonlyMap<string, string>,
  root: string,
  findings: Findings,
): OrganizationDraft['members'][number] {
  const account = accountIn(item, 'Id');
  const parent = parents.get(account);
  if (parent === undefined) findings.assume('without an answer of list-parents, an account is in the root', account);
  return {
    account,
    parent: parent ?? root,
    name: optionalText(item, 'Name') ?? account,
    email: optionalText(item, 'Email') ?? '',
    joinedMs: optionalTime(item, 'JoinedTimestamp'),
    joinedBy: optionalText(item, 'JoinedMethod') === 'INVITED' ? 'INVITED' : 'CREATED',
    isClosed: optionalText(item, 'Status') === 'SUSPENDED',
  };
}

function parentsTold(answers: readonly Answer[], findings: Findings): Map<string, string> {
  const parents = new Map<string, string>();
  for (const { part, asked } of answers) {
    reading(findings, () => {
      const child = asked.input.ChildId;
      if (typeof child !== 'string')
        throw new Unreadable(part, 'the answer of list-parents does not say whose parents these are');
      for (const parent of items(part, 'Parents')) parents.set(child, requiredText(parent, 'Id'));
    });
  }
  return parents;
}

/** Policies of other types decide nothing. */
function readPolicy({ part }: Answer, findings: Findings): OrganizationDraft['policies'][number] | undefined {
  const policy = required(part, 'Policy');
  const summary = required(policy, 'PolicySummary');
  const id = requiredText(summary, 'Id');
  if (awsOrganizationPolicy(id)) return undefined;
  const type = requiredText(summary, 'Type');
  if (!isControlPolicyType(type)) {
    findings.assume('on these no decision depends, so they are not imported', `${type} ${id}`);
    return undefined;
  }
  return {
    id: idOf(summary, 'Id', /^p-[0-9a-zA-Z_]{8,128}$/),
    type,
    name: requiredText(summary, 'Name'),
    description: optionalText(summary, 'Description') ?? '',
    content: policyText(required(policy, 'Content'), policyLimits.control),
  };
}

function tellUndescribed(item: Part, described: readonly Answer[], findings: Findings): void {
  reading(findings, () => {
    const id = requiredText(item, 'Id');
    if (awsOrganizationPolicy(id) || !isControlPolicyType(requiredText(item, 'Type'))) return;
    const isThere = described.some((answer) => {
      const summary = summaryOf(answer);
      return summary && member(summary, 'Id')?.value === id;
    });
    if (!isThere)
      throw new Unreadable(item, `the answer of describe-policy for ${id} is missing, so decisions leave it out`);
  });
}

/** What is attached where. Everything has a policy of each type that is enabled. */
function attachmentsOf(
  part: Part,
  { id, root, units, members, policies, policyTypes }: Omit<OrganizationDraft, 'attachments'>,
  all: Everything,
  findings: Findings,
): AttachmentDraft[] {
  const targets = new Set([root, ...units.map((unit) => unit.id), ...members.map(({ account }) => account)]);
  const typeOf = (policy: string): ControlPolicyType | undefined =>
    (awsOrganizationPolicy(policy) ?? policies.find((each) => each.id === policy))?.type;
  const attachments = all.targets.flatMap(({ item, answer }): AttachmentDraft[] => {
    return (
      reading(findings, () => {
        if (organizationIn(item) !== id) return [];
        const target = requiredText(item, 'TargetId');
        const policy = answer.asked.input.PolicyId;
        if (typeof policy !== 'string') {
          throw new Unreadable(
            answer.part,
            'the answer of list-targets-for-policy does not say which policy it is about',
          );
        }
        const type = typeOf(policy);
        // That its document is missing is told already, and a type that is not enabled decides nothing.
        if (!type || !policyTypes.includes(type)) return [];
        // Without a list of them, its accounts become known later.
        if (!targets.has(target) && (members.length > 0 || !isAccountId(target))) {
          throw new Unreadable(
            item,
            `the policy ${policy} is attached to ${target}, which is not there, so that is left out`,
          );
        }
        return [{ target, policy, type }];
      }) ?? []
    );
  });
  const missing = [...targets].flatMap((target) =>
    policyTypes.flatMap((type): AttachmentDraft[] => {
      if (attachments.some((each) => each.target === target && each.type === type)) return [];
      const first = firstPolicyOf(type);
      findings.add(
        part,
        `no answer says which policies of the type ${type} ${target} has: decisions are as if it had ${first.name}`,
      );
      return [{ target, policy: first.id, type }];
    }),
  );
  return [...attachments, ...missing];
}

function idOf(part: Part, name: string, form: RegExp): string {
  const id = required(part, name);
  const text = textOf(id);
  if (form.test(text)) return text;
  throw new Unreadable(id, `${kindText(id)} is not an id of AWS Organizations here`);
}

function accountIn(part: Part, name: string): AccountId {
  const id = required(part, name);
  const text = textOf(id);
  if (isAccountId(text)) return text;
  throw new Unreadable(id, `${kindText(id)} is not the id of an account`);
}
