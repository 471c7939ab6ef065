/** UploadPart: S3 API Reference, UploadPart. */

import { objectArn } from '../../api/arn.ts';
import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import { transfer } from '../../call/operation.ts';
import type { ChecksumAlgorithm, MultipartUpload } from '../../store/records/s3.ts';
import {
  abandonWriting,
  beginWriting,
  bodySize,
  finishWriting,
  fitsInTransaction,
  type Writing,
  type WritingNeeds,
  type Written,
  writeAtOnce,
  writeStream,
  writeUnread,
} from '../content/content-writer.ts';
import { isCustomerKey } from '../content/customer-key-verifier.ts';
import { openUploadKeys } from '../content/envelope.ts';
import { findUpload, putUploadedPart } from '../content/multipart-record.ts';
import { requirePartNumber } from '../content/object-parts.ts';
import { findPlace, requireStillThere } from '../request/bucket.ts';
import {
  checksumMembers,
  computedFor,
  isVerified,
  namedAlgorithm,
  requireWhole,
  type WantedChecksums,
  wantedChecksums,
} from '../request/checksum-headers.ts';
import {
  type CustomerKey,
  type CustomerKeyHeaders,
  hasCustomerKey,
  parseCustomerKey,
} from '../request/customer-key.ts';
import { encryptionMembers, modeOf } from '../request/encryption-members.ts';
import { customerKeysBlocked, requireSignature } from '../request/encryption-settings.ts';
import { etagOf, isEtagMd5 } from '../request/etag.ts';
import { dataEventFacts, objectResources, requestParameters, responseElements } from '../request/event-fields.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { requireSingleSize } from '../request/put-limits.ts';
import { uploadAccess } from './upload-access.ts';

/** A part as named by its request. */
export interface PartTarget {
  readonly place: ObjectPlace;
  readonly uploadId: string;
  readonly number: number;
}

interface PartPlan {
  readonly part: PartTarget;
  readonly upload: MultipartUpload;
  readonly wanted: WantedChecksums;
  /** Whether the request names an algorithm, whose checksum is then returned. */
  readonly isNamed: boolean;
  readonly writing: Writing;
}

/**
 * Writes one part under the upload's data key, which KMS decrypts. An upload without an algorithm checks the part's own
 * checksum but stores only CRC64NVME.
 */
export const UploadPart = transfer('s3', 'UploadPart', {
  resolve(input, call) {
    const part = resolvePart(input, call);
    return { part, wanted: wantedChecksums(input, call.payload), named: namedAlgorithm(input, call.payload) };
  },
  authorize: ({ part }, input, call) => [uploadAccess(part, input, partContext, call)],
  begin({ part, wanted, named }, input, call): PartPlan {
    const upload = findUpload(part.place, part.uploadId, call);
    const algorithms = partAlgorithms(upload, named);
    const size = bodySize(input);
    if (size !== undefined) requireSingleSize(size);
    const needs = {
      needsMd5: wanted.contentMd5 !== undefined,
      algorithms: computedFor(wanted, algorithms),
      isSmall: fitsInTransaction(input.Body),
    };
    const writing = beginPart(part, upload, input, needs, call);
    const [first = wanted.algorithm] = algorithms;
    return { part, upload, isNamed: named !== undefined, wanted: { ...wanted, algorithm: named ?? first }, writing };
  },
  moveAtOnce: ({ writing }, { Body }) => writeAtOnce(writing, Body),
  move: ({ writing }, { Body }, signal) => writeStream(writing, Body, signal),
  rehearse({ writing, wanted }, input) {
    const size = bodySize(input);
    return size === undefined || isVerified(wanted) ? undefined : writeUnread(writing, size);
  },
  finish({ part, upload, wanted, isNamed, writing }, written: Written, input, call) {
    requireWhole(written, wanted, input.ContentLength);
    const etag = finishPart(part, upload, writing, written, call);
    call.note({
      resources: objectResources(part.place),
      ...dataEventFacts({ in: written.size, stored: upload.encryption }),
    });
    const { algorithm } = wanted;
    const value = written.checksums[algorithm];
    const shown =
      (isNamed || upload.checksum !== undefined) && value !== undefined
        ? checksumMembers({ algorithm, value, type: 'FULL_OBJECT' })
        : {};
    const { ChecksumType: _none, ...members } = shown;
    return { ETag: `"${etag}"`, ...members, ...encryptionMembers(upload.encryption, input) };
  },
  abandon: ({ writing }, call) => abandonWriting(writing, call),
  parameters: (input) => requestParameters(input),
  response: (output) => responseElements(output),
});

