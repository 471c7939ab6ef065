/** The caller of a call, as one account's log shows it: CloudTrail User Guide, "CloudTrail userIdentity element". */

import type { CallRecord } from '../store/records/call.ts';
import { eventTime } from './event-time.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The service that made the call on the caller's behalf, with its name in sourceIPAddress, userAgent and invokedBy. */
export function invokedBy({ service, viaService, caller, serviceEvent }: CallRecord): string | undefined {
  if (serviceEvent) return 'AWS Internal';
  if (caller.type === 'AWSService') return caller.principalId;
  const by = viaService?.split('.')[0];
  if (by === undefined) return undefined;
  // A forward access session: `s3.us-east-1.amazonaws.com` calls as `fas.s3.amazonaws.com`.
  return by === service ? `${by}.amazonaws.com` : `fas.${by}.amazonaws.com`;
}

/**
 * Whether a service did this for a call in another region, with its name as invokedBy alone: AWS KMS Developer Guide,
 * "UpdatePrimaryRegion" log entry.
 */
export const isSentOn = ({ viaService, service }: CallRecord): boolean => viaService?.split('.')[0] === service;

export function userIdentity(record: CallRecord): Fields {
  const { caller, recipient } = record;
  const by = invokedBy(record);
  if (record.serviceEvent) return present({ accountId: caller.accountId, invokedBy: by });
  if (caller.type === 'AWSService') return present({ type: caller.type, invokedBy: by });
  // The owner of a resource sees only the id of a caller from another account, not the name.
  if (caller.type === 'AWSAccount' || caller.accountId !== recipient) {
    return present({
      type: 'AWSAccount',
      principalId: caller.principalId,
      accountId: caller.accountId,
      invokedBy: by,
    });
  }
  return present({
    type: caller.type,
    principalId: caller.principalId,
    arn: caller.arn,
    accountId: caller.accountId,
    accessKeyId: caller.accessKeyId,
    userName: caller.type === 'IAMUser' ? caller.userName : undefined,
    sessionContext: sessionContext(record),
    invokedBy: by,
  });
}

/** For temporary credentials: who issued them, unless their user got them for itself, and when. */
function sessionContext({ caller }: CallRecord): Fields | undefined {
  const { issuer, accountId } = caller;
  const issuedAtMs = issuer?.issuedAtMs ?? caller.issuedAtMs;
  if (issuedAtMs === undefined) return undefined;
  return {
    ...(issuer && {
      sessionIssuer: present({
        type: caller.type !== 'FederatedUser' ? 'Role' : issuer.userName === undefined ? 'Root' : 'IAMUser',
        principalId: issuer.principalId,
        arn: issuer.arn,
        accountId,
        userName: issuer.userName,
      }),
    }),
    // A string, not a boolean.
    attributes: { creationDate: eventTime(issuedAtMs), mfaAuthenticated: 'false' },
    ...(issuer?.sourceIdentity !== undefined && { sourceIdentity: issuer.sourceIdentity }),
  };
}

const present = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
