/** PutObject: Amazon S3 User Guide, "Uploading objects". */

import { transfer } from '../../call/operation.ts';
import type { StoredEncryption } from '../../store/records/s3.ts';
import {
  abandonWriting,
  beginWriting,
  bodySize,
  finishWriting,
  fitsInTransaction,
  type Writing,
  type Written,
  writeAtOnce,
  writeStream,
  writeUnread,
} from '../content/content-writer.ts';
import { type DataKeys, newDataKeys, newWriteId, type WriteIdentity } from '../content/envelope.ts';
import { metadataKeyOf } from '../content/fixed-tag.ts';
import {
  checksumMembers,
  computedFor,
  isVerified,
  requireWhole,
  type WantedChecksums,
  wantedChecksums,
} from '../request/checksum-headers.ts';
import { notImplementedHeader } from '../request/conditions.ts';
import { contextMember, encryptionMembers } from '../request/encryption-members.ts';
import type { SettledEncryption } from '../request/encryption-settings.ts';
import { etagOf, isEtagMd5 } from '../request/etag.ts';
import {
  dataEventFacts,
  objectResources,
  requestParameters,
  responseElements,
  sseApplied,
} from '../request/event-fields.ts';
import { requireSingleSize } from '../request/put-limits.ts';
import {
  commitObject,
  requireWritable,
  resolveWrite,
  versionMember,
  type WriteTarget,
  writePermissions,
} from './object-write.ts';

interface Plan {
  readonly target: WriteTarget;
  readonly settled: SettledEncryption;
  readonly wanted: WantedChecksums;
  readonly identity: WriteIdentity;
  readonly keys: DataKeys;
  readonly stored: StoredEncryption;
  readonly writing: Writing;
}

/** Writes an object, encrypted as the headers and the bucket's default determine. S3 API Reference, PutObject. */
export const PutObject = transfer('s3', 'PutObject', {
  resolve(input, call) {
    // Only directory buckets append: S3 API Reference, PutObject, x-amz-write-offset-bytes.
    if (input.WriteOffsetBytes !== undefined) throw notImplementedHeader('x-amz-write-offset-bytes');
    return { ...resolveWrite(input, call), wanted: wantedChecksums(input, call.payload) };
  },
  authorize: (target, input, call) => writePermissions('object', target, input, call),
  begin(target, input, call): Plan {
    const settled = requireWritable(target, input, call);
    const size = bodySize(input);
    if (size !== undefined) requireSingleSize(size);
    const identity: WriteIdentity = { ...target.place, writeId: newWriteId(call) };
    const { keys, stored } = newDataKeys(settled.encryption, identity, call);
    const { wanted } = target;
    const needsMd5 = isEtagMd5(settled.encryption.kind) || wanted.contentMd5 !== undefined;
    const algorithms = computedFor(wanted, [wanted.algorithm]);
    const needs = { needsMd5, algorithms, isSmall: fitsInTransaction(input.Body) };
    const writing = beginWriting(identity, keys, needs, call);
    return { target, settled, wanted, identity, keys, stored, writing };
  },
  moveAtOnce: ({ writing }, { Body }) => writeAtOnce(writing, Body),
  move: ({ writing }, { Body }, signal) => writeStream(writing, Body, signal),
  rehearse({ writing, wanted }, input) {
    const size = bodySize(input);
    return size === undefined || isVerified(wanted) ? undefined : writeUnread(writing, size);
  },
  finish(plan, written: Written, input, call) {
    const { target, settled, wanted, identity, keys, stored, writing } = plan;
    const checksum = requireWhole(written, wanted, input.ContentLength);
    const etag = etagOf(settled.encryption.kind, written.md5, call.random);
    const piece = finishWriting(writing, written, call);
    const object = { size: written.size, etag, checksum, content: { kind: 'whole', piece } } as const;
    const version = commitObject(
      identity,
      target,
      { metadataKey: metadataKeyOf(keys, identity), stored },
      object,
      input,
      call,
    );
    call.note({
      resources: objectResources(target.place),
      ...dataEventFacts({ in: written.size, sse: sseApplied(settled), stored }),
    });
    return {
      ETag: `"${etag}"`,
      ...checksumMembers(checksum),
      ...encryptionMembers(stored, input),
      ...contextMember(stored, input.SSEKMSEncryptionContext),
      ...versionMember(version),
    };
  },
  abandon: ({ writing }, call) => abandonWriting(writing, call),
  parameters: (input) => requestParameters(input),
  response: (output) => responseElements(output),
});
