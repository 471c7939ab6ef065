/** From what stands after `--as`, or in the AWS environment variables, to a caller who exists in the store. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { type AccountId, isAccountId, parseArn, rootArn } from '../api/arn.ts';
import { AwsError, UsageError } from '../api/errors.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { Caller, RoleSessionCaller, UserCaller } from '../policy/caller.ts';
import type { RoleRecord, SessionRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { unwrapSecret } from './access-secret.ts';
import { type Birth, ensureAccount } from './accounts.ts';
import { findRole, findUser, roleArn, userArn } from './entities.ts';

/** The session name of a caller who is given as a role alone. */
const DEFAULT_SESSION = 'ssebox';

/**
 * Finds the caller that a text names: a full IAM ARN (user, role, assumed-role session, root), or `user/NAME`,
 * `role/NAME`, `role/NAME/SESSION`, `root`, or `ACCOUNT:` and one of these. The account is made when it is new.
 * @throws UsageError for any other form, and for a user or role that does not exist.
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
  }
}

/** The caller that a user is. */
function userCaller(user: UserRecord, accessKeyId?: string): UserCaller {
  const { account, id, name, tags } = user;
  return { kind: 'user', account, arn: userArn(user), userId: id, name, tags, accessKeyId };
}

/** The caller that a session of a role is, issued at that moment. */
export function roleSessionCaller(role: RoleRecord, sessionName: string, issuedAt: Date): RoleSessionCaller {
  const { account, id, name, tags } = role;
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
    roleId: id,
    roleName: name,
    roleArn: roleArn(role),
    sessionName,
    tags,
    issuedAt,
  };
}

/**
 * Finds the caller whose access key this is; undefined when the key does not belong to the store.
 * @throws AwsError when it does, and the secret or the session token is not its own, it is inactive or has expired.
 */
export function callerByAccessKey(
  accessKeyId: string,
  secret: string | undefined,
  sessionToken: string | undefined,
  { tx, now, rootKey }: { readonly tx: Tx; readonly now: Date; readonly rootKey: () => RootKey },
): Caller | undefined {
  const key = tx.accessKeys.get([accessKeyId]);
  if (!key) return undefined;
  if (secret === undefined || !sameText(secret, unwrapSecret(rootKey(), key.wrappedSecret, accessKeyId))) {
    throw badSignature();
  }
  if (key.kind === 'session') {
    if (sessionToken === undefined || !sameBytes(tokenHash(sessionToken), key.tokenHash)) throw badCredentials();
    if (now.getTime() >= key.expiresMs) throw expiredToken();
    return sessionCaller(key, tx);
  }
  const user = userById(key.userId, tx);
  if (key.status !== 'Active' || !user) throw badCredentials();
  return userCaller(user, accessKeyId);
}

/** A user keeps the unique id when the name changes. */
function userById(userId: string, tx: Tx): UserRecord | undefined {
  const place = tx.principalIds.get([userId]);
  return place && findUser(tx, place.account, place.name);
}

/** What is kept of a session token. */
export function tokenHash(sessionToken: string): Uint8Array {
  return createHash('sha256').update(sessionToken).digest();
}

/** The caller that temporary credentials stand for. A role that was deleted takes its sessions with it. */
function sessionCaller({ account, accessKeyId, issuedMs, of }: SessionRecord, tx: Tx): Caller {
  switch (of.kind) {
    case 'root':
      return { kind: 'root', account, arn: rootArn(account), accessKeyId, issuedAt: new Date(issuedMs) };
    case 'user': {
      const user = userById(of.userId, tx);
      if (!user) throw badCredentials();
      return { ...userCaller(user, accessKeyId), issuedAt: new Date(issuedMs) };
    }
    case 'role': {
      const role = findRole(tx, account, of.roleName);
      if (role?.id !== of.roleId) throw badCredentials();
      return {
        ...roleSessionCaller(role, of.sessionName, new Date(issuedMs)),
        accessKeyId,
        tags: { ...role.tags, ...of.tags },
        sourceIdentity: of.sourceIdentity,
        sessionPolicies: of.sessionPolicies,
      };
    }
  }
}

type Parsed =
  | { readonly account: AccountId; readonly kind: 'root'; readonly name: ''; readonly session?: undefined }
  | {
      readonly account: AccountId;
      readonly kind: 'user' | 'role';
      readonly name: string;
      readonly session?: string | undefined;
    };

function parsePrincipal(text: string, defaultAccount: AccountId): Parsed {
  const arn = parseArn(text);
  if (arn) return parsePrincipalArn(text, arn.service, arn.account, arn.resource);
  const [, prefix, rest = ''] = /^(?:([^:/]*):)?(.*)$/s.exec(text) ?? [];
  if (prefix !== undefined && !isAccountId(prefix)) throw noPrincipal(text);
  const account = prefix ?? defaultAccount;
  if (rest === 'root') return { account, kind: 'root', name: '' };
  const [kind, ...names] = rest.split('/');
  const [name = '', session] = names;
  if (kind === 'user' && names.length === 1 && name) return { account, kind, name };
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
  throw noPrincipal(text);
}

const noPrincipal = (text: string) =>
  new UsageError(
    `"${text}" is not a caller: write user/NAME, role/NAME, role/NAME/SESSION, root, ACCOUNT:… or a full IAM ARN`,
  );

function noSuchPrincipal(kind: 'user' | 'role', account: AccountId, name: string, tx: Tx): UsageError {
  const names: string[] = [];
  for (const { value } of (kind === 'user' ? tx.users : tx.roles).under([account], { limit: 8 })) {
    names.push(`${kind}/${value.name}`);
  }
  const known = names.length > 0 ? `: choose one of ${names.join(', ')}` : '';
  return new UsageError(
    `there is no ${kind} "${name}" in account ${account}${known}`,
    `ssebox iam create-${kind} --${kind}-name ${name}`,
  );
}

// IAM User Guide, "Troubleshoot IAM"; STS API Reference, "Common Error Types".
const badCredentials = () =>
  new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.');

const expiredToken = () => new AwsError('ExpiredToken', 'The security token included in the request is expired');

const badSignature = () =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );

const sameText = (a: string, b: string): boolean => sameBytes(Buffer.from(a), Buffer.from(b));

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
