/** What help and manual say of the operations of Amazon S3. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';
import { withoutEffectProse } from './s3-without-effect.ts';

const keyArn = '$(ssebox kms describe-key --key-id alias/app --query KeyMetadata.Arn --output text)';

// Make $UPLOAD, a multipart upload that has begun, and $ETAG, its first part.
const begin =
  'UPLOAD=$(ssebox s3api create-multipart-upload --bucket photos --key big.csv --query UploadId --output text)';
const firstPart =
  'ssebox s3api upload-part --bucket photos --key big.csv --upload-id $UPLOAD --part-number 1 --body report.csv';
const begun = `${begin}\nETAG=$(${firstPart} --query ETag --output text)`;

const replicate =
  'ssebox s3api create-bucket --bucket archive --region eu-west-1 --create-bucket-configuration LocationConstraint=eu-west-1\n' +
  'ssebox s3api put-bucket-versioning --bucket archive --versioning-configuration Status=Enabled\n' +
  'ssebox s3api put-bucket-replication --bucket reports --replication-configuration ' +
  `'{"Role":"arn:aws:iam::111122223333:role/reader","Rules":[{"ID":"all","Priority":1,"Status":"Enabled","Filter":{},` +
  `"DeleteMarkerReplication":{"Status":"Disabled"},"Destination":{"Bucket":"arn:aws:s3:::archive"}}]}'`;

// A metrics filter for all requests to the bucket.
const allMetrics =
  'ssebox s3api put-bucket-metrics-configuration --bucket photos --id EntireBucket --metrics-configuration Id=EntireBucket';
const someMetrics =
  'ssebox s3api put-bucket-metrics-configuration --bucket reports --id private --metrics-configuration ' +
  `'{"Id":"private","Filter":{"And":{"Prefix":"2026/","Tags":[{"Key":"class","Value":"private"}]}}}'`;

const cors =
  'ssebox s3api put-bucket-cors --bucket photos --cors-configuration ' +
  `'{"CORSRules":[{"AllowedMethods":["GET"],"AllowedOrigins":["https://example.com"]}]}'`;

const savePolicy = 'ssebox s3api get-bucket-policy --bucket reports --query Policy --output text > bucket-policy.json';

export const s3Prose = {
  ...withoutEffectProse,
  AbortMultipartUpload: {
    summary: 'Abort a multipart upload and delete its parts',
    examples: [
      `${begin} && ssebox s3api abort-multipart-upload --bucket photos --key big.csv --upload-id $UPLOAD`,
      `${begun}\nssebox s3api abort-multipart-upload --bucket photos --key big.csv --upload-id $UPLOAD`,
    ],
  },
  CompleteMultipartUpload: {
    summary: 'Assemble the parts of a multipart upload into one object',
    examples: [
      `${begun}\nssebox s3api complete-multipart-upload --bucket photos --key big.csv --upload-id $UPLOAD --multipart-upload "Parts=[{PartNumber=1,ETag=$ETAG}]"`,
      `${begun}\nssebox s3api list-parts --bucket photos --key big.csv --upload-id $UPLOAD --query '{Parts: Parts[].{PartNumber: PartNumber, ETag: ETag}}' > parts.json && ssebox s3api complete-multipart-upload --bucket photos --key big.csv --upload-id $UPLOAD --multipart-upload file://parts.json --query Location`,
    ],
  },
  CopyObject: {
    summary: 'Copy an object of up to 5 GiB, encrypted as the destination or the request says',
    description: `The copy does not inherit the source's encryption: without encryption options it gets the default of
the destination's bucket.`,
    examples: [
      'ssebox s3api copy-object --copy-source photos/harbour.txt --bucket reports --key harbour.txt',
      'ssebox s3api copy-object --copy-source reports/2026/q1.csv --bucket photos --key q1.csv --server-side-encryption aws:kms --ssekms-key-id alias/app',
    ],
  },
  CreateBucket: {
    summary: 'Create a bucket in the region, with SSE-S3 as default encryption',
    description: 'Outside us-east-1 the region must also be given as LocationConstraint.',
    examples: [
      'ssebox s3api create-bucket --bucket letters',
      'ssebox s3api create-bucket --bucket letters --region eu-west-1 --create-bucket-configuration LocationConstraint=eu-west-1',
    ],
  },
  CreateBucketMetadataConfiguration: { summary: 'Create metadata tables for a bucket’s objects', unavailable: true },
  CreateBucketMetadataTableConfiguration: {
    summary: 'Create a metadata table for a bucket’s objects',
    unavailable: true,
  },
  CreateMultipartUpload: {
    summary: 'Start an upload in parts, and set how the object is encrypted',
    examples: [
      'ssebox s3api create-multipart-upload --bucket reports --key 2026/all.csv',
      'ssebox s3api create-multipart-upload --bucket photos --key big.csv --server-side-encryption aws:kms --ssekms-key-id alias/app --query UploadId --output text',
    ],
  },
  CreateSession: { summary: 'Start a session with a directory bucket', unavailable: true },
  DeleteBucket: {
    summary: 'Delete an empty bucket',
    examples: [
      'ssebox s3api delete-bucket --bucket drafts',
      'ssebox s3api create-bucket --bucket letters && ssebox s3api delete-bucket --bucket letters',
    ],
  },
  DeleteBucketCors: {
    summary: 'Delete a bucket’s CORS rules',
    examples: [
      'ssebox s3api delete-bucket-cors --bucket reports',
      `${cors}\nssebox s3api delete-bucket-cors --bucket photos`,
    ],
  },
  DeleteBucketEncryption: {
    summary: 'Reset a bucket’s default encryption to SSE-S3',
    examples: [
      'ssebox s3api delete-bucket-encryption --bucket reports',
      'ssebox s3api delete-bucket-encryption --bucket reports && ssebox s3api get-bucket-encryption --bucket reports',
    ],
  },
  DeleteBucketMetadataConfiguration: { summary: 'Delete a bucket’s metadata tables', unavailable: true },
  DeleteBucketMetadataTableConfiguration: { summary: 'Delete a bucket’s metadata table', unavailable: true },
  DeleteBucketMetricsConfiguration: {
    summary: 'Delete a metrics filter of a bucket',
    description:
      'From then on no request is counted for the filter; what was counted stays in CloudWatch as long as other metrics.',
    examples: [
      `${allMetrics}\nssebox s3api delete-bucket-metrics-configuration --bucket photos --id EntireBucket`,
      `${allMetrics}\nssebox s3api delete-bucket-metrics-configuration --bucket photos --id EntireBucket && ssebox s3api list-bucket-metrics-configurations --bucket photos`,
    ],
  },
  DeleteBucketOwnershipControls: {
    summary: 'Delete a bucket’s object ownership setting',
    examples: [
      'ssebox s3api delete-bucket-ownership-controls --bucket drafts',
      'ssebox s3api delete-bucket-ownership-controls --bucket photos --expected-bucket-owner 111122223333',
    ],
  },
  DeleteBucketPolicy: {
    summary: 'Delete the policy of a bucket',
    examples: [
      'ssebox s3api delete-bucket-policy --bucket reports',
      `${savePolicy}\nssebox s3api delete-bucket-policy --bucket reports`,
    ],
  },
  DeleteBucketReplication: {
    summary: 'Delete a bucket’s replication rules',
    examples: [
      'ssebox s3api delete-bucket-replication --bucket reports',
      `${replicate}\nssebox s3api delete-bucket-replication --bucket reports`,
    ],
  },
  DeleteBucketTagging: {
    summary: 'Delete the tags of a bucket',
    examples: [
      'ssebox s3api delete-bucket-tagging --bucket reports',
      'ssebox s3api delete-bucket-tagging --bucket reports --expected-bucket-owner 111122223333',
    ],
  },
  DeleteObject: {
    summary: 'Delete an object, or permanently delete one of its versions',
    description: 'In a versioned bucket, without --version-id, a delete marker hides the object and nothing is lost.',
    examples: [
      'ssebox s3api delete-object --bucket photos --key harbour.txt',
      "ssebox s3api delete-object --bucket reports --key 2026/q1.csv --version-id $(ssebox s3api list-object-versions --bucket reports --prefix 2026/q1 --query 'Versions[?!IsLatest] | [0].VersionId' --output text)",
    ],
  },
  DeleteObjectAnnotation: { summary: 'Delete an annotation of an object', unavailable: true },
  DeleteObjects: {
    summary: 'Delete up to 1,000 objects at once',
    examples: [
      'ssebox s3api delete-objects --bucket photos --delete "Objects=[{Key=harbour.txt},{Key=2026/pier.txt}]"',
      'ssebox s3api delete-objects --bucket reports --delete "Objects=[{Key=2026/q1.csv}],Quiet=true"',
    ],
  },
  DeleteObjectTagging: {
    summary: 'Delete the tags of an object',
    examples: [
      'ssebox s3api delete-object-tagging --bucket photos --key harbour.txt',
      'ssebox s3api delete-object-tagging --bucket reports --key 2026/q1.csv --query VersionId --output text',
    ],
  },
  DeletePublicAccessBlock: {
    summary: 'Delete a bucket’s public access block, so that its policy may make it public',
    examples: [
      'ssebox s3api delete-public-access-block --bucket drafts',
      'ssebox s3api delete-public-access-block --bucket photos --expected-bucket-owner 111122223333',
    ],
  },
  GetBucketAbac: { summary: 'Show whether policies can use a bucket’s tags', unavailable: true },
  GetBucketAcl: {
    summary: 'Show the access control list of a bucket: its owner’s full control',
    examples: [
      'ssebox s3api get-bucket-acl --bucket photos',
      'ssebox s3api get-bucket-acl --bucket reports --query Owner.ID --output text',
    ],
  },
  GetBucketCors: {
    summary: 'Show a bucket’s CORS rules',
    examples: [
      `${cors}\nssebox s3api get-bucket-cors --bucket photos`,
      'ssebox s3api get-bucket-cors --bucket reports || echo "no CORS rules"',
    ],
  },
  GetBucketEncryption: {
    summary: 'Show a bucket’s default encryption',
    examples: [
      'ssebox s3api get-bucket-encryption --bucket reports',
      "ssebox s3api get-bucket-encryption --bucket photos --query 'ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm' --output text",
    ],
  },
  GetBucketLocation: {
    summary: 'Show the region of a bucket; null is us-east-1',
    examples: [
      'ssebox s3api get-bucket-location --bucket photos',
      'ssebox s3 mb s3://letters --region eu-west-1 && ssebox s3api get-bucket-location --bucket letters --query LocationConstraint --output text',
    ],
  },
  GetBucketMetadataConfiguration: { summary: 'Show a bucket’s metadata tables', unavailable: true },
  GetBucketMetadataTableConfiguration: { summary: 'Show a bucket’s metadata table', unavailable: true },
  GetBucketMetricsConfiguration: {
    summary: 'Show a metrics filter of a bucket',
    examples: [
      `${allMetrics}\nssebox s3api get-bucket-metrics-configuration --bucket photos --id EntireBucket`,
      `${someMetrics}\nssebox s3api get-bucket-metrics-configuration --bucket reports --id private --query MetricsConfiguration.Filter`,
    ],
  },
  GetBucketOwnershipControls: {
    summary: 'Show who owns the objects that others write to a bucket',
    examples: [
      'ssebox s3api get-bucket-ownership-controls --bucket photos',
      "ssebox s3api get-bucket-ownership-controls --bucket photos --query 'OwnershipControls.Rules[0].ObjectOwnership' --output text",
    ],
  },
  GetBucketPolicy: {
    summary: 'Show the policy of a bucket',
    examples: ['ssebox s3api get-bucket-policy --bucket reports', savePolicy],
  },
  GetBucketPolicyStatus: {
    summary: 'Show whether a bucket’s policy makes it public',
    examples: [
      'ssebox s3api get-bucket-policy-status --bucket reports',
      'ssebox s3api get-bucket-policy-status --bucket reports --query PolicyStatus.IsPublic',
    ],
  },
  GetBucketReplication: {
    summary: 'Show a bucket’s replication rules',
    examples: [
      `${replicate}\nssebox s3api get-bucket-replication --bucket reports`,
      `${replicate}\nssebox s3api get-bucket-replication --bucket reports --query 'ReplicationConfiguration.Rules[].Destination'`,
    ],
  },
  GetBucketTagging: {
    summary: 'Show the tags of a bucket',
    examples: [
      'ssebox s3api get-bucket-tagging --bucket reports',
      "ssebox s3api get-bucket-tagging --bucket reports --query 'TagSet[].Value' --output text",
    ],
  },
  GetBucketVersioning: {
    summary: 'Show whether a bucket keeps versions; nothing if it never has',
    examples: [
      'ssebox s3api get-bucket-versioning --bucket reports',
      'ssebox s3api get-bucket-versioning --bucket reports --query Status --output text',
    ],
  },
  GetObject: {
    summary: 'Read an object, decrypted, or a range of it',
    examples: [
      'ssebox s3api get-object --bucket reports --key 2026/q1.csv q1.csv',
      'ssebox s3api get-object --bucket photos --key harbour.txt --range bytes=0-4 -',
    ],
  },
  GetObjectAcl: {
    summary: 'Show the access control list of an object: its owner’s full control',
    examples: [
      'ssebox s3api get-object-acl --bucket photos --key harbour.txt',
      "ssebox s3api get-object-acl --bucket reports --key 2026/q1.csv --query 'Grants[].Permission' --output text",
    ],
  },
  GetObjectAnnotation: { summary: 'Read an annotation of an object', unavailable: true },
  GetObjectAttributes: {
    summary: 'Show an object’s ETag, size, checksum, storage class and parts',
    examples: [
      'ssebox s3api get-object-attributes --bucket photos --key harbour.txt --object-attributes ETag ObjectSize',
      'ssebox s3api get-object-attributes --bucket reports --key 2026/q1.csv --object-attributes Checksum StorageClass --output yaml',
    ],
  },
  GetObjectLegalHold: {
    summary: 'Show whether an object is under a legal hold',
    description: 'This needs a bucket with Object Lock, which buckets in ssebox never have.',
    examples: [
      'ssebox s3api get-object-legal-hold --bucket photos --key harbour.txt || echo "no Object Lock"',
      'ssebox s3api get-object-legal-hold --bucket photos --key harbour.txt --error-format json || echo "no Object Lock"',
    ],
  },
  GetObjectLockConfiguration: {
    summary: 'Show a bucket’s Object Lock',
    description: 'Buckets in ssebox never have one, and the answer says so.',
    examples: [
      'ssebox s3api get-object-lock-configuration --bucket photos || echo "no Object Lock"',
      'ssebox s3api get-object-lock-configuration --bucket photos --error-format json || echo "no Object Lock"',
    ],
  },
  GetObjectRetention: {
    summary: 'Show how long an object is retained',
    description: 'This needs a bucket with Object Lock, which buckets in ssebox never have.',
    examples: [
      'ssebox s3api get-object-retention --bucket photos --key harbour.txt || echo "no Object Lock"',
      'ssebox s3api get-object-retention --bucket photos --key harbour.txt --error-format json || echo "no Object Lock"',
    ],
  },
  GetObjectTagging: {
    summary: 'Show the tags of an object',
    examples: [
      'ssebox s3api get-object-tagging --bucket photos --key harbour.txt',
      'ssebox s3api put-object-tagging --bucket photos --key harbour.txt --tagging "TagSet=[{Key=stage,Value=final}]" && ssebox s3api get-object-tagging --bucket photos --key harbour.txt --query TagSet',
    ],
  },
  GetObjectTorrent: { summary: 'Get the torrent file of an object', unavailable: true },
  GetPublicAccessBlock: {
    summary: 'Show a bucket’s public access block',
    examples: [
      'ssebox s3api get-public-access-block --bucket photos',
      'ssebox s3api get-public-access-block --bucket photos --query PublicAccessBlockConfiguration.BlockPublicPolicy',
    ],
  },
  HeadBucket: {
    summary: 'Check that a bucket exists and may be used, and show its region',
    examples: [
      'ssebox s3api head-bucket --bucket photos',
      'ssebox s3api head-bucket --bucket photos --query BucketRegion --output text',
    ],
  },
  HeadObject: {
    summary: 'Show an object’s metadata and encryption without reading it',
    examples: [
      'ssebox s3api head-object --bucket reports --key 2026/q1.csv',
      'ssebox s3api head-object --bucket photos --key harbour.txt --query ServerSideEncryption --output text',
    ],
  },
  ListBucketMetricsConfigurations: {
    summary: 'List a bucket’s metrics filters',
    examples: [
      'ssebox s3api list-bucket-metrics-configurations --bucket photos',
      `${someMetrics}\nssebox s3api list-bucket-metrics-configurations --bucket reports --query 'MetricsConfigurationList[].Id'`,
    ],
  },
  ListBuckets: {
    summary: 'List the buckets of the account, in all regions',
    examples: [
      'ssebox s3api list-buckets',
      "ssebox s3api list-buckets --prefix re --query 'Buckets[].Name' --output text",
    ],
  },
  ListDirectoryBuckets: { summary: 'List the directory buckets of the account', unavailable: true },
  ListMultipartUploads: {
    summary: 'List the multipart uploads in progress in a bucket',
    examples: [
      'ssebox s3api list-multipart-uploads --bucket photos',
      `${begin} && ssebox s3api list-multipart-uploads --bucket photos --query 'Uploads[].Key'`,
    ],
  },
  ListObjectAnnotations: { summary: 'List the annotations of an object', unavailable: true },
  ListObjects: {
    summary: 'List the objects of a bucket with the first version of the operation',
    examples: [
      'ssebox s3api list-objects --bucket photos',
      "ssebox s3api list-objects --bucket reports --prefix 2026/ --query 'Contents[].Key' --output text",
    ],
  },
  ListObjectsV2: {
    summary: 'List the objects of a bucket in the order of their keys',
    examples: [
      'ssebox s3api list-objects-v2 --bucket reports',
      'ssebox s3api list-objects-v2 --bucket photos --delimiter / --query CommonPrefixes',
      'ssebox s3api list-objects-v2 --bucket reports --max-items 1',
    ],
  },
  ListObjectVersions: {
    summary: 'List the versions and delete markers of a bucket’s objects',
    examples: [
      'ssebox s3api list-object-versions --bucket reports',
      "ssebox s3api list-object-versions --bucket reports --prefix 2026/q1 --query 'Versions[].[VersionId, IsLatest, Size]' --output text",
    ],
  },
  ListParts: {
    summary: 'List the parts that a multipart upload has so far',
    examples: [
      `${begun}\nssebox s3api list-parts --bucket photos --key big.csv --upload-id $UPLOAD`,
      `${begun}\nssebox s3api list-parts --bucket photos --key big.csv --upload-id $UPLOAD --query 'Parts[].Size'`,
    ],
  },
  PutBucketAbac: { summary: 'Let policies use a bucket’s tags', unavailable: true },
  PutBucketAcl: {
    summary: 'Set the access control list of a bucket, to the owner’s full control',
    description: 'If Object Ownership is enforced, which is the default, every list is refused.',
    examples: [
      'ssebox s3api put-bucket-ownership-controls --bucket photos --ownership-controls "Rules=[{ObjectOwnership=BucketOwnerPreferred}]" && ssebox s3api put-bucket-acl --bucket photos --acl private',
      'ssebox s3api put-bucket-ownership-controls --bucket photos --ownership-controls "Rules=[{ObjectOwnership=BucketOwnerPreferred}]" && ssebox s3api put-bucket-acl --bucket photos --acl private && ssebox s3api get-bucket-acl --bucket photos',
    ],
  },
  PutBucketCors: {
    summary: 'Set a bucket’s CORS rules',
    description:
      'The endpoint of ssebox serve and ssebox exec answers browsers by these rules. On the command line they have no effect.',
    examples: [cors, `${cors}\nssebox s3api get-bucket-cors --bucket photos`],
  },
  PutBucketEncryption: {
    summary: 'Set the encryption of new objects that do not specify any',
    description: `The KMS key is not checked here: a key that does not work fails with the first object. Existing
objects stay as they are.`,
    examples: [
      `ssebox s3api put-bucket-encryption --bucket photos --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"alias/app"},"BucketKeyEnabled":true}]}'`,
      'ssebox s3api put-bucket-encryption --bucket reports --server-side-encryption-configuration "Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}}]"',
    ],
  },
  PutBucketMetricsConfiguration: {
    summary: 'Set a metrics filter of a bucket',
    description:
      'S3 then counts the requests that match it in CloudWatch, as metrics of AWS/S3 with the dimensions BucketName and FilterId. ' +
      'Without a Filter all requests match; with one, only requests on single objects do: by a prefix of the key, a tag of the object, or And of several. ' +
      'A filter by an access point is kept and matches nothing, since ssebox has no access points.',
    examples: [
      `${allMetrics}\nssebox s3 get s3://photos/harbour.txt copy.txt\nssebox cloudwatch list-metrics --namespace AWS/S3 --metric-name GetRequests`,
      someMetrics,
    ],
  },
  PutBucketOwnershipControls: {
    summary: 'Set who owns the objects that others write to a bucket',
    examples: [
      'ssebox s3api put-bucket-ownership-controls --bucket photos --ownership-controls "Rules=[{ObjectOwnership=BucketOwnerEnforced}]"',
      'ssebox s3api put-bucket-ownership-controls --bucket drafts --ownership-controls "Rules=[{ObjectOwnership=BucketOwnerPreferred}]"',
    ],
  },
  PutBucketPolicy: {
    summary: 'Replace the policy of a bucket',
    examples: [
      `${savePolicy}\nssebox s3api put-bucket-policy --bucket reports --policy file://bucket-policy.json`,
      `ssebox s3api put-bucket-policy --bucket photos --policy '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::photos/*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}}]}'`,
    ],
  },
  PutBucketReplication: {
    summary: 'Have new objects copied to other buckets, where they are encrypted again',
    description: `Versioning must be enabled on both buckets. Objects under SSE-KMS are left out unless the rule selects them and
names the key for the copies.`,
    examples: [
      replicate,
      `${replicate}\nssebox s3api get-bucket-replication --bucket reports --query 'ReplicationConfiguration.Rules[0].Status' --output text`,
    ],
  },
  PutBucketTagging: {
    summary: 'Replace the tags of a bucket',
    examples: [
      'ssebox s3api put-bucket-tagging --bucket photos --tagging "TagSet=[{Key=team,Value=web}]"',
      'ssebox s3api put-bucket-tagging --bucket reports --tagging "TagSet=[{Key=team,Value=finance},{Key=stage,Value=test}]"',
    ],
  },
  PutBucketVersioning: {
    summary: 'Enable or suspend the versioning of a bucket',
    examples: [
      'ssebox s3api put-bucket-versioning --bucket photos --versioning-configuration Status=Enabled',
      'ssebox s3api put-bucket-versioning --bucket reports --versioning-configuration Status=Suspended',
    ],
  },
  PutObject: {
    summary: 'Write an object of up to 5 GiB, encrypted as the request or the bucket says',
    examples: [
      'ssebox s3api put-object --bucket reports --key 2026/report.csv --body report.csv',
      'ssebox s3api put-object --bucket photos --key report.csv --body report.csv --server-side-encryption aws:kms --ssekms-key-id alias/app --ssekms-encryption-context $(printf \'{"team":"finance"}\' | base64)',
      'ssebox s3api put-object --bucket photos --key report.csv --body report.csv --server-side-encryption aws:kms:dsse --query ServerSideEncryption',
    ],
  },
  PutObjectAcl: {
    summary: 'Set the access control list of an object, to the owner’s full control',
    description: 'If Object Ownership is enforced, which is the default, other lists are refused.',
    examples: [
      'ssebox s3api put-object-acl --bucket photos --key harbour.txt --acl bucket-owner-full-control',
      'ssebox s3api put-object-acl --bucket reports --key 2026/q1.csv --acl bucket-owner-full-control',
    ],
  },
  PutObjectAnnotation: { summary: 'Write an annotation of an object', unavailable: true },
  PutObjectLegalHold: { summary: 'Put an object under a legal hold, or release it', unavailable: true },
  PutObjectLockConfiguration: { summary: 'Set a bucket’s Object Lock', unavailable: true },
  PutObjectRetention: { summary: 'Set how long an object is retained', unavailable: true },
  PutObjectTagging: {
    summary: 'Replace the tags of an object',
    examples: [
      'ssebox s3api put-object-tagging --bucket photos --key harbour.txt --tagging "TagSet=[{Key=stage,Value=final}]"',
      'ssebox s3api put-object-tagging --bucket reports --key 2026/q1.csv --tagging "TagSet=[{Key=team,Value=finance},{Key=year,Value=2026}]"',
    ],
  },
  PutPublicAccessBlock: {
    summary: 'Set which kinds of public access a bucket refuses',
    examples: [
      'ssebox s3api put-public-access-block --bucket photos --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
      'ssebox s3api put-public-access-block --bucket drafts --public-access-block-configuration BlockPublicPolicy=false,RestrictPublicBuckets=false',
    ],
  },
  RenameObject: { summary: 'Rename an object of a directory bucket', unavailable: true },
  RestoreObject: { summary: 'Restore an archived object temporarily', unavailable: true },
  SelectObjectContent: { summary: 'Filter the content of an object with an SQL expression', unavailable: true },
  UpdateBucketMetadataAnnotationTableConfiguration: {
    summary: 'Change a bucket’s table of annotations',
    unavailable: true,
  },
  UpdateBucketMetadataInventoryTableConfiguration: { summary: 'Change a bucket’s inventory table', unavailable: true },
  UpdateBucketMetadataJournalTableConfiguration: { summary: 'Change a bucket’s journal table', unavailable: true },
  UpdateObjectEncryption: {
    summary: 'Move a stored object to another KMS key without rewriting it',
    description:
      'ETag, date, version and content stay the same; only the data key is wrapped again. Give the key by its ARN.',
    examples: [
      `ssebox s3api update-object-encryption --bucket photos --key harbour.txt --object-encryption "SSEKMS={KMSKeyArn=${keyArn}}"`,
      `ssebox s3api update-object-encryption --bucket reports --key 2026/q2.csv --object-encryption "SSEKMS={KMSKeyArn=${keyArn},BucketKeyEnabled=true}" && ssebox s3api head-object --bucket reports --key 2026/q2.csv --query BucketKeyEnabled`,
    ],
  },
  UploadPart: {
    summary: 'Upload one part of a multipart upload',
    examples: [`${begin} && ${firstPart}`, `${begin} && ${firstPart} --query ETag --output text`],
  },
  UploadPartCopy: {
    summary: 'Make one part of a multipart upload from an existing object',
    examples: [
      `${begin} && ssebox s3api upload-part-copy --bucket photos --key big.csv --upload-id $UPLOAD --part-number 1 --copy-source reports/2026/q1.csv`,
      `${begin} && ssebox s3api upload-part-copy --bucket photos --key big.csv --upload-id $UPLOAD --part-number 1 --copy-source photos/harbour.txt --copy-source-range bytes=0-4`,
    ],
  },
  WriteGetObjectResponse: { summary: 'Answer a request from an Object Lambda function', unavailable: true },
} as const satisfies Record<OperationName<'s3'>, OperationProse>;
