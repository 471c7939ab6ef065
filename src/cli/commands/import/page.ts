/** What was imported, what was not, and what that means for decisions: for people, and as a value. */

import type { Configuration } from '../../../import/configuration.ts';
import type { Findings } from '../../../import/findings.ts';
import type { Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';

export interface ShownImport {
  readonly configuration: Configuration;
  readonly findings: Findings;
  /** The accounts that were in the store before. */
  readonly replaced: readonly string[];
  readonly isImported: boolean;
}

export const importValue = ({ configuration, findings, replaced, isImported }: ShownImport) => ({
  Imported: isImported,
  Accounts: [...configuration.accounts],
  Organizations: configuration.organizations.map(({ id }) => id),
  Replaced: replaced,
  Counts: Object.fromEntries(countsOf(configuration)),
  Findings: findings.list.map(({ kind, place, says }) => ({ Kind: kind, Place: place, Says: says })),
  Assumptions: [...findings.assumptions].map(([says, about]) => ({ Says: says, About: about })),
});

const countsOf = (configuration: Configuration): readonly (readonly [string, number])[] => {
  const { users, groups, roles, policies, keys, aliases, grants, buckets, organizations } = configuration;
  const all = {
    Users: users,
    Groups: groups,
    Roles: roles,
    Policies: policies,
    Keys: keys,
    Aliases: aliases,
    Grants: grants,
    Buckets: buckets,
    OrganizationPolicies: organizations.flatMap((each) => each.policies),
  };
  return Object.entries(all).map(([name, list]) => [name, list.length] as const);
};

const singular: Readonly<Record<string, string>> = {
  Users: 'user',
  Groups: 'group',
  Roles: 'role',
  Policies: 'policy',
  Keys: 'key',
  Aliases: 'alias',
  Grants: 'grant',
  Buckets: 'bucket',
  OrganizationPolicies: 'policy of the organization',
};

const plural: Readonly<Record<string, string>> = { OrganizationPolicies: 'policies of the organization' };

/** The most names that a line of assumptions shows. */
const MOST_NAMES = 4;

export function importPage({ configuration, findings, replaced, isImported }: ShownImport, painter: Painter): Shown[] {
  const { good, bad } = painter;
  const accounts = [...configuration.accounts].join(', ');
  const counts = countsOf(configuration).flatMap(([name, count]) =>
    count === 0 ? [] : [`${count} ${count === 1 ? (singular[name] ?? name) : (plural[name] ?? name.toLowerCase())}`],
  );
  const organizations = configuration.organizations.map(({ id }) => id).join(', ');
  const named = [
    ...(accounts === '' ? [] : [`the account${configuration.accounts.size === 1 ? '' : 's'} ${accounts}`]),
    ...(organizations === '' ? [] : [`the organization ${organizations}`]),
  ];
  const whose = named.join(' and ');
  const done = replaced.length > 0 ? 'replaced' : 'imported';
  return [
    isImported ? painted`${good('✓')} ${done} ${whose}` : painted`${bad('✗')} nothing was imported`,
    ...(counts.length === 0 ? [] : hanging(`${isImported ? '' : 'readable: '}${counts.join(', ')}`, painter)),
    ...section('Not read', 'unread', findings, painter),
    ...section('Known only after terraform apply', 'open', findings, painter),
    ...assumptionLines(findings, painter),
    ...(isImported
      ? tryLines(configuration, painter)
      : named.length === 0
        ? []
        : [
            '',
            ...onPage(
              'With --partial the rest is imported all the same; decisions are then as the list says.',
              painter,
            ),
          ]),
  ];
}

function section(title: string, kind: 'unread' | 'open', { list }: Findings, painter: Painter): Shown[] {
  const found = list.filter((finding) => finding.kind === kind);
  if (found.length === 0) return [];
  return ['', painter.strong(title), ...found.flatMap(({ place, says }) => hanging(`${place}: ${says}`, painter))];
}

function assumptionLines({ assumptions }: Findings, painter: Painter): Shown[] {
  if (assumptions.size === 0) return [];
  const lines = [...assumptions].map(([says, about]) => {
    const more = about.length > MOST_NAMES ? ` and ${about.length - MOST_NAMES} more` : '';
    return `${says}: ${about.slice(0, MOST_NAMES).join(', ')}${more}`;
  });
  return ['', painter.strong('Assumed'), ...lines.flatMap((line) => hanging(line, painter))];
}

/** A command for somebody in the account: without --as, nobody in it is meant. */
function tryLines({ accounts, roles, users, keys }: Configuration, painter: Painter): Shown[] {
  const [account = ''] = accounts;
  const [role] = roles;
  const [user] = users;
  const as = role
    ? `${role.account}:role/${role.name}`
    : user
      ? `${user.account}:user/${user.name}`
      : `${account}:root`;
  const [key] = keys;
  const words = key ? `kms describe-key --key-id ${key.keyId} --region ${key.region}` : 's3 ls';
  return [
    '',
    ...onPage('There is no user/admin in an imported account: name who calls with --as.', painter),
    painted`  $ ssebox explain --as ${as} -- ${words}`,
  ];
}

/** Below a title, with its further lines further in. */
const hanging = (text: string, painter: Painter): string[] =>
  onPage(text, painter, 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
