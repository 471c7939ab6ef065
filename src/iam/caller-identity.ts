/** The caller and its credentials: STS API Reference, GetCallerIdentity, GetSessionToken, GetAccessKeyInfo. */

import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import { callerArn, callerUserId } from '../policy/caller.ts';
import { requestAccount } from './identity.ts';
import { issueCredentials, requireIssuer, requireNoDevice, shownCredentials } from './sessions.ts';

export const GetCallerIdentity = operation('sts', 'GetCallerIdentity', {
  resolve: (_input, call) => requestAccount(call),
  authorize: (account) => [{ action: 'sts:GetCallerIdentity', resource: '*', owner: account }],
  run: (account, _input, { caller }) => ({ UserId: callerUserId(caller), Account: account, Arn: callerArn(caller) }),
});

const MAX_ROOT_SECONDS = 3600;
const DEFAULT_SECONDS = 43_200;

/** Needs no permission, but can be denied. The credentials belong to the user or the root user itself. */
export const GetSessionToken = operation('sts', 'GetSessionToken', {
  resolve({ DurationSeconds = DEFAULT_SECONDS, ...device }, call) {
    const { caller } = call;
    const account = requestAccount(call);
    requireIssuer('GetSessionToken', call);
    requireNoDevice(device, call);
    if (caller.kind === 'user') {
      return { account, of: { kind: 'user', userId: caller.userId } as const, seconds: DurationSeconds };
    }
    // Root users get at most an hour, even if they request more.
    return { account, of: { kind: 'root' } as const, seconds: Math.min(DurationSeconds, MAX_ROOT_SECONDS) };
  },
  authorize: () => [],
  run({ account, of, seconds }, _input, call) {
    const access: Access = {
      action: 'sts:GetSessionToken',
      resource: '*',
      owner: account,
      resourcePhrase: '',
    };
    const decidesOnly = 'whether a policy denies it, since none needs to allow it';
    if (call.decide({ ...access, decidesOnly }).denial?.explicit) call.require(access);
    return { Credentials: issueCredentials(account, of, seconds, call) };
  },
  response: ({ Credentials }) => ({ credentials: shownCredentials(Credentials) }),
});

export const GetAccessKeyInfo = operation('sts', 'GetAccessKeyInfo', {
  resolve(_input, call) {
    const account = requestAccount(call);
    requireIssuer('GetAccessKeyInfo', call);
    return account;
  },
  authorize: (account) => [{ action: 'sts:GetAccessKeyInfo', resource: '*', owner: account }],
  run(_account, { AccessKeyId }, { tx }) {
    const key = tx.accessKeys.get([AccessKeyId]);
    if (!key || key.kind === 'deleted')
      throw new AwsError('ValidationError', `The access key id ${AccessKeyId} is not valid`);
    return { Account: key.account };
  },
});
