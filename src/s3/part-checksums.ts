/** The checksum of an object from those of its parts: Amazon S3 User Guide, "Checking object integrity", multipart uploads. */

import { type CrcName, digestOf, joinCrcs } from '../crypto/checksums.ts';
import type { StoredChecksum } from './checksum-headers.ts';
import type { PartRecord, UploadChecksum } from './multipart-record.ts';

/**
 * Composite: the checksum of the parts' checksums, with their number. Full object: what the whole would have, which
 * only CRCs give without the bytes. Undefined where the parts have none.
 */
export function checksumOfParts(
  made: UploadChecksum | undefined,
  parts: readonly PartRecord[],
): StoredChecksum | undefined {
  const { algorithm, type } = made ?? { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' };
  const values: { checksum: Uint8Array; size: number }[] = [];
  for (const { checksum, size } of parts) {
    if (checksum?.algorithm !== algorithm) return undefined;
    values.push({ checksum: Buffer.from(checksum.value, 'base64'), size });
  }
  if (type === 'COMPOSITE') {
    const all = digestOf(algorithm, Buffer.concat(values.map(({ checksum }) => checksum)));
    return { algorithm, type, value: `${Buffer.from(all).toString('base64')}-${parts.length}` };
  }
  if (!isCrc(algorithm)) return undefined;
  return { algorithm, type, value: Buffer.from(joinCrcs(algorithm, values)).toString('base64') };
}

/** Whether the checksum of a whole follows from those of its parts. */
export const isCrc = (algorithm: string): algorithm is CrcName => algorithm.startsWith('CRC');
