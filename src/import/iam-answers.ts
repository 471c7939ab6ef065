/** Users, groups, roles and managed policies from get-account-authorization-details and list-policy-tags: IAM API Reference. */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { isKeptName } from '../store/table.ts';
import type { Answer } from './answers.ts';
import type { GroupDraft, PolicyDraft, RoleDraft, UserDraft } from './configuration.ts';
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
import { policyLimits, policyText } from './policy-text.ts';

export interface Identities {
  readonly users: UserDraft[];
  readonly groups: GroupDraft[];
  readonly roles: RoleDraft[];
  readonly policies: PolicyDraft[];
}

/** What one such answer holds. */
export function readIdentities({ part }: Answer, findings: Findings): Identities {
  refuseCutList(part, findings);
  const each = <T>(name: string, read: (item: Part, findings: Findings) => T): T[] =>
    (reading(findings, () => items(part, name)) ?? []).flatMap(
      (item) => reading(findings, () => read(item, findings)) ?? [],
    );
  return {
    users: each('UserDetailList', readUser),
    groups: each('GroupDetailList', readGroup),
    roles: each('RoleDetailList', readRole),
    policies: each('Policies', readManagedPolicy),
  };
}

/** Policies with the tags that the answers of list-policy-tags say, since the account's details have none of policies. */
export function withPolicyTags(
  policies: readonly PolicyDraft[],
  answers: readonly Answer[],
  findings: Findings,
): PolicyDraft[] {
  const known = new Set(policies.map(({ arn }) => arn));
  const tagged = new Map<string, PolicyDraft['tags']>();
  for (const { kind, part, asked } of answers) {
    if (kind !== 'list-policy-tags') continue;
    refuseCutList(part, findings);
    reading(findings, () => {
      const { PolicyArn: arn } = asked.input;
      if (typeof arn !== 'string') throw new Unreadable(part, 'the record does not say which policy has these tags');
      if (!known.has(arn))
        throw new Unreadable(part, `no answer has the policy with these tags, ${kindText({ value: arn })}`);
      tagged.set(arn, tagsOf(part));
    });
  }
  return policies.map((policy) => ({ ...policy, tags: tagged.get(policy.arn) ?? policy.tags }));
}

/** A page of a list, as --no-paginate and --max-items leave it. */
export function refuseCutList(part: Part, findings: Findings): void {
  for (const name of ['NextToken', 'NextMarker', 'Marker', 'ContinuationToken']) {
    const more = member(part, name);
    if (!more || (name === 'Marker' && member(part, 'IsTruncated')?.value !== true)) continue;
    findings.add(
      more,
      `the answer is only the beginning of a list, since it has a ${name}: ask without --max-items and --no-paginate`,
    );
    return;
  }
}

/** The common part of users, groups and roles. */
function readEntity(item: Part, kind: 'user' | 'group' | 'role', findings: Findings) {
  const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const name = nameOf(item, `${title}Name`);
  const arn = required(item, 'Arn');
  const path = pathIn(item, 'Path');
  const account = accountOf(arn);
  if (textOf(arn) !== `arn:aws:iam::${account}:${kind}${path}${name}`) {
    throw new Unreadable(arn, `the ARN does not belong to the ${kind} "${name}" with the path ${path}`);
  }
  return {
    account,
    name,
    path,
    id: uniqueId(required(item, `${title}Id`), kind),
    createdMs: optionalTime(item, 'CreateDate'),
    inlinePolicies: inlinePolicies(item, `${title}PolicyList`, `${kind} "${name}"`, findings),
    attachedPolicies: items(item, 'AttachedManagedPolicies').map((policy) => policyArn(required(policy, 'PolicyArn'))),
  };
}

function readUser(item: Part, findings: Findings): UserDraft {
  return {
    ...readEntity(item, 'user', findings),
    groups: items(item, 'GroupList').map(textOf),
    tags: tagsOf(item),
    boundary: boundaryOf(item),
  };
}

const readGroup = (item: Part, findings: Findings): GroupDraft => readEntity(item, 'group', findings);

/** IAM API Reference, RoleDetail, which does not have it. */
const MAX_SESSION_SECONDS = 3600;

function readRole(item: Part, findings: Findings): RoleDraft {
  return {
    ...readEntity(item, 'role', findings),
    trustPolicy: policyText(required(item, 'AssumeRolePolicyDocument'), policyLimits.trust),
    tags: tagsOf(item),
    boundary: boundaryOf(item),
    description: optionalText(item, 'Description'),
    maxSessionSeconds: MAX_SESSION_SECONDS,
  };
}

