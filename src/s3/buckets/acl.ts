/**
 * Access control lists. ssebox's buckets and objects have the one list that S3 gives by itself, the owner's full
 * control; with Object Ownership enforced, the default, no other is taken. Amazon S3 User Guide, "Access control list
 * (ACL) overview".
 */

import { bucketArn } from '../../api/arn.ts';
import { type Call, operation } from '../../call/operation.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { findObject, tagsOf } from '../content/object-lookup.ts';
import { type AclHeaders, ownersControl, requireOnlyList } from '../request/acl-headers.ts';
import { findBucket } from '../request/bucket.ts';
import {
  configurationParameters,
  dataEventExtra,
  objectResources,
  requestParameters,
} from '../request/event-fields.ts';
import { aclContext, existingTagContext, versionContext } from '../request/object-context.ts';
import { bucketAccess, objectAccess } from '../request/permissions.ts';

/** S3 API Reference, GetBucketAcl. */
export const GetBucketAcl = operation('s3', 'GetBucketAcl', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketAcl', bucket, call)],
  run: (bucket) => ownersControl(bucket),
  parameters: (input) => configurationParameters(input, 'acl'),
});

/** S3 API Reference, PutBucketAcl. */
export const PutBucketAcl = operation('s3', 'PutBucketAcl', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, input, call) => [bucketAccess('s3:PutBucketAcl', bucket, call, aclContext(input))],
  run(bucket, input, call) {
    requireOnlyList(bucket, input, { action: 's3:PutBucketAcl', resource: bucketArn(bucket.name) }, call);
  },
  parameters: (input) => configurationParameters(input, 'acl'),
});

/** S3 API Reference, GetObjectAcl. */
export const GetObjectAcl = operation('s3', 'GetObjectAcl', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, input, call) => [aclAccess('Get', bucket, input, call)],
  run(bucket, input, call) {
    findObject({ bucket, key: input.Key }, input.VersionId, 'GET', call);
    call.note({ resources: objectResources({ bucket, key: input.Key }), extra: dataEventExtra({}) });
    return ownersControl(bucket);
  },
  parameters: (input) => requestParameters(input, { acl: '' }),
});

/** S3 API Reference, PutObjectAcl. */
export const PutObjectAcl = operation('s3', 'PutObjectAcl', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, input, call) => [aclAccess('Put', bucket, input, call)],
  run(bucket, input, call) {
    requireOnlyList(bucket, input, aclAccess('Put', bucket, input, call), call);
    findObject({ bucket, key: input.Key }, input.VersionId, 'PUT', call);
    call.note({ resources: objectResources({ bucket, key: input.Key }), extra: dataEventExtra({}) });
    return {};
  },
  parameters: (input) => requestParameters(input, { acl: '' }),
});

interface AclInput extends AclHeaders {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

function aclAccess(verb: 'Get' | 'Put', bucket: BucketRecord, input: AclInput, call: Call) {
  const { Key, VersionId } = input;
  const context = {
    ...aclContext(input),
    ...versionContext(VersionId),
    ...existingTagContext(tagsOf({ bucket, key: input.Key }, input.VersionId, call)),
  };
  return objectAccess(
    `s3:${verb}Object${VersionId === undefined ? '' : 'Version'}Acl`,
    { bucket, key: Key },
    call,
    context,
  );
}
