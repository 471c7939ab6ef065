/** The division of transfers into parts, and how many run at once: AWS CLI S3 Configuration. */

import type { Settings } from '../../settings.ts';

export interface MultipartSettings {
  /** The number of requests in progress at once, across all transfers of a command. */
  readonly mostRequests: number;
  /** Bodies of this size or more are transferred in parts. */
  readonly thresholdBytes: number;
  /** The size of a part, unless one of S3's limits requires another. */
  readonly chunkBytes: number;
}

const MIB = 1024 ** 2;

/** The current settings; the AWS CLI's defaults where none is set. */
export function multipartSettings(settings: Settings): MultipartSettings {
  return {
    mostRequests: settings['s3.max_concurrent_requests'] ?? 10,
    thresholdBytes: settings['s3.multipart_threshold'] ?? 8 * MIB,
    chunkBytes: settings['s3.multipart_chunksize'] ?? 8 * MIB,
  };
}

/** Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * MIB;
const MAX_PART_BYTES = 5 * 1024 * MIB;

/** The size of parts: doubled until they are few enough, and within S3's limits. */
export function partSize(size: number, chunkBytes: number): number {
  let bytes = chunkBytes;
  while (Math.ceil(size / bytes) > MAX_PARTS) bytes *= 2;
  return Math.min(Math.max(bytes, MIN_PART_BYTES), MAX_PART_BYTES);
}

/** So many parts of a stream have the usual size: 8 GB of it, as in the AWS CLI. */
const USUAL_PARTS = 1000;
/** After so many more a part is as much larger as the usual size is. */
const GROWTH_PARTS = 60;

/**
 * The size of a part of a stream whose length nobody knows, by its number from 1: later parts are larger, so that S3's
 * 10,000 of 8 MiB and more hold 5 TiB, and the memory that each takes grows no faster than that needs.
 */
export function streamPartSize(number: number, usualBytes: number): number {
  const more = Math.max(0, number - USUAL_PARTS) / GROWTH_PARTS;
  return Math.min(Math.floor(usualBytes * (1 + more)), MAX_PART_BYTES);
}

/** The parts of an object; the end is not in them. */
export function* rangesOf(
  size: number,
  partBytes: number,
): Generator<{ readonly PartNumber: number; readonly start: number; readonly end: number }> {
  for (let start = 0, PartNumber = 1; start < size; start += partBytes, PartNumber++) {
    yield { PartNumber, start, end: Math.min(size, start + partBytes) };
  }
}
