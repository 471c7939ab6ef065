/** GetFederationToken: STS API Reference, GetFederationToken; IAM User Guide, "Permissions for GetFederationToken". */

import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import { federatedUserArn } from './callers.ts';
import { tagContext } from './entity-tags.ts';
import { requestAccount } from './identity.ts';
import { checkSessionTags, packedSize, passedArns, passedPolicies } from './session-policies.ts';
import { issueCredentials, requireIssuer, shownCredentials } from './sessions.ts';

const MAX_ROOT_SECONDS = 3600;
const DEFAULT_SECONDS = 43_200;

/** The session has what both the caller's policies and those that are passed allow; without any of these, nothing. */
export const GetFederationToken = operation('sts', 'GetFederationToken', {
  resolve({ Name, Tags = [], DurationSeconds = DEFAULT_SECONDS }, call) {
    const account = requestAccount(call);
    requireIssuer('GetFederationToken', call);
    checkSessionTags(Tags);
    const { caller } = call;
    const isUser = caller.kind === 'user';
    return {
      account,
      arn: federatedUserArn(account, Name),
      userId: isUser ? caller.userId : undefined,
      // Root users get at most an hour, even if they request more.
      seconds: isUser ? DurationSeconds : Math.min(DurationSeconds, MAX_ROOT_SECONDS),
    };
  },
  authorize({ account, arn }, { Tags = [] }) {
    const context = tagContext(Tags);
    const access = (action: string): Access => ({ action, resource: arn, owner: account, context });
    return [access('sts:GetFederationToken'), ...(Tags.length > 0 ? [access('sts:TagSession')] : [])];
  },
  run({ account, arn, userId, seconds }, input, call) {
    const { Name, Tags = [] } = input;
    const sessionPolicies = passedPolicies(input, account, call);
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const PackedPolicySize = packedSize(sessionPolicies ?? [], tags);
    const of = {
      kind: 'federated-user',
      name: Name,
      userId,
      tags,
      sessionPolicies,
      sessionPolicyArns: passedArns(input),
    } as const;
    return {
      Credentials: issueCredentials(account, of, seconds, call),
      FederatedUser: { FederatedUserId: `${account}:${Name}`, Arn: arn },
      ...(PackedPolicySize > 0 && { PackedPolicySize }),
    };
  },
  response: ({ Credentials, FederatedUser, PackedPolicySize }) => ({
    credentials: shownCredentials(Credentials),
    federatedUser: FederatedUser && { federatedUserId: FederatedUser.FederatedUserId, arn: FederatedUser.Arn },
    ...(PackedPolicySize !== undefined && { packedPolicySize: PackedPolicySize }),
  }),
});
