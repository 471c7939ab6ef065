/** The Amazon S3 operations that ssebox has, by AWS's name. */

import { eachOnDemand, type OperationTable } from '../call/operation.ts';
import { GetBucketAcl, GetObjectAcl, PutBucketAcl, PutObjectAcl } from './buckets/acl.ts';
import { DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption } from './buckets/bucket-encryption.ts';
import {
  DeleteBucketPolicy,
  GetBucketPolicy,
  GetBucketPolicyStatus,
  PutBucketPolicy,
} from './buckets/bucket-policy.ts';
import { DeleteBucketTagging, GetBucketTagging, PutBucketTagging } from './buckets/bucket-tagging.ts';
import { CreateBucket, DeleteBucket, GetBucketLocation, HeadBucket, ListBuckets } from './buckets/buckets.ts';
import { corsOperations } from './buckets/cors.ts';
import { metricsConfigurations } from './buckets/metrics-configurations.ts';
import { GetObjectLegalHold, GetObjectLockConfiguration, GetObjectRetention } from './buckets/object-lock.ts';
import {
  DeleteBucketOwnershipControls,
  GetBucketOwnershipControls,
  PutBucketOwnershipControls,
} from './buckets/ownership-controls.ts';
import { DeletePublicAccessBlock, GetPublicAccessBlock, PutPublicAccessBlock } from './buckets/public-access-block.ts';
import { withFilters } from './buckets/request-metrics.ts';
import { GetBucketVersioning, PutBucketVersioning } from './buckets/versioning.ts';
import { withoutEffect } from './buckets/without-effect.ts';
import { CompleteMultipartUpload } from './multipart/complete-multipart.ts';
import { ListMultipartUploads, ListParts } from './multipart/list-multipart.ts';
import { AbortMultipartUpload, CreateMultipartUpload } from './multipart/multipart.ts';
import { UploadPart } from './multipart/upload-part.ts';
import { UploadPartCopy } from './multipart/upload-part-copy.ts';
import { CopyObject } from './objects/copy-object.ts';
import { DeleteObject, DeleteObjects } from './objects/delete-objects.ts';
import { GetObject, HeadObject } from './objects/get-object.ts';
import { ListObjects, ListObjectsV2 } from './objects/list-objects.ts';
import { ListObjectVersions } from './objects/list-versions.ts';
import { GetObjectAttributes } from './objects/object-attributes.ts';
import { DeleteObjectTagging, GetObjectTagging, PutObjectTagging } from './objects/object-tagging.ts';
import { PutObject } from './objects/put-object.ts';
import { UpdateObjectEncryption } from './objects/update-object-encryption.ts';
import {
  DeleteBucketReplication,
  GetBucketReplication,
  PutBucketReplication,
} from './replication/bucket-replication.ts';

const operations: OperationTable = {
  ...withoutEffect,
  ...corsOperations,
  ...metricsConfigurations,
  AbortMultipartUpload,
  CompleteMultipartUpload,
  CopyObject,
  CreateBucket,
  CreateMultipartUpload,
  DeleteBucket,
  DeleteBucketEncryption,
  DeleteBucketOwnershipControls,
  DeleteBucketPolicy,
  DeleteBucketReplication,
  DeleteBucketTagging,
  DeleteObject,
  DeleteObjectTagging,
  DeleteObjects,
  DeletePublicAccessBlock,
  GetBucketAcl,
  GetBucketEncryption,
  GetBucketLocation,
  GetBucketOwnershipControls,
  GetBucketPolicy,
  GetBucketPolicyStatus,
  GetBucketReplication,
  GetBucketTagging,
  GetBucketVersioning,
  GetObject,
  GetObjectAcl,
  GetObjectAttributes,
  GetObjectLegalHold,
  GetObjectLockConfiguration,
  GetObjectRetention,
  GetObjectTagging,
  GetPublicAccessBlock,
  HeadBucket,
  HeadObject,
  ListBuckets,
  ListMultipartUploads,
  ListObjectVersions,
  ListObjects,
  ListObjectsV2,
  ListParts,
  PutBucketAcl,
  PutBucketEncryption,
  PutBucketOwnershipControls,
  PutBucketPolicy,
  PutBucketReplication,
  PutBucketTagging,
  PutBucketVersioning,
  PutObject,
  PutObjectAcl,
  PutObjectTagging,
  PutPublicAccessBlock,
  UpdateObjectEncryption,
  UploadPart,
  UploadPartCopy,
};

export const s3Operations: OperationTable = eachOnDemand(operations, withFilters);
