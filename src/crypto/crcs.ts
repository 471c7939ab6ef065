/** S3's CRCs: Amazon S3 User Guide, "Checking object integrity in Amazon S3". */

/** S3's names for them; the checksums of parts can be combined into that of the whole. */
export type CrcName = 'CRC32' | 'CRC32C' | 'CRC64NVME';

/** A CRC by its width and reflected polynomial; registers start as all ones and are inverted at the end. */
export interface Crc {
  readonly bytes: 4 | 8;
  /** The highest bit is the coefficient of x^0; that of x^32 or x^64 is left out. */
  readonly polynomial: bigint;
}

/** A CRC that is computed here. */
export interface FastCrc extends Crc {
  /**
   * The distances, in words of 64 bits, by which a word can be moved on, to all of these places at once, without
   * changing the CRC. They come from two equal sums of powers of x^64; with fewer moves, the longest would be much
   * longer.
   */
  readonly moves: readonly number[];
}

export type FastCrcName = Exclude<CrcName, 'CRC32'>;

export const crcs = {
  // ISO 3309.
  CRC32: { bytes: 4, polynomial: 0xedb88320n },
  // RFC 3720, appendix B.4, and section 12.1: Castagnoli.
  CRC32C: { bytes: 4, polynomial: 0x82f63b78n, moves: [65, 155, 170, 195, 209] },
  // NVM Express NVM Command Set Specification 1.0, "64b CRC Definition": 0xAD93D23594C93659, reflected.
  CRC64NVME: { bytes: 8, polynomial: 0x9a6c9329ac4bc9b5n, moves: [280, 979, 1172, 1598, 1607, 1645, 1740] },
} as const satisfies Record<FastCrcName, FastCrc> & Record<'CRC32', Crc>;

/** A 64-bit number as two of 32 bits, which JavaScript handles fast. */
export type Halves = readonly [low: number, high: number];

export const halvesOf = (value: bigint): Halves => [
  Number(BigInt.asIntN(32, value)),
  Number(BigInt.asIntN(32, value >> 32n)),
];

/** The halves of a checksum as S3 writes it. */
export function halvesIn(checksum: Uint8Array): Halves {
  const view = new DataView(checksum.buffer, checksum.byteOffset, checksum.length);
  return checksum.length === 4 ? [view.getInt32(0), 0] : [view.getInt32(4), view.getInt32(0)];
}

/** A checksum as S3 writes it. */
export function bigEndian([low, high]: Halves, bytes: Crc['bytes']): Uint8Array {
  const checksum = new Uint8Array(bytes);
  const view = new DataView(checksum.buffer);
  view.setInt32(bytes - 4, low);
  if (bytes === 8) view.setInt32(0, high);
  return checksum;
}
