/** Lists of versions: Amazon S3 User Guide, "Listing objects in a versioning-enabled bucket". */

import { withOrder } from '../../api/mixed-lists.ts';
import type { DeleteMarkerEntry, ObjectVersion as ListedVersion } from '../../api/model/s3.types.ts';
import { takePage } from '../../api/page.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { BucketRecord, VersionRecord } from '../../store/records/s3.ts';
import { requireVersionId } from '../content/object-lookup.ts';
import { orderIn } from '../content/version-id.ts';
import { findBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { lastModified } from '../request/last-modified.ts';
import { type ObjectPlace, requireKeyLength } from '../request/object-key.ts';
import { canonicalUserId } from '../request/owner.ts';
import { bucketAccess } from '../request/permissions.ts';
import { commonPrefix, newestVersions, scanKeys } from './key-scan.ts';
import { emptyAsAbsent, encoder, listContext, pageSize } from './list-objects.ts';

/** Keys in ascending order, the newest version of each first. S3 API Reference, ListObjectVersions. */
export const ListObjectVersions = operation('s3', 'ListObjectVersions', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    const limit = pageSize(input);
    if (input.VersionIdMarker && !input.KeyMarker) {
      throw invalidArgument(
        'A version-id marker cannot be specified without a key marker.',
        'version-id-marker',
        input.VersionIdMarker,
      );
    }
    if (input.VersionIdMarker) requireVersionId(input.VersionIdMarker, call);
    requireKeyLength(input.Prefix, input.KeyMarker);
    return { bucket, limit };
  },
  authorize: ({ bucket }, input, call) => [bucketAccess('s3:ListBucketVersions', bucket, call, listContext(input))],
  run({ bucket, limit }, input, call) {
    const { Prefix = '', Delimiter, EncodingType, KeyMarker = '', VersionIdMarker = '' } = input;
    const encode = encoder(EncodingType);
    const marker = { key: emptyAsAbsent(KeyMarker), versionId: emptyAsAbsent(VersionIdMarker) };
    const page = listPage(bucket, { prefix: Prefix, delimiter: emptyAsAbsent(Delimiter), marker }, limit, call);
    const owner = { ID: canonicalUserId(bucket.owner) };
    const versions: ListedVersion[] = [];
    const markers: DeleteMarkerEntry[] = [];
    const entries = page.versions.map(({ key, version, isLatest }) => {
      const common = { Key: encode(key), VersionId: version.versionId, IsLatest: isLatest, Owner: owner };
      if (version.kind === 'delete-marker') {
        const marker = { ...common, LastModified: lastModified(version.lastModifiedMs) };
        markers.push(marker);
        return marker;
      }
      const { fixed } = version;
      const listed: ListedVersion = {
        ETag: `"${fixed.etag}"`,
        ...(fixed.checksum && { ChecksumAlgorithm: [fixed.checksum.algorithm], ChecksumType: fixed.checksum.type }),
        Size: fixed.size,
        StorageClass: (fixed.headers.StorageClass ?? 'STANDARD') as ListedVersion['StorageClass'],
        ...common,
        LastModified: lastModified(fixed.lastModifiedMs),
      };
      versions.push(listed);
      return listed;
    });
    const output = {
      IsTruncated: page.next !== undefined,
      KeyMarker: encode(KeyMarker),
      VersionIdMarker,
      ...(page.next && { NextKeyMarker: encode(page.next.key) }),
      ...(page.next?.versionId !== undefined && { NextVersionIdMarker: page.next.versionId }),
      ...(versions.length > 0 && { Versions: versions }),
      ...(markers.length > 0 && { DeleteMarkers: markers }),
      Name: bucket.name,
      Prefix: encode(Prefix),
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      MaxKeys: limit,
      ...(page.prefixes.length > 0 && { CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
      ...(EncodingType && { EncodingType }),
    };
    return withOrder(output, entries);
  },
  parameters: (input) => requestParameters(input, { versions: '' }),
});

interface Listed {
  readonly key: string;
  readonly version: VersionRecord;
  readonly isLatest: boolean;
}

interface Marker {
  readonly key: string;
  /** Absent after a common prefix. */
  readonly versionId: string | undefined;
}

interface Page {
  readonly versions: readonly Listed[];
  readonly prefixes: readonly string[];
  /** The last entry of the page, if there are more. */
  readonly next: Marker | undefined;
}

interface Options {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly marker: { readonly key: string | undefined; readonly versionId: string | undefined };
}

function listPage(bucket: BucketRecord, options: Options, limit: number, call: Call): Page {
  if (limit === 0) return { versions: [], prefixes: [], next: undefined };
  const { items, hasMore } = takePage(entriesOf(bucket, options, call), limit);
  const versions = items.flatMap((entry) => (typeof entry === 'string' ? [] : [entry]));
  const prefixes = items.filter((entry) => typeof entry === 'string');
  const last = items.at(-1);
  if (!hasMore || last === undefined) return { versions, prefixes, next: undefined };
  const next = typeof last === 'string' ? { key: last } : { key: last.key, versionId: last.version.versionId };
  return { versions, prefixes, next: { versionId: undefined, ...next } };
}

/** Versions, and the common prefixes of those that are rolled up, in listing order. */
function* entriesOf(
  bucket: BucketRecord,
  { prefix, delimiter, marker }: Options,
  call: Call,
): Iterable<Listed | string> {
  if (marker.key !== undefined && marker.versionId !== undefined && isListed(marker.key, prefix, delimiter)) {
    yield* versionsAfter({ bucket, key: marker.key }, marker.versionId, call);
  }
  for (const entry of scanKeys(newestVersions(bucket.name, call.tx), () => true, {
    prefix,
    delimiter,
    after: marker.key,
  })) {
    if (entry.kind === 'common-prefix') yield entry.key;
    else yield* versionsOf({ bucket, key: entry.key }, entry.row, call);
  }
}

/** Whether a key's versions are listed, rather than left out or rolled up. */
const isListed = (key: string, prefix: string, delimiter: string | undefined): boolean =>
  key.startsWith(prefix) && commonPrefix(key, prefix, delimiter) === undefined;

/** All versions of a key, the newest first. */
function* versionsOf(place: ObjectPlace, newest: VersionRecord, call: Call): Iterable<Listed> {
  const { key } = place;
  yield { key, version: newest, isLatest: true };
  yield* olderThan(place, newest.order, call);
}

/** The versions of a key that are older than a given one, which may have been removed since the page that it ended. */
function versionsAfter(place: ObjectPlace, versionId: string, call: Call): Iterable<Listed> {
  const { bucket, key } = place;
  const newest = call.tx.objects.get([bucket.name, key]);
  if (!newest) return [];
  if (newest.versionId === versionId) return olderThan(place, newest.order, call);
  const order = call.tx.versionOrders.get([bucket.name, key, versionId]) ?? formerOrder(versionId, call);
  return newest.order > order ? versionsOf(place, newest, call) : olderThan(place, order, call);
}

/** A removed null version leaves no trace of its position: list all remaining versions rather than skip one. */
const formerOrder = (versionId: string, { rootKey }: Call): number =>
  versionId === 'null' ? Number.NEGATIVE_INFINITY : orderIn(versionId, rootKey);

function* olderThan(place: ObjectPlace, order: number, call: Call): Iterable<Listed> {
  const { bucket, key } = place;
  const range = { start: [bucket.name, key, order], after: true };
  for (const { value } of call.tx.olderVersions.under([bucket.name, key], range)) {
    yield { key, version: value, isLatest: false };
  }
}
