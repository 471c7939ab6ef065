/** STS and IAM: AWS STS API Reference; IAM API Reference. */

import { ReceivedRefusal } from '../../../api/errors.ts';
import { NotTried, requireSame, Wrong } from './outcome.ts';
import type { Peer } from './peer.ts';
import type { Row } from './row.ts';

export const identityRows: readonly Row[] = [
  {
    name: 'STS: get caller identity',
    async probe({ call }) {
      const { Account, Arn, UserId } = await call('sts', 'GetCallerIdentity', {});
      if (!/^\d{12}$/.test(`${Account}`)) throw new Wrong(`the account is "${Account}"`, '12 digits');
      if (!Arn?.startsWith('arn:aws')) throw new Wrong(`the ARN is "${Arn}"`, 'an ARN');
      if (!UserId) throw new Wrong('there is no UserId', 'the id of the caller');
      return Arn;
    },
  },
  {
    name: 'STS: assume a role',
    async probe(peer) {
      if (peer.isAws) throw new NotTried('it takes a role, and a check makes none in an account of AWS');
      const { call, bucket } = peer;
      const { Account } = await call('sts', 'GetCallerIdentity', {}).catch(accountless);
      const RoleName = bucket;
      const roleArn = await newRole(peer, RoleName, Account ?? '000000000000');
      const { Credentials } = await call('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'check' });
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = Credentials ?? {};
      const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
      const { Arn } = await call('sts', 'GetCallerIdentity', {}, credentials);
      requireSame('the caller', Arn?.split(':').at(-1), `assumed-role/${RoleName}/check`);
    },
  },
  {
    name: 'IAM: list users',
    async probe({ call }) {
      const { Users, IsTruncated } = await call('iam', 'ListUsers', {});
      if (!Array.isArray(Users) || IsTruncated === undefined) throw new Wrong('there is no list', 'a list of users');
      return `${Users.length}${IsTruncated ? ' and more' : ''}`;
    },
  },
];

/** Some endpoints assume roles and do not tell who calls. */
function accountless(error: unknown): { readonly Account?: string } {
  if (error instanceof ReceivedRefusal) return {};
  throw error;
}

/** The ARN of a new role that the account may assume; of one that is not there, where the endpoint has no roles. */
async function newRole({ call }: Peer, RoleName: string, account: string): Promise<string> {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  try {
    const { Role } = await call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
    if (Role?.Arn) return Role.Arn;
  } catch (error) {
    if (!(error instanceof ReceivedRefusal)) throw error;
  }
  return `arn:aws:iam::${account}:role/${RoleName}`;
}
