/** What the options of Amazon S3 that are about buckets and access to them mean. S3 API Reference, by operation. */

import type { MeaningsOf, MemberMeanings } from './meaning.ts';

const grant = (right: string) => `grantees to give ${right}, as id=… or uri=…; refused, since only owners have rights`;

export const bucketOptions = {
  ACL: 'the access control list by its name; only those that keep it with the owner are accepted (default private)',
  AccelerateConfiguration: 'whether transfers may use the endpoint for acceleration, which does not exist in ssebox',
  AccessControlPolicy: 'the whole access control list; only the full control of the owner is accepted',
  AnalyticsConfiguration: 'which objects to analyse for a cheaper storage class, and where to export the results',
  BucketLoggingStatus: 'the bucket and prefix that access logs go to; an empty one turns logging off',
  BucketNamespace: 'whether the name belongs to this account and region alone, with their suffix (default global)',
  BucketRegion: 'list only the buckets in this region, such as eu-west-1 (default: all regions)',
  CORSConfiguration: 'which web origins may call the bucket from a browser, with which methods and headers',
  ConfirmRemoveSelfBucketAccess: 'accept a policy that keeps the caller from changing it later (default: no)',
  ContinuationToken: 'the NextContinuationToken of the page before, to continue the list',
  CreateBucketConfiguration: 'the region as LocationConstraint, required except in us-east-1, and tags for the bucket',
  ExpectedBucketOwner: 'the account id that the bucket must belong to; any other account is refused with 403',
  ExpectedSourceBucketOwner: 'the account id that the source bucket must belong to; any other is refused with 403',
  GrantFullControl: grant('all rights'),
  GrantRead: grant('read access'),
  GrantReadACP: grant('read access to the access control list'),
  GrantWrite: grant('write access'),
  GrantWriteACP: grant('write access to the access control list'),
  Id: 'the name of the configuration among those of its kind in the bucket',
  IntelligentTieringConfiguration: 'after how many days without access objects move to an archive tier',
  InventoryConfiguration: 'which list of objects to make, how often, and the bucket that it goes to',
  LifecycleConfiguration: 'the rules by which objects expire or change their storage class, all of them at once',
  MFA: 'the serial number and the code of an MFA device, separated by a blank; no user in ssebox has one',
  MetricsConfiguration:
    'the id again, and the filter that requests have to match to be counted (default: all requests)',
  NotificationConfiguration: 'which events to report to which topics, queues and functions, all of them at once',
  ObjectLockEnabledForBucket: 'let objects be locked against deletion, which ssebox does not have and refuses',
  ObjectOwnership: 'who owns objects that other accounts write, and whether ACLs count (default BucketOwnerEnforced)',
  OwnershipControls: 'who owns objects that other accounts write, and whether ACLs count, as a single rule',
  Policy: 'the bucket policy, as JSON or from a file (file://policy.json), of at most 20 KB',
  PublicAccessBlockConfiguration: 'which kinds of public access to block; what is left out is not blocked',
  ReplicationConfiguration: 'the role and the rules by which new objects are copied to other buckets, all at once',
  RequestPayer: 'accept the costs of a request to a bucket whose requesters pay; without effect in ssebox',
  RequestPaymentConfiguration: 'whether the owner or the requester of the bucket pays for its requests',
  SkipDestinationValidation: 'do not check whether the topics, queues and functions accept events (default: check)',
  Token: 'a token to turn replication on for a bucket with Object Lock; without effect in ssebox',
  TransitionDefaultMinimumObjectSize:
    'the size below which objects stay in their storage class unless a rule says otherwise',
  VersioningConfiguration:
    'the new state of versioning; once enabled, it can only be suspended, and MFADelete is refused',
  WebsiteConfiguration: 'the index and error documents, or redirects, of a website made from the bucket',
} as const satisfies MemberMeanings<'s3'>;

export const bucketsWithin = {
  CreateBucket: {
    Bucket:
      'the name of the new bucket: 3 to 63 lowercase letters, digits, hyphens and dots, unique among all accounts',
    GrantWrite: 'grantees to let create objects, as id=… or uri=…; refused, since only owners have rights',
  },
  DeleteBucket: { Bucket: 'the name of the bucket to delete, which must be empty, without old versions too' },
  ListBuckets: { Prefix: 'list only buckets whose names begin with this text (default: all)' },
  PutBucketReplication: { Bucket: 'the name of the bucket to copy from, which needs versioning' },
  PutBucketTagging: { Tagging: 'all tags of the bucket, at most 50, which replace the present ones' },
} as const satisfies MeaningsOf<'s3'>['within'];
