/**
 * Access control lists. Buckets and objects in ssebox have only S3's default list, the owner's full control; with
 * Object Ownership enforced, the default, S3 accepts no other. Amazon S3 User Guide, "Access control list (ACL)
 * overview".
 */

import { bucketArn } from '../../api/arn.ts';
import { type Call, operation } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import { findObject, tagsOf } from '../content/object-lookup.ts';
import {
  type AclHeaders,
  ownersControl,
  requireAclForm,
  requireOneList,
  requireOnlyList,
} from '../request/acl-headers.ts';
import { findBucket, findPlace } from '../request/bucket.ts';
import { dataEventFacts, objectResources, requestParameters } from '../request/event-fields.ts';
import { aclContext, existingTagContext, versionContext } from '../request/object-context.ts';
import { type ObjectPlace, requireObjectKey } from '../request/object-key.ts';
import { bucketAccess, objectAccess } from '../request/permissions.ts';
import { requestDocument } from '../request/request-document.ts';

/** S3 API Reference, GetBucketAcl. */
export const GetBucketAcl = operation('s3', 'GetBucketAcl', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketAcl', bucket, call)],
  run: (bucket) => ownersControl(bucket),
  parameters: (input) => requestParameters(input, { acl: '' }),
});

/** S3 API Reference, PutBucketAcl. */
export const PutBucketAcl = operation('s3', 'PutBucketAcl', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    requireAclForm(input);
    return bucket;
  },
  authorize: (bucket, input, call) => [bucketAccess('s3:PutBucketAcl', bucket, call, aclContext(input))],
  run(bucket, input, call) {
    requireOneList(input);
    requireOnlyList(bucket, input, { action: 's3:PutBucketAcl', resource: bucketArn(bucket.name) }, call);
  },
  parameters: (input) => requestParameters(input, { acl: '', ...requestDocument('PutBucketAcl', input) }),
});

/** S3 API Reference, GetObjectAcl. */
export const GetObjectAcl = operation('s3', 'GetObjectAcl', {
  resolve: (input, call) => findWithAcl(input, call),
  authorize: (target, _input, call) => [aclAccess('Get', target, {}, call)],
  run({ place, wanted }, _input, call) {
    findObject(place, wanted, 'GET', call);
    call.note({ resources: objectResources(place), ...dataEventFacts({}) });
    return ownersControl(place.bucket);
  },
  parameters: (input) => requestParameters(input, { acl: '' }),
});

/** S3 API Reference, PutObjectAcl. */
export const PutObjectAcl = operation('s3', 'PutObjectAcl', {
  resolve(input, call) {
    const target = findWithAcl(input, call);
    requireAclForm(input);
    return target;
  },
  authorize: (target, input, call) => [aclAccess('Put', target, input, call)],
  run({ place, wanted }, input, call) {
    requireOneList(input);
    requireOnlyList(place.bucket, input, aclAccess('Put', { place, wanted }, input, call), call);
    findObject(place, wanted, 'PUT', call);
    call.note({ resources: objectResources(place), ...dataEventFacts({}) });
    return {};
  },
  parameters: (input) => requestParameters(input, { acl: '' }),
});

interface WithAcl {
  readonly place: ObjectPlace;
  /** The version requested by its id. */
  readonly wanted: string | undefined;
}

function findWithAcl(
  input: Parameters<typeof findPlace>[0] & { readonly VersionId?: string | undefined },
  call: Call,
): WithAcl {
  const place = findPlace(input, call);
  requireObjectKey(place.key);
  return { place, wanted: input.VersionId };
}

function aclAccess(verb: 'Get' | 'Put', { place, wanted }: WithAcl, headers: AclHeaders, call: Call): Access {
  const context = {
    ...aclContext(headers),
    ...versionContext(wanted),
    ...existingTagContext(tagsOf(place, wanted, call)),
  };
  return objectAccess(`s3:${verb}Object${wanted === undefined ? '' : 'Version'}Acl`, place, call, context);
}
