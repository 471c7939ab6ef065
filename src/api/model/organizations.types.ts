// Written by `npm run generate` from organizations.json; not to be edited.

export interface Account {
  readonly Id?: string | undefined;
  readonly Arn?: string | undefined;
  readonly Email?: string | undefined;
  readonly Name?: string | undefined;
  readonly Status?: AccountStatus | undefined;
  readonly State?: AccountState | undefined;
  readonly Paths?: readonly string[] | undefined;
  readonly JoinedMethod?: AccountJoinedMethod | undefined;
  readonly JoinedTimestamp?: Date | undefined;
}

export type AccountJoinedMethod =
  | 'INVITED'
  | 'CREATED';

export type AccountState =
  | 'PENDING_ACTIVATION'
  | 'ACTIVE'
  | 'SUSPENDED'
  | 'PENDING_CLOSURE'
  | 'CLOSED';

export type AccountStatus =
  | 'ACTIVE'
  | 'SUSPENDED'
  | 'PENDING_CLOSURE';

export interface AttachPolicyRequest {
  readonly PolicyId: string;
  readonly TargetId: string;
}

export interface Child {
  readonly Id?: string | undefined;
  readonly Type?: ChildType | undefined;
}

export type ChildType =
  | 'ACCOUNT'
  | 'ORGANIZATIONAL_UNIT';

export interface CloseAccountRequest {
  readonly AccountId: string;
}

export type CreateAccountFailureReason =
  | 'ACCOUNT_LIMIT_EXCEEDED'
  | 'EMAIL_ALREADY_EXISTS'
  | 'INVALID_ADDRESS'
  | 'INVALID_EMAIL'
  | 'CONCURRENT_ACCOUNT_MODIFICATION'
  | 'INTERNAL_FAILURE'
  | 'GOVCLOUD_ACCOUNT_ALREADY_EXISTS'
  | 'MISSING_BUSINESS_VALIDATION'
  | 'FAILED_BUSINESS_VALIDATION'
  | 'PENDING_BUSINESS_VALIDATION'
  | 'INVALID_IDENTITY_FOR_BUSINESS_VALIDATION'
  | 'UNKNOWN_BUSINESS_VALIDATION'
  | 'MISSING_PAYMENT_INSTRUMENT'
  | 'INVALID_PAYMENT_INSTRUMENT'
  | 'UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED';

