/**
 * The checksum of a whole object that is only ever seen in parts, which are taken in any order: CRCs are joined, other
 * checksums take the parts in their order, or are those of S3's composite kind. Amazon S3 User Guide, "Checking object
 * integrity in Amazon S3".
 */

import { type DigestName, openDigest } from '../../../crypto/checksums.ts';
import { joinCrcs } from '../../../crypto/crc-join.ts';
import type { CrcName } from '../../../crypto/crcs.ts';

/** A checksum as S3 says it. */
export interface Checksum {
  readonly algorithm: DigestName;
  /** In base64. */
  readonly value: string;
  /** Of the object's bytes, not of the checksums of its parts. */
  readonly isOfWhole: boolean;
}

/** Takes the parts of an object. */
export interface PartSums {
  /** Takes a part, counted from 1. @returns its own checksum in base64; undefined if it has none */
  add(part: number, bytes: Uint8Array): Promise<string | undefined>;
  /** The checksum of all parts, each of which was added. */
  end(): Promise<Checksum>;
  /** No further part will come, so that none waits for the one before it. */
  giveUp(): void;
}

/** What the target stores if nothing says otherwise: S3's own choice, which is of whole objects. */
const USUAL: DigestName = 'CRC64NVME';

/** Those that every S3 is likely to know. */
const WIDELY_KNOWN: ReadonlySet<DigestName> = new Set<DigestName>(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']);

export const isCrc = (algorithm: DigestName): algorithm is CrcName => algorithm.startsWith('CRC');

/** The checksum in an answer, if there is one. */
export function checksumIn(answer: object): Checksum | undefined {
  for (const [member, value] of Object.entries(answer)) {
    const [, algorithm] = /^Checksum(?!Type$)(.+)$/.exec(member) ?? [];
    if (algorithm === undefined || typeof value !== 'string') continue;
    // Only that of parts is followed by their number.
    return { algorithm: algorithm as DigestName, value, isOfWhole: !/-\d+$/.test(value) };
  }
  return undefined;
}

/** The algorithm for the target: the one that was asked for, otherwise the source's where the target can have it. */
export function targetAlgorithm(
  asked: DigestName | undefined,
  source: Checksum | undefined,
  { inParts }: { readonly inParts: boolean },
): DigestName {
  if (asked !== undefined) return asked;
  if (!source?.isOfWhole || !WIDELY_KNOWN.has(source.algorithm)) return USUAL;
  return inParts && !isCrc(source.algorithm) ? USUAL : source.algorithm;
}

/** Sums for the checksum of the object's bytes. */
export const wholeSums = async (algorithm: DigestName): Promise<PartSums> =>
  isCrc(algorithm) ? joinedSums(algorithm) : inOrderSums(algorithm);

/** Sums for a multipart upload: of the object's bytes if parts give that, otherwise of the parts' checksums. */
export const uploadSums = (algorithm: DigestName): PartSums =>
  isCrc(algorithm) ? joinedSums(algorithm) : compositeSums(algorithm);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export async function checksumOf(algorithm: DigestName, bytes: Uint8Array): Promise<string> {
  return base64(await sumOf(algorithm, bytes));
}

async function sumOf(algorithm: DigestName, bytes: Uint8Array): Promise<Uint8Array> {
  const digest = await openDigest(algorithm);
  digest.update(bytes);
  return digest.digest();
}

function joinedSums(algorithm: CrcName): PartSums {
  const parts: { readonly checksum: Uint8Array; readonly size: number }[] = [];
  return {
    async add(part, bytes) {
      const checksum = await sumOf(algorithm, bytes);
      parts[part - 1] = { checksum, size: bytes.length };
      return base64(checksum);
    },
    end: async () => ({ algorithm, value: base64(joinCrcs(algorithm, parts)), isOfWhole: true }),
    giveUp() {},
  };
}

function compositeSums(algorithm: DigestName): PartSums {
  const parts: Uint8Array[] = [];
  return {
    async add(part, bytes) {
      const checksum = await sumOf(algorithm, bytes);
      parts[part - 1] = checksum;
      return base64(checksum);
    },
    async end() {
      const value = `${base64(await sumOf(algorithm, Buffer.concat(parts)))}-${parts.length}`;
      return { algorithm, value, isOfWhole: false };
    },
    giveUp() {},
  };
}

/** A part waits until those before it were taken; a few are under way at once, so no more than these are held. */
async function inOrderSums(algorithm: DigestName): Promise<PartSums> {
  const digest = await openDigest(algorithm);
  const waiting = new Map<number, () => void>();
  let next = 1;
  let isOver = false;
  const wake = (part: number) => {
    waiting.get(part)?.();
    waiting.delete(part);
  };
  return {
    async add(part, bytes) {
      if (part !== next && !isOver) await new Promise<void>((resolve) => waiting.set(part, resolve));
      if (isOver) return undefined;
      digest.update(bytes);
      next += 1;
      wake(next);
      return undefined;
    },
    end: async () => ({ algorithm, value: base64(digest.digest()), isOfWhole: true }),
    giveUp() {
      isOver = true;
      for (const part of [...waiting.keys()]) wake(part);
    },
  };
}
