/** The parts of an object that was uploaded in parts: S3 API Reference, GetObject, partNumber. */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import type { ObjectVersion, PartRecord, StoredChecksum } from '../../store/records/s3.ts';
import type { ByteRange } from '../request/byte-range.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import type { WriteIdentity } from './envelope.ts';
import { damagedObject } from './object-record.ts';

/** The rows of parts, and the key that authenticates them. */
type Rows = Pick<Call, 'tx' | 'rootKey'>;

/** @throws AwsError InvalidArgument */
export function requirePartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', String(number));
}

/**
 * The bytes of a part; if the object has no parts, part 1 is the whole object.
 * @throws AwsError InvalidPartNumber
 */
export function partRange(
  version: ObjectVersion,
  number: number,
  identity: WriteIdentity,
  call: Rows,
): {
  readonly range: ByteRange;
  readonly partsCount: number | undefined;
  readonly checksum: StoredChecksum | undefined;
} {
  const { content, size, checksum } = version.fixed;
  const count = content.kind === 'parts' ? content.count : 1;
  if (number < 1 || number > count) {
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      ActualPartCount: String(count),
      PartNumberRequested: String(number),
    });
  }
  if (content.kind === 'whole') return { range: { start: 0, end: size }, partsCount: undefined, checksum };
  const part = requirePart(version, number - 1, identity, call);
  return {
    range: { start: part.offset, end: part.offset + part.size },
    partsCount: count,
    // An object created without an algorithm has a checksum of its own, but its parts have none.
    checksum:
      content.hasPartChecksums && checksum && part.checksum ? { ...part.checksum, type: checksum.type } : undefined,
  };
}

/** A part by its index, from 0. @throws StoreError if it is missing. */
export function requirePart(version: ObjectVersion, index: number, identity: WriteIdentity, call: Rows): PartRecord {
  const { bucket, key, writeId } = identity;
  const part = call.tx.objectParts.get([bucket.name, key, writeId, index]);
  if (!part) throw damagedObject(identity, version.versionId);
  return part;
}

/** Writes a part of a completed object. */
export function putPart(part: PartRecord, index: number, { bucket, key, writeId }: WriteIdentity, call: Rows): void {
  call.tx.objectParts.put([bucket.name, key, writeId, index], part);
}

/** The parts that hold a range of the object, in order. A binary search finds the first. */
export function partsIn(
  version: ObjectVersion,
  { start, end }: ByteRange,
  identity: WriteIdentity,
  call: Rows,
): PartRecord[] {
  const { content } = version.fixed;
  if (content.kind !== 'parts') return [];
  let low = 0;
  let high = content.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (requirePart(version, middle, identity, call).offset <= start) low = middle;
    else high = middle - 1;
  }
  const found: PartRecord[] = [];
  for (let index = low; index < content.count; index += 1) {
    const part = requirePart(version, index, identity, call);
    if (part.offset >= end) break;
    found.push(part);
  }
  return found;
}
