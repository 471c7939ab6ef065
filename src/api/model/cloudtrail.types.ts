// Written by `npm run generate` from cloudtrail.json; not to be edited.

export interface AddTagsRequest {
  readonly ResourceId: string;
  readonly TagsList: readonly Tag[];
}

export type AddTagsResponse = Readonly<Record<string, never>>;

export interface AdvancedEventSelector {
  readonly Name?: string | undefined;
  readonly FieldSelectors: readonly AdvancedFieldSelector[];
}

export interface AdvancedFieldSelector {
  readonly Field: string;
  readonly Equals?: readonly string[] | undefined;
  readonly StartsWith?: readonly string[] | undefined;
  readonly EndsWith?: readonly string[] | undefined;
  readonly NotEquals?: readonly string[] | undefined;
  readonly NotStartsWith?: readonly string[] | undefined;
  readonly NotEndsWith?: readonly string[] | undefined;
}

export interface CreateTrailRequest {
  readonly Name: string;
  readonly S3BucketName: string;
  readonly S3KeyPrefix?: string | undefined;
  readonly SnsTopicName?: string | undefined;
  readonly IncludeGlobalServiceEvents?: boolean | undefined;
  readonly IsMultiRegionTrail?: boolean | undefined;
  readonly EnableLogFileValidation?: boolean | undefined;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly IsOrganizationTrail?: boolean | undefined;
  readonly TagsList?: readonly Tag[] | undefined;
}

export interface CreateTrailResponse {
  readonly Name?: string | undefined;
  readonly S3BucketName?: string | undefined;
  readonly S3KeyPrefix?: string | undefined;
  readonly SnsTopicName?: string | undefined;
  readonly SnsTopicARN?: string | undefined;
  readonly IncludeGlobalServiceEvents?: boolean | undefined;
  readonly IsMultiRegionTrail?: boolean | undefined;
  readonly TrailARN?: string | undefined;
  readonly LogFileValidationEnabled?: boolean | undefined;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly IsOrganizationTrail?: boolean | undefined;
}

