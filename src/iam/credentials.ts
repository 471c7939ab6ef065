/**
 * Finds the caller of an access key in two steps: first the credential by its id, whose secret proves that a request
 * comes from its holder, then the caller.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { AwsError, UsageError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { serviceFacts } from '../api/service-facts.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { Caller } from '../policy/caller.ts';
import type { AccessKeyRecord, SessionRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { unwrapSecret } from './access-secret.ts';
import { userCaller } from './callers.ts';
import { newEntityId } from './entity-id.ts';
import { hasExpired, sessionCaller, userById } from './session-callers.ts';
import { isEndpointKeyId, isSessionKeyId } from './session-key-id.ts';

/** A long-term access key or temporary credentials of the store. */
export interface Credential {
  readonly record: AccessKeyRecord | SessionRecord;
  /** The secret access key, which signs requests; unwrapped when it is read. */
  secret(): string;
}

/** Where and when credentials are checked. */
export interface CredentialCheck {
  readonly tx: Tx;
  readonly now: Date;
  readonly rootKey: RootKey;
  /** The service that the request is for, which refuses it in its own words. */
  readonly service: ServiceName;
}

/** IAM API Reference, AccessKey, AccessKeyId. */
export const isAccessKeyId = (text: string): boolean => /^\w{16,128}$/.test(text);

/** The id of a long-term key, which this store has never given to another one, deleted or not. */
export function newAccessKeyId({
  tx,
  random,
}: {
  readonly tx: Tx;
  readonly random: (size: number) => Uint8Array;
}): string {
  let id = newEntityId('AKIA', random);
  while (tx.accessKeys.get([id])) id = newEntityId('AKIA', random);
  return id;
}

/**
 * The credential with this access key id; undefined if the store has never had it.
 * @throws AwsError if the key is deleted, of a session that ended long ago, or of an endpoint, which alone knows it.
 */
export function credentialOf(
  accessKeyId: string,
  { tx, rootKey, service }: Omit<CredentialCheck, 'now'>,
): Credential | undefined {
  const record = isAccessKeyId(accessKeyId) ? tx.accessKeys.get([accessKeyId]) : undefined;
  if (record?.kind === 'deleted') throw unknownKey(service, accessKeyId);
  if (!record && isSessionKeyId(accessKeyId, rootKey)) throw refusal(service, 'expiredToken');
  if (!record && isEndpointKeyId(accessKeyId, rootKey)) throw unknownKey(service, accessKeyId, OF_ENDPOINT);
  return record && { record, secret: () => unwrapSecret(rootKey, record.wrappedSecret, accessKeyId) };
}

/**
 * The caller that a credential represents. The code that calls this has verified that the request was made with its
 * secret.
 * @param sessionToken the token of the request.
 * @throws AwsError if the token does not belong to the credential, or the credential is inactive or has expired.
 */
export function callerOf(
  { record }: Pick<Credential, 'record'>,
  sessionToken: string | undefined,
  { tx, now, service }: Omit<CredentialCheck, 'rootKey'>,
): Caller {
  if (record.kind === 'session') {
    if (sessionToken === undefined) throw unknownKey(service, record.accessKeyId);
    if (!sameBytes(tokenHash(sessionToken), record.tokenHash)) throw refusal(service, 'wrongToken');
    if (hasExpired(record, now)) throw refusal(service, 'expiredToken');
    const caller = sessionCaller(record, tx);
    if (!caller) throw unknownKey(service, record.accessKeyId);
    return caller;
  }
  const user = userById(record.userId, tx);
  if (record.status !== 'Active' || !user) throw unknownKey(service, record.accessKeyId);
  // A token that is left from other credentials is not ignored: only temporary credentials have one.
  if (sessionToken !== undefined) throw refusal(service, 'wrongToken');
  return userCaller(user, record.accessKeyId);
}

/**
 * Finds the caller from all parts of a credential, as in the environment of a process; undefined when it has never
 * belonged to the store.
 * @throws AwsError when it has, but the secret or the session token is wrong, or it is deleted, inactive or expired.
 */
export function callerByAccessKey(
  accessKeyId: string,
  secret: string | undefined,
  sessionToken: string | undefined,
  at: CredentialCheck,
): Caller | undefined {
  const credential = credentialOf(accessKeyId, at);
  if (!credential) return undefined;
  if (secret === undefined || !sameText(secret, credential.secret())) throw refusal(at.service, 'wrongSignature');
  return callerOf(credential, sessionToken, at);
}

/**
 * The caller that the id of an access key names, as in `--as`: its user, or the very session of these credentials. No
 * secret has to be given, as for no other form of `--as`.
 * @throws UsageError for an id that represents nobody, AwsError for a session that has expired.
 */
export function callerNamedByKey(accessKeyId: string, { tx, now, rootKey, service }: CredentialCheck): Caller {
  const record = tx.accessKeys.get([accessKeyId]);
  if (!record && isSessionKeyId(accessKeyId, rootKey)) throw refusal(service, 'expiredToken');
  const nobody = (reason: string, hint: string) => new UsageError(`the access key ${accessKeyId} ${reason}`, hint);
  switch (record?.kind) {
    case 'session': {
      if (hasExpired(record, now)) throw refusal(service, 'expiredToken');
      const caller = sessionCaller(record, tx);
      if (caller) return caller;
      throw nobody(
        `is of a session that has ended: its ${record.of.kind === 'role' ? 'role' : 'user'} has been deleted`,
        NEW_SESSION,
      );
    }
    case 'long-term': {
      const user = userById(record.userId, tx);
      if (!user) throw nobody('is of a user who has been deleted', NEW_KEY);
      if (record.status === 'Active') return userCaller(user, accessKeyId);
      const activate = `ssebox iam update-access-key --user-name ${user.name} --access-key-id ${accessKeyId} --status Active`;
      throw nobody('is inactive', activate);
    }
    case 'deleted':
      throw nobody('has been deleted', NEW_KEY);
    case undefined:
      if (isEndpointKeyId(accessKeyId, rootKey)) throw nobody(`cannot be used here: ${OF_ENDPOINT}`, NEW_KEY);
      throw nobody('has never belonged to this store', accessKeyId.startsWith('ASIA') ? NEW_SESSION : NEW_KEY);
  }
}

const OF_ENDPOINT = 'the credentials of ssebox exec and ssebox serve work only at their endpoint, while it runs';
const NEW_KEY = 'ssebox iam create-access-key --user-name NAME';
const NEW_SESSION = 'ssebox sts assume-role --role-arn ARN --role-session-name NAME';

/** The part of a session token that is stored. */
export function tokenHash(sessionToken: string): Uint8Array {
  return createHash('sha256').update(sessionToken).digest();
}

/** The refusal of a key that nobody can use; S3 names it: Amazon S3 API Reference, "REST error responses". */
export function unknownKey(service: ServiceName, accessKeyId: string, reason?: string): AwsError {
  const detail = serviceFacts[service].host === 's3' ? { AWSAccessKeyId: accessKeyId } : {};
  return refusal(service, 'unknownKey', detail, reason);
}

/** The refusal of a request by its credentials, in the words of the service. */
export function refusal(
  service: ServiceName,
  fault: 'unknownKey' | 'wrongToken' | 'expiredToken' | 'wrongSignature',
  detail: Readonly<Record<string, string>> = {},
  reason?: string,
): AwsError {
  const [code, message] = serviceFacts[service].credentialErrors[fault];
  return new AwsError(code, message, detail, reason);
}

const sameText = (a: string, b: string): boolean => sameBytes(Buffer.from(a), Buffer.from(b));

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
