/** An account of a store, as AWS's answers about it show it: what a dump of it would hold. */

import { groupArn, roleArn, userArn } from '../../src/iam/entities.ts';
import { shownPolicy } from '../../src/iam/principal-bindings.ts';
import { shownTrustPolicy } from '../../src/iam/trust-policy.ts';
import { principalText } from '../../src/kms/grant-principal.ts';
import { arnOf, keyMetadata } from '../../src/kms/key.ts';
import { shownKeyPolicy } from '../../src/kms/key-policy.ts';
import { awsManagedPolicies } from '../../src/policy/aws-managed-policies.ts';
import { awsOrganizationPolicies } from '../../src/policy/organization-policies.ts';
import { canonicalUserId } from '../../src/s3/request/owner.ts';
import type { BucketDefault } from '../../src/store/records/s3.ts';
import type { Tx } from '../../src/store/tables.ts';

/** One call with its answer, as the script for dumps records it. */
export interface DumpedCall {
  readonly Operation: string;
  readonly Region: string;
  readonly Input: Readonly<Record<string, unknown>>;
  readonly Output: unknown;
}

const iso = (ms: number): string => new Date(ms).toISOString();

const policyList = (documents: Readonly<Record<string, string>>) =>
  Object.entries(documents).map(([PolicyName, text]) => ({ PolicyName, PolicyDocument: JSON.parse(text) }));

const attachedList = (arns: readonly string[]) =>
  arns.map((PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn }));

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const boundaryMember = (arn: string | undefined) =>
  arn === undefined
    ? {}
    : { PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: arn } };

/** IAM API Reference, GetAccountAuthorizationDetails. */
function authorizationDetails(account: string, tx: Tx) {
  const values = <T>(rows: Iterable<{ readonly value: T }>): T[] => Array.from(rows, ({ value }) => value);
  return {
    UserDetailList: values(tx.users.under([account])).map((user) => ({
      Path: user.path,
      UserName: user.name,
      UserId: user.id,
      Arn: userArn(user),
      CreateDate: iso(user.createdMs),
      UserPolicyList: policyList(user.inlinePolicies),
      GroupList: user.groups,
      AttachedManagedPolicies: attachedList(user.attachedPolicies),
      ...boundaryMember(user.boundary),
      Tags: tagList(user.tags),
    })),
    GroupDetailList: values(tx.groups.under([account])).map((group) => ({
      Path: group.path,
      GroupName: group.name,
      GroupId: group.id,
      Arn: groupArn(group),
      CreateDate: iso(group.createdMs),
      GroupPolicyList: policyList(group.inlinePolicies),
      AttachedManagedPolicies: attachedList(group.attachedPolicies),
    })),
    RoleDetailList: values(tx.roles.under([account])).map((role) => ({
      Path: role.path,
      RoleName: role.name,
      RoleId: role.id,
      Arn: roleArn(role),
      CreateDate: iso(role.createdMs),
      AssumeRolePolicyDocument: JSON.parse(shownTrustPolicy(role.trustPolicy, tx)),
      InstanceProfileList: [],
      RolePolicyList: policyList(role.inlinePolicies),
      AttachedManagedPolicies: attachedList(role.attachedPolicies),
      ...boundaryMember(role.boundary),
      Tags: tagList(role.tags),
      RoleLastUsed: {},
    })),
    Policies: [
      ...values(tx.managedPolicies.under([account])).map((policy) => ({
        PolicyName: policy.name,
        PolicyId: policy.id,
        Arn: policy.arn,
        Path: policy.path,
        DefaultVersionId: policy.defaultVersion,
        CreateDate: iso(policy.createdMs),
        UpdateDate: iso(policy.updatedMs),
        PolicyVersionList: Object.entries(policy.versions).map(([number, { document, createdMs }]) => ({
          Document: JSON.parse(document),
          VersionId: `v${number}`,
          IsDefaultVersion: `v${number}` === policy.defaultVersion,
          CreateDate: iso(createdMs),
        })),
      })),
      ...awsManagedPolicies.map((policy) => ({
        PolicyName: policy.name,
        PolicyId: policy.id,
        Arn: policy.arn,
        Path: policy.path,
        DefaultVersionId: policy.version,
        CreateDate: iso(policy.createdMs),
        UpdateDate: iso(policy.updatedMs),
        PolicyVersionList: [
          { Document: JSON.parse(policy.document), VersionId: policy.version, IsDefaultVersion: true },
        ],
      })),
    ],
  };
}

