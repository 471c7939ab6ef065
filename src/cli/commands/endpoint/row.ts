/** A row of a check. */

import type { Peer } from './peer.ts';

export interface Row {
  readonly name: string;
  /**
   * Tries it. A probe has to see that what it asked for was done, since some endpoints answer everything with 200.
   * @returns a text if people may want to know more than that it works
   * @throws Wrong, NotTried, ReceivedRefusal, EndpointError
   */
  readonly probe: (peer: Peer) => Promise<unknown>;
}

/** Rows about one thing. */
export interface RowGroup {
  readonly name: string;
  /** Whether they need the bucket of the check. */
  readonly needsBucket: boolean;
  readonly rows: readonly Row[];
}
