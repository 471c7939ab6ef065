/**
 * The credentials that an endpoint makes for the programs that are to call it. They are the principal itself and not a
 * session of its: what GetSessionToken issues could not call IAM. They are in no table, do not count among a user's access
 * keys, and live as long as the endpoint's process, whatever the store's clock does.
 */

import type { AccountId } from '../../api/arn.ts';
import { UsageError } from '../../api/errors.ts';
import type { RootKey } from '../../crypto/root-key.ts';
import { newSecretAccessKey } from '../../iam/access-secret.ts';
import type { Birth } from '../../iam/accounts.ts';
import { roleSessionCaller, userCaller } from '../../iam/callers.ts';
import { findRole } from '../../iam/entities.ts';
import { resolveCaller } from '../../iam/principal.ts';
import { hasExpired, sessionCaller, userById } from '../../iam/session-callers.ts';
import { newEndpointKeyId } from '../../iam/session-key-id.ts';
import type { Caller } from '../../policy/caller.ts';
import type { Tx } from '../../store/tables.ts';
import type { Credentials } from '../signature/signing.ts';

export interface RunCredentials {
  /** Makes credentials for a principal, or returns those that it has. Undefined for an anonymous caller. */
  issue(caller: Caller, tx: Tx): Credentials | undefined;
  /**
   * Whom these are the credentials of, and what proves it. Undefined for others, and for those of a user or role that has
   * been deleted, or of a session that has ended.
   */
  find(accessKeyId: string, tx: Tx, now: Date): RunCredential | undefined;
  /** The store was emptied: the principals are from now on those that have their names. */
  emptied(): void;
  /** Ends all of them. */
  revoke(): void;
}

export interface RunCredential {
  readonly secret: string;
  readonly sessionToken: string | undefined;
  readonly caller: Caller;
}

interface Issued {
  readonly credentials: Credentials;
  readonly principal: LastingPrincipal;
}

/** Credentials for one endpoint: none yet. */
export function runCredentials(ground: {
  readonly random: (size: number) => Uint8Array;
  readonly rootKey: RootKey;
}): RunCredentials {
  const byPrincipal = new Map<string, Issued>();
  const byId = new Map<string, Issued>();
  return {
    issue(caller, tx) {
      const principal = principalOf(caller);
      const lasting = lastingPrincipal(caller, ground.random);
      if (principal === undefined || lasting === undefined) return undefined;
      const known = byPrincipal.get(principal.name);
      if (known) return known.credentials;
      const accessKeyId = newEndpointKeyId(principal.isTemporary ? 'ASIA' : 'AKIA', { tx, ...ground });
      const credentials: Credentials = {
        accessKeyId,
        secretAccessKey: newSecretAccessKey(ground.random),
        sessionToken: principal.isTemporary ? Buffer.from(ground.random(48)).toString('base64') : undefined,
      };
      const issued: Issued = { credentials, principal: lasting };
      byPrincipal.set(principal.name, issued);
      byId.set(accessKeyId, issued);
      return credentials;
    },
    find(accessKeyId, tx, now) {
      const issued = byId.get(accessKeyId);
      const caller = issued?.principal.find(accessKeyId, tx, now);
      if (!issued || !caller) return undefined;
      const { secretAccessKey: secret, sessionToken } = issued.credentials;
      return { secret, sessionToken, caller };
    },
    emptied() {
      byPrincipal.clear();
      for (const { principal } of byId.values()) principal.emptied();
    },
    revoke() {
      byPrincipal.clear();
      byId.clear();
    },
  };
}

/** A principal that is found again as long as it exists, and by its name once the store was emptied. */
export interface LastingPrincipal {
  /** The principal as who calls with this access key id. */
  find(accessKeyId: string, tx: Tx, now: Date): Caller | undefined;
  emptied(): void;
}

/** The principal that a caller is; undefined for an anonymous caller. */
export function lastingPrincipal(caller: Caller, random: (size: number) => Uint8Array): LastingPrincipal | undefined {
  let principal = principalOf(caller);
  if (!principal || !('account' in caller)) return undefined;
  const { arn, account } = caller;
  return {
    find(accessKeyId, tx, now) {
      principal ??= principalNamed(arn, account, { tx, now, random });
      return principal?.find(accessKeyId, tx, now);
    },
    emptied() {
      principal = undefined;
    },
  };
}

/** The principal that has a name now; of the first user of an account, the account is created with it. */
function principalNamed(arn: string, account: AccountId, birth: Birth): Principal | undefined {
  try {
    return principalOf(resolveCaller(arn, account, birth));
  } catch (error) {
    // There is nobody of that name yet.
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

interface Principal {
  /** Distinguishes it from all others. */
  readonly name: string;
  /** Whether AWS's credentials of such a principal have a session token. */
  readonly isTemporary: boolean;
  readonly find: (accessKeyId: string, tx: Tx, now: Date) => Caller | undefined;
}

/** The user, role or session that a caller is, found again by its unique id. */
function principalOf(caller: Caller): Principal | undefined {
  const ofSession = 'issuedAt' in caller && caller.issuedAt !== undefined && caller.accessKeyId !== undefined;
  if (ofSession) return sessionPrincipal(caller.accessKeyId);
  switch (caller.kind) {
    case 'user': {
      const { userId } = caller;
      return {
        name: userId,
        isTemporary: false,
        find(accessKeyId, tx) {
          const user = userById(userId, tx);
          return user && userCaller(user, accessKeyId);
        },
      };
    }
    case 'root': {
      const { account, arn } = caller;
      const find = (accessKeyId: string): Caller => ({ kind: 'root', account, arn, accessKeyId });
      return { name: account, isTemporary: false, find };
    }
    case 'role-session': {
      const { account, roleId, roleName, sessionName, issuedAt } = caller;
      return {
        name: `${roleId}:${sessionName}`,
        isTemporary: true,
        find(accessKeyId, tx) {
          const role = findRole(tx, account, roleName);
          return role?.id === roleId ? { ...roleSessionCaller(role, sessionName, issuedAt), accessKeyId } : undefined;
        },
      };
    }
    default:
      return undefined;
  }
}

/** A session of the store, which ends when it ends. */
function sessionPrincipal(sessionKeyId: string): Principal {
  return {
    name: sessionKeyId,
    isTemporary: true,
    find(_, tx, now) {
      const session = tx.accessKeys.get([sessionKeyId]);
      // With its own access key id, by which STS finds what it passes on to further sessions.
      return session?.kind === 'session' && !hasExpired(session, now) ? sessionCaller(session, tx) : undefined;
    },
  };
}
