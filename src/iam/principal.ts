/** Turns the value of `--as` into a caller that exists in the store, except for the id of an access key. */

import { type AccountId, isAccountId, parseArn, rootArn } from '../api/arn.ts';
import { UsageError } from '../api/errors.ts';
import type { Caller } from '../policy/caller.ts';
import type { Tx } from '../store/tables.ts';
import { type Birth, ensureAccount, importedAccounts } from './accounts.ts';
import { roleSessionCaller, userCaller } from './callers.ts';
import { findRole, findUser } from './entities.ts';
import { newestFederatedUser } from './session-callers.ts';

/** The session name of a caller given only as a role. */
const DEFAULT_SESSION = 'ssebox';

/**
 * Finds the caller that a text names: a full IAM ARN (user, role, assumed-role session, federated user, root), or
 * `user/NAME`, `role/NAME`, `role/NAME/SESSION`, `federated-user/NAME`, `root`, or `ACCOUNT:` and one of these. A new
 * account is created. A session of a role is a plain one, issued now: nothing of a session that was assumed under the
 * same name is in it. A federated user is nothing but its session: the newest one that is valid.
 * @throws UsageError for any other form, and for a user, role or session that does not exist.
 */
export function resolveCaller(text: string, defaultAccount: AccountId, birth: Birth): Caller {
  const { account, kind, name, session } = parsePrincipal(text, defaultAccount);
  ensureAccount(account, birth);
  switch (kind) {
    case 'root':
      return { kind: 'root', account, arn: rootArn(account) };
    case 'user': {
      const user = findUser(birth.tx, account, name);
      if (!user) throw noSuchPrincipal('user', account, name, birth.tx);
      return userCaller(user);
    }
    case 'role': {
      const role = findRole(birth.tx, account, name);
      if (!role) throw noSuchPrincipal('role', account, name, birth.tx);
      return roleSessionCaller(role, session ?? DEFAULT_SESSION, birth.now);
    }
    case 'federated-user': {
      const federated = newestFederatedUser(account, name, birth.now, birth.tx);
      if (!federated) throw noSuchSession(account, name);
      return federated;
    }
  }
}

/**
 * Finds the caller of commands that do not name one: `user/admin` of the account that no setting names.
 * @throws UsageError if the store does not have the account and others were imported into it: they are meant.
 */
export function resolveUsualCaller(account: AccountId, birth: Birth): Caller {
  if (!birth.tx.accounts.get([account])) {
    const [imported] = importedAccounts(birth.tx);
    if (imported !== undefined) {
      throw new UsageError(
        `the store has the imported account ${imported}: name the caller with --as, such as --as ${callerIn(imported, birth.tx)}`,
      );
    }
  }
  return resolveCaller(FIRST_USER, account, birth);
}

const FIRST_USER = 'user/admin';

/** Somebody in an account, for a message. */
function callerIn(account: AccountId, tx: Tx): string {
  for (const { value } of tx.roles.under([account], { limit: 1 })) return `${account}:role/${value.name}`;
  for (const { value } of tx.users.under([account], { limit: 1 })) return `${account}:user/${value.name}`;
  return `${account}:root`;
}

/** Whether a text names a caller by the id of an access key, which `callerNamedByKey` finds. */
export const namesAccessKey = (text: string): boolean => /^A[KS]IA[A-Z0-9]{12,124}$/.test(text);

/** Refuses a text in any other form, unless it is the id of an access key. Nobody has to exist. @throws UsageError */
export function requireCallerForm(text: string, defaultAccount: AccountId): void {
  if (!namesAccessKey(text)) parsePrincipal(text, defaultAccount);
}

type Parsed =
  | { readonly account: AccountId; readonly kind: 'root'; readonly name: ''; readonly session?: undefined }
  | {
      readonly account: AccountId;
      readonly kind: 'user' | 'role' | 'federated-user';
      readonly name: string;
      readonly session?: string | undefined;
    };

/** The last texts that were parsed: a process has few callers and many calls. */
const parsed = new Map<string, Parsed>();
const MOST_PARSED = 256;

function parsePrincipal(text: string, defaultAccount: AccountId): Parsed {
  const key = `${defaultAccount} ${text}`;
  let principal = parsed.get(key);
  if (!principal) {
    principal = parsePrincipalText(text, defaultAccount);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(key, principal);
  }
  return principal;
}

function parsePrincipalText(text: string, defaultAccount: AccountId): Parsed {
  const arn = parseArn(text);
  if (arn && arn.partition !== 'aws') {
    throw new UsageError(`"${text}" is in the partition ${arn.partition}, which ssebox does not have: write arn:aws:…`);
  }
  if (arn) return parsePrincipalArn(text, arn.service, arn.account, arn.resource);
  const [, prefix, rest = ''] = /^(?:([^:/]*):)?(.*)$/s.exec(text) ?? [];
  if (prefix !== undefined && !isAccountId(prefix)) throw noPrincipal(text);
  const account = prefix ?? defaultAccount;
  if (rest === 'root') return { account, kind: 'root', name: '' };
  const [kind, ...names] = rest.split('/');
  const [name = '', session] = names;
  if ((kind === 'user' || kind === 'federated-user') && names.length === 1 && name) return { account, kind, name };
  if (kind === 'role' && names.length <= 2 && name && session !== '') return { account, kind, name, session };
  throw noPrincipal(text);
}

function parsePrincipalArn(text: string, service: string, account: string, resource: string): Parsed {
  if (!isAccountId(account)) throw noPrincipal(text);
  if (service === 'iam' && resource === 'root') return { account, kind: 'root', name: '' };
  const parts = resource.split('/');
  const last = parts.at(-1) ?? '';
  if (service === 'iam' && parts.length > 1 && last && (parts[0] === 'user' || parts[0] === 'role')) {
    return { account, kind: parts[0], name: last };
  }
  if (service === 'sts' && parts[0] === 'assumed-role' && parts.length === 3 && parts[1] && last) {
    return { account, kind: 'role', name: parts[1], session: last };
  }
  if (service === 'sts' && parts[0] === 'federated-user' && parts.length === 2 && last) {
    return { account, kind: 'federated-user', name: last };
  }
  throw noPrincipal(text);
}

const noPrincipal = (text: string) =>
  new UsageError(
    `"${text}" is not a caller: write user/NAME, role/NAME, role/NAME/SESSION, federated-user/NAME, root, ACCOUNT:…, a full IAM ARN or the id of an access key`,
  );

function noSuchPrincipal(kind: 'user' | 'role', account: AccountId, name: string, tx: Tx): UsageError {
  const names: string[] = [];
  for (const { value } of (kind === 'user' ? tx.users : tx.roles).under([account], { limit: 8 })) {
    names.push(`${kind}/${value.name}`);
  }
  const known = names.length > 0 ? `: choose one of ${names.join(', ')}` : '';
  if (tx.accounts.get([account])?.importedMs !== undefined && `${kind}/${name}` === FIRST_USER) {
    return new UsageError(
      `the account ${account} was imported, and has no user "${name}": name the caller with --as, such as --as ${callerIn(account, tx)}`,
    );
  }
  return new UsageError(
    `there is no ${kind} "${name}" in account ${account}${known}`,
    `ssebox iam create-${kind} --${kind}-name ${name}`,
  );
}

const noSuchSession = (account: AccountId, name: string) =>
  new UsageError(
    `no federated user "${name}" has a valid session in account ${account}`,
    `ssebox sts get-federation-token --name ${name}`,
  );