interface PartInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly PartNumber: number;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** @throws AwsError InvalidArgument for an invalid part number, and like `findBucket` */
export function resolvePart(input: PartInput, call: Call): PartTarget {
  requirePartNumber(input.PartNumber);
  return { place: findPlace(input, call), uploadId: input.UploadId, number: input.PartNumber };
}

/** The condition keys of writing a part. */
export const partContext = { 's3:ObjectCreationOperation': false } as const;

/**
 * The algorithms to compute for a part: the upload's own, or CRC64NVME and the one that the part names.
 * @throws AwsError InvalidRequest if the part names another one than the upload's.
 */
export function partAlgorithms(
  { checksum, encryption }: MultipartUpload,
  named: ChecksumAlgorithm | undefined,
): ChecksumAlgorithm[] {
  if (checksum) {
    if (named !== undefined && named !== checksum.algorithm) {
      throw new AwsError(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${named.toLowerCase()}`,
      );
    }
    return [checksum.algorithm];
  }
  const kept: ChecksumAlgorithm[] = encryption.kind === 'SSE-C' ? [] : ['CRC64NVME'];
  return named === undefined || kept.includes(named) ? kept : [...kept, named];
}

/**
 * Opens the upload's data key for a part and prepares its writing. An upload that began before its bucket blocked SSE-C
 * accepts no more parts: Amazon S3 User Guide, "Blocking or unblocking SSE-C for a general purpose bucket".
 */
export function beginPart(
  { place }: PartTarget,
  upload: MultipartUpload,
  headers: CustomerKeyHeaders,
  needs: WritingNeeds,
  call: Call,
): Writing {
  if (place.bucket.blocksCustomerKeys && hasCustomerKey(headers)) {
    throw customerKeysBlocked('s3:PutObject', objectArn(place.bucket.name, place.key), call);
  }
  const customerKey = partCustomerKey(upload, headers);
  if (upload.encryption.kind === 'SSE-KMS' || upload.encryption.kind === 'DSSE-KMS') requireSignature(call);
  const identity = { ...place, writeId: upload.writeId };
  const keys = openUploadKeys(upload, place, customerKey, call);
  const needsMd5 = needs.needsMd5 || isEtagMd5(modeOf(upload.encryption));
  return beginWriting(identity, keys, { ...needs, needsMd5 }, call);
}

/** The customer's key of a part, which must be the upload's. @throws AwsError InvalidRequest */
export function partCustomerKey({ encryption }: MultipartUpload, headers: CustomerKeyHeaders): CustomerKey | undefined {
  const customerKey = hasCustomerKey(headers) ? parseCustomerKey(headers, 'write') : undefined;
  if ((customerKey !== undefined) !== (encryption.kind === 'SSE-C')) {
    throw new AwsError(
      'InvalidRequest',
      'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    );
  }
  if (customerKey && encryption.kind === 'SSE-C' && !isCustomerKey(customerKey, encryption)) {
    throw new AwsError('InvalidRequest', 'The provided encryption parameters did not match the ones used originally.');
  }
  return customerKey;
}

/** Stores a part whose bytes are written. @returns its ETag */
export function finishPart(
  { place, uploadId, number }: PartTarget,
  begun: MultipartUpload,
  writing: Writing,
  written: Written,
  call: Call,
): string {
  requireStillThere(place.bucket, call);
  // The upload may have been completed or aborted in the meantime.
  const upload = findUpload(place, uploadId, call);
  const etag = etagOf(modeOf(begun.encryption), written.md5, call.random);
  const algorithm = upload.checksum?.algorithm ?? 'CRC64NVME';
  const value = written.checksums[algorithm];
  putUploadedPart(
    {
      v: 1,
      number,
      size: written.size,
      offset: 0,
      etag,
      lastModifiedMs: call.now.getTime(),
      checksum: value === undefined ? undefined : { algorithm, value },
      piece: finishWriting(writing, written, call),
    },
    upload,
    place,
    call,
  );
  return etag;
}
