// Written by `npm run generate` from service-quotas.json; not to be edited.

export type AppliedLevelEnum =
  | 'ACCOUNT'
  | 'RESOURCE'
  | 'ALL';

export type ErrorCode =
  | 'DEPENDENCY_ACCESS_DENIED_ERROR'
  | 'DEPENDENCY_THROTTLING_ERROR'
  | 'DEPENDENCY_SERVICE_ERROR'
  | 'SERVICE_QUOTA_NOT_AVAILABLE_ERROR';

export interface ErrorReason {
  readonly ErrorCode?: ErrorCode | undefined;
  readonly ErrorMessage?: string | undefined;
}

export interface GetAWSDefaultServiceQuotaRequest {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
}

export interface GetAWSDefaultServiceQuotaResponse {
  readonly Quota?: ServiceQuota | undefined;
}

export interface GetRequestedServiceQuotaChangeRequest {
  readonly RequestId: string;
}

export interface GetRequestedServiceQuotaChangeResponse {
  readonly RequestedQuota?: RequestedServiceQuotaChange | undefined;
}

export interface GetServiceQuotaRequest {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
  readonly ContextId?: string | undefined;
}

export interface GetServiceQuotaResponse {
  readonly Quota?: ServiceQuota | undefined;
}

export interface ListAWSDefaultServiceQuotasRequest {
  readonly ServiceCode: string;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListAWSDefaultServiceQuotasResponse {
  readonly NextToken?: string | undefined;
  readonly Quotas?: readonly ServiceQuota[] | undefined;
}

export interface ListRequestedServiceQuotaChangeHistoryByQuotaRequest {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
  readonly Status?: RequestStatus | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly QuotaRequestedAtLevel?: AppliedLevelEnum | undefined;
}

export interface ListRequestedServiceQuotaChangeHistoryByQuotaResponse {
  readonly NextToken?: string | undefined;
  readonly RequestedQuotas?: readonly RequestedServiceQuotaChange[] | undefined;
}

export interface ListRequestedServiceQuotaChangeHistoryRequest {
  readonly ServiceCode?: string | undefined;
  readonly Status?: RequestStatus | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly QuotaRequestedAtLevel?: AppliedLevelEnum | undefined;
}

export interface ListRequestedServiceQuotaChangeHistoryResponse {
  readonly NextToken?: string | undefined;
  readonly RequestedQuotas?: readonly RequestedServiceQuotaChange[] | undefined;
}

export interface ListServiceQuotasRequest {
  readonly ServiceCode: string;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly QuotaCode?: string | undefined;
  readonly QuotaAppliedAtLevel?: AppliedLevelEnum | undefined;
}

export interface ListServiceQuotasResponse {
  readonly NextToken?: string | undefined;
  readonly Quotas?: readonly ServiceQuota[] | undefined;
}

export interface ListServicesRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListServicesResponse {
  readonly NextToken?: string | undefined;
  readonly Services?: readonly ServiceInfo[] | undefined;
}

export interface ListTagsForResourceRequest {
  readonly ResourceARN: string;
}

export interface ListTagsForResourceResponse {
  readonly Tags?: readonly Tag[] | undefined;
}

export interface MetricInfo {
  readonly MetricNamespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly MetricDimensions?: Readonly<Record<string, string>> | undefined;
  readonly MetricStatisticRecommendation?: string | undefined;
}

export type PeriodUnit =
  | 'MICROSECOND'
  | 'MILLISECOND'
  | 'SECOND'
  | 'MINUTE'
  | 'HOUR'
  | 'DAY'
  | 'WEEK';

export interface QuotaContextInfo {
  readonly ContextScope?: QuotaContextScope | undefined;
  readonly ContextScopeType?: string | undefined;
  readonly ContextId?: string | undefined;
}

export type QuotaContextScope =
  | 'RESOURCE'
  | 'ACCOUNT';

export interface QuotaPeriod {
  readonly PeriodValue?: number | undefined;
  readonly PeriodUnit?: PeriodUnit | undefined;
}

export interface RequestServiceQuotaIncreaseRequest {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
  readonly DesiredValue: number;
  readonly ContextId?: string | undefined;
  readonly SupportCaseAllowed?: boolean | undefined;
}

export interface RequestServiceQuotaIncreaseResponse {
  readonly RequestedQuota?: RequestedServiceQuotaChange | undefined;
}

export type RequestStatus =
  | 'PENDING'
  | 'CASE_OPENED'
  | 'APPROVED'
  | 'DENIED'
  | 'CASE_CLOSED'
  | 'NOT_APPROVED'
  | 'INVALID_REQUEST';

export type RequestType =
  | 'AutomaticManagement';

export interface RequestedServiceQuotaChange {
  readonly Id?: string | undefined;
  readonly RequestType?: RequestType | undefined;
  readonly CaseId?: string | undefined;
  readonly ServiceCode?: string | undefined;
  readonly ServiceName?: string | undefined;
  readonly QuotaCode?: string | undefined;
  readonly QuotaName?: string | undefined;
  readonly DesiredValue?: number | undefined;
  readonly Status?: RequestStatus | undefined;
  readonly Created?: Date | undefined;
  readonly LastUpdated?: Date | undefined;
  readonly Requester?: string | undefined;
  readonly QuotaArn?: string | undefined;
  readonly GlobalQuota?: boolean | undefined;
  readonly Unit?: string | undefined;
  readonly QuotaRequestedAtLevel?: AppliedLevelEnum | undefined;
  readonly QuotaContext?: QuotaContextInfo | undefined;
}

export interface ServiceInfo {
  readonly ServiceCode?: string | undefined;
  readonly ServiceName?: string | undefined;
}

export interface ServiceQuota {
  readonly ServiceCode?: string | undefined;
  readonly ServiceName?: string | undefined;
  readonly QuotaArn?: string | undefined;
  readonly QuotaCode?: string | undefined;
  readonly QuotaName?: string | undefined;
  readonly Value?: number | undefined;
  readonly Unit?: string | undefined;
  readonly Adjustable?: boolean | undefined;
  readonly GlobalQuota?: boolean | undefined;
  readonly UsageMetric?: MetricInfo | undefined;
  readonly Period?: QuotaPeriod | undefined;
  readonly ErrorReason?: ErrorReason | undefined;
  readonly QuotaAppliedAtLevel?: AppliedLevelEnum | undefined;
  readonly QuotaContext?: QuotaContextInfo | undefined;
  readonly Description?: string | undefined;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagResourceRequest {
  readonly ResourceARN: string;
  readonly Tags: readonly Tag[];
}

export type TagResourceResponse = Readonly<Record<string, never>>;

export interface UntagResourceRequest {
  readonly ResourceARN: string;
  readonly TagKeys: readonly string[];
}

export type UntagResourceResponse = Readonly<Record<string, never>>;

export interface ServiceQuotasOperations {
  readonly GetAWSDefaultServiceQuota: { readonly input: GetAWSDefaultServiceQuotaRequest; readonly output: GetAWSDefaultServiceQuotaResponse };
  readonly GetRequestedServiceQuotaChange: { readonly input: GetRequestedServiceQuotaChangeRequest; readonly output: GetRequestedServiceQuotaChangeResponse };
  readonly GetServiceQuota: { readonly input: GetServiceQuotaRequest; readonly output: GetServiceQuotaResponse };
  readonly ListAWSDefaultServiceQuotas: { readonly input: ListAWSDefaultServiceQuotasRequest; readonly output: ListAWSDefaultServiceQuotasResponse };
  readonly ListRequestedServiceQuotaChangeHistory: { readonly input: ListRequestedServiceQuotaChangeHistoryRequest; readonly output: ListRequestedServiceQuotaChangeHistoryResponse };
  readonly ListRequestedServiceQuotaChangeHistoryByQuota: { readonly input: ListRequestedServiceQuotaChangeHistoryByQuotaRequest; readonly output: ListRequestedServiceQuotaChangeHistoryByQuotaResponse };
  readonly ListServiceQuotas: { readonly input: ListServiceQuotasRequest; readonly output: ListServiceQuotasResponse };
  readonly ListServices: { readonly input: ListServicesRequest; readonly output: ListServicesResponse };
  readonly ListTagsForResource: { readonly input: ListTagsForResourceRequest; readonly output: ListTagsForResourceResponse };
  readonly RequestServiceQuotaIncrease: { readonly input: RequestServiceQuotaIncreaseRequest; readonly output: RequestServiceQuotaIncreaseResponse };
  readonly TagResource: { readonly input: TagResourceRequest; readonly output: TagResourceResponse };
  readonly UntagResource: { readonly input: UntagResourceRequest; readonly output: UntagResourceResponse };
}
