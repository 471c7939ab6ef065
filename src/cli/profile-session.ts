/** The caller of a profile in the store; a role is assumed by a call of AssumeRole, as the source's caller. */

import { type AccountId, parseArn } from '../api/arn.ts';
import { StoreError } from '../api/errors.ts';
import type { Region } from '../api/regions.ts';
import type { Workplace } from '../assemble.ts';
import type { Request } from '../call/request.ts';
import { callerNamedByKey, credentialOf, isAccessKeyId } from '../iam/credentials.ts';
import { findRole, roleArn } from '../iam/entities.ts';
import { isEndpointKeyId, isSessionKeyId } from '../iam/session-key-id.ts';
import type { Tx } from '../store/tables.ts';
import type { Credentials } from '../wire/signature/signing.ts';
import { callerOfProfile, type NamedCaller, type ProfileCaller, type RoleToAssume } from './profile-caller.ts';
import { foundFor, type RunSettings } from './profiles.ts';

/** A caller that stays the same until a moment of the store's clock. */
export interface SettledCaller {
  readonly find: Request['caller'];
  /** What signs for it; undefined for a caller in the forms of `--as`, who needs no secret. */
  credentials(tx: Tx): Credentials | undefined;
  /** In milliseconds since 1970. */
  readonly untilMs: number;
}

/** With what a caller is settled. */
export interface Settling {
  readonly opened: Workplace;
  readonly region: Region;
  /** Takes Ctrl-C over once it is read. */
  readonly signal: () => AbortSignal;
  /** Finds a caller in the forms of `--as`. */
  readonly named: (as: string, account: AccountId | undefined) => Promise<Request['caller']>;
  /** The machine's clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Finds the caller of a profile, once for many calls.
 * @throws StoreError when it describes one that ssebox does not have, AwsError when its role may not be assumed.
 */
export function settleCaller(
  { name, profiles }: NonNullable<RunSettings['profile']>,
  settling: Settling,
): Promise<SettledCaller> {
  return settle(callerOfProfile(name, profiles), settling);
}

const settle = (caller: ProfileCaller, settling: Settling): Promise<SettledCaller> =>
  caller.kind === 'role' ? assumed(caller, settling) : namedCaller(caller, settling);

async function namedCaller(
  { profile, as = 'user/admin', account, accessKeyId: id }: NamedCaller,
  { named, opened: { rootKey } }: Settling,
): Promise<SettledCaller> {
  const usual = await named(as, account);
  const isOfStore = (id: string, tx: Tx) =>
    tx.accessKeys.get([id]) !== undefined || isSessionKeyId(id, rootKey) || isEndpointKeyId(id, rootKey);
  // As in the environment, a key that has never been the store's does not count.
  const keyIn = (tx: Tx) => (id !== undefined && isAccessKeyId(id) && isOfStore(id, tx) ? id : undefined);
  return {
    find(tx, now) {
      const key = keyIn(tx);
      return foundFor(profile, () =>
        key === undefined ? usual(tx, now) : callerNamedByKey(key, { tx, now, rootKey, service: 'sts' }),
      );
    },
    credentials(tx) {
      const key = keyIn(tx);
      const credential = key === undefined ? undefined : credentialOf(key, { tx, rootKey, service: 'sts' });
      // Without its token, the key of a session cannot sign.
      return credential?.record.kind === 'long-term'
        ? { accessKeyId: credential.record.accessKeyId, secretAccessKey: credential.secret(), sessionToken: undefined }
        : undefined;
    },
    untilMs: Number.POSITIVE_INFINITY,
  };
}

/** How long before its end a session is replaced, so that no call meets the end of it. */
const MARGIN_MS = 60_000;

async function assumed(role: RoleToAssume, settling: Settling): Promise<SettledCaller> {
  const { opened, region, signal, now } = settling;
  const source = await settle(role.source, settling);
  await opened.load('sts');
  const input = {
    RoleArn: role.arn,
    // The AWS CLI's own name for such a session.
    RoleSessionName: role.sessionName ?? `botocore-session-${Math.floor(now() / 1000)}`,
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
    ...(role.durationSeconds !== undefined && { DurationSeconds: role.durationSeconds }),
  };
  const { output } = await opened.pipeline.invoke('sts', 'AssumeRole', input, {
    caller: (tx, at) => {
      requireRole(role, tx);
      return source.find(tx, at);
    },
    region,
    get signal() {
      return signal();
    },
  });
  if (!output.Credentials) throw new Error('AssumeRole returned no credentials');
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output.Credentials;
  return {
    find: (tx, at) => callerNamedByKey(AccessKeyId, { tx, now: at, rootKey: opened.rootKey, service: 'sts' }),
    credentials: () => ({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }),
    untilMs: Expiration.getTime() - MARGIN_MS,
  };
}

/** STS would refuse such a role as it refuses one that may not be assumed. @throws StoreError */
function requireRole({ arn, profile }: RoleToAssume, tx: Tx): void {
  const { account, resource } = parseArn(arn) ?? { account: '', resource: '' };
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const role = findRole(tx, account, name);
  if (role && roleArn(role) === arn) return;
  throw new StoreError(
    `the role ${arn} of the profile (${profile}) is not in this store: create it with ssebox iam create-role, or name another caller with --as`,
  );
}
