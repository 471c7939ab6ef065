/** Tags of objects: Amazon S3 User Guide, "Categorizing your objects using tags". Changing them needs no KMS call. */

import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import type { Tag } from '../../store/records/s3.ts';
import { findObject, tagsOf } from '../content/object-lookup.ts';
import { retag } from '../replication/replication-queue.ts';
import { findPlace } from '../request/bucket.ts';
import { dataEventFacts, objectResources, requestParameters } from '../request/event-fields.ts';
import { existingTagContext, requestTagContext, versionContext } from '../request/object-context.ts';
import { type ObjectPlace, requireObjectKey } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';
import { requireObjectTags } from '../request/tag-set.ts';

interface TaggingInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Replaces all tags. S3 API Reference, PutObjectTagging. */
export const PutObjectTagging = operation('s3', 'PutObjectTagging', {
  resolve: (input, call) => findTaggable(input, call),
  authorize: (target, input, call) => taggingPermission('Put', target, call, tagSetOf(input.Tagging.TagSet)),
  authorizesBody: true,
  run: (target, input, call) => setTags('PUT', tagSetOf(input.Tagging.TagSet), target, call),
  parameters: (input) => requestParameters(input, { tagging: '' }),
});

/** S3 API Reference, GetObjectTagging. */
export const GetObjectTagging = operation('s3', 'GetObjectTagging', {
  resolve: (input, call) => findTaggable(input, call),
  authorize: (target, _input, call) => taggingPermission('Get', target, call),
  run({ place, wanted }, _input, call) {
    const { changing, versionId } = findObject(place, wanted, 'GET', call);
    note(place, call);
    return { ...(place.bucket.versioning && { VersionId: versionId }), TagSet: changing.tags };
  },
  parameters: (input) => requestParameters(input, { tagging: '' }),
});

/** S3 API Reference, DeleteObjectTagging. */
export const DeleteObjectTagging = operation('s3', 'DeleteObjectTagging', {
  resolve: (input, call) => findTaggable(input, call),
  authorize: (target, _input, call) => taggingPermission('Delete', target, call),
  run: (target, _input, call) => setTags('DELETE', [], target, call),
  parameters: (input) => requestParameters(input, { tagging: '' }),
});

interface Taggable {
  readonly place: ObjectPlace;
  /** The version requested by its id. */
  readonly wanted: string | undefined;
}

function findTaggable(input: TaggingInput, call: Call): Taggable {
  requireObjectKey(input.Key);
  return { place: findPlace(input, call), wanted: input.VersionId };
}

const tagSetOf = (tags: readonly { readonly Key: string; readonly Value: string }[]): Tag[] =>
  tags.map(({ Key, Value }) => ({ Key, Value }));

function taggingPermission(
  verb: 'Put' | 'Get' | 'Delete',
  { place, wanted }: Taggable,
  call: Call,
  tags?: readonly Tag[],
): Access[] {
  const context = {
    ...versionContext(wanted),
    ...existingTagContext(tagsOf(place, wanted, call)),
    ...requestTagContext(tags),
  };
  const kind = wanted === undefined ? 'Object' : 'ObjectVersion';
  return [objectAccess(`s3:${verb}${kind}Tagging`, place, call, context)];
}

function setTags(
  method: 'PUT' | 'DELETE',
  tags: readonly Tag[],
  { place, wanted }: Taggable,
  call: Call,
): { VersionId?: string } {
  requireObjectTags(tags);
  const version = findObject(place, wanted, method, call);
  retag(version, tags, place, call);
  note(place, call);
  return place.bucket.versioning ? { VersionId: version.versionId } : {};
}

const note = (place: ObjectPlace, call: Call) =>
  call.note({ resources: objectResources(place), ...dataEventFacts({}) });
