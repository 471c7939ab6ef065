/**
 * The condition keys that AWS has for the services here: Service Authorization Reference, the page of each service, and
 * IAM User Guide, "AWS global condition context keys". A key that ends with a slash or a colon needs a further part.
 */

import type { ServiceName } from '../api/model/operations.ts';

const global = `
  aws:AssumedRoot aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CurrentTime aws:EpochTime
  aws:FederatedProvider aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn
  aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
  aws:PrincipalServiceNamesList aws:PrincipalTag/ aws:PrincipalType aws:RequestedRegion aws:RequestTag/
  aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:ResourceTag/ aws:SecureTransport aws:SourceAccount
  aws:SourceArn aws:SourceIdentity aws:SourceIp aws:SourceOrgID aws:SourceOrgPaths aws:SourceOwner aws:SourceVpc
  aws:SourceVpcArn aws:SourceVpce aws:TagKeys aws:TokenIssueTime aws:UserAgent aws:ViaAWSService aws:VpceAccount
  aws:VpceOrgID aws:VpceOrgPaths aws:VpcSourceIp aws:referer aws:userid aws:username
  aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4 ec2:SourceInstanceArn`;

const byService = {
  kms: `
  kms:BypassPolicyLockoutSafetyCheck kms:CallerAccount kms:CustomerMasterKeySpec kms:CustomerMasterKeyUsage
  kms:DataKeyPairSpec kms:EncryptionAlgorithm kms:EncryptionContext: kms:EncryptionContextKeys kms:ExpirationModel
  kms:GrantConstraintSourceArn kms:GrantConstraintType kms:GrantIsForAWSResource kms:GrantOperations
  kms:GranteePrincipal kms:GranteeServicePrincipal kms:KeyAgreementAlgorithm kms:KeyOrigin kms:KeySpec kms:KeyUsage
  kms:MacAlgorithm kms:MessageType kms:MultiRegion kms:MultiRegionKeyType kms:PrimaryRegion kms:ReEncryptOnSameKey
  kms:RecipientAttestation: kms:ReplicaRegion kms:RequestAlias kms:ResourceAliases kms:RetiringPrincipal
  kms:RetiringServicePrincipal kms:RotationPeriodInDays kms:ScheduleKeyDeletionPendingWindowInDays
  kms:SigningAlgorithm kms:TrailingDaysWithoutKeyUsage kms:ValidTo kms:ViaService kms:WrappingAlgorithm
  kms:WrappingKeySpec`,
  s3: `
  s3:AccessGrantsInstanceArn s3:AccessPointNetworkOrigin s3:AccessPointTag/ s3:BucketTag/ s3:DataAccessPointAccount
  s3:DataAccessPointArn s3:ExistingObjectTag/ s3:ExistingJobOperation s3:ExistingJobPriority
  s3:InventoryAccessibleOptionalFields s3:JobSuspendedCause s3:ObjectCreationOperation s3:RequestJobOperation
  s3:RequestJobPriority s3:RequestObjectTag/ s3:RequestObjectTagKeys s3:ResourceAccount s3:TlsVersion s3:VersionId
  s3:annotation-prefix s3:authType s3:delimiter s3:destinationRegion s3:if-match s3:if-none-match
  s3:isReplicationPauseRequest s3:locationconstraint s3:max-annotation-results s3:max-keys
  s3:object-lock-event-hold s3:object-lock-event-hold-duration-days s3:object-lock-legal-hold s3:object-lock-mode
  s3:object-lock-remaining-retention-days s3:object-lock-retain-until-date s3:prefix s3:signatureAge
  s3:signatureversion s3:x-amz-acl s3:x-amz-bucket-namespace s3:x-amz-content-sha256 s3:x-amz-copy-source
  s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp s3:x-amz-grant-write
  s3:x-amz-grant-write-acp s3:x-amz-metadata-directive s3:x-amz-object-annotation-directive s3:x-amz-object-if-match
  s3:x-amz-object-ownership s3:x-amz-server-side-encryption s3:x-amz-server-side-encryption-aws-kms-key-id
  s3:x-amz-server-side-encryption-customer-algorithm s3:x-amz-storage-class s3:x-amz-website-redirect-location`,
  iam: `
  iam:AWSServiceName iam:AssociatedResourceArn iam:OrganizationsPolicyId iam:PassedToService iam:PermissionsBoundary
  iam:PolicyARN iam:ResourceTag/ iam:DelegationDuration iam:FIDO-FIPS-140-2-certification`,
  sts: `
  sts:AWSServiceName sts:DurationSeconds sts:ExternalId sts:RequestContext/ sts:RequestContextProviders
  sts:RoleSessionName sts:SourceIdentity sts:TaskPolicyArn sts:TransitiveTagKeys`,
  // CloudTrail has no keys of its own.
  cloudtrail: '',
  cloudwatch: `
  cloudwatch:AlarmActions cloudwatch:namespace cloudwatch:requestInsightRuleLogGroupARNs
  cloudwatch:requestInsightRuleLogGroups cloudwatch:requestManagedResourceARNs`,
  organizations: 'organizations:PolicyType organizations:ServicePrincipal',
  'service-quotas': 'servicequotas:service',
  // The keys of jobs are among S3's.
  s3control: '',
} as const satisfies Record<ServiceName, string>;

interface KnownKeys {
  readonly whole: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}

/** Sorted out when a condition is first looked at, as many commands meet none. */
function knownKeys(): KnownKeys {
  known ??= sorted(conditionKeyNames().map((name) => name.toLowerCase()));
  return known;
}

/** Every key as AWS spells it. */
export const conditionKeyNames = (): readonly string[] =>
  [global, ...Object.values(byService)]
    .join(' ')
    .split(/\s+/)
    .filter((name) => name !== '');

let known: KnownKeys | undefined;

const sorted = (names: readonly string[]): KnownKeys => ({
  whole: new Set(names.filter((name) => !/[/:]$/.test(name))),
  prefixes: names.filter((name) => /[/:]$/.test(name)),
});

/** Whether AWS has such a key for these services; the name is in lower case. */
export function isKnownConditionKey(name: string): boolean {
  const { whole, prefixes } = knownKeys();
  return whole.has(name) || prefixes.some((prefix) => name.startsWith(prefix) && name.length > prefix.length);
}

/** The keys of a list type, all in lower case: an `ArrayOf…` in the Service Authorization Reference. */
const multivalued = new Set(
  `
  aws:CalledVia aws:PrincipalOrgPaths aws:PrincipalServiceNamesList aws:ResourceOrgPaths aws:SourceOrgPaths aws:TagKeys
  aws:VpceOrgPaths cloudwatch:AlarmActions cloudwatch:requestInsightRuleLogGroupARNs
  cloudwatch:requestInsightRuleLogGroups cloudwatch:requestManagedResourceARNs kms:EncryptionContextKeys
  kms:GrantOperations kms:ResourceAliases s3:InventoryAccessibleOptionalFields s3:RequestObjectTagKeys
  sts:RequestContextProviders sts:TransitiveTagKeys`
    .toLowerCase()
    .trim()
    .split(/\s+/),
);

/**
 * Whether a key is multivalued, so that operators compare its values as a set; the name is in lower case. IAM User Guide,
 * "Single-valued vs. multivalued context keys".
 */
export const isMultivalued = (name: string): boolean => multivalued.has(name);
