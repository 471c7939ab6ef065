/** What there is of IAM in an account: IAM API Reference, GetAccountAuthorizationDetails and GetAccountSummary. */

import type { AccountId } from '../api/arn.ts';
import type {
  AttachedPolicy,
  EntityType,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '../api/model/iam.types.ts';
import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import { awsManagedPolicies } from '../policy/aws-managed-policies.ts';
import type { GroupRecord, RoleRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { customerPoliciesOf, groupsOf, rolesOf, usersOf } from './entities.ts';
import { tagList } from './entity-tags.ts';
import { groupOf } from './groups.ts';
import { type IdentityPolicies, requestAccount } from './identity.ts';
import { lowerName, pageOf, startAfter } from './listing.ts';
import { type FoundPolicy, policyOf, usesOf } from './managed-policies.ts';
import { shownVersion, versionsOf } from './policy-versions.ts';
import { iamQuotas } from './quota.ts';
import { shownRole } from './roles.ts';
import { userOf } from './users.ts';

const allOf =
  (name: string) =>
  (account: AccountId): Access[] => [{ action: `iam:${name}`, resource: '*', owner: account }];

export const GetAccountAuthorizationDetails = operation('iam', 'GetAccountAuthorizationDetails', {
  resolve: (_input, call) => requestAccount(call),
  authorize: allOf('GetAccountAuthorizationDetails'),
  run(account, { Filter = [], ...request }, { tx }) {
    const wanted = ORDER.filter((kind) => Filter.length === 0 || Filter.includes(kind));
    const { items, ...more } = pageOf(request, (after) => details(account, wanted, after, tx), nameOf);
    const of = <K extends Detail['kind']>(...kinds: readonly K[]) =>
      items.filter((item): item is Extract<Detail, { kind: K }> => (kinds as readonly string[]).includes(item.kind));
    return {
      UserDetailList: of('User').map(({ record }) => userDetail(record)),
      GroupDetailList: of('Group').map(({ record }) => groupDetail(record)),
      RoleDetailList: of('Role').map(({ record }) => roleDetail(record, tx)),
      Policies: of('LocalManagedPolicy', 'AWSManagedPolicy').map(({ policy }) => policyDetail(policy, account, tx)),
      ...more,
    };
  },
});

/** One thing that the details list, of the kinds in the order of the list. */
type Detail =
  | { readonly kind: 'User'; readonly record: UserRecord }
  | { readonly kind: 'Group'; readonly record: GroupRecord }
  | { readonly kind: 'Role'; readonly record: RoleRecord }
  | { readonly kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly policy: FoundPolicy };

const ORDER = [
  'User',
  'Group',
  'Role',
  'LocalManagedPolicy',
  'AWSManagedPolicy',
] as const satisfies readonly EntityType[];

/** The kind of a detail and what it is ordered by within the kind. */
function nameOf(detail: Detail): string {
  if (!('policy' in detail)) return `${detail.kind} ${lowerName(detail.record)}`;
  const { path, name, arn } = detail.policy.record;
  return `${detail.kind} ${detail.kind === 'LocalManagedPolicy' ? path + name : arn}`;
}

/** Everything of the wanted kinds, or what comes after the thing of that name. */
function* details(
  account: AccountId,
  wanted: readonly EntityType[],
  after: string | undefined,
  tx: Tx,
): Iterable<Detail> {
  const [, last, name] = /^(\w+) (.*)$/s.exec(after ?? '') ?? [];
  const kinds: readonly string[] = ORDER;
  for (const kind of ORDER.slice(Math.max(kinds.indexOf(last ?? ''), 0))) {
    if (wanted.includes(kind)) yield* detailsOf(kind, account, kind === last ? name : undefined, tx);
  }
}

function* detailsOf(
  kind: (typeof ORDER)[number],
  account: AccountId,
  after: string | undefined,
  tx: Tx,
): Iterable<Detail> {
  const range = startAfter(account, after);
  switch (kind) {
    case 'User':
      yield* ofKind(tx.users.under([account], range), (record) => ({ kind, record }));
      break;
    case 'Group':
      yield* ofKind(tx.groups.under([account], range), (record) => ({ kind, record }));
      break;
    case 'Role':
      yield* ofKind(tx.roles.under([account], range), (record) => ({ kind, record }));
      break;
    case 'LocalManagedPolicy':
      yield* ofKind(tx.managedPolicies.under([account], range), (record) => ({
        kind,
        policy: { kind: 'customer', record },
      }));
      break;
    case 'AWSManagedPolicy': {
      // Of AWS's own, those that are in use.
      const at = awsManagedPolicies.findIndex(({ arn }) => arn === after);
      for (const record of awsManagedPolicies.slice(at + 1)) {
        const { attached, bounding } = usesOf(record.arn, account, tx);
        if (attached + bounding > 0) yield { kind, policy: { kind: 'aws', record } };
      }
    }
  }
}

function* ofKind<V>(rows: Iterable<{ readonly value: V }>, made: (value: V) => Detail): Iterable<Detail> {
  for (const { value } of rows) yield made(value);
}

/** A list that AWS leaves out where it is empty. */
const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);

const inlineOf = ({ inlinePolicies }: IdentityPolicies): PolicyDetail[] =>
  Object.entries(inlinePolicies).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument }));

