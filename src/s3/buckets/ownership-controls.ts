/** Object Ownership: Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket". */

import { AwsError } from '../../api/errors.ts';
import { operation } from '../../call/operation.ts';
import type { Ownership } from '../../store/records/s3.ts';
import { findBucket, putBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { notCounted, notInList } from '../request/malformed-xml.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';

const ownerships: readonly string[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

export const isOwnership = (text: string): text is Ownership => ownerships.includes(text);

export const PutBucketOwnershipControls = operation('s3', 'PutBucketOwnershipControls', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketOwnershipControls', bucket, call)],
  run(bucket, { OwnershipControls }, { tx }) {
    const [rule, ...more] = OwnershipControls.Rules;
    if (!rule || more.length > 0) throw notCounted('Rules', 1, 1, OwnershipControls.Rules.length);
    if (!isOwnership(rule.ObjectOwnership)) throw notInList('ObjectOwnership', rule.ObjectOwnership, ownerships);
    putBucket({ ...bucket, ownership: rule.ObjectOwnership }, tx);
  },
  parameters: (input) =>
    requestParameters(input, { ownershipControls: '', ...requestDocument('PutBucketOwnershipControls', input) }),
});

export const GetBucketOwnershipControls = operation('s3', 'GetBucketOwnershipControls', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketOwnershipControls', bucket, call)],
  run({ name, ownership }) {
    if (ownership) return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
    throw new AwsError('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', {
      BucketName: name,
    });
  },
  parameters: (input) => requestParameters(input, { ownershipControls: '' }),
});

export const DeleteBucketOwnershipControls = operation('s3', 'DeleteBucketOwnershipControls', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketOwnershipControls', bucket, call)],
  run(bucket, _input, { tx }) {
    putBucket({ ...bucket, ownership: undefined }, tx);
  },
  parameters: (input) => requestParameters(input, { ownershipControls: '' }),
});
