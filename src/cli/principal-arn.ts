/** Turns a principal as people write it, in the forms of `--as`, into the ARN that AWS expects. */

import { type AccountId, isAccountId, rootArn } from '../api/arn.ts';
import { AwsError, UsageError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { isDeniedCode } from '../api/service-facts.ts';
import { areTogether, isRemote, isUnavailable, placeText } from './endpoint/place.ts';
import type { Session } from './session.ts';

/**
 * `user/NAME`, `role/NAME`, `root`, of the caller's account or with `ACCOUNT:` before it, or an ARN, which is taken as
 * it is.
 * @param service what it is for, in whose words invalid credentials are refused
 * @throws UsageError when it is none of these, or there is no such user or role; also whatever `Aws.account` throws.
 */
export async function principalArn(text: string, session: Session, service: ServiceName): Promise<string> {
  if (text.startsWith('arn:')) return text;
  const [, named, principal = ''] = /^(?:([^:/]*):)?(.*)$/s.exec(text) ?? [];
  if (named !== undefined && !isAccountId(named)) throw noPrincipal(text);
  const [, kind, name = ''] = /^(user|role)\/([^/]+)$/.exec(principal) ?? [];
  if (principal !== 'root' && kind !== 'user' && kind !== 'role') throw noPrincipal(text);
  const account = named ?? (await ownAccount(text, session, service));
  if (principal === 'root') return rootArn(account);
  const identity: Identity = { kind: kind === 'user' ? 'user' : 'role', name, account };
  if (isRemote(service, session)) {
    // Only the account's own identities can be asked for.
    const arn = named === undefined ? await askedArn(identity, service, session) : undefined;
    return arn ?? plainArn(identity);
  }
  const found = await storedArn(identity, session);
  if (found !== undefined) return found;
  throw absent(identity);
}

interface Identity {
  readonly kind: 'user' | 'role';
  readonly name: string;
  readonly account: AccountId;
}

async function storedArn({ kind, name, account }: Identity, { store }: Session): Promise<string | undefined> {
  const { findRole, findUser, roleArn, userArn } = await import('../iam/entities.ts');
  return store.transact((tx) => {
    if (kind === 'role') {
      const role = findRole(tx, account, name);
      return role && roleArn(role);
    }
    const user = findUser(tx, account, name);
    return user && userArn(user);
  });
}

/** The ARN that IAM has for it; undefined if nobody there can say. @throws UsageError if it does not exist */
async function askedArn(identity: Identity, service: ServiceName, session: Session): Promise<string | undefined> {
  const { kind, name } = identity;
  if (!areTogether('iam', service, session)) return undefined;
  try {
    if (kind === 'user') return (await session.aws.call('iam', 'GetUser', { UserName: name })).User?.Arn;
    return (await session.aws.call('iam', 'GetRole', { RoleName: name })).Role?.Arn;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'NoSuchEntity') throw absent(identity);
    if (isDeniedCode(error.code) || isUnavailable(error)) return undefined;
    throw error;
  }
}

const plainArn = ({ kind, name, account }: Identity): string => `arn:aws:iam::${account}:${kind}/${name}`;

const absent = ({ kind, name, account }: Identity): UsageError =>
  new UsageError(
    `there is no ${kind} "${name}" in account ${account}`,
    `ssebox iam create-${kind} --${kind}-name ${name}`,
  );

/** @throws UsageError when the caller is anonymous, or an endpoint does not say who it is */
async function ownAccount(text: string, session: Session, service: ServiceName): Promise<AccountId> {
  try {
    const account = await session.aws.account(service);
    if (account !== undefined) return account;
  } catch (error) {
    if (!(error instanceof AwsError) || !isUnavailable(error)) throw error;
    throw new UsageError(
      `"${text}" needs an account, and nothing${placeText('sts', session)} says which: write an ARN`,
    );
  }
  throw new UsageError(`"${text}" needs an account, and an anonymous caller has none: write ACCOUNT:${text} or an ARN`);
}

const noPrincipal = (text: string) =>
  new UsageError(`"${text}" is not a principal: write user/NAME, role/NAME, root, ACCOUNT:… or an ARN`);
