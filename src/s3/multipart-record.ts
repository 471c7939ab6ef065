/** An unfinished multipart upload as the store keeps it: Amazon S3 User Guide, "Uploading and copying objects using multipart upload". */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Call } from '../api/operation.ts';
import type { BucketRecord } from './bucket-record.ts';
import type { ChecksumAlgorithm, StoredChecksum } from './checksum-headers.ts';
import { removePiece } from './content-store.ts';
import { damagedObject, type Piece, type StoredEncryption, type SystemHeaders } from './object-record.ts';
import { isTagOf, rowKey, type Stored, tagOf } from './record-tag.ts';
import type { Tag } from './tag-set.ts';

/** The checksum that an upload was made with. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: 'COMPOSITE' | 'FULL_OBJECT';
}

export interface MultipartUpload {
  readonly v: 1;
  readonly uploadId: string;
  /** The id that the finished object's write will have: its parts are encrypted for it. */
  readonly writeId: string;
  readonly initiatedMs: number;
  readonly initiator: { readonly arn: string; readonly account: AccountId | undefined };
  readonly encryption: StoredEncryption;
  /**
   * With a customer's key, which the end of the upload does not bring: the key that authenticates the finished object's
   * fixed fields, wrapped by the root key.
   */
  readonly metadataKey: Uint8Array | undefined;
  readonly headers: SystemHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** Undefined: the upload was made without an algorithm. */
  readonly checksum: UploadChecksum | undefined;
  /** The newest version of the key when the upload began, by its write: a condition tells whether it is still it. */
  readonly onTopOf: string;
  readonly tag: Uint8Array;
}

/** One part, of an upload or of a finished object. */
export interface PartRecord {
  readonly v: 1;
  readonly number: number;
  readonly size: number;
  /** Where the part begins in the finished object; 0 while the upload goes on. */
  readonly offset: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** Of the algorithm of the upload, or CRC64NVME where it has none; a customer's key without an algorithm has none. */
  readonly checksum: Pick<StoredChecksum, 'algorithm' | 'value'> | undefined;
  readonly piece: Piece;
  readonly tag: Uint8Array;
}

const noSuchUpload = (uploadId: string) =>
  new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

/** @throws AwsError NoSuchUpload, also when the id belongs to another key. */
export function findUpload(
  bucket: BucketRecord,
  { Key, UploadId }: { readonly Key: string; readonly UploadId: string },
  { tx, rootKey }: Call,
): MultipartUpload {
  const upload = tx.multipartUploads.get([bucket.name, Key, UploadId]);
  if (!upload) throw noSuchUpload(UploadId);
  const { tag, ...rest } = upload;
  if (!isTagOf(tag, rowKey(rootKey, 'upload'), [bucket.id, Key], rest as unknown as Stored)) {
    throw damagedObject(bucket.name, Key, 'null');
  }
  return upload;
}

export function putUpload(
  upload: Omit<MultipartUpload, 'tag'>,
  bucket: BucketRecord,
  key: string,
  { tx, rootKey }: Call,
): void {
  const tag = tagOf(rowKey(rootKey, 'upload'), [bucket.id, key], upload as unknown as Stored);
  tx.multipartUploads.put([bucket.name, key, upload.uploadId], { ...upload, tag });
}

/** Keeps an uploaded part in the place of one of the same number. */
export function putUploadedPart(
  part: Omit<PartRecord, 'tag'>,
  upload: MultipartUpload,
  bucket: BucketRecord,
  key: string,
  call: Call,
): void {
  const { tx, rootKey } = call;
  const place: [string, string, string, number] = [bucket.name, key, upload.uploadId, part.number];
  const replaced = tx.multipartParts.get(place);
  if (replaced) removePiece(replaced.piece, bucket, key, call);
  const tag = tagOf(rowKey(rootKey, 'uploaded-part'), [bucket.id, key, upload.uploadId], part as unknown as Stored);
  tx.multipartParts.put(place, { ...part, tag });
}

/** The uploaded parts from a number on, in order. @throws StoreError when one was changed. */
export function* uploadedParts(
  upload: MultipartUpload,
  bucket: BucketRecord,
  key: string,
  call: Call,
  after = 0,
): Iterable<PartRecord> {
  const prefix = [bucket.name, key, upload.uploadId];
  for (const { value } of call.tx.multipartParts.under(prefix, { start: [...prefix, after + 1] })) {
    const { tag, ...rest } = value;
    const place = [bucket.id, key, upload.uploadId];
    if (!isTagOf(tag, rowKey(call.rootKey, 'uploaded-part'), place, rest as unknown as Stored)) {
      throw damagedObject(bucket.name, key, 'null');
    }
    yield value;
  }
}

/** Forgets an upload; the parts that went into no object lose their bytes with the commit. */
export function removeUpload(
  upload: MultipartUpload,
  kept: ReadonlySet<number>,
  bucket: BucketRecord,
  key: string,
  call: Call,
): void {
  const { tx } = call;
  for (const { key: place, value } of [...tx.multipartParts.under([bucket.name, key, upload.uploadId])]) {
    if (!kept.has(value.number)) removePiece(value.piece, bucket, key, call);
    tx.multipartParts.remove(place);
  }
  tx.multipartUploads.remove([bucket.name, key, upload.uploadId]);
  // Nobody can go on with it.
  for (const { key: place, value } of [...tx.resumableUploads.under([bucket.name, key])]) {
    if (value.uploadId === upload.uploadId) tx.resumableUploads.remove(place);
  }
}

/** Forgets every unfinished upload of a bucket that is being deleted, with its parts. */
export function removeUploadsOf(bucket: BucketRecord, call: Call): void {
  for (const { key, value } of [...call.tx.multipartUploads.under([bucket.name])]) {
    removeUpload(value, new Set(), bucket, key[1], call);
  }
}

/** What is on top of a key, by its write. */
export function topOf(bucket: BucketRecord, key: string, { tx }: Call): string {
  const top = tx.objects.get([bucket.name, key]);
  if (!top) return '';
  return top.kind === 'object' ? top.writeId : `delete marker ${top.versionId} ${top.lastModifiedMs}`;
}

const METADATA_KEY_LABEL = 'ssebox/s3/upload-metadata-key';

export const wrapMetadataKey = (metadataKey: Uint8Array, writeId: string, { rootKey }: Call): Uint8Array =>
  rootKey.wrap(METADATA_KEY_LABEL, metadataKey, Buffer.from(writeId));

export const unwrapMetadataKey = (wrapped: Uint8Array, writeId: string, { rootKey }: Call): Uint8Array =>
  rootKey.unwrap(METADATA_KEY_LABEL, wrapped, Buffer.from(writeId));
