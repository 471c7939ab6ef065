/**
 * The principals that who-can asks about: users, roles and root users of the store's accounts, and whoever else a policy
 * of the resource or a grant names.
 */

import { type AccountId, isAccountId, parseArn, rootArn } from '../../../api/arn.ts';
import { roleSessionCaller, userCaller } from '../../../iam/callers.ts';
import { findRole, roleArn, userArn } from '../../../iam/entities.ts';
import { presentArn } from '../../../iam/principal-bindings.ts';
import type { ResourcePolicy } from '../../../policy/access.ts';
import { type Caller, callerArn } from '../../../policy/caller.ts';
import type { NamedPolicy, Policies } from '../../../policy/gates.ts';
import type { OpenPrincipal } from '../../../policy/open-keys.ts';
import { loadPolicy, type Statement } from '../../../policy/policy-document.ts';
import { type PrincipalPattern, parsePrincipal } from '../../../policy/principal-pattern.ts';
import type { RoleRecord } from '../../../store/records/iam.ts';
import type { GrantRecord } from '../../../store/records/kms.ts';
import type { Tx } from '../../../store/tables.ts';

export type PrincipalKind =
  | 'user'
  | 'role'
  | 'root'
  | 'session'
  | 'federated-user'
  | 'service'
  /** An account that is not in the store: its root user, and whomever its own policies let. */
  | 'account'
  /** Principals of accounts that nothing names. */
  | 'other-account'
  | 'anonymous'
  /** A user or role that no longer exists, and that a policy or grant still names by its unique id. */
  | 'deleted';

export interface Principal {
  readonly kind: PrincipalKind;
  /** The ARN, the name of a service, a unique id, or `*`. */
  readonly id: string;
  /** For a person, short for the account of the command: `user/ana`. */
  readonly name: string;
  /** Undefined if nobody can call as it. */
  readonly caller: Caller | undefined;
  readonly open: OpenPrincipal;
  /** Policies that are not in the store, taken to allow everything, and what that assumes, as a clause. */
  readonly assumed?: Assumed | undefined;
}

export interface Assumed {
  readonly says: string;
  readonly policies: Pick<Policies, 'identity'>;
}

const NOTHING_OPEN: OpenPrincipal = { isSession: false, open: {} };
const SESSION: OpenPrincipal = { isSession: true, open: {} };

/** The users, roles and root users of the store's accounts. */
export function storedPrincipals(own: AccountId | undefined, now: Date, tx: Tx): readonly Principal[] {
  const principals: Principal[] = [];
  for (const { value } of tx.accounts.range()) principals.push(rootOf(value.account, own));
  for (const { value: user } of tx.users.range()) {
    const name = withAccount(user.account, `user/${user.name}`, own);
    principals.push({ kind: 'user', id: userArn(user), name, caller: userCaller(user), open: NOTHING_OPEN });
  }
  for (const { value: role } of tx.roles.range()) principals.push(anySessionOf(role, own, now));
  return principals;
}

const rootOf = (account: AccountId, own: AccountId | undefined): Principal => ({
  kind: 'root',
  id: rootArn(account),
  name: withAccount(account, 'root', own),
  caller: { kind: 'root', account, arn: rootArn(account) },
  open: NOTHING_OPEN,
});

const withAccount = (account: AccountId, name: string, own: AccountId | undefined): string =>
  account === own ? name : `${account}:${name}`;

/** Of a session that nobody has named. */
const ANY_SESSION = 'any-session';

function anySessionOf(role: RoleRecord, own: AccountId | undefined, now: Date): Principal {
  return {
    kind: 'role',
    id: roleArn(role),
    name: withAccount(role.account, `role/${role.name}`, own),
    caller: roleSessionCaller(role, ANY_SESSION, now),
    open: { isSession: true, open: { ...sessionKeys(role), ...passedKeys(role) } },
  };
}

