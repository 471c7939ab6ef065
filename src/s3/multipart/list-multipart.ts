/** Listings of multipart uploads: S3 API Reference, ListParts and ListMultipartUploads. */

import type { AccountId } from '../../api/arn.ts';
import type { Part as ListedPart, MultipartUpload as ListedUpload } from '../../api/model/s3.types.ts';
import { takePage } from '../../api/page.ts';
import { operation } from '../../call/operation.ts';
import type { MultipartUpload } from '../../store/records/s3.ts';
import { openUploadKeys } from '../content/envelope.ts';
import { findUpload, isUploadId, uploadedParts } from '../content/multipart-record.ts';
import { scanKeys } from '../objects/key-scan.ts';
import { emptyAsAbsent, encoder, requireEncodingType } from '../objects/list-objects.ts';
import { findBucket, findPlace } from '../request/bucket.ts';
import { dataEventFacts, objectResources, requestParameters } from '../request/event-fields.ts';
import { invalidArgument, requireCount } from '../request/invalid-argument.ts';
import { lastModified } from '../request/last-modified.ts';
import { requireKeyLength } from '../request/object-key.ts';
import { canonicalUserId } from '../request/owner.ts';
import { bucketAccess, objectAccess } from '../request/permissions.ts';
import { partCustomerKey } from './upload-part.ts';

const MAX_PAGE = 1000;

/** Lists the uploaded parts. Under a KMS key this needs `kms:Decrypt`, because their checksums are stored encrypted. */
export const ListParts = operation('s3', 'ListParts', {
  resolve(input, call) {
    requireCount('max-parts', input.MaxParts);
    requireCount('part-number-marker', input.PartNumberMarker);
    return findPlace(input, call);
  },
  authorize: (place, _input, call) => [objectAccess('s3:ListMultipartUploadParts', place, call)],
  run(place, input, call) {
    const { PartNumberMarker = 0, MaxParts = MAX_PAGE } = input;
    const upload = findUpload(place, input.UploadId, call);
    // A customer's key is needed only if the upload was created with a checksum algorithm.
    if (upload.encryption.kind !== 'SSE-C' || upload.checksum || input.SSECustomerAlgorithm !== undefined) {
      openUploadKeys(upload, place, partCustomerKey(upload, input), call);
    }
    const limit = Math.max(0, Math.min(MaxParts, MAX_PAGE));
    const { items, hasMore } = takePage(uploadedParts(upload, place, call, PartNumberMarker), limit);
    const parts = items.map(
      (part): ListedPart => ({
        PartNumber: part.number,
        LastModified: lastModified(part.lastModifiedMs),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...(upload.checksum && part.checksum && { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
      }),
    );
    call.note({ resources: objectResources(place), ...dataEventFacts({}) });
    return {
      Bucket: place.bucket.name,
      Key: place.key,
      UploadId: upload.uploadId,
      PartNumberMarker,
      NextPartNumberMarker: parts.at(-1)?.PartNumber ?? 0,
      MaxParts: limit,
      IsTruncated: hasMore,
      ...(parts.length > 0 && { Parts: parts }),
      Initiator: initiatorOf(upload),
      Owner: { ID: canonicalUserId(place.bucket.owner) },
      StorageClass: storageClassOf(upload),
      ...(upload.checksum && { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }),
    };
  },
  parameters: (input) => requestParameters(input),
});

const initiatorOf = ({ initiator }: MultipartUpload) => ({
  ID: initiator.arn,
  DisplayName: nameIn(initiator.arn, initiator.account),
});

const nameIn = (arn: string, account: AccountId | undefined): string =>
  arn.slice(arn.lastIndexOf('/') + 1) || (account ?? '');

// `keptHeaders` accepts no other value.
const storageClassOf = ({ headers }: MultipartUpload) =>
  (headers.StorageClass ?? 'STANDARD') as ListedUpload['StorageClass'];

/** Lists unfinished uploads by key, and those of one key by the time at which they began. */
export const ListMultipartUploads = operation('s3', 'ListMultipartUploads', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    requireEncodingType(input.EncodingType);
    requireCount('max-uploads', input.MaxUploads);
    if (input.KeyMarker && input.UploadIdMarker && !isUploadId(input.UploadIdMarker)) {
      throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', input.UploadIdMarker);
    }
    requireKeyLength(input.Prefix, input.KeyMarker);
    return bucket;
  },
  authorize: (bucket, { Prefix, Delimiter }, call) => [
    bucketAccess('s3:ListBucketMultipartUploads', bucket, call, { 's3:prefix': Prefix, 's3:delimiter': Delimiter }),
  ],
  run(bucket, input, call) {
    const { Prefix = '', Delimiter, EncodingType, KeyMarker = '', MaxUploads = MAX_PAGE } = input;
    const UploadIdMarker = KeyMarker === '' ? '' : (input.UploadIdMarker ?? '');
    const limit = Math.max(1, Math.min(MaxUploads, MAX_PAGE));
    const encode = encoder(EncodingType);
    const uploads: ListedUpload[] = [];
    const prefixes: string[] = [];
    // With an upload id, the listing continues within the marker's key.
    const after = emptyAsAbsent(KeyMarker);
    const rows = function* (start: string, isAfter: boolean) {
      const from =
        isAfter && start === after && UploadIdMarker !== ''
          ? [bucket.name, start, UploadIdMarker]
          : [bucket.name, start];
      for (const { key, value } of call.tx.multipartUploads.under([bucket.name], { start: from, after: isAfter })) {
        if (isAfter && key[1] === start && (UploadIdMarker === '' || key[2] <= UploadIdMarker)) continue;
        yield { key: key[1], row: value };
      }
    };
    const entries = scanKeys(rows, () => true, { prefix: Prefix, delimiter: emptyAsAbsent(Delimiter), after });
    const { items, hasMore } = takePage(entries, limit);
    for (const entry of items) {
      if (entry.kind === 'common-prefix') {
        prefixes.push(entry.key);
        continue;
      }
      const upload = findUpload({ bucket, key: entry.key }, entry.row.uploadId, call);
      uploads.push({
        UploadId: upload.uploadId,
        Key: encode(entry.key),
        Initiated: new Date(upload.initiatedMs),
        StorageClass: storageClassOf(upload),
        Owner: { ID: canonicalUserId(bucket.owner) },
        Initiator: initiatorOf(upload),
        ...(upload.checksum && { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }),
      });
    }
    const last = items.at(-1);
    return {
      Bucket: bucket.name,
      KeyMarker: encode(KeyMarker),
      UploadIdMarker,
      ...(hasMore && last && { NextKeyMarker: encode(last.key) }),
      ...(hasMore && last?.kind === 'row' && { NextUploadIdMarker: last.row.uploadId }),
      // Only what a request names, and next to a delimiter: S3 API Reference, ListMultipartUploads, sample responses.
      ...((Prefix || Delimiter) && { Prefix: encode(Prefix) }),
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      MaxUploads: limit,
      IsTruncated: hasMore,
      ...(uploads.length > 0 && { Uploads: uploads }),
      ...(prefixes.length > 0 && { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
      ...(EncodingType && { EncodingType }),
    };
  },
  parameters: (input) => requestParameters(input, { uploads: '' }),
});
