/** The operations of Amazon S3 that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { GetBucketAcl, GetObjectAcl, PutBucketAcl, PutObjectAcl } from './acl.ts';
import { DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption } from './bucket-encryption.ts';
import { DeleteBucketPolicy, GetBucketPolicy, GetBucketPolicyStatus, PutBucketPolicy } from './bucket-policy.ts';
import { DeleteBucketReplication, GetBucketReplication, PutBucketReplication } from './bucket-replication.ts';
import { DeleteBucketTagging, GetBucketTagging, PutBucketTagging } from './bucket-tagging.ts';
import { CreateBucket, DeleteBucket, GetBucketLocation, HeadBucket, ListBuckets } from './buckets.ts';
import { CompleteMultipartUpload } from './complete-multipart.ts';
import { CopyObject } from './copy-object.ts';
import { DeleteObject, DeleteObjects } from './delete-objects.ts';
import { GetObject, HeadObject } from './get-object.ts';
import { ListMultipartUploads, ListParts } from './list-multipart.ts';
import { ListObjects, ListObjectsV2 } from './list-objects.ts';
import { ListObjectVersions } from './list-versions.ts';
import { AbortMultipartUpload, CreateMultipartUpload } from './multipart.ts';
import { GetObjectAttributes } from './object-attributes.ts';
import { DeleteObjectTagging, GetObjectTagging, PutObjectTagging } from './object-tagging.ts';
import {
  DeleteBucketOwnershipControls,
  GetBucketOwnershipControls,
  PutBucketOwnershipControls,
} from './ownership-controls.ts';
import { DeletePublicAccessBlock, GetPublicAccessBlock, PutPublicAccessBlock } from './public-access-block.ts';
import { PutObject } from './put-object.ts';
import { QueueExistingObjects } from './queue-existing.ts';
import { ReplicateObject } from './replicate-object.ts';
import {
  GetBucketAccelerateConfiguration,
  GetBucketCors,
  GetBucketLifecycleConfiguration,
  GetBucketLogging,
  GetBucketNotificationConfiguration,
  GetBucketRequestPayment,
  GetBucketWebsite,
  GetObjectLegalHold,
  GetObjectLockConfiguration,
  GetObjectRetention,
} from './unconfigured.ts';
import { UpdateObjectEncryption } from './update-object-encryption.ts';
import { UploadPart } from './upload-part.ts';
import { UploadPartCopy } from './upload-part-copy.ts';
import { GetBucketVersioning, PutBucketVersioning } from './versioning.ts';

export const s3Operations: OperationTable = {
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
  GetBucketAccelerateConfiguration,
  GetBucketAcl,
  GetBucketCors,
  GetBucketEncryption,
  GetBucketLifecycleConfiguration,
  GetBucketLocation,
  GetBucketLogging,
  GetBucketNotificationConfiguration,
  GetBucketOwnershipControls,
  GetBucketPolicy,
  GetBucketPolicyStatus,
  GetBucketReplication,
  GetBucketRequestPayment,
  GetBucketTagging,
  GetBucketVersioning,
  GetBucketWebsite,
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
  QueueExistingObjects,
  ReplicateObject,
  UpdateObjectEncryption,
  UploadPart,
  UploadPartCopy,
};