/** A role's sessions differ in their names. */
const sessionKeys = ({ id }: RoleRecord): OpenPrincipal['open'] => ({
  'aws:userid': {
    name: 'aws:userid',
    mayLack: false,
    fits: (value) => value.startsWith(`${id}:`) && /^[\w+=,.@-]{2,64}$/.test(value.slice(id.length + 1)),
    shape: `${id}:*`,
    another: `${id}:${ANY_SESSION}`,
  },
});

/** What whoever assumes a role may pass on, as far as its trust policy lets somebody. */
function passedKeys({ trustPolicy }: RoleRecord): OpenPrincipal['open'] {
  const document = loadPolicy(trustPolicy);
  const allows = (action: string) => document.about(action).some(({ effect }) => effect === 'Allow');
  return {
    ...(allows('sts:tagsession') && { 'aws:principaltag/': { name: 'aws:PrincipalTag/', mayLack: true } }),
    ...(allows('sts:setsourceidentity') && { 'aws:sourceidentity': { name: 'aws:SourceIdentity', mayLack: true } }),
  };
}

/** A caller who is not among the principals that are found: a session of a role, by its name. */
export function sessionNamed(caller: Caller, name: string, tx: Tx): Principal {
  const role = caller.kind === 'role-session' ? findRole(tx, caller.account, caller.roleName) : undefined;
  const open = role ? { isSession: true, open: passedKeys(role) } : NOTHING_OPEN;
  return { kind: role ? 'session' : 'user', id: callerArn(caller), name, caller, open };
}

/** Where somebody is named: the policies of the resources, and the grants on the keys. */
export interface Naming {
  readonly policies: readonly ResourcePolicy[];
  readonly grants: Iterable<GrantRecord>;
}

interface Place {
  readonly own: AccountId | undefined;
  readonly now: Date;
  readonly tx: Tx;
}

/** Whoever is let in by name, or as one of everybody, and is not among the store's principals. */
export function outsiders({ policies, grants }: Naming, place: Place): readonly Principal[] {
  const found = new Map<string, Principal>();
  const add = (principal: Principal | undefined) => {
    if (principal && !found.has(principal.id)) found.set(principal.id, principal);
  };
  for (const policy of policies) {
    if (policy.document === undefined) continue;
    for (const statement of loadPolicy(policy.document).statements) {
      for (const principal of namedIn(statement, policy, place)) add(principal);
    }
  }
  for (const { grantee } of grants) {
    const pattern: PrincipalPattern =
      grantee.kind === 'service' ? { kind: 'service', name: grantee.name } : parsePrincipal('AWS', grantee.arn);
    const bound = grantee.kind === 'principal' && grantee.id !== undefined ? { [grantee.arn]: grantee.id } : {};
    for (const principal of matching(pattern, bound, false, place)) add(principal);
  }
  return [...found.values()];
}

function namedIn(
  { effect, principals = [], notPrincipals }: Statement,
  { kind, principals: bound = {} }: ResourcePolicy,
  place: Place,
): readonly Principal[] {
  if (effect === 'Deny') return [];
  const acceptsAnonymous = kind === 'bucket-policy';
  const patterns: readonly PrincipalPattern[] = notPrincipals ? [{ kind: 'everyone' }] : principals;
  return patterns.flatMap((pattern) => matching(pattern, bound, acceptsAnonymous, place));
}

function matching(
  pattern: PrincipalPattern,
  bound: Readonly<Record<string, string>>,
  acceptsAnonymous: boolean,
  place: Place,
): readonly Principal[] {
  switch (pattern.kind) {
    case 'everyone':
    case 'everyone-but-services':
      return [...(acceptsAnonymous ? [ANONYMOUS] : []), anyOtherAccount(place)];
    case 'account':
      return accountOf(pattern.account, place);
    case 'canonical-user':
      return accountOf(bound[pattern.id] ?? '', place);
    case 'entity':
      return entityOf(pattern.arn, bound[pattern.arn], place);
    case 'id':
      return presentArn(pattern.id, place.tx) === undefined ? [deleted(pattern.id, undefined)] : [];
    case 'session':
      return sessionOf(pattern.arn, place);
    case 'service':
      return [serviceOf(pattern.name)];
    case 'other':
      return [];
  }
}

