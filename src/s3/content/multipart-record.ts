/** Unfinished multipart uploads: Amazon S3 User Guide, "Uploading and copying objects using multipart upload". */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import { wrapLabels } from '../../crypto/labels.ts';
import type { RootKeys } from '../../crypto/root-key.ts';
import type { BucketRecord, MultipartUpload, PartRecord, SentEncryption } from '../../store/records/s3.ts';
import { countPart } from '../../tally/bucket-totals.ts';
import { type ObjectPlace, requireObjectKey } from '../request/object-key.ts';
import { removePiece } from './content-store.ts';

const noSuchUpload = (uploadId: string) =>
  new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

/** Whether a text can be the id of an upload: when it began, and chance. */
export const isUploadId = (text: string): boolean => /^[0-9a-z]{9}[0-9a-f]{48}$/.test(text);

/** @throws AwsError KeyTooLongError, or NoSuchUpload, even if the id belongs to another key. */
export function findUpload(place: ObjectPlace, uploadId: string, call: Call): MultipartUpload {
  requireObjectKey(place.key);
  const upload = uploadIn(place, uploadId, call);
  if (!upload) throw noSuchUpload(uploadId);
  return upload;
}

const uploadIn = ({ bucket, key }: ObjectPlace, uploadId: string, { tx }: Call): MultipartUpload | undefined =>
  isUploadId(uploadId) ? tx.multipartUploads.get([bucket.name, key, uploadId]) : undefined;

/** The encryption headers that an upload began with; undefined if it does not exist, which is not reported here. */
export function sentWithUpload(place: ObjectPlace, uploadId: string, call: Call): SentEncryption | undefined {
  const upload = uploadIn(place, uploadId, call);
  return upload && (upload.sent ?? likelySent(upload));
}

/**
 * The headers of an upload that began before they were stored. A policy that asks for a KMS key would have refused to
 * begin it without one. SSE-S3 says nothing about headers, since it is the default of most buckets.
 */
function likelySent({ encryption }: MultipartUpload): SentEncryption {
  switch (encryption.kind) {
    case 'SSE-KMS':
    case 'SSE-KMS-bucket-key':
      return { algorithm: 'aws:kms', keyArn: encryption.keyArn };
    case 'DSSE-KMS':
      return { algorithm: 'aws:kms:dsse', keyArn: encryption.keyArn };
    case 'SSE-S3':
    case 'SSE-C':
      return {};
  }
}

export function putUpload(upload: MultipartUpload, { bucket, key }: ObjectPlace, { tx }: Call): void {
  tx.multipartUploads.put([bucket.name, key, upload.uploadId], upload);
}

/** Stores an uploaded part, replacing one with the same number. */
export function putUploadedPart(part: PartRecord, upload: MultipartUpload, place: ObjectPlace, call: Call): void {
  const { bucket, key } = place;
  const { tx } = call;
  const row: [string, string, string, number] = [bucket.name, key, upload.uploadId, part.number];
  const replaced = tx.multipartParts.get(row);
  if (replaced) {
    countPart(replaced, -1, upload, bucket, call);
    removePiece(replaced.piece, place, call);
  }
  countPart(part, 1, upload, bucket, call);
  tx.multipartParts.put(row, part);
}

/** The uploaded parts after a number, in order. */
export function* uploadedParts(
  upload: MultipartUpload,
  place: ObjectPlace,
  call: Call,
  after = 0,
): Iterable<PartRecord> {
  const { bucket, key } = place;
  const prefix = [bucket.name, key, upload.uploadId];
  for (const { value } of call.tx.multipartParts.under(prefix, { start: [...prefix, after + 1] })) {
    yield value;
  }
}

/** Removes an upload; the bytes of parts that did not become part of an object are removed with the commit. */
export function removeUpload(upload: MultipartUpload, kept: ReadonlySet<number>, place: ObjectPlace, call: Call): void {
  const { bucket, key } = place;
  const { tx } = call;
  for (const { key: row, value } of [...tx.multipartParts.under([bucket.name, key, upload.uploadId])]) {
    countPart(value, -1, upload, bucket, call);
    if (!kept.has(value.number)) removePiece(value.piece, place, call);
    tx.multipartParts.remove(row);
  }
  tx.multipartUploads.remove([bucket.name, key, upload.uploadId]);
  // Nobody can resume it.
  for (const { key: row, value } of [...tx.resumableUploads.under([bucket.name, key])]) {
    if (value.uploadId === upload.uploadId) tx.resumableUploads.remove(row);
  }
}

/** Removes every unfinished upload of a bucket that is being deleted, with its parts. */
export function removeUploadsOf(bucket: BucketRecord, call: Call): void {
  for (const { key, value } of [...call.tx.multipartUploads.under([bucket.name])]) {
    removeUpload(value, new Set(), { bucket, key: key[1] }, call);
  }
}

/** The newest version of a key, identified by its write. */
export function topOf({ bucket, key }: ObjectPlace, { tx }: Call): string {
  const top = tx.objects.get([bucket.name, key]);
  if (!top) return '';
  return top.kind === 'object' ? top.writeId : `delete marker ${top.versionId} ${top.lastModifiedMs}`;
}

export const wrapMetadataKey = (
  metadataKey: Uint8Array,
  writeId: string,
  { rootKey }: Pick<Call, 'rootKey'>,
): Uint8Array => rootKey.wrap(wrapLabels.metadataKey, metadataKey, Buffer.from(writeId));

export const unwrapMetadataKey = (
  wrapped: Uint8Array,
  writeId: string,
  { rootKey }: Pick<Call, 'rootKey'>,
): Uint8Array => rootKey.unwrap(wrapLabels.metadataKey, wrapped, Buffer.from(writeId));

/** The upload's metadata key, if it has one, wrapped under another root key. @throws AuthenticationError */
export const rewrapMetadataKey = (
  { metadataKey, writeId }: Pick<MultipartUpload, 'metadataKey' | 'writeId'>,
  { from, to }: RootKeys,
): Uint8Array | undefined =>
  metadataKey && wrapMetadataKey(unwrapMetadataKey(metadataKey, writeId, { rootKey: from }), writeId, { rootKey: to });
