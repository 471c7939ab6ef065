/** Long-term access keys of users: IAM User Guide, "Managing access keys for IAM users". */

import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../call/operation.ts';
import type { AccessKeyRecord, UserRecord } from '../store/records/iam.ts';
import { AbsentEntity } from './absent-entity.ts';
import { newSecretAccessKey, wrapSecret } from './access-secret.ts';
import { auditFields } from './audit-text.ts';
import { newAccessKeyId } from './credentials.ts';
import { identityAccess, requestAccount, requireUser } from './identity.ts';
import { pageOf } from './listing.ts';
import { iamQuotas, limitExceeded } from './quota.ts';
import { ownName } from './users.ts';

const MAX_KEYS = iamQuotas.accessKeysPerUser;

/** The secret is in this response and never shown again. */
export const CreateAccessKey = operation('iam', 'CreateAccessKey', {
  resolve: ({ UserName }, call) => requireUser(UserName ?? ownName(call.caller), call),
  authorize: (record) => identityAccess('CreateAccessKey', { kind: 'user', record }),
  run(user, _input, call) {
    const { tx, now, random, rootKey } = call;
    if (keysOf(user, undefined, call).length >= MAX_KEYS) throw limitExceeded('AccessKeysPerUser', MAX_KEYS);
    const accessKeyId = newAccessKeyId(call);
    const secret = newSecretAccessKey(random);
    tx.accessKeys.put([accessKeyId], {
      v: 1,
      kind: 'long-term',
      accessKeyId,
      account: user.account,
      userId: user.id,
      wrappedSecret: wrapSecret(rootKey, secret, accessKeyId),
      status: 'Active',
      createdMs: now.getTime(),
    });
    tx.userAccessKeys.put([user.id, accessKeyId], true);
    const AccessKey = { UserName: user.name, AccessKeyId: accessKeyId, Status: 'Active' as const };
    return { AccessKey: { ...AccessKey, SecretAccessKey: secret, CreateDate: now } };
  },
  response: ({ AccessKey: { SecretAccessKey: _, ...shown } }) => auditFields({ AccessKey: shown }),
});

export const ListAccessKeys = operation('iam', 'ListAccessKeys', {
  resolve: ({ UserName }, call) => requireUser(UserName ?? ownName(call.caller), call),
  authorize: (record) => identityAccess('ListAccessKeys', { kind: 'user', record }),
  run(user, request, call) {
    const { items, ...more } = pageOf(
      request,
      (after) => keysOf(user, after, call),
      ({ accessKeyId }) => accessKeyId,
    );
    const AccessKeyMetadata = items.map(({ accessKeyId, status, createdMs }) => ({
      UserName: user.name,
      AccessKeyId: accessKeyId,
      Status: status,
      CreateDate: new Date(createdMs),
    }));
    return { AccessKeyMetadata, ...more };
  },
});

export const UpdateAccessKey = operation('iam', 'UpdateAccessKey', {
  resolve: ({ UserName }, call) => requireUser(UserName ?? ownName(call.caller), call),
  authorize: (record) => identityAccess('UpdateAccessKey', { kind: 'user', record }),
  run(user, { AccessKeyId, Status }, call) {
    if (Status === 'Expired') throw new AwsError('ValidationError', 'Status Expired cannot be set');
    call.tx.accessKeys.put([AccessKeyId], { ...requireKey(user, AccessKeyId, call), status: Status });
  },
});

/** Its id stays known, so that whoever still uses it is refused. */
export const DeleteAccessKey = operation('iam', 'DeleteAccessKey', {
  resolve: ({ UserName }, call) => requireUser(UserName ?? ownName(call.caller), call),
  authorize: (record) => identityAccess('DeleteAccessKey', { kind: 'user', record }),
  run(user, { AccessKeyId }, call) {
    const { account } = requireKey(user, AccessKeyId, call);
    call.tx.accessKeys.put([AccessKeyId], { v: 1, kind: 'deleted', accessKeyId: AccessKeyId, account });
    call.tx.userAccessKeys.remove([user.id, AccessKeyId]);
  },
});

/** `N/A` if the key was never used. */
export const GetAccessKeyLastUsed = operation('iam', 'GetAccessKeyLastUsed', {
  resolve({ AccessKeyId }, call) {
    const key = call.tx.accessKeys.get([AccessKeyId]);
    const place = key?.kind === 'long-term' ? call.tx.principalIds.get([key.userId]) : undefined;
    const account = requestAccount(call);
    if (key?.kind !== 'long-term' || !place || key.account !== account) {
      throw new AbsentEntity(absentKey(AccessKeyId), {
        resource: '*',
        owner: account,
        resourcePhrase: `on resource: access key ${AccessKeyId}`,
      });
    }
    return { key, user: requireUser(place.name, call) };
  },
  authorize: ({ user }) => identityAccess('GetAccessKeyLastUsed', { kind: 'user', record: user }),
  run({ key: { lastUsed }, user }) {
    return {
      UserName: user.name,
      AccessKeyLastUsed: {
        LastUsedDate: lastUsed && new Date(lastUsed.timeMs),
        ServiceName: lastUsed?.service ?? 'N/A',
        Region: lastUsed?.region ?? 'N/A',
      },
    };
  },
});

function keysOf(user: UserRecord, after: string | undefined, { tx }: Call): AccessKeyRecord[] {
  const keys: AccessKeyRecord[] = [];
  const range = after === undefined ? {} : { start: [user.id, after], after: true };
  for (const { key } of tx.userAccessKeys.under([user.id], range)) {
    const record = tx.accessKeys.get([key[1]]);
    if (record?.kind === 'long-term') keys.push(record);
  }
  return keys;
}

function requireKey(user: UserRecord, accessKeyId: string, { tx }: Call): AccessKeyRecord {
  const record = tx.accessKeys.get([accessKeyId]);
  if (record?.kind !== 'long-term' || record.userId !== user.id) throw noSuchKey(accessKeyId);
  return record;
}

const noSuchKey = (id: string) => new AwsError('NoSuchEntity', absentKey(id));

const absentKey = (id: string): string => `The Access Key with id ${id} cannot be found.`;