/** All answers about an account. */
export function dumpedAccount(account: string, tx: Tx): DumpedCall[] {
  const calls: DumpedCall[] = [];
  const add = (Operation: string, Region: string, Input: DumpedCall['Input'], Output: unknown) =>
    calls.push({ Operation, Region, Input, Output });
  add('get-account-authorization-details', 'us-east-1', {}, authorizationDetails(account, tx));
  for (const { value: policy } of tx.managedPolicies.under([account])) {
    add('list-policy-tags', 'us-east-1', { PolicyArn: policy.arn }, { Tags: tagList(policy.tags), IsTruncated: false });
  }
  const keys = Array.from(tx.kmsKeys.under([account]), ({ value }) => value);
  for (const region of new Set(keys.map((key) => key.region))) {
    const here = keys.filter((key) => key.region === region);
    add('list-keys', region, {}, { Keys: here.map((key) => ({ KeyId: key.keyId, KeyArn: arnOf(key) })) });
    const aliases = Array.from(tx.kmsAliases.under([account, region]), ({ key, value }) => ({
      AliasName: key[2],
      AliasArn: `arn:aws:kms:${region}:${account}:${key[2]}`,
      TargetKeyId: value.keyId,
      CreationDate: iso(value.createdMs),
      LastUpdatedDate: iso(value.updatedMs),
    }));
    add('list-aliases', region, {}, { Aliases: aliases });
    for (const key of here) {
      const asked = { KeyId: key.keyId };
      add('describe-key', region, asked, { KeyMetadata: JSON.parse(JSON.stringify(keyMetadata(key, tx))) });
      add('get-key-policy', region, asked, { Policy: shownKeyPolicy(key, tx), PolicyName: 'default' });
      add('list-resource-tags', region, asked, { Tags: key.tags, Truncated: false });
      add('get-key-rotation-status', region, asked, {
        KeyRotationEnabled: key.rotation !== undefined,
        KeyId: key.keyId,
        ...(key.rotation && {
          RotationPeriodInDays: key.rotation.periodDays,
          NextRotationDate: iso(key.rotation.nextMs),
        }),
      });
      const grants = Array.from(tx.kmsGrants.under([account, region, key.keyId]), ({ value: grant }) => ({
        KeyId: arnOf(key),
        GrantId: grant.grantId,
        Name: grant.name,
        CreationDate: iso(grant.createdMs),
        GranteePrincipal: principalText(grant.grantee, tx),
        ...(grant.retiring && { RetiringPrincipal: principalText(grant.retiring, tx) }),
        IssuingAccount: `arn:aws:iam::${grant.issuer}:root`,
        Operations: grant.operations,
        Constraints: {
          ...(grant.constraints.subset && { EncryptionContextSubset: grant.constraints.subset }),
          ...(grant.constraints.equals && { EncryptionContextEquals: grant.constraints.equals }),
        },
      }));
      add('list-grants', region, asked, { Grants: grants, Truncated: false });
    }
  }
  const buckets = Array.from(tx.bucketsByOwner.under([account]), ({ key }) => tx.buckets.get([key[1]])).filter(
    (bucket) => bucket !== undefined,
  );
  add(
    'list-buckets',
    'us-east-1',
    {},
    {
      Buckets: buckets.map(({ name, createdMs }) => ({ Name: name, CreationDate: iso(createdMs) })),
      Owner: { ID: canonicalUserId(account) },
    },
  );
  for (const bucket of buckets) {
    const { region, name: Bucket } = bucket;
    const ask = (operation: string, output: unknown) => add(operation, region, { Bucket }, output);
    ask('get-bucket-location', { LocationConstraint: bucket.location ?? null });
    ask(
      'get-bucket-policy',
      bucket.policy === undefined ? null : { Policy: shownPolicy(bucket.policy, bucket.policyPrincipals, tx) },
    );
    ask('get-bucket-encryption', {
      ServerSideEncryptionConfiguration: { Rules: [ruleOf(bucket.encryption, bucket.blocksCustomerKeys)] },
    });
    ask('get-bucket-versioning', bucket.versioning === undefined ? null : { Status: bucket.versioning });
    ask(
      'get-bucket-ownership-controls',
      bucket.ownership === undefined ? null : { OwnershipControls: { Rules: [{ ObjectOwnership: bucket.ownership }] } },
    );
    ask(
      'get-public-access-block',
      bucket.publicAccessBlock ? { PublicAccessBlockConfiguration: bucket.publicAccessBlock } : null,
    );
    const replication = tx.replicationConfigurations.get([Bucket]);
    ask('get-bucket-replication', replication ? { ReplicationConfiguration: replication.configuration } : null);
    ask('get-bucket-tagging', bucket.tags ? { TagSet: bucket.tags } : null);
  }
  return calls;
}