/** A policy of the account, or one of AWS's own that is attached in it. */
function readManagedPolicy(item: Part): PolicyDraft {
  const name = nameOf(item, 'PolicyName');
  const arnPart = required(item, 'Arn');
  const arn = policyArn(arnPart);
  const path = pathIn(item, 'Path');
  const account = parseArn(arn)?.account ?? '';
  if (arn !== `arn:aws:iam::${account}:policy${path}${name}`) {
    throw new Unreadable(arnPart, `the ARN does not belong to the policy "${name}" with the path ${path}`);
  }
  const defaultVersion = requiredText(item, 'DefaultVersionId');
  const versions: Record<string, { readonly document: string; readonly createdMs: number }> = {};
  let lastVersion = 0;
  for (const version of items(item, 'PolicyVersionList')) {
    const id = required(version, 'VersionId');
    const [, digits] = /^v([1-9]\d{0,8})$/.exec(textOf(id)) ?? [];
    if (digits === undefined) throw new Unreadable(id, `VersionId must be like v1, not ${kindText(id)}`);
    const document = policyText(required(version, 'Document'), policyLimits.managed);
    versions[digits] = { document, createdMs: optionalTime(version, 'CreateDate') ?? 0 };
    lastVersion = Math.max(lastVersion, Number(digits));
  }
  if (!versions[defaultVersion.slice(1)]) {
    throw new Unreadable(item, `the document of the default version ${defaultVersion} of "${name}" is missing`);
  }
  return {
    account,
    arn,
    name,
    path,
    id: uniqueId(required(item, 'PolicyId'), 'policy'),
    createdMs: optionalTime(item, 'CreateDate'),
    updatedMs: optionalTime(item, 'UpdateDate'),
    description: optionalText(item, 'Description'),
    tags: tagsOf(item),
    versions,
    defaultVersion,
    lastVersion,
  };
}

/** Those that can be read; of the others, decisions are as if the identity did not have them. */
function inlinePolicies(item: Part, list: string, whose: string, findings: Findings): Readonly<Record<string, string>> {
  const documents: [string, string][] = [];
  for (const policy of items(item, list)) {
    const one = reading(findings, (): [string, string] => [
      nameOf(policy, 'PolicyName'),
      policyText(required(policy, 'PolicyDocument'), policyLimits.inline),
    ]);
    if (one) documents.push(one);
    else findings.add(policy, `decisions about the ${whose} leave out this inline policy`);
  }
  return Object.fromEntries(documents);
}

/** IAM API Reference: the names of entities and policies. */
function nameOf(item: Part, name: string): string {
  const part = required(item, name);
  const text = textOf(part);
  if (/^[\w+=,.@-]{1,128}$/.test(text) && isKeptName(text)) return text;
  throw new Unreadable(part, `${kindText(part)} is not a name of IAM`);
}

/** IAM API Reference: paths begin and end with a slash. */
export function pathIn(item: Part, name: string): string {
  const part = member(item, name);
  const path = part ? textOf(part) : '/';
  if (/^\/(?:[!-~]{1,510}\/)?$/.test(path)) return path;
  throw new Unreadable(part ?? item, `${kindText({ value: path })} is not a path of IAM`);
}

/** IAM User Guide, "IAM identifiers", unique identifiers. */
const prefixes = { user: 'AIDA', group: 'AGPA', role: 'AROA', policy: 'ANPA' } as const;

function uniqueId(part: Part, kind: keyof typeof prefixes): string {
  const text = textOf(part);
  if (text.startsWith(prefixes[kind]) && /^[A-Z0-9]{16,128}$/.test(text)) return text;
  throw new Unreadable(part, `the unique id of a ${kind} begins with ${prefixes[kind]}, not ${kindText(part)}`);
}

/** The account in an ARN of IAM. @throws Unreadable */
export function accountOf(arn: Part): AccountId {
  const parsed = parseArn(textOf(arn));
  if (parsed && parsed.partition !== 'aws') {
    throw new Unreadable(arn, `${kindText(arn)} is in the partition ${parsed.partition}, and ssebox has only aws`);
  }
  if (parsed && isAccountId(parsed.account)) return parsed.account;
  throw new Unreadable(arn, `${kindText(arn)} is not an ARN with an account`);
}

export function policyArn(part: Part): string {
  const text = textOf(part);
  if (/^arn:aws:iam::(?:aws|\d{12}):policy\/.+$/s.test(text)) return text;
  throw new Unreadable(part, `${kindText(part)} is not the ARN of a managed policy`);
}

function boundaryOf(item: Part): string | undefined {
  const boundary = member(item, 'PermissionsBoundary');
  return boundary && policyArn(required(boundary, 'PermissionsBoundaryArn'));
}

function tagsOf(item: Part): Readonly<Record<string, string>> {
  return Object.fromEntries(
    items(item, 'Tags').map((tag) => {
      const key = requiredText(tag, 'Key');
      if (!isKeptName(key)) throw new Unreadable(tag, `a tag cannot be named ${key} in ssebox`);
      return [key, optionalText(tag, 'Value') ?? ''];
    }),
  );
}
