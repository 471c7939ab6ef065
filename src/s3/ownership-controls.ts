/** Object Ownership: Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket". */

import { AwsError } from '../api/errors.ts';
import { operation } from '../api/operation.ts';
import { bucketAccess } from './access.ts';
import { type BucketRecord, findBucket, type Ownership, putBucket } from './bucket-record.ts';
import { configurationParameters } from './event-fields.ts';
import { malformedXml } from './malformed-xml.ts';

const ownerships: readonly string[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

export const isOwnership = (text: string): text is Ownership => ownerships.includes(text);

/** The headers with which a write asks for an access control list. */
export interface AclHeaders {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** Whether a request says anything about access control lists, which then needs a permission of its own. */
export function asksForAcl(headers: AclHeaders): boolean {
  const { ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP } = headers;
  return [ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP].some(
    (value) => value !== undefined,
  );
}

/**
 * With BucketOwnerEnforced, S3 takes no list but the one that changes nothing.
 * @throws AwsError AccessControlListNotSupported
 */
export function requireNoAcl(bucket: BucketRecord, headers: AclHeaders): void {
  if (bucket.ownership !== 'BucketOwnerEnforced' || !asksForAcl(headers)) return;
  const { ACL, ...grants } = headers;
  if (!asksForAcl(grants) && ACL === 'bucket-owner-full-control') return;
  throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
}

export const PutBucketOwnershipControls = operation('s3', 'PutBucketOwnershipControls', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketOwnershipControls', bucket, call)],
  run(bucket, { OwnershipControls }, { tx }) {
    const [rule, ...more] = OwnershipControls.Rules;
    if (!rule || more.length > 0 || !isOwnership(rule.ObjectOwnership)) throw malformedXml();
    putBucket({ ...bucket, ownership: rule.ObjectOwnership }, tx);
  },
  parameters: (input) =>
    configurationParameters(input, 'ownershipControls', { OwnershipControls: input.OwnershipControls }),
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
  parameters: (input) => configurationParameters(input, 'ownershipControls'),
});

export const DeleteBucketOwnershipControls = operation('s3', 'DeleteBucketOwnershipControls', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketOwnershipControls', bucket, call)],
  run(bucket, _input, { tx }) {
    putBucket({ ...bucket, ownership: undefined }, tx);
  },
  parameters: (input) => configurationParameters(input, 'ownershipControls'),
});
