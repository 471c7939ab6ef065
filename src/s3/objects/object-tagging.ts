/** Tags of objects: Amazon S3 User Guide, "Categorizing your objects using tags". They change without a KMS call. */

import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import type { BucketRecord, Tag } from '../../store/records/s3.ts';
import { findObject, tagsOf } from '../content/object-lookup.ts';
import { retag } from '../replication/replication-queue.ts';
import { findBucket } from '../request/bucket.ts';
import { dataEventExtra, objectResources, requestParameters } from '../request/event-fields.ts';
import { existingTagContext, requestTagContext, versionContext } from '../request/object-context.ts';
import { requireObjectKey } from '../request/object-key.ts';
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
  authorize: (bucket, input, call) => taggingPermission('Put', bucket, input, call, tagSetOf(input.Tagging.TagSet)),
  run: (bucket, input, call) => setTags(tagSetOf(input.Tagging.TagSet), bucket, input, call),
  parameters: (input) => requestParameters(input, { tagging: '' }),
});

/** S3 API Reference, GetObjectTagging. */
export const GetObjectTagging = operation('s3', 'GetObjectTagging', {
  resolve: (input, call) => findTaggable(input, call),
  authorize: (bucket, input, call) => taggingPermission('Get', bucket, input, call),
  run(bucket, input, call) {
    const { changing, versionId } = findObject({ bucket, key: input.Key }, input.VersionId, 'GET', call);
    note(bucket, input, call);
    return { ...(bucket.versioning && { VersionId: versionId }), TagSet: changing.tags };
  },
  parameters: (input) => requestParameters(input, { tagging: '' }),
});

/** S3 API Reference, DeleteObjectTagging. */
export const DeleteObjectTagging = operation('s3', 'DeleteObjectTagging', {
  resolve: (input, call) => findTaggable(input, call),
  authorize: (bucket, input, call) => taggingPermission('Delete', bucket, input, call),
  run: (bucket, input, call) => setTags([], bucket, input, call),
  parameters: (input) => requestParameters(input, { tagging: '' }),
});

function findTaggable(input: TaggingInput, call: Call): BucketRecord {
  requireObjectKey(input.Key);
  return findBucket(input, call);
}

const tagSetOf = (tags: readonly { readonly Key: string; readonly Value: string }[]): Tag[] =>
  tags.map(({ Key, Value }) => ({ Key, Value }));

function taggingPermission(
  verb: 'Put' | 'Get' | 'Delete',
  bucket: BucketRecord,
  input: TaggingInput,
  call: Call,
  tags?: readonly Tag[],
): Access[] {
  const { Key, VersionId } = input;
  const context = {
    ...versionContext(VersionId),
    ...existingTagContext(tagsOf({ bucket, key: input.Key }, input.VersionId, call)),
    ...requestTagContext(tags),
  };
  return [
    objectAccess(
      `s3:${verb}Object${VersionId === undefined ? '' : 'Version'}Tagging`,
      { bucket, key: Key },
      call,
      context,
    ),
  ];
}

function setTags(tags: readonly Tag[], bucket: BucketRecord, input: TaggingInput, call: Call): { VersionId?: string } {
  requireObjectTags(tags);
  const version = findObject({ bucket, key: input.Key }, input.VersionId, 'PUT', call);
  retag(version, tags, { bucket, key: input.Key }, call);
  note(bucket, input, call);
  return bucket.versioning ? { VersionId: version.versionId } : {};
}

const note = (bucket: BucketRecord, { Key }: TaggingInput, call: Call) =>
  call.note({ resources: objectResources({ bucket, key: Key }), extra: dataEventExtra({}) });