const ANONYMOUS: Principal = {
  kind: 'anonymous',
  id: '*',
  name: 'anonymous',
  caller: { kind: 'anonymous' },
  open: NOTHING_OPEN,
};

const PRINCIPAL_KEYS = ['aws:PrincipalArn', 'aws:userid', 'aws:username', 'aws:PrincipalTag/'];
const ORGANIZATION_KEYS = ['aws:PrincipalOrgID', 'aws:PrincipalOrgPaths'];
const ACCOUNT_KEYS = ['aws:PrincipalAccount', 'kms:CallerAccount'];

/** Organizations that an account outside of the store can belong to: what the store has, it has whole. */
const organizationKeys = ({ tx }: Place): OpenPrincipal['open'] =>
  openNames(ORGANIZATION_KEYS, (value) => tx.organizations.get([value.split('/', 1)[0] ?? '']) === undefined);

const openNames = (
  names: readonly string[],
  fits?: (value: string) => boolean,
  shape?: string,
): OpenPrincipal['open'] =>
  Object.fromEntries(names.map((name) => [name.toLowerCase(), { name, mayLack: true, fits, shape }]));

/** An account that no account of the store can be. */
const NOWHERE: AccountId = '000000000000';

const anyOtherAccount = (place: Place): Principal => {
  const { tx } = place;
  const isElsewhere = (account: string) => isAccountId(account) && tx.accounts.get([account]) === undefined;
  const arn = `arn:aws:iam::${NOWHERE}:user/anybody`;
  const accountKeys = Object.entries(openNames(ACCOUNT_KEYS, isElsewhere)).map(([key, open]) => [
    key,
    { ...open, mayLack: false, another: NOWHERE },
  ]);
  return {
    kind: 'other-account',
    id: 'arn:aws:iam::*:root',
    name: 'any other account',
    caller: { kind: 'user', account: NOWHERE, arn, userId: 'AIDAANYBODYELSEWHERE', name: 'anybody', tags: {} },
    open: {
      isSession: false,
      open: {
        ...openNames(PRINCIPAL_KEYS),
        ...organizationKeys(place),
        ...openNames(
          ['aws:PrincipalArn'],
          (value) => isElsewhere(parseArn(value)?.account ?? ''),
          `arn:aws:iam::${NOWHERE}:*`,
        ),
        ...Object.fromEntries(accountKeys),
      },
    },
    assumed: assumedOf('its own account allows it', { identity: [EVERYTHING] }),
  };
};

const EVERYTHING: NamedPolicy = {
  name: 'policies that are not in this store',
  document: loadPolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }),
  ),
};

const assumedOf = (says: string, policies: Assumed['policies']): Assumed => ({ says, policies });

function accountOf(account: AccountId, place: Place): readonly Principal[] {
  const { own, tx } = place;
  if (!isAccountId(account) || tx.accounts.get([account]) !== undefined) return [];
  const isOf = (value: string) => parseArn(value)?.account === account;
  return [
    {
      ...rootOf(account, own),
      kind: 'account',
      name: `account ${account}`,
      open: {
        isSession: false,
        open: {
          ...openNames(PRINCIPAL_KEYS),
          ...organizationKeys(place),
          ...openNames(['aws:PrincipalArn'], isOf, `arn:aws:iam::${account}:*`),
        },
      },
    },
  ];
}

