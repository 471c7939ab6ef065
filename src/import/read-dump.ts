/** Reads files with the configuration of accounts: answers of the AWS CLI, and plans and states of Terraform. Pure. */

import { type AccountId, isAccountId } from '../api/arn.ts';
import { firstPolicyOf } from '../policy/organization-policies.ts';
import { type Answer, answersIn } from './answers.ts';
import type { Configuration, OrganizationDraft, ReadingOptions } from './configuration.ts';
import { withoutDangling } from './cross-references.ts';
import { type Findings, newFindings, type Part, reading, type Source } from './findings.ts';
import { readIdentities, withPolicyTags } from './iam-answers.ts';
import { jsonDocuments } from './json-documents.ts';
import { readKeys } from './kms-answers.ts';
import { readOrganizations } from './organization-answers.ts';
import { readBuckets } from './s3-answers.ts';
import { newSubjects } from './subjects.ts';
import { isTerraform, readTerraform } from './terraform.ts';

export interface Dump {
  readonly configuration: Configuration;
  readonly findings: Findings;
}

export function readDump(sources: readonly Source[], options: ReadingOptions): Dump {
  const findings = newFindings();
  const documents = sources.flatMap((source) => {
    const parts = jsonDocuments(source, findings);
    if (parts.length === 0 && source.text.trim() === '') findings.add(source, 'the file is empty');
    return parts;
  });
  const answers: Answer[] = [];
  const plans: Part[] = [];
  for (const document of documents) {
    if (isTerraform(document)) plans.push(document);
    else answers.push(...(reading(findings, () => answersIn(document, findings)) ?? []));
  }
  const read = [
    readAnswers(answers, options, findings),
    ...plans.flatMap((plan) => reading(findings, () => readTerraform(plan, options, findings)) ?? []),
  ];
  return { configuration: withoutDangling(joined(read, findings), findings), findings };
}

function readAnswers(
  answers: readonly Answer[],
  { account, region }: ReadingOptions,
  findings: Findings,
): Omit<Configuration, 'accounts'> {
  const subjects = newSubjects(answers, account);
  const identities = answers
    .filter(({ kind }) => kind === 'get-account-authorization-details')
    .map((answer) => readIdentities(answer, findings));
  return {
    users: identities.flatMap(({ users }) => users),
    groups: identities.flatMap(({ groups }) => groups),
    roles: identities.flatMap(({ roles }) => roles),
    policies: withPolicyTags(
      identities.flatMap(({ policies }) => policies),
      answers,
      findings,
    ),
    ...readKeys(answers, subjects, findings),
    ...readBuckets(answers, subjects, region, findings),
    organizations: readOrganizations(answers, findings),
  };
}

/** All of it together. What stands twice in the same way counts once. */
function joined(read: readonly Omit<Configuration, 'accounts'>[], findings: Findings): Configuration {
  const all = <T>(of: (one: Omit<Configuration, 'accounts'>) => readonly T[], nameOf: (item: T) => string): T[] => {
    const known = new Map<string, T>();
    for (const item of read.flatMap(of)) {
      const name = nameOf(item);
      const before = known.get(name);
      if (before === undefined) known.set(name, item);
      else if (JSON.stringify(before) !== JSON.stringify(item)) {
        findings.add({ name, text: '' }, 'it is there twice, with different contents');
      }
    }
    return [...known.values()];
  };
  const entity = (kind: string) => (item: { readonly account: string; readonly name: string }) =>
    `${kind} ${item.account}/${item.name.toLowerCase()}`;
  const configuration: Omit<Configuration, 'accounts'> = {
    users: all(({ users }) => users, entity('the user')),
    groups: all(({ groups }) => groups, entity('the group')),
    roles: all(({ roles }) => roles, entity('the role')),
    policies: all(
      ({ policies }) => policies,
      ({ arn }) => `the policy ${arn}`,
    ),
    keys: all(
      ({ keys }) => keys,
      (key) => `the key ${key.account} ${key.region} ${key.keyId}`,
    ),
    aliases: all(
      ({ aliases }) => aliases,
      (alias) => `${alias.name} of ${alias.account} in ${alias.region}`,
    ),
    grants: all(
      ({ grants }) => grants,
      (grant) => `the grant ${grant.grantId ?? JSON.stringify(grant)}`,
    ),
    buckets: all(
      ({ buckets }) => buckets,
      ({ name }) => `the bucket ${name}`,
    ),
    organizations: all(
      ({ organizations }) => organizations,
      ({ id }) => `the organization ${id}`,
    ),
    accountBlocks: new Map(read.flatMap(({ accountBlocks }) => [...accountBlocks])),
    canonicalUsers: new Map(read.flatMap(({ canonicalUsers }) => [...canonicalUsers])),
  };
  const { users, groups, roles, policies, keys, buckets, accountBlocks } = configuration;
  const accounts = new Set([
    ...[...users, ...groups, ...roles, ...policies, ...keys].map(({ account }) => account),
    ...buckets.map(({ owner }) => owner),
    ...accountBlocks.keys(),
  ]);
  accounts.delete('aws');
  const organizations = configuration.organizations.map((draft) => withMembers(draft, accounts, findings));
  return { accounts, ...configuration, organizations };
}

/** An organization has its management account, and without a list of its accounts those that are read with it. */
function withMembers(
  draft: OrganizationDraft,
  accounts: ReadonlySet<AccountId>,
  findings: Findings,
): OrganizationDraft {
  const { managementAccount, root, members, policyTypes } = draft;
  const wanted = members.length === 0 ? [managementAccount, ...accounts] : [managementAccount];
  const absent = [...new Set(wanted)].filter((account) => members.every((each) => each.account !== account));
  const added = absent.map((account): OrganizationDraft['members'][number] => {
    findings.assume(`without an answer of list-accounts, an account is in the root of ${draft.id}`, account);
    return { account, parent: root, name: account, email: '', joinedBy: 'INVITED', isClosed: false };
  });
  const all = [...members, ...added];
  const known = new Set(all.map(({ account }) => account));
  const attachments = draft.attachments.filter(({ target }) => !isAccountId(target) || known.has(target));
  const first = added.flatMap(({ account }) =>
    policyTypes.flatMap((type) =>
      attachments.some((each) => each.target === account && each.type === type)
        ? []
        : [{ target: account, policy: firstPolicyOf(type).id, type }],
    ),
  );
  return { ...draft, members: all, attachments: [...attachments, ...first] };
}
