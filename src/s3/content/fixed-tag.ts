/** Authentication of the permanent facts of a write: size, ETag, headers, metadata, checksum, location of the bytes. */

import { dataKeyLabels } from '../../crypto/labels.ts';
import type { FixedFields, ObjectVersion } from '../../store/records/s3.ts';
import { type DataKeys, sealedFor, versionKey, type WriteIdentity } from './envelope.ts';
import { damagedObject } from './object-record.ts';
import { isTagOf, tagOf } from './record-tag.ts';

/** The key of the tag, which only the holder of the data keys can derive. It opens nothing. */
export const metadataKeyOf = (keys: DataKeys, identity: WriteIdentity): Uint8Array =>
  versionKey(keys, dataKeyLabels.metadata, new Uint8Array(), identity);

export const fixedTagOf = (fixed: FixedFields, metadataKey: Uint8Array, identity: WriteIdentity): Uint8Array =>
  tagOf(metadataKey, placeOf(identity), fixed);

/** @throws StoreError if the fixed fields are not those that were written under these keys. */
export function requireFixedFields(version: ObjectVersion, keys: DataKeys, identity: WriteIdentity): void {
  if (isTagOf(version.fixedTag, metadataKeyOf(keys, identity), placeOf(identity), version.fixed)) return;
  throw damagedObject(identity, version.versionId);
}

function placeOf(identity: WriteIdentity): readonly string[] {
  const { bucketId, key, writeId } = sealedFor(identity);
  return [bucketId, key, writeId];
}