/** A user or role that a policy names by its ARN, which is bound to a unique id where it was saved in this store. */
function entityOf(arn: string, id: string | undefined, place: Place): readonly Principal[] {
  if (id !== undefined) return presentArn(id, place.tx) === undefined ? [deleted(id, arn)] : [];
  const { account = '', resource = '' } = parseArn(arn) ?? {};
  const [kind, ...path] = resource.split('/');
  const name = path.at(-1) ?? '';
  const isHere =
    kind === 'user' ? place.tx.users.get([account, name.toLowerCase()]) : findRole(place.tx, account, name);
  if (isHere) return [];
  // In an account that the store has, nobody has this name.
  if (place.tx.accounts.get([account])) return [deleted(arn, arn)];
  const assumed = assumedOf(`account ${account} allows it`, { identity: [EVERYTHING] });
  const caller: Caller =
    kind === 'user'
      ? { kind: 'user', account, arn, userId: UNKNOWN_USER, name, tags: {} }
      : sessionCaller({ account, roleName: name, roleArn: arn, sessionName: ANY_SESSION }, place);
  const open = { ...organizationKeys(place), ...openNames(['aws:PrincipalTag/']) };
  return [
    {
      kind: kind === 'user' ? 'user' : 'role',
      id: arn,
      name: withAccount(account, `${kind}/${name}`, place.own),
      caller,
      open: { isSession: kind !== 'user', open },
      assumed,
    },
  ];
}

const UNKNOWN_USER = 'AIDANOTINTHISSTORE00';
const UNKNOWN_ROLE = 'AROANOTINTHISSTORE00';

const sessionCaller = (
  role: { readonly account: string; readonly roleName: string; readonly roleArn: string; readonly sessionName: string },
  { now }: Place,
): Caller => ({
  kind: 'role-session',
  arn: `arn:aws:sts::${role.account}:assumed-role/${role.roleName}/${role.sessionName}`,
  roleId: UNKNOWN_ROLE,
  tags: {},
  issuedAt: now,
  ...role,
});

function sessionOf(arn: string, place: Place): readonly Principal[] {
  const { account = '', resource = '' } = parseArn(arn) ?? {};
  const [kind, name = '', session = ''] = resource.split('/');
  if (kind === 'federated-user') return [federatedUser(arn, account, name, place)];
  const role = findRole(place.tx, account, name);
  if (role) {
    const open = { isSession: true, open: passedKeys(role) };
    const shown = withAccount(account, `role/${role.name}/${session}`, place.own);
    return [{ kind: 'session', id: arn, name: shown, caller: roleSessionCaller(role, session, place.now), open }];
  }
  // Nobody can assume a role that an account of the store does not have.
  if (place.tx.accounts.get([account])) return [deleted(arn, arn)];
  const caller = sessionCaller(
    { account, roleName: name, roleArn: `arn:aws:iam::${account}:role/${name}`, sessionName: session },
    place,
  );
  const assumed = assumedOf(`account ${account} allows it`, { identity: [EVERYTHING] });
  const open = { ...organizationKeys(place), ...openNames(['aws:PrincipalTag/']) };
  const shown = `${account}:role/${name}/${session}`;
  return [{ kind: 'session', id: arn, name: shown, caller, open: { isSession: true, open }, assumed }];
}

/** What it may do by name, it may whatever its own policies are; nothing else is known of them. */
const federatedUser = (arn: string, account: AccountId, name: string, { own, now }: Place): Principal => ({
  kind: 'federated-user',
  id: arn,
  name: withAccount(account, `federated-user/${name}`, own),
  caller: {
    kind: 'federated-user',
    account,
    arn,
    name,
    baseUserArn: `arn:aws:iam::${account}:user/${name}`,
    baseUserId: UNKNOWN_USER,
    tags: {},
    issuedAt: now,
  },
  open: SESSION,
});

const serviceOf = (name: string): Principal => ({
  kind: 'service',
  id: name,
  name,
  caller: { kind: 'service', name },
  open: {
    isSession: false,
    isService: true,
    open: openNames(['aws:SourceArn', 'aws:SourceAccount', 'aws:SourceOrgID', 'aws:SourceOrgPaths', 'aws:SourceOwner']),
  },
});

const deleted = (id: string, arn: string | undefined): Principal => ({
  kind: 'deleted',
  id,
  name: arn === undefined || arn === id ? id : `${id}, which was ${arn}`,
  caller: undefined,
  open: NOTHING_OPEN,
});
