/** Listings of objects, without their encryption: Amazon S3 User Guide, "Listing object keys programmatically". */

import type { Object as ListedObject } from '../../api/model/s3.types.ts';
import { takePage } from '../../api/page.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { ConditionContext } from '../../policy/access.ts';
import type { BucketRecord, ObjectVersion } from '../../store/records/s3.ts';
import { findBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { lastModified } from '../request/last-modified.ts';
import { decodeToken, encodeToken } from '../request/list-token.ts';
import { requireKeyLength } from '../request/object-key.ts';
import { canonicalUserId } from '../request/owner.ts';
import { bucketAccess } from '../request/permissions.ts';
import { newestVersions, type ScanOptions, scanKeys } from './key-scan.ts';

const MAX_KEYS = 1000;

interface ListInput {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
  readonly EncodingType?: string | undefined;
}

/** S3 API Reference, ListObjectsV2. */
export const ListObjectsV2 = operation('s3', 'ListObjectsV2', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    const limit = pageSize(input);
    const { ContinuationToken, StartAfter } = input;
    requireKeyLength(input.Prefix, StartAfter);
    const after = ContinuationToken === undefined ? emptyAsAbsent(StartAfter) : decodeToken(ContinuationToken);
    return { bucket, limit, after };
  },
  authorize: ({ bucket }, input, call) => [bucketAccess('s3:ListBucket', bucket, call, listContext(input))],
  run({ bucket, limit, after }, input, call) {
    const { Prefix = '', Delimiter, EncodingType, FetchOwner, ContinuationToken, StartAfter } = input;
    const page = listPage(bucket, { prefix: Prefix, delimiter: emptyAsAbsent(Delimiter), after }, limit, call);
    const encode = encoder(EncodingType);
    return {
      IsTruncated: page.isTruncated,
      ...(page.objects.length > 0 && {
        Contents: page.objects.map(({ key, version }) =>
          listedObject(key, version, encode, FetchOwner ? bucket : undefined),
        ),
      }),
      Name: bucket.name,
      Prefix: encode(Prefix),
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      MaxKeys: limit,
      ...(page.prefixes.length > 0 && { CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
      ...(EncodingType && { EncodingType }),
      KeyCount: page.objects.length + page.prefixes.length,
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(page.isTruncated && { NextContinuationToken: encodeToken(page.last) }),
      ...(StartAfter && ContinuationToken === undefined && { StartAfter: encode(StartAfter) }),
    };
  },
  parameters: (input) => requestParameters(input, { 'list-type': '2' }),
});

/** The first version of the listing, in which markers are keys. S3 API Reference, ListObjects. */
export const ListObjects = operation('s3', 'ListObjects', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    const limit = pageSize(input);
    requireKeyLength(input.Prefix, input.Marker);
    return { bucket, limit };
  },
  authorize: ({ bucket }, input, call) => [bucketAccess('s3:ListBucket', bucket, call, listContext(input))],
  run({ bucket, limit }, input, call) {
    const { Prefix = '', Delimiter, EncodingType, Marker = '' } = input;
    const after = emptyAsAbsent(Marker);
    const page = listPage(bucket, { prefix: Prefix, delimiter: emptyAsAbsent(Delimiter), after }, limit, call);
    const encode = encoder(EncodingType);
    return {
      IsTruncated: page.isTruncated,
      Marker: encode(Marker),
      ...(page.isTruncated && Delimiter && { NextMarker: encode(page.last) }),
      ...(page.objects.length > 0 && {
        Contents: page.objects.map(({ key, version }) => listedObject(key, version, encode, bucket)),
      }),
      Name: bucket.name,
      Prefix: encode(Prefix),
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      MaxKeys: limit,
      ...(page.prefixes.length > 0 && { CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
      ...(EncodingType && { EncodingType }),
    };
  },
  parameters: (input) => requestParameters(input),
});

/** The condition keys of a listing. A parameter that was not sent is absent; the page size has its default. */
export function listContext({ Prefix, Delimiter, MaxKeys }: ListInput): ConditionContext {
  return { 's3:prefix': Prefix, 's3:delimiter': Delimiter, 's3:max-keys': MaxKeys ?? MAX_KEYS };
}

/** @throws AwsError InvalidArgument for a page size or an encoding that S3 does not support. */
export function pageSize({ MaxKeys = MAX_KEYS, EncodingType }: ListInput): number {
  requireEncodingType(EncodingType);
  if (!Number.isInteger(MaxKeys) || MaxKeys < 0 || MaxKeys > 2 ** 31 - 1) {
    throw invalidArgument('Provided max-keys not an integer or within integer range', 'max-keys', String(MaxKeys));
  }
  return Math.min(MaxKeys, MAX_KEYS);
}

/** @throws AwsError InvalidArgument */
export function requireEncodingType(type: string | undefined): void {
  if (type !== undefined && type !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  }
}

/** Encodes the names in a listing: not at all, or as in a URL's query but with slashes kept. */
export function encoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType !== 'url') return (text) => text;
  return (text) =>
    encodeURIComponent(text)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export const emptyAsAbsent = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

interface Page {
  readonly objects: readonly { readonly key: string; readonly version: ObjectVersion }[];
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or prefix of the page. */
  readonly last: string;
}

function listPage(bucket: BucketRecord, options: ScanOptions, limit: number, { tx }: Call): Page {
  const objects: { key: string; version: ObjectVersion }[] = [];
  const prefixes: string[] = [];
  if (limit === 0) return { objects, prefixes, isTruncated: false, last: '' };
  const entries = scanKeys(newestVersions(bucket.name, tx), (row) => row.kind === 'object', options);
  const { items, hasMore } = takePage(entries, limit);
  for (const entry of items) {
    if (entry.kind === 'common-prefix') prefixes.push(entry.key);
    else if (entry.row.kind === 'object') {
      objects.push({ key: entry.key, version: entry.row });
    }
  }
  return { objects, prefixes, isTruncated: hasMore, last: items.at(-1)?.key ?? '' };
}

function listedObject(
  key: string,
  { fixed }: ObjectVersion,
  encode: (text: string) => string,
  ownedBy: BucketRecord | undefined,
): ListedObject {
  return {
    Key: encode(key),
    LastModified: lastModified(fixed.lastModifiedMs),
    ETag: `"${fixed.etag}"`,
    ...(fixed.checksum && { ChecksumAlgorithm: [fixed.checksum.algorithm], ChecksumType: fixed.checksum.type }),
    Size: fixed.size,
    StorageClass: (fixed.headers.StorageClass ?? 'STANDARD') as ListedObject['StorageClass'],
    ...(ownedBy && { Owner: { ID: canonicalUserId(ownedBy.owner) } }),
  };
}
