/** The rows about blob files: those being written, and those held for a copy of the store. */

import type { ProcessMark } from '../process-mark.ts';

/** A blob file being written. */
export interface BlobWriteRecord {
  readonly v: 1;
  readonly process: ProcessMark;
}

/** A process that copies the blob files that rows name; they must not be removed until it has finished. */
export interface BlobHold {
  readonly v: 1;
  readonly process: ProcessMark;
}
