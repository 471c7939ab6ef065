/** Temporary credentials: IAM User Guide, "Temporary security credentials in IAM". */

import type { AccountId } from '../api/arn.ts';
import type { Credentials } from '../api/model/sts.types.ts';
import type { Call } from '../call/operation.ts';
import type { SessionRecord } from '../store/records/iam.ts';
import { newSecretAccessKey, wrapSecret } from './access-secret.ts';
import { newAccessKeyId, tokenHash } from './credentials.ts';

/** AWS's session tokens begin like this. */
const TOKEN_PREFIX = 'IQoJb3JpZ2luX2Vj';

/** Issues credentials that are valid for some seconds from now. The secret and the token are returned only here. */
export function issueCredentials(
  account: AccountId,
  of: SessionRecord['of'],
  seconds: number,
  call: Call,
): Credentials {
  const { tx, now, random, rootKey } = call;
  const accessKeyId = newAccessKeyId('ASIA', call);
  const secret = newSecretAccessKey(random);
  const token = `${TOKEN_PREFIX}${Buffer.from(random(192)).toString('base64')}`;
  const expiresMs = now.getTime() + seconds * 1000;
  tx.accessKeys.put([accessKeyId], {
    v: 1,
    kind: 'session',
    accessKeyId,
    account,
    wrappedSecret: wrapSecret(rootKey, secret, accessKeyId),
    tokenHash: tokenHash(token),
    issuedMs: now.getTime(),
    expiresMs,
    of,
  });
  return { AccessKeyId: accessKeyId, SecretAccessKey: secret, SessionToken: token, Expiration: new Date(expiresMs) };
}

/** The part of credentials that the audit log shows: neither secret nor token. */
export const shownCredentials = (credentials: Credentials | undefined) =>
  credentials && { accessKeyId: credentials.AccessKeyId, expiration: credentials.Expiration };

/** The record of the temporary credentials that a call was made with; undefined if it was made with none. */
export function sessionOf({ caller, tx }: Call): SessionRecord | undefined {
  const id = 'accessKeyId' in caller ? caller.accessKeyId : undefined;
  const record = id === undefined ? undefined : tx.accessKeys.get([id]);
  return record?.kind === 'session' ? record : undefined;
}