const algorithms = { 'SSE-S3': 'AES256', 'SSE-KMS': 'aws:kms', 'DSSE-KMS': 'aws:kms:dsse' } as const;

const ruleOf = (encryption: BucketDefault, blocksCustomerKeys: boolean) => ({
  ApplyServerSideEncryptionByDefault: {
    SSEAlgorithm: algorithms[encryption.kind],
    ...(encryption.kind !== 'SSE-S3' && encryption.keyId !== undefined && { KMSMasterKeyID: encryption.keyId }),
  },
  BucketKeyEnabled: encryption.bucketKey,
  BlockedEncryptionTypes: { EncryptionType: [blocksCustomerKeys ? 'SSE-C' : 'NONE'] },
});

/** All answers about the organizations of a store. */
export function dumpedOrganizations(tx: Tx): DumpedCall[] {
  const calls: DumpedCall[] = [];
  const add = (Operation: string, Input: DumpedCall['Input'], Output: unknown) =>
    calls.push({ Operation, Region: 'us-east-1', Input, Output });
  for (const { value: organization } of tx.organizations.range()) {
    const { id, managementAccount, root } = organization;
    const arn = (...rest: readonly string[]) => `arn:aws:organizations::${managementAccount}:${rest.join('/')}`;
    add(
      'describe-organization',
      {},
      {
        Organization: { Id: id, Arn: arn('organization', id), FeatureSet: 'ALL', MasterAccountId: managementAccount },
      },
    );
    const PolicyTypes = organization.policyTypes.map((Type) => ({ Type, Status: 'ENABLED' }));
    add('list-roots', {}, { Roots: [{ Id: root, Arn: arn('root', id, root), Name: 'Root', PolicyTypes }] });
    const units = Array.from(tx.organizationUnits.under([id]), ({ value }) => value);
    for (const ParentId of [root, ...units.map((unit) => unit.id)]) {
      const here = units.filter(({ parent }) => parent === ParentId);
      const OrganizationalUnits = here.map((unit) => ({ Id: unit.id, Arn: arn('ou', id, unit.id), Name: unit.name }));
      add('list-organizational-units-for-parent', { ParentId }, { OrganizationalUnits });
    }
    const members = Array.from(tx.organizationMembers.range(), ({ key: [account], value }) => ({ account, ...value }));
    const Accounts = members.map(({ account, name, email, joinedMs, joinedBy }) => ({
      Id: account,
      Arn: arn('account', id, account),
      Email: email,
      Name: name,
      Status: 'ACTIVE',
      JoinedMethod: joinedBy,
      JoinedTimestamp: iso(joinedMs),
    }));
    add('list-accounts', {}, { Accounts });
    for (const { account, parent } of members) add('list-parents', { ChildId: account }, { Parents: [{ Id: parent }] });
    const own = Array.from(tx.organizationPolicies.under([id]), ({ value: { content, ...policy } }) => ({
      ...policy,
      arn: arn('policy', id, policy.type.toLowerCase(), policy.id),
      document: content,
    }));
    for (const policy of [...awsOrganizationPolicies, ...own]) {
      const PolicySummary = {
        Id: policy.id,
        Arn: policy.arn,
        Name: policy.name,
        Type: policy.type,
        AwsManaged: policy.arn.includes('::aws:'),
      };
      add('list-policies', { Filter: policy.type }, { Policies: [PolicySummary] });
      add('describe-policy', { PolicyId: policy.id }, { Policy: { PolicySummary, Content: policy.document } });
      const Targets = Array.from(tx.organizationTargets.under([id, policy.id]), ({ key: [, , TargetId] }) => ({
        TargetId,
        Arn: arn('any', id, TargetId),
      }));
      add('list-targets-for-policy', { PolicyId: policy.id }, { Targets });
    }
  }
  return calls;
}
