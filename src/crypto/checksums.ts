/**
 * Checksums over plaintext, computed piece by piece: Amazon S3 User Guide, "Checking object integrity in Amazon S3",
 * and the MD5 of ETags.
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type CrcMachine, crcMachine } from './crc-machine.ts';
import { bigEndian, type CrcName, crcs, type FastCrcName, halvesOf } from './crcs.ts';
import type { RunningDigest } from './running-digest.ts';
import { isXxHash, newXxHash, type XxHashName } from './xxhash.ts';

/** S3's checksums, by S3's names. */
export type DigestName = PlainDigestName | XxHashName;

/** The checksums that can be started synchronously. */
export type PlainDigestName = CrcName | 'MD5' | 'SHA1' | 'SHA256' | 'SHA512';

export const isPlainDigest = (name: DigestName): name is PlainDigestName => !isXxHash(name);
/** Starts any checksum. */
export const openDigest = async (name: DigestName): Promise<RunningDigest> =>
  isPlainDigest(name) ? newDigest(name) : newXxHash(name);

/** Starts a checksum synchronously. */
export function newDigest(name: PlainDigestName): RunningDigest {
  return starters[name]();
}

/** The checksum of bytes in memory. */
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

function crc32Digest(): RunningDigest {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest: () => bigEndian([value, 0], 4),
  };
}

/** A machine's tables are computed once per process. */
const machines = new Map<FastCrcName, CrcMachine>();

function machineOf(name: FastCrcName): CrcMachine {
  const machine = machines.get(name) ?? crcMachine(crcs[name]);
  machines.set(name, machine);
  return machine;
}

function crcDigest(name: FastCrcName): RunningDigest {
  const machine = machineOf(name);
  const { bytes: width } = crcs[name];
  const ones = BigInt.asUintN(8 * width, -1n);
  let register = ones;
  return {
    update(bytes) {
      register = machine(register, bytes);
    },
    digest: () => bigEndian(halvesOf(register ^ ones), width),
  };
}
