/** Creating, finding, listing and deleting buckets. Amazon S3 User Guide, "General purpose buckets overview". */

import { type AccountId, bucketArn } from '../../api/arn.ts';
import { AwsError, UNSIGNED } from '../../api/errors.ts';
import type { BucketLocationConstraint } from '../../api/model/s3.types.ts';
import { allowed, didYouMean } from '../../api/nearest.ts';
import { takePage } from '../../api/page.ts';
import { isRegion, type Region, regions } from '../../api/regions.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import { callerAccount } from '../../policy/caller.ts';
import { resourceLimit } from '../../quotas/settings.ts';
import type { BucketRecord, Ownership, Tag } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { bucketCount } from '../../tally/level-series.ts';
import { setLevel } from '../../tally/levels.ts';
import { forgetLevelKeys } from '../content/bucket-level-key.ts';
import { newS3Key } from '../content/envelope.ts';
import { removeUploadsOf } from '../content/multipart-record.ts';
import { endMetricsTo } from '../replication/replication-metrics.ts';
import { forgetReplication } from '../replication/replication-queue.ts';
import { type AclHeaders, asksForAcl, isPublicAcl, requireAclForm, unsupportedList } from '../request/acl-headers.ts';
import { allPublicAccessBlocked, findBucket } from '../request/bucket.ts';
import { requireBucketName, requireNamespace } from '../request/bucket-name.ts';
import { notImplementedHeader } from '../request/conditions.ts';
import { requestParameters } from '../request/event-fields.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { decodeToken, encodeToken } from '../request/list-token.ts';
import { aclContext } from '../request/object-context.ts';
import { MAX_KEY_BYTES } from '../request/object-key.ts';
import { canonicalUserId } from '../request/owner.ts';
import { bucketAccess, connectionContext } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';
import { requireNewBucketTags } from '../request/tag-set.ts';
import { forgetConfigurations } from './bucket-configurations.ts';
import { isOwnership } from './ownership-controls.ts';

/** The most buckets in a page of a list: S3 API Reference, ListBuckets. */
const MAX_BUCKETS = 10_000;

/**
 * Creates a bucket with the defaults of every bucket since April 2026: SSE-S3, SSE-C blocked, no public access, no
 * access control lists. S3 API Reference, CreateBucket.
 */
