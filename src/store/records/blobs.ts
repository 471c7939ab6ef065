/** The rows about blob files that are being written. */

import type { ProcessMark } from '../process-mark.ts';

/** A blob file being written. */
export interface BlobWriteRecord {
  readonly v: 1;
  readonly process: ProcessMark;
}
