/** What help and manual say of the operations of AWS STS. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

const reader = 'arn:aws:iam::111122223333:role/reader';
const newAccessKey = '$(ssebox iam create-access-key --user-name ana --query AccessKey.AccessKeyId --output text)';

export const stsProse = {
  AssumeRole: {
    summary: 'Get temporary credentials for a role that trusts the caller',
    description: `The session has the role's permissions, limited to what --policy and --policy-arns also allow. The
credentials work in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. --as with their access key id is
this session too, with its policies, tags, source identity and time of issue; once it has expired, it is refused as in
AWS. --as role/NAME/SESSION is a plain session of the role, whatever was assumed under that name.`,
    examples: [
      `ssebox sts assume-role --role-arn ${reader} --role-session-name audit`,
      `ssebox sts assume-role --role-arn ${reader} --role-session-name audit --duration-seconds 900 --query AssumedRoleUser.Arn --output text`,
    ],
  },
  DecodeAuthorizationMessage: {
    summary: 'Decode the message that some services put into a refusal',
    unavailable: true,
  },
  GetAccessKeyInfo: {
    summary: 'Show the account that an access key id belongs to',
    examples: [
      `ssebox sts get-access-key-info --access-key-id ${newAccessKey}`,
      `ssebox sts get-access-key-info --access-key-id ${newAccessKey} --query Account --output text`,
    ],
  },
  GetCallerIdentity: {
    summary: 'Show who is calling: account, ARN and user id',
    examples: [
      'ssebox sts get-caller-identity',
      'ssebox sts get-caller-identity --as role/reader/audit --query Arn --output text',
      `ssebox sts get-caller-identity --as $(ssebox sts assume-role --role-arn ${reader} --role-session-name audit --query Credentials.AccessKeyId --output text)`,
    ],
  },
  GetFederationToken: {
    summary: 'Get temporary credentials for somebody who has no user of the account',
    description: `The session has what the calling user may do and --policy or --policy-arns allows too; without either it has
only what policies of resources allow the federated user by name. It can call nothing of IAM, and nothing of STS but
GetCallerIdentity. The credentials work as those of assume-role do; --as with their access key id is this session, and
--as federated-user/NAME the newest one of that name.`,
    examples: [
      'ssebox sts get-federation-token --name Bob --policy file://policy.json',
      'ssebox sts get-federation-token --name Bob --policy-arns arn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess && ssebox s3 ls --as federated-user/Bob',
    ],
  },
  GetSessionToken: {
    summary: 'Get temporary credentials for the calling user',
    description: `They have the user's permissions, but without MFA, which no user in ssebox has, they cannot call IAM,
and nothing of STS but AssumeRole and GetCallerIdentity, whatever policies allow.`,
    examples: [
      'ssebox sts get-session-token',
      'ssebox sts get-session-token --duration-seconds 3600 --query Credentials.Expiration --output text',
    ],
  },
} as const satisfies Record<OperationName<'sts'>, OperationProse>;
