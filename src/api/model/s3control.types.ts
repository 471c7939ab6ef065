// Written by `npm run generate` from s3control.json; not to be edited.

export interface AccessPoint {
  readonly Name: string;
  readonly NetworkOrigin: NetworkOrigin;
  readonly VpcConfiguration?: VpcConfiguration | undefined;
  readonly Bucket: string;
  readonly AccessPointArn?: string | undefined;
  readonly Alias?: string | undefined;
  readonly BucketAccountId?: string | undefined;
  readonly DataSourceId?: string | undefined;
  readonly DataSourceType?: string | undefined;
}

export interface AwsLambdaTransformation {
  readonly FunctionArn: string;
  readonly FunctionPayload?: string | undefined;
}

export type ComputeObjectChecksumAlgorithm =
  | 'CRC32'
  | 'CRC32C'
  | 'CRC64NVME'
  | 'MD5'
  | 'SHA1'
  | 'SHA256'
  | 'SHA512'
  | 'XXHASH64'
  | 'XXHASH3'
  | 'XXHASH128';

export type ComputeObjectChecksumType =
  | 'FULL_OBJECT'
  | 'COMPOSITE';

export interface CreateAccessPointForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
  readonly Configuration: ObjectLambdaConfiguration;
}

export interface CreateAccessPointForObjectLambdaResult {
  readonly ObjectLambdaAccessPointArn?: string | undefined;
  readonly Alias?: ObjectLambdaAccessPointAlias | undefined;
}