export interface DataResource {
  readonly Type?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

export interface DeleteTrailRequest {
  readonly Name: string;
}

export type DeleteTrailResponse = Readonly<Record<string, never>>;

export interface DescribeTrailsRequest {
  readonly trailNameList?: readonly string[] | undefined;
  readonly includeShadowTrails?: boolean | undefined;
}

export interface DescribeTrailsResponse {
  readonly trailList?: readonly Trail[] | undefined;
}

export interface Event {
  readonly EventId?: string | undefined;
  readonly EventName?: string | undefined;
  readonly ReadOnly?: string | undefined;
  readonly AccessKeyId?: string | undefined;
  readonly EventTime?: Date | undefined;
  readonly EventSource?: string | undefined;
  readonly Username?: string | undefined;
  readonly Resources?: readonly Resource[] | undefined;
  readonly CloudTrailEvent?: string | undefined;
}

export type EventCategory =
  | 'insight';

export interface EventSelector {
  readonly ReadWriteType?: ReadWriteType | undefined;
  readonly IncludeManagementEvents?: boolean | undefined;
  readonly DataResources?: readonly DataResource[] | undefined;
  readonly ExcludeManagementEventSources?: readonly string[] | undefined;
}

export interface GetEventSelectorsRequest {
  readonly TrailName: string;
}

export interface GetEventSelectorsResponse {
  readonly TrailARN?: string | undefined;
  readonly EventSelectors?: readonly EventSelector[] | undefined;
  readonly AdvancedEventSelectors?: readonly AdvancedEventSelector[] | undefined;
}

export interface GetTrailRequest {
  readonly Name: string;
}

export interface GetTrailResponse {
  readonly Trail?: Trail | undefined;
}

export interface GetTrailStatusRequest {
  readonly Name: string;
}

export interface GetTrailStatusResponse {
  readonly IsLogging?: boolean | undefined;
  readonly LatestDeliveryError?: string | undefined;
  readonly LatestNotificationError?: string | undefined;
  readonly LatestDeliveryTime?: Date | undefined;
  readonly LatestNotificationTime?: Date | undefined;
  readonly StartLoggingTime?: Date | undefined;
  readonly StopLoggingTime?: Date | undefined;
  readonly LatestCloudWatchLogsDeliveryError?: string | undefined;
  readonly LatestCloudWatchLogsDeliveryTime?: Date | undefined;
  readonly LatestDigestDeliveryTime?: Date | undefined;
  readonly LatestDigestDeliveryError?: string | undefined;
  readonly LatestDeliveryAttemptTime?: string | undefined;
  readonly LatestNotificationAttemptTime?: string | undefined;
  readonly LatestNotificationAttemptSucceeded?: string | undefined;
  readonly LatestDeliveryAttemptSucceeded?: string | undefined;
  readonly TimeLoggingStarted?: string | undefined;
  readonly TimeLoggingStopped?: string | undefined;
}

export interface ListPublicKeysRequest {
  readonly StartTime?: Date | undefined;
  readonly EndTime?: Date | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListPublicKeysResponse {
  readonly PublicKeyList?: readonly PublicKey[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListTagsRequest {
  readonly ResourceIdList: readonly string[];
  readonly NextToken?: string | undefined;
}

export interface ListTagsResponse {
  readonly ResourceTagList?: readonly ResourceTag[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListTrailsRequest {
  readonly NextToken?: string | undefined;
}

export interface ListTrailsResponse {
  readonly Trails?: readonly TrailInfo[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface LookupAttribute {
  readonly AttributeKey: LookupAttributeKey;
  readonly AttributeValue: string;
}

export type LookupAttributeKey =
  | 'EventId'
  | 'EventName'
  | 'ReadOnly'
  | 'Username'
  | 'ResourceType'
  | 'ResourceName'
  | 'EventSource'
  | 'AccessKeyId';

export interface LookupEventsRequest {
  readonly LookupAttributes?: readonly LookupAttribute[] | undefined;
  readonly StartTime?: Date | undefined;
  readonly EndTime?: Date | undefined;
  readonly EventCategory?: EventCategory | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface LookupEventsResponse {
  readonly Events?: readonly Event[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface PublicKey {
  readonly Value?: Uint8Array | undefined;
  readonly ValidityStartTime?: Date | undefined;
  readonly ValidityEndTime?: Date | undefined;
  readonly Fingerprint?: string | undefined;
}

export interface PutEventSelectorsRequest {
  readonly TrailName: string;
  readonly EventSelectors?: readonly EventSelector[] | undefined;
  readonly AdvancedEventSelectors?: readonly AdvancedEventSelector[] | undefined;
}

export interface PutEventSelectorsResponse {
  readonly TrailARN?: string | undefined;
  readonly EventSelectors?: readonly EventSelector[] | undefined;
  readonly AdvancedEventSelectors?: readonly AdvancedEventSelector[] | undefined;
}

export type ReadWriteType =
  | 'ReadOnly'
  | 'WriteOnly'
  | 'All';

export interface RemoveTagsRequest {
  readonly ResourceId: string;
  readonly TagsList: readonly Tag[];
}

export type RemoveTagsResponse = Readonly<Record<string, never>>;

export interface Resource {
  readonly ResourceType?: string | undefined;
  readonly ResourceName?: string | undefined;
}

export interface ResourceTag {
  readonly ResourceId?: string | undefined;
  readonly TagsList?: readonly Tag[] | undefined;
}

export interface StartLoggingRequest {
  readonly Name: string;
}

export type StartLoggingResponse = Readonly<Record<string, never>>;

export interface StopLoggingRequest {
  readonly Name: string;
}

export type StopLoggingResponse = Readonly<Record<string, never>>;

export interface Tag {
  readonly Key: string;
  readonly Value?: string | undefined;
}

export interface Trail {
  readonly Name?: string | undefined;
  readonly S3BucketName?: string | undefined;
  readonly S3KeyPrefix?: string | undefined;
  readonly SnsTopicName?: string | undefined;
  readonly SnsTopicARN?: string | undefined;
  readonly IncludeGlobalServiceEvents?: boolean | undefined;
  readonly IsMultiRegionTrail?: boolean | undefined;
  readonly HomeRegion?: string | undefined;
  readonly TrailARN?: string | undefined;
  readonly LogFileValidationEnabled?: boolean | undefined;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly HasCustomEventSelectors?: boolean | undefined;
  readonly HasInsightSelectors?: boolean | undefined;
  readonly IsOrganizationTrail?: boolean | undefined;
}

export interface TrailInfo {
  readonly TrailARN?: string | undefined;
  readonly Name?: string | undefined;
  readonly HomeRegion?: string | undefined;
}

export interface UpdateTrailRequest {
  readonly Name: string;
  readonly S3BucketName?: string | undefined;
  readonly S3KeyPrefix?: string | undefined;
  readonly SnsTopicName?: string | undefined;
  readonly IncludeGlobalServiceEvents?: boolean | undefined;
  readonly IsMultiRegionTrail?: boolean | undefined;
  readonly EnableLogFileValidation?: boolean | undefined;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly IsOrganizationTrail?: boolean | undefined;
}

export interface UpdateTrailResponse {
  readonly Name?: string | undefined;
  readonly S3BucketName?: string | undefined;
  readonly S3KeyPrefix?: string | undefined;
  readonly SnsTopicName?: string | undefined;
  readonly SnsTopicARN?: string | undefined;
  readonly IncludeGlobalServiceEvents?: boolean | undefined;
  readonly IsMultiRegionTrail?: boolean | undefined;
  readonly TrailARN?: string | undefined;
  readonly LogFileValidationEnabled?: boolean | undefined;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly IsOrganizationTrail?: boolean | undefined;
}

export interface CloudtrailOperations {
  readonly AddTags: { readonly input: AddTagsRequest; readonly output: AddTagsResponse };
  readonly CreateTrail: { readonly input: CreateTrailRequest; readonly output: CreateTrailResponse };
  readonly DeleteTrail: { readonly input: DeleteTrailRequest; readonly output: DeleteTrailResponse };
  readonly DescribeTrails: { readonly input: DescribeTrailsRequest; readonly output: DescribeTrailsResponse };
  readonly GetEventSelectors: { readonly input: GetEventSelectorsRequest; readonly output: GetEventSelectorsResponse };
  readonly GetTrail: { readonly input: GetTrailRequest; readonly output: GetTrailResponse };
  readonly GetTrailStatus: { readonly input: GetTrailStatusRequest; readonly output: GetTrailStatusResponse };
  readonly ListPublicKeys: { readonly input: ListPublicKeysRequest; readonly output: ListPublicKeysResponse };
  readonly ListTags: { readonly input: ListTagsRequest; readonly output: ListTagsResponse };
  readonly ListTrails: { readonly input: ListTrailsRequest; readonly output: ListTrailsResponse };
  readonly LookupEvents: { readonly input: LookupEventsRequest; readonly output: LookupEventsResponse };
  readonly PutEventSelectors: { readonly input: PutEventSelectorsRequest; readonly output: PutEventSelectorsResponse };
  readonly RemoveTags: { readonly input: RemoveTagsRequest; readonly output: RemoveTagsResponse };
  readonly StartLogging: { readonly input: StartLoggingRequest; readonly output: StartLoggingResponse };
  readonly StopLogging: { readonly input: StopLoggingRequest; readonly output: StopLoggingResponse };
  readonly UpdateTrail: { readonly input: UpdateTrailRequest; readonly output: UpdateTrailResponse };
}
