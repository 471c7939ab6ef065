// Written by `npm run generate` from iam.json; not to be edited.

export type AccessAdvisorUsageGranularityType =
  | 'SERVICE_LEVEL'
  | 'ACTION_LEVEL';

export interface AccessKey {
  readonly UserName: string;
  readonly AccessKeyId: string;
  readonly Status: statusType;
  readonly SecretAccessKey: string;
  readonly CreateDate?: Date | undefined;
}

export interface AccessKeyLastUsed {
  readonly LastUsedDate?: Date | undefined;
  readonly ServiceName: string;
  readonly Region: string;
}

export interface AccessKeyMetadata {
  readonly UserName?: string | undefined;
  readonly AccessKeyId?: string | undefined;
  readonly Status?: statusType | undefined;
  readonly CreateDate?: Date | undefined;
}

export interface AddUserToGroupRequest {
  readonly GroupName: string;
  readonly UserName: string;
}

export interface AttachGroupPolicyRequest {
  readonly GroupName: string;
  readonly PolicyArn: string;
}

export interface AttachRolePolicyRequest {
  readonly RoleName: string;
  readonly PolicyArn: string;
}

export interface AttachUserPolicyRequest {
  readonly UserName: string;
  readonly PolicyArn: string;
}

export interface AttachedPermissionsBoundary {
  readonly PermissionsBoundaryType?: PermissionsBoundaryAttachmentType | undefined;
  readonly PermissionsBoundaryArn?: string | undefined;
}

export interface AttachedPolicy {
  readonly PolicyName?: string | undefined;
  readonly PolicyArn?: string | undefined;
}

export type AttachmentType =
  | 'user'
  | 'group'
  | 'role';

export interface ContextEntry {
  readonly ContextKeyName?: string | undefined;
  readonly ContextKeyValues?: readonly string[] | undefined;
  readonly ContextKeyType?: ContextKeyTypeEnum | undefined;
}

export type ContextKeyTypeEnum =
  | 'string'
  | 'stringList'
  | 'numeric'
  | 'numericList'
  | 'boolean'
  | 'booleanList'
  | 'ip'
  | 'ipList'
  | 'binary'
  | 'binaryList'
  | 'date'
  | 'dateList';

export interface CreateAccessKeyRequest {
  readonly UserName?: string | undefined;
}

export interface CreateAccessKeyResponse {
  readonly AccessKey: AccessKey;
}

export interface CreateAccountAliasRequest {
  readonly AccountAlias: string;
}

export interface CreateGroupRequest {
  readonly Path?: string | undefined;
  readonly GroupName: string;
}

export interface CreateGroupResponse {
  readonly Group: Group;
}

