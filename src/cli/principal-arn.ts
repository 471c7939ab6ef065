/** Turns a principal as people write it, in the forms of `--as`, into the ARN that AWS expects. */

import { type AccountId, isAccountId, rootArn } from '../api/arn.ts';
import { UsageError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { findRole, findUser, roleArn, userArn } from '../iam/entities.ts';
import { callerAccount } from '../policy/caller.ts';
import type { Session } from './session.ts';

/**
 * `user/NAME`, `role/NAME`, `root`, of the caller's account or with `ACCOUNT:` before it, or an ARN, which is taken as
 * it is.
 * @param service what it is for, in whose words invalid credentials are refused
 * @throws UsageError when it is none of these, or there is no such user or role; also whatever `Session.caller` throws.
 */
export async function principalArn(text: string, session: Session, service: ServiceName): Promise<string> {
  if (text.startsWith('arn:')) return text;
  const [, named, principal = ''] = /^(?:([^:/]*):)?(.*)$/s.exec(text) ?? [];
  if (named !== undefined && !isAccountId(named)) throw noPrincipal(text);
  const account = named ?? (await ownAccount(text, session, service));
  const [, kind, name = ''] = /^(user|role)\/([^/]+)$/.exec(principal) ?? [];
  if (principal === 'root') return rootArn(account);
  if (kind === undefined) throw noPrincipal(text);
  const found = await session.store.transact((tx) => {
    if (kind === 'role') {
      const role = findRole(tx, account, name);
      return role && roleArn(role);
    }
    const user = findUser(tx, account, name);
    return user && userArn(user);
  });
  if (found !== undefined) return found;
  const hint = `ssebox iam create-${kind} --${kind}-name ${name}`;
  throw new UsageError(`there is no ${kind} "${name}" in account ${account}`, hint);
}

/** @throws UsageError when the caller is anonymous. */
async function ownAccount(text: string, session: Session, service: ServiceName): Promise<AccountId> {
  const account = callerAccount(await session.aws.caller(service));
  if (account !== undefined) return account;
  throw new UsageError(`"${text}" needs an account, and an anonymous caller has none: write ACCOUNT:${text} or an ARN`);
}

const noPrincipal = (text: string) =>
  new UsageError(`"${text}" is not a principal: write user/NAME, role/NAME, root, ACCOUNT:… or an ARN`);
