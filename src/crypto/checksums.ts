/**
 * Checksums over plaintext, fed piece by piece: Amazon S3 User Guide, "Checking object integrity in Amazon S3", and the
 * MD5 of ETags.
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type CrcMachine, crcMachine } from './crc-machine.ts';
import { isXxHash, newXxHash, type XxHashName } from './xxhash.ts';

/** The checksums of S3, by its names. */
export type DigestName = PlainDigestName | XxHashName;

/** Those that can be started without waiting. */
export type PlainDigestName = CrcName | 'MD5' | 'SHA1' | 'SHA256' | 'SHA512';

export const isPlainDigest = (name: DigestName): name is PlainDigestName => !isXxHash(name);

/** A checksum under way. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** The checksum of all bytes so far, big-endian. It can be asked for once. */
  digest(): Uint8Array;
}

/** Starts any checksum. */
export const openDigest = async (name: DigestName): Promise<RunningDigest> =>
  isPlainDigest(name) ? newDigest(name) : newXxHash(name);

/** Starts a checksum that need not be waited for. */
export function newDigest(name: PlainDigestName): RunningDigest {
  return starters[name]();
}

/** The checksum of bytes that are all there. */
export function digestOf(name: PlainDigestName, bytes: Uint8Array): Uint8Array {
  const digest = newDigest(name);
  digest.update(bytes);
  return digest.digest();
}

const starters = {
  CRC32: crc32Digest,
  CRC32C: () => crcDigest('CRC32C'),
  CRC64NVME: () => crcDigest('CRC64NVME'),
  MD5: () => createHash('md5'),
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
  SHA512: () => createHash('sha512'),
} as const satisfies Record<PlainDigestName, () => RunningDigest>;

/** A CRC by its width and its reflected polynomial; registers start as all ones and end inverted. */
interface Crc {
  readonly bytes: 4 | 8;
  readonly polynomial: bigint;
}

/** The CRCs whose values of parts can be joined to that of the whole. */
export type CrcName = 'CRC32' | 'CRC32C' | 'CRC64NVME';

const crcs = {
  // ISO 3309.
  CRC32: { bytes: 4, polynomial: 0xedb88320n },
  // RFC 3720, appendix B.4, and section 12.1: Castagnoli.
  CRC32C: { bytes: 4, polynomial: 0x82f63b78n },
  // NVM Express NVM Command Set Specification 1.0, "64b CRC Definition": 0xAD93D23594C93659, reflected.
  CRC64NVME: { bytes: 8, polynomial: 0x9a6c9329ac4bc9b5n },
} as const satisfies Record<CrcName, Crc>;

function crc32Digest(): RunningDigest {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest: () => bigEndian(BigInt(value), 4),
  };
}

/** A machine costs its tables, once in a process. */
const machines = new Map<CrcName, CrcMachine>();

function machineOf(name: CrcName): CrcMachine {
  const machine = machines.get(name) ?? crcMachine(crcs[name].polynomial);
  machines.set(name, machine);
  return machine;
}

function crcDigest(name: CrcName): RunningDigest {
  const machine = machineOf(name);
  const { bytes: width } = crcs[name];
  const ones = BigInt.asUintN(8 * width, -1n);
  let register = ones;
  return {
    update(bytes) {
      register = machine(register, bytes);
    },
    digest: () => bigEndian(register ^ ones, width),
  };
}

/** A part of a whole: its checksum and how many bytes it has. */
export interface CrcPart {
  readonly checksum: Uint8Array;
  readonly size: number;
}

/** The checksum of parts put together, from theirs: S3 API Reference, CompleteMultipartUpload, FULL_OBJECT. */
export function joinCrcs(name: CrcName, parts: readonly CrcPart[]): Uint8Array {
  const { bytes: width, polynomial } = crcs[name];
  const zeros = zeroBytes(polynomial, 8 * width);
  const whole = parts.reduce((value, { checksum, size }) => zeros(value, size) ^ integerOf(checksum), 0n);
  return bigEndian(whole, width);
}

/**
 * What a register becomes over so many zero bytes: its product with x^(8·size), modulo the polynomial. The bits are
 * reflected: the highest one is the coefficient of x^0.
 */
function zeroBytes(polynomial: bigint, bits: number): (value: bigint, size: number) => bigint {
  const one = 1n << BigInt(bits - 1);
  const times = (a: bigint, b: bigint): bigint => {
    let product = 0n;
    let shifted = a;
    for (let bit = one; bit > 0n; bit >>= 1n) {
      if (b & bit) product ^= shifted;
      shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
    }
    return product;
  };
  return (value, size) => {
    let result = value;
    // x^8, then its squares.
    let power = one >> 8n;
    for (let left = BigInt(size); left > 0n; left >>= 1n) {
      if (left & 1n) result = times(result, power);
      power = times(power, power);
    }
    return result;
  };
}

const integerOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function bigEndian(value: bigint, bytes: number): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');
}
