/** Temporary credentials: IAM User Guide, "Temporary security credentials in IAM". */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { OperationName } from '../api/model/operations.ts';
import type { Credentials } from '../api/model/sts.types.ts';
import type { Call } from '../call/operation.ts';
import { issuerOf } from '../policy/caller.ts';
import { saysMfa } from '../policy/stated-context.ts';
import { machineTimeOf } from '../store/clock.ts';
import type { SessionRecord } from '../store/records/iam.ts';
import { newSecretAccessKey, wrapSecret } from './access-secret.ts';
import { auditFields } from './audit-text.ts';
import { tokenHash } from './credentials.ts';
import { newSessionKeyId } from './session-key-id.ts';

/** AWS's session tokens begin like this. */
const TOKEN_PREFIX = 'IQoJb3JpZ2luX2Vj';

/** Issues credentials that are valid for some seconds from now. The secret and the token are returned only here. */
export function issueCredentials(
  account: AccountId,
  of: SessionRecord['of'],
  seconds: number,
  call: Call,
): Credentials {
  const issuedMs = call.now.getTime();
  return newSession({ account, of, issuedMs, expiresMs: issuedMs + seconds * 1000 }, call);
}

/** What a session is, except for its credentials. */
type SessionFacts = Pick<SessionRecord, 'account' | 'of' | 'issuedMs' | 'expiresMs' | 'machineMs'>;

/** Makes credentials of a session. Without `machineMs`, it was issued while the store's clock was as it is now. */
export function newSession(
  { account, of, issuedMs, expiresMs, machineMs }: SessionFacts,
  ground: Pick<Call, 'tx' | 'random' | 'rootKey'>,
): Credentials {
  const { tx, random, rootKey } = ground;
  const accessKeyId = newSessionKeyId(ground);
  const secret = newSecretAccessKey(random);
  const token = `${TOKEN_PREFIX}${Buffer.from(random(192)).toString('base64')}`;
  const issuedMachineMs = machineMs ?? machineTimeOf(tx, issuedMs);
  tx.accessKeys.put([accessKeyId], {
    v: 1,
    kind: 'session',
    accessKeyId,
    account,
    wrappedSecret: wrapSecret(rootKey, secret, accessKeyId),
    tokenHash: tokenHash(token),
    issuedMs,
    expiresMs,
    ...(issuedMachineMs !== issuedMs && { machineMs: issuedMachineMs }),
    of,
  });
  return { AccessKeyId: accessKeyId, SecretAccessKey: secret, SessionToken: token, Expiration: new Date(expiresMs) };
}

/**
 * Refuses temporary credentials that may not call an operation of STS, whatever policies allow: IAM User Guide,
 * "Comparing AWS STS API operations".
 * @throws AccessDenied
 */
export function requireIssuer(operation: OperationName<'sts'>, { caller }: Pick<Call, 'caller'>): void {
  const issuer = issuerOf(caller);
  if (issuer === undefined || mayCall[issuer](operation)) return;
  throw new AwsError(
    'AccessDenied',
    `Cannot call ${operation} with session credentials`,
    {},
    `credentials from ${issuer} ${limits[issuer]}, whatever policies allow; use long-term credentials`,
  );
}

type Issuer = NonNullable<ReturnType<typeof issuerOf>>;

const mayCall: Readonly<Record<Issuer, (operation: OperationName<'sts'>) => boolean>> = {
  AssumeRole: (operation) => operation !== 'GetSessionToken' && operation !== 'GetFederationToken',
  GetFederationToken: (operation) => operation === 'GetCallerIdentity',
  GetSessionToken: (operation) => operation === 'AssumeRole' || operation === 'GetCallerIdentity',
};

const limits: Readonly<Record<Issuer, string>> = {
  AssumeRole: 'cannot call GetSessionToken and GetFederationToken',
  GetFederationToken: 'can call nothing of STS but GetCallerIdentity',
  GetSessionToken: 'can call nothing of STS but AssumeRole and GetCallerIdentity',
};

interface SecondFactor {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

/**
 * Refuses a second factor: no user has a device here, so whatever is named does not belong to the caller.
 * @throws AccessDenied, in STS's words.
 */
export function requireNoDevice({ SerialNumber, TokenCode }: SecondFactor, { stated }: Pick<Call, 'stated'>): void {
  if ((SerialNumber === undefined && TokenCode === undefined) || saysMfa(stated)) return;
  throw new AwsError(
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    {},
    'users in ssebox never have an MFA device; leave out --serial-number and --token-code',
  );
}

/** The part of credentials that the audit log shows: neither secret nor token. */
export const shownCredentials = (credentials: Credentials | undefined) =>
  credentials && auditFields({ AccessKeyId: credentials.AccessKeyId, Expiration: credentials.Expiration });

/** The record of the temporary credentials that a call was made with; undefined if it was made with none. */
export function sessionOf({ caller, tx }: Call): SessionRecord | undefined {
  const id = 'accessKeyId' in caller ? caller.accessKeyId : undefined;
  const record = id === undefined ? undefined : tx.accessKeys.get([id]);
  return record?.kind === 'session' ? record : undefined;
}