export interface CreateAccountRequest {
  readonly Email: string;
  readonly AccountName: string;
  readonly RoleName?: string | undefined;
  readonly IamUserAccessToBilling?: IAMUserAccessToBilling | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface CreateAccountResponse {
  readonly CreateAccountStatus?: CreateAccountStatus | undefined;
}

export type CreateAccountState =
  | 'IN_PROGRESS'
  | 'SUCCEEDED'
  | 'FAILED';

export interface CreateAccountStatus {
  readonly Id?: string | undefined;
  readonly AccountName?: string | undefined;
  readonly State?: CreateAccountState | undefined;
  readonly RequestedTimestamp?: Date | undefined;
  readonly CompletedTimestamp?: Date | undefined;
  readonly AccountId?: string | undefined;
  readonly GovCloudAccountId?: string | undefined;
  readonly FailureReason?: CreateAccountFailureReason | undefined;
}

export interface CreateOrganizationRequest {
  readonly FeatureSet?: OrganizationFeatureSet | undefined;
}

export interface CreateOrganizationResponse {
  readonly Organization?: Organization | undefined;
}

export interface CreateOrganizationalUnitRequest {
  readonly ParentId: string;
  readonly Name: string;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface CreateOrganizationalUnitResponse {
  readonly OrganizationalUnit?: OrganizationalUnit | undefined;
}

export interface CreatePolicyRequest {
  readonly Content: string;
  readonly Description: string;
  readonly Name: string;
  readonly Type: PolicyType;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface CreatePolicyResponse {
  readonly Policy?: Policy | undefined;
}

export interface DeleteOrganizationalUnitRequest {
  readonly OrganizationalUnitId: string;
}

export interface DeletePolicyRequest {
  readonly PolicyId: string;
}

export interface DescribeAccountRequest {
  readonly AccountId: string;
}

export interface DescribeAccountResponse {
  readonly Account?: Account | undefined;
}

export interface DescribeCreateAccountStatusRequest {
  readonly CreateAccountRequestId: string;
}

export interface DescribeCreateAccountStatusResponse {
  readonly CreateAccountStatus?: CreateAccountStatus | undefined;
}

export interface DescribeEffectivePolicyRequest {
  readonly PolicyType: EffectivePolicyType;
  readonly TargetId?: string | undefined;
}

export interface DescribeEffectivePolicyResponse {
  readonly EffectivePolicy?: EffectivePolicy | undefined;
}

export interface DescribeOrganizationResponse {
  readonly Organization?: Organization | undefined;
}

export interface DescribeOrganizationalUnitRequest {
  readonly OrganizationalUnitId: string;
}

export interface DescribeOrganizationalUnitResponse {
  readonly OrganizationalUnit?: OrganizationalUnit | undefined;
}

export interface DescribePolicyRequest {
  readonly PolicyId: string;
}

export interface DescribePolicyResponse {
  readonly Policy?: Policy | undefined;
}

export interface DetachPolicyRequest {
  readonly PolicyId: string;
  readonly TargetId: string;
}

export interface DisablePolicyTypeRequest {
  readonly RootId: string;
  readonly PolicyType: PolicyType;
}

export interface DisablePolicyTypeResponse {
  readonly Root?: Root | undefined;
}

export interface EffectivePolicy {
  readonly PolicyContent?: string | undefined;
  readonly LastUpdatedTimestamp?: Date | undefined;
  readonly TargetId?: string | undefined;
  readonly PolicyType?: EffectivePolicyType | undefined;
}

export type EffectivePolicyType =
  | 'TAG_POLICY'
  | 'BACKUP_POLICY'
  | 'AISERVICES_OPT_OUT_POLICY'
  | 'CHATBOT_POLICY'
  | 'DECLARATIVE_POLICY_EC2'
  | 'SECURITYHUB_POLICY'
  | 'INSPECTOR_POLICY'
  | 'UPGRADE_ROLLOUT_POLICY'
  | 'BEDROCK_POLICY'
  | 'S3_POLICY'
  | 'NETWORK_SECURITY_DIRECTOR_POLICY';

export interface EnablePolicyTypeRequest {
  readonly RootId: string;
  readonly PolicyType: PolicyType;
}

export interface EnablePolicyTypeResponse {
  readonly Root?: Root | undefined;
}

export type IAMUserAccessToBilling =
  | 'ALLOW'
  | 'DENY';

export interface ListAccountsForParentRequest {
  readonly ParentId: string;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListAccountsForParentResponse {
  readonly Accounts?: readonly Account[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListAccountsRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListAccountsResponse {
  readonly Accounts?: readonly Account[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListChildrenRequest {
  readonly ParentId: string;
  readonly ChildType: ChildType;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListChildrenResponse {
  readonly Children?: readonly Child[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListCreateAccountStatusRequest {
  readonly States?: readonly CreateAccountState[] | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListCreateAccountStatusResponse {
  readonly CreateAccountStatuses?: readonly CreateAccountStatus[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListOrganizationalUnitsForParentRequest {
  readonly ParentId: string;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListOrganizationalUnitsForParentResponse {
  readonly OrganizationalUnits?: readonly OrganizationalUnit[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListParentsRequest {
  readonly ChildId: string;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListParentsResponse {
  readonly Parents?: readonly Parent[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListPoliciesForTargetRequest {
  readonly TargetId: string;
  readonly Filter: PolicyType;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListPoliciesForTargetResponse {
  readonly Policies?: readonly PolicySummary[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListPoliciesRequest {
  readonly Filter: PolicyType;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListPoliciesResponse {
  readonly Policies?: readonly PolicySummary[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListRootsRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListRootsResponse {
  readonly Roots?: readonly Root[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListTagsForResourceRequest {
  readonly ResourceId: string;
  readonly NextToken?: string | undefined;
}

export interface ListTagsForResourceResponse {
  readonly Tags?: readonly Tag[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListTargetsForPolicyRequest {
  readonly PolicyId: string;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListTargetsForPolicyResponse {
  readonly Targets?: readonly PolicyTargetSummary[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface MoveAccountRequest {
  readonly AccountId: string;
  readonly SourceParentId: string;
  readonly DestinationParentId: string;
}

export interface Organization {
  readonly Id?: string | undefined;
  readonly Arn?: string | undefined;
  readonly FeatureSet?: OrganizationFeatureSet | undefined;
  readonly MasterAccountArn?: string | undefined;
  readonly MasterAccountId?: string | undefined;
  readonly MasterAccountEmail?: string | undefined;
  readonly AvailablePolicyTypes?: readonly PolicyTypeSummary[] | undefined;
}

export type OrganizationFeatureSet =
  | 'ALL'
  | 'CONSOLIDATED_BILLING';

export interface OrganizationalUnit {
  readonly Id?: string | undefined;
  readonly Arn?: string | undefined;
  readonly Name?: string | undefined;
  readonly Path?: string | undefined;
}

export interface Parent {
  readonly Id?: string | undefined;
  readonly Type?: ParentType | undefined;
}

export type ParentType =
  | 'ROOT'
  | 'ORGANIZATIONAL_UNIT';

export interface Policy {
  readonly PolicySummary?: PolicySummary | undefined;
  readonly Content?: string | undefined;
}

export interface PolicySummary {
  readonly Id?: string | undefined;
  readonly Arn?: string | undefined;
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly Type?: PolicyType | undefined;
  readonly AwsManaged?: boolean | undefined;
}

export interface PolicyTargetSummary {
  readonly TargetId?: string | undefined;
  readonly Arn?: string | undefined;
  readonly Name?: string | undefined;
  readonly Type?: TargetType | undefined;
}

export type PolicyType =
  | 'SERVICE_CONTROL_POLICY'
  | 'RESOURCE_CONTROL_POLICY'
  | 'TAG_POLICY'
  | 'BACKUP_POLICY'
  | 'AISERVICES_OPT_OUT_POLICY'
  | 'CHATBOT_POLICY'
  | 'DECLARATIVE_POLICY_EC2'
  | 'SECURITYHUB_POLICY'
  | 'INSPECTOR_POLICY'
  | 'UPGRADE_ROLLOUT_POLICY'
  | 'BEDROCK_POLICY'
  | 'S3_POLICY'
  | 'NETWORK_SECURITY_DIRECTOR_POLICY';

export type PolicyTypeStatus =
  | 'ENABLED'
  | 'PENDING_ENABLE'
  | 'PENDING_DISABLE';

export interface PolicyTypeSummary {
  readonly Type?: PolicyType | undefined;
  readonly Status?: PolicyTypeStatus | undefined;
}

export interface RemoveAccountFromOrganizationRequest {
  readonly AccountId: string;
}

export interface Root {
  readonly Id?: string | undefined;
  readonly Arn?: string | undefined;
  readonly Name?: string | undefined;
  readonly PolicyTypes?: readonly PolicyTypeSummary[] | undefined;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagResourceRequest {
  readonly ResourceId: string;
  readonly Tags: readonly Tag[];
}

export type TargetType =
  | 'ACCOUNT'
  | 'ORGANIZATIONAL_UNIT'
  | 'ROOT';

export interface UntagResourceRequest {
  readonly ResourceId: string;
  readonly TagKeys: readonly string[];
}

export interface UpdateOrganizationalUnitRequest {
  readonly OrganizationalUnitId: string;
  readonly Name?: string | undefined;
}

export interface UpdateOrganizationalUnitResponse {
  readonly OrganizationalUnit?: OrganizationalUnit | undefined;
}

export interface UpdatePolicyRequest {
  readonly PolicyId: string;
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly Content?: string | undefined;
}

export interface UpdatePolicyResponse {
  readonly Policy?: Policy | undefined;
}

export interface OrganizationsOperations {
  readonly AttachPolicy: { readonly input: AttachPolicyRequest; readonly output: void };
  readonly CloseAccount: { readonly input: CloseAccountRequest; readonly output: void };
  readonly CreateAccount: { readonly input: CreateAccountRequest; readonly output: CreateAccountResponse };
  readonly CreateOrganization: { readonly input: CreateOrganizationRequest; readonly output: CreateOrganizationResponse };
  readonly CreateOrganizationalUnit: { readonly input: CreateOrganizationalUnitRequest; readonly output: CreateOrganizationalUnitResponse };
  readonly CreatePolicy: { readonly input: CreatePolicyRequest; readonly output: CreatePolicyResponse };
  readonly DeleteOrganization: { readonly input: Readonly<Record<string, never>>; readonly output: void };
  readonly DeleteOrganizationalUnit: { readonly input: DeleteOrganizationalUnitRequest; readonly output: void };
  readonly DeletePolicy: { readonly input: DeletePolicyRequest; readonly output: void };
  readonly DescribeAccount: { readonly input: DescribeAccountRequest; readonly output: DescribeAccountResponse };
  readonly DescribeCreateAccountStatus: { readonly input: DescribeCreateAccountStatusRequest; readonly output: DescribeCreateAccountStatusResponse };
  readonly DescribeEffectivePolicy: { readonly input: DescribeEffectivePolicyRequest; readonly output: DescribeEffectivePolicyResponse };
  readonly DescribeOrganization: { readonly input: Readonly<Record<string, never>>; readonly output: DescribeOrganizationResponse };
  readonly DescribeOrganizationalUnit: { readonly input: DescribeOrganizationalUnitRequest; readonly output: DescribeOrganizationalUnitResponse };
  readonly DescribePolicy: { readonly input: DescribePolicyRequest; readonly output: DescribePolicyResponse };
  readonly DetachPolicy: { readonly input: DetachPolicyRequest; readonly output: void };
  readonly DisablePolicyType: { readonly input: DisablePolicyTypeRequest; readonly output: DisablePolicyTypeResponse };
  readonly EnablePolicyType: { readonly input: EnablePolicyTypeRequest; readonly output: EnablePolicyTypeResponse };
  readonly ListAccounts: { readonly input: ListAccountsRequest; readonly output: ListAccountsResponse };
  readonly ListAccountsForParent: { readonly input: ListAccountsForParentRequest; readonly output: ListAccountsForParentResponse };
  readonly ListChildren: { readonly input: ListChildrenRequest; readonly output: ListChildrenResponse };
  readonly ListCreateAccountStatus: { readonly input: ListCreateAccountStatusRequest; readonly output: ListCreateAccountStatusResponse };
  readonly ListOrganizationalUnitsForParent: { readonly input: ListOrganizationalUnitsForParentRequest; readonly output: ListOrganizationalUnitsForParentResponse };
  readonly ListParents: { readonly input: ListParentsRequest; readonly output: ListParentsResponse };
  readonly ListPolicies: { readonly input: ListPoliciesRequest; readonly output: ListPoliciesResponse };
  readonly ListPoliciesForTarget: { readonly input: ListPoliciesForTargetRequest; readonly output: ListPoliciesForTargetResponse };
  readonly ListRoots: { readonly input: ListRootsRequest; readonly output: ListRootsResponse };
  readonly ListTagsForResource: { readonly input: ListTagsForResourceRequest; readonly output: ListTagsForResourceResponse };
  readonly ListTargetsForPolicy: { readonly input: ListTargetsForPolicyRequest; readonly output: ListTargetsForPolicyResponse };
  readonly MoveAccount: { readonly input: MoveAccountRequest; readonly output: void };
  readonly RemoveAccountFromOrganization: { readonly input: RemoveAccountFromOrganizationRequest; readonly output: void };
  readonly TagResource: { readonly input: TagResourceRequest; readonly output: void };
  readonly UntagResource: { readonly input: UntagResourceRequest; readonly output: void };
  readonly UpdateOrganizationalUnit: { readonly input: UpdateOrganizationalUnitRequest; readonly output: UpdateOrganizationalUnitResponse };
  readonly UpdatePolicy: { readonly input: UpdatePolicyRequest; readonly output: UpdatePolicyResponse };
}
