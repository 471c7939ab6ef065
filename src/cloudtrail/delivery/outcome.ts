/** How the delivery of one file ended. */

import type { AwsError } from '../../api/errors.ts';
import type { Region } from '../../api/regions.ts';
import type { TrailRecord } from '../../store/records/trail.ts';
import { trailArn } from '../trail.ts';

/** A log file or digest file of a trail. */
export interface DeliveredFile {
  readonly kind: 'log' | 'digest';
  readonly trailArn: string;
  readonly region: Region;
  readonly bucket: string;
  readonly key: string;
}

export type Outcome =
  /** Somebody else has delivered it, or the trail is gone. */
  | { readonly status: 'gone' }
  /** `isPart`: a log file was full before it had all the events. */
  | ({ readonly status: 'delivered'; readonly events: number; readonly isPart: boolean } & DeliveredFile)
  /** `code` and `message` are S3's. What waits has waited on, except `dropped` events that were too old for that. */
  | ({ readonly status: 'failed'; readonly code: string; readonly message: string; readonly dropped: number } & Omit<
      DeliveredFile,
      'key'
    >);

/** A failed delivery of a file. */
export const failed = (
  kind: DeliveredFile['kind'],
  trail: TrailRecord,
  region: Region,
  { code, message }: AwsError,
  dropped = 0,
): Outcome => ({
  status: 'failed',
  kind,
  trailArn: trailArn(trail),
  region,
  bucket: trail.bucket,
  code,
  message,
  dropped,
});
