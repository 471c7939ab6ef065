/** The rows about blob files: those that are being written, and those that a copy of the store holds. */

import type { ProcessMark } from '../process-mark.ts';

/** A blob file that is being written. */
export interface BlobWriteRecord {
  readonly v: 1;
  readonly process: ProcessMark;
}

/** A process that copies the blob files that rows name, which are to stay until it is done. */
export interface BlobHold {
  readonly v: 1;
  readonly process: ProcessMark;
}
