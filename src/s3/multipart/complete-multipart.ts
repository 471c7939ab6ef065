/**
 * CompleteMultipartUpload: the parts become an object, without moving bytes. S3 API Reference, CompleteMultipartUpload.
 */

import { AwsError } from '../../api/errors.ts';
import type { Input } from '../../api/model/operations.ts';
import type { CompletedPart } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import { transfer } from '../../call/operation.ts';
import { isPlainDigest, newDigest, openDigest } from '../../crypto/checksums.ts';
import type { RunningDigest } from '../../crypto/running-digest.ts';
import type { MultipartUpload, PartRecord, StoredChecksum } from '../../store/records/s3.ts';
import { openUploadKeys, type WriteIdentity } from '../content/envelope.ts';
import { metadataKeyOf } from '../content/fixed-tag.ts';
import { findUpload, removeUpload, topOf, unwrapMetadataKey, uploadedParts } from '../content/multipart-record.ts';
import { putPart } from '../content/object-parts.ts';
import { commitObject, conditionalRead, versionMember } from '../objects/object-write.ts';
import { findPlace } from '../request/bucket.ts';
import { checksumMembers, givenChecksum } from '../request/checksum-headers.ts';
import { requireWriteConditionForms } from '../request/conditions.ts';
import { hasCustomerKey } from '../request/customer-key.ts';
import { encryptionMembers } from '../request/encryption-members.ts';
import { etagOfParts } from '../request/etag.ts';
import { dataEventFacts, objectResources, requestParameters, responseElements } from '../request/event-fields.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { invalidRequest } from '../request/invalid-request.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { objectUrl } from '../request/object-url.ts';
import { checksumOfParts, defaultChecksum } from './part-checksums.ts';
import { uploadAccess } from './upload-access.ts';
import { partCustomerKey } from './upload-part.ts';

const MIN_PART_BYTES = 5 * 1024 ** 2;

type CompleteInput = Input<'s3', 'CompleteMultipartUpload'>;

interface Plan {
  readonly place: ObjectPlace;
  readonly given: ReturnType<typeof givenChecksum>;
  readonly chosen: Chosen;
  readonly metadataKey: Uint8Array;
}

interface Chosen {
  readonly upload: MultipartUpload;
  readonly identity: WriteIdentity;
  readonly parts: readonly PartRecord[];
  readonly size: number;
}

/**
 * Joins the named parts. KMS decrypts the upload's data key, which authenticates the object's fixed fields. It is a
 * transfer only because xxHash checksums are asynchronous.
 */
export const CompleteMultipartUpload = transfer('s3', 'CompleteMultipartUpload', {
  resolve(input, call) {
    const place = findPlace(input, call);
    requireWriteConditionForms(input);
    return { place, given: givenChecksum(input) };
  },
  authorize({ place }, input, call) {
    const { IfMatch } = input;
    const context = {
      's3:if-match': IfMatch,
      's3:if-none-match': input.IfNoneMatch,
      's3:ObjectCreationOperation': true,
    };
    const write = uploadAccess({ place, uploadId: input.UploadId }, input, context, call);
    return IfMatch === undefined ? [write] : [write, conditionalRead(place, call, write.context ?? {})];
  },
  begin({ place, given }, input, call): Plan {
    const chosen = choose(place, input, call);
    return { place, given, chosen, metadataKey: openMetadataKey(chosen.upload, input, chosen.identity, call) };
  },
  moveAtOnce({ chosen }) {
    const { algorithm } = chosen.upload.checksum ?? defaultChecksum;
    return isPlainDigest(algorithm) ? { digest: newDigest(algorithm), hasWaited: false } : undefined;
  },
  async move({ chosen }) {
    const { algorithm } = chosen.upload.checksum ?? defaultChecksum;
    return { digest: await openDigest(algorithm), hasWaited: true };
  },
  finish({ place, given, chosen, metadataKey }, { digest, hasWaited }, input, call) {
    const { bucket, key } = place;
    const { upload, identity, parts, size } = hasWaited ? choose(place, input, call) : chosen;
    const wanted = given?.algorithm === upload.checksum?.algorithm ? given?.value : undefined;
    const checksum = objectChecksum(upload, parts, digest, wanted);

    let offset = 0;
    parts.forEach((part, index) => {
      putPart({ ...part, offset }, index, identity, call);
      offset += part.size;
    });
    const etag = etagOfParts(parts.map((part) => part.etag));
    const content = { kind: 'parts', count: parts.length, hasPartChecksums: upload.checksum !== undefined } as const;
    const object = { size, etag, checksum, content };
    const stored = upload.encryption;
    const version = commitObject(identity, upload, { metadataKey, stored }, object, input, call);
    removeUpload(upload, new Set(parts.map((part) => part.number)), place, call);
    call.note({ resources: objectResources(place), ...dataEventFacts({ stored }) });
    const isShown = stored.kind === 'SSE-S3' || upload.checksum !== undefined;
    return {
      Location: objectUrl(place, call.origin),
      Bucket: bucket.name,
      Key: key,
      ETag: `"${etag}"`,
      ...(isShown && checksumMembers(checksum)),
      ...(stored.kind !== 'SSE-C' && encryptionMembers(stored, input)),
      ...versionMember(version),
    };
  },
  parameters: (input) => requestParameters(input),
  response: (output) => responseElements(output),
});

