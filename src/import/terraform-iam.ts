/** Users, groups, roles and policies of IAM in a plan or state: the AWS provider's documentation, `aws_iam_*`. */

import { isKeptName } from '../store/table.ts';
import type { GroupDraft, PolicyDraft, RoleDraft, UserDraft } from './configuration.ts';
import {
  items,
  itemsOf,
  kindText,
  optionalNumber,
  optionalText,
  type Part,
  reading,
  required,
  requiredText,
  textOf,
  Unreadable,
} from './findings.ts';
import { pathIn, policyArn } from './iam-answers.ts';
import { policyLimits, policyText } from './policy-text.ts';
import {
  attribute,
  isOpen,
  OpenValue,
  readEach,
  type Terraform,
  type TerraformResource,
} from './terraform-resource.ts';

interface TerraformIdentities {
  readonly users: UserDraft[];
  readonly groups: GroupDraft[];
  readonly roles: RoleDraft[];
  readonly policies: PolicyDraft[];
}

type Kind = 'user' | 'group' | 'role';

/** What other resources add to an identity. */
interface Added {
  readonly inline: Record<string, string>;
  readonly attached: string[];
  readonly groups: string[];
}

export function readTerraformIdentities(terraform: Terraform): TerraformIdentities {
  const policies = readEach(terraform, 'aws_iam_policy', (resource) => readPolicy(resource, terraform));
  const added = new Map<string, Added>();
  const additionsTo = (account: string, kind: Kind, name: string): Added => {
    const key = `${account} ${kind} ${name.toLowerCase()}`;
    const known = added.get(key);
    if (known) return known;
    const none: Added = { inline: {}, attached: [], groups: [] };
    added.set(key, none);
    return none;
  };
  for (const kind of ['user', 'group', 'role'] as const) addPolicies(kind, terraform, additionsTo);
  addToSeveral(terraform, additionsTo);
  const own = (resource: TerraformResource, kind: Kind) => {
    const { inline, attached, groups } = additionsTo(terraform.accountOf(resource), kind, nameOf(resource, kind));
    return {
      ...entityOf(resource, kind, terraform),
      inlinePolicies: inline,
      attachedPolicies: [...new Set(attached)],
      groups: [...new Set(groups)],
    };
  };
  return {
    policies,
    users: readEach(terraform, 'aws_iam_user', (resource) => ({
      ...own(resource, 'user'),
      tags: tagsOf(resource),
      boundary: boundaryOf(resource, terraform),
    })),
    groups: readEach(terraform, 'aws_iam_group', (resource) => {
      const { groups: _, ...group } = own(resource, 'group');
      return group;
    }),
    roles: readEach(terraform, 'aws_iam_role', (resource) => readRole(resource, own(resource, 'role'), terraform)),
  };
}

/** A name that begins with a prefix ends with what the provider makes up. */
function nameOf(resource: TerraformResource, kind: string): string {
  if (isOpen(resource, 'name')) throw new OpenValue(resource, 'name', `the ${kind} is left out`);
  const part = required(resource.values, 'name');
  const name = textOf(part);
  if (/^[\w+=,.@-]{1,128}$/.test(name) && isKeptName(name)) return name;
  throw new Unreadable(part, `${kindText(part)} is not a name of IAM`);
}

const ids = { user: 'unique_id', group: 'unique_id', role: 'unique_id' } as const;

function entityOf(resource: TerraformResource, kind: Kind, terraform: Terraform) {
  return {
    account: terraform.accountOf(resource),
    name: nameOf(resource, kind),
    path: pathOf(resource),
    id: optionalText(resource.values, ids[kind]),
  };
}

const pathOf = ({ values }: TerraformResource): string => pathIn(values, 'path');

function readRole(
  resource: TerraformResource,
  {
    groups: _,
    ...role
  }: Omit<RoleDraft, 'trustPolicy' | 'maxSessionSeconds' | 'tags'> & { readonly groups: readonly string[] },
  terraform: Terraform,
): RoleDraft {
  const meaning = 'nobody can assume the role, except with --as';
  const trust = reading(terraform.findings, () => {
    if (isOpen(resource, 'assume_role_policy')) throw new OpenValue(resource, 'assume_role_policy', meaning);
    return policyText(required(resource.values, 'assume_role_policy'), policyLimits.trust);
  });
  const inline = items(resource.values, 'inline_policy').flatMap((policy): [string, string][] => {
    const name = optionalText(policy, 'name');
    const text = optionalText(policy, 'policy');
    return name === undefined || text === undefined
      ? []
      : [[name, policyText({ ...policy, value: text }, policyLimits.inline)]];
  });
  if (isOpen(resource, 'inline_policy') && terraform.configuration.sets(resource, 'inline_policy')) {
    terraform.findings.add(
      resource.values,
      new OpenValue(resource, 'inline_policy', leftOut('role', role.name)).message,
      'open',
    );
  }
  const arns = items(resource.values, 'managed_policy_arns').map(policyArn);
  return {
    ...role,
    inlinePolicies: { ...Object.fromEntries(inline), ...role.inlinePolicies },
    attachedPolicies: [...new Set([...role.attachedPolicies, ...arns])],
    trustPolicy: trust ?? NOBODY,
    tags: tagsOf(resource),
    boundary: boundaryOf(resource, terraform),
    description: optionalText(resource.values, 'description'),
    maxSessionSeconds: optionalNumber(resource.values, 'max_session_duration') ?? 3600,
  };
}

