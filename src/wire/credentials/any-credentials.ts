/** Callers for access keys that the store never had, on an endpoint that takes any: `--any-credentials`. */

import { type AccountId, isAccountId } from '../../api/arn.ts';
import { UsageError } from '../../api/errors.ts';
import { resolveCaller } from '../../iam/principal.ts';
import type { Caller } from '../../policy/caller.ts';
import { isAddress, nameOf } from '../http/host-names.ts';
import type { AnyCredentials } from './authentication.ts';
import type { LastingPrincipal } from './run-credentials.ts';

/** Whom such keys stand for. */
interface StandIn {
  readonly principal: Pick<LastingPrincipal, 'find'>;
  readonly random: (size: number) => Uint8Array;
  /** The names of the endpoint besides `localhost`. */
  readonly hostNames: readonly string[];
}

/** A key of twelve digits is that of the first user of the account, as emulators have it; others are the principal's. */
export const anyCredentials = ({ principal, random, hostNames }: StandIn): AnyCredentials => ({
  caller(accessKeyId, tx, now) {
    return isAccountId(accessKeyId)
      ? firstUser(accessKeyId, () => resolveCaller('user/admin', accessKeyId, { tx, now, random }))
      : principal.find(accessKeyId, tx, now);
  },
  isOwnHost: isOwnHost(hostNames),
});

/** Undefined in an imported account that lacks this user. */
function firstUser(account: AccountId, find: () => Caller): Caller | undefined {
  try {
    const caller = find();
    return caller.kind === 'user' ? { ...caller, accessKeyId: account } : caller;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/**
 * Tells whether a `Host` header is one of an endpoint on this machine: an address, `localhost`, or a name that it was
 * given, or below these. A page whose own name was made to resolve to loopback has another one.
 */
const isOwnHost = (hostNames: readonly string[]): ((host: string) => boolean) => {
  const bases = ['localhost', ...hostNames.map((name) => name.toLowerCase())];
  return (host) => {
    const name = nameOf(host);
    return isAddress(name) || bases.some((base) => name === base || name.endsWith(`.${base}`));
  };
};
