/** Creating and aborting multipart uploads: S3 API Reference, CreateMultipartUpload, AbortMultipartUpload. */

import { AwsError, UNSIGNED } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import { callerAccount, callerArn } from '../../policy/caller.ts';
import type { UploadChecksum } from '../../store/records/s3.ts';
import { newDataKeys, newWriteId } from '../content/envelope.ts';
import { metadataKeyOf } from '../content/fixed-tag.ts';
import { findUpload, putUpload, removeUpload, topOf, wrapMetadataKey } from '../content/multipart-record.ts';
import { requireWritable, resolveWrite, writePermissions } from '../objects/object-write.ts';
import { findPlace } from '../request/bucket.ts';
import { parseChecksumAlgorithm } from '../request/checksum-headers.ts';
import { contextMember, encryptionMembers } from '../request/encryption-members.ts';
import {
  dataEventFacts,
  objectResources,
  requestParameters,
  responseElements,
  sseApplied,
} from '../request/event-fields.ts';
import { sentEncryption } from '../request/object-context.ts';
import { objectAccess } from '../request/permissions.ts';
import { isCrc } from './part-checksums.ts';

/** Begins an upload. The headers and the bucket's current default determine its encryption now, for all parts. */
export const CreateMultipartUpload = operation('s3', 'CreateMultipartUpload', {
  resolve(input, call) {
    const target = { ...resolveWrite(input, call), checksum: uploadChecksum(input) };
    // Amazon S3 User Guide, "Uploading and copying objects using multipart upload", API and permissions.
    if (call.caller.kind === 'anonymous') {
      throw new AwsError(
        'AccessDenied',
        'Anonymous users cannot initiate multipart uploads.  Please authenticate.',
        {},
        UNSIGNED,
      );
    }
    return target;
  },
  authorize: (target, input, call) => writePermissions('upload', target, input, call),
  run(target, input, call) {
    const { place, checksum, headers, metadata, tags } = target;
    const settled = requireWritable(target, input, call);
    const writeId = newWriteId(call);
    const identity = { ...place, writeId };
    const { keys, stored } = newDataKeys(settled.encryption, identity, call);
    const uploadId = newUploadId(call);
    putUpload(
      {
        v: 1,
        uploadId,
        writeId,
        initiatedMs: call.now.getTime(),
        initiator: { arn: callerArn(call.caller), account: callerAccount(call.caller) },
        encryption: stored,
        sent: sentEncryption(input, place.bucket, call),
        metadataKey:
          stored.kind === 'SSE-C' ? wrapMetadataKey(metadataKeyOf(keys, identity), writeId, call) : undefined,
        headers,
        metadata,
        tags,
        checksum,
        onTopOf: topOf(place, call),
      },
      place,
      call,
    );
    call.note({ resources: objectResources(place), ...dataEventFacts({ sse: sseApplied(settled), stored }) });
    return {
      Bucket: place.bucket.name,
      Key: place.key,
      UploadId: uploadId,
      ...encryptionMembers(stored, input),
      ...contextMember(stored, input.SSEKMSEncryptionContext),
      ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    };
  },
  parameters: (input) => requestParameters(input, { uploads: '' }),
  response: (output) => responseElements(output),
});

/** The ids for one key sort by the time at which their uploads began. */
const newUploadId = ({ now, random }: Call): string =>
  `${now.getTime().toString(36).padStart(9, '0')}${Buffer.from(random(24)).toString('hex')}`;

/** Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3", multipart uploads. */
function uploadChecksum(input: {
  ChecksumAlgorithm?: string | undefined;
  ChecksumType?: string | undefined;
}): UploadChecksum | undefined {
  const { ChecksumAlgorithm, ChecksumType: type } = input;
  const algorithm = parseChecksumAlgorithm(ChecksumAlgorithm);
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw new AwsError(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const wanted = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if ((wanted === 'COMPOSITE' && algorithm === 'CRC64NVME') || (wanted === 'FULL_OBJECT' && !isCrc(algorithm))) {
    throw new AwsError(
      'InvalidRequest',
      `The ${wanted} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  if (wanted !== 'COMPOSITE' && wanted !== 'FULL_OBJECT') {
    throw new AwsError('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.');
  }
  return { algorithm, type: wanted };
}

/** Ends an upload and removes its parts. No key is needed. */
export const AbortMultipartUpload = operation('s3', 'AbortMultipartUpload', {
  resolve: (input, call) => findPlace(input, call),
  authorize: (place, _input, call) => [objectAccess('s3:AbortMultipartUpload', place, call)],
  run(place, { UploadId }, call) {
    removeUpload(findUpload(place, UploadId, call), new Set(), place, call);
    call.note({ resources: objectResources(place), ...dataEventFacts({}) });
    return {};
  },
  parameters: (input) => requestParameters(input),
});