export const CreateBucket = operation('s3', 'CreateBucket', {
  resolve(input, call) {
    requireBucketName(input.Bucket);
    const account = callerAccount(call.caller);
    if (account === undefined) {
      throw new AwsError('AccessDenied', 'Anonymous users cannot invoke this API. Please authenticate.', {}, UNSIGNED);
    }
    const { region, location } = placeOf(input.CreateBucketConfiguration?.LocationConstraint, call.region);
    requireNamespace(input.Bucket, input.BucketNamespace, account, region);
    const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced';
    if (!isOwnership(ownership)) {
      throw invalidArgument(
        `Invalid x-amz-object-ownership header: ${ownership}`,
        'x-amz-object-ownership',
        // S3 does not repeat the value.
        undefined,
        allowed(ownership, ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']),
      );
    }
    requireAclForm(input);
    requireAclFits(input, ownership);
    if (input.ObjectLockEnabledForBucket) {
      throw notImplementedHeader('x-amz-bucket-object-lock-enabled');
    }
    const tags = (input.CreateBucketConfiguration?.Tags ?? []).map(({ Key, Value }): Tag => ({ Key, Value }));
    requireNewBucketTags(tags);
    return { name: input.Bucket, account, region, location, ownership, tags };
  },
  authorizesBody: true,
  authorize({ name, account, region, location, tags }, input, call) {
    const context = {
      ...connectionContext(call, account),
      ...aclContext(input),
      's3:locationconstraint': location,
      's3:x-amz-object-ownership': input.ObjectOwnership,
      's3:x-amz-bucket-namespace': input.BucketNamespace,
      'aws:RequestedRegion': region,
      ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
      ...(tags.length > 0 && { 'aws:TagKeys': tags.map(({ Key }) => Key) }),
    };
    const actions = [
      's3:CreateBucket',
      ...(asksForAcl(input) ? ['s3:PutBucketAcl'] : []),
      ...(input.ObjectOwnership ? ['s3:PutBucketOwnershipControls'] : []),
      ...(tags.length > 0 ? ['s3:TagResource'] : []),
    ];
    // A bucket that does not exist yet has no policy, and will belong to the caller.
    return actions.map((action) => ({ action, resource: bucketArn(name), owner: account, context }));
  },
  run({ name, account, region, location, ownership, tags }, _input, call) {
    const { tx, now } = call;
    const existing = tx.buckets.get([name]);
    if (existing) requireRepeatable(existing, account, call.region, tags);
    else {
      requireRoomForBucket(account, call);
      const id = call.uuid();
      const bucket: BucketRecord = {
        v: 1,
        id,
        name,
        owner: account,
        region,
        location,
        createdMs: now.getTime(),
        s3Key: newS3Key(id, call),
        encryption: { kind: 'SSE-S3', bucketKey: false },
        encryptionIsExplicit: false,
        blocksCustomerKeys: true,
        publicAccessBlock: allPublicAccessBlocked,
        ownership,
        ...(tags.length > 0 && { tags }),
      };
      addBucket(bucket, call);
    }
    const Location =
      call.region === 'us-east-1' && location === undefined ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
    return { Location, BucketArn: bucketArn(name) };
  },
  parameters: (input) => requestParameters(input, requestDocument('CreateBucket', input)),
});

/** The region of a new bucket, from the endpoint and the body's LocationConstraint. */
function placeOf(constraint: string | undefined, endpoint: Region): { region: Region; location: string | undefined } {
  if (endpoint === 'us-east-1') {
    if (constraint === undefined || constraint === '') return { region: endpoint, location: undefined };
    if (constraint === 'EU') return { region: 'eu-west-1', location: 'EU' };
    if (isRegion(constraint) && constraint !== 'us-east-1') return { region: constraint, location: constraint };
    throw new AwsError(
      'InvalidLocationConstraint',
      'The specified location-constraint is not valid',
      { LocationConstraint: constraint },
      constraint === 'us-east-1'
        ? 'a bucket in us-east-1 is created without --create-bucket-configuration'
        : `"${constraint}" is not a region: ${didYouMean(constraint, regions) ?? 'such as eu-west-1'}`,
    );
  }
  if (constraint === endpoint || (constraint === 'EU' && endpoint === 'eu-west-1')) {
    return { region: endpoint, location: constraint };
  }
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The ${constraint || 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    {},
    `the call is in ${endpoint}: use --create-bucket-configuration LocationConstraint=${endpoint}, or the --region of the bucket`,
  );
}

function requireAclFits(headers: AclHeaders, ownership: Ownership): void {
  if (!asksForAcl(headers) || headers.ACL === 'private') return;
  if (ownership === 'BucketOwnerEnforced') {
    throw new AwsError(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      {},
      'leave out the ACL, or use --object-ownership BucketOwnerPreferred or ObjectWriter',
    );
  }
  if (!isPublicAcl(headers)) throw unsupportedList(headers.ACL);
  // A new bucket blocks public access before its list is examined.
  throw new AwsError(
    'InvalidBucketAclWithBlockPublicAccessError',
    'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
  );
}

/** us-east-1 lets an owner create a bucket again, if the request has no tags. */
function requireRepeatable(bucket: BucketRecord, account: string, endpoint: Region, tags: readonly Tag[]): void {
  if (bucket.owner !== account) {
    throw new AwsError(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      { BucketName: bucket.name },
    );
  }
  if (endpoint === 'us-east-1' && bucket.region === 'us-east-1' && tags.length === 0) return;
  throw new AwsError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    { BucketName: bucket.name },
  );
}

function requireRoomForBucket(account: string, { tx }: Call): void {
  const limit = resourceLimit('s3', 'buckets', { account, region: 'us-east-1' }, tx);
  let count = 0;
  for (const _row of tx.bucketsByOwner.under([account], { limit })) count += 1;
  if (count >= limit) {
    throw new AwsError('TooManyBuckets', 'You have attempted to create more buckets than allowed.', {
      CurrentNumberOfBuckets: String(count),
      AllowedNumberOfBuckets: String(limit),
    });
  }
}

/** Stores a new bucket. */
export function addBucket(bucket: BucketRecord, at: Pick<Call, 'tx' | 'now'>): void {
  at.tx.buckets.put([bucket.name], bucket);
  at.tx.bucketsByOwner.put([bucket.owner, bucket.name], true);
  noteNumber(bucket.owner, at);
}

/** Removes a bucket without objects and uploads, and everything that is configured for it. */
export function removeEmptyBucket(bucket: BucketRecord, at: Pick<Call, 'tx' | 'now'>): void {
  endMetricsTo(bucket, at);
  forgetReplication(bucket, at);
  forgetLevelKeys(bucket, at);
  forgetConfigurations(bucket, at);
  at.tx.buckets.remove([bucket.name]);
  at.tx.bucketsByOwner.remove([bucket.owner, bucket.name]);
  noteNumber(bucket.owner, at);
}

/** Notes how many buckets an account has now. */
function noteNumber(account: AccountId, { tx, now }: Pick<Call, 'tx' | 'now'>): void {
  let count = 0;
  for (const _row of tx.bucketsByOwner.under([account])) count += 1;
  setLevel(bucketCount(account), count, now.getTime(), tx);
}