const NOBODY = JSON.stringify({ Version: '2012-10-17', Statement: [] });

const leftOut = (kind: string, name: string): string =>
  `decisions about the ${kind} "${name}" are as if it did not have this policy`;

function readPolicy(resource: TerraformResource, terraform: Terraform): PolicyDraft {
  const account = terraform.accountOf(resource);
  const name = nameOf(resource, 'policy');
  const path = pathOf(resource);
  if (isOpen(resource, 'policy')) {
    throw new OpenValue(resource, 'policy', 'decisions about those it is attached to are as if they did not have it');
  }
  const document = policyText(required(resource.values, 'policy'), policyLimits.managed);
  return {
    account,
    arn: `arn:aws:iam::${account}:policy${path}${name}`,
    name,
    path,
    id: optionalText(resource.values, 'policy_id'),
    description: optionalText(resource.values, 'description'),
    tags: tagsOf(resource),
    versions: { 1: { document, createdMs: 0 } },
    defaultVersion: 'v1',
    lastVersion: 1,
  };
}

/** Inline policies, and attachments of managed ones, one by one. */
function addPolicies(
  kind: Kind,
  terraform: Terraform,
  additionsTo: (account: string, kind: Kind, name: string) => Added,
): void {
  readEach(terraform, `aws_iam_${kind}_policy`, (resource) => {
    const owner = ownerOf(resource, kind, terraform);
    const name = nameOf(resource, 'policy');
    if (isOpen(resource, 'policy')) throw new OpenValue(resource, 'policy', leftOut(kind, owner));
    const text = policyText(required(resource.values, 'policy'), policyLimits.inline);
    additionsTo(terraform.accountOf(resource), kind, owner).inline[name] = text;
  });
  readEach(terraform, `aws_iam_${kind}_policy_attachment`, (resource) => {
    const owner = ownerOf(resource, kind, terraform);
    additionsTo(terraform.accountOf(resource), kind, owner).attached.push(attachedArn(resource, terraform));
  });
}

function addToSeveral(terraform: Terraform, additionsTo: (account: string, kind: Kind, name: string) => Added): void {
  readEach(terraform, 'aws_iam_policy_attachment', (resource) => {
    const arn = attachedArn(resource, terraform);
    for (const kind of ['user', 'group', 'role'] as const) {
      for (const name of namesIn(resource, `${kind}s`, 'some are without this policy')) {
        additionsTo(terraform.accountOf(resource), kind, name).attached.push(arn);
      }
    }
  });
  readEach(terraform, 'aws_iam_user_group_membership', (resource) => {
    const user = ownerOf(resource, 'user', terraform);
    const groups = namesIn(resource, 'groups', `the user "${user}" is not in all its groups`);
    additionsTo(terraform.accountOf(resource), 'user', user).groups.push(...groups);
  });
  readEach(terraform, 'aws_iam_group_membership', (resource) => {
    const group = ownerOf(resource, 'group', terraform);
    for (const user of namesIn(resource, 'users', `the group "${group}" does not have all its members`)) {
      additionsTo(terraform.accountOf(resource), 'user', user).groups.push(group);
    }
  });
}

function namesIn(resource: TerraformResource, name: string, meaning: string): string[] {
  if (isOpen(resource, name)) throw new OpenValue(resource, name, meaning);
  const list = attribute(resource, name);
  return list ? itemsOf(list).map(textOf) : [];
}

/** The name of the user, group or role, which may be that of another resource of the plan. */
function ownerOf(resource: TerraformResource, kind: Kind, terraform: Terraform): string {
  if (!isOpen(resource, kind)) return requiredText(resource.values, kind);
  const target = terraform.configuration.target(resource, kind, terraform.resources);
  if (target?.type === `aws_iam_${kind}`) return nameOf(target, kind);
  throw new OpenValue(resource, kind, `it is left out, and the ${kind} is without it`);
}

/** The ARN of a managed policy, which may be another resource of the plan: the ARN of that is known here. */
function attachedArn(resource: TerraformResource, terraform: Terraform): string {
  const arn = arnIn(resource, 'policy_arn', terraform);
  if (arn !== undefined) return arn;
  throw new OpenValue(resource, 'policy_arn', 'the attachment is left out');
}

function arnIn(resource: TerraformResource, name: string, terraform: Terraform): string | undefined {
  if (!isOpen(resource, name)) {
    const part = attribute(resource, name);
    return part && part.value !== '' ? policyArn(part) : undefined;
  }
  const target = terraform.configuration.target(resource, name, terraform.resources);
  if (target?.type !== 'aws_iam_policy') return undefined;
  return `arn:aws:iam::${terraform.accountOf(target)}:policy${pathOf(target)}${nameOf(target, 'policy')}`;
}

function boundaryOf(resource: TerraformResource, terraform: Terraform): string | undefined {
  const arn = arnIn(resource, 'permissions_boundary', terraform);
  if (arn !== undefined || !isOpen(resource, 'permissions_boundary')) return arn;
  throw new OpenValue(
    resource,
    'permissions_boundary',
    `${resource.address} is left out: without its boundary it may do too much`,
  );
}

/** With those of the provider, where they are known. */
function tagsOf(resource: TerraformResource): Readonly<Record<string, string>> {
  const tags: Part | undefined = attribute(resource, 'tags_all') ?? attribute(resource, 'tags');
  if (!tags) return {};
  return Object.fromEntries(
    Object.keys(tags.value as object)
      .filter(isKeptName)
      .map((key) => [key, requiredText(tags, key)]),
  );
}