const attachedOf = ({ attachedPolicies }: IdentityPolicies): AttachedPolicy[] =>
  attachedPolicies.map((PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn }));

function userDetail(record: UserRecord): UserDetail {
  const { PermissionsBoundary, Tags: _tags, ...user } = userOf(record);
  return {
    ...user,
    UserPolicyList: unlessEmpty(inlineOf(record)),
    GroupList: record.groups,
    AttachedManagedPolicies: attachedOf(record),
    PermissionsBoundary,
    Tags: tagList(record.tags),
  };
}

const groupDetail = (record: GroupRecord): GroupDetail => ({
  ...groupOf(record),
  GroupPolicyList: inlineOf(record),
  AttachedManagedPolicies: attachedOf(record),
});

function roleDetail(record: RoleRecord, tx: Tx): RoleDetail {
  const { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument, PermissionsBoundary, RoleLastUsed } =
    shownRole(record, tx);
  return {
    Path,
    RoleName,
    RoleId,
    Arn,
    CreateDate,
    AssumeRolePolicyDocument,
    InstanceProfileList: [],
    RolePolicyList: inlineOf(record),
    AttachedManagedPolicies: attachedOf(record),
    PermissionsBoundary,
    Tags: tagList(record.tags),
    RoleLastUsed,
  };
}

function policyDetail(policy: FoundPolicy, account: AccountId, tx: Tx): ManagedPolicyDetail {
  const { Description, Tags: _tags, ...shown } = policyOf(policy, tx, account);
  return {
    ...shown,
    ...(policy.kind === 'customer' && { Description }),
    PolicyVersionList: versionsOf(policy).map(shownVersion),
  };
}

/** Counts, and AWS's quotas: IAM User Guide, "IAM and AWS STS quotas". What an account here never has counts nothing. */
export const GetAccountSummary = operation('iam', 'GetAccountSummary', {
  resolve: (_input, call) => requestAccount(call),
  authorize: allOf('GetAccountSummary'),
  run(account, _input, { tx }) {
    const policies = [...customerPoliciesOf(account, tx)];
    return {
      SummaryMap: {
        ...QUOTAS,
        ...NEVER,
        Users: count(usersOf(account, tx)),
        Groups: count(groupsOf(account, tx)),
        Roles: count(rolesOf(account, tx)),
        Policies: policies.length,
        PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + Object.keys(versions).length, 0),
        GlobalEndpointTokenVersion: 1,
      },
    };
  },
});

function count(rows: Iterable<unknown>): number {
  let sum = 0;
  for (const _row of rows) sum += 1;
  return sum;
}

const QUOTAS = {
  AccessKeysPerUserQuota: iamQuotas.accessKeysPerUser,
  AssumeRolePolicySizeQuota: iamQuotas.trustPolicySize,
  AttachedPoliciesPerGroupQuota: iamQuotas.attachedPolicies.group,
  AttachedPoliciesPerRoleQuota: iamQuotas.attachedPolicies.role,
  AttachedPoliciesPerUserQuota: iamQuotas.attachedPolicies.user,
  GroupPolicySizeQuota: iamQuotas.inlinePolicySize.group,
  GroupsPerUserQuota: iamQuotas.groupsPerUser,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: iamQuotas.policySize,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: iamQuotas.inlinePolicySize.role,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: iamQuotas.inlinePolicySize.user,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: iamQuotas.versionsPerPolicy,
};

const NEVER = {
  AccountAccessKeysPresent: 0,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  InstanceProfiles: 0,
  MFADevices: 0,
  MFADevicesInUse: 0,
  Providers: 0,
  ServerCertificates: 0,
};
