/**
 * Which metrics configurations of its bucket a request matches, noted in its record when it arrives: they and the
 * object's tags may be others later. Amazon S3 User Guide, "Creating a metrics configuration that filters by prefix,
 * object tag, or access point".
 */

import { AwsError } from '../../api/errors.ts';
import type { MetricsConfiguration, MetricsFilter } from '../../api/model/s3.types.ts';
import type { AnyOperation, Call } from '../../call/operation.ts';
import type { BucketRecord, Tag } from '../../store/records/s3.ts';
import { findUpload } from '../content/multipart-record.ts';
import { tagsOf } from '../content/object-lookup.ts';
import { resolveSource, type SourceInput, sourceTags } from '../objects/copy-source.ts';
import { parseTagHeader } from '../request/tag-set.ts';
import { metricsConfigurationsOf } from './metrics-configurations.ts';

/** The operation, whose requests note the filters that they match before anything about them can be refused. */
export const withFilters = (operation: AnyOperation): AnyOperation => ({
  ...operation,
  resolve(input, call) {
    noteFilters(operation.name, input as Asked, call);
    return operation.resolve(input, call);
  },
});

/** The members of an operation's input that say what a request is about. */
interface Asked {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly UploadId?: string | undefined;
  /** As a header, or, of an operation on tags, as its document. */
  readonly Tagging?: string | { readonly TagSet: readonly Tag[] } | undefined;
  readonly TaggingDirective?: string | undefined;
  readonly CopySource?: string | undefined;
}

type AboutObject = Asked & { readonly Key: string };

function noteFilters(operation: string, input: Asked, call: Call): void {
  if (input.Bucket === undefined) return;
  const bucket = call.tx.buckets.get([input.Bucket]);
  if (bucket?.metricsRevision === undefined) return;
  const matching = filterOf(operation, input, bucket, call);
  const ids = configurationsOf(bucket, call).flatMap(({ Id, Filter }) => (!Filter || matching(Filter) ? [Id] : []));
  const { name, owner, region } = bucket;
  if (ids.length > 0) call.note({ filters: { bucket: name, account: owner, region, ids } });
}

/** A bucket is another value once its configurations were changed, and while it is not they are known. */
const known = new WeakMap<BucketRecord, readonly MetricsConfiguration[]>();

function configurationsOf(bucket: BucketRecord, call: Call): readonly MetricsConfiguration[] {
  const configurations = known.get(bucket) ?? metricsConfigurationsOf(bucket, call);
  known.set(bucket, configurations);
  return configurations;
}

/** Only requests on single objects match filters. There are no access points, so that none was used. */
function filterOf(
  operation: string,
  input: Asked,
  bucket: BucketRecord,
  call: Call,
): (filter: MetricsFilter) => boolean {
  const { Key: key } = input;
  if (key === undefined || operation.startsWith('List')) return () => false;
  let tags: readonly Tag[] | undefined;
  const hasTag = (wanted: Tag): boolean => {
    tags ??= tagsAt(operation, { ...input, Key: key }, bucket, call);
    return tags.some((tag) => tag.Key === wanted.Key && tag.Value === wanted.Value);
  };
  return ({ Prefix, Tag, AccessPointArn, And }) =>
    AccessPointArn === undefined &&
    And?.AccessPointArn === undefined &&
    key.startsWith(And?.Prefix ?? Prefix ?? '') &&
    [...(Tag ? [Tag] : []), ...(And?.Tags ?? [])].every(hasTag);
}

/** The tags that a request gives to an object; otherwise those of its upload, or of the version that it is about. */
function tagsAt(operation: string, input: AboutObject, bucket: BucketRecord, call: Call): readonly Tag[] {
  const { Key: key, VersionId, UploadId, Tagging } = input;
  try {
    if (typeof Tagging === 'object') return Tagging.TagSet;
    if (operation === 'CopyObject' && input.TaggingDirective !== 'REPLACE') return tagsOfSource(input, call);
    if (writes.has(operation)) return Tagging === undefined ? [] : parseTagHeader(Tagging);
    if (UploadId !== undefined) return findUpload({ bucket, key }, UploadId, call).tags;
    return tagsOf({ bucket, key }, VersionId, call) ?? [];
  } catch (error) {
    // What is wrong with a request is for its operation to say.
    if (error instanceof AwsError) return [];
    throw error;
  }
}

const writes: ReadonlySet<string> = new Set(['CopyObject', 'CreateMultipartUpload', 'PutObject']);

const tagsOfSource = ({ CopySource }: Asked, call: Call): readonly Tag[] =>
  CopySource === undefined ? [] : sourceTags(resolveSource({ CopySource } satisfies SourceInput, call), call);
