/**
 * Finds the caller of an access key in two steps: first the credential by its id, whose secret proves that a request
 * comes from its holder, then the caller.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { rootArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { Caller } from '../policy/caller.ts';
import type { AccessKeyRecord, SessionRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { unwrapSecret } from './access-secret.ts';
import { findRole, findUser } from './entities.ts';
import { roleSessionCaller, userCaller } from './principal.ts';

/** A long-term access key or temporary credentials of the store. */
export interface Credential {
  readonly record: AccessKeyRecord | SessionRecord;
  /** The secret access key, which signs requests; unwrapped when it is read. */
  secret(): string;
}

/** The credential with this access key id; undefined if the store does not have it. */
export function credentialOf(
  accessKeyId: string,
  { tx, rootKey }: { readonly tx: Tx; readonly rootKey: () => RootKey },
): Credential | undefined {
  const record = tx.accessKeys.get([accessKeyId]);
  return record && { record, secret: () => unwrapSecret(rootKey(), record.wrappedSecret, accessKeyId) };
}

/**
 * The caller that a credential represents. The code that calls this has verified that the request was made with its
 * secret.
 * @param sessionToken the token of the request.
 * @throws AwsError if the token does not belong to the credential, or the credential is inactive or has expired.
 */
export function callerOf(
  { record }: Credential,
  sessionToken: string | undefined,
  { tx, now }: { readonly tx: Tx; readonly now: Date },
): Caller {
  if (record.kind === 'session') {
    if (sessionToken === undefined || !sameBytes(tokenHash(sessionToken), record.tokenHash)) throw badCredentials();
    if (now.getTime() >= record.expiresMs) throw expiredToken();
    return sessionCaller(record, tx);
  }
  const user = userById(record.userId, tx);
  if (record.status !== 'Active' || !user) throw badCredentials();
  return userCaller(user, record.accessKeyId);
}

/**
 * Finds the caller from all parts of a credential, as in the environment of a process; undefined when it does not
 * belong to the store.
 * @throws AwsError when it does, but the secret or the session token is wrong, or it is inactive or has expired.
 */
export function callerByAccessKey(
  accessKeyId: string,
  secret: string | undefined,
  sessionToken: string | undefined,
  at: { readonly tx: Tx; readonly now: Date; readonly rootKey: () => RootKey },
): Caller | undefined {
  const credential = credentialOf(accessKeyId, at);
  if (!credential) return undefined;
  if (secret === undefined || !sameText(secret, credential.secret())) throw badSignature();
  return callerOf(credential, sessionToken, at);
}

/** A user keeps its unique id when it is renamed. */
function userById(userId: string, tx: Tx): UserRecord | undefined {
  const place = tx.principalIds.get([userId]);
  return place && findUser(tx, place.account, place.name);
}

/** The part of a session token that is stored. */
export function tokenHash(sessionToken: string): Uint8Array {
  return createHash('sha256').update(sessionToken).digest();
}

/** The caller that temporary credentials represent. Deleting a role ends its sessions. */
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