export interface CreatePolicyRequest {
  readonly PolicyName: string;
  readonly Path?: string | undefined;
  readonly PolicyDocument: string;
  readonly Description?: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface CreatePolicyResponse {
  readonly Policy?: Policy | undefined;
}

export interface CreatePolicyVersionRequest {
  readonly PolicyArn: string;
  readonly PolicyDocument: string;
  readonly SetAsDefault?: boolean | undefined;
}

export interface CreatePolicyVersionResponse {
  readonly PolicyVersion?: PolicyVersion | undefined;
}

export interface CreateRoleRequest {
  readonly Path?: string | undefined;
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: string;
  readonly Description?: string | undefined;
  readonly MaxSessionDuration?: number | undefined;
  readonly PermissionsBoundary?: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface CreateRoleResponse {
  readonly Role: Role;
}

export interface CreateServiceLinkedRoleRequest {
  readonly AWSServiceName: string;
  readonly Description?: string | undefined;
  readonly CustomSuffix?: string | undefined;
}

export interface CreateServiceLinkedRoleResponse {
  readonly Role?: Role | undefined;
}

export interface CreateUserRequest {
  readonly Path?: string | undefined;
  readonly UserName: string;
  readonly PermissionsBoundary?: string | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface CreateUserResponse {
  readonly User?: User | undefined;
}

export interface DeleteAccessKeyRequest {
  readonly UserName?: string | undefined;
  readonly AccessKeyId: string;
}

export interface DeleteAccountAliasRequest {
  readonly AccountAlias: string;
}

export interface DeleteGroupPolicyRequest {
  readonly GroupName: string;
  readonly PolicyName: string;
}

export interface DeleteGroupRequest {
  readonly GroupName: string;
}

export interface DeletePolicyRequest {
  readonly PolicyArn: string;
}

export interface DeletePolicyVersionRequest {
  readonly PolicyArn: string;
  readonly VersionId: string;
}

export interface DeleteRolePermissionsBoundaryRequest {
  readonly RoleName: string;
}

export interface DeleteRolePolicyRequest {
  readonly RoleName: string;
  readonly PolicyName: string;
}

export interface DeleteRoleRequest {
  readonly RoleName: string;
}

export interface DeleteUserPermissionsBoundaryRequest {
  readonly UserName: string;
}

export interface DeleteUserPolicyRequest {
  readonly UserName: string;
  readonly PolicyName: string;
}

export interface DeleteUserRequest {
  readonly UserName: string;
}

export interface DetachGroupPolicyRequest {
  readonly GroupName: string;
  readonly PolicyArn: string;
}

export interface DetachRolePolicyRequest {
  readonly RoleName: string;
  readonly PolicyArn: string;
}

export interface DetachUserPolicyRequest {
  readonly UserName: string;
  readonly PolicyArn: string;
}

export interface EntityDetails {
  readonly EntityInfo: EntityInfo;
  readonly LastAuthenticated?: Date | undefined;
}

export interface EntityInfo {
  readonly Arn: string;
  readonly Name: string;
  readonly Type: policyOwnerEntityType;
  readonly Id: string;
  readonly Path?: string | undefined;
}

export type EntityType =
  | 'User'
  | 'Role'
  | 'Group'
  | 'LocalManagedPolicy'
  | 'AWSManagedPolicy';

export interface ErrorDetails {
  readonly Message: string;
  readonly Code: string;
}

export interface EvaluationResult {
  readonly EvalActionName: string;
  readonly EvalResourceName?: string | undefined;
  readonly EvalDecision: PolicyEvaluationDecisionType;
  readonly MatchedStatements?: readonly Statement[] | undefined;
  readonly MissingContextValues?: readonly string[] | undefined;
  readonly OrganizationsDecisionDetail?: OrganizationsDecisionDetail | undefined;
  readonly PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined;
  readonly EvalDecisionDetails?: Readonly<Record<string, PolicyEvaluationDecisionType>> | undefined;
  readonly ResourceSpecificResults?: readonly ResourceSpecificResult[] | undefined;
}

export interface GenerateCredentialReportResponse {
  readonly State?: ReportStateType | undefined;
  readonly Description?: string | undefined;
}

export interface GenerateServiceLastAccessedDetailsRequest {
  readonly Arn: string;
  readonly Granularity?: AccessAdvisorUsageGranularityType | undefined;
}

export interface GenerateServiceLastAccessedDetailsResponse {
  readonly JobId?: string | undefined;
}

export interface GetAccessKeyLastUsedRequest {
  readonly AccessKeyId: string;
}

export interface GetAccessKeyLastUsedResponse {
  readonly UserName?: string | undefined;
  readonly AccessKeyLastUsed?: AccessKeyLastUsed | undefined;
}

export interface GetAccountAuthorizationDetailsRequest {
  readonly Filter?: readonly EntityType[] | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface GetAccountAuthorizationDetailsResponse {
  readonly UserDetailList?: readonly UserDetail[] | undefined;
  readonly GroupDetailList?: readonly GroupDetail[] | undefined;
  readonly RoleDetailList?: readonly RoleDetail[] | undefined;
  readonly Policies?: readonly ManagedPolicyDetail[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface GetAccountSummaryResponse {
  readonly SummaryMap?: Readonly<Record<string, number>> | undefined;
}

export interface GetContextKeysForCustomPolicyRequest {
  readonly PolicyInputList: readonly string[];
}

export interface GetContextKeysForPolicyResponse {
  readonly ContextKeyNames?: readonly string[] | undefined;
}

export interface GetContextKeysForPrincipalPolicyRequest {
  readonly PolicySourceArn: string;
  readonly PolicyInputList?: readonly string[] | undefined;
}

export interface GetCredentialReportResponse {
  readonly Content?: Uint8Array | undefined;
  readonly ReportFormat?: ReportFormatType | undefined;
  readonly GeneratedTime?: Date | undefined;
}

export interface GetGroupPolicyRequest {
  readonly GroupName: string;
  readonly PolicyName: string;
}

export interface GetGroupPolicyResponse {
  readonly GroupName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

export interface GetGroupRequest {
  readonly GroupName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface GetGroupResponse {
  readonly Group: Group;
  readonly Users: readonly User[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface GetPolicyRequest {
  readonly PolicyArn: string;
}

export interface GetPolicyResponse {
  readonly Policy?: Policy | undefined;
}

export interface GetPolicyVersionRequest {
  readonly PolicyArn: string;
  readonly VersionId: string;
}

export interface GetPolicyVersionResponse {
  readonly PolicyVersion?: PolicyVersion | undefined;
}

export interface GetRolePolicyRequest {
  readonly RoleName: string;
  readonly PolicyName: string;
}

export interface GetRolePolicyResponse {
  readonly RoleName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

export interface GetRoleRequest {
  readonly RoleName: string;
}

export interface GetRoleResponse {
  readonly Role: Role;
}

export interface GetServiceLastAccessedDetailsRequest {
  readonly JobId: string;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface GetServiceLastAccessedDetailsResponse {
  readonly JobStatus: jobStatusType;
  readonly JobType?: AccessAdvisorUsageGranularityType | undefined;
  readonly JobCreationDate: Date;
  readonly ServicesLastAccessed: readonly ServiceLastAccessed[];
  readonly JobCompletionDate: Date;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
  readonly Error?: ErrorDetails | undefined;
}

export interface GetServiceLastAccessedDetailsWithEntitiesRequest {
  readonly JobId: string;
  readonly ServiceNamespace: string;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface GetServiceLastAccessedDetailsWithEntitiesResponse {
  readonly JobStatus: jobStatusType;
  readonly JobCreationDate: Date;
  readonly JobCompletionDate: Date;
  readonly EntityDetailsList: readonly EntityDetails[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
  readonly Error?: ErrorDetails | undefined;
}

export interface GetUserPolicyRequest {
  readonly UserName: string;
  readonly PolicyName: string;
}

export interface GetUserPolicyResponse {
  readonly UserName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

export interface GetUserRequest {
  readonly UserName?: string | undefined;
}

export interface GetUserResponse {
  readonly User: User;
}

export interface Group {
  readonly Path: string;
  readonly GroupName: string;
  readonly GroupId: string;
  readonly Arn: string;
  readonly CreateDate: Date;
}

export interface GroupDetail {
  readonly Path?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly GroupId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly GroupPolicyList?: readonly PolicyDetail[] | undefined;
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
}

export interface InlinePolicyIdentifierType {
  readonly PolicyName: string;
  readonly AttachmentType: AttachmentType;
  readonly AttachmentName: string;
}

export interface InstanceProfile {
  readonly Path: string;
  readonly InstanceProfileName: string;
  readonly InstanceProfileId: string;
  readonly Arn: string;
  readonly CreateDate: Date;
  readonly Roles: readonly Role[];
  readonly Tags?: readonly Tag[] | undefined;
}

export interface ListAccessKeysRequest {
  readonly UserName?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListAccessKeysResponse {
  readonly AccessKeyMetadata: readonly AccessKeyMetadata[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListAccountAliasesRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListAccountAliasesResponse {
  readonly AccountAliases: readonly string[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListAttachedGroupPoliciesRequest {
  readonly GroupName: string;
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListAttachedGroupPoliciesResponse {
  readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListAttachedRolePoliciesRequest {
  readonly RoleName: string;
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListAttachedRolePoliciesResponse {
  readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListAttachedUserPoliciesRequest {
  readonly UserName: string;
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListAttachedUserPoliciesResponse {
  readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListEntitiesForPolicyRequest {
  readonly PolicyArn: string;
  readonly EntityFilter?: EntityType | undefined;
  readonly PathPrefix?: string | undefined;
  readonly PolicyUsageFilter?: PolicyUsageType | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListEntitiesForPolicyResponse {
  readonly PolicyGroups?: readonly PolicyGroup[] | undefined;
  readonly PolicyUsers?: readonly PolicyUser[] | undefined;
  readonly PolicyRoles?: readonly PolicyRole[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListGroupPoliciesRequest {
  readonly GroupName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListGroupPoliciesResponse {
  readonly PolicyNames: readonly string[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListGroupsForUserRequest {
  readonly UserName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListGroupsForUserResponse {
  readonly Groups: readonly Group[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListGroupsRequest {
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListGroupsResponse {
  readonly Groups: readonly Group[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListInstanceProfilesForRoleRequest {
  readonly RoleName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListInstanceProfilesForRoleResponse {
  readonly InstanceProfiles: readonly InstanceProfile[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListPoliciesRequest {
  readonly Scope?: policyScopeType | undefined;
  readonly OnlyAttached?: boolean | undefined;
  readonly PathPrefix?: string | undefined;
  readonly PolicyUsageFilter?: PolicyUsageType | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListPoliciesResponse {
  readonly Policies?: readonly Policy[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListPolicyTagsRequest {
  readonly PolicyArn: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListPolicyTagsResponse {
  readonly Tags: readonly Tag[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListPolicyVersionsRequest {
  readonly PolicyArn: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListPolicyVersionsResponse {
  readonly Versions?: readonly PolicyVersion[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListRolePoliciesRequest {
  readonly RoleName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListRolePoliciesResponse {
  readonly PolicyNames: readonly string[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListRoleTagsRequest {
  readonly RoleName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListRoleTagsResponse {
  readonly Tags: readonly Tag[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListRolesRequest {
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListRolesResponse {
  readonly Roles: readonly Role[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListUserPoliciesRequest {
  readonly UserName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListUserPoliciesResponse {
  readonly PolicyNames: readonly string[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListUserTagsRequest {
  readonly UserName: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListUserTagsResponse {
  readonly Tags: readonly Tag[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ListUsersRequest {
  readonly PathPrefix?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface ListUsersResponse {
  readonly Users: readonly User[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface ManagedPolicyDetail {
  readonly PolicyName?: string | undefined;
  readonly PolicyId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly Path?: string | undefined;
  readonly DefaultVersionId?: string | undefined;
  readonly AttachmentCount?: number | undefined;
  readonly PermissionsBoundaryUsageCount?: number | undefined;
  readonly IsAttachable?: boolean | undefined;
  readonly Description?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly UpdateDate?: Date | undefined;
  readonly PolicyVersionList?: readonly PolicyVersion[] | undefined;
}

export interface OrderedOrganizationPolicyType {
  readonly ServiceControlPolicyInputList?: readonly string[] | undefined;
}

export interface OrganizationsDecisionDetail {
  readonly AllowedByOrganizations?: boolean | undefined;
}

export type PermissionsBoundaryAttachmentType =
  | 'PermissionsBoundaryPolicy';

export interface PermissionsBoundaryDecisionDetail {
  readonly AllowedByPermissionsBoundary?: boolean | undefined;
}

export interface Policy {
  readonly PolicyName?: string | undefined;
  readonly PolicyId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly Path?: string | undefined;
  readonly DefaultVersionId?: string | undefined;
  readonly AttachmentCount?: number | undefined;
  readonly PermissionsBoundaryUsageCount?: number | undefined;
  readonly IsAttachable?: boolean | undefined;
  readonly Description?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly UpdateDate?: Date | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface PolicyDetail {
  readonly PolicyName?: string | undefined;
  readonly PolicyDocument?: string | undefined;
}

export type PolicyEvaluationDecisionType =
  | 'allowed'
  | 'explicitDeny'
  | 'implicitDeny';

export interface PolicyGroup {
  readonly GroupName?: string | undefined;
  readonly GroupId?: string | undefined;
}

export interface PolicyIdentifier {
  readonly PolicyType?: PolicyIdentifierPolicyType | undefined;
  readonly PolicyArn?: string | undefined;
  readonly InlinePolicyIdentifier?: InlinePolicyIdentifierType | undefined;
}

export type PolicyIdentifierPolicyType =
  | 'inline'
  | 'aws-managed'
  | 'user-managed'
  | 'permission-boundary'
  | 'scp'
  | 'rcp';

export interface PolicyRole {
  readonly RoleName?: string | undefined;
  readonly RoleId?: string | undefined;
}

export type PolicySourceType =
  | 'user'
  | 'group'
  | 'role'
  | 'aws-managed'
  | 'user-managed'
  | 'resource'
  | 'none';

export type PolicyUsageType =
  | 'PermissionsPolicy'
  | 'PermissionsBoundary';

export interface PolicyUser {
  readonly UserName?: string | undefined;
  readonly UserId?: string | undefined;
}

export interface PolicyVersion {
  readonly Document?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsDefaultVersion?: boolean | undefined;
  readonly CreateDate?: Date | undefined;
}

export interface Position {
  readonly Line?: number | undefined;
  readonly Column?: number | undefined;
}

export interface PutGroupPolicyRequest {
  readonly GroupName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

export interface PutRolePermissionsBoundaryRequest {
  readonly RoleName: string;
  readonly PermissionsBoundary: string;
}

export interface PutRolePolicyRequest {
  readonly RoleName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

export interface PutUserPermissionsBoundaryRequest {
  readonly UserName: string;
  readonly PermissionsBoundary: string;
}

export interface PutUserPolicyRequest {
  readonly UserName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

export interface RemoveUserFromGroupRequest {
  readonly GroupName: string;
  readonly UserName: string;
}

export type ReportFormatType =
  | 'text/csv';

export type ReportStateType =
  | 'STARTED'
  | 'INPROGRESS'
  | 'COMPLETE';

export interface ResourceSpecificResult {
  readonly EvalResourceName: string;
  readonly EvalResourceDecision: PolicyEvaluationDecisionType;
  readonly MatchedStatements?: readonly Statement[] | undefined;
  readonly MissingContextValues?: readonly string[] | undefined;
  readonly EvalDecisionDetails?: Readonly<Record<string, PolicyEvaluationDecisionType>> | undefined;
  readonly PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined;
}

export interface Role {
  readonly Path: string;
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly CreateDate: Date;
  readonly AssumeRolePolicyDocument?: string | undefined;
  readonly Description?: string | undefined;
  readonly MaxSessionDuration?: number | undefined;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly RoleLastUsed?: RoleLastUsed | undefined;
}

export interface RoleDetail {
  readonly Path?: string | undefined;
  readonly RoleName?: string | undefined;
  readonly RoleId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly AssumeRolePolicyDocument?: string | undefined;
  readonly InstanceProfileList?: readonly InstanceProfile[] | undefined;
  readonly RolePolicyList?: readonly PolicyDetail[] | undefined;
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly RoleLastUsed?: RoleLastUsed | undefined;
}

export interface RoleLastUsed {
  readonly LastUsedDate?: Date | undefined;
  readonly Region?: string | undefined;
}

export interface ServiceLastAccessed {
  readonly ServiceName: string;
  readonly LastAuthenticated?: Date | undefined;
  readonly ServiceNamespace: string;
  readonly LastAuthenticatedEntity?: string | undefined;
  readonly LastAuthenticatedRegion?: string | undefined;
  readonly TotalAuthenticatedEntities?: number | undefined;
  readonly TrackedActionsLastAccessed?: readonly TrackedActionLastAccessed[] | undefined;
}

export interface SetDefaultPolicyVersionRequest {
  readonly PolicyArn: string;
  readonly VersionId: string;
}

export interface SimulateCustomPolicyRequest {
  readonly PolicyInputList: readonly string[];
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly OrderedOrganizationPolicyInputList?: readonly OrderedOrganizationPolicyType[] | undefined;
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly CallerArn?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly ResourceHandlingOption?: string | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface SimulatePolicyResponse {
  readonly EvaluationResults?: readonly EvaluationResult[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

export interface SimulatePrincipalPolicyRequest {
  readonly PolicySourceArn: string;
  readonly PolicyInputList?: readonly string[] | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly PolicyExclusionList?: readonly PolicyIdentifier[] | undefined;
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly CallerArn?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly ResourceHandlingOption?: string | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface Statement {
  readonly SourcePolicyId?: string | undefined;
  readonly SourcePolicyType?: PolicySourceType | undefined;
  readonly StartPosition?: Position | undefined;
  readonly EndPosition?: Position | undefined;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagPolicyRequest {
  readonly PolicyArn: string;
  readonly Tags: readonly Tag[];
}

export interface TagRoleRequest {
  readonly RoleName: string;
  readonly Tags: readonly Tag[];
}

export interface TagUserRequest {
  readonly UserName: string;
  readonly Tags: readonly Tag[];
}

export interface TrackedActionLastAccessed {
  readonly ActionName?: string | undefined;
  readonly LastAccessedEntity?: string | undefined;
  readonly LastAccessedTime?: Date | undefined;
  readonly LastAccessedRegion?: string | undefined;
}

export interface UntagPolicyRequest {
  readonly PolicyArn: string;
  readonly TagKeys: readonly string[];
}

export interface UntagRoleRequest {
  readonly RoleName: string;
  readonly TagKeys: readonly string[];
}

export interface UntagUserRequest {
  readonly UserName: string;
  readonly TagKeys: readonly string[];
}

export interface UpdateAccessKeyRequest {
  readonly UserName?: string | undefined;
  readonly AccessKeyId: string;
  readonly Status: statusType;
}

export interface UpdateAssumeRolePolicyRequest {
  readonly RoleName: string;
  readonly PolicyDocument: string;
}

export interface UpdateRoleRequest {
  readonly RoleName: string;
  readonly Description?: string | undefined;
  readonly MaxSessionDuration?: number | undefined;
}

export type UpdateRoleResponse = Readonly<Record<string, never>>;

export interface UpdateUserRequest {
  readonly UserName: string;
  readonly NewPath?: string | undefined;
  readonly NewUserName?: string | undefined;
}

export interface User {
  readonly Path: string;
  readonly UserName: string;
  readonly UserId: string;
  readonly Arn: string;
  readonly CreateDate: Date;
  readonly PasswordLastUsed?: Date | undefined;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface UserDetail {
  readonly Path?: string | undefined;
  readonly UserName?: string | undefined;
  readonly UserId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly UserPolicyList?: readonly PolicyDetail[] | undefined;
  readonly GroupList?: readonly string[] | undefined;
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export type jobStatusType =
  | 'IN_PROGRESS'
  | 'COMPLETED'
  | 'FAILED';

export type policyOwnerEntityType =
  | 'USER'
  | 'ROLE'
  | 'GROUP';

export type policyScopeType =
  | 'All'
  | 'AWS'
  | 'Local';

export type statusType =
  | 'Active'
  | 'Inactive'
  | 'Expired';

export type summaryKeyType =
  | 'Users'
  | 'UsersQuota'
  | 'Groups'
  | 'GroupsQuota'
  | 'ServerCertificates'
  | 'ServerCertificatesQuota'
  | 'UserPolicySizeQuota'
  | 'GroupPolicySizeQuota'
  | 'GroupsPerUserQuota'
  | 'SigningCertificatesPerUserQuota'
  | 'AccessKeysPerUserQuota'
  | 'MFADevices'
  | 'MFADevicesInUse'
  | 'AccountMFAEnabled'
  | 'AccountAccessKeysPresent'
  | 'AccountPasswordPresent'
  | 'AccountSigningCertificatesPresent'
  | 'AttachedPoliciesPerGroupQuota'
  | 'AttachedPoliciesPerRoleQuota'
  | 'AttachedPoliciesPerUserQuota'
  | 'Policies'
  | 'PoliciesQuota'
  | 'PolicySizeQuota'
  | 'PolicyVersionsInUse'
  | 'PolicyVersionsInUseQuota'
  | 'VersionsPerPolicyQuota'
  | 'GlobalEndpointTokenVersion'
  | 'AssumeRolePolicySizeQuota'
  | 'InstanceProfiles'
  | 'InstanceProfilesQuota'
  | 'Providers'
  | 'RolePolicySizeQuota'
  | 'Roles'
  | 'RolesQuota';

export interface IamOperations {
  readonly AddUserToGroup: { readonly input: AddUserToGroupRequest; readonly output: void };
  readonly AttachGroupPolicy: { readonly input: AttachGroupPolicyRequest; readonly output: void };
  readonly AttachRolePolicy: { readonly input: AttachRolePolicyRequest; readonly output: void };
  readonly AttachUserPolicy: { readonly input: AttachUserPolicyRequest; readonly output: void };
  readonly CreateAccessKey: { readonly input: CreateAccessKeyRequest; readonly output: CreateAccessKeyResponse };
  readonly CreateAccountAlias: { readonly input: CreateAccountAliasRequest; readonly output: void };
  readonly CreateGroup: { readonly input: CreateGroupRequest; readonly output: CreateGroupResponse };
  readonly CreatePolicy: { readonly input: CreatePolicyRequest; readonly output: CreatePolicyResponse };
  readonly CreatePolicyVersion: { readonly input: CreatePolicyVersionRequest; readonly output: CreatePolicyVersionResponse };
  readonly CreateRole: { readonly input: CreateRoleRequest; readonly output: CreateRoleResponse };
  readonly CreateServiceLinkedRole: { readonly input: CreateServiceLinkedRoleRequest; readonly output: CreateServiceLinkedRoleResponse };
  readonly CreateUser: { readonly input: CreateUserRequest; readonly output: CreateUserResponse };
  readonly DeleteAccessKey: { readonly input: DeleteAccessKeyRequest; readonly output: void };
  readonly DeleteAccountAlias: { readonly input: DeleteAccountAliasRequest; readonly output: void };
  readonly DeleteGroup: { readonly input: DeleteGroupRequest; readonly output: void };
  readonly DeleteGroupPolicy: { readonly input: DeleteGroupPolicyRequest; readonly output: void };
  readonly DeletePolicy: { readonly input: DeletePolicyRequest; readonly output: void };
  readonly DeletePolicyVersion: { readonly input: DeletePolicyVersionRequest; readonly output: void };
  readonly DeleteRole: { readonly input: DeleteRoleRequest; readonly output: void };
  readonly DeleteRolePermissionsBoundary: { readonly input: DeleteRolePermissionsBoundaryRequest; readonly output: void };
  readonly DeleteRolePolicy: { readonly input: DeleteRolePolicyRequest; readonly output: void };
  readonly DeleteUser: { readonly input: DeleteUserRequest; readonly output: void };
  readonly DeleteUserPermissionsBoundary: { readonly input: DeleteUserPermissionsBoundaryRequest; readonly output: void };
  readonly DeleteUserPolicy: { readonly input: DeleteUserPolicyRequest; readonly output: void };
  readonly DetachGroupPolicy: { readonly input: DetachGroupPolicyRequest; readonly output: void };
  readonly DetachRolePolicy: { readonly input: DetachRolePolicyRequest; readonly output: void };
  readonly DetachUserPolicy: { readonly input: DetachUserPolicyRequest; readonly output: void };
  readonly GenerateCredentialReport: { readonly input: Readonly<Record<string, never>>; readonly output: GenerateCredentialReportResponse };
  readonly GenerateServiceLastAccessedDetails: { readonly input: GenerateServiceLastAccessedDetailsRequest; readonly output: GenerateServiceLastAccessedDetailsResponse };
  readonly GetAccessKeyLastUsed: { readonly input: GetAccessKeyLastUsedRequest; readonly output: GetAccessKeyLastUsedResponse };
  readonly GetAccountAuthorizationDetails: { readonly input: GetAccountAuthorizationDetailsRequest; readonly output: GetAccountAuthorizationDetailsResponse };
  readonly GetAccountSummary: { readonly input: Readonly<Record<string, never>>; readonly output: GetAccountSummaryResponse };
  readonly GetContextKeysForCustomPolicy: { readonly input: GetContextKeysForCustomPolicyRequest; readonly output: GetContextKeysForPolicyResponse };
  readonly GetContextKeysForPrincipalPolicy: { readonly input: GetContextKeysForPrincipalPolicyRequest; readonly output: GetContextKeysForPolicyResponse };
  readonly GetCredentialReport: { readonly input: Readonly<Record<string, never>>; readonly output: GetCredentialReportResponse };
  readonly GetGroup: { readonly input: GetGroupRequest; readonly output: GetGroupResponse };
  readonly GetGroupPolicy: { readonly input: GetGroupPolicyRequest; readonly output: GetGroupPolicyResponse };
  readonly GetPolicy: { readonly input: GetPolicyRequest; readonly output: GetPolicyResponse };
  readonly GetPolicyVersion: { readonly input: GetPolicyVersionRequest; readonly output: GetPolicyVersionResponse };
  readonly GetRole: { readonly input: GetRoleRequest; readonly output: GetRoleResponse };
  readonly GetRolePolicy: { readonly input: GetRolePolicyRequest; readonly output: GetRolePolicyResponse };
  readonly GetServiceLastAccessedDetails: { readonly input: GetServiceLastAccessedDetailsRequest; readonly output: GetServiceLastAccessedDetailsResponse };
  readonly GetServiceLastAccessedDetailsWithEntities: { readonly input: GetServiceLastAccessedDetailsWithEntitiesRequest; readonly output: GetServiceLastAccessedDetailsWithEntitiesResponse };
  readonly GetUser: { readonly input: GetUserRequest; readonly output: GetUserResponse };
  readonly GetUserPolicy: { readonly input: GetUserPolicyRequest; readonly output: GetUserPolicyResponse };
  readonly ListAccessKeys: { readonly input: ListAccessKeysRequest; readonly output: ListAccessKeysResponse };
  readonly ListAccountAliases: { readonly input: ListAccountAliasesRequest; readonly output: ListAccountAliasesResponse };
  readonly ListAttachedGroupPolicies: { readonly input: ListAttachedGroupPoliciesRequest; readonly output: ListAttachedGroupPoliciesResponse };
  readonly ListAttachedRolePolicies: { readonly input: ListAttachedRolePoliciesRequest; readonly output: ListAttachedRolePoliciesResponse };
  readonly ListAttachedUserPolicies: { readonly input: ListAttachedUserPoliciesRequest; readonly output: ListAttachedUserPoliciesResponse };
  readonly ListEntitiesForPolicy: { readonly input: ListEntitiesForPolicyRequest; readonly output: ListEntitiesForPolicyResponse };
  readonly ListGroupPolicies: { readonly input: ListGroupPoliciesRequest; readonly output: ListGroupPoliciesResponse };
  readonly ListGroups: { readonly input: ListGroupsRequest; readonly output: ListGroupsResponse };
  readonly ListGroupsForUser: { readonly input: ListGroupsForUserRequest; readonly output: ListGroupsForUserResponse };
  readonly ListInstanceProfilesForRole: { readonly input: ListInstanceProfilesForRoleRequest; readonly output: ListInstanceProfilesForRoleResponse };
  readonly ListPolicies: { readonly input: ListPoliciesRequest; readonly output: ListPoliciesResponse };
  readonly ListPolicyTags: { readonly input: ListPolicyTagsRequest; readonly output: ListPolicyTagsResponse };
  readonly ListPolicyVersions: { readonly input: ListPolicyVersionsRequest; readonly output: ListPolicyVersionsResponse };
  readonly ListRolePolicies: { readonly input: ListRolePoliciesRequest; readonly output: ListRolePoliciesResponse };
  readonly ListRoleTags: { readonly input: ListRoleTagsRequest; readonly output: ListRoleTagsResponse };
  readonly ListRoles: { readonly input: ListRolesRequest; readonly output: ListRolesResponse };
  readonly ListUserPolicies: { readonly input: ListUserPoliciesRequest; readonly output: ListUserPoliciesResponse };
  readonly ListUserTags: { readonly input: ListUserTagsRequest; readonly output: ListUserTagsResponse };
  readonly ListUsers: { readonly input: ListUsersRequest; readonly output: ListUsersResponse };
  readonly PutGroupPolicy: { readonly input: PutGroupPolicyRequest; readonly output: void };
  readonly PutRolePermissionsBoundary: { readonly input: PutRolePermissionsBoundaryRequest; readonly output: void };
  readonly PutRolePolicy: { readonly input: PutRolePolicyRequest; readonly output: void };
  readonly PutUserPermissionsBoundary: { readonly input: PutUserPermissionsBoundaryRequest; readonly output: void };
  readonly PutUserPolicy: { readonly input: PutUserPolicyRequest; readonly output: void };
  readonly RemoveUserFromGroup: { readonly input: RemoveUserFromGroupRequest; readonly output: void };
  readonly SetDefaultPolicyVersion: { readonly input: SetDefaultPolicyVersionRequest; readonly output: void };
  readonly SimulateCustomPolicy: { readonly input: SimulateCustomPolicyRequest; readonly output: SimulatePolicyResponse };
  readonly SimulatePrincipalPolicy: { readonly input: SimulatePrincipalPolicyRequest; readonly output: SimulatePolicyResponse };
  readonly TagPolicy: { readonly input: TagPolicyRequest; readonly output: void };
  readonly TagRole: { readonly input: TagRoleRequest; readonly output: void };
  readonly TagUser: { readonly input: TagUserRequest; readonly output: void };
  readonly UntagPolicy: { readonly input: UntagPolicyRequest; readonly output: void };
  readonly UntagRole: { readonly input: UntagRoleRequest; readonly output: void };
  readonly UntagUser: { readonly input: UntagUserRequest; readonly output: void };
  readonly UpdateAccessKey: { readonly input: UpdateAccessKeyRequest; readonly output: void };
  readonly UpdateAssumeRolePolicy: { readonly input: UpdateAssumeRolePolicyRequest; readonly output: void };
  readonly UpdateRole: { readonly input: UpdateRoleRequest; readonly output: UpdateRoleResponse };
  readonly UpdateUser: { readonly input: UpdateUserRequest; readonly output: void };
}
