/** Versions, tags, policies and locks of buckets: Amazon S3 User Guide. */

import { placeOf } from '../bucket/place.ts';
import { requireRefusal, requireSame } from './outcome.ts';
import type { Row } from './row.ts';

const ONE = Buffer.from('the first version\n');
const TWO = Buffer.from('the second version\n');

/** A statement for everybody about what is below a prefix. */
const policyOf = (Effect: 'Allow' | 'Deny', bucket: string, prefix: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect, Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/${prefix}/*` }],
  });

export const bucketRows: readonly Row[] = [
  {
    name: 'bucket tags',
    async probe({ call, bucket: Bucket }) {
      await call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'colour', Value: 'blue' }] } });
      const { TagSet = [] } = await call('s3', 'GetBucketTagging', { Bucket });
      requireSame('the tags', TagSet.map(({ Key, Value }) => `${Key}=${Value}`).join(), 'colour=blue');
      await call('s3', 'DeleteBucketTagging', { Bucket });
      await requireRefusal('tags that were deleted', () => call('s3', 'GetBucketTagging', { Bucket }), 'NoSuchTagSet');
    },
  },
  {
    name: 'bucket policy: a Deny is obeyed',
    async probe({ call, put, read, eventually, bucket: Bucket }) {
      await put('denied/x', ONE);
      await call('s3', 'PutBucketPolicy', { Bucket, Policy: policyOf('Deny', Bucket, 'denied') });
      await eventually(() => requireRefusal('what the policy denies', () => read('denied/x'), 'AccessDenied'));
      await call('s3', 'DeleteBucketPolicy', { Bucket });
      await eventually(async () =>
        requireSame('without the policy, the object', await read('denied/x'), ONE.toString()),
      );
    },
  },
  {
    name: 'versions',
    async probe({ call, put, read, bucket: Bucket }) {
      await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
      const { Status } = await call('s3', 'GetBucketVersioning', { Bucket });
      requireSame('the status', Status, 'Enabled');
      const Key = 'versions/x';
      const { VersionId } = await put(Key, ONE);
      await put(Key, TWO);
      requireSame('the newest version', await read(Key), TWO.toString());
      requireSame('the first version', await read(Key, { VersionId }), ONE.toString());
      const { DeleteMarker, VersionId: marker } = await call('s3', 'DeleteObject', { Bucket, Key });
      requireSame('x-amz-delete-marker', DeleteMarker, true);
      await requireRefusal('what has a delete marker', () => read(Key), 'NoSuchKey');
      const { Versions = [], DeleteMarkers = [] } = await call('s3', 'ListObjectVersions', { Bucket, Prefix: Key });
      requireSame('versions and delete markers', `${Versions.length} and ${DeleteMarkers.length}`, '2 and 1');
      await call('s3', 'DeleteObject', { Bucket, Key, VersionId: marker });
      requireSame('without the delete marker, the newest version', await read(Key), TWO.toString());
    },
  },
  {
    name: 'object lock: a legal hold is obeyed',
    async probe({ call, bucket, region }) {
      const Bucket = `${bucket}-lock`;
      await call('s3', 'CreateBucket', { Bucket, ObjectLockEnabledForBucket: true, ...placeOf(region) });
      const Key = 'held';
      const { VersionId } = await call('s3', 'PutObject', { Bucket, Key, Body: ONE });
      const version = { Bucket, Key, VersionId };
      await call('s3', 'PutObjectLegalHold', { ...version, LegalHold: { Status: 'ON' } });
      const { LegalHold } = await call('s3', 'GetObjectLegalHold', version);
      requireSame('the hold', LegalHold?.Status, 'ON');
      await requireRefusal('deleting what is held', () => call('s3', 'DeleteObject', version), 'AccessDenied');
      await call('s3', 'PutObjectLegalHold', { ...version, LegalHold: { Status: 'OFF' } });
      await call('s3', 'DeleteObject', version);
    },
  },
  // The last one: some endpoints refuse all uploads to a bucket that has it.
  {
    name: 'block public access',
    async probe({ call, bucket: Bucket, eventually }) {
      const all = {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      };
      await call('s3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: all });
      const { PublicAccessBlockConfiguration: found } = await call('s3', 'GetPublicAccessBlock', { Bucket });
      for (const [name, value] of Object.entries(all)) requireSame(name, found?.[name as keyof typeof all], value);
      const Policy = policyOf('Allow', Bucket, 'public');
      await eventually(() =>
        requireRefusal('a public policy', () => call('s3', 'PutBucketPolicy', { Bucket, Policy }), 'AccessDenied'),
      );
    },
  },
];
