/** What the parts of a configuration say of one another: what is named and is not there would not be in force. */

import { isRecord } from '../api/message.ts';
import { awsManagedPolicy } from '../policy/aws-managed-policies.ts';
import { documentObject, statementObjects } from '../policy/document-shape.ts';
import { listOf } from '../policy/policy-document.ts';
import type { Configuration, KeyDraft, UserDraft } from './configuration.ts';
import type { Findings } from './findings.ts';

type Entity = Pick<UserDraft, 'account' | 'name' | 'attachedPolicies' | 'boundary' | 'id'>;

/** The configuration without what leads nowhere, each of which is a finding. */
export function withoutDangling(configuration: Configuration, findings: Findings): Configuration {
  const { groups, policies, keys } = configuration;
  const policyArns = new Set(policies.map(({ arn }) => arn));
  const groupNames = new Set(groups.map(({ account, name }) => `${account}/${name.toLowerCase()}`));
  const tell = (name: string, says: string) => findings.add({ name, text: '' }, says);

  /** A managed policy whose document nobody has allows nothing; one of the account has to be there. */
  const attached = <E extends Entity>(kind: string, entity: E): E => {
    const whose = `the ${kind} "${entity.name}" of account ${entity.account}`;
    const isThere = (arn: string, as: string): boolean => {
      if (policyArns.has(arn) || awsManagedPolicy(arn)) return true;
      const isAws = arn.startsWith('arn:aws:iam::aws:');
      tell(
        whose,
        isAws
          ? `${as} ${arn}, whose document is not there: decisions are as if it allowed nothing and denied nothing`
          : `${as} ${arn}, which is not there, so it is left out`,
      );
      // The evaluator knows of policies that nobody has.
      return isAws;
    };
    const kept = entity.attachedPolicies.filter((arn) => isThere(arn, 'it has the policy'));
    const boundary =
      entity.boundary !== undefined && isThere(entity.boundary, 'its boundary is') ? entity.boundary : undefined;
    return { ...entity, attachedPolicies: kept, ...('boundary' in entity && { boundary }) };
  };
  for (const { arn, defaultVersion } of policies) {
    const own = awsManagedPolicy(arn);
    if (own && own.version !== defaultVersion) {
      findings.assume(
        `of AWS's own policies, ssebox has its own version`,
        `${own.name} ${own.version} for ${defaultVersion}`,
      );
    }
  }
  const users = configuration.users.map((user) => {
    const known = user.groups.filter((group) => groupNames.has(`${user.account}/${group.toLowerCase()}`));
    for (const group of user.groups) {
      if (known.includes(group)) continue;
      tell(`the user "${user.name}" of account ${user.account}`, `it is in the group "${group}", which is not there`);
    }
    return { ...attached('user', user), groups: known };
  });
  const roles = configuration.roles.map((role) => attached('role', role));
  const whole = {
    ...configuration,
    users: withOwnIds(users, tell),
    groups: groups.map((group) => attached('group', group)),
    roles: withOwnIds(roles, tell),
    keys: keys.filter((key) => isAmongItsOwn(key, tell)),
  };
  assumeAbsentPrincipals(whole, findings);
  return whole;
}

/** Unique ids are unique. */
function withOwnIds<E extends Entity>(entities: readonly E[], tell: (name: string, says: string) => void): E[] {
  const known = new Set<string>();
  return entities.filter(({ id, name, account }) => {
    if (id === undefined || !known.has(id)) {
      if (id !== undefined) known.add(id);
      return true;
    }
    tell(`"${name}" of account ${account}`, `its unique id ${id} is that of another one, too, so it is left out`);
    return false;
  });
}

function isAmongItsOwn({ related, region, keyId }: KeyDraft, tell: (name: string, says: string) => void): boolean {
  if (!related || [related.primary, ...related.replicas].includes(region)) return true;
  tell(`the key ${keyId} in ${region}`, 'it is not among its related multi-Region keys, so it is left out');
  return false;
}

/** A policy of AWS names a user or role that was deleted by its unique id, so one that is named by ARN was there. */
function assumeAbsentPrincipals({ accounts, users, roles, keys, buckets }: Configuration, findings: Findings): void {
  const there = new Set([
    ...users.map(({ account, path, name }) => `arn:aws:iam::${account}:user${path}${name}`),
    ...roles.map(({ account, path, name }) => `arn:aws:iam::${account}:role${path}${name}`),
  ]);
  const policies = [
    ...keys.map(({ policy }) => policy),
    ...buckets.flatMap(({ policy }) => policy ?? []),
    ...roles.map(({ trustPolicy }) => trustPolicy),
  ];
  for (const arn of new Set(policies.flatMap(entitiesIn))) {
    const account = arn.split(':')[4] ?? '';
    if (!accounts.has(account) || there.has(arn)) continue;
    findings.assume('these are named by policies and are not there, so nobody is meant', arn);
  }
}

function entitiesIn(policy: string): string[] {
  const document = documentObject(policy);
  return ((document && statementObjects(document)) ?? []).flatMap(({ Principal, NotPrincipal }) =>
    [Principal, NotPrincipal].flatMap((element) =>
      isRecord(element)
        ? listOf(element.AWS)
            .filter((name) => typeof name === 'string')
            .filter((name) => /^arn:aws:iam::\d{12}:(?:user|role)\//.test(name))
        : [],
    ),
  );
}