/** The upload with the parts that the request names. It may have changed while an asynchronous checksum was loaded. */
function choose(place: ObjectPlace, input: CompleteInput, call: Call): Chosen {
  const upload = findUpload(place, input.UploadId, call);
  requireNoConflict(upload, place, input, call);
  requireSameType(upload, input.ChecksumType);
  const parts = chooseParts(input.MultipartUpload?.Parts ?? [], upload, place, call);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
    );
  }
  return { upload, identity: { ...place, writeId: upload.writeId }, parts, size };
}

/** A condition fails if the key was written or deleted since the upload began. */
function requireNoConflict(upload: MultipartUpload, place: ObjectPlace, input: CompleteInput, call: Call): void {
  const condition =
    input.IfMatch !== undefined ? 'If-Match' : input.IfNoneMatch !== undefined ? 'If-None-Match' : undefined;
  if (condition === undefined || topOf(place, call) === upload.onTopOf) return;
  throw new AwsError(
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: condition, Key: place.key },
  );
}

function requireSameType({ checksum }: MultipartUpload, type: string | undefined): void {
  if (type === undefined || type === checksum?.type) return;
  throw invalidRequest(
    `The upload was created using the ${checksum?.type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
  );
}

/** The uploaded parts that the request names, in order, each checked. */
function chooseParts(
  named: readonly CompletedPart[],
  upload: MultipartUpload,
  place: ObjectPlace,
  call: Call,
): PartRecord[] {
  if (named.length === 0) throw invalidRequest('You must specify at least one part');
  const uploaded = new Map([...uploadedParts(upload, place, call)].map((part) => [part.number, part]));
  const chosen: PartRecord[] = [];
  let before = 0;
  for (const wanted of named) {
    const number = wanted.PartNumber ?? 0;
    if (number < 1) throw invalidArgument('PartNumber must be >= 1', 'PartNumber', String(number));
    if (number <= before) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        {
          UploadId: upload.uploadId,
        },
      );
    }
    before = number;
    const part = uploaded.get(number);
    if (!part || unquoted(wanted.ETag ?? '') !== part.etag) throw invalidPart(wanted, upload);
    requirePartChecksum(wanted, part, upload);
    chosen.push(part);
  }
  for (const part of chosen.slice(0, -1)) {
    if (part.size >= MIN_PART_BYTES) continue;
    throw new AwsError(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size',
      {
        ProposedSize: String(part.size),
        MinSizeAllowed: String(MIN_PART_BYTES),
        PartNumber: String(part.number),
        ETag: part.etag,
      },
      `part ${part.number} has ${part.size} bytes, and each part but the last must have ${MIN_PART_BYTES}`,
    );
  }
  return chosen;
}

const unquoted = (etag: string): string => etag.replace(/^"(.*)"$/, '$1');

const invalidPart = ({ ETag = '', PartNumber = 0 }: CompletedPart, { uploadId }: MultipartUpload) =>
  new AwsError(
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: uploadId, PartNumber: String(PartNumber), ETag: unquoted(ETag) },
    `part ${PartNumber} is not there with the ETag ${ETag || '(none)'}: ssebox s3api list-parts shows the parts`,
  );

function requirePartChecksum(wanted: CompletedPart, part: PartRecord, upload: MultipartUpload): void {
  const given = givenChecksum(wanted);
  if (!given) {
    if (upload.checksum?.type !== 'COMPOSITE') return;
    throw invalidRequest(
      `The upload was created using a ${upload.checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
  if (!upload.checksum) throw invalidPart(wanted, upload);
  if (given.algorithm !== upload.checksum.algorithm) {
    throw new AwsError(
      'BadDigest',
      `The ${given.algorithm.toLowerCase()} you specified for part ${part.number} did not match what we received.`,
    );
  }
  if (given.value !== part.checksum?.value) throw invalidPart(wanted, upload);
}

/** The checksum of the whole object; undefined for a customer's key without an algorithm. @throws AwsError BadDigest */
function objectChecksum(
  upload: MultipartUpload,
  parts: readonly PartRecord[],
  digest: RunningDigest,
  given: string | undefined,
): StoredChecksum | undefined {
  const checksum = checksumOfParts(upload.checksum, parts, digest);
  // If the upload was created without an algorithm, a checksum of the whole is ignored.
  if (
    upload.checksum &&
    checksum &&
    given !== undefined &&
    given !== checksum.value &&
    `${given}-${parts.length}` !== checksum.value
  ) {
    throw new AwsError(
      'BadDigest',
      `The ${checksum.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    );
  }
  return checksum;
}

/**
 * The key that authenticates the completed object's fixed fields; KMS decrypts the data key that it is derived from. A
 * customer's key is needed only if the upload was created with a checksum algorithm, but is checked whenever given.
 */
function openMetadataKey(
  upload: MultipartUpload,
  input: CompleteInput,
  identity: WriteIdentity,
  call: Call,
): Uint8Array {
  if (upload.metadataKey !== undefined && upload.checksum === undefined && !hasCustomerKey(input)) {
    return unwrapMetadataKey(upload.metadataKey, upload.writeId, call);
  }
  const keys = openUploadKeys(upload, identity, partCustomerKey(upload, input), call);
  return metadataKeyOf(keys, identity);
}