/** Lists the buckets of the caller's account, by name. S3 API Reference, ListBuckets. */
export const ListBuckets = operation('s3', 'ListBuckets', {
  resolve(input, call) {
    const account = callerAccount(call.caller);
    if (account === undefined) {
      throw new AwsError('AccessDenied', 'Anonymous users cannot invoke this API. Please authenticate.', {}, UNSIGNED);
    }
    if (input.BucketRegion !== undefined && !isRegion(input.BucketRegion)) {
      throw invalidArgument(
        `Argument value ${input.BucketRegion} is not a valid AWS Region`,
        'bucket-region',
        input.BucketRegion,
      );
    }
    const { MaxBuckets } = input;
    if (MaxBuckets !== undefined && !(MaxBuckets >= 1 && MaxBuckets <= MAX_BUCKETS)) {
      const name = 'max-buckets';
      throw invalidArgument(
        `Argument ${name} must be an integer between 1 and ${MAX_BUCKETS}.`,
        name,
        String(MaxBuckets),
      );
    }
    const after = input.ContinuationToken === undefined ? undefined : decodeToken(input.ContinuationToken);
    return { account, after };
  },
  authorize: ({ account }, _input, call) => [
    {
      action: 's3:ListAllMyBuckets',
      resource: '*',
      owner: account,
      context: connectionContext(call, account),
      resourcePhrase: '',
    },
  ],
  run({ account, after }, { MaxBuckets = MAX_BUCKETS, Prefix = '', BucketRegion, ContinuationToken }, { tx }) {
    const isDetailed =
      ContinuationToken !== undefined || Prefix !== '' || BucketRegion !== undefined || MaxBuckets < MAX_BUCKETS;
    const owned = bucketsOf(account, { prefix: Prefix, region: BucketRegion, after }, tx);
    const { items: found, hasMore } = takePage(owned, MaxBuckets);
    return {
      Buckets: found.map((bucket) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdMs),
        ...(isDetailed && { BucketRegion: bucket.region, BucketArn: bucketArn(bucket.name) }),
      })),
      Owner: { ID: canonicalUserId(account) },
      ...(hasMore && { ContinuationToken: encodeToken(found.at(-1)?.name ?? '') }),
      ...(Prefix !== '' && { Prefix }),
    };
  },
  parameters: (input) => requestParameters({ ...input }),
});

interface BucketFilter {
  readonly prefix: string;
  readonly region: string | undefined;
  readonly after: string | undefined;
}

/** The buckets of an account, by name. */
function* bucketsOf(account: AccountId, { prefix, region, after }: BucketFilter, tx: Tx): Iterable<BucketRecord> {
  // No name is as long.
  if (prefix.length > MAX_KEY_BYTES) return;
  const start = [account, after ?? prefix];
  for (const { key } of tx.bucketsByOwner.under([account], { start, after: after !== undefined })) {
    if (!key[1].startsWith(prefix)) {
      if (key[1] > prefix) return;
      continue;
    }
    const bucket = tx.buckets.get([key[1]]);
    if (bucket && (region === undefined || bucket.region === region)) yield bucket;
  }
}

/** Reports whether a bucket exists and whether the caller may list it. S3 API Reference, HeadBucket. */
export const HeadBucket = operation('s3', 'HeadBucket', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:ListBucket', bucket, call)],
  run: ({ name, region }) => ({ BucketArn: bucketArn(name), BucketRegion: region, AccessPointAlias: false }),
  parameters: (input) => requestParameters(input),
});

/** Returns the bucket's region, nothing for us-east-1. S3 API Reference, GetBucketLocation. */
export const GetBucketLocation = operation('s3', 'GetBucketLocation', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketLocation', bucket, call)],
  // The model's constraints are AWS's regions, and every region here except us-east-1 is one of them.
  run: ({ location }) => (location === undefined ? {} : { LocationConstraint: location as BucketLocationConstraint }),
  parameters: (input) => requestParameters(input, { location: '' }),
});

/**
 * Deletes an empty bucket, with its unfinished multipart uploads and its configuration, so that a new bucket with this
 * name, perhaps in another account, inherits nothing. S3 API Reference, DeleteBucket.
 */
export const DeleteBucket = operation('s3', 'DeleteBucket', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:DeleteBucket', bucket, call)],
  run(bucket, _input, call) {
    const { tx } = call;
    const [first] = tx.objects.under([bucket.name], { limit: 1 });
    if (first) {
      const advice = bucket.versioning === undefined ? '' : '. You must delete all versions in the bucket.';
      throw new AwsError(
        'BucketNotEmpty',
        `The bucket you tried to delete is not empty${advice}`,
        {
          BucketName: bucket.name,
        },
        `ssebox bucket delete ${bucket.name} --force deletes it with every version in it`,
      );
    }
    removeUploadsOf(bucket, call);
    removeEmptyBucket(bucket, call);
  },
  parameters: (input) => requestParameters(input),
});
