/** The rows of CloudTrail: trails, what waits to be delivered, and what was. */

import type { AccountId } from '../../api/arn.ts';
import type { AdvancedEventSelector, EventSelector, Tag } from '../../api/model/cloudtrail.types.ts';
import type { Region } from '../../api/regions.ts';

/** Which events a trail wants, as they were given. */
export type TrailSelectors =
  | { readonly kind: 'basic'; readonly selectors: readonly EventSelector[] }
  | { readonly kind: 'advanced'; readonly selectors: readonly AdvancedEventSelector[] };

/** A trail's settings. What it has delivered is in `trailDeliveries`, so that delivering does not change this row. */
export interface TrailRecord {
  readonly v: 1;
  readonly account: AccountId;
  readonly homeRegion: Region;
  readonly name: string;
  /** By the store's clock, as all times here. */
  readonly createdMs: number;
  readonly bucket: string;
  /** The beginning of the keys of all that it delivers, as it was given; a slash follows it. Absent if there is none. */
  readonly prefix?: string | undefined;
  /** The KMS key that its files are encrypted under; absent for SSE-S3. */
  readonly keyArn?: string | undefined;
  readonly includesGlobalServices: boolean;
  readonly isMultiRegion: boolean;
  readonly validatesFiles: boolean;
  /** Absent until PutEventSelectors: all management events. */
  readonly selectors?: TrailSelectors | undefined;
  /** In the order in which they were added. */
  readonly tags: readonly Tag[];
  readonly isLogging: boolean;
  /** The last StartLogging and StopLogging. */
  readonly startedMs?: number | undefined;
  readonly stoppedMs?: number | undefined;
  /** Set once the trail is deleted: its name is free, and the row stays until everything is delivered or dropped. */
  readonly deletedMs?: number | undefined;
}

/**
 * An event that waits: the key of its record, the machine's clock when it was written, in milliseconds, and the region
 * that it is delivered under if that is another one than its own.
 */
export type QueuedCall = readonly [
  recipient: AccountId,
  region: Region,
  timeMs: number,
  eventId: string,
  machineMs: number,
  under?: Region,
];

/** What a trail has delivered of one region. Times are the store's clock, in milliseconds. */
export interface TrailDelivery {
  readonly v: 1;
  /** The last log file that was delivered. */
  readonly deliveredMs?: number | undefined;
  /** The last attempt to deliver one, and S3's error if it failed. */
  readonly attemptedMs?: number | undefined;
  readonly error?: string | undefined;
  /** How many events were dropped because they could not be delivered for too long, since the last file. */
  readonly dropped?: number | undefined;
  /** The same for digest files. */
  readonly digestDeliveredMs?: number | undefined;
  readonly digestError?: string | undefined;
  /** The chain that the next digest continues; absent while no digests are written. */
  readonly chain?: DigestChain | undefined;
}

/** Where a chain of digests stands. */
export interface DigestChain {
  /** Where the next digest starts. */
  readonly startMs: number;
  /** The digest before it; absent for a starting digest. */
  readonly previous?:
    | {
        readonly bucket: string;
        readonly key: string;
        /** Of its uncompressed bytes, in hexadecimal, as is the signature. */
        readonly sha256: string;
        readonly signature: string;
      }
    | undefined;
  /** The log files delivered since `startMs`, oldest first. */
  readonly logFiles: readonly DeliveredLogFile[];
}

export interface DeliveredLogFile {
  readonly bucket: string;
  readonly key: string;
  /** Of its uncompressed bytes, in hexadecimal. */
  readonly sha256: string;
  readonly newestEventMs: number;
  readonly oldestEventMs: number;
}

/** A key that digests of a region are signed with while it is valid. */
export interface SigningKeyRecord {
  readonly v: 1;
  /** The private key as PKCS #8 DER, wrapped under the root key. */
  readonly wrapped: Uint8Array;
  /** As PKCS #1 DER. */
  readonly publicKey: Uint8Array;
}