export interface CreateAccessPointRequest {
  readonly AccountId: string;
  readonly Name: string;
  readonly Bucket: string;
  readonly VpcConfiguration?: VpcConfiguration | undefined;
  readonly PublicAccessBlockConfiguration?: PublicAccessBlockConfiguration | undefined;
  readonly BucketAccountId?: string | undefined;
  readonly Scope?: Scope | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface CreateAccessPointResult {
  readonly AccessPointArn?: string | undefined;
  readonly Alias?: string | undefined;
}

export interface CreateJobRequest {
  readonly AccountId: string;
  readonly ConfirmationRequired?: boolean | undefined;
  readonly Operation: JobOperation;
  readonly Report: JobReport;
  readonly ClientRequestToken: string;
  readonly Manifest?: JobManifest | undefined;
  readonly Description?: string | undefined;
  readonly Priority: number;
  readonly RoleArn: string;
  readonly Tags?: readonly S3Tag[] | undefined;
  readonly ManifestGenerator?: JobManifestGenerator | undefined;
}

export interface CreateJobResult {
  readonly JobId?: string | undefined;
}

export interface DSSEKMSFilter {
  readonly KmsKeyArn?: string | undefined;
}

export interface DeleteAccessPointForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface DeleteAccessPointPolicyForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface DeleteAccessPointPolicyRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface DeleteAccessPointRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface DeleteJobTaggingRequest {
  readonly AccountId: string;
  readonly JobId: string;
}

export type DeleteJobTaggingResult = Readonly<Record<string, never>>;

export interface DeletePublicAccessBlockRequest {
  readonly AccountId: string;
}

export interface DescribeJobRequest {
  readonly AccountId: string;
  readonly JobId: string;
}

export interface DescribeJobResult {
  readonly Job?: JobDescriptor | undefined;
}

export interface GeneratedManifestEncryption {
  readonly SSES3?: SSES3Encryption | undefined;
  readonly SSEKMS?: SSEKMSEncryption | undefined;
}

export type GeneratedManifestFormat =
  | 'S3InventoryReport_CSV_20211130';

export interface GetAccessPointConfigurationForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface GetAccessPointConfigurationForObjectLambdaResult {
  readonly Configuration?: ObjectLambdaConfiguration | undefined;
}

export interface GetAccessPointForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface GetAccessPointForObjectLambdaResult {
  readonly Name?: string | undefined;
  readonly PublicAccessBlockConfiguration?: PublicAccessBlockConfiguration | undefined;
  readonly CreationDate?: Date | undefined;
  readonly Alias?: ObjectLambdaAccessPointAlias | undefined;
}

export interface GetAccessPointPolicyForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface GetAccessPointPolicyForObjectLambdaResult {
  readonly Policy?: string | undefined;
}

export interface GetAccessPointPolicyRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface GetAccessPointPolicyResult {
  readonly Policy?: string | undefined;
}

export interface GetAccessPointRequest {
  readonly AccountId: string;
  readonly Name: string;
}

export interface GetAccessPointResult {
  readonly Name?: string | undefined;
  readonly Bucket?: string | undefined;
  readonly NetworkOrigin?: NetworkOrigin | undefined;
  readonly VpcConfiguration?: VpcConfiguration | undefined;
  readonly PublicAccessBlockConfiguration?: PublicAccessBlockConfiguration | undefined;
  readonly CreationDate?: Date | undefined;
  readonly Alias?: string | undefined;
  readonly AccessPointArn?: string | undefined;
  readonly Endpoints?: Readonly<Record<string, string>> | undefined;
  readonly BucketAccountId?: string | undefined;
  readonly DataSourceId?: string | undefined;
  readonly DataSourceType?: string | undefined;
}

export interface GetJobTaggingRequest {
  readonly AccountId: string;
  readonly JobId: string;
}

export interface GetJobTaggingResult {
  readonly Tags?: readonly S3Tag[] | undefined;
}

export interface GetPublicAccessBlockOutput {
  readonly PublicAccessBlockConfiguration?: PublicAccessBlockConfiguration | undefined;
}

export interface GetPublicAccessBlockRequest {
  readonly AccountId: string;
}

export interface JobDescriptor {
  readonly JobId?: string | undefined;
  readonly ConfirmationRequired?: boolean | undefined;
  readonly Description?: string | undefined;
  readonly JobArn?: string | undefined;
  readonly Status?: JobStatus | undefined;
  readonly Manifest?: JobManifest | undefined;
  readonly Operation?: JobOperation | undefined;
  readonly Priority?: number | undefined;
  readonly ProgressSummary?: JobProgressSummary | undefined;
  readonly StatusUpdateReason?: string | undefined;
  readonly FailureReasons?: readonly JobFailure[] | undefined;
  readonly Report?: JobReport | undefined;
  readonly CreationTime?: Date | undefined;
  readonly TerminationDate?: Date | undefined;
  readonly RoleArn?: string | undefined;
  readonly SuspendedDate?: Date | undefined;
  readonly SuspendedCause?: string | undefined;
  readonly ManifestGenerator?: JobManifestGenerator | undefined;
  readonly GeneratedManifestDescriptor?: S3GeneratedManifestDescriptor | undefined;
}

export interface JobFailure {
  readonly FailureCode?: string | undefined;
  readonly FailureReason?: string | undefined;
}

export interface JobListDescriptor {
  readonly JobId?: string | undefined;
  readonly Description?: string | undefined;
  readonly Operation?: OperationName | undefined;
  readonly Priority?: number | undefined;
  readonly Status?: JobStatus | undefined;
  readonly CreationTime?: Date | undefined;
  readonly TerminationDate?: Date | undefined;
  readonly ProgressSummary?: JobProgressSummary | undefined;
}

export interface JobManifest {
  readonly Spec: JobManifestSpec;
  readonly Location: JobManifestLocation;
}

export type JobManifestFieldName =
  | 'Ignore'
  | 'Bucket'
  | 'Key'
  | 'VersionId';

export type JobManifestFormat =
  | 'S3BatchOperations_CSV_20180820'
  | 'S3InventoryReport_CSV_20161130';

export interface JobManifestGenerator {
  readonly S3JobManifestGenerator?: S3JobManifestGenerator | undefined;
}

export interface JobManifestGeneratorFilter {
  readonly EligibleForReplication?: boolean | undefined;
  readonly CreatedAfter?: Date | undefined;
  readonly CreatedBefore?: Date | undefined;
  readonly ObjectReplicationStatuses?: readonly ReplicationStatus[] | undefined;
  readonly KeyNameConstraint?: KeyNameConstraint | undefined;
  readonly ObjectSizeGreaterThanBytes?: number | undefined;
  readonly ObjectSizeLessThanBytes?: number | undefined;
  readonly MatchAnyStorageClass?: readonly S3StorageClass[] | undefined;
  readonly MatchAnyObjectEncryption?: readonly ObjectEncryptionFilter[] | undefined;
}

export interface JobManifestLocation {
  readonly ObjectArn: string;
  readonly ObjectVersionId?: string | undefined;
  readonly ETag: string;
}

export interface JobManifestSpec {
  readonly Format: JobManifestFormat;
  readonly Fields?: readonly JobManifestFieldName[] | undefined;
}

export interface JobOperation {
  readonly LambdaInvoke?: LambdaInvokeOperation | undefined;
  readonly S3PutObjectCopy?: S3CopyObjectOperation | undefined;
  readonly S3PutObjectAcl?: S3SetObjectAclOperation | undefined;
  readonly S3PutObjectTagging?: S3SetObjectTaggingOperation | undefined;
  readonly S3DeleteObjectTagging?: S3DeleteObjectTaggingOperation | undefined;
  readonly S3InitiateRestoreObject?: S3InitiateRestoreObjectOperation | undefined;
  readonly S3PutObjectLegalHold?: S3SetObjectLegalHoldOperation | undefined;
  readonly S3PutObjectRetention?: S3SetObjectRetentionOperation | undefined;
  readonly S3ReplicateObject?: S3ReplicateObjectOperation | undefined;
  readonly S3ComputeObjectChecksum?: S3ComputeObjectChecksumOperation | undefined;
  readonly S3UpdateObjectEncryption?: S3UpdateObjectEncryptionOperation | undefined;
}

export interface JobProgressSummary {
  readonly TotalNumberOfTasks?: number | undefined;
  readonly NumberOfTasksSucceeded?: number | undefined;
  readonly NumberOfTasksFailed?: number | undefined;
  readonly Timers?: JobTimers | undefined;
}

export interface JobReport {
  readonly Bucket?: string | undefined;
  readonly Format?: JobReportFormat | undefined;
  readonly Enabled: boolean;
  readonly Prefix?: string | undefined;
  readonly ReportScope?: JobReportScope | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export type JobReportFormat =
  | 'Report_CSV_20180820';

export type JobReportScope =
  | 'AllTasks'
  | 'FailedTasksOnly';

export type JobStatus =
  | 'Active'
  | 'Cancelled'
  | 'Cancelling'
  | 'Complete'
  | 'Completing'
  | 'Failed'
  | 'Failing'
  | 'New'
  | 'Paused'
  | 'Pausing'
  | 'Preparing'
  | 'Ready'
  | 'Suspended';

export interface JobTimers {
  readonly ElapsedTimeInActiveSeconds?: number | undefined;
}

export interface KeyNameConstraint {
  readonly MatchAnyPrefix?: readonly string[] | undefined;
  readonly MatchAnySuffix?: readonly string[] | undefined;
  readonly MatchAnySubstring?: readonly string[] | undefined;
}

export interface LambdaInvokeOperation {
  readonly FunctionArn?: string | undefined;
  readonly InvocationSchemaVersion?: string | undefined;
  readonly UserArguments?: Readonly<Record<string, string>> | undefined;
}

export interface ListAccessPointsForObjectLambdaRequest {
  readonly AccountId: string;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListAccessPointsForObjectLambdaResult {
  readonly ObjectLambdaAccessPointList?: readonly ObjectLambdaAccessPoint[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListAccessPointsRequest {
  readonly AccountId: string;
  readonly Bucket?: string | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly DataSourceId?: string | undefined;
  readonly DataSourceType?: string | undefined;
}

export interface ListAccessPointsResult {
  readonly AccessPointList?: readonly AccessPoint[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListJobsRequest {
  readonly AccountId: string;
  readonly JobStatuses?: readonly JobStatus[] | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface ListJobsResult {
  readonly NextToken?: string | undefined;
  readonly Jobs?: readonly JobListDescriptor[] | undefined;
}

export interface ListTagsForResourceRequest {
  readonly AccountId: string;
  readonly ResourceArn: string;
}

export interface ListTagsForResourceResult {
  readonly Tags?: readonly Tag[] | undefined;
}

export type NetworkOrigin =
  | 'Internet'
  | 'VPC';

export type NotSSEFilter = Readonly<Record<string, never>>;

export interface ObjectEncryption {
  readonly SSEKMS?: S3UpdateObjectEncryptionSSEKMS | undefined;
}

export interface ObjectEncryptionFilter {
  readonly SSES3?: SSES3Filter | undefined;
  readonly SSEKMS?: SSEKMSFilter | undefined;
  readonly DSSEKMS?: DSSEKMSFilter | undefined;
  readonly SSEC?: SSECFilter | undefined;
  readonly NOTSSE?: NotSSEFilter | undefined;
}

export interface ObjectLambdaAccessPoint {
  readonly Name: string;
  readonly ObjectLambdaAccessPointArn?: string | undefined;
  readonly Alias?: ObjectLambdaAccessPointAlias | undefined;
}

export interface ObjectLambdaAccessPointAlias {
  readonly Value?: string | undefined;
  readonly Status?: ObjectLambdaAccessPointAliasStatus | undefined;
}

export type ObjectLambdaAccessPointAliasStatus =
  | 'PROVISIONING'
  | 'READY';

export type ObjectLambdaAllowedFeature =
  | 'GetObject-Range'
  | 'GetObject-PartNumber'
  | 'HeadObject-Range'
  | 'HeadObject-PartNumber';

export interface ObjectLambdaConfiguration {
  readonly SupportingAccessPoint: string;
  readonly CloudWatchMetricsEnabled?: boolean | undefined;
  readonly AllowedFeatures?: readonly ObjectLambdaAllowedFeature[] | undefined;
  readonly TransformationConfigurations: readonly ObjectLambdaTransformationConfiguration[];
}

export interface ObjectLambdaContentTransformation {
  readonly AwsLambda?: AwsLambdaTransformation | undefined;
}

export interface ObjectLambdaTransformationConfiguration {
  readonly Actions: readonly ObjectLambdaTransformationConfigurationAction[];
  readonly ContentTransformation: ObjectLambdaContentTransformation;
}

export type ObjectLambdaTransformationConfigurationAction =
  | 'GetObject'
  | 'HeadObject'
  | 'ListObjects'
  | 'ListObjectsV2';

export type OperationName =
  | 'LambdaInvoke'
  | 'S3PutObjectCopy'
  | 'S3PutObjectAcl'
  | 'S3PutObjectTagging'
  | 'S3DeleteObjectTagging'
  | 'S3InitiateRestoreObject'
  | 'S3PutObjectLegalHold'
  | 'S3PutObjectRetention'
  | 'S3ReplicateObject'
  | 'S3ComputeObjectChecksum'
  | 'S3UpdateObjectEncryption';

export interface PublicAccessBlockConfiguration {
  readonly BlockPublicAcls?: boolean | undefined;
  readonly IgnorePublicAcls?: boolean | undefined;
  readonly BlockPublicPolicy?: boolean | undefined;
  readonly RestrictPublicBuckets?: boolean | undefined;
}

export interface PutAccessPointConfigurationForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
  readonly Configuration: ObjectLambdaConfiguration;
}

export interface PutAccessPointPolicyForObjectLambdaRequest {
  readonly AccountId: string;
  readonly Name: string;
  readonly Policy: string;
}

export interface PutAccessPointPolicyRequest {
  readonly AccountId: string;
  readonly Name: string;
  readonly Policy: string;
}

export interface PutJobTaggingRequest {
  readonly AccountId: string;
  readonly JobId: string;
  readonly Tags: readonly S3Tag[];
}

export type PutJobTaggingResult = Readonly<Record<string, never>>;

export interface PutPublicAccessBlockRequest {
  readonly PublicAccessBlockConfiguration: PublicAccessBlockConfiguration;
  readonly AccountId: string;
}

export type ReplicationStatus =
  | 'COMPLETED'
  | 'FAILED'
  | 'REPLICA'
  | 'NONE';

export type RequestedJobStatus =
  | 'Cancelled'
  | 'Ready';

export interface S3AccessControlList {
  readonly Owner: S3ObjectOwner;
  readonly Grants?: readonly S3Grant[] | undefined;
}

export interface S3AccessControlPolicy {
  readonly AccessControlList?: S3AccessControlList | undefined;
  readonly CannedAccessControlList?: S3CannedAccessControlList | undefined;
}

export type S3CannedAccessControlList =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'aws-exec-read'
  | 'authenticated-read'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control';

export type S3ChecksumAlgorithm =
  | 'CRC32'
  | 'CRC32C'
  | 'SHA1'
  | 'SHA256'
  | 'CRC64NVME'
  | 'SHA512'
  | 'MD5'
  | 'XXHASH64'
  | 'XXHASH3'
  | 'XXHASH128';

export interface S3ComputeObjectChecksumOperation {
  readonly ChecksumAlgorithm?: ComputeObjectChecksumAlgorithm | undefined;
  readonly ChecksumType?: ComputeObjectChecksumType | undefined;
}

export interface S3CopyObjectOperation {
  readonly TargetResource?: string | undefined;
  readonly CannedAccessControlList?: S3CannedAccessControlList | undefined;
  readonly AccessControlGrants?: readonly S3Grant[] | undefined;
  readonly MetadataDirective?: S3MetadataDirective | undefined;
  readonly ModifiedSinceConstraint?: Date | undefined;
  readonly NewObjectMetadata?: S3ObjectMetadata | undefined;
  readonly NewObjectTagging?: readonly S3Tag[] | undefined;
  readonly RedirectLocation?: string | undefined;
  readonly RequesterPays?: boolean | undefined;
  readonly StorageClass?: S3StorageClass | undefined;
  readonly UnModifiedSinceConstraint?: Date | undefined;
  readonly SSEAwsKmsKeyId?: string | undefined;
  readonly TargetKeyPrefix?: string | undefined;
  readonly ObjectLockLegalHoldStatus?: S3ObjectLockLegalHoldStatus | undefined;
  readonly ObjectLockMode?: S3ObjectLockMode | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly ChecksumAlgorithm?: S3ChecksumAlgorithm | undefined;
}

export type S3DeleteObjectTaggingOperation = Readonly<Record<string, never>>;

export interface S3GeneratedManifestDescriptor {
  readonly Format?: GeneratedManifestFormat | undefined;
  readonly Location?: JobManifestLocation | undefined;
}

export type S3GlacierJobTier =
  | 'BULK'
  | 'STANDARD';

export interface S3Grant {
  readonly Grantee?: S3Grantee | undefined;
  readonly Permission?: S3Permission | undefined;
}

export interface S3Grantee {
  readonly TypeIdentifier?: S3GranteeTypeIdentifier | undefined;
  readonly Identifier?: string | undefined;
  readonly DisplayName?: string | undefined;
}

export type S3GranteeTypeIdentifier =
  | 'id'
  | 'emailAddress'
  | 'uri';

export interface S3InitiateRestoreObjectOperation {
  readonly ExpirationInDays?: number | undefined;
  readonly GlacierJobTier?: S3GlacierJobTier | undefined;
}

export interface S3JobManifestGenerator {
  readonly ExpectedBucketOwner?: string | undefined;
  readonly SourceBucket: string;
  readonly ManifestOutputLocation?: S3ManifestOutputLocation | undefined;
  readonly Filter?: JobManifestGeneratorFilter | undefined;
  readonly EnableManifestOutput: boolean;
}

export interface S3ManifestOutputLocation {
  readonly ExpectedManifestBucketOwner?: string | undefined;
  readonly Bucket: string;
  readonly ManifestPrefix?: string | undefined;
  readonly ManifestEncryption?: GeneratedManifestEncryption | undefined;
  readonly ManifestFormat: GeneratedManifestFormat;
}

export type S3MetadataDirective =
  | 'COPY'
  | 'REPLACE';

export interface S3ObjectLockLegalHold {
  readonly Status: S3ObjectLockLegalHoldStatus;
}

export type S3ObjectLockLegalHoldStatus =
  | 'OFF'
  | 'ON';

export type S3ObjectLockMode =
  | 'COMPLIANCE'
  | 'GOVERNANCE';

export type S3ObjectLockRetentionMode =
  | 'COMPLIANCE'
  | 'GOVERNANCE';

export interface S3ObjectMetadata {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly UserMetadata?: Readonly<Record<string, string>> | undefined;
  readonly ContentLength?: number | undefined;
  readonly ContentMD5?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly HttpExpiresDate?: Date | undefined;
  readonly RequesterCharged?: boolean | undefined;
  readonly SSEAlgorithm?: S3SSEAlgorithm | undefined;
}

export interface S3ObjectOwner {
  readonly ID?: string | undefined;
  readonly DisplayName?: string | undefined;
}

export type S3Permission =
  | 'FULL_CONTROL'
  | 'READ'
  | 'WRITE'
  | 'READ_ACP'
  | 'WRITE_ACP';

export type S3ReplicateObjectOperation = Readonly<Record<string, never>>;

export interface S3Retention {
  readonly RetainUntilDate?: Date | undefined;
  readonly Mode?: S3ObjectLockRetentionMode | undefined;
}

export type S3SSEAlgorithm =
  | 'AES256'
  | 'KMS';

export interface S3SetObjectAclOperation {
  readonly AccessControlPolicy?: S3AccessControlPolicy | undefined;
}

export interface S3SetObjectLegalHoldOperation {
  readonly LegalHold: S3ObjectLockLegalHold;
}

export interface S3SetObjectRetentionOperation {
  readonly BypassGovernanceRetention?: boolean | undefined;
  readonly Retention: S3Retention;
}

export interface S3SetObjectTaggingOperation {
  readonly TagSet?: readonly S3Tag[] | undefined;
}

export type S3StorageClass =
  | 'STANDARD'
  | 'STANDARD_IA'
  | 'ONEZONE_IA'
  | 'GLACIER'
  | 'INTELLIGENT_TIERING'
  | 'DEEP_ARCHIVE'
  | 'GLACIER_IR';

export interface S3Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface S3UpdateObjectEncryptionOperation {
  readonly ObjectEncryption?: ObjectEncryption | undefined;
}

export interface S3UpdateObjectEncryptionSSEKMS {
  readonly KMSKeyArn: string;
  readonly BucketKeyEnabled?: boolean | undefined;
}

export type SSECFilter = Readonly<Record<string, never>>;

export interface SSEKMSEncryption {
  readonly KeyId: string;
}

export interface SSEKMSFilter {
  readonly KmsKeyArn?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

export type SSES3Encryption = Readonly<Record<string, never>>;

export type SSES3Filter = Readonly<Record<string, never>>;

export interface Scope {
  readonly Prefixes?: readonly string[] | undefined;
  readonly Permissions?: readonly ScopePermission[] | undefined;
}

export type ScopePermission =
  | 'GetObject'
  | 'GetObjectAttributes'
  | 'ListMultipartUploadParts'
  | 'ListBucket'
  | 'ListBucketMultipartUploads'
  | 'PutObject'
  | 'DeleteObject'
  | 'AbortMultipartUpload';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagResourceRequest {
  readonly AccountId: string;
  readonly ResourceArn: string;
  readonly Tags: readonly Tag[];
}

export type TagResourceResult = Readonly<Record<string, never>>;

export interface UntagResourceRequest {
  readonly AccountId: string;
  readonly ResourceArn: string;
  readonly TagKeys: readonly string[];
}

export type UntagResourceResult = Readonly<Record<string, never>>;

export interface UpdateJobPriorityRequest {
  readonly AccountId: string;
  readonly JobId: string;
  readonly Priority: number;
}

export interface UpdateJobPriorityResult {
  readonly JobId: string;
  readonly Priority: number;
}

export interface UpdateJobStatusRequest {
  readonly AccountId: string;
  readonly JobId: string;
  readonly RequestedJobStatus: RequestedJobStatus;
  readonly StatusUpdateReason?: string | undefined;
}

export interface UpdateJobStatusResult {
  readonly JobId?: string | undefined;
  readonly Status?: JobStatus | undefined;
  readonly StatusUpdateReason?: string | undefined;
}

export interface VpcConfiguration {
  readonly VpcId: string;
}

export interface S3controlOperations {
  readonly CreateAccessPoint: { readonly input: CreateAccessPointRequest; readonly output: CreateAccessPointResult };
  readonly CreateAccessPointForObjectLambda: { readonly input: CreateAccessPointForObjectLambdaRequest; readonly output: CreateAccessPointForObjectLambdaResult };
  readonly CreateJob: { readonly input: CreateJobRequest; readonly output: CreateJobResult };
  readonly DeleteAccessPoint: { readonly input: DeleteAccessPointRequest; readonly output: void };
  readonly DeleteAccessPointForObjectLambda: { readonly input: DeleteAccessPointForObjectLambdaRequest; readonly output: void };
  readonly DeleteAccessPointPolicy: { readonly input: DeleteAccessPointPolicyRequest; readonly output: void };
  readonly DeleteAccessPointPolicyForObjectLambda: { readonly input: DeleteAccessPointPolicyForObjectLambdaRequest; readonly output: void };
  readonly DeleteJobTagging: { readonly input: DeleteJobTaggingRequest; readonly output: DeleteJobTaggingResult };
  readonly DeletePublicAccessBlock: { readonly input: DeletePublicAccessBlockRequest; readonly output: void };
  readonly DescribeJob: { readonly input: DescribeJobRequest; readonly output: DescribeJobResult };
  readonly GetAccessPoint: { readonly input: GetAccessPointRequest; readonly output: GetAccessPointResult };
  readonly GetAccessPointConfigurationForObjectLambda: { readonly input: GetAccessPointConfigurationForObjectLambdaRequest; readonly output: GetAccessPointConfigurationForObjectLambdaResult };
  readonly GetAccessPointForObjectLambda: { readonly input: GetAccessPointForObjectLambdaRequest; readonly output: GetAccessPointForObjectLambdaResult };
  readonly GetAccessPointPolicy: { readonly input: GetAccessPointPolicyRequest; readonly output: GetAccessPointPolicyResult };
  readonly GetAccessPointPolicyForObjectLambda: { readonly input: GetAccessPointPolicyForObjectLambdaRequest; readonly output: GetAccessPointPolicyForObjectLambdaResult };
  readonly GetJobTagging: { readonly input: GetJobTaggingRequest; readonly output: GetJobTaggingResult };
  readonly GetPublicAccessBlock: { readonly input: GetPublicAccessBlockRequest; readonly output: GetPublicAccessBlockOutput };
  readonly ListAccessPoints: { readonly input: ListAccessPointsRequest; readonly output: ListAccessPointsResult };
  readonly ListAccessPointsForObjectLambda: { readonly input: ListAccessPointsForObjectLambdaRequest; readonly output: ListAccessPointsForObjectLambdaResult };
  readonly ListJobs: { readonly input: ListJobsRequest; readonly output: ListJobsResult };
  readonly ListTagsForResource: { readonly input: ListTagsForResourceRequest; readonly output: ListTagsForResourceResult };
  readonly PutAccessPointConfigurationForObjectLambda: { readonly input: PutAccessPointConfigurationForObjectLambdaRequest; readonly output: void };
  readonly PutAccessPointPolicy: { readonly input: PutAccessPointPolicyRequest; readonly output: void };
  readonly PutAccessPointPolicyForObjectLambda: { readonly input: PutAccessPointPolicyForObjectLambdaRequest; readonly output: void };
  readonly PutJobTagging: { readonly input: PutJobTaggingRequest; readonly output: PutJobTaggingResult };
  readonly PutPublicAccessBlock: { readonly input: PutPublicAccessBlockRequest; readonly output: void };
  readonly TagResource: { readonly input: TagResourceRequest; readonly output: TagResourceResult };
  readonly UntagResource: { readonly input: UntagResourceRequest; readonly output: UntagResourceResult };
  readonly UpdateJobPriority: { readonly input: UpdateJobPriorityRequest; readonly output: UpdateJobPriorityResult };
  readonly UpdateJobStatus: { readonly input: UpdateJobStatusRequest; readonly output: UpdateJobStatusResult };
}
