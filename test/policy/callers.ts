/** The principals of the cases, by what AWS prints for them. */

import type { AccountId } from '../../src/api/arn.ts';
import type { Caller, RoleSessionCaller, UserCaller } from '../../src/policy/caller.ts';

export const A = '111111111111';
export const B = '222222222222';

const ISSUED = new Date('2026-05-04T08:00:00Z');

const user = (account: AccountId, name: string, userId: string, tags = {}): UserCaller => ({
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/${name}`,
  userId,
  name,
  tags,
});

const session = (account: AccountId, path: string, roleName: string, roleId: string): RoleSessionCaller => ({
  kind: 'role-session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/${roleName}/s1`,
  roleId,
  roleName,
  roleArn: `arn:aws:iam::${account}:role${path}${roleName}`,
  sessionName: 's1',
  tags: {},
  issuedAt: ISSUED,
});

export const alice = user(A, 'alice', 'AIDAALICEALICEALICE01');
export const bob = user(A, 'bob', 'AIDABOBBOBBOBBOBBOB01');
export const xena = user(B, 'xena', 'AIDAXENAXENAXENAXEN01');
export const reader = session(A, '/app/', 'Reader', 'AROAREADERREADERREA01');
const ext = session(B, '/', 'Ext', 'AROAEXTEXTEXTEXTEXT01');

const all: readonly Caller[] = [
  alice,
  bob,
  xena,
  reader,
  ext,
  {
    kind: 'federated-user',
    account: A,
    arn: `arn:aws:sts::${A}:federated-user/alice`,
    name: 'alice',
    baseUserArn: alice.arn,
    baseUserId: alice.userId,
    tags: {},
    issuedAt: ISSUED,
  },
  { kind: 'root', account: A, arn: `arn:aws:iam::${A}:root` },
  { kind: 'root', account: B, arn: `arn:aws:iam::${B}:root` },
  { kind: 'service', name: 's3.amazonaws.com' },
  { kind: 'anonymous' },
];

const nameOf = (caller: Caller) =>
  caller.kind === 'service' ? caller.name : caller.kind === 'anonymous' ? 'anonymous' : caller.arn;

export const callers: Readonly<Record<string, Caller>> = Object.fromEntries(
  all.map((caller) => [nameOf(caller), caller]),
);
