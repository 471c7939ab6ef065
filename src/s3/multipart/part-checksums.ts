/** The checksum of an object from those of its parts: Amazon S3 User Guide, "Checking object integrity", multipart uploads. */

import { joinCrcs } from '../../crypto/crc-join.ts';
import type { CrcName } from '../../crypto/crcs.ts';
import type { RunningDigest } from '../../crypto/running-digest.ts';
import type { PartRecord, StoredChecksum, UploadChecksum } from '../../store/records/s3.ts';

/** S3's checksum for an upload that was created without an algorithm. */
export const defaultChecksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' } as const satisfies UploadChecksum;

/**
 * Composite: the checksum of the parts' checksums, with their number. Full object: the checksum that the whole would
 * have, which only CRCs give without the bytes. Undefined if the parts have none.
 * @param digest a newly started one with the upload's algorithm.
 */
export function checksumOfParts(
  made: UploadChecksum | undefined,
  parts: readonly PartRecord[],
  digest: RunningDigest,
): StoredChecksum | undefined {
  const { algorithm, type } = made ?? defaultChecksum;
  const values: { checksum: Uint8Array; size: number }[] = [];
  for (const { checksum, size } of parts) {
    if (checksum?.algorithm !== algorithm) return undefined;
    values.push({ checksum: Buffer.from(checksum.value, 'base64'), size });
  }
  if (type === 'COMPOSITE') {
    for (const { checksum } of values) digest.update(checksum);
    return { algorithm, type, value: `${Buffer.from(digest.digest()).toString('base64')}-${parts.length}` };
  }
  if (!isCrc(algorithm)) return undefined;
  return { algorithm, type, value: Buffer.from(joinCrcs(algorithm, values)).toString('base64') };
}

/** Whether the checksum of a whole can be computed from those of its parts. */
export const isCrc = (algorithm: string): algorithm is CrcName => algorithm.startsWith('CRC');
