/** UploadPartCopy: a part from the bytes of an object. S3 API Reference, UploadPartCopy. */

import { transfer } from '../../call/operation.ts';
import {
  abandonWriting,
  fitsInTransaction,
  type Written,
  writeAtOnce,
  writeStream,
  writeUnread,
} from '../content/content-writer.ts';
import { findUpload } from '../content/multipart-record.ts';
import { drained, openObject } from '../content/object-reader.ts';
import { findSource, resolveSource, sourcePermissions } from '../objects/copy-source.ts';
import { parseCopyRange } from '../request/byte-range.ts';
import { checksumMembers } from '../request/checksum-headers.ts';
import { encryptionMembers } from '../request/encryption-members.ts';
import { dataEventFacts, objectResources, requestParameters, responseElements } from '../request/event-fields.ts';
import { lastModified } from '../request/last-modified.ts';
import { requireSingleSize } from '../request/put-limits.ts';
import { uploadAccess } from './upload-access.ts';
import { beginPart, finishPart, partAlgorithms, partContext, resolvePart } from './upload-part.ts';

/** Needs permission to decrypt with the source's key and with the upload's. */
export const UploadPartCopy = transfer('s3', 'UploadPartCopy', {
  resolve(input, call) {
    return { part: resolvePart(input, call), source: resolveSource(input, call) };
  },
  authorize: ({ part, source }, input, call) => [
    ...sourcePermissions(source, call, { copiesTags: false }),
    uploadAccess(part, input, { ...partContext, 's3:x-amz-copy-source': input.CopySource }, call),
  ],
  begin({ part, source }, input, call) {
    const upload = findUpload(part.place, part.uploadId, call);
    const { version, identity } = findSource(source, input, call);
    const range = parseCopyRange(input.CopySourceRange, version.fixed.size) ?? { start: 0, end: version.fixed.size };
    requireSingleSize(range.end - range.start);
    const opened = openObject(version, identity, source.customerKey, range, call);
    try {
      const isSmall = opened.small !== undefined && fitsInTransaction(opened.small);
      const needs = { needsMd5: false, algorithms: partAlgorithms(upload, undefined), isSmall };
      const writing = beginPart(part, upload, input, needs, call);
      return { part, upload, source: version, size: range.end - range.start, opened, writing };
    } catch (error) {
      opened.close();
      throw error;
    }
  },
  moveAtOnce: ({ writing, opened }) => opened.small && writeAtOnce(writing, opened.small),
  move: ({ writing, opened }, _input, signal) => writeStream(writing, drained(opened.body), signal),
  rehearse({ writing, opened, size }) {
    const written = writeUnread(writing, size);
    if (written) opened.close();
    return written;
  },
  finish({ part, upload, source, writing }, written: Written, input, call) {
    const etag = finishPart(part, upload, writing, written, call);
    call.note({ resources: objectResources(part.place), ...dataEventFacts({ stored: upload.encryption }) });
    const algorithm = upload.checksum?.algorithm;
    const value = algorithm && written.checksums[algorithm];
    const { ChecksumType: _none, ...members } =
      algorithm && value ? checksumMembers({ algorithm, value, type: 'FULL_OBJECT' }) : {};
    return {
      ...(source.versionId !== 'null' && { CopySourceVersionId: source.versionId }),
      CopyPartResult: { ETag: `"${etag}"`, LastModified: lastModified(call.now.getTime()), ...members },
      ...encryptionMembers(upload.encryption, input),
    };
  },
  abandon({ writing, opened }, call) {
    opened.close();
    abandonWriting(writing, call);
  },
  parameters: (input) => requestParameters(input),
  response: (output) => responseElements(output),
});
