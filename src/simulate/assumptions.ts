/**
 * What is assumed of AWS where AWS publishes nothing, and the figures that were measured elsewhere. Every simulation
 * prints those that it rests on.
 */

import { usualSettings } from '../call/settings.ts';

/** A request to KMS with a symmetric key, in milliseconds, as S3 waits for it. AWS publishes no figure. */
export const KMS_LATENCY = { p50: 5, p99: 30 } as const;

/** AWS does not publish the lifetime of a bucket-level key: that of our own S3. */
export const BUCKET_KEY_LIFE_MS = usualSettings.bucketKeyLifetimeMs;

/** The SDKs' standard mode: AWS SDKs and Tools Reference Guide, "Retry behavior". */
export const RETRIES = 2;
export const LONGEST_PAUSE_S = 20;

/** How often CloudTrail delivers a log file, on average: CloudTrail User Guide, "How CloudTrail works". */
export const DELIVERY_S = 300;

/** An event of a kind: its bytes as compact JSON, and of its share of a compressed file with so many of its kind. */
export interface EventSize {
  readonly rawBytes: number;
  readonly gzipBytes: readonly (readonly [eventsAFile: number, bytes: number])[];
}

/** Measured on records with random ids, five roles and three keys. */
export const eventSizes = {
  generateDataKey: {
    rawBytes: 1470,
    gzipBytes: [
      [1, 750],
      [10, 174],
      [100, 84],
      [1000, 73],
    ],
  },
  decrypt: {
    rawBytes: 1390,
    gzipBytes: [
      [1, 756],
      [10, 175],
      [100, 82],
      [1000, 71],
    ],
  },
  /** Of PutObject, with TLS details; one of GetObject is as large. */
  data: {
    rawBytes: 2080,
    gzipBytes: [
      [1, 1060],
      [10, 269],
      [100, 161],
      [1000, 149],
    ],
  },
} as const satisfies Readonly<Record<string, EventSize>>;
